"""The version of Anchor that the tests of the Rust form are about: ANCHOR=1 or, without it, 0.32."""

from __future__ import annotations

import os
import re
from pathlib import Path

from seahorse.backends.anchor import DIALECTS
from seahorse.driver.compile import Compiler

ROOT = Path(__file__).resolve().parents[3]
ANCHOR = os.environ.get("ANCHOR", "0.32")
DIALECT = DIALECTS[ANCHOR]
IS_DEFAULT = ANCHOR == "0.32"
# Where cargo compiles: what one version needs is of no use to the other.
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target" / ("rust" if IS_DEFAULT else f"rust-{ANCHOR}")))
# The token programs themselves, on the crates of Solana that the version of Anchor has.
_PROGRAMS = {
    "0.32": {"spl-token": "8.0.0", "spl-associated-token-account": "7.0.0"},
    "1": {"spl-token": "9.0.0", "spl-associated-token-account": "8.0.0"},
}


def compiler() -> Compiler:
    """A compiler whose crates are for the version."""
    return Compiler(anchor=ANCHOR)


def with_versions(manifest: str) -> str:
    """A manifest with the crates of the version."""
    versions = {"anchor-lang": DIALECT.version, "anchor-spl": DIALECT.version, **_PROGRAMS[ANCHOR]}
    for name, version in versions.items():
        manifest = re.sub(rf'^({name} = .*?)"=[^"]*"', rf'\1"={version}"', manifest, flags=re.MULTILINE)
    return manifest

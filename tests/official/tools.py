"""The official tools: which, in which versions, and how they are built where they are missing."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("OFFICIAL_TOOLS") or ROOT.parent / "official")
"""Where the tools are installed and built: outside the repository, since the build takes gigabytes."""


@dataclass(frozen=True)
class Tool:
    """A command that a crate of the Rust registry builds. binary: where the crate has several."""

    command: str
    crate: str
    version: str
    binary: str | None = None

    @property
    def path(self) -> Path:
        """The installed command."""
        return HOME / "bin" / self.command


SOLANA = Tool("solana", "solana-cli", "4.0.0")
VALIDATOR = Tool("solana-test-validator", "agave-validator", "4.0.0", "solana-test-validator")
ANCHOR = Tool("anchor", "anchor-cli", "0.32.1")
TOOLS = (SOLANA, VALIDATOR, ANCHOR)
# Debian's packages that building them needs.
DEBIAN = ("protobuf-compiler", "clang", "libclang-dev", "libudev-dev", "libssl-dev", "pkg-config")


def build_missing() -> None:
    """Builds each tool that is not there: half an hour of a core for each of Agave's two. Raises CalledProcessError.

    The builds need Debian's protobuf-compiler, clang, libclang-dev, libudev-dev, libssl-dev and pkg-config.
    """
    for tool in TOOLS:
        if tool.path.exists():
            continue
        print(f"building {tool.crate} {tool.version} into {HOME}; it needs {' '.join(DEBIAN)} of Debian", flush=True)
        choice = ["--bin", tool.binary] if tool.binary else []
        line = ["cargo", "install", "--locked", "--root", str(HOME), tool.crate, "--version", tool.version, *choice]
        subprocess.run(["nice", *line], check=True, env=os.environ | build_settings())


def build_settings() -> dict[str, str]:
    """Settings of cargo for builds that nobody waits for longer than needed."""
    profile = {"OPT_LEVEL": "1", "DEBUG": "0", "LTO": "off"}
    return {f"CARGO_PROFILE_RELEASE_{name}": value for name, value in profile.items()} | {
        "CARGO_TARGET_DIR": str(HOME / "target")
    }

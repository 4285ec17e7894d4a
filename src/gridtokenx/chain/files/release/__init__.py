"""Facts about the programs that a client needs, as files of this package: IDLs, ids, compute units."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent


@cache
def compute_units() -> dict[str, int]:
    """Compute units of `program.instruction`, as `make bench` measured them."""
    return cast(dict[str, int], json.loads((FOLDER / "compute_units.json").read_text(encoding="utf-8")))


@cache
def account_sizes() -> dict[str, int]:
    """Bytes of each kind of account."""
    return cast(dict[str, int], json.loads((FOLDER / "account_sizes.json").read_text(encoding="utf-8")))


@cache
def program_ids() -> dict[str, str]:
    """Addresses of the programs by name."""
    return cast(dict[str, str], json.loads((FOLDER / "programs.json").read_text(encoding="utf-8")))

"""Compute units of instructions, as measurements of the project tell them; unknown where nobody has measured."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where the two tables are, from the project's folder: units by `program.instruction`, written by a benchmark; and what
# `seahorse profile PROGRAM` leaves.
_BENCHMARK = Path("bench", "cu.json")
_PROFILES = Path("target", "profile")


@dataclass(frozen=True)
class MeasuredUnits:
    """What an instruction costs, and where that was measured. `units`: compute units of one call."""

    units: int
    source: str


def units_of(project: Path | None, program: str, instruction: str) -> MeasuredUnits | None:
    """The measured cost of an instruction; None when there is no measurement that can be read."""
    if project is None:
        return None
    name = f"{program}.{instruction}"
    found = _table(project / _BENCHMARK).get(name)
    if isinstance(found, int):
        return MeasuredUnits(found, _BENCHMARK.as_posix())
    profile = _PROFILES / f"{program}.json"
    measured = _table(project / profile).get(name)
    if isinstance(measured, dict):
        units, calls = (measured.get(key) for key in ("units", "calls"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(units, int) and isinstance(calls, int) and calls:
            return MeasuredUnits(round(units / calls), f"{profile.as_posix()}, the mean of {calls} calls")
    return None


def _table(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]

"""Events and decoded values in plain Python, so that a whole event or account compares with a dictionary."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import anchorpy
from solders.pubkey import Pubkey

DATA = "Program data: "


@dataclass(frozen=True)
class Event:
    """An event: which program emitted it, its name, and every field (enums as their variant's name)."""

    program: str
    name: str
    fields: dict[str, Any]


def plain(value: Any) -> Any:
    """AnchorPy's decoded value in plain Python: structs as dictionaries, enum variants as their names."""
    if value is None or isinstance(value, (bool, int, str, bytes, Pubkey)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "_sumtype_attribs"):
        return type(value).__name__
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    raise TypeError(f"{value!r} is nothing that an IDL describes")


def parse_events(programs: Mapping[str, anchorpy.Program], logs: Iterable[str]) -> list[Event]:
    """All events of these programs in a transaction's log, in order, each by the program that was running."""
    by_id = {str(program.program_id): (name, program) for name, program in programs.items()}
    running: list[str] = []
    found: list[Event] = []
    for line in logs:
        words = line.split()
        if line.startswith(DATA):
            name, program = by_id[running[-1]]
            event = program.coder.events.parse(b64decode(line.removeprefix(DATA)))
            assert event is not None, f"{name} wrote data that is no event of its IDL: {line}"
            found.append(Event(name, event.name, plain(event.data)))
        elif words[0] == "Program" and len(words) >= 3 and words[2] == "invoke":
            running.append(words[1])
        elif words[0] == "Program" and len(words) >= 3 and words[2] in ("success", "failed:"):
            running.pop()
    return found

"""Parts of a program that say which line of source they are from (`Marks.by_source`), in words."""

from __future__ import annotations

from seahorse.inspection.selection import Selection


def described(selection: Selection, part: str) -> str:
    """`54 | counter.count += 1 (errors)`; for what comes from no line, only what it is for."""
    source, _, purpose = part.rpartition("\t")
    if not source:
        return purpose
    file, _, line = source.rpartition(":")
    quoted = selection.quoted(file, int(line))
    return quoted if purpose == "body" else f"{quoted}  ({purpose})"

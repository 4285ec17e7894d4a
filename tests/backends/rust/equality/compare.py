"""What two outcomes of one vector must have in common: everything that the chain keeps or shows."""

from __future__ import annotations

import re
from collections.abc import Collection

from solders.pubkey import Pubkey
from tests.backends.rust.equality.vector import Outcome, Vector

# What the outcomes come from.
SIDES = ("the bytecode", "the Rust")


def difference(vector: Vector, one: Outcome, other: Outcome, sides: tuple[str, str] = SIDES) -> str | None:
    """The first difference, in words; None when both are equal."""
    if one.code != other.code:
        return f"code {one.code:#x} in {sides[0]}, {other.code:#x} in {sides[1]}"
    if one.events != other.events:
        return f"events {[e.hex() for e in one.events]} in {sides[0]}, {[e.hex() for e in other.events]} in {sides[1]}"
    if one.code:
        return None
    if one.returned != other.returned:
        return f"return data {one.returned} in {sides[0]}, {other.returned} in {sides[1]}"
    for key, before in vector.accounts.items():
        a, b = one.accounts[key], other.accounts[key]
        if before.executable or (a.owner, a.lamports, a.data) == (b.owner, b.lamports, b.data):
            continue
        between = f"{key} in {sides[0]} and {sides[1]}"
        if a.owner != b.owner:
            return f"{between}: owned by {a.owner} and {b.owner}"
        if a.lamports != b.lamports:
            return f"{between}: {a.lamports} and {b.lamports} lamports"
        if len(a.data) != len(b.data):
            return f"{between}: {len(a.data)} and {len(b.data)} bytes"
        at = next(i for i, (x, y) in enumerate(zip(a.data, b.data, strict=True)) if x != y)
        return f"{between}: differs at byte {at} of {len(a.data)}: {a.data[at:].hex()} and {b.data[at:].hex()}"
    return None


def told_apart(
    vector: Vector, one: Outcome, other: Outcome, programs: Collection[Pubkey], sides: tuple[str, str] = SIDES
) -> str | None:
    """The first difference, in words, also in what the programs printed; None when there is none."""
    if (different := difference(vector, one, other, sides)) is not None:
        return different
    said, expected = printed(other, programs), printed(one, programs)
    return None if said == expected else f"printed {expected} in {sides[0]}, {said} in {sides[1]}"


def printed(outcome: Outcome, programs: Collection[Pubkey]) -> list[str]:
    """What programs themselves said, without what Anchor says of them."""
    out: list[str] = []
    running: list[str] = []
    ids = {str(p) for p in programs}
    for line in outcome.logs:
        if (begun := _INVOKED.fullmatch(line)) is not None:
            running.append(begun.group(1))
        elif _ENDED.match(line):
            running.pop()
        elif line.startswith("Program log: ") and running[-1] in ids:
            text = line.removeprefix("Program log: ")
            if text.startswith(("ProgramError", "AnchorError")):
                # Behind it is what the error was about.
                break
            if not text.startswith("Instruction: "):
                out.append(text)
    return out


_INVOKED = re.compile(r"Program (\w+) invoke \[\d+\]")
_ENDED = re.compile(r"Program \w+ (success|failed)")

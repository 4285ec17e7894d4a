"""Where the bytes of a finished program are: `seahorse size PROGRAM --by section|function|rule|line`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from seahorse.inspection.assembly import code_of, linked, owners_and_parts
from seahorse.inspection.marked import described
from seahorse.inspection.selection import Selection


def code_sizes(selection: Selection, by: str) -> list[tuple[str, int]]:
    """Names and bytes, the largest first, added up by `section` of the file, `function` of the bytecode, `rule` (what
    the compiler wrote the code for: checks of accounts, events, a helper) or `line` of source.

    Other divisions than by section are of the code alone. `selection.only`: one instruction or function.
    """
    elf, layout, marks = linked(selection)
    if by == "section" or not layout.origins:
        # Without origins functions are values, and the code is what LLVM made.
        code = len(code_of(elf))
        return _sorted(
            Counter({"code": code, "constants": layout.constants, "headers": len(elf) - code - layout.constants})
        )
    named: dict[str, Callable[[str, str], str]] = {
        "function": lambda owner, _: owner,
        "rule": lambda _, part: part.rpartition("\t")[2],
        "line": lambda _, part: described(selection, part),
    }
    counted: Counter[str] = Counter()
    for owner, part, (_, size) in zip(*owners_and_parts(layout, marks), layout.origins, strict=True):
        if selection.has_code_of(owner):
            counted[named[by](owner, part)] += size
    return _sorted(counted)


def _sorted(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((name, size) for name, size in counted.items() if size), key=lambda row: (-row[1], row[0]))


def size_lines(rows: list[tuple[str, int]]) -> str:
    """A line for each, with its share, and the sum."""
    total = sum(size for _, size in rows)
    lines = [f"{size:>9,}  {size / total:>6.1%}  {name}" for name, size in rows]
    return "\n".join([*lines, f"{total:>9,}          in all"]) + "\n"

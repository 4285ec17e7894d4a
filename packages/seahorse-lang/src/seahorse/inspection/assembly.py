"""The finished bytecode as assembly: what runs on the cluster, each instruction below its line of source."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections import Counter
from pathlib import Path

from seahorse.backends.sbf import llvm_text
from seahorse.backends.sbf.link.bytecode import CALL, Op, decode, places
from seahorse.backends.sbf.link.compile import LlvmError, compile_module
from seahorse.backends.sbf.link.linker import LinkError, LinkMap, link
from seahorse.backends.sbf.llvm.size_marks import Marks, lines
from seahorse.driver.compile import Compiler
from seahorse.inspection.disassembly import mnemonic
from seahorse.inspection.marked import described
from seahorse.inspection.selection import Selection

SHARED = "\tregisters on the stack, and what lines share"


def text(compiler: Compiler, path: Path, selection: Selection) -> str:
    """Functions of the program; behind each one, how many instructions each line of source became.

    An instruction costs one compute unit each time that it runs; a syscall costs what the cluster says.
    """
    elf, layout, marks = linked(selection)
    ops = decode(code_of(elf))
    if not layout.origins:
        return "\n".join(mnemonic(op, {}, {}) for op in ops)
    listing = _Listing(selection, ops, layout, marks)
    return "\n\n".join(listing.function(name) for name in listing.names if selection.has_code_of(name)) or (
        f"; {selection.only} is written where it is called: look at an instruction that calls it"
    )


def linked(selection: Selection) -> tuple[bytes, LinkMap, Marks]:
    """The program as `seahorse build` makes it, and what is known of where it comes from."""
    marks, layout = Marks(by_source=True), LinkMap()
    try:
        text = llvm_text(selection.program, batch=selection.batch, quiet=selection.quiet, marks=marks)
        elf = link(compile_module(text), layout=layout)
    except (LinkError, LlvmError):
        # As in a build: inlined functions share one stack frame; apart, each has its own.
        marks, layout = Marks(by_source=True), LinkMap()
        apart = llvm_text(selection.program, no_inline=True, batch=selection.batch, quiet=selection.quiet, marks=marks)
        elf = link(compile_module(apart), layout=layout)
    return elf, layout, marks


def owners_and_parts(layout: LinkMap, marks: Marks) -> tuple[list[str], list[str]]:
    """For each instruction the function that it is in, by its symbol, and its part (see `Marks`) or SHARED."""
    starts = sorted(layout.functions)
    rows = lines(layout.lines)
    addresses = [address for address, _ in rows]
    owners: list[str] = []
    parts: list[str] = []
    for origin, _ in layout.origins:
        owners.append(layout.functions[starts[bisect_right(starts, origin) - 1]])
        line = rows[bisect_right(addresses, origin) - 1][1]
        parts.append(marks.parts[line - 1] if line else SHARED)
    return owners, parts


def code_of(elf: bytes) -> bytes:
    """The executable segment of a program."""
    (count,) = struct.unpack_from("<H", elf, 56)
    for at in range(64, 64 + 56 * count, 56):
        _, flags, offset, _, _, size, _, _ = struct.unpack_from("<IIQQQQQQ", elf, at)
        if flags & 1:
            return elf[offset : offset + size]
    raise ValueError("the program has no code")


class _Listing:
    """A program's instructions with what is known of each: its function, its part, its label."""

    def __init__(self, selection: Selection, ops: list[Op], layout: LinkMap, marks: Marks) -> None:
        self.selection = selection
        self.owners, self.parts = owners_and_parts(layout, marks)
        self.ops = ops
        self.names = list(dict.fromkeys(self.owners))
        slots = places(ops)
        targets = {op.target for op in ops if op.target is not None and op.code != CALL}
        self.labels: dict[Op | None, str] = {op: f"at_{slots[op]}" for op in ops if op in targets}
        self.called: dict[Op | None, str] = dict(zip(ops, self.owners, strict=True))

    def function(self, name: str) -> str:
        out = [f"{name}:"]
        counts: Counter[str] = Counter()
        before = ""
        for op, owner, part in zip(self.ops, self.owners, self.parts, strict=True):
            if owner != name:
                continue
            counts[part] += 1
            if part != before:
                out.append(f"  ; {described(self.selection, part)}")
                before = part
            if op in self.labels:
                out.append(f"{self.labels[op]}:")
            out.append(f"    {mnemonic(op, self.labels, self.called)}")
        out.append(f"; {sum(counts.values())} instructions:")
        out += [f";   {count:4}  {described(self.selection, part)}" for part, count in counts.most_common()]
        return "\n".join(out)

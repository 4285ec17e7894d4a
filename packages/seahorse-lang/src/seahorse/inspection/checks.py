"""The accounts of each instruction, and every check of them, in the order in which they run."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

from seahorse.driver.compile import Compiler
from seahorse.inspection.nodes import dump
from seahorse.inspection.selection import Selection
from seahorse.ir.addresses import encode_base58
from seahorse.ir.nodes import AccountSlot, BumpConst, BumpFound, BumpGiven, BumpStored, Check, Instruction, ResolvedPda
from seahorse.semantics.tree import AccountDecl, Seed, SeedConst, SeedExpr

_ADDRESS = 32


def text(compiler: Compiler, path: Path, selection: Selection) -> str:
    parts = ["\n".join(_instruction(selection, i)) for i in selection.instructions()]
    return "\n\n".join(parts) or f"{selection.only} is a function: accounts are checked before an instruction runs"


def _instruction(selection: Selection, instruction: Instruction) -> list[str]:
    out = [f"instruction {instruction.name}, discriminator {instruction.discriminator.hex(' ')}"]
    for slot in instruction.slots:
        source = f"  {selection.line(slot.span)}" if slot.span is not None else "  added by the compiler"
        out += [f"  account {slot.index} {slot.name}: {kind_of_slot(slot)}", f"    {source}"]
    out.append("  checks, in this order:" if instruction.checks else "  no checks")
    for check in instruction.checks:
        name, meaning = check_lines(instruction, check)
        out += [f"    {instruction.slots[check.slot].name}: {name}", f"        {meaning}"]
    return out


def kind_of_slot(slot: AccountSlot) -> str:
    """The type of an account, and what it must be."""
    flags = [name for name in ("signer", "writable", "optional") if getattr(slot, name)]
    return ", ".join([str(slot.type), *flags])


def check_lines(instruction: Instruction, check: Check) -> tuple[str, str]:
    """The name of a check with what it compares to, and what it refuses with which code."""
    slots = instruction.slots
    given = {f.name: getattr(check, f.name) for f in dataclasses.fields(check) if f.name != "slot"}
    shown = ", ".join(f"{name} {_value(value, slots)}" for name, value in given.items() if value not in (None, False))
    meaning = " ".join(inspect.cleandoc(type(check).__doc__ or "").split())
    name = type(check).__name__
    return f"{name} ({shown})" if shown else name, meaning


def _value(value: Any, slots: list[AccountSlot]) -> str:
    match value:
        case bytes():
            return encode_base58(value) if len(value) == _ADDRESS else value.hex(" ")
        case AccountDecl():
            return value.name
        case ResolvedPda():
            seeds = ", ".join(_seed(s) for s in value.seeds)
            of = slots[value.program].name if isinstance(value.program, int) else encode_base58(value.program)
            return f"[{seeds}] of {of}, {_bump(value, slots)}"
        case bool():
            return "yes"
        case int():
            return str(value)
        case _:
            return dump(value)


def _seed(seed: Seed) -> str:
    if isinstance(seed, SeedExpr):
        return dump(seed.value)
    if isinstance(seed, SeedConst):
        return repr(seed.value)
    cut = "" if seed.slice is None else "[{}:{}]".format(*("" if end is None else end for end in seed.slice))
    return ".".join((seed.param, *seed.fields)) + cut


def _bump(pda: ResolvedPda, slots: list[AccountSlot]) -> str:
    match pda.bump:
        case BumpConst(value):
            return f"bump {value}, address {encode_base58(pda.address or b'')}"
        case BumpStored(slot):
            return f"bump from {slots[slot].name}.bump"
        case BumpGiven(seed):
            return f"bump {_seed(seed)}"
        case BumpFound():
            return "bump by search"

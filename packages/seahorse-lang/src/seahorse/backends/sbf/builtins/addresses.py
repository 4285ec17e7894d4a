"""`Pubkey.find_program_address`, `create_program_address`, and hashing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.accounts.account_records import KEY
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import KEY_SIZE, Parts
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import PDA_MARKER, find_program_address
from seahorse.semantics import tree
from seahorse.semantics.tree.types import PUBKEY, IntType


def _seeds(frame: Frame, e: tree.Expr) -> list[addresses.Slice]:
    assert isinstance(e, tree.ListLit | tree.ArrayLit | tree.TupleLit)
    return addresses.expression_slices(frame, e.items)


def _find(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    known = _known(frame, e)
    if known is not None:
        return known
    slices = _seeds(frame, e.args[0])
    program = frame.one(e.args[1])
    found = f.alloca(addresses.FOUND_SIZE)
    tail = [
        addresses.Slice(found, f.i64(1)),
        addresses.Slice(program, f.i64(KEY_SIZE)),
        addresses.constant_slice(frame, PDA_MARKER),
    ]
    slices += tail
    status = f.runtime("find_canonical", addresses.write_slices(frame, slices), f.i64(len(slices)), found)
    f.raise_if(status.ne(0), frame.errors.program_error("InvalidSeeds", e.span))
    return (f.at(found, addresses.FOUND_HASH), f.load("i8", found))


def _known(frame: Frame, e: tree.Builtin) -> Parts | None:
    """Address and bump, when all seeds are constant, or the checks of this instruction found them already."""
    f = frame.f
    listed, program = e.args
    assert isinstance(listed, tree.ListLit | tree.ArrayLit | tree.TupleLit)
    seeds = [_declared(frame, s) for s in listed.items]
    if not isinstance(program, tree.PubkeyLit) or None in seeds:
        return None
    constants = [s.value for s in seeds if isinstance(s, tree.SeedConst)]
    if len(constants) == len(seeds):
        address, bump = find_program_address(constants, program.value)
        return f.bytes(address), f.const("i8", bump)
    for slot in frame.instruction.slots if frame.instruction is not None else ():
        found = slot.pda is not None and isinstance(slot.pda.bump, ir.BumpFound) and not slot.optional
        if found and slot.pda is not None and slot.pda.program == program.value and _same(slot.pda.seeds, seeds):
            bump = f.load("i8", frame.accounts.bumps[slot.index])
            return f.at(frame.accounts.records[slot.index], KEY), bump
    return None


def _same(declared: Sequence[tree.Seed], seeds: Sequence[tree.Seed | None]) -> bool:
    """Parameters are the same by name: an account is declared with its own type, and here it is a key."""
    return len(declared) == len(seeds) and all(
        (a.param, a.fields, a.slice) == (b.param, b.fields, b.slice)
        if isinstance(a, tree.SeedParam) and isinstance(b, tree.SeedParam)
        else a == b
        for a, b in zip(declared, seeds, strict=True)
    )


def _declared(frame: Frame, seed: tree.Expr) -> tree.Seed | None:
    """A seed as it is declared with an account: a constant, an account's key, or an argument that never changes."""
    match seed:
        case tree.StrLit():
            return tree.SeedConst(seed.value.encode())
        case tree.BytesLit() | tree.PubkeyLit():
            return tree.SeedConst(bytes(seed.value))
        case tree.IntLit(type=IntType() as t):
            return tree.SeedConst(seed.value.to_bytes(t.fixed_size, "little", signed=t.signed))
        case tree.Builtin(name="key", args=[tree.Var() as account]) if frame.instruction is not None:
            slot = frame.instruction.slot_of(account.local)
            return tree.SeedParam(slot.name, (), PUBKEY) if slot is not None else None
        case tree.Var() if frame.instruction is not None and seed.local.id in frame.names.fixed:
            arg = next((a for a in frame.instruction.args if a.local.id == seed.local.id), None)
            return tree.SeedParam(arg.name, (), arg.type) if arg is not None else None
        case _:
            return None


def _create(frame: Frame, e: tree.Builtin) -> Parts:
    """On the curve: ProgramError InvalidSeeds. A hash and a look at the curve are a fifth of the syscall's price."""
    f = frame.f
    slices = _seeds(frame, e.args[0])
    program = addresses.Slice(frame.one(e.args[1]), f.i64(KEY_SIZE))
    slices += [program, addresses.constant_slice(frame, PDA_MARKER)]
    address = f.alloca(KEY_SIZE)
    f.call("sol_sha256", addresses.write_slices(frame, slices), f.i64(len(slices)), address)
    on_curve = f.call("sol_curve_validate_point", f.i64(0), address, f.const("ptr", 0)).eq(0)
    f.raise_if(on_curve, frame.errors.program_error("InvalidSeeds", e.span))
    return (address,)


def _sha256(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    parts = frame.eval(e.args[0])
    slices = addresses.write_slices(frame, [addresses.Slice(parts[0], parts[1])])
    out = allocate(frame, 32)
    f.call("sol_sha256", slices, f.i64(1), out)
    return (out, f.i64(KEY_SIZE))


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "find_program_address": _find,
    "create_program_address": _create,
    "sha256": _sha256,
}

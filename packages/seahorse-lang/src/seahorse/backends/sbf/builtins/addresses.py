"""`Pubkey.find_program_address`, `create_program_address`, and hashing."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.ir.addresses import PDA_MARKER
from seahorse.semantics import tree


def _seeds(cx: Frame, e: tree.Expr) -> list[addresses.Slice]:
    assert isinstance(e, tree.ListLit | tree.ArrayLit | tree.TupleLit)
    return addresses.expression_slices(cx, e.items)


def _find(cx: Frame, e: tree.Builtin) -> Parts:
    f = cx.f
    slices = _seeds(cx, e.args[0])
    program = cx.one(e.args[1])
    found = f.alloca(addresses.FOUND_SIZE)
    tail = [
        addresses.Slice(found, f.i64(1)),
        addresses.Slice(program, f.i64(32)),
        addresses.constant_slice(cx, PDA_MARKER),
    ]
    slices += tail
    status = f.runtime("find_canonical", addresses.write_slices(cx, slices), f.i64(len(slices)), found)
    f.raise_if(status.ne(0), cx.errors.program_error("InvalidSeeds", e.span))
    return (f.at(found, addresses.FOUND_HASH), f.load("i8", found))


def _create(cx: Frame, e: tree.Builtin) -> Parts:
    """On the curve: ProgramError InvalidSeeds."""
    f = cx.f
    slices = _seeds(cx, e.args[0])
    program = cx.one(e.args[1])
    address = f.alloca(32)
    status = f.call(
        "sol_create_program_address", addresses.write_slices(cx, slices), f.i64(len(slices)), program, address
    )
    f.raise_if(status.ne(0), cx.errors.program_error("InvalidSeeds", e.span))
    return (address,)


def _sha256(cx: Frame, e: tree.Builtin) -> Parts:
    f = cx.f
    parts = cx.eval(e.args[0])
    slices = addresses.write_slices(cx, [addresses.Slice(parts[0], parts[1])])
    out = allocate(cx, 32)
    f.call("sol_sha256", slices, f.i64(1), out)
    return (out, f.i64(32))


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "find_program_address": _find,
    "create_program_address": _create,
    "sha256": _sha256,
}

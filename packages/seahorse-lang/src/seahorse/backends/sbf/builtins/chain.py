"""Syscalls that a program makes by name: hashes, curves, compute units left, return data."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, KEY, same_key
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import KEY_SIZE, Parts
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects.lists import elements
from seahorse.ir.addresses import decode_base58
from seahorse.semantics import tree

SLOT_HASHES = decode_base58("SysvarS1otHashes111111111111111111111111111")
INSTRUCTIONS = decode_base58("Sysvar1nstructions1111111111111111111111111")
# `sol_alt_bn128_group_op`: the operation and the size of its result.
_GROUP = {"alt_bn128_addition": (0, 64), "alt_bn128_multiplication": (2, 64), "alt_bn128_pairing": (3, 32)}


def _hash(syscall: str) -> Callable[[Frame, tree.Builtin], Parts]:
    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        f = frame.f
        data, size = frame.eval(e.args[0])
        slices = addresses.write_slices(frame, [addresses.Slice(data, size)])
        out = allocate(frame, 32)
        f.call(syscall, slices, f.i64(1), out)
        return (out, f.i64(32))

    return emit


def _poseidon(frame: Frame, e: tree.Builtin) -> Parts:
    """Of BN254 with x^5, big-endian: the parameters that all of Solana's programs use."""
    f = frame.f
    count, data = elements(frame, e.args[0].type, frame.one(e.args[0]))
    out = allocate(frame, 32)
    # A list of bytes is a table of addresses and lengths already.
    frame.invalid(f.call("sol_poseidon", f.i64(0), f.i64(0), data, count, out).ne(0), e.span)
    return (out, f.i64(32))


def _recover(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    digest, digest_size = frame.eval(e.args[0])
    recovery = frame.one(e.args[1])
    signature, signature_size = frame.eval(e.args[2])
    frame.invalid(digest_size.ne(32) | signature_size.ne(64), e.span)
    out = allocate(frame, 64)
    failed = f.call("sol_secp256k1_recover", digest, recovery.zext("i64"), signature, out).ne(0)
    frame.invalid(failed, e.span)
    return (out, f.i64(64))


def _group(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    operation, size = _GROUP[e.name]
    data, given = frame.eval(e.args[0])
    out = allocate(frame, size)
    frame.invalid(f.call("sol_alt_bn128_group_op", f.i64(operation), data, given, out).ne(0), e.span)
    # The result of a pairing is a big-endian 0 or 1.
    return (f.load("i8", out, 31).ne(0),) if e.name == "alt_bn128_pairing" else (out, f.i64(size))


def _log_units(frame: Frame, e: tree.Builtin) -> Parts:
    frame.f.call("sol_log_compute_units_")
    return ()


def _units_left(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.f.call("sol_remaining_compute_units"),)


def _return_data(frame: Frame, e: tree.Builtin) -> Parts:
    """The program that set the data, and a copy of the data; None when no program set any."""
    f = frame.f
    program = allocate(frame, KEY_SIZE)
    nothing = f.call("sol_get_return_data", program, f.i64(0), program)
    data = allocate(frame, nothing)
    size = f.slot("i64", 0)
    f.if_(nothing.ne(0), lambda: size.set(f.call("sol_get_return_data", data, nothing, program)))
    some = size.get().ne(0)
    return (some, program, data, size.get())


def _instructions(frame: Frame, e: tree.Builtin) -> Parts:
    """The data of the instructions sysvar, which the account must be."""
    f = frame.f
    record = record_of(frame, e.args[0])
    frame.invalid(same_key(frame, f.at(record, KEY), INSTRUCTIONS).not_(), e.span)
    return (f.at(record, DATA), f.load("i64", record, DATA_LEN))


def _slot_hashes(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    offset, size = frame.one(e.args[0]), frame.one(e.args[1])
    out = allocate(frame, size)
    status: Value = f.call("sol_get_sysvar", f.bytes(SLOT_HASHES), out, offset, size)
    frame.invalid(status.ne(0), e.span)
    return (out, size)


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "keccak256": _hash("sol_keccak256"),
    "poseidon": _poseidon,
    "secp256k1_recover": _recover,
    **dict.fromkeys(_GROUP, _group),
    "log_compute_units": _log_units,
    "compute_units_left": _units_left,
    "return_data": _return_data,
    "instructions_data": _instructions,
    "slot_hashes_part": _slot_hashes,
}

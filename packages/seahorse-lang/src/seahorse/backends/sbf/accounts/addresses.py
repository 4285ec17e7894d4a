"""Program-derived addresses: seeds as slices, checks of an address, and the search for the canonical bump."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.backends.sbf.accounts import account_records
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import LIST_DATA, LIST_LEN, Parts, class_offset, load
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.scalars.integers import hide
from seahorse.backends.sbf.scalars.text_slices import slice_text
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import MAX_SEED_LEN, PDA_MARKER
from seahorse.ir.errors import AnchorError
from seahorse.semantics import tree
from seahorse.semantics.tree import Seed, SeedConst, SeedExpr
from seahorse.semantics.tree.types import (
    BYTES,
    PUBKEY,
    U8,
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EmptyType,
    EnumType,
    IntType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    Type,
)

# Where `find` writes its results: the bump at 0, the last hash at 8.
FOUND_BUMP, FOUND_HASH, FOUND_SIZE = 0, 8, 40


class SolBytes:
    """`SolBytes` of Solana's C interface (sol/types.h), also a seed: where bytes are, and how many."""

    ADDRESS, LENGTH, SIZE = 0, 8, 16


class SolSignerSeeds:
    """`SolSignerSeeds` (sol/pubkey.h): where the seeds of an address are, and how many."""

    SEEDS, COUNT, SIZE = 0, 8, 16


@dataclass
class Slice:
    """Bytes for a hash or a seed: constant ones, or an address and a length."""

    ptr: Value
    size: Value
    constant: bytes | None = None


def constant_slice(frame: Frame, value: bytes) -> Slice:
    return Slice(frame.f.bytes(value), frame.f.i64(len(value)), value)


def param_value(frame: Frame, name: str, fields: tuple[str, ...]) -> tuple[Type, Parts]:
    """The value of an instruction's parameter, or of a field below it. An account alone means its key."""
    instruction = frame.instruction
    assert instruction is not None
    for arg in instruction.args:
        if arg.name == name:
            return _below(frame, arg.type, frame.read(arg.local), fields)
    slot = instruction.slot(name)
    record = frame.accounts.records[slot.index]
    if not fields:
        return PUBKEY, (frame.f.at(record, account_records.KEY),)
    t = slot_type(slot)
    assert isinstance(t, AccountType)
    field = t.decl.field(fields[0])
    assert field is not None
    address = account_records.field_address(frame, t, slot_value(frame, slot), fields[0])
    return _below(frame, field.type, account_records.read_place(frame, field.type, address), fields[1:])


def slot_value(frame: Frame, slot: ir.AccountSlot) -> Value:
    """The value of a slot's account: of a new one, when it is initialized."""
    if slot.local is None:
        return frame.accounts.records[slot.index]
    if slot.local.id in frame.names.initialized:
        return frame.names.initialized[slot.local.id][0]
    return frame.names.fixed[slot.local.id][-1]


def slot_type(slot: ir.AccountSlot) -> Type:
    """The type of a slot's account, without Option and Empty."""
    t = slot.type
    if isinstance(t, OptionType):
        t = t.inner
    if isinstance(t, EmptyType):
        t = t.inner
    return t


def _below(frame: Frame, t: Type, parts: Parts, fields: tuple[str, ...]) -> tuple[Type, Parts]:
    for name in fields:
        assert isinstance(t, ClassType)
        offset, t = class_offset(t, name)
        parts = load(t, frame.f.at(parts[0], offset))
    return t, parts


def value_slice(frame: Frame, t: Type, parts: Parts) -> Slice:
    """The bytes that a value contributes as a seed."""
    f = frame.f
    match t:
        case PubkeyType():
            return Slice(parts[0], f.i64(32))
        case StrType() | BytesType():
            f.raise_if(parts[1].ugt(MAX_SEED_LEN), frame.errors.program_error("MaxSeedLengthExceeded", frame.span))
            return Slice(parts[0], parts[1])
        case IntType() | BoolType() | EnumType():
            size = t.fixed_size or 1
            place = f.alloca(size)
            f.store(parts[0].zext("i8") if isinstance(t, BoolType) else parts[0], place)
            return Slice(place, f.i64(size))
        case ArrayType() if t.elem == U8:
            return Slice(parts[0], f.i64(t.length))
        case ListType() if t.elem == U8:
            size = f.load("i64", parts[0], LIST_LEN)
            return value_slice(frame, BYTES, (f.load("ptr", parts[0], LIST_DATA), size))
        case _:
            raise TypeError(f"{t} is not a seed")


def seed_slices(frame: Frame, seeds: list[Seed]) -> list[Slice]:
    out: list[Slice] = []
    for seed in seeds:
        if isinstance(seed, SeedConst):
            out.append(constant_slice(frame, seed.value))
            continue
        if isinstance(seed, SeedExpr):
            out.append(value_slice(frame, seed.value.type, frame.eval(seed.value)))
            continue
        t, parts = param_value(frame, seed.param, seed.fields)
        if seed.slice is not None:
            start, stop = seed.slice
            parts = slice_text(frame, t, parts, start, stop)
        out.append(value_slice(frame, t, parts))
    return out


def expression_slices(frame: Frame, seeds: list[tree.Expr]) -> list[Slice]:
    """Seeds given as expressions, the bump among them."""
    return [value_slice(frame, s.type, frame.eval(s)) for s in seeds]


def signer_slices(frame: Frame, signer: tree.SignerSeeds) -> list[Slice]:
    """The seeds with which an account signs: those that the program writes out, or those of its declaration with its
    bump."""
    if signer.account is None or signer.seeds:
        return expression_slices(frame, signer.seeds)
    assert frame.instruction is not None
    found = frame.instruction.signer_pdas[signer.account.id]
    return [*seed_slices(frame, found.seeds), bump_slice(frame, found.bump)]


def stored_bump(frame: Frame, slot_index: int) -> Value:
    """The address of the `bump` field of a program account."""
    assert frame.instruction is not None
    t = slot_type(frame.instruction.slots[slot_index])
    assert isinstance(t, AccountType)
    return account_records.field_address(frame, t, slot_value(frame, frame.instruction.slots[slot_index]), "bump")


def bump_slice(frame: Frame, bump: ir.Bump) -> Slice:
    match bump:
        case ir.BumpConst():
            return constant_slice(frame, bytes([bump.value]))
        case ir.BumpStored():
            return Slice(stored_bump(frame, bump.slot), frame.f.i64(1))
        case ir.BumpGiven():
            return seed_slices(frame, [bump.seed])[0]
        case ir.BumpFound():
            return Slice(frame.accounts.bumps[bump.slot], frame.f.i64(1))


def write_slices(frame: Frame, slices: list[Slice]) -> Value:
    """An array of (address, length), as the hashing and signing syscalls take it."""
    f = frame.f
    constants = [s.constant for s in slices if s.constant is not None]
    if len(constants) == len(slices):
        return Value(f, "ptr", f.module.slices([(f.module.constant(c), len(c)) for c in constants]))
    out = f.alloca(SolBytes.SIZE * len(slices))
    for i, s in enumerate(slices):
        f.store(s.ptr, out, SolBytes.SIZE * i + SolBytes.ADDRESS)
        f.store(s.size, out, SolBytes.SIZE * i + SolBytes.LENGTH)
    return out


def write_signers(frame: Frame, signers: list[list[Slice]]) -> Value:
    """An array of what signs a call: for each the address of its seeds, and how many they are."""
    f = frame.f
    arrays = [(write_slices(frame, seeds), len(seeds)) for seeds in signers]
    if arrays and all(s.constant is not None for seeds in signers for s in seeds):
        return Value(f, "ptr", f.module.slices([(array.ref, count) for array, count in arrays]))
    out = f.alloca(SolSignerSeeds.SIZE * len(arrays))
    for i, (array, count) in enumerate(arrays):
        f.store(array, out, SolSignerSeeds.SIZE * i + SolSignerSeeds.SEEDS)
        f.store(f.i64(count), out, SolSignerSeeds.SIZE * i + SolSignerSeeds.COUNT)
    return out


def _hash_input(frame: Frame, slices: list[Slice], program: bytes | int) -> list[Slice]:
    """Seeds and bump, then the program and the marker; neighbouring constants become one slice."""
    tail = list(slices)
    if isinstance(program, bytes):
        tail.append(constant_slice(frame, program + PDA_MARKER))
    else:
        tail.append(Slice(frame.f.at(frame.accounts.records[program], account_records.KEY), frame.f.i64(32)))
        tail.append(constant_slice(frame, PDA_MARKER))
    merged: list[Slice] = []
    for s in tail:
        before = merged[-1].constant if merged else None
        if s.constant is not None and before is not None and len(before + s.constant) <= MAX_SEED_LEN:
            merged[-1] = constant_slice(frame, before + s.constant)
        else:
            merged.append(s)
    return merged


def derive(frame: Frame, seeds: list[Slice], program: bytes | int) -> Value:
    """The address of seeds that include their bump. It is not checked to be off the curve."""
    slices = _hash_input(frame, seeds, program)
    out = frame.f.alloca(32)
    frame.f.call("sol_sha256", write_slices(frame, slices), frame.f.i64(len(slices)), out)
    return out


def check(
    frame: Frame, slot: ir.AccountSlot, pda: ir.ResolvedPda, *, off_curve: bool = False, written: bool = False
) -> tuple[Value, int] | None:
    """2006 unless the slot's key is the address. A searched bump is remembered in `frame.accounts.bumps`.

    `written`: with a constant address, the account's being writable is checked too.

    `off_curve`: the slot's key cannot be a hash that lies on the curve, for one of two reasons. The address signs a CPI
    next, which the runtime refuses there; or the account was seen to have an owner, which it got when its address
    signed. Returns its seeds with the bump, as an array and its length, when they were written to memory.
    """
    f = frame.f
    error = frame.errors.account(AnchorError.ConstraintSeeds, slot.name)
    key = f.at(frame.accounts.records[slot.index], account_records.KEY)
    if pda.address is not None:
        if frame.unit.checks_in_place:
            _require_in_place(frame, slot, pda.address, error, written=written)
        else:
            helper = "require_written" if written else "require_address"
            require_address(frame, frame.accounts.records[slot.index], pda.address, error, helper)
        assert isinstance(pda.bump, ir.BumpConst)
        frame.accounts.note_bump(slot.index, f.bytes(bytes([pda.bump.value])))
        return None
    seeds = seed_slices(frame, pda.seeds)
    if not isinstance(pda.bump, ir.BumpFound):
        address = derive(frame, [*seeds, bump_slice(frame, pda.bump)], pda.program)
        if isinstance(pda.bump, ir.BumpGiven):
            # The caller chose it, perhaps one whose address has a private key.
            on_curve = f.call("sol_curve_validate_point", f.i64(0), address, f.const("ptr", 0)).eq(0)
            f.raise_if(on_curve, error)
        fail_keys_unless(frame, account_records.same_key(frame, key, address), error, key, address)
        return None
    found = f.alloca(FOUND_SIZE)
    slices = _hash_input(frame, [*seeds, Slice(f.at(found, FOUND_BUMP), f.i64(1))], pda.program)
    name = "find_off_curve" if off_curve else "find_checked"
    array = write_slices(frame, slices)
    status = f.runtime(name, array, f.i64(len(slices)), found, key)
    fail_keys_unless(frame, status.eq(0), error, key, f.at(found, FOUND_HASH))
    frame.accounts.note_bump(slot.index, f.at(found, FOUND_BUMP))
    # The program and the marker stand behind the bump: as one constant, or two.
    return array, len(slices) - (1 if isinstance(pda.program, bytes) else 2)


def _require_in_place(frame: Frame, slot: ir.AccountSlot, address: bytes, error: int, *, written: bool) -> None:
    """The same as `require_address` or `require_written`, without a call."""
    f = frame.f
    record = frame.accounts.records[slot.index]

    def other() -> Value:
        key = f.at(frame.accounts.records[slot.index], account_records.KEY)
        return f.runtime("fail_keys", f.i64(error), key, f.bytes(address))

    bad = f.cold_block(("address", slot.index), other)
    key = Value(f, "ptr", f.at(record, account_records.KEY).ref)
    for offset in range(0, 32, 8):
        word = int.from_bytes(address[offset : offset + 8], "little")
        f.leave_to(f.load("i64", key, offset).ne(word), bad)
    if written:
        flag = f.load("i8", key, account_records.WRITABLE - account_records.KEY)
        f.raise_if(flag.eq(0), frame.errors.account(AnchorError.ConstraintMut, slot.name))


def require_address(frame: Frame, record: Value, expected: bytes, error: int, helper: str = "require_address") -> None:
    """Check that the account has this key, which is known at compile time. Otherwise log the error with both keys, as
    Anchor does."""
    f = frame.f
    f.check(f.status(helper, record, f.bytes(expected), f.i64(error)))


def fail_keys_unless(frame: Frame, ok: Value, error: int, left: Value, right: Value) -> None:
    """Log the error with both keys, as Anchor does, and leave."""
    frame.f.leave_if(ok.not_(), lambda: frame.f.status("fail_keys", frame.f.i64(error), left, right))


def write_find_checked(module: LlvmModule) -> None:
    """`find_checked(slices, count, found, key) -> 0 or 1`: whether the first address off the curve is `key` (0).

    One of the slices is the byte at `found`, which holds the bump that is tried, from 255 down.
    """
    f = module.function("find_checked", ["ptr", "i64", "ptr", "ptr"], attributes="noinline")
    slices, count, found, key = f.params
    f.check(f.status("find_off_curve", slices, count, found, key))
    on_curve = f.call("sol_curve_validate_point", f.i64(0), key, f.const("ptr", 0)).eq(0)
    f.leave_to(on_curve, f.cold_block("other", lambda: f.i64(1)))
    f.ret(0)


def write_find_off_curve(module: LlvmModule) -> None:
    """`find_off_curve(slices, count, found, key) -> 0 or 1`: the same, for a `key` that does not lie on the curve when
    it is one of the hashes. A hash that is `key` needs no other look."""
    f = module.function("find_off_curve", ["ptr", "i64", "ptr", "ptr"], attributes="noinline")
    slices, count, found, key = f.params
    out = f.at(found, FOUND_HASH)
    bump = f.slot("i64", 255)
    head, miss, off_curve, again = (f.new_label() for _ in range(4))
    f.start(head)
    f.store(bump.get().trunc("i8"), found)
    f.call("sol_sha256", slices, count, out)
    for offset in range(0, 32, 8):
        same = f.new_label()
        f.branch(f.load("i64", out, offset).eq(f.load("i64", key, offset)), same, miss)
        f.start(same)
    f.ret(0)
    f.start(miss)
    on_curve = f.call("sol_curve_validate_point", f.i64(0), out, f.const("ptr", 0)).eq(0)
    f.branch(on_curve, again, off_curve, likely=True)
    f.start(again)
    # Hidden: otherwise LLVM counts with another number, one less. Below 0 there is no bump.
    bump.set(hide(bump.get() - 1))
    f.branch(bump.get().slt(0), off_curve, head)
    f.start(off_curve)
    # Hidden: otherwise LLVM makes the 1 before it looks whether there is another bump.
    f.ret(hide(f.i64(1)))


def write_find_canonical(module: LlvmModule) -> None:
    """`find_canonical(slices, count, found) -> 0 or 1`: the first bump from 255 down whose address is off the curve."""
    f = module.function("find_canonical", ["ptr", "i64", "ptr"], attributes="noinline")
    slices, count, found = f.params
    out = f.at(found, FOUND_HASH)
    bump = f.slot("i64", 255)
    head, off_curve, again = f.new_label(), f.new_label(), f.new_label()
    f.start(head)
    f.store(bump.get().trunc("i8"), found)
    f.call("sol_sha256", slices, count, out)
    f.branch(f.call("sol_curve_validate_point", f.i64(0), out, f.const("ptr", 0)).eq(0), again, off_curve)
    f.start(off_curve)
    f.ret(0)
    f.start(again)
    f.if_(bump.get().eq(0), lambda: f.ret(1))
    bump.set(bump.get() - 1)
    f.jump(head)

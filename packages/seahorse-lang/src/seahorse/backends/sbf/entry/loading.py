"""How an instruction gets at its accounts: it walks over the input up to the last account that it names.

The runtime tells where the instruction's data is (SIMD-0321, which every cluster has that runs sBPF v3), so the entry
point finds the instruction before anybody has looked at an account.
"""

from __future__ import annotations

from collections.abc import Mapping

from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, SPARE
from seahorse.backends.sbf.frame.frame import FrameAccounts
from seahorse.backends.sbf.frame.memory_map import INPUT_ADDRESS, MISSING_ADDRESS
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD, Reread, Value
from seahorse.backends.sbf.scalars.integers import hide
from seahorse.ir import nodes as ir

# The runtime passes at most 255 accounts to an instruction: the marker byte of a duplicate is an index below 255.
MAX_ACCOUNTS = 256
# With so many accounts, their addresses do not all fit in registers.
_REREAD_FROM = 5
# Up to so many accounts are walked over without a loop.
_STRAIGHT_TO = 8


def load_records(f: FunctionBuilder, instruction: ir.Instruction, first: Value) -> FrameAccounts:
    """The records of the accounts that an instruction names. `first`: the address of the input; with remaining
    accounts, of a table of all accounts."""
    slots = len(instruction.slots)
    if slots == 0:
        return FrameAccounts({})
    if instruction.remaining is not None:
        return _from_table(f, slots, first)
    if instruction.rare or slots > _STRAIGHT_TO or _often_twice(instruction):
        table = f.alloca(WORD * slots)
        f.runtime("load_accounts", table, f.i64(slots))
        return _from_table(f, slots, _filled(f, table))
    return _straight(f, slots, first)


def _often_twice(instruction: ir.Instruction) -> bool:
    """Whether some accounts are often the same one: the program itself, in the place of those that are absent."""
    return sum(slot.optional for slot in instruction.slots) > 1


def _from_table(f: FunctionBuilder, slots: int, table: Value) -> FrameAccounts:
    records: Mapping[int, Value]
    if slots >= _REREAD_FROM:
        kept = f.table(table)
        records = {i: Reread(kept, i) for i in range(slots)}
    else:
        records = {i: f.load("ptr", table, WORD * i) for i in range(slots)}
    return FrameAccounts(dict(records))


def _filled(f: FunctionBuilder, table: Value) -> Value:
    """A table from which only code behind this place reads, whatever LLVM knows of tables that never change."""
    return f.value("ptr", f'call ptr asm sideeffect "", "=r,0,~{{memory}}"(ptr {table.ref})')


def _straight(f: FunctionBuilder, slots: int, first: Value) -> FrameAccounts:
    """One account behind the other. Where one is missing, or there twice, the loop finds them all."""
    other, done = f.new_label(), f.new_label()
    table = f.alloca(WORD * slots)
    in_table = slots >= _REREAD_FROM
    f.leave_to(f.load("i64", first).ult(slots), other)
    record = f.at(first, WORD)
    found = [record]
    for _ in range(1, slots):
        if in_table:
            f.store(record, table, WORD * (len(found) - 1))
        record = next_record(f, record)
        f.leave_to(f.load("i8", record).ne(-1), other)
        found.append(record)
    if in_table:
        f.store(record, table, WORD * (slots - 1))
    here = f.label
    f.jump(done)
    f.start(other)
    f.runtime("load_accounts", table, f.i64(slots))
    again = [] if in_table else [f.load("ptr", table, WORD * i) for i in range(slots)]
    f.jump(done)
    f.start(done)
    if in_table:
        return _from_table(f, slots, _filled(f, table))
    pairs = zip(found, again, strict=True)
    return FrameAccounts({i: f.phi("ptr", [(a, here), (b, other)]) for i, (a, b) in enumerate(pairs)})


def next_record(f: FunctionBuilder, record: Value, *, last_use: bool = False) -> Value:
    """What follows an account: its length rounded up to words, then the rent epoch. `last_use`: the code does not need
    the account's address any more, so the sum may take its register."""
    length = (f.load("i64", record, DATA_LEN) + (DATA + SPARE + WORD + WORD - 1)) & -WORD
    return f.at(record, length) if last_use else f.pointer(length + f.address(record))


def write_load_accounts(module: LlvmModule) -> None:
    """`load_accounts(table, slots)`: the addresses of the first accounts; accounts of zeros in the place of missing
    ones, and a note that they are missing."""
    f = module.function("load_accounts", ["ptr", "i64"], attributes="noinline")
    table, slots = f.params
    count = f.load("i64", f.const("ptr", INPUT_ADDRESS))
    _walk(f, table, f.select(count.ult(slots), count, slots))
    _fill_missing(f, table, count, slots)
    f.ret()


def write_load_all(module: LlvmModule) -> None:
    """`load_all(table, slots) -> count`: the addresses of all accounts; those that are missing as in `load_accounts`,
    and counted."""
    f = module.function("load_all", ["ptr", "i64"], attributes="noinline")
    table, slots = f.params
    count = f.load("i64", f.const("ptr", INPUT_ADDRESS))
    _walk(f, table, count)
    _fill_missing(f, table, count, slots)
    f.ret(f.select(count.ult(slots), slots, count))


def _fill_missing(f: FunctionBuilder, table: Value, count: Value, slots: Value) -> None:
    """The checks read missing accounts as zeros, so that an error of an account before them comes first."""
    at = f.slot("i64", count)
    nothing = f.bytes(bytes(DATA + WORD), WORD)

    def one() -> None:
        f.store(nothing, f.word(table, at.get()))
        at.set(at.get() + 1)

    def fill() -> None:
        f.store(count + 1, f.const("ptr", MISSING_ADDRESS))
        f.while_(lambda: at.get().ult(slots), one)

    f.if_(count.ult(slots), fill)


def _walk(f: FunctionBuilder, table: Value, count: Value) -> None:
    """The test is at the end of the loop, which saves a jump for each account."""
    one, own, duplicate, stored, done = (f.new_label() for _ in range(5))
    cursor = f.slot("ptr", f.at(f.const("ptr", INPUT_ADDRESS), WORD))
    place = f.slot("ptr", table)
    # Hidden: otherwise LLVM keeps a counter beside the address that it needs anyway.
    end = hide(f.word(table, count))
    f.branch(place.get().ne(end), one, done)
    f.start(one)
    record = cursor.get()
    marker = f.load("i8", record)
    f.branch(marker.eq(-1), own, duplicate, likely=True)
    f.start(own)
    f.store(record, place.get())
    cursor.set(next_record(f, record, last_use=True))
    f.jump(stored)
    f.start(duplicate)
    f.store(f.load("ptr", f.word(table, marker.zext("i64"))), place.get())
    cursor.set(f.at(record, WORD))
    f.jump(stored)
    f.start(stored)
    place.set(f.at(place.get(), WORD))
    f.branch(place.get().ne(end), one, done)
    f.start(done)

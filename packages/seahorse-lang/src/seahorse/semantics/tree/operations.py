"""One record for each builtin operation: what it writes, reads and gives. A name without a record is refused.

semantics/README.md tells what every operation means; the records tell what follows from that for a translator. Those of
`library/operations.py` say both there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVAR_GETS
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.token_operations import TOKEN_OPERATIONS
from seahorse.semantics.tree.view_types import holds_key

# Where the bytes of a text, bytes or Pubkey that an operation gives may lie:
# "own" memory that nobody writes again, or constants; also for results that are not text, bytes or keys
#   "arguments" where those of its arguments lie
#   "frame"     memory of the function that runs, which the same call uses again
#   "items"     where the items of its first argument lie
#   "owner"     the owner in an account's record, which `close` and calls of programs write
#   "foreign"   data of an account of another program, which calls of programs write
#   "data"      data of any account, which assignments to fields and calls of programs write
Lies = Literal["own", "arguments", "frame", "items", "owner", "foreign", "data"]
# The data that an operation reads beside its arguments' values: the record of an account (balance, owner, size), data
# of an account of another program, the chain (clock), or nothing.
Reads = Literal["nothing", "record", "data", "chain"]


@dataclass(frozen=True)
class Operation:
    """Facts about `Builtin.name`. There are no defaults: a record says all of it.

    `changes`: the arguments, by position, whose list it changes; `resizes`: also the list's length; `moves_items`:
    items may stand at other places afterwards. `stores`: arguments that become items of the first one, or whose items
    do.
    `writes`: accounts, by position, that must be writable for it. `calls`: it runs another program, and `programs` are
    the implicit accounts for that. `reads`, `lies`: see above. `fresh`: gives a new object that nothing else refers to.
    `shares`: gives a sequence whose items are those of its arguments. `lazy`: gives an iterator, which runs when a loop
    takes its items. `fails`: may stop the instruction.
    """

    name: str
    changes: tuple[int, ...]
    resizes: bool
    moves_items: bool
    stores: tuple[int, ...]
    writes: tuple[int, ...]
    calls: bool
    programs: tuple[str, ...]
    reads: Reads
    lies: Lies
    fresh: bool
    shares: bool
    lazy: bool
    fails: bool

    @property
    def effects(self) -> bool:
        """Whether it changes anything that later code can observe."""
        return bool(self.changes or self.writes or self.calls)

    @property
    def pure(self) -> bool:
        """Whether its value depends only on the values of its arguments, and it changes nothing."""
        return not self.effects and self.reads == "nothing"

    @property
    def calm(self) -> bool:
        """Whether a back end may evaluate it later, or not at all, as long as nothing that it reads is written
        meanwhile."""
        return not self.effects and not self.fails


# The facts of an operation that only computes a value from its arguments and cannot fail.
_COMPUTES = Operation(
    name="",
    changes=(),
    resizes=False,
    moves_items=False,
    stores=(),
    writes=(),
    calls=False,
    programs=(),
    reads="nothing",
    lies="own",
    fresh=False,
    shares=False,
    lazy=False,
    fails=False,
)


def _record(name: str, **differs: Any) -> Operation:
    return replace(_COMPUTES, name=name, **differs)


def _each(names: str, **differs: Any) -> list[Operation]:
    return [_record(name, **differs) for name in names.split()]


_ACCOUNTS = [
    _record("key"),
    _record("lamports", reads="record"),
    _record("data_len", reads="record"),
    _record("owner", reads="record", lies="owner"),
    *_each("is_signer is_writable executable", reads="record"),
    # Lists and objects of accounts are written back first, so that the bytes are what the program sees.
    _record("data", reads="data", lies="data", fails=True),
    _record("set_byte", writes=(0,), fails=True),
    _record("set_bytes", writes=(0,), fails=True),
    # From a Signer it is a call of the system program (`effects.py` asks for the type).
    _record("transfer_lamports", writes=(0, 1), calls=True, programs=("system_program",), fails=True),
    _record("close", writes=(0, 1), fails=True),
    _record("resize", writes=(0, 2), calls=True, programs=("system_program",), fails=True),
    _record("migrate", writes=(0, 1), calls=True, programs=("system_program",), fails=True),
    _record("bump", reads="record", fails=True),
    _record("is_new"),
]
# Fields of an account's data. Those of a sysvar never change. Reading the authority of a mint without one fails.
_FIELDS = [
    _record(
        f"{kind.group}.{name}",
        reads="data" if kind.sysvar is None else "chain",
        lies="foreign" if holds_key(t) and kind.sysvar is None else "own",
        fails=f"{kind.group}.{name}" == "mint.authority",
    )
    for kind in ACCOUNT_KINDS.values()
    for name, t in kind.reads.items()
]
_TOKENS = [
    _record(name, writes=operation.writes, calls=True, programs=("token_program",), fails=True)
    for name, operation in TOKEN_OPERATIONS.items()
]
_EXTENSIONS = [_record("token.extension", reads="data", lies="foreign")]
_CALLS = [
    _record("program.invoke", calls=True, fails=True),
    # It stands only in the list given to `program.invoke`; whether it writes is what its arguments say.
    _record("cpi_account"),
]
_SYSVARS = [
    *(_record(name, reads="chain", lies="frame") for name in SYSVAR_GETS),
    _record("price.validate_price_feed", reads="data", lies="foreign", fails=True),
    _record("price.get_price", reads="data", lies="foreign", fails=True),
    *_each("price.num price.price price.conf price.expo price.publish_time", reads="data"),
]
_ADDRESSES = [
    _record("find_program_address", lies="frame", fails=True),
    _record("create_program_address", lies="frame", fails=True),
    _record("pubkey.bytes", lies="arguments"),
]
_CHAIN = [
    _record("instructions_data", reads="data", lies="foreign", fails=True),
    _record("u256_of"),
    _record("u256_part", fails=True),
    _record("slot_hashes_part", reads="chain", fails=True),
]
_NUMBERS = [
    *_each("abs round floor ceil divmod", fails=True),
    # Of texts or keys they would give one of their arguments.
    *_each("min max", lies="arguments", fails=True),
    *_each("sum sqrt", fails=True),
    *_each("all any len"),
    _record("int_bytes", fresh=True),
    _record("bytes"),
]
_ITERATORS = [
    _record("range", lazy=True, fails=True),
    # The items of a dict or set, which may not change its size meanwhile.
    _record("entries", lies="items", shares=True, lazy=True, fails=True),
    *_each("enumerate zip map filter reversed", lies="items", shares=True, lazy=True),
    *_each("list sorted", lies="items", fresh=True, shares=True),
    _record("array_from", lies="items", fresh=True, shares=True, fails=True),
]
_LISTS = [
    _record("list.append", changes=(0,), resizes=True, stores=(1,)),
    _record("list.extend", changes=(0,), resizes=True, stores=(1,)),
    _record("list.insert", changes=(0,), resizes=True, moves_items=True, stores=(2,), fails=True),
    # `del items[i]` is a `pop` whose error is another one.
    *_each("list.pop list.delete", changes=(0,), resizes=True, moves_items=True, lies="frame", fails=True),
    _record("list.remove", changes=(0,), resizes=True, moves_items=True, fails=True),
    _record("list.clear", changes=(0,), resizes=True, moves_items=True),
    _record("list.reverse", changes=(0,), moves_items=True),
    _record("list.sort", changes=(0,), moves_items=True, fails=True),
    _record("list.copy", lies="items", fresh=True, shares=True),
    _record("list.index", fails=True),
    _record("list.count"),
]
_TEXTS = [
    *_each("str.encode str.strip str", lies="arguments"),
    _record("bytes.decode", lies="arguments", fails=True),
    # Its items lie in the text that is split.
    _record("str.split", lies="arguments", fresh=True, fails=True),
    *_each("str.upper str.lower str.startswith str.endswith str.isascii str.find str.join"),
    _record("str.replace", fails=True),
]
_DECLARED = [_record(o.name, **o.facts) for o in DECLARED.values()]

OPERATIONS: dict[str, Operation] = {
    o.name: o
    for o in (
        *_ACCOUNTS,
        *_FIELDS,
        *_TOKENS,
        *_EXTENSIONS,
        *_CALLS,
        *_SYSVARS,
        *_ADDRESSES,
        *_CHAIN,
        *_NUMBERS,
        *_ITERATORS,
        *_LISTS,
        *_TEXTS,
        *_DECLARED,
    )
}


def operation(name: str) -> Operation:
    """The record of an operation. Raises `LookupError` for a name that has none: there is no safe guess."""
    found = OPERATIONS.get(name)
    if found is None:
        raise LookupError(f"builtin operation `{name}` has no record in semantics/tree/operations.py")
    return found

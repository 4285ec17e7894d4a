"""Calls of the token program that the program postpones, and makes as one: p-token's instruction 255.

Its data is 255 and then, for each call, the number of accounts (u8), the length of the data (u8) and the data; its
accounts are those of the calls, one after the other. It runs them in order, and ends with the error of the first that
fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from seahorse.backends.sbf.accounts.account_records import KEY
from seahorse.backends.sbf.accounts.addresses import SolSignerSeeds
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.invoke.cpi import describe
from seahorse.backends.sbf.invoke.structures import (
    SolAccountInfo,
    SolAccountMeta,
    SolInstruction,
    TokenInstruction,
    meta_flags,
)
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.ir.addresses import TOKEN_PROGRAM_ID
from seahorse.ir.facts.batches import BatchPlan, plan
from seahorse.semantics import tree

_BATCH = 255
_ACCOUNTS = 3
_HEAD = 3  # the number of the batch, and of the first call's accounts and bytes
_ENTRY = 2 + TokenInstruction.AMOUNT_SIZE


class _Count:
    """How many of something there are: known where the code is written, or when it runs."""

    def __init__(self, f: FunctionBuilder) -> None:
        self._slot: StackSlot = f.slot("i64", 0)
        self.known: int | None = 0

    def set(self, f: FunctionBuilder, known: int) -> None:
        self.known = known
        self._slot.set(f.i64(known))

    def add(self) -> None:
        self.known = None if self.known is None else self.known + 1
        self._slot.set(self.value + 1 if self.known is None else self.known)

    @property
    def value(self) -> Value:
        return self._slot.get()

    def place(self, f: FunctionBuilder, area: Value, size: int) -> Value:
        """The address of the next item."""
        return f.at(area, size * self.known if self.known is not None else self.value * size)


@dataclass(frozen=True)
class _BatchState:
    """The knowledge at a place of the code: the counts, the most calls that may wait, and the parts of them that are
    written already."""

    counts: tuple[int | None, ...]
    most: int = 0
    described: frozenset[str] = frozenset()
    signed: frozenset[object] = frozenset()


_NOTHING = _BatchState((0, 0, 0))


@dataclass
class TokenBatch:
    """The calls that wait in one body."""

    f: FunctionBuilder
    plan: BatchPlan
    name: str = ""
    most: int = 0
    described: set[str] = field(default_factory=set[str])
    signed: set[object] = field(default_factory=set[object])

    def __post_init__(self) -> None:
        f, most = self.f, self.plan.most
        metas, infos = SolAccountMeta.SIZE * _ACCOUNTS * most, SolAccountInfo.SIZE * _ACCOUNTS * most
        self._area = f.alloca(SolInstruction.SIZE + metas)
        self._metas = f.within(self._area, SolInstruction.SIZE)
        self._infos = f.alloca(infos)
        self._signers = f.alloca(SolSignerSeeds.SIZE * most)
        self._data = f.alloca(1 + _ENTRY * most)
        self._waiting, self._described, self._signing = _Count(f), _Count(f), _Count(f)
        self._counts = (self._waiting, self._described, self._signing)
        self.name = f.new_label()

    # --- calls ---

    def put_off(
        self, number: int, records: list[Value], amount: Value, signer: tuple[object, Value, int] | None
    ) -> None:
        """Add a call of three accounts. The last account signs. `signer`: the identity of its seeds, their array and
        its length."""
        f = self.f
        metas = self._waiting.place(f, self._metas, SolAccountMeta.SIZE * _ACCOUNTS)
        for i, record in enumerate(records):
            meta = f.at(metas, SolAccountMeta.SIZE * i)
            if record.key in self.described:
                f.store(f.at(record, KEY), meta)
            else:
                info = self._described.place(f, self._infos, SolAccountInfo.SIZE)
                describe(f, record, [meta, info], info)
                self._described.add()
                self.described.add(record.key)
            f.store(meta_flags(f, writable=i < 2, signer=i == 2), meta, SolAccountMeta.WRITABLE)
        entry = f.at(self._waiting.place(f, self._data, _ENTRY), 1)
        f.store(f.const("i16", _ACCOUNTS | TokenInstruction.AMOUNT_SIZE << 8), entry)
        f.store(f.const("i8", number), entry, 2)
        f.store(amount, entry, 2 + TokenInstruction.AMOUNT)
        if signer is not None and signer[0] not in self.signed:
            place = self._signing.place(f, self._signers, SolSignerSeeds.SIZE)
            f.store(signer[1], place, SolSignerSeeds.SEEDS)
            f.store(f.i64(signer[2]), place, SolSignerSeeds.COUNT)
            self._signing.add()
            self.signed.add(signer[0])
        self._waiting.add()
        self.most += 1
        f.detour = self.name

    def make(self) -> None:
        """Make the calls that wait."""
        if not self.most:
            return
        f = self.f
        if self._waiting.known is None:
            f.if_(self._waiting.value.ne(0), self._invoke)
        else:
            self._invoke()
        self.go_on(_NOTHING)
        for count in self._counts:
            count.set(f, 0)

    def _invoke(self) -> None:
        f, known = self.f, self._waiting.known
        waiting = self._waiting.value
        f.store(f.const("i8", _BATCH), self._data)
        f.store(f.bytes(TOKEN_PROGRAM_ID), self._area, SolInstruction.PROGRAM)
        f.store(self._metas, self._area, SolInstruction.METAS)
        f.store(waiting * _ACCOUNTS, self._area, SolInstruction.META_COUNT)
        alone = waiting.eq(1)
        # One alone needs no batch.
        single = (f.at(self._data, _HEAD), f.i64(TokenInstruction.AMOUNT_SIZE))
        several = (self._data, waiting * _ENTRY + 1)
        if known is None:
            data, size = f.select(alone, single[0], several[0]), f.select(alone, single[1], several[1])
        else:
            data, size = single if known == 1 else several
        f.store(data, self._area, SolInstruction.DATA)
        f.store(size, self._area, SolInstruction.DATA_SIZE)
        f.call(
            "sol_invoke_signed_c",
            self._area,
            self._infos,
            self._described.value,
            self._signers,
            self._signing.value,
        )

    # --- ways through the code ---

    def here(self) -> _BatchState:
        """The knowledge at this place."""
        counts = tuple(c.known for c in self._counts)
        return _BatchState(counts, self.most, frozenset(self.described), frozenset(self.signed))

    def go_on(self, state: object) -> None:
        """Write what comes after a place."""
        assert isinstance(state, _BatchState)
        for count, known in zip(self._counts, state.counts, strict=True):
            count.known = known
        self.most, self.described, self.signed = state.most, set(state.described), set(state.signed)
        self.f.detour = self.name if self.most else ""

    def meet(self, states: list[object]) -> None:
        """Write what comes after several places; without any, nothing does."""
        known = [s for s in states if isinstance(s, _BatchState)]
        self.go_on(_joined(known) if known else _NOTHING)

    def finish(self) -> None:
        """The end of the body: make what waits, and write what is run when the code fails while calls wait. They come
        first then, and an error of theirs is the error."""
        f = self.f
        if not f.closed:
            self.make()
        if self.name in f.detours:
            self.go_on(_BatchState((None, None, None)))
            f.write_detour(self.name, lambda: f.if_(self._waiting.value.ne(0), self._invoke))
        f.detour = ""


def _joined(states: list[_BatchState]) -> _BatchState:
    """The knowledge where several ways through the code meet."""
    first = states[0]
    for other in states[1:]:
        counts = tuple(a if a == b else None for a, b in zip(first.counts, other.counts, strict=True))
        both = first.described & other.described, first.signed & other.signed
        first = _BatchState(counts, max(first.most, other.most), *both)
    return first


def batch_of(frame: Frame, body: Sequence[tree.Stmt]) -> TokenBatch | None:
    """The calls that wait in a body, if it has such."""
    signers = frame.instruction.signer_pdas if frame.instruction is not None else {}
    made = plan(body, signers) if frame.unit.batches else None
    return TokenBatch(frame.f, made) if made is not None and made.calls else None

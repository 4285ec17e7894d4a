"""Accounts as a program sees them: objects of CPython on the bytes of a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from seahorse.engine.state.accounts import AccountState
from seahorse.engine.state.context import current
from seahorse.engine.state.errors import InstructionError
from seahorse.engine.state.keys import Pubkey
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.semantics.tree.types import INTS

_U64 = INTS["u64"]


@dataclass(eq=False)
class Handle:
    """The account behind an account object, and its slot in the instruction."""

    state: AccountState
    slot: int
    bump: int | None = None


def handle(account: Any) -> Handle:
    return account._seahorse


def state_of(account: Any) -> AccountState:
    return handle(account).state


def key_of(account: Any) -> Pubkey:
    return Pubkey.of(state_of(account).key)


def lamports_of(account: Any) -> int:
    return state_of(account).lamports


def owner_of(account: Any) -> Pubkey:
    return Pubkey.of(state_of(account).owner)


def data_len_of(account: Any) -> int:
    return len(state_of(account).data)


def is_signer(account: Any) -> bool:
    return state_of(account).key in current().signers


def is_writable(account: Any) -> bool:
    return state_of(account).key in current().writable


def executable(account: Any) -> bool:
    return state_of(account).executable


class AccountData(bytes):
    """The bytes of an account as they are at this moment. An assignment to them writes the account."""

    _state: AccountState

    @classmethod
    def of(cls, account: Any) -> AccountData:
        current().write_back()
        state = state_of(account)
        made = cls(state.data)
        made._state = state
        return made

    def __setitem__(self, place: Any, value: Any) -> None:
        data = self._state.data
        if isinstance(place, slice) and len(range(*place.indices(len(data)))) != len(value):
            raise ValueError(f"{len(value)} bytes for another number of them")
        data[place] = value


class Signature:
    """`account.signer(...)`: the account, and the seeds that sign for it."""

    def __init__(self, account: Any, seeds: list[Any] | None) -> None:
        self.account = account
        self.seeds = current().signing_seeds(account, seeds)

    def transfer_lamports(self, to: Any, amount: int) -> None:
        _transfer(self.account, to, amount, [self.seeds])


def _transfer(source: Any, to: Any, amount: int, seeds: list[Any]) -> None:
    """A call of the system program."""
    data = (2).to_bytes(4, "little") + amount.to_bytes(8, "little")
    metas = [(state_of(source).key, True, True), (state_of(to).key, False, True)]
    current().invoke(SYSTEM_PROGRAM_ID, metas, data, seeds)


class AnyAccount:
    """The members that all accounts have."""

    _seahorse: Handle

    def key(self) -> Pubkey:
        return key_of(self)

    def lamports(self) -> int:
        return lamports_of(self)

    def owner(self) -> Pubkey:
        return owner_of(self)

    def data_len(self) -> int:
        return data_len_of(self)

    def signer(self, seeds: list[Any] | None = None) -> Signature:
        return Signature(self, seeds)

    def bump(self) -> int:
        return current().bump_of(handle(self).slot)

    def is_new(self) -> bool:
        return current().created[handle(self).slot]

    def __str__(self) -> str:
        return str(key_of(self))

    __repr__ = __str__


class UncheckedAccount(AnyAccount):
    pass


class SystemAccount(AnyAccount):
    """An account that the system program owns."""


class Account(AnyAccount):
    """Base of the program's account classes. The fields are in the object's own dict, as CPython keeps them."""

    def __init_subclass__(cls, *, discriminator: Any = None) -> None:
        super().__init_subclass__()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, current().stored(self, name, value) if "_seahorse" in self.__dict__ else value)

    def transfer_lamports(self, to: Any, amount: int) -> None:
        source, target = state_of(self), state_of(to)
        if source.lamports < amount:
            raise InstructionError("InsufficientFunds")
        source.lamports -= amount
        if target.lamports + amount > _U64.max:
            raise OverflowError("a balance does not fit u64")
        target.lamports += amount

    def close(self, destination: Any) -> None:
        source, target = state_of(self), state_of(destination)
        if target.lamports + source.lamports > _U64.max:
            raise OverflowError("a balance does not fit u64")
        total = target.lamports + source.lamports
        source.lamports = 0
        target.lamports = total
        source.owner = SYSTEM_PROGRAM_ID
        source.data.clear()
        current().forget(self)

    def resize(self, space: int, payer: Any) -> None:
        current().resize(self, space, payer)

    def migrate(self, to: Any, payer: Any) -> Any:
        return current().migrate(self, to, payer)

    def __str__(self) -> str:
        return text_of_fields(self)

    __repr__ = __str__


class Object:
    """Base of the program's plain classes, for their text."""

    def __repr__(self) -> str:
        return text_of_fields(self)


def text_of_fields(value: Any) -> str:
    """`Name(field=value, ...)`, as a dataclass has it."""
    held = cast("dict[str, Any]", value.__dict__)
    fields = ", ".join(f"{k}={v!r}" for k, v in held.items() if k != "_seahorse")
    return f"{value.__class__.__name__}({fields})"


class Signer(AnyAccount):
    def transfer_lamports(self, to: Any, amount: int) -> None:
        _transfer(self, to, amount, [])


class Empty(AnyAccount):
    """An account that the checks have created: `init` gives it as what it has become."""

    def init(self, *_: Any, **__: Any) -> Any:
        return current().initialized[handle(self).slot]


class CpiAccount:
    def __init__(self, account: Any, mut: bool = False, signer: bool = False, seeds: list[Any] | None = None) -> None:
        lent = isinstance(account, Signature)
        self.seeds = account.seeds if lent else None if seeds is None else current().signing_seeds(account, seeds)
        self.key = state_of(account.account if lent else account).key
        self.mut, self.signer = mut, signer or self.seeds is not None


class Program(AnyAccount):
    def invoke(self, accounts: list[CpiAccount], data: Any, signer: Any = None) -> None:
        metas = [(a.key, a.signer, a.mut) for a in accounts]
        seeds = [a.seeds for a in accounts if a.seeds is not None]
        if isinstance(signer, Signature):
            seeds.append(signer.seeds)
        elif signer is not None:
            seeds.append(current().signing_seeds(None, signer))
        current().invoke(state_of(self).key, metas, bytes(data), seeds)


class ProgramData(AnyAccount):
    def upgrade_authority(self) -> Pubkey | None:
        data = state_of(self).data
        return Pubkey.of(data[13:45]) if data[12] else None

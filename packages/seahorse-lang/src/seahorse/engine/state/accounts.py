"""Accounts of a transaction as bytes, and the calls that run on them."""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.engine.state.errors import InstructionError


@dataclass(eq=False)
class AccountState:
    """One account. There is exactly one such object for each address of a transaction."""

    key: bytes
    lamports: int
    data: bytearray
    owner: bytes
    executable: bool


# By address.
AccountStates = dict[bytes, AccountState]


@dataclass(frozen=True)
class CalledAccount:
    """An account of a call: whether it signs, and whether the called program may write it."""

    key: bytes
    signer: bool
    writable: bool


@dataclass(frozen=True)
class _Before:
    lamports: int
    data: bytes
    owner: bytes


@dataclass
class CallFrame:
    """A running call: what it may do with the accounts, and their state when the program last got control."""

    program: bytes
    metas: list[CalledAccount]
    states: dict[bytes, AccountState]
    depth: int
    signers: set[bytes] = field(init=False)
    writable: set[bytes] = field(init=False)
    _before: dict[bytes, _Before] = field(init=False)

    def __post_init__(self) -> None:
        self.signers = {m.key for m in self.metas if m.signer}
        self.writable = {m.key for m in self.metas if m.writable}
        self.remember()

    def remember(self) -> None:
        """Record the present state of the accounts as the state that the program starts from."""
        states = (self.states[m.key] for m in self.metas)
        self._before = {s.key: _Before(s.lamports, bytes(s.data), s.owner) for s in states}

    def verify(self) -> None:
        """The checks that the runtime makes of a program's changes. Raises InstructionError."""
        for key, before in self._before.items():
            state, writable, own = self.states[key], key in self.writable, before.owner == self.program
            if state.owner != before.owner and not (own and writable):
                raise InstructionError("ModifiedProgramId")
            if bytes(state.data) != before.data:
                if not writable:
                    raise InstructionError("ReadonlyDataModified")
                if not own:
                    raise InstructionError("ExternalAccountDataModified")
            if state.lamports != before.lamports:
                if not writable:
                    raise InstructionError("ReadonlyLamportChange")
                if state.lamports < before.lamports and not own:
                    raise InstructionError("ExternalAccountLamportSpend")

    def balanced(self) -> bool:
        """Whether the sum of all lamports is the same as when the program last got control."""
        return sum(b.lamports for b in self._before.values()) == sum(self.states[k].lamports for k in self._before)

"""Checks of an account's owner and data before the engine takes it for one of a type."""

from __future__ import annotations

from seahorse.engine.state.accounts import AccountState
from seahorse.engine.state.errors import InstructionError, custom
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID, TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.ir.errors import TOO_SHORT, AnchorError


def require(holds: bool, code: int) -> None:
    if not holds:
        raise custom(code)


def require_key(found: bytes, expected: bytes, code: int) -> None:
    """One address must be another; the failure has both."""
    if found != expected:
        failure = custom(code)
        failure.keys = (found, expected)
        raise failure


def owned(state: AccountState, owner: bytes) -> None:
    if state.owner != owner:
        require(state.owner != SYSTEM_PROGRAM_ID or state.lamports != 0, AnchorError.AccountNotInitialized)
        require_key(state.owner, owner, AnchorError.AccountOwnedByWrongProgram)


def program_data_of(state: AccountState, owner: bytes, discriminator: bytes) -> None:
    """The owner and the discriminator of a program account."""
    owned(state, owner)
    require(len(state.data) >= len(discriminator), TOO_SHORT)
    require(bytes(state.data[: len(discriminator)]) == discriminator, AnchorError.AccountDiscriminatorMismatch)


def any_token_data_of(state: AccountState, *, mint: bool) -> None:
    """The same for an account of either token program, with or without extensions."""
    if state.owner not in (TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID):
        owned(state, TOKEN_PROGRAM_ID)
    size, place, last = (82, 45, 1) if mint else (165, 108, 2)
    newer = state.owner == TOKEN_2022_PROGRAM_ID
    longer = newer and len(state.data) > 165 and len(state.data) != 355 and state.data[165] == (1 if mint else 2)
    if len(state.data) != size and not longer:
        raise InstructionError("InvalidAccountData")
    if state.data[place] == 0:
        raise InstructionError("UninitializedAccount")
    if state.data[place] > last:
        raise InstructionError("InvalidAccountData")


def token_data_of(state: AccountState, size: int, place: int, last: int) -> None:
    """The owner, then as `unpack` of the token program."""
    owned(state, TOKEN_PROGRAM_ID)
    if len(state.data) != size:
        raise InstructionError("InvalidAccountData")
    if state.data[place] == 0:
        raise InstructionError("UninitializedAccount")
    if state.data[place] > last:
        raise InstructionError("InvalidAccountData")

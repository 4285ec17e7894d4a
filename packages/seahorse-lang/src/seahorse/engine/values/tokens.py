"""Token accounts and mints as a program sees them, and the token program's instructions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.engine.state.context import current
from seahorse.engine.state.keys import Pubkey
from seahorse.engine.values.objects import AnyAccount, Signature, state_of
from seahorse.ir.addresses import TOKEN_PROGRAM_ID
from seahorse.semantics.tree.token_operations import (
    AUTHORITY,
    TOKEN_OPERATIONS,
    Amount,
    Decimals,
    NewAuthority,
    Number,
    TokenOperation,
)


def operation(name: str, *params: str) -> Callable[..., None]:
    """A method that calls the token program. `params`: what it takes behind the account and the authority."""
    described = TOKEN_OPERATIONS[name]
    order = [*(["authority"] if described.has_authority else []), *params, "signer", "signers"]

    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        given = dict.fromkeys(order) | dict(zip(order, args, strict=False)) | kwargs
        seeds, signers = given.pop("signer"), given.pop("signers")
        _call(described, [self, *given.values()], seeds, signers)

    return method


def _call(described: TokenOperation, args: list[Any], seeds: list[Any] | None, signers: list[Any] | None) -> None:
    call = current()
    signatures: list[list[Any]] = []
    metas = [(state_of(args[arg]).key, False, written) for arg, written in described.accounts]
    if described.has_authority:
        authority = args[AUTHORITY]
        if isinstance(authority, Signature):
            signatures.append(authority.seeds)
            authority = authority.account
        elif seeds is not None:
            signatures.append(call.signing_seeds(authority, seeds))
        metas.append((state_of(authority).key, signers is None, False))
    metas += [(state_of(s).key, True, False) for s in signers or []]
    program = state_of(args[0]).owner if isinstance(args[0], _Extended) else TOKEN_PROGRAM_ID
    call.invoke(program, metas, b"".join(_part(part, args) for part in described.data), signatures)


def _part(part: Number | Amount | Decimals | NewAuthority, args: list[Any]) -> bytes:
    match part:
        case Number():
            return bytes([part.value])
        case Amount():
            return args[part.arg].to_bytes(8, "little")
        case Decimals():
            told = args[part.arg]
            return bytes([args[part.mint].decimals() if told is None else told])
        case NewAuthority():
            key = args[part.arg]
            return b"\0" if key is None else b"\1" + bytes(key)


class _Token(AnyAccount):
    """The fields of the token program's accounts, as they are at that moment."""

    def _number(self, offset: int, size: int = 8) -> int:
        return int.from_bytes(state_of(self).data[offset : offset + size], "little")

    def _key(self, offset: int) -> Pubkey:
        return Pubkey.of(state_of(self).data[offset : offset + 32])

    def _option(self, offset: int) -> Pubkey | None:
        return self._key(offset + 4) if self._number(offset, 4) else None

    def _required(self, offset: int) -> Pubkey:
        found = self._option(offset)
        if found is None:
            raise ValueError("the mint has no such authority")
        return found


class TokenAccount(_Token):
    def mint(self) -> Pubkey:
        return self._key(0)

    def authority(self) -> Pubkey:
        return self._key(32)

    def amount(self) -> int:
        return self._number(64)

    def delegate(self) -> Pubkey | None:
        return self._option(72)

    def is_frozen(self) -> bool:
        return state_of(self).data[108] == 2

    def is_native(self) -> bool:
        return self._number(109, 4) != 0

    def delegated_amount(self) -> int:
        return self._number(121)

    def close_authority(self) -> Pubkey | None:
        return self._option(129)

    transfer = operation("token.transfer", "to", "amount")
    transfer_checked = operation("token.transfer_checked", "to", "mint", "amount", "decimals")
    approve = operation("token.approve", "delegate", "amount")
    revoke = operation("token.revoke")
    close = operation("token.close", "destination")
    set_authority = operation("token.set_authority", "new_authority")
    set_close_authority = operation("token.set_close_authority", "new_authority")
    sync_native = operation("token.sync_native")


class TokenMint(_Token):
    def authority(self) -> Pubkey:
        return self._required(0)

    def supply(self) -> int:
        return self._number(36)

    def decimals(self) -> int:
        return self._number(44, 1)

    def freeze_authority(self) -> Pubkey:
        return self._required(46)

    mint = operation("mint.mint", "to", "amount")
    mint_to_checked = operation("mint.mint_to_checked", "to", "amount", "decimals")
    burn = operation("mint.burn", "holder", "amount")
    burn_checked = operation("mint.burn_checked", "holder", "amount", "decimals")
    freeze = operation("mint.freeze", "account")
    thaw = operation("mint.thaw", "account")
    set_authority = operation("mint.set_authority", "new_authority")
    set_freeze_authority = operation("mint.set_freeze_authority", "new_authority")


class _Extended(AnyAccount):
    """An account of either token program, with the extensions of Token-2022."""

    def extension(self, number: int) -> bytes | None:
        data = bytes(state_of(self).data)
        at = 166
        while at + 4 <= len(data):
            kind, size = (int.from_bytes(data[i : i + 2], "little") for i in (at, at + 2))
            if not kind or at + 4 + size > len(data):
                return None
            if kind == number:
                return data[at + 4 : at + 4 + size]
            at += 4 + size
        return None


class AnyTokenAccount(_Extended, TokenAccount):
    transfer_checked_with_fee = operation("token.transfer_checked_with_fee", "to", "mint", "amount", "fee", "decimals")


class AnyTokenMint(_Extended, TokenMint):
    pass

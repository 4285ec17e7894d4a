"""The byte layouts of SPL Token mints and accounts, which Token-2022 extends at the end."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from solders.pubkey import Pubkey

MINT_SIZE = 82
ACCOUNT_SIZE = 165
MULTISIG_SIZE = 355
ACCOUNT_STATES = ("uninitialized", "initialized", "frozen")
# Token-2022 writes the kind of account right behind the longest base layout.
KIND_OFFSET = ACCOUNT_SIZE
KIND_MINT, KIND_ACCOUNT = 1, 2
_MINT = struct.Struct("<I32sQBBI32s")
_ACCOUNT = struct.Struct("<32s32sQI32sBIQQI32s")


@dataclass(slots=True)
class Mint:
    """A token mint. supply: base units."""

    mint_authority: Pubkey | None
    supply: int
    decimals: int
    initialized: bool
    freeze_authority: Pubkey | None


@dataclass(slots=True)
class TokenHolding:
    """A token account. native_reserve: rent-exempt lamports of a wrapped-SOL account, else None."""

    mint: Pubkey
    owner: Pubkey
    amount: int
    delegate: Pubkey | None
    state: int
    native_reserve: int | None
    delegated_amount: int
    close_authority: Pubkey | None

    def pack(self) -> bytes:
        """The 165 bytes of the base layout."""
        return _ACCOUNT.pack(
            bytes(self.mint),
            bytes(self.owner),
            self.amount,
            int(self.delegate is not None),
            bytes(self.delegate or Pubkey.default()),
            self.state,
            int(self.native_reserve is not None),
            self.native_reserve or 0,
            self.delegated_amount,
            int(self.close_authority is not None),
            bytes(self.close_authority or Pubkey.default()),
        )


def is_mint(data: bytes) -> bool:
    """Whether `data` has the shape of a mint, with or without extensions."""
    if len(data) == MINT_SIZE:
        return True
    return len(data) > ACCOUNT_SIZE and len(data) != MULTISIG_SIZE and data[KIND_OFFSET] == KIND_MINT


def is_token_account(data: bytes) -> bool:
    """Whether `data` has the shape of a token account, with or without extensions."""
    if len(data) == ACCOUNT_SIZE:
        return True
    return len(data) > ACCOUNT_SIZE and len(data) != MULTISIG_SIZE and data[KIND_OFFSET] == KIND_ACCOUNT


def parse_mint(data: bytes) -> Mint | None:
    """The mint in `data`, or None when it is none or is not initialized."""
    if not is_mint(data):
        return None
    has_authority, authority, supply, decimals, initialized, has_freeze, freeze = _MINT.unpack_from(data)
    if not initialized:
        return None
    return Mint(
        Pubkey(authority) if has_authority else None,
        supply,
        decimals,
        bool(initialized),
        Pubkey(freeze) if has_freeze else None,
    )


def parse_token_account(data: bytes) -> TokenHolding | None:
    """The token account in `data`, or None when it is none or is not initialized."""
    if not is_token_account(data):
        return None
    fields = _ACCOUNT.unpack_from(data)
    mint, owner, amount, has_delegate, delegate, state, native, reserve, delegated, has_close, close = fields
    if state not in (1, 2):
        return None
    return TokenHolding(
        Pubkey(mint),
        Pubkey(owner),
        amount,
        Pubkey(delegate) if has_delegate else None,
        state,
        reserve if native else None,
        delegated,
        Pubkey(close) if has_close else None,
    )


def ui_amount_string(amount: int, decimals: int) -> str:
    """`amount` base units as a decimal number without trailing zeros."""
    if decimals == 0:
        return str(amount)
    digits = str(amount).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")


Scale = Callable[[int, int], tuple[float, str]]
"""How a mint shows its amounts, where it has a multiplier or pays interest: (amount, decimals) to (number, text)."""


def ui_amount(amount: int, decimals: int, scale: Scale | None = None) -> dict[str, object]:
    """A UiTokenAmount: the amount as text, as a float (which may round), and as decimal text.

    The float is null where a double cannot hold so many decimals exactly.
    """
    if scale is None:
        number, text = amount / 10**decimals, ui_amount_string(amount, decimals)
    else:
        number, text = scale(amount, decimals)
    return {"uiAmount": number, "decimals": decimals, "amount": str(amount), "uiAmountString": text}

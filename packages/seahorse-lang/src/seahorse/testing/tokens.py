"""SPL mints and token accounts, as raw account data."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from solders.pubkey import Pubkey

TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
_MINT = struct.Struct("<I32sQBBI32s")
_TOKEN = struct.Struct("<32s32sQI32sBIQQI32s")
_NOBODY = bytes(32)


@dataclass
class MintState:
    """A mint. `supply` is in base units; `authority` None: nobody can mint any more."""

    authority: Pubkey | None
    supply: int
    decimals: int
    freeze_authority: Pubkey | None = None

    def pack(self) -> bytes:
        return _MINT.pack(*_option(self.authority), self.supply, self.decimals, 1, *_option(self.freeze_authority))

    @classmethod
    def unpack(cls, data: bytes) -> MintState:
        """Raises ValueError when the data is not an initialized mint's."""
        if len(data) != _MINT.size:
            raise ValueError(f"a mint has {_MINT.size} bytes of data, not {len(data)}")
        has, authority, supply, decimals, initialized, can_freeze, freezer = _MINT.unpack(data)
        if not initialized:
            raise ValueError("the mint is not initialized")
        return cls(Pubkey(authority) if has else None, supply, decimals, Pubkey(freezer) if can_freeze else None)


@dataclass
class TokenState:
    """A token account. `amount` is in base units; `owner` is who may move it."""

    mint: Pubkey
    owner: Pubkey
    amount: int
    delegate: Pubkey | None = None
    delegated_amount: int = 0
    frozen: bool = False

    def pack(self) -> bytes:
        state = 2 if self.frozen else 1
        start = (bytes(self.mint), bytes(self.owner), self.amount, *_option(self.delegate), state)
        return _TOKEN.pack(*start, 0, 0, self.delegated_amount, 0, _NOBODY)

    @classmethod
    def unpack(cls, data: bytes) -> TokenState:
        """Raises ValueError when the data is not an initialized token account's."""
        if len(data) != _TOKEN.size:
            raise ValueError(f"a token account has {_TOKEN.size} bytes of data, not {len(data)}")
        mint, owner, amount, has, delegate, state, _, _, delegated, _, _ = _TOKEN.unpack(data)
        if not state:
            raise ValueError("the token account is not initialized")
        return cls(Pubkey(mint), Pubkey(owner), amount, Pubkey(delegate) if has else None, delegated, state == 2)


def _option(key: Pubkey | None) -> tuple[int, bytes]:
    return (0, _NOBODY) if key is None else (1, bytes(key))


def associated_address(owner: Pubkey, mint: Pubkey) -> Pubkey:
    """The associated token account of `owner` for `mint`."""
    return Pubkey.find_program_address([bytes(owner), bytes(TOKEN_PROGRAM), bytes(mint)], ASSOCIATED_TOKEN_PROGRAM)[0]

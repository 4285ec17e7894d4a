"""Accounts that an instruction creates."""

from typing import Any, Generic, TypeVar

from seahorse.prelude.ledger.accounts import AccountWithKey, Signer, UncheckedAccount
from seahorse.prelude.ledger.tokens import AnyTokenMint, TokenMint
from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u8, u64

__all__ = ["Empty"]

T = TypeVar("T", covariant=True)


class Empty(UncheckedAccount, Generic[T]):
    """An account that this instruction creates: of a program's own type, a TokenAccount or a TokenMint."""

    def init(
        self,
        payer: Signer | None = None,
        seeds: list[Any] | None = None,
        mint: "TokenMint | AnyTokenMint | Empty[TokenMint] | None" = None,
        decimals: u8 | None = None,
        authority: AccountWithKey | None = None,
        associated: bool = False,
        space: u64 | None = None,
        padding: u64 | None = None,
        init_if_needed: bool = False,
        zero: bool = False,
    ) -> T:
        """Create the account, with the account checks: before the first statement of the instruction.

        Args:
            payer: pays the rent; a signer. Required, except with `zero`.
            seeds: derive the address: text, accounts, integers, keys, lists of bytes; each at most 32 bytes.
            mint: the mint of a new TokenAccount.
            decimals: the decimals of a new TokenMint.
            authority: who may move a new TokenAccount's tokens, or mint a new TokenMint's.
            associated: make the associated token account of `authority` and `mint`; then no seeds.
            space: the size of a program account's data in bytes, instead of the computed one.
            padding: bytes in addition to the computed size.
            init_if_needed: the account may be there already: then it is checked as one of its type, and its fields are
                what they were. Needs seeds (or `associated`). `is_new()` tells which.
            zero: somebody else has created the account, with this program as its owner; this instruction makes it one
                of its class. The way to accounts of more than 10 KiB. Takes nothing else, also no payer.

        Returns:
            The account. Its fields are zero, except for `bump`.
        """
        only_on_chain("Empty.init")

    def is_new(self) -> bool:
        """Whether `init(..., init_if_needed=True)` created the account, which was not there before."""
        only_on_chain("Empty.is_new")

    def bump(self) -> u8:
        """The bump of the account's address; only after `init` with seeds."""
        only_on_chain("Empty.bump")

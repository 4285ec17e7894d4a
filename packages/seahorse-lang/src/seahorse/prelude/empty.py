"""Accounts that an instruction creates."""

from typing import Any, Generic, TypeVar

from seahorse.prelude.accounts import AccountWithKey, Signer, UncheckedAccount
from seahorse.prelude.numbers import u8, u64
from seahorse.prelude.tokens import TokenMint
from seahorse.prelude.unavailable import only_on_chain

__all__ = ["Empty"]

T = TypeVar("T", covariant=True)


class Empty(UncheckedAccount, Generic[T]):
    """An account that this instruction creates: of a program's own type, a TokenAccount or a TokenMint."""

    def init(
        self,
        payer: Signer,
        seeds: list[Any] | None = None,
        mint: "TokenMint | Empty[TokenMint] | None" = None,
        decimals: u8 | None = None,
        authority: AccountWithKey | None = None,
        associated: bool = False,
        space: u64 | None = None,
        padding: u64 | None = None,
    ) -> T:
        """Create the account, with the account checks: before the first statement of the instruction.

        Args:
            payer: pays the rent; a signer.
            seeds: derive the address: text, accounts, integers, keys, lists of bytes; each at most 32 bytes.
            mint: the mint of a new TokenAccount.
            decimals: the decimals of a new TokenMint.
            authority: who may move a new TokenAccount's tokens, or mint a new TokenMint's.
            associated: make the associated token account of `authority` and `mint`; then no seeds.
            space: the size of a program account's data in bytes, instead of the computed one.
            padding: bytes in addition to the computed size.

        Returns:
            The account. Its fields are zero, except for `bump`.
        """
        only_on_chain("Empty.init")

    def bump(self) -> u8:
        """The bump of the account's address; only after `init` with seeds."""
        only_on_chain("Empty.bump")

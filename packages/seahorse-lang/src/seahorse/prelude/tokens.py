"""SPL token accounts and mints. Amounts are in base units; the caller must apply the decimals."""

from typing import Any

from seahorse.prelude.accounts import AccountWithKey, UncheckedAccount
from seahorse.prelude.numbers import u8, u64
from seahorse.prelude.pubkey import Pubkey
from seahorse.prelude.unavailable import only_on_chain

__all__ = ["TokenAccount", "TokenMint"]


class TokenAccount(UncheckedAccount):
    """An SPL token account, owned by the token program."""

    def authority(self) -> Pubkey:
        """Who may move the tokens: SPL's `owner` field."""
        only_on_chain("TokenAccount.authority")

    def amount(self) -> u64:
        """The balance in base units."""
        only_on_chain("TokenAccount.amount")

    def mint(self) -> Pubkey:
        """The mint whose tokens this account holds."""
        only_on_chain("TokenAccount.mint")

    def delegate(self) -> Pubkey | None:
        """Who may move `delegated_amount` for the owner, if anybody."""
        only_on_chain("TokenAccount.delegate")

    def delegated_amount(self) -> u64:
        """How much the delegate may move."""
        only_on_chain("TokenAccount.delegated_amount")

    def is_frozen(self) -> bool:
        """Whether the mint's freeze authority froze the account."""
        only_on_chain("TokenAccount.is_frozen")

    def transfer(
        self, authority: AccountWithKey, to: "TokenAccount", amount: u64, signer: list[Any] | None = None
    ) -> None:
        """Move tokens to another account of the same mint.

        Args:
            authority: the owner of this account or its delegate: a signer, or `account.signer()`.
            to: the receiving token account.
            amount: base units.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
        """
        only_on_chain("TokenAccount.transfer")


class TokenMint(UncheckedAccount):
    """An SPL token mint, owned by the token program."""

    def authority(self) -> Pubkey:
        """Who may mint; fails when nobody may any more."""
        only_on_chain("TokenMint.authority")

    def freeze_authority(self) -> Pubkey:
        """Who may freeze token accounts; fails when nobody may."""
        only_on_chain("TokenMint.freeze_authority")

    def decimals(self) -> u8:
        """How many decimals one token has."""
        only_on_chain("TokenMint.decimals")

    def supply(self) -> u64:
        """How many base units exist."""
        only_on_chain("TokenMint.supply")

    def mint(self, authority: AccountWithKey, to: TokenAccount, amount: u64, signer: list[Any] | None = None) -> None:
        """Make new tokens in a token account.

        Args:
            authority: the mint authority: a signer, or `account.signer()`.
            to: the receiving token account.
            amount: base units.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
        """
        only_on_chain("TokenMint.mint")

    def burn(
        self, authority: AccountWithKey, holder: TokenAccount, amount: u64, signer: list[Any] | None = None
    ) -> None:
        """Destroy tokens of a token account.

        Args:
            authority: the owner of `holder` or its delegate: a signer, or `account.signer()`.
            holder: the token account that loses the tokens.
            amount: base units.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
        """
        only_on_chain("TokenMint.burn")

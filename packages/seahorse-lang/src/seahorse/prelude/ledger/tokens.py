"""SPL token accounts and mints. Amounts are in base units; the caller must apply the decimals."""

from typing import Any, Generic, Self, TypeVar

from seahorse.prelude.ledger.accounts import AccountWithKey, Signer, UncheckedAccount
from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u8, u64
from seahorse.prelude.values.pubkey import Pubkey

__all__ = ["AnyTokenAccount", "AnyTokenMint", "TokenAccount", "TokenMint"]

_Mint = TypeVar("_Mint", bound="TokenMint | AnyTokenMint")
_Holder = TypeVar("_Holder", bound="TokenAccount | AnyTokenAccount")


class _TokenAccount(UncheckedAccount, Generic[_Mint]):
    """What token accounts of either program can do; `_Mint` is the class of their mints."""

    def authority(self) -> Pubkey:
        """Who may move the tokens: SPL's `owner` field."""
        only_on_chain(f"{type(self).__name__}.authority")

    def amount(self) -> u64:
        """The balance in base units."""
        only_on_chain(f"{type(self).__name__}.amount")

    def mint(self) -> Pubkey:
        """The mint whose tokens this account holds."""
        only_on_chain(f"{type(self).__name__}.mint")

    def delegate(self) -> Pubkey | None:
        """Who may move `delegated_amount` for the owner, if anybody."""
        only_on_chain(f"{type(self).__name__}.delegate")

    def delegated_amount(self) -> u64:
        """How much the delegate may move."""
        only_on_chain(f"{type(self).__name__}.delegated_amount")

    def is_frozen(self) -> bool:
        """Whether the mint's freeze authority froze the account."""
        only_on_chain(f"{type(self).__name__}.is_frozen")

    def is_native(self) -> bool:
        """Whether the account holds wrapped SOL."""
        only_on_chain(f"{type(self).__name__}.is_native")

    def close_authority(self) -> Pubkey | None:
        """Who may close the account beside its owner, if anybody."""
        only_on_chain(f"{type(self).__name__}.close_authority")

    def transfer(
        self,
        authority: AccountWithKey,
        to: Self,
        amount: u64,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Move tokens to another account of the same mint.

        Args:
            authority: the owner of this account or its delegate: a signer, `account.signer()`, or a multisig account
                with `signers`.
            to: the receiving token account.
            amount: base units.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
            signers: those of a multisig account's signers that sign this.
        """
        only_on_chain(f"{type(self).__name__}.transfer")

    def transfer_checked(
        self,
        authority: AccountWithKey,
        to: Self,
        mint: _Mint,
        amount: u64,
        decimals: u8 | None = None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """The same; the token program checks the mint and its decimals, which are read from it when left out."""
        only_on_chain(f"{type(self).__name__}.transfer_checked")

    def approve(
        self,
        authority: AccountWithKey,
        delegate: AccountWithKey,
        amount: u64,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Let `delegate` move up to `amount` of the tokens; a delegate before it can no more."""
        only_on_chain(f"{type(self).__name__}.approve")

    def revoke(
        self, authority: AccountWithKey, signer: list[Any] | None = None, signers: list[Signer] | None = None
    ) -> None:
        """Take the delegate's right back."""
        only_on_chain(f"{type(self).__name__}.revoke")

    def close(
        self,
        authority: AccountWithKey,
        destination: AccountWithKey,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Close the account, which must hold no tokens (of wrapped SOL, any): its lamports go to `destination`."""
        only_on_chain(f"{type(self).__name__}.close")

    def set_authority(
        self,
        authority: AccountWithKey,
        new_authority: Pubkey,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Give the account to another owner."""
        only_on_chain(f"{type(self).__name__}.set_authority")

    def set_close_authority(
        self,
        authority: AccountWithKey,
        new_authority: Pubkey | None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Who may close the account beside its owner."""
        only_on_chain(f"{type(self).__name__}.set_close_authority")

    def sync_native(self) -> None:
        """Count lamports that were sent to an account of wrapped SOL as its tokens."""
        only_on_chain(f"{type(self).__name__}.sync_native")


class _TokenMint(UncheckedAccount, Generic[_Holder]):
    """What mints of either program can do; `_Holder` is the class of their token accounts."""

    def authority(self) -> Pubkey:
        """Who may mint; fails when nobody may any more."""
        only_on_chain(f"{type(self).__name__}.authority")

    def freeze_authority(self) -> Pubkey:
        """Who may freeze token accounts; fails when nobody may."""
        only_on_chain(f"{type(self).__name__}.freeze_authority")

    def decimals(self) -> u8:
        """How many decimals one token has."""
        only_on_chain(f"{type(self).__name__}.decimals")

    def supply(self) -> u64:
        """How many base units exist."""
        only_on_chain(f"{type(self).__name__}.supply")

    def mint(
        self,
        authority: AccountWithKey,
        to: _Holder,
        amount: u64,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Make new tokens in a token account.

        Args:
            authority: the mint authority: a signer, `account.signer()`, or a multisig account with `signers`.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
            signers: those of a multisig account's signers that sign this.
        """
        only_on_chain(f"{type(self).__name__}.mint")

    def mint_to_checked(
        self,
        authority: AccountWithKey,
        to: _Holder,
        amount: u64,
        decimals: u8 | None = None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """The same; the token program checks the decimals, which are read from the mint when left out."""
        only_on_chain(f"{type(self).__name__}.mint_to_checked")

    def burn(
        self,
        authority: AccountWithKey,
        holder: _Holder,
        amount: u64,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Destroy tokens of a token account.

        Args:
            authority: the owner of `holder` or its delegate: a signer, `account.signer()`, or a multisig account with
                `signers`.
            signer: the seeds, with the bump, of an authority that is a derived address (Seahorse's own form).
            signers: those of a multisig account's signers that sign this.
        """
        only_on_chain(f"{type(self).__name__}.burn")

    def burn_checked(
        self,
        authority: AccountWithKey,
        holder: _Holder,
        amount: u64,
        decimals: u8 | None = None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """The same; the token program checks the decimals, which are read from the mint when left out."""
        only_on_chain(f"{type(self).__name__}.burn_checked")

    def freeze(
        self,
        authority: AccountWithKey,
        account: _Holder,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Keep the tokens of an account from moving; `authority` is the freeze authority."""
        only_on_chain(f"{type(self).__name__}.freeze")

    def thaw(
        self,
        authority: AccountWithKey,
        account: _Holder,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Let the tokens of a frozen account move again."""
        only_on_chain(f"{type(self).__name__}.thaw")

    def set_authority(
        self,
        authority: AccountWithKey,
        new_authority: Pubkey | None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Who may mint from now on; with None, nobody ever again."""
        only_on_chain(f"{type(self).__name__}.set_authority")

    def set_freeze_authority(
        self,
        authority: AccountWithKey,
        new_authority: Pubkey | None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """Who may freeze accounts from now on; with None, nobody ever again."""
        only_on_chain(f"{type(self).__name__}.set_freeze_authority")


class TokenAccount(_TokenAccount["TokenMint"]):
    """An SPL token account, owned by the token program."""


class TokenMint(_TokenMint[TokenAccount]):
    """An SPL token mint, owned by the token program."""


class AnyTokenAccount(_TokenAccount["AnyTokenMint"]):
    """A token account of the token program or of Token-2022. Calls go to the program that owns it."""

    def transfer_checked_with_fee(
        self,
        authority: AccountWithKey,
        to: Self,
        mint: "AnyTokenMint",
        amount: u64,
        fee: u64,
        decimals: u8 | None = None,
        signer: list[Any] | None = None,
        signers: list[Signer] | None = None,
    ) -> None:
        """`transfer_checked` of a mint with a transfer fee, which must be exactly `fee` (Token-2022 only)."""
        only_on_chain("AnyTokenAccount.transfer_checked_with_fee")

    def extension(self, number: int) -> bytes | None:
        """The bytes of an extension of Token-2022 by its number, or None."""
        only_on_chain("AnyTokenAccount.extension")


class AnyTokenMint(_TokenMint[AnyTokenAccount]):
    """A mint of the token program or of Token-2022. Calls go to the program that owns it."""

    def extension(self, number: int) -> bytes | None:
        """The bytes of an extension of Token-2022 by its number (1 is the transfer fee, 14 the hook), or None."""
        only_on_chain("AnyTokenMint.extension")

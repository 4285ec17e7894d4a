"""Lamports go into a vault and out of it, with the vault's address checked in three ways."""

from seahorse.prelude import *

declare_id("33333333333333333333333333333333333333333333")


class Vault(Account):
    """What holds lamports of one user. PDA: ["vault", user]."""

    user: Pubkey


class BumpVault(Account):
    """The same, which keeps its bump. PDA: ["vault", user]."""

    user: Pubkey
    bump: u8


@instruction
def deposit(user: Signer, vault: Annotated[UncheckedAccount, Seeds("vault", arg.user)], amount: u64):
    """Put lamports into the user's vault, whose address is searched."""
    user.transfer_lamports(vault, amount)


@instruction
def deposit_unchecked(user: Signer, vault: UncheckedAccount, amount: u64):
    """Put lamports anywhere."""
    user.transfer_lamports(vault, amount)


@instruction
def withdraw(user: Signer, vault: Annotated[Vault, Seeds("vault", arg.user)], amount: u64):
    """Take lamports out of the user's vault, whose address is searched."""
    vault.transfer_lamports(user, amount)


@instruction
def withdraw_stored(user: Signer, vault: Annotated[BumpVault, Seeds("vault", arg.user)], amount: u64):
    """Take lamports out of the user's vault, whose address is hashed with the bump that it keeps."""
    vault.transfer_lamports(user, amount)


@instruction
def withdraw_unchecked(user: Signer, vault: Vault, amount: u64):
    """Take lamports out of any vault."""
    vault.transfer_lamports(user, amount)  # seahorse: allow[unchecked-signer]

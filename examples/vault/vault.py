"""Vault: lamports that cannot be had before a certain time.

Anybody may pay in; only the owner takes out, and only once the time has come. The lamports lie in
the vault's own account, on top of the rent that keeps it alive, so the program can move them
without calling anybody.
"""

from seahorse.prelude import *

declare_id("Gnon4Rf9bp536Cn9fpVSgXBhnZBZskTSCLrJvds1qwt")

LONGEST_LOCK = 366 * 24 * 60 * 60  # seconds


class Vault(Account):
    """Somebody's savings. PDA: ["vault", owner]."""

    owner: Pubkey
    opens_at: i64  # unix time
    saved: u64  # lamports
    bump: u8


class Deposited(Event):
    """Lamports went in."""

    vault: Pubkey
    by: Pubkey
    amount: u64


class Withdrawn(Event):
    """Lamports went out."""

    vault: Pubkey
    amount: u64
    left: u64


class VaultError(Error):
    """Why a vault stays shut."""

    NOT_YET = 6000, "The vault is not open yet"
    TOO_LONG = 6001, "A vault is locked for at most a year"
    NOTHING = 6002, "The amount is zero"
    NOT_SO_MUCH = 6003, "There is less than that in the vault"


OwnVault = Annotated[Vault, Seeds("vault", arg.owner)]


@instruction
def create(owner: Signer, vault: Empty[Vault], seconds: i64):
    """Make the signer's vault, locked for this long."""
    assert 0 <= seconds <= LONGEST_LOCK, VaultError.TOO_LONG
    made = vault.init(payer=owner, seeds=["vault", owner])
    made.owner = owner.key()
    made.opens_at = Clock.get().unix_timestamp() + seconds


@instruction
def deposit(payer: Signer, vault: Vault, amount: u64):
    """Pay in. Everybody may."""
    assert amount > 0, VaultError.NOTHING
    payer.transfer_lamports(vault, amount)
    vault.saved += amount
    Deposited(vault=vault.key(), by=payer.key(), amount=amount).emit()


@instruction
def withdraw(owner: Signer, vault: OwnVault, amount: u64):
    """Take out."""
    require_open(vault)
    assert amount > 0, VaultError.NOTHING
    assert amount <= vault.saved, VaultError.NOT_SO_MUCH
    vault.saved -= amount
    vault.transfer_lamports(owner, amount)
    Withdrawn(vault=vault.key(), amount=amount, left=vault.saved).emit()


@instruction
def empty(owner: Signer, vault: OwnVault):
    """Take everything out, the rent too, and give the vault up."""
    require_open(vault)
    Withdrawn(vault=vault.key(), amount=vault.saved, left=0).emit()
    vault.close(owner)


def require_open(vault: Vault):
    """Refuse before the time has come."""
    assert Clock.get().unix_timestamp() >= vault.opens_at, VaultError.NOT_YET

"""Multisig: lamports that move when enough of the owners sign, and any call that they agree on.

The owners who sign stand behind the accounts that have names: a wallet lets clients add any number of them.
"""

from seahorse.prelude import *

declare_id("34vtN2W5nUSLf5uuKAwdWKhgqLiW4RPGJJwxX8aJddf2")

MOST_OWNERS = 10


class Wallet(Account):
    """Who owns the lamports, and how many must sign. PDA: ["wallet", number]."""

    number: u64
    owners: Annotated[List[Pubkey], 10]
    needed: u8
    spent: u64
    bump: u8

    def check(self, present: List[Pubkey]) -> None:
        """Refuse when too few owners sign. Who signs twice counts once."""
        agreed = {owner for owner in self.owners if owner in present}
        assert len(agreed) >= self.needed, MultisigError.TOO_FEW


class MultisigError(Error):
    """Why a wallet stays shut."""

    TOO_FEW = 6000, "Too few owners signed"
    BAD_OWNERS = 6001, "Owners must be different, and at most ten"
    BAD_NEEDED = 6002, "The number of signatures must be between one and the number of owners"
    NOTHING = 6003, "The amount is zero"


class Paid(Event):
    """Lamports left the wallet."""

    wallet: Pubkey
    to: Pubkey
    amount: u64
    signers: List[Pubkey]


WalletPda = Annotated[Wallet, Seeds("wallet", arg.number)]


def check_owners(owners: List[Pubkey], needed: u8) -> None:
    assert 0 < len(set(owners)) == len(owners) <= MOST_OWNERS, MultisigError.BAD_OWNERS
    assert 1 <= needed <= len(owners), MultisigError.BAD_NEEDED


@instruction
def create(payer: Signer, wallet: Empty[Wallet], number: u64, owners: List[Pubkey], needed: u8):
    """Make a wallet."""
    check_owners(owners, needed)
    made = wallet.init(payer=payer, seeds=["wallet", number])
    made.number = number
    made.owners = owners
    made.needed = needed


@instruction
def pay(wallet: WalletPda, to: UncheckedAccount, number: u64, amount: u64, signers: List[Signer]):
    """Move lamports."""
    assert amount > 0, MultisigError.NOTHING
    present = [s.key() for s in signers]
    wallet.check(present)
    wallet.spent += amount
    wallet.transfer_lamports(to, amount)
    Paid(wallet.key(), to.key(), amount, present).emit()


@instruction
def change(wallet: WalletPda, number: u64, owners: List[Pubkey], needed: u8, signers: List[Signer]):
    """Have other owners."""
    wallet.check([s.key() for s in signers])
    check_owners(owners, needed)
    wallet.owners, wallet.needed = owners, needed


@instruction
def execute(wallet: WalletPda, program: Program, number: u64, data: bytes, count: u8, others: List[UncheckedAccount]):
    """Call any program in the wallet's name. The first `count` of the other accounts are the owners who sign."""
    signers, accounts = others[:count], others[count:]
    wallet.check([s.key() for s in signers if s.is_signer])
    metas = [CpiAccount(a, mut=a.is_writable, signer=a.is_signer or a.key() == wallet.key()) for a in accounts]
    program.invoke(metas, data, signer=wallet.signer())

"""A multisig: members propose any call, approve it, and anybody runs it with the accounts that it names."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class MultisigError(Error):
    NOT_A_MEMBER = 6000, 'not a member'
    TOO_FEW = 6001, 'too few members have approved'
    OTHER_ACCOUNTS = 6002, 'other accounts than those proposed'
    DONE = 6003, 'it has run already'
    BAD_THRESHOLD = 6004, 'the threshold is no number of members'


class Wallet(Account):
    members: List[Pubkey, 8]
    needed: u8
    proposals: u64
    bump: u8


@dataclass
class Part:
    key: Pubkey
    signs: bool
    writes: bool


class Proposal(Account):
    wallet: Pubkey
    program: Pubkey
    parts: List[Part, 8]
    data: List[u8, 64]
    approvals: List[Pubkey, 8]
    done: bool


VaultPda = Annotated[SystemAccount, Seeds('vault', arg.wallet)]


def require_member(wallet: Wallet, member: Pubkey):
    assert member in wallet.members, MultisigError.NOT_A_MEMBER


@instruction
def create(payer: Signer, wallet: Empty[Wallet], name: str, needed: u8, remaining_accounts: List[UncheckedAccount]):
    w = wallet.init(payer=payer, seeds=['wallet', sha256(name.encode())])
    for x in remaining_accounts:
        if x.key() not in w.members:
            w.members.append(x.key())
    assert 0 < needed and needed <= len(w.members), MultisigError.BAD_THRESHOLD
    w.needed = needed


@instruction
def propose(member: Signer, wallet: Wallet, proposal: Empty[Proposal], program: Pubkey, parts: List[Part, 8], data: List[u8, 64]):
    require_member(wallet, member.key())
    p = proposal.init(payer=member, seeds=['proposal', wallet, wallet.proposals])
    p.wallet = wallet.key()
    p.program = program
    p.parts = parts
    p.data = data
    p.approvals = [member.key()]
    wallet.proposals += 1


@instruction
def approve(member: Signer, wallet: Wallet, proposal: Proposal):
    require_member(wallet, member.key())
    assert proposal.wallet == wallet.key(), MultisigError.OTHER_ACCOUNTS
    if member.key() not in proposal.approvals:
        proposal.approvals.append(member.key())


@instruction
def execute(wallet: Wallet, proposal: Proposal, vault: VaultPda, program: Program, remaining_accounts: List[UncheckedAccount]):
    assert proposal.wallet == wallet.key() and proposal.program == program.key(), MultisigError.OTHER_ACCOUNTS
    assert not proposal.done, MultisigError.DONE
    approved = len([k for k in wallet.members if k in proposal.approvals])
    assert approved >= wallet.needed, MultisigError.TOO_FEW
    assert len(remaining_accounts) == len(proposal.parts), MultisigError.OTHER_ACCOUNTS
    # First, so that the call cannot run it again.
    proposal.done = True
    metas: List[CpiAccount] = []
    for account, part in zip(remaining_accounts, proposal.parts):
        assert account.key() == part.key, MultisigError.OTHER_ACCOUNTS
        metas.append(CpiAccount(account, mut=part.writes, signer=part.signs))
    program.invoke(metas, proposal.data, signer=vault.signer())


@instruction
def sign_together(wallet: Wallet, remaining_accounts: List[Signer]) -> u64:
    seen: List[Pubkey] = []
    for s in remaining_accounts:
        require_member(wallet, s.key())
        if s.key() not in seen:
            seen.append(s.key())
    assert len(seen) >= wallet.needed, MultisigError.TOO_FEW
    return len(seen)
"""


class Club:
    def __init__(self) -> None:
        import hashlib

        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.members = [self.ledger.signer() for _ in range(3)]
        self.wallet = self.p.address("wallet", hashlib.sha256(b"club").digest())
        listed = [AccountMeta(m.pubkey(), False, False) for m in [*self.members, self.members[0]]]
        self.p.create(payer=self.members[0], wallet=self.wallet, name="club", needed=2, remaining_accounts=listed)
        self.vault = self.p.address("vault", self.wallet)
        self.ledger.set_account(self.vault, lamports=50_000_000)
        self.count = 0

    def propose(self, program: Pubkey, parts: list[tuple[Pubkey, bool, bool]], data: bytes) -> Pubkey:
        proposal = self.p.address("proposal", self.wallet, self.count.to_bytes(8, "little"))
        told = [{"key": key, "signs": signs, "writes": writes} for key, signs, writes in parts]
        given: dict[str, Any] = {"member": self.members[0], "wallet": self.wallet, "proposal": proposal}
        self.p.propose(**given, program=program, parts=told, data=list(data))
        self.count += 1
        return proposal

    def pay(self, to: Pubkey, amount: int) -> Pubkey:
        data = (2).to_bytes(4, "little") + amount.to_bytes(8, "little")
        return self.propose(Pubkey.default(), [(self.vault, True, True), (to, False, True)], data)

    def approve(self, proposal: Pubkey, member: Keypair) -> None:
        self.p.approve(member=member, wallet=self.wallet, proposal=proposal)

    def execute(self, proposal: Pubkey, accounts: list[Any], program: Pubkey | None = None) -> None:
        given: dict[str, Any] = {"wallet": self.wallet, "proposal": proposal, "vault": self.vault}
        self.p.execute(**given, program=program or Pubkey.default(), remaining_accounts=accounts)


@pytest.fixture
def club() -> Club:
    return Club()


def test_two_of_three_pay(club: Club) -> None:
    to = club.ledger.key().pubkey()
    proposal = club.pay(to, 20_000_000)
    with expect_error("TOO_FEW"):
        club.execute(proposal, [club.vault, to])
    club.approve(proposal, club.members[2])
    club.execute(proposal, [club.vault, to])
    assert club.ledger.lamports(to) == 20_000_000
    assert club.ledger.lamports(club.vault) == 30_000_000
    with expect_error("DONE"):
        club.execute(proposal, [club.vault, to])


def test_one_member_counts_once_and_strangers_do_not(club: Club) -> None:
    proposal = club.pay(club.ledger.key().pubkey(), 1)
    club.approve(proposal, club.members[0])
    assert len(club.p.account(proposal).approvals) == 1
    with expect_error("NOT_A_MEMBER"):
        club.approve(proposal, club.ledger.signer())
    with expect_error("TOO_FEW"):
        club.execute(proposal, [club.vault, club.ledger.key().pubkey()])


def test_only_the_accounts_that_were_proposed(club: Club) -> None:
    to, thief = club.ledger.key().pubkey(), club.ledger.signer().pubkey()
    proposal = club.pay(to, 5_000_000)
    club.approve(proposal, club.members[1])
    for accounts in ([club.vault, thief], [to, club.vault], [club.vault], [club.vault, to, thief]):
        with expect_error("OTHER_ACCOUNTS"):
            club.execute(proposal, accounts)
    with expect_error("OTHER_ACCOUNTS"):
        club.execute(proposal, [club.vault, to], program=TOKEN_PROGRAM)
    with expect_error("PrivilegeEscalation"):
        club.execute(proposal, [club.vault, AccountMeta(to, False, False)])


def test_the_vault_signs_wherever_it_stands(club: Club) -> None:
    mint = club.ledger.mint(authority=club.members[0])
    pot, to = club.ledger.token_account(mint, club.vault, 90), club.ledger.token_account(mint, club.members[1])
    data = bytes([3]) + (40).to_bytes(8, "little")
    proposal = club.propose(TOKEN_PROGRAM, [(pot, False, True), (to, False, True), (club.vault, True, False)], data)
    club.approve(proposal, club.members[1])
    club.execute(proposal, [pot, to, club.vault], program=TOKEN_PROGRAM)
    assert club.ledger.token(to).amount == 40


def test_a_proposal_of_another_wallet(club: Club) -> None:
    proposal = club.pay(club.ledger.key().pubkey(), 1_000_000)
    other = Keypair.from_seed(bytes([5]) * 32).pubkey()
    stranger = club.ledger.signer()
    club.p.set_account(other, "Wallet", members=[stranger.pubkey()], needed=1, proposals=0, bump=0, space=400)
    with expect_error("OTHER_ACCOUNTS"):
        club.p.approve(member=stranger, wallet=other, proposal=proposal)
    vault = club.p.address("vault", other)
    with expect_error("OTHER_ACCOUNTS"):
        club.p.execute(wallet=other, proposal=proposal, vault=vault, program=Pubkey.default(), remaining_accounts=[])
    with expect_error(2006):
        club.p.execute(
            wallet=club.wallet, proposal=proposal, vault=vault, program=Pubkey.default(), remaining_accounts=[]
        )


def test_signatures_of_one_transaction(club: Club) -> None:
    a, b, _ = club.members
    assert club.p.sign_together(wallet=club.wallet, remaining_accounts=[a, b]).value == 2
    with expect_error("TOO_FEW"):
        club.p.sign_together(wallet=club.wallet, remaining_accounts=[a, a])
    with expect_error("NOT_A_MEMBER"):
        club.p.sign_together(wallet=club.wallet, remaining_accounts=[a, club.ledger.signer()])
    with expect_error(3010):
        club.p.sign_together(wallet=club.wallet, remaining_accounts=[a, b.pubkey()])

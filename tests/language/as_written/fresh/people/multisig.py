"""M of N multisig with proposals of several kinds."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Set, Union

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_OWNERS = 10


class MultisigError(Error):
    NOT_OWNER = 6000, "Not an owner"
    DUPLICATE = 6001, "Owners must be unique"
    THRESHOLD = 6002, "Threshold out of range"
    EXECUTED = 6003, "Already executed"
    NOT_ENOUGH = 6004, "Not enough approvals"
    WRONG_TARGET = 6005, "Wrong target"


@dataclass
class Transfer:
    to: Pubkey
    lamports: u64

    def describe(self) -> str:
        return f"send {self.lamports} to {self.to}"


@dataclass
class AddOwner:
    owner: Pubkey

    def describe(self) -> str:
        return f"add {self.owner}"


@dataclass
class ChangeThreshold:
    threshold: u8

    def describe(self) -> str:
        return f"threshold {self.threshold}"


Action = Union[Transfer, AddOwner, ChangeThreshold]


class Wallet(Account):
    owners: List[Pubkey, 10]
    threshold: u8
    nonce: u64
    bump: u8

    def index_of(self, key: Pubkey) -> int:
        for i, owner in enumerate(self.owners):
            if owner == key:
                return i
        raise MultisigError.NOT_OWNER

    def validate(self) -> None:
        if len(set(self.owners)) != len(self.owners):
            raise MultisigError.DUPLICATE
        if not 1 <= self.threshold <= len(self.owners):
            raise MultisigError.THRESHOLD


class Proposal(Account):
    wallet: Pubkey
    action: Action
    approvals: Array[bool, 10]
    executed: bool
    created: i64
    bump: u8

    @property
    def approved(self) -> int:
        return sum(1 for a in self.approvals if a)

    def signers_of(self, wallet: Wallet) -> List[Pubkey]:
        return [owner for owner, yes in zip(wallet.owners, self.approvals) if yes]


@instruction
def create(payer: Signer, wallet: Empty[Wallet], owners: List[Pubkey], threshold: u8):
    assert len(owners) <= MAX_OWNERS, MultisigError.THRESHOLD
    w = wallet.init(payer=payer, seeds=["wallet", payer])
    w.owners = owners
    w.threshold = threshold
    w.validate()


@instruction
def propose(owner: Signer, wallet: Wallet, proposal: Empty[Proposal], action: Action):
    index = wallet.index_of(owner.key())
    p = proposal.init(payer=owner, seeds=["proposal", wallet, wallet.nonce])
    wallet.nonce += 1
    p.wallet = wallet.key()
    p.action = action
    p.approvals = Array([False] * 10, 10)
    p.approvals[index] = True
    p.created = Clock.get().unix_timestamp()
    print(f"proposal {wallet.nonce - 1}: {action.describe()}")


@instruction
def approve(owner: Signer, wallet: Wallet, proposal: Proposal, approved: bool = True) -> u8:
    assert proposal.wallet == wallet.key()
    assert not proposal.executed, MultisigError.EXECUTED
    proposal.approvals[wallet.index_of(owner.key())] = approved
    return u8(proposal.approved)


@instruction
def execute(
    wallet: Annotated[Wallet, Seeds("wallet", arg.creator)],
    creator: UncheckedAccount,
    proposal: Proposal,
    target: Optional[UncheckedAccount] = None,
):
    assert proposal.wallet == wallet.key()
    assert not proposal.executed, MultisigError.EXECUTED
    if proposal.approved < wallet.threshold:
        missing = wallet.threshold - proposal.approved
        print(f"{missing} approval(s) missing")
        raise MultisigError.NOT_ENOUGH
    proposal.executed = True
    match proposal.action:
        case Transfer(to=to, lamports=lamports):
            assert target is not None and target.key() == to, MultisigError.WRONG_TARGET
            wallet.transfer_lamports(target, lamports)
        case AddOwner(owner):
            wallet.owners.append(owner)
            wallet.validate()
        case ChangeThreshold(threshold=t):
            wallet.threshold = t
            wallet.validate()
    print("signed by", *[str(k)[:8] for k in proposal.signers_of(wallet)], sep=" ")

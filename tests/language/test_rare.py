"""`@instruction(rare=True)`: the same as without it, in fewer bytes."""

from typing import Any

import pytest

from seahorse.testing import Failed, Ledger

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

NOBODY = Pubkey('11111111111111111111111111111111')

class Club(Account):
    president: Pubkey
    treasurer: Optional[Pubkey]
    name: String[20]
    members: List[Pubkey, 4]
    founders: Array[Pubkey, 2]
    bump: u8

class Refusal(Error):
    NOT_PRESIDENT = 6000, 'Only the president may'
    NOBODY_THERE = 6001, 'This is nobody'

class Joined(Event):
    member: Pubkey
    treasurer: Optional[Pubkey]
    members: List[Pubkey]
    name: String[20]

@dataclass
class Pair:
    first: Pubkey
    second: Pubkey

ClubPda = Annotated[Club, Seeds('club')]

def swapped(pair: Pair) -> Pair:
    first = pair.first
    pair.first = pair.second
    pair.second = first
    return pair

def larger(a: Pubkey, b: Pubkey) -> Pubkey:
    for i in range(32):
        if bytes(a)[i] != bytes(b)[i]:
            return a if bytes(a)[i] > bytes(b)[i] else b
    return a

@instruction
def found(owner: Signer, club: Empty[Club], name: String[20]):
    made = club.init(payer=owner, seeds=['club'])
    made.president = owner.key()
    made.name = name
    made.founders = array(owner.key(), larger(owner.key(), made.key()))

@instruction
def join(president: Signer, club: ClubPda, member: Pubkey):
    assert club.president == president.key(), Refusal.NOT_PRESIDENT
    assert member != NOBODY, Refusal.NOBODY_THERE
    club.members.append(member)
    if club.treasurer is None:
        club.treasurer = member
    if club.treasurer == member:
        club.founders = array(club.founders[1], club.founders[0])
    Joined(member=member, treasurer=club.treasurer, members=club.members, name=club.name).emit()

@instruction
def resign(president: Signer, club: Annotated[Club, Seeds('club')]) -> Pubkey:
    assert president.key() == club.president, Refusal.NOT_PRESIDENT
    pair = swapped(Pair(first=club.president, second=club.members[0]))
    club.president = pair.first
    club.members[0] = pair.second
    return larger(pair.first, pair.second)
"""


def life(ledger: Ledger, source: str) -> list[Any]:
    """Everything that can be seen of the same calls."""
    program = ledger.deploy_text(source)
    owner, other, third = ledger.signer(), ledger.signer(), ledger.signer()
    calls = [
        ("found", {"owner": owner, "name": "chess"}),
        ("found", {"owner": owner, "name": "chess"}),
        ("join", {"president": other, "member": other}),
        ("join", {"president": owner, "member": "1" * 32}),
        ("join", {"president": owner, "member": other}),
        ("join", {"president": owner, "member": third}),
        ("resign", {"president": owner}),
        ("resign", {"president": owner}),
        ("join", {"president": other, "member": owner}),
        ("resign", {"president": other, "club": third}),
    ]
    seen: list[Any] = []
    for name, given in calls:
        try:
            result = getattr(program, name)(**given)
            seen.append((name, result.value, [str(event) for event in result.events]))
        except Failed as refused:
            seen.append((name, refused.failure.code, refused.result.messages))
        account = ledger.account(program.address("club"))
        seen.append(None if account is None else account.data)
    return seen


@pytest.mark.parametrize("which", ["found", "join", "resign", "found join resign"])
def test_a_rare_instruction_does_the_same(which: str) -> None:
    rare = SOURCE
    for name in which.split():
        rare = rare.replace(f"@instruction\ndef {name}(", f"@instruction(rare=True)\ndef {name}(")
    assert rare != SOURCE
    usual = life(Ledger(), SOURCE)
    assert life(Ledger(), rare) == usual
    assert sum(isinstance(entry, tuple) and isinstance(entry[1], int) for entry in usual) >= 3

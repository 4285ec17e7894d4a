"""Voting with delegation, ranked choices, notes of voters."""
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import Dict, List, Optional, Set, Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@dataclass
class Voter:
    key: Pubkey
    weight: u16
    delegate: Optional[Pubkey] = None
    ranking: List[u8, 5] = field(default_factory=list)


class Poll(Account):
    owner: Pubkey
    options: List[String[20], 5]
    voters: List[Voter, 20]
    open: bool
    bump: u8

    def voter(self, key: Pubkey) -> Voter:
        for v in self.voters:
            if v.key == key:
                return v
        raise ValueError("unknown voter")

    def final(self, key: Pubkey, depth: int = 0) -> Pubkey:
        """Follows delegations to their end."""
        assert depth < 10, "circular delegation"
        delegate = self.voter(key).delegate
        return key if delegate is None else self.final(delegate, depth + 1)

    def weights(self) -> Dict[Pubkey, u64]:
        result: Dict[Pubkey, u64] = {}
        for v in self.voters:
            end = self.final(v.key)
            result[end] = result.get(end, 0) + v.weight
        return result

    def winner(self) -> Optional[u8]:
        weights = self.weights()
        left = set(range(len(self.options)))
        while len(left) > 1:
            counts = {o: 0 for o in left}
            for v in self.voters:
                choice = next((c for c in v.ranking if c in left), None)
                if choice is not None and v.key in weights:
                    counts[choice] += weights[v.key]
            total = sum(counts.values())
            if total == 0:
                return None
            best = max(counts, key=counts.get)
            if 2 * counts[best] > total:
                return best
            worst = min(counts.items(), key=lambda item: item[1])[0]
            left.discard(worst)
        return min(left)


@instruction
def create(owner: Signer, poll: Empty[Poll], title: str, options: List[str]):
    assert 1 < len(options) <= 5
    p = poll.init(payer=owner, seeds=["poll", owner, title])
    p.owner = owner.key()
    p.options = [o.title() for o in options]
    p.open = True


@instruction
def register(owner: Signer, poll: Poll, voter: Pubkey, weight: u16 = 1):
    assert poll.owner == owner.key() and poll.open
    assert not any(v.key == voter for v in poll.voters)
    poll.voters.append(Voter(voter, weight))


@instruction
def delegate(voter: Signer, poll: Poll, to: Optional[Pubkey] = None):
    v = poll.voter(voter.key())
    assert poll.open and to != voter.key()
    v.delegate = to
    poll.final(voter.key())


@instruction
def rank(voter: Signer, poll: Poll, *, ranking: List[u8]):
    assert poll.open
    assert len(set(ranking)) == len(ranking) and all(0 <= r < len(poll.options) for r in ranking)
    poll.voter(voter.key()).ranking = ranking


@instruction
def close(owner: Signer, poll: Poll) -> Optional[str]:
    assert poll.owner == owner.key()
    poll.open = False
    w = poll.winner()
    for key, weight in sorted(poll.weights().items(), key=lambda kv: -kv[1]):
        print(f"{key} carries {weight}")
    return None if w is None else poll.options[w]

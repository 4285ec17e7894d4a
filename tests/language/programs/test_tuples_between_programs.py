"""Tuples go to another program and come back: as arguments, results, fields of its accounts and of its classes."""

from __future__ import annotations

from seahorse.testing import Ledger

CALLED = """
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@dataclass
class Span:
    ends: Tuple[u8, u64]


class Kept(Account):
    pair: Tuple[u8, u64]
    many: Array[Tuple[u8, bool], 2]


@instruction
def keep(owner: Signer, kept: Empty[Kept], pair: Tuple[u8, u64]):
    made = kept.init(payer=owner, seeds=["kept"])
    made.pair = pair
    made.many = array((pair[0], True), (1, False))


@instruction
def swapped(pair: Tuple[u8, u64]) -> Tuple[u64, u8]:
    return pair[1], pair[0]


@instruction
def summed(pairs: List[Tuple[u8, u64]]) -> u64:
    return sum([a * 1 + b for a, b in pairs])


@instruction
def nested(deep: Tuple[Tuple[u8, bool], Optional[Tuple[u8, u8]]]) -> Optional[Tuple[bool, u8]]:
    (a, b), rest = deep
    if rest is None:
        return None
    return b, rest[0] + rest[1] + a


@instruction
def many() -> List[Tuple[u8, bool]]:
    return [(1, True), (2, False)]


@instruction
def length(span: Span) -> u64:
    return span.ends[1] - span.ends[0]
"""
CALLER = """
from seahorse.prelude import *
import called

declare_id("HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L")


@instruction
def direct(a: u8, b: u64) -> str:
    pair = (a, b)
    back = called.swapped(pair)
    return f"{back} {called.swapped((a, b))[0]} {pair}"


@instruction
def listed(a: u8, b: u64) -> u64:
    pairs = [(a, b), (b"abc"[0], 2)]
    return called.summed(pairs) + called.summed([(a, b)])


@instruction
def nested(a: u8, given: bool) -> str:
    rest: Optional[Tuple[u8, u8]] = None
    if given:
        rest = (a, 2)
    found = called.nested(((a, given), rest))
    if found is None:
        return "nothing"
    yes, number = found
    return f"{yes} {number}"


@instruction
def many() -> u64:
    total = 0
    for n, yes in called.many():
        if yes:
            total += n
    return total


@instruction
def made(a: u8, b: u64) -> u64:
    return called.length(called.Span((a, b)))


@instruction
def read(kept: called.Kept) -> str:
    first, second = kept.pair
    return f"{first} {second} {kept.pair} {kept.many[0][1]} {kept.many[1]} {len(kept.many)}"
"""


def test_tuples_between_programs() -> None:
    ledger = Ledger()
    called = ledger.deploy_text(CALLED, "called")
    program = ledger.deploy_text(CALLER, "caller", called=CALLED)
    assert program.direct(a=3, b=2**60).value == f"({2**60}, 3) {2**60} (3, {2**60})"
    assert program.listed(a=3, b=5).value == 8 + 97 + 2 + 8
    assert program.nested(a=4, given=True).value == "True 10"
    assert program.nested(a=4, given=False).value == "nothing"
    assert program.many().value == 1
    assert program.made(a=4, b=10).value == 6
    kept = called.address("kept")
    called.keep(owner=ledger.deployer, kept=kept, pair=(7, 8))
    assert program.read(kept=kept).value == "7 8 (7, 8) True (1, False) 2"

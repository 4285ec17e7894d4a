"""Typed CPI: accounts, arguments, return values, signatures, optional accounts; both programs in one file."""

from __future__ import annotations

import pytest

from seahorse.testing import Ledger, expect_error

CALLEE = """
from seahorse.prelude import *
declare_id('2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7')

class Mode(Enum):
    SLOW = 0
    FAST = 1

@dataclass
class Report:
    total: u64
    mode: Mode
    note: String[20]
    last: Optional[i64]

class Meter(Account):
    name: String[20]
    mode: Mode
    total: u64
    bump: u8

class MeterError(Error):
    TOO_MUCH = 6100, 'Too much at once'

class Moved(Event):
    name: String[20]
    total: u64

@instruction
def create(payer: Signer, meter: Empty[Meter], name: String[20]):
    m = meter.init(payer=payer, seeds=['meter', name])
    m.name = name

@instruction
def add(owner: Signer, meter: Meter, other: Meter | None, amount: u64, mode: Mode, note: Optional[String[8]]) -> u64:
    assert amount < 1000, MeterError.TOO_MUCH
    meter.total += amount
    meter.mode = mode
    if other is not None:
        other.total += 1
    if note is not None:
        meter.name = note
    Moved(name=meter.name, total=meter.total).emit()
    return meter.total

@instruction
def report(meter: Meter) -> Report:
    return Report(meter.total, meter.mode, meter.name, None)

@instruction
def names(meter: Meter) -> List[str]:
    return [meter.name, 'x']

@instruction
def whole(meter: Meter) -> Meter:
    return meter
"""

CALLER = """
from seahorse.prelude import *
import callee
declare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')

class Boss(Account):
    log: List[u64, 10]
    bump: u8

BossPda = Annotated[Boss, Seeds('boss')]

@instruction
def create(payer: Signer, boss: Empty[Boss]):
    boss.init(payer=payer, seeds=['boss'])

@instruction
def run(boss: BossPda, meter: callee.Meter, other: callee.Meter | None, amount: u64):
    before = meter.total
    boss.log.append(before)
    total = callee.add(owner=boss.signer(), meter=meter, other=other, amount=amount, mode=callee.Mode.FAST, note=None)
    boss.log.append(total)
    assert meter.total == total, 'fresh'
    total = callee.add(boss.signer(), meter, None, 1, callee.Mode.SLOW, 'renamed')
    boss.log.append(total)
    r = callee.report(meter=meter)
    print(r.total, r.mode, r.note, r.last, meter.name, before)
    m = callee.whole(meter=meter)
    print(m.name, m.total, callee.names(meter)[0])

@instruction
def make(payer: Signer, meter: UncheckedAccount, name: String[20]):
    callee.create(payer=payer, meter=meter, name=name)
"""


@pytest.fixture(scope="module")
def pair():  # type: ignore[no-untyped-def]
    ledger = Ledger()
    callee = ledger.deploy_text(CALLEE, name="callee")
    caller = ledger.deploy_text(CALLER, name="caller", callee=CALLEE)
    caller.create(payer=ledger.deployer)
    return ledger, callee, caller


def test_calls(pair) -> None:  # type: ignore[no-untyped-def]
    ledger, callee, caller = pair
    a, b = (callee.address("meter", name.encode()) for name in ("a", "b"))
    callee.create(payer=ledger.deployer, meter=a, name="a")
    caller.make(payer=ledger.deployer, meter=b, name="b")
    assert callee.account(b).name == "b"
    done = caller.run(meter=a, other=b, amount=50)
    assert done.messages == ["51 Mode.SLOW renamed None renamed 0", "renamed 51 renamed"]
    assert [(e.name, e.total) for e in done.events] == [("a", 50), ("renamed", 51)]
    assert caller.account(caller.address("boss")).log == [0, 50, 51]
    assert callee.account(b).total == 1
    caller.run(meter=a, other=None, amount=5)
    assert caller.account(caller.address("boss")).log == [0, 50, 51, 51, 56, 57]


def test_the_callee_refuses(pair) -> None:  # type: ignore[no-untyped-def]
    ledger, callee, caller = pair
    c = callee.address("meter", b"c")
    callee.create(payer=ledger.deployer, meter=c, name="c")
    with expect_error(6100):
        caller.run(meter=c, other=None, amount=1000)
    with expect_error(3007):
        caller.run(meter=caller.address("boss"), other=None, amount=1)

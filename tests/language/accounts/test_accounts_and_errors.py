"""What a malformed call gives: Anchor's codes and log lines, and nothing changed."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Level(Enum):
    LOW = 0
    VERY_HIGH = 1

class Box(Account):
    owner: Pubkey
    open: bool
    level: Level
    bump: u8

class BoxError(Error):
    NOT_OWNER = 6000, 'Only the owner may'
    CLOSED = 6001, 'The box is closed'

class Seen(Event):
    level: Level
    name: String[10]
    maybe: Optional[u16]
    keys: Array[Pubkey, 2]
    numbers: List[i32]

BoxPda = Annotated[Box, Seeds('box', arg.owner)]

@instruction
def create(owner: Signer, box: Empty[Box]):
    b = box.init(payer=owner, seeds=['box', owner])
    b.owner = owner.key()

@instruction
def set(owner: Signer, box: BoxPda, open: bool, level: Level, name: String[10], maybe: Optional[u16]):
    assert box.owner == owner.key(), BoxError.NOT_OWNER
    box.open = open
    box.level = level
    Seen(level=level, name=name, maybe=maybe, keys=array(owner.key(), box.key()), numbers=[1, -2]).emit()

@instruction
def use(owner: Signer, box: Box):
    if not box.open:
        raise BoxError.CLOSED
    assert box.level == Level.VERY_HIGH, f'level is {box.level}'
    assert owner.key() == box.owner

@instruction
def fixed(system: Annotated[UncheckedAccount, Address(Pubkey('11111111111111111111111111111111'))], clock: Clock) -> i64:
    return clock.unix_timestamp()

@instruction
def optional(owner: Signer, box: Box | None, friend: Signer | None) -> u8:
    if box is None:
        return 0
    if friend is not None and friend.key() == box.owner:
        return 2
    box.open = True
    return 1

@instruction
def two(a: Box, b: Box):
    a.open = True
    b.open = False

@instruction
def upgrade(owner: Signer, program_data: ProgramData) -> bool:
    return program_data.upgrade_authority() == owner.key()

@instruction
def now() -> List[u64]:
    c = Clock.get()
    return [u64(c.unix_timestamp()), c.slot(), u64(Clock.get().unix_timestamp()), c.epoch(), Clock.get().slot()]
"""


@pytest.fixture
def world() -> tuple[Any, Any, Any, Any]:
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE)
    owner = ledger.signer()
    program.create(owner=owner)
    return ledger, program, owner, program.address("box", owner)


def changed(
    instruction: Instruction, *, data: bytes | None = None, accounts: list[AccountMeta] | None = None
) -> Instruction:
    return Instruction(
        instruction.program_id,
        bytes(instruction.data) if data is None else data,
        list(instruction.accounts) if accounts is None else accounts,
    )


def test_instruction_data(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, owner, _ = world
    good = p.prepare("set", owner=owner, open=True, level="VeryHigh", name="abc", maybe=7).instruction
    data = bytes(good.data)
    for bad, code in (
        (b"", 101),
        (data[:7], 101),
        (b"\0" * 8, 101),
        (data[:8], 102),
        (data[:-1], 102),
        (data[:8] + b"\2" + data[9:], 102),
        (data[:9] + b"\2" + data[10:], 102),
        (data[:10] + b"\x0b\0\0\0" + b"x" * 11 + b"\0", 102),
        (data[:10] + b"\xff\xff\xff\xff", 102),
        (data[:10] + b"\1\0\0\0\xff\0", 102),
        (data[:-3] + b"\2\0\0", 102),
    ):
        with expect_error(code) as failed:
            ledger.send(changed(good, data=bad), signers=[owner])
    assert failed.result.messages == [
        "AnchorError occurred. Error Code: InstructionDidNotDeserialize. Error Number: 102. "
        "Error Message: The program could not deserialize the given instruction."
    ]
    ledger.send(changed(good, data=data + b"more"), signers=[owner])


def test_accounts(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, owner, box = world
    good = p.prepare("set", owner=owner, open=True, level="VeryHigh", name="abc", maybe=7).instruction
    metas = list(good.accounts)
    with expect_error(3005):
        ledger.send(changed(good, accounts=metas[:1]), signers=[owner])
    with expect_error(3005):
        ledger.send(changed(good, accounts=[]))
    # The fault of an account that is there comes before the lack of one behind it.
    with expect_error(3010):
        ledger.send(changed(good, accounts=[AccountMeta(owner.pubkey(), False, False)]))
    unsigned = [AccountMeta(owner.pubkey(), False, False), *metas[1:]]
    with expect_error(3010) as failed:
        ledger.send(changed(good, accounts=unsigned))
    assert failed.result.messages == [
        "AnchorError caused by account: owner. Error Code: AccountNotSigner. Error Number: 3010. "
        "Error Message: The given account did not sign."
    ]
    readonly = [metas[0], AccountMeta(box, False, False)]
    with expect_error(2000):
        ledger.send(changed(good, accounts=readonly), signers=[owner])
    more = [*metas, *(AccountMeta(ledger.key().pubkey(), False, False) for _ in range(20)), metas[0]]
    ledger.send(changed(good, accounts=more), signers=[owner])
    other = ledger.signer()
    with expect_error(2006) as failed:
        p.set(owner=other, box=box, open=True, level="Low", name="", maybe=None)
    assert failed.result.messages[1::2] == ["Left:", "Right:"] and failed.result.messages[2] == str(box)
    with expect_error(3012):
        p.use(owner=owner, box=ledger.key().pubkey())
    stranger = ledger.key().pubkey()
    ledger.set_account(stranger, data=bytes(ledger.account(box).data), owner=other.pubkey())
    with expect_error(3007) as failed:
        p.use(owner=owner, box=stranger)
    assert failed.result.messages[1:] == ["Left:", str(other.pubkey()), "Right:", str(p.id)]


def test_errors_of_the_program(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, owner, box = world
    with expect_error("Closed") as failed:
        p.use(owner=owner, box=box)
    assert failed.result.messages[0].endswith(
        "program.py:43. Error Code: Closed. Error Number: 6001. Error Message: The box is closed."
    )
    p.set(owner=owner, open=True, level="Low", name="", maybe=None)
    with expect_error(2500) as failed:
        p.use(owner=owner, box=box)
    assert failed.result.messages[0] == "level is Level.LOW"
    p.set(owner=owner, open=True, level="VeryHigh", name="", maybe=None)
    p.use(owner=owner, box=box)
    with expect_error(2500):
        p.use(owner=ledger.signer(), box=box)


def test_events(world: tuple[Any, Any, Any, Any]) -> None:
    _, p, owner, box = world
    (event,) = p.set(owner=owner, open=True, level="VeryHigh", name="né", maybe=513).events
    assert (event.level, event.name, event.maybe, event.numbers) == ("VeryHigh", "né", 513, [1, -2])
    assert list(event.keys) == [owner.pubkey(), box]


def test_special_accounts(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, owner, _ = world
    ledger.set_time(1_800_000_000)
    assert p.fixed().value == 1_800_000_000
    with expect_error(2012):
        p.fixed(system=owner.pubkey())
    with expect_error(3015):
        p.fixed(clock=owner.pubkey())
    assert p.upgrade(owner=ledger.deployer).value is True and p.upgrade(owner=owner).value is False
    with expect_error(3007):
        p.upgrade(owner=owner, program_data=owner.pubkey())
    with expect_error(3013):
        p.upgrade(owner=owner, program_data=p.id)
    loader = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
    for data in (
        b"",
        b"\3\0\0",
        b"\4\0\0\0" + bytes(41),
        b"\3\0\0\0" + bytes(8),
        b"\3\0\0\0" + bytes(8) + b"\2" + bytes(32),
    ):
        odd = ledger.key().pubkey()
        ledger.set_account(odd, data=data, owner=loader)
        with expect_error("InvalidAccountData"):
            p.upgrade(owner=owner, program_data=odd)
    fake = ledger.key().pubkey()
    found = ledger.account(
        Pubkey.find_program_address([bytes(p.id)], Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111"))[0]
    )
    ledger.set_account(fake, data=bytes(found.data), owner=found.owner)
    with expect_error(2006):
        p.upgrade(owner=owner, program_data=fake)
    first, slot, again, _, same = p.now().value
    assert (first, again, slot) == (1_800_000_000, 1_800_000_000, same)


def test_optional_accounts(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, owner, box = world
    assert p.optional(owner=owner, box=None, friend=None).value == 0
    assert p.optional(owner=owner, box=box, friend=None).value == 1
    assert p.account(box).open is True
    assert p.optional(owner=owner, box=box, friend=owner).value == 2
    assert p.optional(owner=owner, box=box, friend=ledger.signer()).value == 1
    with expect_error(3007):
        p.optional(owner=owner, box=ledger.deployer.pubkey(), friend=None)


def test_one_account_twice(world: tuple[Any, Any, Any, Any]) -> None:
    ledger, p, _, box = world
    with expect_error(2040):
        p.two(a=box, b=box)
    friend = ledger.signer()
    p.create(owner=friend)
    p.two(a=box, b=p.address("box", friend))
    assert p.account(box).open is True

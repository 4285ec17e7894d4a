"""Flags of accounts, their data as bytes, and accounts of the system program."""

from __future__ import annotations

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error
from seahorse.testing.program import ProgramCall
from seahorse.testing.tokens import TOKEN_PROGRAM

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Note(Account):
    n: u64
    items: List[u8]
    data: u16


def header(account: UncheckedAccount) -> bytes:
    return account.data[:4]


@instruction
def flags(a: UncheckedAccount, program: Program, token: TokenAccount):
    print(a.is_signer, a.is_writable, a.executable)
    print(program.is_signer, program.is_writable, program.executable)
    print(token.is_signer, token.executable, len(token.data))

@instruction
def signed(a: UncheckedAccount) -> u64:
    assert a.is_signer, 'must sign'
    return a.lamports()

@instruction
def wallet(a: SystemAccount, to: Signer) -> u64:
    return a.lamports()

@instruction
def read(a: UncheckedAccount, i: i64, start: u64, stop: u64) -> bytes:
    print(a.data[i], header(a), len(a.data))
    return a.data[start:stop]

@instruction
def write(a: UncheckedAccount, i: i8, byte: u8, part: bytes):
    a.data[i] = byte
    a.data[2:2 + len(part)] = part
    print(a.data)

@instruction
def ends(a: UncheckedAccount, part: bytes):
    a.data[:4] = part
    a.data[-4:] = a.data[:4]
    a.data[1:5] = a.data[0:4]

@instruction
def kept(a: UncheckedAccount) -> u8:
    before = a.data
    a.data[0] = 99
    return before[0]

@instruction
def beside(note: Note, a: UncheckedAccount):
    note.n += 1
    note.items.append(5)
    note.data = 7
    a.data[0] = 1

@instruction
def seen(note: Note, a: UncheckedAccount):
    note.n = 258
    note.items.append(5)
    note.data += 1
    print(a.data[8:], note.data)
"""


class Desk:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p: DeployedProgram = self.ledger.deploy_text(SOURCE)

    def raw(self, data: bytes, owner: Pubkey | None = None) -> Pubkey:
        key = self.ledger.key().pubkey()
        self.ledger.set_account(key, data=data, owner=owner or self.p.id)
        return key

    def data(self, key: Pubkey) -> bytes:
        found = self.ledger.account(key)
        assert found is not None
        return bytes(found.data)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_flags(desk: Desk) -> None:
    token = desk.ledger.token_account(desk.ledger.mint(authority=desk.ledger.key()), desk.ledger.key())
    told = desk.p.flags(a=desk.ledger.key().pubkey(), program=TOKEN_PROGRAM, token=token).messages
    assert told == ["False False False", "False False True", "False False 165"]


def test_a_signature_is_asked_for_in_the_body(desk: Desk) -> None:
    wallet = desk.ledger.signer(sol=2)
    call = desk.p.prepare("signed", a=wallet.pubkey())
    desk.ledger.send(changed(call, wallet.pubkey(), signer=True), signers=[wallet])
    with expect_error(2500):
        desk.p.signed(a=wallet.pubkey())


def test_an_account_of_the_system_program(desk: Desk) -> None:
    payer = desk.ledger.signer()
    assert desk.p.wallet(a=desk.ledger.signer(sol=3).pubkey(), to=payer).value == 3_000_000_000
    assert desk.p.wallet(a=desk.ledger.key().pubkey(), to=payer).value == 0
    with expect_error(3011):
        desk.p.wallet(a=desk.raw(b"12345678"), to=payer)


@pytest.mark.parametrize(("i", "start", "stop"), [(0, 0, 3), (-1, 2, 100), (9, 5, 5), (3, 7, 2), (-10, 10, 11)])
def test_bytes_are_read_as_in_python(desk: Desk, i: int, start: int, stop: int) -> None:
    data = bytes(range(65, 75))
    for owner in (desk.p.id, TOKEN_PROGRAM, Pubkey.default()):
        done = desk.p.read(a=desk.raw(data, owner), i=i, start=start, stop=stop)
        assert done.value == data[start:stop]
        assert done.messages == [f"{data[i]} {data[:4]!r} {len(data)}"]


@pytest.mark.parametrize("i", [10, -11, 1 << 40])
def test_an_index_out_of_range_fails(desk: Desk, i: int) -> None:
    with expect_error("InvalidArgument"):
        desk.p.read(a=desk.raw(bytes(10)), i=i, start=0, stop=1)


@pytest.mark.parametrize(("i", "byte", "part"), [(0, 7, b""), (-1, 255, b"xyz"), (5, 0, b"12345678"), (3, 1, b"a")])
def test_bytes_are_written_as_in_python(desk: Desk, i: int, byte: int, part: bytes) -> None:
    expected = bytearray(range(10))
    key = desk.raw(bytes(expected))
    expected[i] = byte
    expected[2 : 2 + len(part)] = part
    assert desk.p.write(a=key, i=i, byte=byte, part=part).messages == [repr(bytes(expected))]
    assert desk.data(key) == bytes(expected)


def test_parts_at_both_ends_and_overlapping_ones(desk: Desk) -> None:
    key = desk.raw(bytes(10))
    desk.p.ends(a=key, part=b"abcd")
    assert desk.data(key) == b"aabcd\0abcd"
    with expect_error("InvalidArgument"):
        desk.p.ends(a=key, part=b"abc")
    with expect_error("InvalidArgument"):
        desk.p.write(a=key, i=0, byte=1, part=bytes(9))
    with expect_error("InvalidArgument"):
        desk.p.write(a=key, i=10, byte=1, part=b"")


def test_what_was_read_before_stays_what_it_was(desk: Desk) -> None:
    key = desk.raw(b"\x05 and more")
    assert desk.p.kept(a=key).value == 5
    assert desk.data(key)[0] == 99


def test_only_the_owner_writes_and_only_what_is_writable(desk: Desk) -> None:
    theirs = desk.raw(bytes(10), TOKEN_PROGRAM)
    with expect_error("ExternalAccountDataModified"):
        desk.p.write(a=theirs, i=0, byte=1, part=b"")
    mine = desk.raw(bytes(10))
    call = desk.p.prepare("write", a=mine, i=0, byte=1, part=b"")
    with expect_error(2000):
        desk.ledger.send(changed(call, mine))


def changed(call: ProgramCall, key: Pubkey, *, signer: bool = False) -> Instruction:
    """The call with one of its accounts read-only, and signing or not."""
    given = call.instruction
    metas = [AccountMeta(key, signer, False) if m.pubkey == key else m for m in given.accounts]
    return Instruction(given.program_id, given.data, metas)


def test_an_account_at_hand_is_not_written_by_bytes(desk: Desk) -> None:
    note, other = Keypair().pubkey(), desk.raw(bytes(3))
    desk.p.set_account(note, "Note", n=1, items=[], data=2, space=60)
    with expect_error(2040):
        desk.p.beside(note=note, a=note)
    desk.p.beside(note=note, a=other)
    assert desk.data(other) == b"\1\0\0"
    assert desk.p.account(note).items == [5]


def test_bytes_of_an_account_at_hand_are_what_its_fields_say(desk: Desk) -> None:
    note = Keypair().pubkey()
    desk.p.set_account(note, "Note", n=1, items=[9], data=2, space=24)
    expected = (258).to_bytes(8, "little") + bytes([2, 0, 0, 0, 9, 5]) + bytes([3, 0])
    assert desk.p.seen(note=note, a=note).messages == [f"{expected!r} 3"]


CHANGED = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def at(a: UncheckedAccount) -> u64:
    a.data[3] += 1
    return 0

@instruction
def change(a: UncheckedAccount, i: i8, n: u64) -> bytes:
    a.data[i] |= 0x80
    a.data[1] += n
    a.data[at(a)] ^= 1
    a.data[2] -= 1
    a.data[-1] <<= 1
    return a.data
"""


@pytest.mark.parametrize("engine", ["vm", "python", "both"])
def test_bytes_are_changed_in_place(engine: str) -> None:
    ledger = Ledger(engine=engine)  # pyright: ignore[reportArgumentType]
    program = ledger.deploy_text(CHANGED)
    key = ledger.key().pubkey()
    ledger.set_account(key, data=bytes([1, 2, 3, 4, 5]), owner=program.id)
    assert program.change(a=key, i=0, n=7).value == bytes([128, 9, 2, 5, 10])
    for i, n, error in ((0, 250, "ArithmeticOverflow"), (0, 10_000, "ArithmeticOverflow"), (9, 0, "InvalidArgument")):
        with expect_error(error):
            program.change(a=key, i=i, n=n)

"""What an IDL tells of seeds is the address that the program checks; what it cannot tell, it leaves out."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger
from seahorse.testing.resolve import CallError

KEY = Keypair.from_seed(bytes([9]) * 32).pubkey()
NOTE = Keypair.from_seed(bytes([8]) * 32).pubkey()
N, SIGNED, NAME, RAW = 77, -5, "näme", bytes(range(32))
COUNT = 12

# A seed as the program writes it, the bytes that it stands for, and whether an IDL can say it.
TOLD: list[tuple[str, bytes]] = [
    ("n", N.to_bytes(8, "little")),
    ("n.to_bytes(8, 'little')", N.to_bytes(8, "little")),
    ("signed", SIGNED.to_bytes(4, "little", signed=True)),
    ("signed.to_bytes(4, 'little', signed=True)", SIGNED.to_bytes(4, "little", signed=True)),
    ("name", NAME.encode()),
    ("name.encode()", NAME.encode()),
    ("who", bytes(KEY)),
    ("who.to_bytes()", bytes(KEY)),
    ("bytes(who)", bytes(KEY)),
    ("raw", RAW),
    ("bytes(data)", b"data"),
    ("note", bytes(NOTE)),
    ("note.key()", bytes(NOTE)),
    ("note.key().to_bytes()", bytes(NOTE)),
    ("bytes(note.key())", bytes(NOTE)),
    ("note.count", COUNT.to_bytes(2, "little")),
    ("note.count.to_bytes(2, 'little')", COUNT.to_bytes(2, "little")),
    ("note.owner", bytes(KEY)),
    ("bytes(note.owner)", bytes(KEY)),
    ("note.title", b"title"),
    ("note.title.encode()", b"title"),
    ("u16(5)", b"\5\0"),
    ("True", b"\1"),
    ("Side.SELL", b"\1"),
    ("'x' + 'y'", b"xy"),
]  # fmt: skip
COMPUTED: list[tuple[str, bytes]] = [
    ("n // 7", (N // 7).to_bytes(8, "little")),
    ("double(n)", (N * 2).to_bytes(8, "little")),
    ("n.to_bytes(8, 'big')", N.to_bytes(8, "big")),
    ("n.to_bytes(4, 'little')", N.to_bytes(4, "little")),
    ("str(n)", b"77"),
    ("name[:2]", "nä".encode()),
    ("name.upper()", "NäME".encode()),
    ("flag", b"\1"),
    ("side", b"\1"),
    ("note.side", b"\1"),
    ("not flag", b"\0"),
    ("sha256(name.encode())[:8]", hashlib.sha256(NAME.encode()).digest()[:8]),
    ("note.count + 1", (COUNT + 1).to_bytes(2, "little")),
]
FORMS = [(text, value, True) for text, value in TOLD] + [(text, value, False) for text, value in COMPUTED]

HEADER = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Side(Enum):
    BUY = 5
    SELL = 9


class Note(Account):
    owner: Pubkey
    count: u16
    side: Side
    title: String[16]


class Cell(Account):
    n: u64


def double(x: u64) -> u64:
    return x * 2
"""
ARGUMENTS = "n: u64, signed: i32, name: str, who: Pubkey, raw: Array[u8, 32], data: bytes, flag: bool, side: Side"


def ruled(text: str) -> str:
    """A seed of `Seeds(...)`, where parameters stand behind `arg`."""
    names = ["note", *(a.split(":")[0] for a in ARGUMENTS.split(", ")[:5]), "data", "flag", "side"]
    words: list[str] = []
    for word in text.replace("(", " ( ").replace(".", " . ").replace(")", " ) ").replace("[", " [ ").split(" "):
        behind = bool(words) and words[-1] == "."
        words.append(f"arg.{word}" if word in names and not behind else word)
    return "".join(w if w not in ("+", "//", "not") else f" {w} " for w in words)


def source() -> str:
    text = HEADER
    for i, (seed, _, _) in enumerate(FORMS):
        text += f"""
@instruction
def make_{i}(owner: Signer, note: Note, cell: Empty[Cell], {ARGUMENTS}):
    c = cell.init(payer=owner, seeds=["cell", {seed}, b"{i}"])
    c.n = {i}


@instruction
def read_{i}(note: Note, cell: Annotated[Cell, Seeds("cell", {ruled(seed)}, b"{i}")], {ARGUMENTS}) -> u64:
    return cell.n
"""
    return text


@pytest.fixture(scope="module")
def world() -> Any:
    ledger = Ledger()
    program = ledger.deploy_text(source())
    program.set_account(NOTE, "Note", owner=KEY, count=COUNT, side="Sell", title="title")
    return ledger, program


@pytest.mark.parametrize("i", range(len(FORMS)), ids=[f[0] for f in FORMS])
def test_the_told_address_is_the_right_one(world: Any, i: int) -> None:
    ledger, program = world
    _, value, told = FORMS[i]
    address = Pubkey.find_program_address([b"cell", value, str(i).encode()], program.id)[0]
    given: dict[str, Any] = {
        "n": N, "signed": SIGNED, "name": NAME, "who": KEY, "raw": list(RAW), "data": b"data", "flag": True,
        "side": "Sell", "note": NOTE,
    }  # fmt: skip
    at = {} if told else {"cell": address}
    if not told:
        with pytest.raises(CallError, match="cell"):
            program.call(f"read_{i}", **given)
    program.call(f"make_{i}", owner=ledger.signer(), **given, **at)
    assert program.account(address).n == i
    assert program.call(f"read_{i}", **given, **at).value == i

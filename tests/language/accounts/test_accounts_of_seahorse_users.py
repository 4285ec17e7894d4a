"""What users of Seahorse ran into with accounts: each of these did not build, or built and did something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.testing import Ledger, associated_address, expect_error

HEADER = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

"""


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


MINTER = """
class Minter(Account):
    bump: u8

@instruction
def create(owner: Signer, minter: Empty[Minter], mint: Empty[TokenMint], tokens: Empty[TokenAccount]):
    # The bump is known before init, the accounts exist before the first statement, and the new address can sign at once.
    bump = minter.bump()
    mint = mint.init(payer=owner, seeds=['mint'], decimals=0, authority=minter)
    tokens = tokens.init(payer=owner, mint=mint, authority=owner, associated=True)
    minter = minter.init(payer=owner, seeds=['minter'])
    mint.mint(authority=minter, to=tokens, amount=3, signer=['minter', bump])
    minter.bump = bump
    print(tokens.amount(), mint.supply())
"""


def test_a_new_address_signs_in_the_instruction_that_makes_it(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + MINTER)
    owner = ledger.signer()
    mint = p.address("mint")
    given = {
        "owner": owner,
        "minter": p.address("minter"),
        "mint": mint,
        "tokens": associated_address(owner.pubkey(), mint),
    }
    assert p.create(**given).messages[-1] == "3 3"
    assert p.account(given["minter"]).bump == p.bump("minter")


WRITERS = """
class Board(Account):
    lines: List[str]
    visits: u64

    def visit(self):
        self.visits += 1

    def peek(self) -> u64:
        return self.visits

def add_line(board: Board, line: str):
    write_in(board.lines, line)

def write_in(lines: List[str], line: str):
    lines.append(line)

def move(source: TokenAccount, to: TokenAccount, owner: Signer, n: u64):
    source.transfer(owner, to, n)

@instruction
def open(owner: Signer, board: Empty[Board]):
    board.init(payer=owner, seeds=['board', owner], padding=200)

@instruction
def through_a_function(board: Board, line: str):
    add_line(board, line)

@instruction
def through_a_method(board: Board):
    board.visit()

@instruction
def through_an_alias(board: Board, line: str):
    same = board
    lines = same.lines
    lines.append(line)

@instruction
def only_reads(board: Board) -> u64:
    return board.peek() + len(board.lines)

@instruction
def tokens_through_a_function(owner: Signer, source: TokenAccount, to: TokenAccount):
    move(source, to, owner, 2)
"""


def writable(idl: dict[str, object], instruction: str) -> set[str]:
    found = next(i for i in idl["instructions"] if i["name"] == instruction)  # type: ignore[attr-defined]
    return {a["name"] for a in found["accounts"] if a.get("writable")}


def test_what_is_written_is_writable(ledger: Ledger) -> None:
    """Also when a function, a method or another name of the account writes it; and nothing else is."""
    p = ledger.deploy_text(HEADER + WRITERS)
    owner = ledger.signer()
    board = p.address("board", owner)
    p.open(owner=owner, board=board)
    for name in ("through_a_function", "through_an_alias"):
        assert writable(p.idl, name) == {"board"}
        p.call(name, board=board, line=name)
    assert writable(p.idl, "through_a_method") == {"board"} and writable(p.idl, "only_reads") == set()
    p.through_a_method(board=board)
    assert p.only_reads(board=board).value == 3
    assert p.account(board).lines == ["through_a_function", "through_an_alias"]
    assert writable(p.idl, "tokens_through_a_function") == {"source", "to"}
    mint = ledger.mint(authority=owner)
    source, to = ledger.token_account(mint, owner, 5), ledger.token_account(mint, ledger.signer())
    p.tokens_through_a_function(owner=owner, source=source, to=to)
    assert (ledger.token(source).amount, ledger.token(to).amount) == (3, 2)


SHAPES = {
    "program.py": """
# What a module imports is not what it offers: each takes the prelude and the other modules by itself.
from shapes.circle import Circle
from shapes.square import Square, area
import shapes.circle

@instruction
def draw(owner: Signer, circle: Empty[Circle], side: u64):
    c = circle.init(payer=owner, seeds=['circle', owner])
    c.inside = Square(side)
    c.grow(area(c.inside))
    shapes.circle.shrink(c)

@instruction
def halve(circle: Circle):
    circle.inside.side //= 2
    circle.inside = Square(circle.inside.side + 1)
""",
    "shapes/circle.py": """
from seahorse.prelude import *
from shapes.square import Square

class Circle(Account):
    radius: u64
    inside: Square

    def grow(self, by: u64):
        self.radius += by

def shrink(circle: Circle):
    circle.radius -= 1
""",
    "shapes/square.py": """
from seahorse.prelude import *
from shapes import circle

class Square:
    side: u64

    def __init__(self, side: u64):
        self.side = side

def area(square: Square) -> u64:
    return square.side * square.side

def touches(square: Square, other: circle.Circle) -> bool:
    return square.side == other.radius
""",
}


def test_accounts_and_classes_of_other_files(ledger: Ledger, tmp_path: Path) -> None:
    """In whatever order the files import each other."""
    for name, text in SHAPES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((HEADER if name == "program.py" else "") + text)
    p = ledger.deploy(tmp_path / "program.py")
    owner = ledger.signer()
    circle = p.address("circle", owner)
    p.draw(owner=owner, circle=circle, side=5)
    assert (p.account(circle).radius, p.account(circle).inside.side) == (24, 5)
    p.halve(circle=circle)
    assert p.account(circle).inside.side == 3


CLASSES = """
class Digest:
    high: u64
    low: u64

class Note:
    words: List[str]
    shared: bool

    def __init__(self, words: List[str], shared: bool):
        self.words = words
        self.shared = shared

class Voter(Account):
    digest: Digest
    notes: List[Note]
    raw: Array[u8, 64]
    voted: bool

@instruction
def register(payer: Signer, voter: Empty[Voter], high: u64, low: u64):
    voter = voter.init(payer=payer, seeds=[payer, 'voter'], padding=300)
    # A class without a constructor is there all the same: its fields are zero.
    assert voter.digest.low == 0
    voter.digest.high = high
    voter.digest.low = low

@instruction
def fill(voter: Voter, digest: Digest, notes: List[Note], raw: Array[u8, 64], index: u8):
    voter.digest = digest
    voter.notes = notes
    voter.raw = raw
    voter.raw[index] = 1
    assert raw[index] == 1
    voter.voted = not voter.voted

@instruction
def without(voter: Voter, word: str):
    kept = []
    for note in voter.notes:
        words = []
        for w in note.words:
            if w != word:
                words.append(w)
        kept.append(Note(words=words, shared=note.shared))
    voter.notes = kept

@instruction
def add(voter: Voter, names: List[str], word: str):
    notes: List[Note] = []
    for name in names:
        for note in voter.notes:
            if note.words[0] == name:
                # Another name of the stored list: the word is added to it, and to every note that has it.
                words = note.words
                words.append(word)
                notes.append(Note(words, True))
    voter.notes = notes

@instruction
def print_it(payer: Signer, voter: Voter):
    print(voter.notes[0], voter.digest)
    print(f'{payer}', payer)
    voter.notes.pop()
    print(f'{voter.key}: {voter}')
"""


def test_classes_in_accounts_and_arguments(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + CLASSES)
    payer = ledger.signer()
    voter = p.address(payer, "voter")
    p.register(payer=payer, voter=voter, high=7, low=2**64 - 1)
    assert (p.account(voter).digest.high, p.account(voter).digest.low) == (7, 2**64 - 1)
    notes = [{"words": ["a", "b"], "shared": False}, {"words": ["c"], "shared": True}]
    p.fill(voter=voter, digest={"high": 1, "low": 2}, notes=notes, raw=bytes(64), index=63)
    stored = p.account(voter)
    assert (stored.digest.high, stored.voted, list(stored.raw)) == (1, True, [0] * 63 + [1])
    p.without(voter=voter, word="b")
    assert [n.words for n in p.account(voter).notes] == [["a"], ["c"]]
    p.add(voter=voter, names=["c", "a", "c"], word="x")
    assert [n.words for n in p.account(voter).notes] == [["c", "x", "x"], ["a", "x"], ["c", "x", "x"]]
    said = p.print_it(payer=payer, voter=voter).messages
    assert said[0] == "Note(words=['c', 'x', 'x'], shared=True) Digest(high=1, low=2)"
    assert said[1] == f"{payer.pubkey()} {payer.pubkey()}"
    assert said[2].startswith(f"{voter}: Voter(digest=Digest(high=1, low=2), notes=[Note(") and said[2].endswith(
        "voted=True)"
    )
    with expect_error("InvalidArgument"):
        p.fill(voter=voter, digest={"high": 1, "low": 2}, notes=[], raw=bytes(64), index=64)


NAMES = """
ID = 7

class Error(Enum):
    NONE = 0
    BAD = 1

class ProgramData(Account):
    error: Error
    owner: Pubkey
    key: u64
    lamports: u64

class String:
    text: str

    def __init__(self, text: str):
        self.text = text

@dataclass
class Address:
    street: str

def arg(n: u64) -> u64:
    return n + ID

@instruction
def run(owner: Signer, data: Empty[ProgramData], n: u64) -> u64:
    max = n
    sum = max + 1
    list = [sum, max]
    list.append(3)
    id = list[-1]
    d = data.init(payer=owner, seeds=['data', owner])
    d.error = Error.BAD
    d.key = 4
    d.lamports = 5
    print(d.error == Error.NONE, String('x'), Address('y'), d.key, d.key() == data.key())
    return arg(id + sum)
"""


def test_names_that_the_language_took_later(ledger: Ledger) -> None:
    """A program may have its own `Error`, `ID`, `String`; variables named as builtins; fields named as methods."""
    p = ledger.deploy_text(HEADER + NAMES)
    owner = ledger.signer()
    data = p.address("data", owner)
    result = p.run(owner=owner, data=data, n=10)
    assert result.value == 3 + 11 + 7
    assert result.messages == ["False String(text='x') Address(street='y') 4 True"]
    stored = p.account(data)
    assert (stored.error, stored.key, stored.lamports) == ("Bad", 4, 5)

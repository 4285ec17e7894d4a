"""Objects of several classes in accounts, lists, arguments, events and return values, in both engines."""

from __future__ import annotations

import random
from typing import Any

import pytest

from seahorse.testing import Ledger, expect_error
from seahorse.testing.program import DeployedProgram

PROGRAM = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Circle:
    r: u64


@dataclass
class Label:
    text: str
    at: Tuple[u16, u16]


@dataclass
class Nothing:
    pass


Shape = Circle | Label | Nothing


class Board(Account):
    first: Shape
    shapes: List[Shape, 8]
    chosen: Shape | None
    after: u64
    bump: u8


class Drawn(Event):
    shape: Shape
    all: List[Shape]


BoardPda = Annotated[Board, Seeds('board')]


@instruction
def create(owner: Signer, board: Empty[Board]):
    b = board.init(payer=owner, seeds=['board'], space=1000)
    b.after = 77


@instruction
def set_first(board: BoardPda, shape: Shape) -> Shape:
    old = board.first
    board.first = shape
    return old


@instruction
def add(board: BoardPda, shape: Shape) -> u64:
    board.shapes.append(shape)
    Drawn(shape, board.shapes).emit()
    return len(board.shapes)


@instruction
def choose(board: BoardPda, at: u64):
    board.chosen = board.shapes[at] if at < len(board.shapes) else None


@instruction
def grow(board: BoardPda, by: u64) -> str:
    # Objects of a list are changed where they are, also under another name.
    for shape in board.shapes:
        match shape:
            case Circle(r=r):
                shape.r = r + by
            case Label() as label:
                label.text += '!'
            case Nothing():
                pass
    if isinstance(board.first, Circle):
        board.first.r += by
    other = board.first
    if isinstance(other, Circle):
        other.r += by
    return f"{board.first} {board.chosen is not None} {board.after}"


@instruction
def count(board: BoardPda, like: Shape) -> List[u64]:
    return [board.shapes.count(like), u64(like in board.shapes), u64(like == board.first)]
"""


def board() -> tuple[Ledger, DeployedProgram]:
    ledger = Ledger()
    program = ledger.deploy_text(PROGRAM)
    program.create(owner=ledger.signer())
    return ledger, program


def state(program: DeployedProgram) -> Any:
    (held,) = program.accounts("Board").values()
    return held


def test_the_idl_has_an_enum_with_data() -> None:
    _, program = board()
    (shape,) = (t for t in program.idl["types"] if t["name"] == "Shape")
    assert shape["type"]["kind"] == "enum"
    names = [v["name"] for v in shape["type"]["variants"]]
    assert names == ["Circle", "Label", "Nothing"]
    assert [f["name"] for f in shape["type"]["variants"][0]["fields"]] == ["r"]


def test_an_argument_that_is_none_of_the_classes() -> None:
    ledger, program = board()
    call = program.prepare("set_first", shape="Nothing")
    data = bytes(call.instruction.data)
    wrong = type(call.instruction)(call.instruction.program_id, data[:-1] + b"\3", call.instruction.accounts)
    with expect_error(102):
        ledger.send(wrong)


@pytest.mark.parametrize("seed", range(4))
def test_a_board_does_what_a_list_of_python_does(seed: int) -> None:
    draw = random.Random(seed)
    _, program = board()
    first: tuple[str, Any] = ("Circle", {"r": 0})
    shapes: list[tuple[str, dict[str, Any]]] = []
    chosen: tuple[str, Any] | None = None

    def drawn() -> tuple[str, dict[str, Any]]:
        kind = draw.choice(["Circle", "Label", "Nothing"])
        text = draw.choice(["", "x", "été"])
        at = (draw.randrange(3), draw.randrange(3))
        return kind, {"Circle": {"r": draw.randrange(3)}, "Label": {"text": text, "at": at}, "Nothing": {}}[kind]

    for _ in range(12):
        shape = drawn()
        given = {shape[0]: shape[1]}
        match draw.choice(["first", "add", "add", "choose", "count"]):
            case "first":
                old = program.set_first(shape=given).value
                assert (repr(old).split("(")[0], old) == first
                first = shape
            case "add" if len(shapes) < 8:
                shapes.append(shape)
                result = program.add(shape=given)
                assert result.value == len(shapes)
                assert result.events[0].all == [s[1] for s in shapes]
            case "choose":
                at = draw.randrange(9)
                program.choose(at=at)
                chosen = shapes[at] if at < len(shapes) else None
            case _:
                found = program.count(like=given).value
                assert found == [shapes.count(shape), int(shape in shapes), int(shape == first)]
        held = state(program)
        assert (repr(held.first).split("(")[0], held.first) == first
        assert [(repr(s).split("(")[0], s) for s in held.shapes] == shapes
        assert held.after == 77
        assert (None if held.chosen is None else held.chosen) == (None if chosen is None else chosen[1])


def test_objects_are_changed_where_they_are() -> None:
    _, program = board()
    program.set_first(shape={"Circle": {"r": 5}})
    for shape in ({"Circle": {"r": 1}}, {"Label": {"text": "a", "at": (1, 2)}}, {"Nothing": {}}):
        program.add(shape=shape)
    assert program.grow(by=10).value == "Circle(r=25) False 77"
    assert state(program).shapes == [{"r": 11}, {"text": "a!", "at": (1, 2)}, {}]


BASES = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Fee(ABC):
    payer: u64

    @abstractmethod
    def of(self, amount: u64, times: u64 = 1) -> u64: ...

    @property
    def label(self) -> str:
        return f"{self.payer}:{self.of(100)}"

    def raised(self, by: u64) -> "Fee":
        self.payer += by
        return self


@dataclass
class Flat(Fee):
    fee: u64

    def of(self, amount: u64, times: u64 = 1) -> u64:
        return self.fee * times


@dataclass
class Percent(Fee):
    percent: u64
    most: u64 = 50

    def of(self, amount: u64, times: u64 = 1) -> u64:
        return min(amount * self.percent // 100, self.most) * times

    @property
    def label(self) -> str:
        return f"<{self.percent}%>"


@dataclass
class Tiered(Percent):
    above: u64 = 1000

    def of(self, amount: u64, times: u64 = 1) -> u64:
        return super().of(amount, times) if amount > self.above else 0


class Book(Account):
    fees: List[Fee, 4]
    last: Fee | None
    bump: u8


def cheapest(fees: List[Fee], amount: u64) -> Fee:
    best = fees[0]
    for fee in fees[1:]:
        if fee.of(amount) < best.of(amount):
            best = fee
    return best


@instruction
def create(owner: Signer, book: Empty[Book]):
    b = book.init(payer=owner, seeds=['book'])
    b.fees = [Flat(1, 10), Percent(2, 5), Tiered(3, percent=20, most=90)]


@instruction
def run(book: Annotated[Book, Seeds('book')], amount: u64) -> str:
    best = cheapest(book.fees, amount)
    best.raised(by=100)
    book.last = best
    kinds = ",".join("f" if isinstance(f, Flat) else "t" if isinstance(f, Tiered) else "p" for f in book.fees)
    total = sum(f.of(amount, times=2) for f in book.fees)
    if isinstance(best, Percent):
        best.most += 1
    return f"{best.label} {kinds} {total} {' '.join(f.label for f in book.fees)} {best == book.fees[0]}"
"""


class Book:
    """The same in plain Python, by hand."""

    def __init__(self) -> None:
        self.fees: list[dict[str, int]] = [
            {"payer": 1, "fee": 10},
            {"payer": 2, "percent": 5, "most": 50},
            {"payer": 3, "percent": 20, "most": 90, "above": 1000},
        ]

    @staticmethod
    def of(fee: dict[str, int], amount: int) -> int:
        if "fee" in fee:
            return fee["fee"]
        if amount <= fee.get("above", -1):
            return 0
        return min(amount * fee["percent"] // 100, fee["most"])

    def label(self, fee: dict[str, int]) -> str:
        return f"<{fee['percent']}%>" if "percent" in fee else f"{fee['payer']}:{self.of(fee, 100)}"

    def run(self, amount: int) -> str:
        best = min(self.fees, key=lambda f: self.of(f, amount))
        best["payer"] += 100
        total = sum(2 * self.of(f, amount) for f in self.fees)
        if "most" in best:
            best["most"] += 1
        labels = " ".join(self.label(f) for f in self.fees)
        return f"{self.label(best)} f,p,t {total} {labels} {best is self.fees[0]}"


def test_a_list_of_a_base_class() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(BASES)
    program.create(owner=ledger.signer())
    book = Book()
    for amount in (10, 100, 150, 1_001, 5_000, 500):
        assert program.run(amount=amount).value == book.run(amount)
        (held,) = program.accounts("Book").values()
        assert held.fees == book.fees

"""Plain Python that needs no conversion and no detour: the chain, CPython's engine and CPython itself agree."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

from seahorse.testing import Ledger
from seahorse.testing.result import Failed

NUMBERS = """
SMALL, LARGE = 3, 300
ONE = ALSO_ONE = 1

@instruction
def narrowed(a: u64, b: u64) -> u8:
    small: u8 = a
    other = (small, b)
    kept: Tuple[u8, u8] = (other[0], b)
    return kept[0] + kept[1]

@instruction
def mixed(a: u64, b: i64) -> i64:
    total = a + b
    total -= a * b
    if a > b:
        total += 1
    return max(total, a) - min(a, b)

@instruction
def changed(a: u64, b: i64) -> u64:
    n = a
    n += b
    items: List[u64] = [a, 5]
    items[1] += b
    items[0] -= b
    return n + items[1] * items[0]

@instruction
def given(a: u8) -> u16:
    return u16(twice(a + 0, SMALL))

def twice(n: int, times: int = 2) -> int:
    return n * times * LARGE + ONE + ALSO_ONE

@instruction
def real(a: u64) -> f64:
    half: float = a / 2
    return share(half)

def share(x: float) -> float:
    return x * 3

@instruction
def powers(a: u64, b: i8) -> u64:
    return a ** abs(b) + (a << abs(b))
"""

FORMS = """
class Bits:
    def __init__(self, data: List[u8], shift: u64):
        self.data, self.shift = data, shift
        self.seen: List[u64] = []
        self.name = "bits"
        self.on = True

    def __getitem__(self, index: int) -> bool:
        self.seen.append(index + self.shift)
        byte, bit = divmod(index, 8)
        return self.data[byte] >> bit & 1 == 1

    def __str__(self):
        return f"{self.name} {self.on} {len(self.seen)}"

class Limits(NamedTuple):
    low: u64
    high: u64

@instruction
def bits(items: List[u8], at: u64) -> str:
    b = Bits(items, 2)
    first, second = b[at], b[0]
    return f"{first} {second} {b} {b.seen}"

@instruction
def limits(a: u64, b: u64) -> u64:
    x = Limits(a, b)
    return sum(x) + max(x) * len(list(x)) + sum(v * 2 for v in x) + (1 if list(x) == sorted(x) else 0)

@instruction
def chosen(n: u64) -> str:
    word = ("none", "one", "many")[min(n, 2)]
    return f"{word} {n if n > 1 else '-'} {', '.join(word) or 'nothing'} {named(n) or named(n + 5) or 'x'}"

def named(n: u64) -> str:
    return "" if n < 4 else str(n)

@instruction
def share(a: u64, b: u64) -> str:
    return f"{a / b:.0%} {a / b:.1%} {a / b:>12.2%}|{a / b:%}"

def joined(*parts: bytes) -> bytes:
    return b"-".join(parts)

@instruction
def parts(a: bytes, b: bytes) -> bytes:
    return joined(a, b, a)
"""


@pytest.fixture(scope="module")
def numbers() -> Compared:
    return Compared(NUMBERS)


@pytest.fixture(scope="module")
def forms() -> Compared:
    return Compared(FORMS)


def test_integers_convert_where_they_have_room(numbers: Compared) -> None:
    numbers.check("narrowed", [(1, 2), (200, 55), (0, 255)])
    numbers.check("mixed", [(5, 3), (5, -3), (0, -7), (3, 9)])
    numbers.check("changed", [(5, 3), (5, -3), (7, 0)])
    numbers.check("given", [(3,), (0,), (72,)])
    numbers.check("real", [(5,), (0,)])
    numbers.check("powers", [(2, 3), (2, -3), (5, 0)])


@pytest.mark.parametrize(
    ("name", "given"),
    [("narrowed", {"a": 256, "b": 0}), ("narrowed", {"a": 1, "b": 300}), ("changed", {"a": 1, "b": -2}), ("given", {"a": 200})],
)  # fmt: skip
def test_without_room_the_instruction_stops(numbers: Compared, name: str, given: dict[str, int]) -> None:
    with pytest.raises(Failed, match="ArithmeticOverflow"):
        numbers.program.call(name, **given)


def test_forms(forms: Compared) -> None:
    forms.check("bits", [([1, 2], 9), ([255], 7), ([0], 9)])
    forms.check("limits", [(1, 2), (2, 1), (4, 4)])
    forms.check("chosen", [(0,), (1,), (3,), (9,)])
    forms.check("share", [(1, 3), (1, 1), (0, 7), (999, 1000)])
    forms.check("parts", [(b"a", b"bc"), (b"", b"")])


ACCOUNTS = """
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Speed(Enum):
    SLOW = 1
    FAST = 2


class Dao(Account):
    n: u64
    name: String[20]
    visits: u64


class Paper(Account):
    n: u64
    text: String[40]


def slug(name: str, n: u64) -> str:
    return name.strip().lower() + str(n)


@instruction
def setup(owner: Signer, dao: Empty[Dao], name: str = "Hi", speed: Speed = Speed.FAST, more: List[u8] = [], x: f64 = 2):
    d = dao.init(payer=owner, seeds=["dao", name.lower()], init_if_needed=True)
    if d.is_new():
        d.name = name
    d.visits += 1
    print(*more, sep="/")
    print("x", x, *[speed.value, 7])


@instruction
def propose(owner: Signer, dao: Dao, paper: Empty[Paper], pair: str = "a/b", witness: Signer | None = None):
    dao.n += 1
    base, quote = pair.split("/")
    number: u32 = dao.n
    p = paper.init(payer=owner, seeds=["p", dao.n, base, quote, slug(pair, dao.n), number])
    p.n = dao.n
    p.text = slug(pair, dao.n) + ("!" if witness is None else "?")


@instruction
def look(
    paper: Annotated[
        Paper, Seeds("p", arg.n, arg.base, arg.quote, slug(arg.base + "/" + arg.quote, arg.n), u32(arg.n))
    ],
    base: str,
    quote: str,
    n: u64,
) -> str:
    return paper.text


@instruction
def rent(dao: Dao) -> u64:
    return Rent.get().minimum_balance(dao.data_len())
"""


def test_defaults_and_what_init_computes() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(ACCOUNTS)
    owner = ledger.signer()
    dao = program.address("dao", "hi")
    logs = program.setup(owner=owner, dao=dao).logs
    assert any(line.endswith("log: x 2.0 2 7") for line in logs)
    logs = program.setup(owner=owner, dao=dao, more=[1, 2], speed="Slow").logs
    assert any(line.endswith("log: 1/2") for line in logs)
    assert any(line.endswith("log: x 2.0 1 7") for line in logs)
    assert program.account(dao).visits == 2
    for n in (1, 2):
        paper = program.address("p", n.to_bytes(8, "little"), "a", "b", f"a/b{n}", n.to_bytes(4, "little"))
        given = {"witness": owner} if n == 2 else {}
        program.propose(owner=owner, dao=dao, paper=paper, **given)
        assert program.look(paper=paper, base="a", quote="b", n=n).value == f"a/b{n}" + "!?"[n - 1]
    with pytest.raises(Failed, match="InvalidArgument"):
        program.propose(owner=owner, dao=dao, paper=dao, pair="abc")
    assert program.rent(dao=dao).value == ledger.account(dao).lamports
    described = {i["name"]: i["args"] for i in program.idl["instructions"]}
    assert [a.get("default") for a in described["setup"]] == ["Hi", "Fast", [], 2.0]


CALLED = """
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def add(a: u64, b: i16 = -3, c: str | None = None, d: bool = True, *, e: Tuple[u8, u8] = (4, 5)) -> str:
    return f"{a} {b} {c} {d} {e}"
"""
CALLER = """
from seahorse.prelude import *
import called

declare_id("HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L")


@instruction
def run(a: u64) -> str:
    return called.add(a) + "; " + called.add(a, 9, e=(1, 2)) + "; " + called.add(a=a, c="x", d=False)
"""


def test_typed_calls_leave_defaults_out() -> None:
    ledger = Ledger()
    ledger.deploy_text(CALLED, "called")
    program = ledger.deploy_text(CALLER, "caller", called=CALLED)
    assert program.run(a=7).value == "7 -3 None True (4, 5); 7 9 None True (1, 2); 7 -3 x False (4, 5)"

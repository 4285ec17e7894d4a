"""u256 against Python's integers, with random values of every size, and in accounts, lists and dicts."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from seahorse.testing import Ledger, expect_error
from seahorse.testing.program import DeployedProgram
from seahorse.testing.result import Failed

PROGRAM = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Vault(Account):
    total: u256
    history: List[u256, 8]
    most: u256 | None
    bump: u8


VaultPda = Annotated[Vault, Seeds('vault')]


@instruction
def add(a: u256, b: u256) -> u256:
    return a + b


@instruction
def sub(a: u256, b: u256) -> u256:
    return a - b


@instruction
def mul(a: u256, b: u256) -> u256:
    return a * b


@instruction
def floordiv(a: u256, b: u256) -> u256:
    return a // b


@instruction
def mod(a: u256, b: u256) -> u256:
    return a % b


@instruction
def bits(a: u256, b: u256) -> List[u256]:
    return [a & b, a | b, a ^ b]


@instruction
def shift(a: u256, by: u8) -> List[u256]:
    return [a >> by, (a >> by) << by]


@instruction
def left(a: u256, by: u8) -> u256:
    return a << by


@instruction
def power(a: u256, n: u8) -> u256:
    return a ** n


@instruction
def scaled(a: u256, b: u256, c: u256) -> u256:
    return mul_div(a, b, c)


@instruction
def order(a: u256, b: u256) -> List[bool]:
    return [a < b, a <= b, a > b, a >= b, a == b, a != b, bool(a), a > 5, not b]


@instruction
def told(a: u256) -> str:
    return f"{a} {str(a)} {a.bit_length()} {u256.from_bytes(a.to_bytes(32, 'little'), 'little') == a}"


@instruction
def narrow(a: u256) -> u64:
    return u64(a)


@instruction
def data(a: u256, n: u8) -> bytes:
    return a.to_bytes(n, 'big')


@instruction
def create(owner: Signer, vault: Empty[Vault]):
    v = vault.init(payer=owner, seeds=['vault'])
    v.total = 10


@instruction
def put(vault: VaultPda, amount: u256, n: u64) -> u256:
    vault.total += amount * n
    vault.total -= 1
    vault.history.append(amount)
    most = vault.most
    vault.most = amount if most is None or amount > most else most
    seen: Dict[u256, u64] = {}
    for x in vault.history:
        seen[x] = seen.get(x, 0) + 1
    return vault.total + seen[amount] + u256(len(seen))
"""
MOST = (1 << 256) - 1


@pytest.fixture(scope="module")
def program() -> DeployedProgram:
    return Ledger().deploy_text(PROGRAM)


def numbers(seed: int, count: int) -> list[int]:
    draw = random.Random(seed)
    edges = [0, 1, 2, 5, 1 << 63, (1 << 64) - 1, 1 << 64, (1 << 128) - 1, 1 << 128, 1 << 192, 1 << 255, MOST]
    return [draw.choice([draw.choice(edges), draw.getrandbits(draw.randrange(1, 257))]) for _ in range(count)]


def fits(value: Callable[[], int]) -> int | None:
    try:
        found = value()
    except ZeroDivisionError:
        return None
    return found if 0 <= found <= MOST else None


def given(program: DeployedProgram, name: str, **values: int) -> Any:
    """What the program gives; None where it stops with an overflow."""
    try:
        return program.call(name, **values).value
    except Failed as failed:
        if "ArithmeticOverflow" in str(failed):
            return None
        raise


@pytest.mark.parametrize("name", ["add", "sub", "mul", "floordiv", "mod"])
def test_arithmetic(program: DeployedProgram, name: str) -> None:
    operation = getattr(int, f"__{name}__")
    pairs = list(zip(numbers(1, 30), numbers(2, 30), strict=True))
    for a, b in [*pairs, *((x, x) for x in numbers(3, 4)), (MOST, 1), (0, 1), (1, 0)]:
        assert given(program, name, a=a, b=b) == fits(lambda a=a, b=b: operation(a, b)), (name, a, b)


def test_bits_and_order(program: DeployedProgram) -> None:
    for a, b in zip(numbers(4, 20), numbers(5, 20), strict=True):
        assert program.bits(a=a, b=b).value == [a & b, a | b, a ^ b]
        assert program.order(a=a, b=b).value == [a < b, a <= b, a > b, a >= b, a == b, a != b, bool(a), a > 5, not b]


@pytest.mark.parametrize("by", [0, 1, 63, 64, 65, 127, 128, 200, 255])
def test_shifts(program: DeployedProgram, by: int) -> None:
    for a in numbers(by, 5):
        assert program.shift(a=a, by=by).value == [a >> by, a >> by << by]
        assert given(program, "left", a=a, by=by) == fits(lambda a=a: a << by)


def test_powers(program: DeployedProgram) -> None:
    for a, n in [(0, 0), (0, 5), (2, 255), (3, 161), (10, 77), (10, 78), (MOST, 1), (1 << 128, 2), (7, 90)]:
        assert given(program, "power", a=a, n=n) == fits(lambda a=a, n=n: a**n)


def test_products_with_room(program: DeployedProgram) -> None:
    values = zip(numbers(6, 25), numbers(7, 25), numbers(8, 25), strict=True)
    for a, b, c in [*values, (MOST, MOST, MOST), (MOST, 2, 1), (MOST, 3, 4)]:
        assert given(program, "scaled", a=a, b=b, c=c) == fits(lambda a=a, b=b, c=c: a * b // c)


def test_text_and_conversions(program: DeployedProgram) -> None:
    for a in [*numbers(9, 12), 10**19, 10**38, 10**57, 10**76, MOST]:
        assert program.told(a=a).value == f"{a} {a} {a.bit_length()} True"
        assert given(program, "narrow", a=a) == (a if a < 1 << 64 else None)
        for n in (0, 8, 32, 40):
            wanted = a.to_bytes(n, "big") if a < 1 << (8 * n) else None
            assert given(program, "data", a=a, n=n) == wanted


def test_in_accounts() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(PROGRAM)
    program.create(owner=ledger.signer())
    total, history = 10, list[int]()
    for amount, n in [(1 << 100, 3), (1 << 200, 2), (1 << 100, 1), (0, 9), (MOST >> 3, 2)]:
        total += amount * n - 1
        history.append(amount)
        assert program.put(amount=amount, n=n).value == total + history.count(amount) + len(set(history))
        (held,) = program.accounts("Vault").values()
        assert (held.total, held.history, held.most) == (total, history, max(history))
    with expect_error("ArithmeticOverflow"):
        program.put(amount=MOST, n=1)

"""A call that writes an account, inside of an expression: what stands behind it sees the account as it is by then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler
from seahorse.testing import DeployedProgram, Ledger, expect_error

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Keep(Account):
    n: u64
    xs: List[u64]

def pay(src: TokenAccount, dst: TokenAccount, auth: Signer, n: u64) -> u64:
    src.transfer(auth, dst, n)
    return src.amount()

def enough(src: TokenAccount, dst: TokenAccount, auth: Signer, n: u64) -> bool:
    src.transfer(auth, dst, n)
    return n > 2

def weighed(x: u64, src: TokenAccount, y: u64) -> u64:
    return x * 10000 + src.amount() * 100 + y
"""
# Each is the body of an instruction with accounts src, dst, auth and keep, and a number n.
BODIES = {
    "behind": "return pay(src, dst, auth, n) + src.amount()",
    "before_and_behind": "return src.amount() * 10000 + pay(src, dst, auth, n) * 100 + src.amount()",
    "the_other": "return pay(src, dst, auth, n) * 100 + dst.amount()",
    "tested": "if enough(src, dst, auth, n):\n        return src.amount()\n    return dst.amount()",
    "second_test": "if n == 0:\n        return 7\n    elif enough(src, dst, auth, n):\n        return src.amount()\n    return dst.amount()",
    "argument": "return max(pay(src, dst, auth, n), src.amount() + 1)",
    "of_a_function": "return weighed(pay(src, dst, auth, n), src, src.amount())",
    "printed": "print(pay(src, dst, auth, n), src.amount(), dst.amount())\n    return 0",
    "index": "keep.xs[src.amount() % 2] = pay(src, dst, auth, n)\n    return keep.xs[0] * 100 + keep.xs[1]",
    "added": "keep.n += pay(src, dst, auth, n)\n    return keep.n",
    "added_twice": "keep.n += pay(src, dst, auth, n) + pay(src, dst, auth, 1)\n    return keep.n",
    "of_a_range": "t = u64(0)\n    for i in range(pay(src, dst, auth, n)):\n        t += src.amount()\n    return t",
    "ternary": "return (pay(src, dst, auth, n) * 100 + src.amount()) if n > 1 else dst.amount()",
    "several": "x, y = pay(src, dst, auth, n), src.amount()\n    return x * 100 + y",
    "of_a_list": "return sum([pay(src, dst, auth, n), src.amount(), pay(src, dst, auth, n), dst.amount()])",
    "matched": "match pay(src, dst, auth, n):\n        case 0:\n            return 1\n        case x if x == src.amount():\n            return x + dst.amount() * 100\n    return 2",
    "walrus": "if (left := pay(src, dst, auth, n)) == src.amount():\n        return left * 100 + src.amount()\n    return 0",
    "asserted": "assert enough(src, dst, auth, n) == (src.amount() < 8), 'no'\n    return src.amount()",
    "while_": "t = u64(0)\n    while pay(src, dst, auth, n) > src.amount() // 2 and t < 3:\n        t += src.amount()\n    return t",
    "comprehension": "return sum([pay(src, dst, auth, 1) * i + src.amount() for i in range(n)])",
    "added_and_looked_at": "keep.n += pay(src, dst, auth, n) + dst.amount()\n    return keep.n",
    # These Rust has no form of.
    "logic": "return 1 if n > 1 and enough(src, dst, auth, n) and src.amount() > 3 else 0",
    "while_alone": "t = u64(0)\n    while t < 2 and enough(src, dst, auth, n):\n        t += src.amount()\n    return t",
}  # fmt: skip
NOT_IN_RUST = ("logic", "while_alone")
AMOUNT = 10


def instruction(name: str) -> str:
    given = "src: TokenAccount, dst: TokenAccount, auth: Signer, keep: Keep, n: u64"
    return f"\n@instruction\ndef {name}({given}) -> u64:\n    keep.n += 0\n    {BODIES[name]}\n"


def in_python(name: str, n: int) -> int:
    """The body in CPython, with what a transfer does to two numbers."""

    class Token:
        def __init__(self, held: int) -> None:
            self.held = held

        def amount(self) -> int:
            return self.held

        def transfer(self, _: object, to: Token, by: int) -> None:
            if by > self.held:
                raise ArithmeticError
            self.held, to.held = self.held - by, to.held + by

    class Keep:
        n, xs = 0, [0, 0]

    class Anything:
        pass

    names: dict[str, Any] = {"u64": int, "List": list, "Account": object, "TokenAccount": Token, "Signer": Anything}
    source = SOURCE.split("declare_id")[1].split("\n", 1)[1] + instruction(name).replace("@instruction", "")
    exec(compile("from __future__ import annotations\n" + source, "<host>", "exec"), names)
    keep = Keep()
    keep.xs = [0, 0]
    return names[name](Token(AMOUNT), Token(0), None, keep, n)


class Town:
    """A program with token accounts of one holder."""

    def __init__(self, bodies: tuple[str, ...]) -> None:
        self.ledger = Ledger()
        self.program: DeployedProgram = self.ledger.deploy_text(SOURCE + "".join(map(instruction, bodies)))
        self.holder: Keypair = self.ledger.signer()
        self.mint = self.ledger.mint(authority=self.holder, decimals=0)
        self.keep = Pubkey(bytes([7] * 32))

    def call(self, name: str, n: int) -> int:
        self.program.set_account(self.keep, "Keep", space=200, n=0, xs=[0, 0])
        src = self.ledger.token_account(self.mint, self.holder.pubkey(), AMOUNT)
        dst = self.ledger.token_account(self.mint, Pubkey(bytes([9] * 32)), 0)
        return self.program.call(name, src=src, dst=dst, auth=self.holder, keep=self.keep, n=n).value


@pytest.fixture(scope="module")
def towns() -> dict[str, Town]:
    both = Town(tuple(name for name in BODIES if name not in NOT_IN_RUST))
    return dict.fromkeys(BODIES, both) | {name: Town((name,)) for name in NOT_IN_RUST}


@pytest.mark.parametrize("name", BODIES)
def test_as_in_python(towns: dict[str, Town], name: str) -> None:
    for n in (0, 1, 2, 4, 6):
        try:
            expected = in_python(name, n)
        except ArithmeticError:
            with expect_error("InsufficientFunds"):
                towns[name].call(name, n)
        else:
            assert towns[name].call(name, n) == expected


def test_what_rust_has_no_form_of_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tested.py"
    refused: list[str] = []
    for name in BODIES:
        path.write_text(SOURCE + instruction(name), encoding="utf-8")
        try:
            Compiler().rust([path])
        except UnsupportedError as error:
            refused.append(f"{name}: {error.message}")
    why = "this call writes an account that the same statement looks at afterwards, which Rust cannot"
    assert refused == [f"{name}: {why}" for name in NOT_IN_RUST]

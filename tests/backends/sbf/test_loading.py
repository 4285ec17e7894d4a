"""How an instruction gets at its accounts: whichever are the same, missing or too many, with data of any length."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from solders.account import Account
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction

from seahorse.ir.layout import instruction_discriminator
from seahorse.testing import compile_text

ID = Pubkey.from_string("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")
PAYER = Keypair.from_seed(bytes([1] * 32))
# Accounts in registers up to four; in a table, walked over without a loop up to eight; then in a loop.
COUNTS = (1, 2, 3, 4, 5, 7, 8, 9, 12)
NOT_ENOUGH_KEYS = 3005


def _instruction(count: int, *, rare: bool, rest: bool) -> str:
    names = [f"a{i}" for i in range(count)]
    given = [f"{name}: UncheckedAccount" for name in names] + ["rest: List[UncheckedAccount]"] * rest
    kind = "rare" if rare else "rest" if rest else "take"
    code = [
        f"@instruction{'(rare=True)' if rare else ''}",
        f"def {kind}_{count}({', '.join(given)}, word: u64):",
        *[f"    print({name}.key(), {name}.data_len(), {name}.is_signer)" for name in names],
        *["    for other in rest:", "        print(other.key(), other.data_len(), other.is_signer)"] * rest,
        "    print(word)",
    ]
    return "\n".join(code)


KINDS = [(rare, rest) for rare, rest in ((False, False), (True, False), (False, True))]
SOURCE = "\n\n".join(
    ["from seahorse.prelude import *", f"declare_id('{ID}')"]
    + [_instruction(count, rare=rare, rest=rest) for count in COUNTS for rare, rest in KINDS]
)


class _Chain:
    def __init__(self, bytecode: bytes) -> None:
        self.vm = LiteSVM().with_sigverify(False).with_blockhash_check(False).with_transaction_history(0)
        self.vm.add_program(ID, bytecode)
        self.vm.set_account(PAYER.pubkey(), Account(10**10, b"", Pubkey.default()))

    def put(self, key: Pubkey, size: int) -> None:
        self.vm.set_account(key, Account(10**9, bytes(size), Pubkey.default()))

    def call(self, name: str, keys: Sequence[Pubkey], word: int) -> tuple[object, list[str]]:
        """The error, or None; and what was printed."""
        data = instruction_discriminator(name) + word.to_bytes(8, "little")
        metas = [AccountMeta(key, is_signer=False, is_writable=False) for key in keys]
        message = Message.new_with_blockhash([Instruction(ID, data, metas)], PAYER.pubkey(), Hash.default())
        count = message.header.num_required_signatures
        answer = self.vm.send_transaction(Transaction.populate(message, [Signature.default()] * count))
        failed = getattr(answer, "err", None)
        logs = (answer.meta() if failed is not None else answer).logs()
        printed = [line.removeprefix("Program log: ") for line in logs if line.startswith("Program log: ")]
        return failed and failed(), printed


@pytest.fixture(scope="module")
def chain() -> _Chain:
    return _Chain(compile_text(SOURCE).bytecode)


def _expected(keys: Sequence[Pubkey], sizes: dict[Pubkey, int], word: int) -> list[str]:
    return [*[f"{key} {sizes[key]} {key == PAYER.pubkey()}" for key in keys], str(word)]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("rare", "rest"), KINDS, ids=["plain", "rare", "remaining"])
def test_the_accounts_are_those_that_were_given(chain: _Chain, count: int, rare: bool, rest: bool) -> None:
    """Every choice of accounts out of a few, so that some come twice; the instruction says what it sees."""
    draw = random.Random(count)
    name = f"{'rare' if rare else 'rest' if rest else 'take'}_{count}"
    for round_ in range(30):
        pool = [PAYER.pubkey(), *[Pubkey(draw.randbytes(32)) for _ in range(draw.choice((1, count, 3 * count)))]]
        sizes = {key: draw.choice((0, 1, 7, 8, 9, 100, 1000)) for key in pool} | {PAYER.pubkey(): 0}
        for key in pool[1:]:
            chain.put(key, sizes[key])
        keys = [draw.choice(pool) for _ in range(count + draw.choice((0, 0, 1, 3)))]
        failed, printed = chain.call(name, keys, round_)
        assert failed is None, printed
        assert printed == _expected(keys if rest else keys[:count], sizes, round_)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("rare", "rest"), KINDS, ids=["plain", "rare", "remaining"])
def test_missing_accounts_are_an_error(chain: _Chain, count: int, rare: bool, rest: bool) -> None:
    name = f"{'rare' if rare else 'rest' if rest else 'take'}_{count}"
    keys = [Pubkey(bytes([i + 1, count] * 16)) for i in range(count)]
    for key in keys:
        chain.put(key, 3)
    for given in {0, 1, count - 1} - {count}:
        for chosen in (keys[:given], [keys[0]] * given):
            failed, printed = chain.call(name, chosen, 1)
            assert str(NOT_ENOUGH_KEYS) in str(failed), (given, printed)
            assert "AccountNotEnoughKeys" in printed[-1]


@pytest.mark.parametrize("size", [0, 1, 7])
def test_too_little_data_finds_no_instruction(chain: _Chain, size: int) -> None:
    data = instruction_discriminator("take_2")[:size]
    message = Message.new_with_blockhash([Instruction(ID, data, [])], PAYER.pubkey(), Hash.default())
    answer = chain.vm.send_transaction(Transaction.populate(message, [Signature.default()]))
    assert "InstructionFallbackNotFound" in "".join(answer.meta().logs())

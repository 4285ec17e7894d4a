"""The documented language, section by section: what Python prints, the chain prints."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger, expect_error

SYSTEM = "11111111111111111111111111111111"


@pytest.fixture
def manual(deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    return deploy("manual")


def test_padding_makes_room_for_the_text(ledger: Ledger, manual: DeployedProgram, alice: Keypair):
    text = "Grüße aus Chiang Mai"
    place = manual.address("letter", alice)
    assert manual.write(sender=alice, text=text).messages == [f"bump {manual.bump('letter', alice)}"]
    assert manual.account(place) == {"sender": alice.pubkey(), "text": text}
    # Discriminator, key, and Rust's 24 bytes for a String, whatever it holds.
    assert ledger.lamports(place) == ledger.rent(8 + 32 + 24 + len(text.encode()))


def test_space_is_absolute(ledger: Ledger, manual: DeployedProgram, alice: Keypair):
    place = manual.address("large", alice, (513).to_bytes(2, "little"))
    manual.write_large(sender=alice, number=513, text="x" * (512 - 8 - 32 - 4))
    assert ledger.lamports(place) == ledger.rent(512)
    with expect_error("AccountDidNotSerialize"):
        manual.write_large(sender=alice, number=514, text="x" * (512 - 8 - 32 - 4 + 1))


def test_classes_and_imports(manual: DeployedProgram, alice: Keypair):
    assert manual.geometry(signer=alice).messages == ["5.0", "0.0", "2.0 3.0", "42 4 4", "2.0"]


def test_numbers(manual: DeployedProgram, alice: Keypair):
    assert manual.numbers(signer=alice).messages == [
        "4 3 3.3333333333333335",
        "100 1000 100.0",
        "5 1 3 3 -3",
        "7 3 3",
        "-4 1 -4 -1",
        "string",
        "0",
        "False",
        f"{2**100} -15",
    ]


def test_iterators(manual: DeployedProgram, alice: Keypair):
    assert manual.iterators(signer=alice).messages == [
        "3 6 [1, 2, 3] [3, 1, 2]",
        "0 3",
        "1 1",
        "2 2",
        "c 3",
        "a 1",
        "b 2",
        "[6, 2, 4]",
        "[3, 2]",
        "[3, 2] ['c!', 'a!', 'b!']",
        "[(0, 0), (0, 1), (1, 0), (1, 1)]",
        "[0, 1, 2] [1, 2] [1, 5, 9] [5, 3, 1]",
        "[11, 2, 3] 5 3 6 15",
        "[9, 1, 2] [1, 2] [9, 1] [1, 2]",
        "7 1 1 [8, 9, 1, 2]",
        "[1, 2, 8, 1, 1] True True",
        "[] True",
        "1 one True",
        "one",
    ]


@pytest.mark.parametrize("values", [[], [4], [5, 3, -1, 9, 2], list(range(20, -20, -3)), [2**63 - 1, -(2**63), 0, 0]])
def test_a_function_of_another_file(manual: DeployedProgram, alice: Keypair, values: list[int]):
    result = manual.sorting(signer=alice, values=values)
    assert result.messages == [str(sorted(values))]
    assert result.events == [{"sums": [len(values), 5]}]


def test_a_call_by_accounts_and_bytes(ledger: Ledger, manual: DeployedProgram, alice: Keypair):
    receiver = ledger.key().pubkey()
    before = ledger.lamports(alice)
    result = manual.pay(payer=alice, receiver=receiver, system=SYSTEM, amount=10**9)
    assert (ledger.lamports(receiver), ledger.lamports(alice)) == (10**9, before - 10**9)
    assert result.messages == ["[2, 1] [1, 2]"]
    with expect_error(2500):
        manual.pay(payer=alice, receiver=receiver, system=manual, amount=1)
    with expect_error("ResultWithNegativeLamports"):
        manual.pay(payer=alice, receiver=receiver, system=SYSTEM, amount=10**11)


def test_the_clock(ledger: Ledger, manual: DeployedProgram, alice: Keypair):
    assert manual.clock(signer=alice).messages == [f"{ledger.now} True"]


def test_addresses(manual: DeployedProgram, alice: Keypair):
    manual.write(sender=alice, text="")
    result = manual.addresses(signer=alice, letter=manual.address("letter", alice))
    assert result.messages == [f"True {manual.bump('letter', alice)}", "True"]


def scopes(n: int) -> list[str]:
    """The same statements in Python."""
    lines: list[str] = []
    total = sum(i for i in range(n) if i % 2 and i <= 7)
    while total > 10:
        total -= 4
    lines.append(f"{total} {'big' if total > 5 else 'small'}")
    if (n > 3 and n != 5) or n == 1:
        return lines
    return [*lines, "two" if n == 2 else f"{n} {n + 1:04} q"]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 9, 99])
def test_control_flow(manual: DeployedProgram, alice: Keypair, n: int):
    assert manual.scopes(signer=alice, n=n).messages == scopes(n)


def test_an_assertion_with_an_f_string(manual: DeployedProgram, alice: Keypair):
    with expect_error(2500) as failed:
        manual.scopes(signer=alice, n=100)
    assert "out of range: 100" in failed.result.messages

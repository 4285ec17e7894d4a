"""`expect_error` lets nothing pass that should not."""

import pytest
from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Failed, Result, expect_error
from seahorse.testing.failures import ProgramFailure, failure_of


def seven() -> bytes:
    return (7).to_bytes(4, "little")


def test_the_right_error_passes(box: DeployedProgram, alice: Keypair):
    for expected in (6000, "WrongColour", "WRONG_COLOUR"):
        with expect_error(expected) as failed:
            box.open(box=box.address("box", alice, seven()), colour="Blue")
        assert str(failed.failure) == "WrongColour (6000): Wrong colour"
        assert failed.result.changed == []


@pytest.mark.parametrize("expected", [6001, "WrongColor", "ConstraintSeeds", 0])
def test_another_error_does_not(box: DeployedProgram, alice: Keypair, expected: int | str):
    with (
        pytest.raises(AssertionError, match=rf"expected {expected}, but box\.open failed with WrongColour"),
        expect_error(expected),
    ):
        box.open(box=box.address("box", alice, seven()), colour="Blue")


def test_a_success_does_not(box: DeployedProgram, alice: Keypair):
    with pytest.raises(AssertionError, match="nothing failed; expected WrongColour"), expect_error("WrongColour"):
        box.open(box=box.address("box", alice, seven()), colour="DarkRed")


def test_an_error_that_left_traces_does_not(alice: Keypair):
    left = Result([], 0, failure=ProgramFailure(6000, "WrongColour", None), changed=[alice.pubkey()])
    with pytest.raises(AssertionError, match=f"but these accounts changed: {alice.pubkey()}"), expect_error(6000):
        raise Failed("box.open", left)


def test_other_exceptions_pass_through():
    with pytest.raises(ZeroDivisionError), expect_error(6000):
        _ = 1 // 0


def test_without_it_a_failure_tells_everything(box: DeployedProgram, alice: Keypair):
    with pytest.raises(
        Failed, match=r"box\.open failed with WrongColour \(6000\): Wrong colour\n    Program "
    ) as caught:
        box.open(box=box.address("box", alice, seven()), colour="Blue")
    assert caught.value.failure.code == 6000
    assert "Alice's and Alice's" in caught.value.result.messages


TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"


@pytest.mark.parametrize(
    ("error", "logs", "code", "name"),
    [
        ({"InstructionError": [0, {"Custom": 6000}]}, ["Program X failed: "], 6000, "Mine"),
        ({"InstructionError": [0, {"Custom": 6001}]}, ["Program X failed: "], 6001, "Custom6001"),
        ({"InstructionError": [0, {"Custom": 2006}]}, ["Program X failed: "], 2006, "ConstraintSeeds"),
        (
            {"InstructionError": [1, {"Custom": 1}]},
            [f"Program {TOKEN} failed: ", "Program X failed: "],
            1,
            "InsufficientFunds",
        ),
        (
            {"InstructionError": [0, {"Custom": 0}]},
            ["Program 11111111111111111111111111111111 failed: "],
            0,
            "AccountAlreadyInUse",
        ),
        ({"InstructionError": [0, "ArithmeticOverflow"]}, ["Program X failed: "], None, "ArithmeticOverflow"),
        ("AccountNotFound", [], None, "AccountNotFound"),
        (
            {"InsufficientFundsForRent": {"account_index": 1}},
            [],
            None,
            '{"InsufficientFundsForRent": {"account_index": 1}}',
        ),
    ],
)
def test_names_of_errors(error: object, logs: list[str], code: int | None, name: str):
    failure = failure_of(error, logs, lambda address: {6000: ("Mine", "My own")} if address == "X" else {})
    assert (failure.code, failure.name) == (code, name)
    assert failure.matches(name)

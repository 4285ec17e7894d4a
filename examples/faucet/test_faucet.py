"""Who gets how much from a faucet, and when."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, Result, expect_error

PORTION = 2_500_000
HOUR = 3_600


class Place:
    """A faucet that pours 2.5 tokens an hour, and somebody with a cup."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("faucet.py"))
        self.keeper = self.ledger.signer()
        self.faucet = self.program.address("faucet", "spring")
        self.mint = self.program.address("mint", self.faucet)
        self.program.install(keeper=self.keeper, faucet=self.faucet, name="spring", portion=PORTION, pause=HOUR)
        self.drinker, self.account = self.newcomer()

    def newcomer(self) -> tuple[Keypair, Pubkey]:
        """Somebody who has just taken a cup, with a token account."""
        drinker = self.ledger.signer()
        self.program.take_cup(drinker=drinker, faucet=self.faucet)
        return drinker, self.ledger.token_account(self.mint, drinker)

    def drink(self) -> Result:
        return self.program.drink(drinker=self.drinker, faucet=self.faucet, account=self.account)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def program(place: Place) -> DeployedProgram:
    return place.program


def test_the_faucet_alone_can_mint(place: Place):
    mint = place.ledger.mint_state(place.mint)
    assert (mint.authority, mint.supply, mint.decimals, mint.freeze_authority) == (place.faucet, 0, 6, None)


def test_drinking(place: Place, program: DeployedProgram):
    result = place.drink()

    assert result.value == PORTION
    assert result.events == [{"faucet": place.faucet, "drinker": place.drinker.pubkey(), "amount": PORTION}]
    assert place.ledger.token(place.account).amount == PORTION
    assert place.ledger.mint_state(place.mint).supply == PORTION
    assert program.account(place.faucet).poured == PORTION
    cup = program.account(program.address("cup", place.faucet, place.drinker))
    assert (cup.filled_at, cup.portions) == (place.ledger.now, 1)


def test_a_pause_lies_between_two_portions(place: Place, program: DeployedProgram):
    place.drink()
    place.ledger.warp(HOUR - 1)
    with expect_error("NotYet"):
        place.drink()
    place.ledger.warp(1)
    place.drink()

    assert place.ledger.token(place.account).amount == 2 * PORTION
    assert program.account(place.faucet).poured == 2 * PORTION
    assert program.account(program.address("cup", place.faucet, place.drinker)).portions == 2


def test_everybody_has_an_own_cup(place: Place, program: DeployedProgram):
    place.drink()
    other, account = place.newcomer()
    with expect_error("ConstraintSeeds"):
        cup = program.address("cup", place.faucet, other)
        program.drink(drinker=place.drinker, faucet=place.faucet, cup=cup, account=place.account)
    program.drink(drinker=other, faucet=place.faucet, account=account)
    with expect_error("AccountAlreadyInUse"):
        program.take_cup(drinker=other, faucet=place.faucet)


def test_a_faucet_pours_its_own_token_only(place: Place, program: DeployedProgram):
    mint = place.ledger.mint(authority=place.faucet)
    account = place.ledger.token_account(mint, place.drinker)
    with expect_error("ConstraintSeeds"):
        program.drink(drinker=place.drinker, faucet=place.faucet, mint=mint, account=account)


def test_the_keeper_adjusts_it(place: Place, program: DeployedProgram):
    with expect_error("NotKeeper"):
        program.adjust(keeper=place.drinker, faucet=place.faucet, portion=1, pause=0)

    program.adjust(keeper=place.keeper, faucet=place.faucet, portion=7, pause=0)
    assert [place.drink().value, place.drink().value] == [7, 7]
    assert place.ledger.token(place.account).amount == 14


def test_the_longest_name(place: Place, program: DeployedProgram):
    program.install(keeper=place.keeper, name="ä" * 16, portion=1, pause=0)
    assert program.account(program.address("faucet", "ä" * 16)).name == "ä" * 16
    with expect_error("InstructionDidNotDeserialize"):
        program.install(keeper=place.keeper, faucet=place.faucet, name="x" * 33, portion=1, pause=0)


def test_a_faucet_has_a_name(place: Place, program: DeployedProgram):
    with expect_error("NoName"):
        program.install(keeper=place.keeper, name="", portion=1, pause=0)
    with expect_error("AccountAlreadyInUse"):
        program.install(keeper=place.keeper, name="spring", portion=1, pause=0)

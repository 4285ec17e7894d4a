"""Calls by name: accounts and arguments found, given, refused; results decoded."""

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import CallError, DeployedProgram, Ledger, address_of, expect_error


def seven() -> bytes:
    return (7).to_bytes(4, "little")


def test_derived_addresses_are_found(box: DeployedProgram, alice: Keypair):
    place = Pubkey.find_program_address([b"box", bytes(alice.pubkey()), seven()], box.id)[0]
    assert box.address("box", alice, seven()) == place
    assert list(box.accounts("Box")) == [place]
    box.paint(owner=alice, number=7, colour="BLUE", friend=None, marks=[1, 2, 3])
    assert box.account(place).colour == "Blue"


def test_seeds_from_the_data_of_another_account(box: DeployedProgram, alice: Keypair):
    # `other` lies where the fields of `box` say.
    result = box.open(box=box.address("box", alice, seven()), colour="DarkRed")
    assert result.messages == ["Alice's and Alice's"]


def test_decoded_accounts(box: DeployedProgram, alice: Keypair):
    place = box.address("box", alice, seven())
    box.paint(owner=alice, number=7, colour=1, friend=alice, marks=[0, 9, 255])
    record = box.account(place)
    assert record == {
        "owner": alice.pubkey(),
        "colour": "Blue",
        "label": "Alice's",
        "point": {"x": -3, "y": 4},
        "friend": alice.pubkey(),
        "marks": [0, 9, 255],
        "number": 7,
        "bump": box.bump("box", alice, seven()),
    }
    assert (record.point.x, record["label"]) == (-3, "Alice's")
    assert record != {"owner": alice.pubkey()}
    with pytest.raises(AttributeError, match="Box has no field 'size'; it has owner, colour"):
        _ = record.size


def test_return_values_and_events(box: DeployedProgram, alice: Keypair):
    place = box.address("box", alice, seven())
    result = box.open(box=place, colour="DARK_RED")
    assert result.value == {"x": -3, "y": 4}
    assert result.events == [{"box": place, "colour": "DarkRed"}]
    assert 0 < result.compute_units < 10_000


def test_events_of_called_programs_in_order(box: DeployedProgram, caller: DeployedProgram, alice: Keypair):
    place = box.address("box", alice, seven())
    result = caller.call("call", first=place, colour="DarkRed")
    assert result.value == -3
    assert result.events == [{"colour": "DarkRed"}, {"box": place, "colour": "DarkRed"}]


def test_errors_of_called_programs(box: DeployedProgram, caller: DeployedProgram, alice: Keypair):
    with expect_error("WRONG_COLOUR") as failed:
        caller.call("call", first=box.address("box", alice, seven()), colour="Blue")
    assert (failed.failure.code, failed.failure.program) == (6000, str(box.id))
    assert failed.failure.message == "Wrong colour"


@pytest.mark.parametrize(("given", "count"), [((), 0), (("guest",), 1), (("second",), 2), (("guest", "second"), 3)])
def test_optional_accounts(box: DeployedProgram, alice: Keypair, given: tuple[str, ...], count: int):
    place = box.address("box", alice, seven())
    accounts = {"guest": alice if "guest" in given else None}
    if "second" in given:
        accounts["second"] = place
    assert box.guests(box=place, **accounts).value == count


def test_the_deployer_is_the_upgrade_authority(ledger: Ledger, box: DeployedProgram, alice: Keypair):
    assert box.deployer(signer=ledger.deployer).value is True
    assert box.deployer(signer=alice).value is False


@pytest.mark.parametrize(
    ("instruction", "given", "message"),
    [
        ("opne", {}, "box has no instruction 'opne'; it has"),
        ("open", {"colour": 0}, "open: the account 'box' is missing"),
        ("open", {"box": "x", "colour": 0}, "box: 'x' is not an address"),
        ("open", {"box": None, "colour": 0}, "open: box is not optional"),
        ("open", {"size": 3}, "open has no parameter size; it has box, other, colour"),
        ("create", {"number": 1, "label": "", "point": {"x": 0, "y": 0}}, "create: the account 'owner' is missing"),
    ],
)
def test_calls_that_are_not_the_idls(box: DeployedProgram, instruction: str, given: dict[str, object], message: str):
    with pytest.raises(CallError, match=message.replace("(", r"\(")):
        box.call(instruction, **given)


def test_a_missing_argument(box: DeployedProgram, alice: Keypair):
    with pytest.raises(CallError, match="open: the argument 'colour' is missing"):
        box.open(box=box.address("box", alice, seven()))
    with pytest.raises(CallError, match="paint: the argument 'number' is missing"):
        box.paint(owner=alice, colour=0, marks=[0, 0, 0])


def test_a_signer_without_its_key(box: DeployedProgram, alice: Keypair):
    with pytest.raises(CallError, match="must sign; give its Keypair"):
        box.paint(owner=alice.pubkey(), number=7, colour=0, marks=[0, 0, 0])


def test_an_instruction_that_is_not_there_as_an_attribute(box: DeployedProgram):
    with pytest.raises(AttributeError, match="box has no instruction 'explode'; it has"):
        box.explode()


def test_several_calls_are_one_transaction(ledger: Ledger, box: DeployedProgram, alice: Keypair):
    paint = box.prepare("paint", owner=alice, number=7, colour="BLUE", marks=[1, 1, 1])
    place = box.address("box", alice, seven())
    wrong = box.prepare("open", box=place, colour="DarkRed")
    with expect_error("WrongColour"):
        ledger.send(paint, wrong)
    assert box.account(place).colour == "DarkRed", "the first call should be undone with the second"

    right = box.prepare("open", box=place, colour="Blue")
    assert ledger.send(paint, right).value == {"x": -3, "y": 4}


def test_what_stands_for_an_address(box: DeployedProgram, alice: Keypair):
    key = alice.pubkey()
    assert address_of(key) == address_of(alice) == address_of(str(key)) == key
    assert address_of(box) == box.id
    with pytest.raises(CallError, match="is not an address"):
        address_of(5)
    with pytest.raises(CallError, match="the seed 5 has no width"):
        box.address("box", 5)

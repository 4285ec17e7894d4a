"""Lists, nested lists, arrays, text and objects that live in an account and are changed there."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

# Seahorse sizes an account by its Rust struct: 24 bytes for a list or a text, whatever they hold, and then the padding.
SPACE = 8 + 4 * 6 + 24 + 24 + 24 + 4 + 24 + 1 + 4 + 1024


def shell(value: int) -> dict[str, dict[str, int]]:
    return {"core": {"value": value}}


@pytest.fixture
def warehouse(deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    return deploy("warehouse")


@pytest.fixture
def house(warehouse: DeployedProgram, alice: Keypair) -> Pubkey:
    warehouse.build(owner=alice)
    return warehouse.address(alice)


def test_building(ledger: Ledger, warehouse: DeployedProgram, alice: Keypair, house: Pubkey):
    assert warehouse.account(house) == {
        "grid": [[0, 0, 0], [0, 0, 0]],
        "row": [1, 2],
        "table": [[3, 4], [5, 6]],
        "label": "Depot",
        "shell": shell(7),
        "shells": [shell(8), shell(9)],
        "gate": "Shut",
        "load": {"weight": 10},
    }
    raw = ledger.account(house)
    assert raw is not None
    assert len(raw.data) == SPACE
    assert ledger.lamports(alice) == 10 * 10**9 - ledger.rent(SPACE)


REBUILT = {
    "grid": [[0, 0, 0], [0, 0, 1]],
    "row": [1, 2, 0],
    "table": [[3, 4], [5, 0]],
    "label": "Depot North",
    "shell": shell(0),
    "shells": [shell(0), shell(9), shell(10)],
    "gate": "Open",
    "load": {"weight": 11},
}


def test_rebuilding(ledger: Ledger, warehouse: DeployedProgram, alice: Keypair, house: Pubkey):
    before = ledger.lamports(alice)
    result = warehouse.rebuild(owner=alice, house=house)
    assert warehouse.account(house) == REBUILT
    assert (result.messages, result.events, result.changed) == ([], [], [house])
    assert ledger.lamports(alice) == before

    warehouse.rebuild(owner=alice, house=house)
    again = warehouse.account(house)
    assert again.row == [1, 2, 0, 0]
    assert again.label == "Depot North North"
    assert again.shells == [shell(0), shell(9), shell(10), shell(10)]


def test_other_names_for_the_same_values(warehouse: DeployedProgram, alice: Keypair, house: Pubkey):
    result = warehouse.alias(owner=alice, house=house)
    changed = warehouse.account(house)
    assert changed.row == [2, 2, 77]
    assert changed.table == [[88, 4], [5, 6]]
    assert changed.shells == [shell(8), shell(99)]
    assert result.messages == ["[2, 2, 77] [[88, 4], [5, 6]] 99"]


def test_an_account_that_is_full(ledger: Ledger, warehouse: DeployedProgram, alice: Keypair, house: Pubkey):
    content: dict[str, object] = {**REBUILT, "row": [], "shells": [shell(1)]}
    warehouse.set_account(house, "Warehouse", **content)
    taken = len(bytes(ledger.account(house).data))  # type: ignore[union-attr]
    room = (SPACE - taken) // 4
    warehouse.set_account(house, "Warehouse", space=SPACE, **{**content, "row": [5] * room})
    with expect_error("AccountDidNotSerialize"):
        warehouse.rebuild(owner=alice, house=house)

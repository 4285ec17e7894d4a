"""Control methods about the network itself: IDLs, the supply, and which methods are open."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.localnet.client import Rpc, RpcFailure
from tests.localnet.explorer import meter

from solana_localnet.spawn import spawn

PROGRAM = Pubkey(bytes([6] * 32))


@pytest.fixture
def own() -> Iterator[Rpc]:
    """A localnet of this test's own."""
    with spawn(python=sys.executable) as net:
        yield Rpc(net.rpc_url)


def named(text: str) -> dict[str, Any]:
    document = meter.idl(PROGRAM)
    document["metadata"]["name"] = text
    return document


def test_an_idl_holds_from_its_slot_on(rpc: Rpc) -> None:
    assert rpc.value("surfnet_getActiveIdl", str(PROGRAM)) is None
    assert rpc.value("surfnet_registerIdl", named("old"), 5) is None
    rpc("surfnet_registerIdl", named("late"), 10**6)
    assert rpc.value("surfnet_getActiveIdl", str(PROGRAM), 4) is None
    assert rpc.value("surfnet_getActiveIdl", str(PROGRAM), 5) == named("old")
    assert rpc.value("surfnet_getActiveIdl", str(PROGRAM), 10**6) == named("late")
    assert rpc.value("surfnet_getActiveIdl", str(PROGRAM))["metadata"]["name"] == "late"


def test_an_idl_without_a_slot_holds_from_now_on(own: Rpc) -> None:
    slot = own("getSlot", {"commitment": "processed"})
    own("surfnet_registerIdl", named("now"))
    assert own.value("surfnet_getActiveIdl", str(PROGRAM)) == named("now")
    assert own.value("surfnet_getActiveIdl", str(PROGRAM), slot - 1) is None


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ([], "an IDL is a JSON object"),
        ({}, "a list of `instructions`"),
        ({"instructions": []}, "names no `address`"),
        ({"instructions": [{}], "address": str(PROGRAM)}, "makes no sense"),
        ({"instructions": [], "address": "x"}, "makes no sense"),
    ],
)
def test_what_is_no_idl_is_refused(rpc: Rpc, document: Any, text: str) -> None:
    with pytest.raises(RpcFailure, match=text) as refused:
        rpc("surfnet_registerIdl", document)
    assert refused.value.code == -32602


def test_the_supply_is_what_was_set(own: Rpc) -> None:
    before = own.value("getSupply")
    own("surfnet_setSupply", {"total": 10, "nonCirculating": 4})
    assert own.value("getSupply") == before | {"total": 10, "nonCirculating": 4}
    own("surfnet_setSupply", {"circulating": 6, "non_circulating_accounts": [str(PROGRAM)]})
    assert own.value("getSupply") == {
        "total": 10,
        "circulating": 6,
        "nonCirculating": 4,
        "nonCirculatingAccounts": [str(PROGRAM)],
    }
    hidden = own.value("getSupply", {"excludeNonCirculatingAccountsList": True})
    assert (hidden["total"], hidden["nonCirculatingAccounts"]) == (10, [])
    own("surfnet_resetNetwork")
    assert own.value("getSupply")["total"] == before["total"]


@pytest.mark.parametrize(
    "update", [{"total": -1}, {"total": 2**64}, {"circulating": "5"}, {"nonCirculatingAccounts": ["x"]}, 5, None]
)
def test_a_supply_that_makes_no_sense_changes_nothing(rpc: Rpc, update: Any) -> None:
    before = rpc.value("getSupply")
    with pytest.raises(RpcFailure) as refused:
        rpc("surfnet_setSupply", {"nonCirculating": 1} | update if isinstance(update, dict) else update)
    assert refused.value.code == -32602
    assert rpc.value("getSupply") == before


def test_surfnet_info(rpc: Rpc) -> None:
    assert rpc.value("surfnet_getSurfnetInfo") == {"runbookExecutions": []}


def closed(rpc: Rpc, name: str, *params: Any) -> bool:
    answer = rpc.raw(name, *params)
    error = answer.get("error", {})
    if error.get("message") == f"Cheatcode rpc method: {name} is currently disabled":
        assert error["code"] == -32600
        return True
    return False


def test_methods_are_closed_and_opened(own: Rpc) -> None:
    own("surfnet_disableCheatcode", ["surfnet_setAccount", "surfnet_pauseClock"])
    assert closed(own, "surfnet_setAccount", str(PROGRAM), {"lamports": 1})
    assert own.value("getBalance", str(PROGRAM)) == 0
    assert closed(own, "surfnet_pauseClock")
    assert not closed(own, "surfnet_resumeClock")
    own("surfnet_enableCheatcode", ["surfnet_setAccount"])
    assert not closed(own, "surfnet_setAccount", str(PROGRAM), {"lamports": 1})
    own("surfnet_disableCheatcode", "all")
    assert closed(own, "surfnet_resumeClock")
    assert not closed(own, "surfnet_enableCheatcode", "all")
    assert not closed(own, "surfnet_pauseClock")
    # The RPC itself is no control method.
    assert own("getHealth") == "ok"


def test_a_lockout_is_for_good(own: Rpc) -> None:
    own("surfnet_disableCheatcode", "all", {"lockout": True})
    for name in ("surfnet_enableCheatcode", "surfnet_disableCheatcode", "surfnet_setAccount", "surfnet_resetNetwork"):
        assert closed(own, name, "all")
    assert own("getHealth") == "ok"


@pytest.mark.parametrize("chosen", ["some", ["getSlot"], ["surfnet_none"], [5], 5, None, {}])
def test_only_control_methods_can_be_closed(rpc: Rpc, chosen: Any) -> None:
    for name in ("surfnet_disableCheatcode", "surfnet_enableCheatcode"):
        with pytest.raises(RpcFailure, match="all") as refused:
            rpc(name, chosen)
        assert refused.value.code == -32602
    assert not closed(rpc, "surfnet_getSurfnetInfo")

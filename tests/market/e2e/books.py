"""The audit: what must hold of the chain's state alone, whatever happened before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from solders.pubkey import Pubkey

GRID_PER_WH = 1_000_000
OPEN = ("Active", "PartiallyFilled")

Records = dict[Pubkey, dict[str, Any]]
State = dict[str, Records]
"""Decoded accounts by type name and address; mints are `Mint` (supply), token accounts `Token` (mint, owner, amount)."""


def one(state: State, kind: str) -> dict[str, Any]:
    """The only account of its type."""
    (found,) = state[kind].values()
    return found


def audit(state: State, grid: Pubkey, burned: int, withdrawn: int) -> None:
    """Conservation of energy and money. `burned` and `withdrawn` are the sums of those events."""
    market = one(state, "Market")
    meters, orders = state.get("MeterAccount", {}), state.get("Order", {})
    tokens, trades = state["Token"], state.get("TradeRecord", {})

    # GRID: what was settled and not burned exists, and is in somebody's account.
    settled = sum(meter["settled_net_generation"] for meter in meters.values())
    supply = state["Mint"][grid]["supply"]
    assert supply == settled * GRID_PER_WH - burned
    assert one(state, "TokenInfo")["total_supply"] == supply
    for mint, entry in state["Mint"].items():
        assert sum(token["amount"] for token in tokens.values() if token["mint"] == mint) == entry["supply"]

    # Vaults: what open orders have locked, and the fees.
    owed: Counter[Pubkey] = Counter({market["payment_vault"]: market["unclaimed_fees"]})
    for order in orders.values():
        is_open = order["status"] in OPEN
        assert is_open or order["locked"] == 0
        owed[market["energy_vault"] if order["order_type"] == "Sell" else market["payment_vault"]] += order["locked"]
    for vault in {market["energy_vault"], market["payment_vault"]}:
        assert tokens[vault]["amount"] == owed[vault]

    # Payment: what was paid was received, or is a fee that is there or was withdrawn; records may be closed after a month.
    fees = sum(trade["fee_amount"] for trade in trades.values())
    value = sum(trade["total_value"] for trade in trades.values())
    traded: Counter[int] = Counter()
    in_epoch: Counter[int] = Counter()
    for trade in trades.values():
        in_epoch[trade["epoch"]] += trade["amount"]
        traded[trade["sell_sequence"]] += trade["amount"]
        traded[trade["buy_sequence"]] += trade["amount"]
    complete = len(trades) == market["total_trades"]
    assert complete or len(trades) < market["total_trades"]
    assert_equal(complete, value, market["total_volume"])
    assert_equal(complete, fees, market["unclaimed_fees"] + withdrawn)
    for order in orders.values():
        assert order["filled_amount"] + order["cancelled_amount"] <= order["amount"]
        assert_equal(complete, traded[order["sequence"]], order["filled_amount"])

    # Epochs: what was settled is what was traded, at one price; the totals are those of the book.
    epochs = {epoch["index"]: epoch for epoch in state.get("Epoch", {}).values()}
    for epoch in epochs.values():
        assert (epoch["supply"], epoch["demand"]) == (sum(epoch["offers"]), sum(epoch["bids"]))
        assert_equal(complete, in_epoch[epoch["index"]], epoch["volume"] - epoch["unsettled"])
    for trade in trades.values():
        assert trade["epoch"] not in epochs or trade["price_per_kwh"] == epochs[trade["epoch"]]["price"]

    # Certificates: never more than was generated, and every claim has its certificate.
    claimed: Counter[str] = Counter()
    for certificate in state.get("ErcCertificate", {}).values():
        claimed[certificate["meter_id"]] += certificate["energy_amount"]
        assert certificate["reserved_amount"] + certificate["retired_amount"] <= certificate["energy_amount"]
    for meter in meters.values():
        assert meter["claimed_erc_generation"] == claimed[meter["meter_id"]] <= meter["total_generation"]
    reserved: Counter[Pubkey] = Counter()
    for order in orders.values():
        if order["status"] in OPEN and order["erc_certificate"] is not None:
            left = order["amount"] - order["filled_amount"] - order["cancelled_amount"]
            reserved[order["erc_certificate"]] += left
    for key, certificate in state.get("ErcCertificate", {}).items():
        assert certificate["reserved_amount"] == reserved[key]
    config = one(state, "PoAConfig")
    assert config["total_energy_certified"] == sum(claimed.values())
    assert config["total_ercs_issued"] == len(state.get("ErcCertificate", {}))

    # Counters: what is counted is there.
    registry, users = one(state, "Registry"), state.get("UserAccount", {})
    assert (registry["user_count"], registry["meter_count"]) == (len(users), len(meters))
    owned = Counter(meter["owner"] for meter in meters.values())
    assert all(user["meter_count"] == owned[user["authority"]] for user in users.values())
    placed = Counter(trader_of(order) for order in orders.values() if order["status"] in OPEN)
    assert market["active_orders"] == sum(placed.values())
    for trader in state.get("TradingAccount", {}).values():
        assert trader["open_orders"] == placed[trader["user"]]


def assert_equal(complete: bool, known: int, total: int) -> None:
    """What is known of a total is all of it, or, once something was closed, no more than it."""
    assert known == total if complete else known <= total


def trader_of(order: dict[str, Any]) -> Pubkey:
    """Whose order it is."""
    return order["seller"] if order["order_type"] == "Sell" else order["buyer"]

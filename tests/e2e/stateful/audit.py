"""The audit: what must hold of the chain's state alone, after any step; and the comparison with the model."""

from __future__ import annotations

from collections import Counter
from typing import Any

from solders.pubkey import Pubkey
from tests.e2e.stateful.model import GRID_PER_WH, OPEN, Model
from tests.e2e.stateful.vm import key_of

Records = dict[Pubkey, dict[str, Any]]
State = dict[str, Records]


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

    # Payment: what was paid was received, or is a fee that is there or was withdrawn.
    assert sum(trade["total_value"] for trade in trades.values()) == market["total_volume"]
    fees = sum(trade["fee_amount"] for trade in trades.values())
    assert fees == market["unclaimed_fees"] + withdrawn
    assert len(trades) == market["total_trades"]
    traded: Counter[Pubkey] = Counter()
    for trade in trades.values():
        traded[trade["sell_order"]] += trade["amount"]
        traded[trade["buy_order"]] += trade["amount"]
    for key, order in orders.items():
        assert order["filled_amount"] <= order["amount"]
        assert order["filled_amount"] == traded[key]

    # Certificates: never more than was generated, and every claim has its certificate.
    claimed: Counter[str] = Counter()
    for certificate in state.get("ErcCertificate", {}).values():
        claimed[certificate["meter_id"]] += certificate["energy_amount"]
    for meter in meters.values():
        assert meter["claimed_erc_generation"] == claimed[meter["meter_id"]] <= meter["total_generation"]
    config = one(state, "PoAConfig")
    assert config["total_energy_certified"] == sum(claimed.values())
    assert config["total_ercs_issued"] == len(state.get("ErcCertificate", {}))

    # Counters: what is counted is there.
    registry, users = one(state, "Registry"), state.get("UserAccount", {})
    assert (registry["user_count"], registry["meter_count"]) == (len(users), len(meters))
    owned = Counter(meter["owner"] for meter in meters.values())
    assert all(user["meter_count"] == owned[user["authority"]] for user in users.values())
    placed = Counter(_trader(order) for order in orders.values() if order["status"] in OPEN)
    assert market["active_orders"] == sum(placed.values())
    for trader in state.get("TradingAccount", {}).values():
        assert trader["open_orders"] == placed[trader["user"]]


def _trader(order: dict[str, Any]) -> Pubkey:
    return order["seller"] if order["order_type"] == "Sell" else order["buyer"]


def compare(state: State, model: Model, mints: dict[str, Pubkey]) -> None:
    """The chain's state is the model's, account by account, to the last unit."""
    _compare_people(state, model)
    _compare_market(state, model)
    _compare_certificates(state, model)
    names = {key_of(user): user for user in (*model.users, "deployer")}
    tokens = {mint: token for token, mint in mints.items()}
    for entry in state["Token"].values():
        if entry["owner"] in names:
            assert entry["amount"] == model.purse(names[entry["owner"]], tokens[entry["mint"]])


def _compare_people(state: State, model: Model) -> None:
    users = {entry["authority"]: entry for entry in state.get("UserAccount", {}).values()}
    assert users.keys() == {key_of(name) for name in model.users}
    for name, user in model.users.items():
        entry = users[key_of(name)]
        assert entry["user_type"] == ("Prosumer" if user.prosumer else "Consumer")
        assert (entry["status"], entry["meter_count"]) == (user.status, user.meters)
    meters = {entry["meter_id"]: entry for entry in state.get("MeterAccount", {}).values()}
    assert meters.keys() == model.meters.keys()
    for name, meter in model.meters.items():
        entry = meters[name]
        assert (entry["owner"], entry["meter_type"], entry["status"]) == (key_of(meter.owner), meter.kind, meter.status)
        totals = (entry["total_generation"], entry["total_consumption"], entry["last_reading_at"])
        assert totals == (meter.generation, meter.consumption, meter.last)
        taken = (entry["settled_net_generation"], entry["claimed_erc_generation"])
        assert taken == (meter.settled, meter.claimed)
    assert one(state, "OracleData")["total_readings"] == model.readings


def _compare_market(state: State, model: Model) -> None:
    market = one(state, "Market")
    expected = {
        "total_volume": model.volume,
        "total_trades": len(model.trades),
        "unclaimed_fees": model.fees,
        "market_fee_bps": model.fee_bps,
        "clearing_enabled": model.clearing,
        "epoch": model.epoch,
        "next_order_id": model.sequence,
    }
    assert expected.items() <= market.items()
    orders = {entry["order_id"]: entry for entry in state.get("Order", {}).values()}
    assert orders.keys() == model.orders.keys()
    for order_id, order in model.orders.items():
        entry = orders[order_id]
        assert (_trader(entry), entry["order_type"]) == (key_of(order.owner), order.side)
        assert (entry["amount"], entry["filled_amount"]) == (order.amount, order.filled)
        assert (entry["price_per_kwh"], entry["locked"]) == (order.price, order.locked)
        assert (entry["status"], entry["sequence"]) == (order.status, order.sequence)
        assert entry["expires_at"] == order.expires


def _compare_certificates(state: State, model: Model) -> None:
    config = one(state, "PoAConfig")
    assert (config["emergency_paused"], config["maintenance_mode"]) == (model.paused, model.maintenance)
    assert (config["total_ercs_validated"], config["total_ercs_revoked"]) == (model.validated, model.revoked)
    found = {entry["certificate_id"]: entry for entry in state.get("ErcCertificate", {}).values()}
    assert found.keys() == model.certificates.keys()
    for name, certificate in model.certificates.items():
        entry = found[name]
        assert (entry["status"], entry["validated_for_trading"]) == (certificate.status, certificate.validated)
        assert (entry["owner"], entry["energy_amount"]) == (key_of(certificate.owner), certificate.energy)
        assert (entry["meter_id"], entry["expires_at"]) == (certificate.meter, certificate.expires)

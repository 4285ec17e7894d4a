"""The comparison of the chain's state with the model's, account by account."""

from __future__ import annotations

from solders.pubkey import Pubkey
from tests.market.e2e.books import State, one, trader_of
from tests.market.e2e.stateful.model import Model
from tests.market.e2e.stateful.vm import key_of


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
        "total_trades": model.count,
        "unclaimed_fees": model.fees,
        "market_fee_bps": model.fee_bps,
        "clearing_enabled": model.clearing,
        "price_weight_bps": model.weight_bps,
        "next_order_id": model.sequence,
    }
    assert expected.items() <= market.items()
    orders = {entry["order_id"]: entry for entry in state.get("Order", {}).values()}
    assert orders.keys() == model.orders.keys()
    for order_id, order in model.orders.items():
        entry = orders[order_id]
        assert (trader_of(entry), entry["order_type"]) == (key_of(order.owner), order.side)
        assert (entry["amount"], entry["filled_amount"]) == (order.amount, order.filled)
        assert (entry["price_per_kwh"], entry["locked"]) == (order.price, order.locked)
        assert (entry["status"], entry["sequence"]) == (order.status, order.sequence)
        assert (entry["expires_at"], entry["epoch"]) == (order.expires, order.epoch)
        assert entry["cancelled_amount"] == order.cancelled
    _compare_epochs(state, model)
    trades = {(e["sell_sequence"], e["buy_sequence"]): e for e in state.get("TradeRecord", {}).values()}
    assert trades.keys() == model.trades.keys()
    for key, trade in model.trades.items():
        found = trades[key]
        assert (found["amount"], found["total_value"], found["fee_amount"]) == (trade.amount, trade.value, trade.fee)


def _compare_epochs(state: State, model: Model) -> None:
    epochs = {entry["index"]: entry for entry in state.get("Epoch", {}).values()}
    assert epochs.keys() == model.epochs.keys()
    for index, epoch in model.epochs.items():
        entry = epochs[index]
        assert (entry["orders"], entry["cleared"]) == (len(epoch.book), epoch.outcome is not None)
        rules = entry["rules"]
        assert (rules["market_fee_bps"], rules["price_weight_bps"]) == (epoch.fee_bps, epoch.weight_bps)
        if epoch.outcome is not None:
            found = (entry["volume"], entry["price"], entry["marginal_ask"], entry["marginal_bid"])
            told = epoch.outcome
            assert found == (told.volume, told.price, told.marginal_ask, told.marginal_bid)
            assert entry["unsettled"] == told.volume - epoch.settled


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
        assert (entry["reserved_amount"], entry["retired_amount"]) == (certificate.reserved, certificate.retired)

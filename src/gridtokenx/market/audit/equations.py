"""Every equation over a state of the chain: energy, escrow, money, certificates, counters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from solders.pubkey import Pubkey

from gridtokenx.market.audit.books import Audit
from gridtokenx.market.audit.epochs import audit_epochs
from gridtokenx.market.audit.state import ChainState
from gridtokenx.market.records import ErcStatus, Order
from gridtokenx.market.units import MAX_FEE_BPS, U64_MAX, fee_of, lock_of, trade_value, wh_to_grid

RECORD_LIFETIME = 30 * 86_400
"""Seconds until the record of a trade may be closed."""


def audit(
    state: ChainState, *, burned: int | None = None, withdrawn_fees: int | None = None, exact: bool = True
) -> Audit:
    """Every equation over a state.

    The chain has no counter of burned and withdrawn amounts: they are the difference, which cannot be negative. A
    caller that knows the amounts gives them, so that the audit checks them too. Without `exact`, a vault may hold more
    than it owes, and the supply be less than energy_token recorded: no program can prevent gifts, nor SPL Token's own
    Burn.
    """
    settled = wh_to_grid(sum(m.settled_net_generation for m in state.meters.values()))
    fees = sum(trade.fee_amount for trade in state.trades.values())
    missing_fees = max(0, fees - state.market.unclaimed_fees) if not _all_on_record(state) else None
    known = fees - state.market.unclaimed_fees if missing_fees is None else missing_fees
    result = Audit(settled - state.supply, known if withdrawn_fees is None else withdrawn_fees)
    _audit_grid(result, state, settled, result.burned if burned is None else burned, exact)
    _audit_escrow(result, state, exact)
    _audit_trades(result, state, fees)
    audit_epochs(result, state)
    _audit_certificates(result, state)
    _audit_counters(result, state)
    return result


def _audit_grid(result: Audit, state: ChainState, settled: int, burned: int, exact: bool) -> None:
    result.equal("GRID supply = settled Wh x 10^6 - burned", settled - burned, state.supply)
    result.at_most("GRID supply is backed by settled energy", settled, state.supply)
    result.equal("GRID supply = sum of all GRID accounts", state.supply, sum(state.grid_balances.values()))
    result.unrecorded_burns = state.token_info.total_supply - state.supply
    if exact:
        result.equal("token_info.total_supply = GRID supply", state.supply, state.token_info.total_supply)
    else:
        result.at_most("GRID supply <= token_info.total_supply", state.token_info.total_supply, state.supply)
    over = sum(_excess(m.settled_net_generation, m.total_generation) for m in state.meters.values())
    result.none("settled energy <= generation, of every meter", over)


# --- money ------------------------------------------------------------------------------------------------------------


def _audit_escrow(result: Audit, state: ChainState, exact: bool) -> None:
    locked: dict[Pubkey, int] = defaultdict(int)
    for order in state.orders.values():
        locked[state.market.energy_vault if order.sells else state.market.payment_vault] += order.locked
    locked[state.market.payment_vault] += state.market.unclaimed_fees
    one = state.market.energy_vault == state.market.payment_vault
    for vault, balance in state.vaults.items():
        name = "vault" if one else "energy vault" if vault == state.market.energy_vault else "payment vault"
        result.gifts[name] = balance - locked[vault]
        if exact:
            result.equal(f"{name} = locks of open orders + unclaimed fees", locked[vault], balance)
        else:
            result.at_most(f"{name} >= locks of open orders + unclaimed fees", balance, locked[vault])
    wrong = sum(order.locked != _right_lock(order) for order in state.orders.values())
    result.none("orders whose lock is not what is left of them", wrong)


def _right_lock(order: Order) -> int:
    return lock_of(order.sells, order.remaining, order.price_per_kwh) if order.is_open else 0


def _all_on_record(state: ChainState) -> bool:
    """Whether no record of a trade was closed, so that sums over them are sums over all trades."""
    return len(state.trades) == state.market.total_trades


def _audit_trades(result: Audit, state: ChainState, fees: int) -> None:
    trades, market = list(state.trades.values()), state.market
    paid = sum(trade.total_value for trade in trades)
    received = sum(trade.total_value - trade.fee_amount for trade in trades)
    charged = market.unclaimed_fees + result.withdrawn_fees
    if _all_on_record(state):
        result.equal("payment paid = received + fees unclaimed + fees withdrawn", paid, received + charged)
        result.equal("market.total_volume = sum of trade values", min(paid, U64_MAX), market.total_volume)
        result.at_most("unclaimed fees were charged", fees, market.unclaimed_fees)
    else:
        result.at_most("payment paid <= received + fees unclaimed + fees withdrawn", received + charged, paid)
        result.at_most("sum of trade values on record <= market.total_volume", market.total_volume, paid)
    result.at_most("trades on record <= market.total_trades", market.total_trades, len(trades))
    result.none(
        "trades whose value is not amount x price",
        sum(t.total_value != trade_value(t.amount, t.price_per_kwh) for t in trades),
    )
    # A fee is the growth of the fee of all that an order sold, which flooring moves by one at most.
    over = sum(t.fee_amount > fee_of(t.total_value, MAX_FEE_BPS) + 1 for t in trades)
    result.none("trades whose fee is over the limit", over)
    result.none("orders whose fill is not the sum of their trades", _wrong_fills(state))


def _wrong_fills(state: ChainState) -> int:
    """The audit identifies orders by their sequence, since a user may use an id again."""
    filled: Counter[int] = Counter()
    for trade in state.trades.values():
        filled[trade.sell_sequence] += trade.amount
        filled[trade.buy_sequence] += trade.amount
    complete = _all_on_record(state)

    def wrong(order: Order) -> bool:
        every_trade_is_there = complete or order.created_at > state.now - RECORD_LIFETIME
        told = filled[order.sequence]
        return order.filled_amount != told if every_trade_is_there else order.filled_amount < told

    return sum(wrong(order) for order in state.orders.values())


# --- certificates -----------------------------------------------------------------------------------------------------


def _audit_certificates(result: Audit, state: ChainState) -> None:
    certificates = list(state.certificates.values())
    claimed: Counter[str] = Counter()
    for certificate in certificates:
        claimed[certificate.meter_id] += certificate.energy_amount
    meters = list(state.meters.values())
    over = sum(_excess(m.claimed_erc_generation, m.total_generation) for m in meters)
    result.none("certified energy <= generation, of every meter", over)
    wrong = sum(m.claimed_erc_generation != claimed[m.meter_id] for m in meters)
    result.none("meters whose claims are not the sum of their certificates", wrong)
    over = sum(_excess(c.reserved_amount + c.retired_amount, c.energy_amount) for c in certificates)
    result.none("reserved + retired <= certified energy, of every certificate", over)
    result.none("certificates whose reservations are not those of open offers", _wrong_reservations(state))
    result.none("certificates that sold more than they retired", _unretired_sales(state))
    result.equal("governance: certificates issued", len(certificates), state.poa.total_ercs_issued)
    total = sum(certificate.energy_amount for certificate in certificates)
    result.equal("governance: energy certified", total, state.poa.total_energy_certified)
    revoked = sum(c.status is ErcStatus.REVOKED for c in certificates)
    result.equal("governance: certificates revoked", revoked, state.poa.total_ercs_revoked)
    validated = sum(c.trading_validated_at is not None for c in certificates)
    result.equal("governance: certificates validated", validated, state.poa.total_ercs_validated)


def _wrong_reservations(state: ChainState) -> int:
    reserved: Counter[Pubkey] = Counter()
    for order in state.orders.values():
        if order.is_open and order.erc_certificate is not None:
            reserved[order.erc_certificate] += order.remaining
    return sum(c.reserved_amount != reserved[key] for key, c in state.certificates.items())


def _unretired_sales(state: ChainState) -> int:
    """An owner retires for uses outside the market too, so that retired energy may be more than what was sold."""
    sold: Counter[Pubkey] = Counter()
    for trade in state.trades.values():
        if trade.erc_certificate is not None:
            sold[trade.erc_certificate] += trade.amount
    return sum(c.retired_amount < sold[key] for key, c in state.certificates.items())


# --- counters ---------------------------------------------------------------------------------------------------------


def _audit_counters(result: Audit, state: ChainState) -> None:
    result.equal("registry.user_count = user accounts", len(state.users), state.registry.user_count)
    result.equal("registry.meter_count = meter accounts", len(state.meters), state.registry.meter_count)
    owned = Counter(meter.owner for meter in state.meters.values())
    wrong = _differing(owned, {u.authority: u.meter_count for u in state.users.values()})
    result.none("users whose meter count is wrong", wrong)
    still_open = [order for order in state.orders.values() if order.is_open]
    result.equal("market.active_orders = open orders", len(still_open), state.market.active_orders)
    per_user = Counter(order.owner for order in still_open)
    wrong = _differing(per_user, {t.user: t.open_orders for t in state.traders.values()})
    result.none("traders whose count of open orders is wrong", wrong)
    sequences = [order.sequence for order in state.orders.values()]
    result.none("orders that share a sequence number", len(sequences) - len(set(sequences)))
    result.at_most("market.next_order_id counts all orders", state.market.next_order_id, len(sequences))


def _excess(part: int, whole: int) -> int:
    return max(0, part - whole)


def _differing(counted: Mapping[Pubkey, int], recorded: Mapping[Pubkey, int]) -> int:
    keys: Iterable[Pubkey] = {*counted, *recorded}
    return sum(counted.get(key, 0) != recorded.get(key, 0) for key in keys)

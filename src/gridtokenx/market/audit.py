"""The exact audit, from chain state alone: every Wh, every base unit and every counter must add up, to the last one."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from solana.rpc.types import MemcmpOpts
from solders.pubkey import Pubkey

from gridtokenx.chain.addresses import TOKEN_PROGRAM
from gridtokenx.chain.client import Client
from gridtokenx.market import read
from gridtokenx.market.actions import tokens
from gridtokenx.market.records import (
    ErcCertificate,
    ErcStatus,
    Market,
    MeterAccount,
    Order,
    OrderType,
    PoAConfig,
    Registry,
    TokenInfo,
    TradeRecord,
    TradingAccount,
    UserAccount,
)
from gridtokenx.market.units import buy_lock, fee_of, sell_lock, trade_value, wh_to_grid

TOKEN_ACCOUNT_BYTES = 165


@dataclass(frozen=True, slots=True)
class Check:
    """One equation: what should be, and what is."""

    name: str
    expected: int
    actual: int

    @property
    def holds(self) -> bool:
        return self.expected == self.actual


@dataclass(frozen=True)
class ChainState:
    """Everything that the audit looks at. Fetch it while nothing moves: it takes several requests."""

    registry: Registry
    users: Mapping[Pubkey, UserAccount]
    meters: Mapping[Pubkey, MeterAccount]
    token_info: TokenInfo
    supply: int
    grid_balances: Mapping[Pubkey, int]
    market: Market
    vaults: Mapping[Pubkey, int]
    traders: Mapping[Pubkey, TradingAccount]
    orders: Mapping[Pubkey, Order]
    trades: Mapping[Pubkey, TradeRecord]
    poa: PoAConfig
    certificates: Mapping[Pubkey, ErcCertificate]


@dataclass
class Audit:
    """The equations, and what follows from them, in base units.

    `burned`, `withdrawn_fees`: so far. `unrecorded_burns`: burned with SPL Token's own instruction since energy_token
    last looked at the supply. `gifts`: what each vault holds beyond locks and fees, which anybody may send there.
    """

    burned: int
    withdrawn_fees: int
    unrecorded_burns: int = 0
    gifts: dict[str, int] = field(default_factory=dict[str, int])
    checks: list[Check] = field(default_factory=list[Check])

    @property
    def ok(self) -> bool:
        return all(check.holds for check in self.checks)

    @property
    def failures(self) -> list[Check]:
        return [check for check in self.checks if not check.holds]

    def equal(self, name: str, expected: int, actual: int) -> None:
        """Records an equation."""
        self.checks.append(Check(name, expected, actual))

    def at_most(self, name: str, limit: int, actual: int) -> None:
        """Records that `actual` does not exceed `limit`: the excess must be 0."""
        self.checks.append(Check(name, 0, max(0, actual - limit)))


async def read_state(client: Client) -> ChainState:
    """The chain's whole state. Raises StateError when the system is not initialized."""
    a = client.addresses
    advice = "initialize the system first"
    registry, info, market, poa = await asyncio.gather(
        read.require(client, Registry, a.registry, advice),
        read.require(client, TokenInfo, a.token_info, advice),
        read.require(client, Market, a.market, advice),
        read.require(client, PoAConfig, a.poa_config, advice),
    )
    vault_keys = list(dict.fromkeys((market.energy_vault, market.payment_vault)))
    mint, *vaults = await client.raw_accounts([info.mint, *vault_keys])
    return ChainState(
        registry=registry,
        users=await read.fetch_all(client, UserAccount),
        meters=await read.fetch_all(client, MeterAccount),
        token_info=info,
        supply=0 if mint is None else tokens.supply_of(mint.data),
        grid_balances=await token_balances(client, info.mint),
        market=market,
        vaults={k: 0 if v is None else tokens.amount_of(v.data) for k, v in zip(vault_keys, vaults, strict=True)},
        traders=await read.fetch_all(client, TradingAccount),
        orders=await read.fetch_all(client, Order),
        trades=await read.fetch_all(client, TradeRecord),
        poa=poa,
        certificates=await read.fetch_all(client, ErcCertificate),
    )


async def token_balances(client: Client, mint: Pubkey) -> dict[Pubkey, int]:
    """Base units in every token account of `mint`."""
    filters = [TOKEN_ACCOUNT_BYTES, MemcmpOpts(offset=0, bytes=str(mint))]
    answer = await client.connection.get_program_accounts(TOKEN_PROGRAM, encoding="base64", filters=filters)
    return {row.pubkey: tokens.amount_of(row.account.data) for row in answer.value}


def audit(
    state: ChainState, *, burned: int | None = None, withdrawn_fees: int | None = None, exact: bool = True
) -> Audit:
    """Every equation over a state.

    What was burned and withdrawn leaves no counter on the chain: it is what is missing, and cannot be negative. Whoever
    knows the amounts gives them, so that they are checked as well. Without `exact`, a vault may hold more than it owes,
    and the supply be less than energy_token recorded: no program can prevent gifts, nor SPL Token's own Burn.
    """
    settled = wh_to_grid(sum(m.settled_net_generation for m in state.meters.values()))
    fees = sum(trade.fee_amount for trade in state.trades.values())
    result = Audit(settled - state.supply, fees - state.market.unclaimed_fees)
    _audit_grid(result, state, settled, result.burned if burned is None else burned, exact)
    _audit_escrow(result, state, exact)
    _audit_trades(result, state, fees, result.withdrawn_fees if withdrawn_fees is None else withdrawn_fees)
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
    result.equal("settled energy <= generation, of every meter", 0, over)


def _audit_escrow(result: Audit, state: ChainState, exact: bool) -> None:
    locked: dict[Pubkey, int] = defaultdict(int)
    for order in state.orders.values():
        side_vault = state.market.energy_vault if order.order_type is OrderType.SELL else state.market.payment_vault
        locked[side_vault] += order.locked
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
    result.equal("orders whose lock is not what is left of them", 0, wrong)


def _right_lock(order: Order) -> int:
    if not order.is_open:
        return 0
    if order.order_type is OrderType.SELL:
        return sell_lock(order.remaining)
    return buy_lock(order.remaining, order.price_per_kwh)


def _audit_trades(result: Audit, state: ChainState, fees: int, withdrawn: int) -> None:
    trades = list(state.trades.values())
    paid = sum(trade.total_value for trade in trades)
    received = sum(trade.total_value - trade.fee_amount for trade in trades)
    result.equal(
        "payment paid = received + fees unclaimed + fees withdrawn",
        paid,
        received + state.market.unclaimed_fees + withdrawn,
    )
    result.at_most("unclaimed fees were charged", fees, state.market.unclaimed_fees)
    result.equal("market.total_volume = sum of trade values", paid, state.market.total_volume)
    result.equal("market.total_trades = trades", len(trades), state.market.total_trades)
    wrong = sum(t.total_value != trade_value(t.amount, t.price_per_kwh) for t in trades)
    result.equal("trades whose value is not amount x price", 0, wrong)
    over = sum(t.fee_amount > fee_of(t.total_value, 1000) for t in trades)
    result.equal("trades whose fee is over the limit", 0, over)
    filled: Counter[Pubkey] = Counter()
    for trade in trades:
        filled[trade.sell_order] += trade.amount
        filled[trade.buy_order] += trade.amount
    wrong = sum(order.filled_amount != filled[key] for key, order in state.orders.items())
    result.equal("orders whose fill is not the sum of their trades", 0, wrong)


def _audit_certificates(result: Audit, state: ChainState) -> None:
    certificates = list(state.certificates.values())
    claimed: Counter[str] = Counter()
    for certificate in certificates:
        claimed[certificate.meter_id] += certificate.energy_amount
    meters = list(state.meters.values())
    over = sum(_excess(m.claimed_erc_generation, m.total_generation) for m in meters)
    result.equal("certified energy <= generation, of every meter", 0, over)
    wrong = sum(m.claimed_erc_generation != claimed[m.meter_id] for m in meters)
    result.equal("meters whose claims are not the sum of their certificates", 0, wrong)
    result.equal("governance: certificates issued", len(certificates), state.poa.total_ercs_issued)
    total = sum(certificate.energy_amount for certificate in certificates)
    result.equal("governance: energy certified", total, state.poa.total_energy_certified)
    revoked = sum(c.status is ErcStatus.REVOKED for c in certificates)
    result.equal("governance: certificates revoked", revoked, state.poa.total_ercs_revoked)
    validated = sum(c.trading_validated_at is not None for c in certificates)
    result.equal("governance: certificates validated", validated, state.poa.total_ercs_validated)


def _audit_counters(result: Audit, state: ChainState) -> None:
    result.equal("registry.user_count = user accounts", len(state.users), state.registry.user_count)
    result.equal("registry.meter_count = meter accounts", len(state.meters), state.registry.meter_count)
    owned = Counter(meter.owner for meter in state.meters.values())
    wrong = _differing(owned, {u.authority: u.meter_count for u in state.users.values()})
    result.equal("users whose meter count is wrong", 0, wrong)
    still_open = [order for order in state.orders.values() if order.is_open]
    result.equal("market.active_orders = open orders", len(still_open), state.market.active_orders)
    per_user = Counter(order.owner for order in still_open)
    wrong = _differing(per_user, {t.user: t.open_orders for t in state.traders.values()})
    result.equal("traders whose count of open orders is wrong", 0, wrong)
    sequences = [order.sequence for order in state.orders.values()]
    result.equal("orders that share a sequence number", 0, len(sequences) - len(set(sequences)))
    result.at_most("market.next_order_id counts all orders", state.market.next_order_id, len(sequences))


def _excess(part: int, whole: int) -> int:
    return max(0, part - whole)


def _differing(counted: Mapping[Pubkey, int], recorded: Mapping[Pubkey, int]) -> int:
    keys: Iterable[Pubkey] = {*counted, *recorded}
    return sum(counted.get(key, 0) != recorded.get(key, 0) for key in keys)

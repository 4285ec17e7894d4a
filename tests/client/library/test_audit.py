"""The audit: a state that adds up passes, and every single thing that does not is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.audit import ChainState, audit
from gridtokenx.market.records import (
    ErcCertificate,
    ErcStatus,
    Market,
    MeterAccount,
    MeterStatus,
    Order,
    OrderStatus,
    OrderType,
    PoAConfig,
    Registry,
    TokenInfo,
    TradeRecord,
    TradingAccount,
    UserAccount,
    UserStatus,
)

GRID = 10**9
NOBODY = Pubkey.default()


def key(number: int) -> Pubkey:
    return Pubkey.from_bytes(number.to_bytes(32, "big"))


SELLER, BUYER, ADMIN, MINT, CREDIT, ENERGY_VAULT, PAYMENT_VAULT, METER, SELL, BUY, TRADE, ERC = map(key, range(1, 13))


def user(authority: Pubkey, kind: UserType, meters: int) -> UserAccount:
    return UserAccount(authority, kind, "B1", UserStatus.ACTIVE, 0, meters, Affiliation.STAFF, 255)


def consistent() -> ChainState:
    """Document A's trade after 3000 Wh were minted and 0.25 GRID burned: 2000 Wh for sale, 1500 Wh bought."""
    order = Order(
        SELLER, NOBODY, 2000, 1500, 150_000_000, OrderType.SELL, OrderStatus.PARTIALLY_FILLED,
        0, 10, 1, 0, 500 * 10**6, ERC, 255,
    )  # fmt: skip
    bid = Order(NOBODY, BUYER, 1500, 1500, 160_000_000, OrderType.BUY, OrderStatus.COMPLETED, 0, 10, 2, 1, 0, None, 255)
    market = Market(
        ADMIN, 1, 225_000_000, 1, 0, True, 25, MINT, CREDIT, NOBODY, 900, 0, 1, 2, 50, False, 86_400,
        ENERGY_VAULT, PAYMENT_VAULT, 562_500, 255,
    )  # fmt: skip
    meter = MeterAccount("M", SELLER, MeterType.SOLAR, MeterStatus.ACTIVE, 0, 900, 10_000, 7_000, 3_000, 5_000, 255)
    poa = PoAConfig(
        ADMIN, "REC", "", 1, False, None, None, False, True, 100, 10**6, 9, True, False, False, None, 80, False,
        1, 1, 1, 5_000, 0, 0, 1, ADMIN, None, None, [], "campus", 255,
    )  # fmt: skip
    certificate = ErcCertificate(
        "C", ADMIN, 5_000, "Solar", "", 0, 9, ErcStatus.REVOKED, False, 5, SELLER, "M", "because", 255
    )
    supply = 3 * GRID - GRID // 4
    return ChainState(
        registry=Registry(ADMIN, 2, 1, 0, 10, True, "B", 255),
        users={key(20): user(SELLER, UserType.PROSUMER, 1), key(21): user(BUYER, UserType.CONSUMER, 0)},
        meters={METER: meter},
        token_info=TokenInfo(ADMIN, MINT, supply, 0, "Engineering GRID", "ENG_GRID", 9, key(99), 255),
        supply=supply,
        grid_balances={ENERGY_VAULT: GRID // 2, key(30): supply - 2 * GRID, key(31): 3 * GRID // 2},
        market=market,
        vaults={ENERGY_VAULT: GRID // 2, PAYMENT_VAULT: 562_500},
        traders={key(40): TradingAccount(SELLER, 1, 0, 255), key(41): TradingAccount(BUYER, 0, 0, 255)},
        orders={SELL: order, BUY: bid},
        trades={TRADE: TradeRecord(SELL, BUY, SELLER, BUYER, 1500, 150_000_000, 225_000_000, 562_500, 5, 255)},
        poa=poa,
        certificates={ERC: certificate},
    )


def test_a_state_that_adds_up_passes():
    result = audit(consistent())
    assert result.failures == []
    assert result.ok
    assert (result.burned, result.withdrawn_fees) == (GRID // 4, 0)
    assert audit(consistent(), burned=GRID // 4, withdrawn_fees=0).ok


def with_order(state: ChainState, address: Pubkey, **changes: object) -> ChainState:
    return replace(state, orders={**state.orders, address: replace(state.orders[address], **changes)})


def with_meter(state: ChainState, **changes: object) -> ChainState:
    return replace(state, meters={METER: replace(state.meters[METER], **changes)})


def with_trade(state: ChainState, **changes: object) -> ChainState:
    return replace(state, trades={TRADE: replace(state.trades[TRADE], **changes)})


def with_certificate(state: ChainState, **changes: object) -> ChainState:
    return replace(state, certificates={ERC: replace(state.certificates[ERC], **changes)})


Tamper = Callable[[ChainState], ChainState]
TAMPERED: list[tuple[Tamper, str]] = [
    (lambda s: replace(s, supply=s.supply + 1), "GRID supply = sum of all GRID accounts"),
    (lambda s: replace(s, supply=3 * GRID + 1), "GRID supply is backed by settled energy"),
    (lambda s: replace(s, token_info=replace(s.token_info, total_supply=1)), "token_info.total_supply = GRID supply"),
    (lambda s: with_meter(s, settled_net_generation=10_001), "settled energy <= generation, of every meter"),
    (lambda s: replace(s, vaults={**s.vaults, ENERGY_VAULT: GRID // 2 - 1}), "energy vault = locks of open orders"),
    (lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 562_501}), "payment vault = locks of open orders"),
    (lambda s: with_order(s, SELL, locked=499 * 10**6), "orders whose lock is not what is left of them"),
    (lambda s: with_order(s, BUY, locked=1), "orders whose lock is not what is left of them"),
    (lambda s: with_trade(s, total_value=225_000_001), "trades whose value is not amount x price"),
    (lambda s: with_trade(s, total_value=225_000_001), "market.total_volume = sum of trade values"),
    (lambda s: with_trade(s, fee_amount=22_500_001), "trades whose fee is over the limit"),
    (lambda s: with_trade(s, fee_amount=562_499), "unclaimed fees were charged"),
    (lambda s: replace(s, market=replace(s.market, total_trades=2)), "market.total_trades = trades"),
    (lambda s: with_order(s, SELL, filled_amount=1499), "orders whose fill is not the sum of their trades"),
    (lambda s: with_meter(s, claimed_erc_generation=10_001), "certified energy <= generation, of every meter"),
    (lambda s: with_meter(s, claimed_erc_generation=4_999), "meters whose claims are not the sum"),
    (lambda s: with_certificate(s, energy_amount=5_001), "governance: energy certified"),
    (lambda s: with_certificate(s, status=ErcStatus.VALID), "governance: certificates revoked"),
    (lambda s: with_certificate(s, trading_validated_at=None), "governance: certificates validated"),
    (lambda s: replace(s, certificates={}), "governance: certificates issued"),
    (lambda s: replace(s, registry=replace(s.registry, user_count=3)), "registry.user_count = user accounts"),
    (lambda s: replace(s, registry=replace(s.registry, meter_count=0)), "registry.meter_count = meter accounts"),
    (lambda s: with_meter(s, owner=BUYER), "users whose meter count is wrong"),
    (lambda s: replace(s, market=replace(s.market, active_orders=2)), "market.active_orders = open orders"),
    (lambda s: replace(s, traders={}), "traders whose count of open orders is wrong"),
    (lambda s: with_order(s, BUY, sequence=0), "orders that share a sequence number"),
    (lambda s: replace(s, market=replace(s.market, next_order_id=1)), "market.next_order_id counts all orders"),
]


@pytest.mark.parametrize(("tamper", "equation"), TAMPERED)
def test_whatever_does_not_add_up_is_found(tamper: Tamper, equation: str):
    result = audit(tamper(consistent()))
    assert not result.ok
    assert any(check.name.startswith(equation) for check in result.failures)


def test_amounts_that_are_known_are_checked_too():
    names = [check.name for check in audit(consistent(), burned=GRID, withdrawn_fees=7).failures]
    assert names == [
        "GRID supply = settled Wh x 10^6 - burned",
        "payment paid = received + fees unclaimed + fees withdrawn",
    ]


GIFTS: list[tuple[Tamper, int, dict[str, int]]] = [
    (lambda s: s, 0, {"energy vault": 0, "payment vault": 0}),
    (
        lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 562_507}),
        0,
        {"energy vault": 0, "payment vault": 7},
    ),
    (
        lambda s: replace(
            s, supply=s.supply - 3, grid_balances={**s.grid_balances, key(30): s.grid_balances[key(30)] - 3}
        ),
        3,
        {"energy vault": 0, "payment vault": 0},
    ),
]


@pytest.mark.parametrize(("tamper", "burns", "gifts"), GIFTS)
def test_what_no_program_can_prevent_is_told_and_no_difference(tamper: Tamper, burns: int, gifts: dict[str, int]):
    result = audit(tamper(consistent()), exact=False)
    assert result.failures == []
    assert (result.unrecorded_burns, result.gifts) == (burns, gifts)
    assert audit(tamper(consistent())).ok == (burns == 0 and not any(gifts.values()))


MISSING: list[tuple[Tamper, str]] = [
    (lambda s: replace(s, vaults={**s.vaults, ENERGY_VAULT: GRID // 2 - 1}), "energy vault >= locks of open orders"),
    (lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 562_499}), "payment vault >= locks of open orders"),
    (
        lambda s: replace(s, token_info=replace(s.token_info, total_supply=s.supply - 1)),
        "GRID supply <= token_info.total_supply",
    ),
]


@pytest.mark.parametrize(("tamper", "equation"), MISSING)
def test_what_is_missing_is_always_a_difference(tamper: Tamper, equation: str):
    names = [check.name for check in audit(tamper(consistent()), exact=False).failures]
    assert any(name.startswith(equation) for name in names)


def test_one_vault_holds_both_sides_when_grid_pays():
    state = consistent()
    market = replace(state.market, payment_mint=MINT, payment_vault=ENERGY_VAULT)
    balance = GRID // 2 + 562_500
    others = {key(30): state.supply - 2 * GRID, key(31): 3 * GRID // 2 - 562_500}
    together = replace(
        state, market=market, vaults={ENERGY_VAULT: balance}, grid_balances={ENERGY_VAULT: balance, **others}
    )
    assert audit(together).ok

"""The audit: a state that adds up passes, and every single thing that does not is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey
from tests.client.library.market import make
from tests.client.library.market.make import NOBODY, key

from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.audit import ChainState, audit
from gridtokenx.market.records import (
    ErcCertificate,
    ErcStatus,
    Market,
    MeterAccount,
    MeterStatus,
    OrderStatus,
    PoAConfig,
    Registry,
    TokenInfo,
    TradeRecord,
    TradingAccount,
    UserAccount,
    UserStatus,
)

GRID = 10**9


SELLER, BUYER = make.USERS[:2]
ADMIN, MINT, CREDIT, ENERGY_VAULT, PAYMENT_VAULT, METER, SELL, BUY, TRADE, ERC, EPOCH = map(key, range(1, 12))
MONTH = 30 * 86_400


def user(authority: Pubkey, kind: UserType, meters: int) -> UserAccount:
    return make.blank(
        UserAccount,
        authority=authority,
        user_type=kind,
        location="B1",
        status=UserStatus.ACTIVE,
        meter_count=meters,
        affiliation=Affiliation.STAFF,
        payer=authority,
        bump=255,
    )


def consistent() -> ChainState:
    """Document A's trade after 3000 Wh were minted and 0.25 GRID burned: 2000 Wh for sale, 1500 Wh bought, at 0.15."""
    orders = {
        SELL: make.order(
            make.SELL, SELLER, 2000, 50, 0, filled_amount=1500, status=OrderStatus.PARTIALLY_FILLED,
            locked=500 * 10**6, erc_certificate=ERC, order_id=1,
        ),
        BUY: make.order(
            make.BUY, BUYER, 1500, 60, 1, filled_amount=1500, status=OrderStatus.COMPLETED, order_id=2
        ),
    }  # fmt: skip
    epoch = replace(make.epoch(*orders.values()), unsettled=0)
    market = make.blank(
        Market,
        authority=ADMIN,
        active_orders=1,
        total_volume=225_000,
        total_trades=1,
        clearing_enabled=True,
        market_fee_bps=25,
        energy_mint=MINT,
        payment_mint=CREDIT,
        matcher=NOBODY,
        epoch_length=900,
        next_order_id=2,
        max_orders_per_user=50,
        min_order_wh=100,
        price_floor=make.FLOOR,
        price_tick=make.TICK,
        settlement_window=86_400,
        energy_vault=ENERGY_VAULT,
        payment_vault=PAYMENT_VAULT,
        unclaimed_fees=562,
        bump=255,
    )
    meter = make.blank(
        MeterAccount,
        meter_id="M",
        owner=SELLER,
        meter_type=MeterType.SOLAR,
        status=MeterStatus.ACTIVE,
        last_reading_at=900,
        total_generation=10_000,
        total_consumption=7_000,
        settled_net_generation=3_000,
        claimed_erc_generation=5_000,
        payer=SELLER,
        bump=255,
    )
    poa = make.blank(
        PoAConfig,
        authority=ADMIN,
        authority_name="REC",
        version=1,
        erc_validation_enabled=True,
        min_energy_amount=100,
        max_erc_amount=10**6,
        erc_validity_period=9,
        auto_revoke_expired=True,
        min_oracle_confidence=80,
        total_ercs_issued=1,
        total_ercs_validated=1,
        total_ercs_revoked=1,
        total_energy_certified=5_000,
        last_erc_issued_at=1,
        engineering_authority=ADMIN,
        campus_network="campus",
        bump=255,
    )
    certificate = make.blank(
        ErcCertificate,
        certificate_id="C",
        authority=ADMIN,
        energy_amount=5_000,
        renewable_source="Solar",
        expires_at=9,
        status=ErcStatus.REVOKED,
        trading_validated_at=5,
        owner=SELLER,
        meter_id="M",
        revocation_reason="because",
        reserved_amount=500,
        retired_amount=1_500,
        bump=255,
    )
    trade = make.blank(
        TradeRecord,
        sell_order=SELL,
        buy_order=BUY,
        seller=SELLER,
        buyer=BUYER,
        amount=1500,
        price_per_kwh=150_000,
        total_value=225_000,
        fee_amount=562,
        executed_at=make.STARTS + 900,
        buy_sequence=1,
        epoch=make.INDEX,
        erc_certificate=ERC,
        payer=ADMIN,
        bump=255,
    )
    supply = 3 * GRID - GRID // 4
    return ChainState(
        now=make.STARTS + 1_000,
        registry=make.blank(
            Registry,
            authority=ADMIN,
            user_count=2,
            meter_count=1,
            max_meters_per_user=10,
            open_registration=True,
            building_location="B",
            bump=255,
        ),
        users={key(20): user(SELLER, UserType.PROSUMER, 1), key(21): user(BUYER, UserType.CONSUMER, 0)},
        meters={METER: meter},
        token_info=make.blank(
            TokenInfo,
            authority=ADMIN,
            mint=MINT,
            total_supply=supply,
            name="Engineering GRID",
            symbol="ENG_GRID",
            decimals=9,
            registry_program=key(99),
            bump=255,
        ),
        supply=supply,
        grid_balances={ENERGY_VAULT: GRID // 2, key(30): supply - 2 * GRID, key(31): 3 * GRID // 2},
        market=market,
        vaults={ENERGY_VAULT: GRID // 2, PAYMENT_VAULT: 562},
        traders={
            key(40): make.blank(TradingAccount, user=SELLER, open_orders=1, bump=255),
            key(41): make.blank(TradingAccount, user=BUYER, bump=255),
        },
        epochs={EPOCH: epoch},
        orders=orders,
        trades={TRADE: trade},
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


def with_epoch(state: ChainState, **changes: object) -> ChainState:
    return replace(state, epochs={EPOCH: replace(state.epochs[EPOCH], **changes)})


def with_certificate(state: ChainState, **changes: object) -> ChainState:
    return replace(state, certificates={ERC: replace(state.certificates[ERC], **changes)})


Tamper = Callable[[ChainState], ChainState]
TAMPERED: list[tuple[Tamper, str]] = [
    (lambda s: replace(s, supply=s.supply + 1), "GRID supply = sum of all GRID accounts"),
    (lambda s: replace(s, supply=3 * GRID + 1), "GRID supply is backed by settled energy"),
    (lambda s: replace(s, token_info=replace(s.token_info, total_supply=1)), "token_info.total_supply = GRID supply"),
    (lambda s: with_meter(s, settled_net_generation=10_001), "settled energy <= generation, of every meter"),
    (lambda s: replace(s, vaults={**s.vaults, ENERGY_VAULT: GRID // 2 - 1}), "energy vault = locks of open orders"),
    (lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 563}), "payment vault = locks of open orders"),
    (lambda s: with_order(s, SELL, locked=499 * 10**6), "orders whose lock is not what is left of them"),
    (lambda s: with_order(s, BUY, locked=1), "orders whose lock is not what is left of them"),
    (lambda s: with_trade(s, total_value=225_001), "trades whose value is not amount x price"),
    (lambda s: with_trade(s, total_value=225_001), "market.total_volume = sum of trade values"),
    (lambda s: with_trade(s, fee_amount=22_502), "trades whose fee is over the limit"),
    (lambda s: with_trade(s, fee_amount=561), "unclaimed fees were charged"),
    (lambda s: replace(s, market=replace(s.market, total_trades=0)), "trades on record <= market.total_trades"),
    (lambda s: with_epoch(s, price=151_000), "cleared epochs whose price or volume does not follow from their book"),
    (lambda s: with_epoch(s, volume=1_501), "cleared epochs whose price or volume does not follow from their book"),
    (lambda s: with_epoch(s, marginal_bid=150_000), "cleared epochs whose price or volume does not follow"),
    (lambda s: with_epoch(s, sold_at_margin=2_000), "cleared epochs whose rationing does not use up their volume"),
    (lambda s: with_epoch(s, unsettled=1), "epochs that settled another volume than their trades"),
    (lambda s: with_epoch(s, offers=[1, *[0] * 511]), "epochs whose book is not that of their orders"),
    (lambda s: with_epoch(s, demand=1_501), "epochs whose totals are not those of their book"),
    (lambda s: with_epoch(s, orders=1), "epochs whose book is not that of their orders"),
    (lambda s: with_order(s, SELL, amount=2_100), "epochs whose book is not that of their orders"),
    (lambda s: with_order(s, SELL, filled_amount=1_501), "orders that traded more than they were allotted"),
    (lambda s: with_trade(s, price_per_kwh=150_001), "trades at another price than their epoch's"),
    (lambda s: with_certificate(s, reserved_amount=3_501), "reserved + retired <= certified energy"),
    (lambda s: with_certificate(s, reserved_amount=499), "certificates whose reservations are not those of open"),
    (lambda s: with_certificate(s, retired_amount=1_499), "certificates that sold more than they retired"),
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
        lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 569}),
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
    (lambda s: replace(s, vaults={**s.vaults, PAYMENT_VAULT: 561}), "payment vault >= locks of open orders"),
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
    balance = GRID // 2 + 562
    others = {key(30): state.supply - 2 * GRID, key(31): 3 * GRID // 2 - 562}
    together = replace(
        state, market=market, vaults={ENERGY_VAULT: balance}, grid_balances={ENERGY_VAULT: balance, **others}
    )
    assert audit(together).ok


CLOSED: list[tuple[str, Tamper]] = [
    ("a finished order", lambda s: replace(s, orders={SELL: s.orders[SELL]})),
    ("the epoch", lambda s: replace(s, epochs={})),
    ("the record of the trade", lambda s: replace(s, trades={}, now=make.STARTS + MONTH + 1_000)),
    (
        "a finished order, whose id another has now",
        lambda s: replace(
            s,
            orders={**s.orders, BUY: make.order(make.BUY, BUYER, 300, 60, 2, order_id=2, epoch=8, locked=48_000)},
            market=replace(s.market, active_orders=2, next_order_id=3),
            traders={**s.traders, key(41): make.blank(TradingAccount, user=BUYER, open_orders=1, bump=255)},
            vaults={**s.vaults, PAYMENT_VAULT: 48_562},
        ),
    ),
]


@pytest.mark.parametrize(("what", "close"), CLOSED)
def test_what_may_be_closed_is_no_difference(what: str, close: Tamper):
    """A month later the seller's fill is known to the order and to the epoch alone."""
    assert audit(close(consistent())).failures == [], what


def test_an_order_taken_back_before_the_clearing_has_left_the_book_and_one_after_it_has_not():
    state = consistent()
    gone = make.order(
        make.SELL, SELLER, 700, 90, 2, status=OrderStatus.CANCELLED, cancelled_amount=700, order_id=3
    )  # fmt: skip
    before = replace(state, orders={**state.orders, key(50): gone}, market=replace(state.market, next_order_id=3))
    assert audit(before).failures == []
    book = replace(make.epoch(*before.orders.values()), unsettled=0)
    assert audit(replace(before, epochs={EPOCH: book})).failures == []


def test_withdrawn_fees_are_told_only_while_every_trade_is_on_record():
    state = consistent()
    market = replace(state.market, unclaimed_fees=0)
    withdrawn = replace(state, market=market, vaults={**state.vaults, PAYMENT_VAULT: 0})
    assert audit(withdrawn).withdrawn_fees == 562
    assert not audit(withdrawn, withdrawn_fees=0).ok
    closed = replace(withdrawn, trades={}, now=make.STARTS + MONTH + 1_000)
    assert audit(closed).failures == []
    assert audit(closed, withdrawn_fees=562).failures == []

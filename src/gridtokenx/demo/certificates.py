"""Phase 5: a certificate is issued, validated, used in a sell order and revoked; double claims are refused."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from solders.instruction import Instruction

from gridtokenx.demo.prices import IMPORT_PRICE
from gridtokenx.demo.world import CREDIT_DECIMALS, Member, World
from gridtokenx.market.actions import governance, tokens, trading
from gridtokenx.market.ami import UserType
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import ErcCertificate, ErcStatus, Market, MeterAccount, Order, OrderStatus, TradeRecord
from gridtokenx.market.units import GRID_PER_WH, format_units, format_wh

CERTIFICATE = "ERC-2026-05-11-001"
SECOND = "ERC-2026-05-11-002"
SELL_ID, BUY_ID, REFUSED_ID = 1_000_001, 1_000_002, 1_000_003
PRICE = IMPORT_PRICE * 3 // 4


@dataclass
class _Scene:
    """Who and how much: the prosumer with most GRID sells half of it, certified, to the first consumer."""

    world: World
    market: Market
    seller: Member
    buyer: Member
    energy_wh: int
    table: Table

    def row(self, step: str, outcome: str) -> None:
        self.table.add_row(step, outcome)

    def sell(self, order_id: int, certificate: str | None) -> Instruction:
        return trading.create_sell_order(
            self.world.client,
            self.seller.key,
            self.market,
            order_id=order_id,
            energy_amount=self.energy_wh,
            price_per_kwh=PRICE,
            certificate_id=certificate,
        )

    async def refused_sale(self, what: str, certificate: str | None, error: str) -> None:
        attempt = self.world.client.send(self.sell(REFUSED_ID, certificate), payer=self.seller.keys)
        await self.world.refused(what, error, attempt)
        self.row(what, f"refused: {error}")


async def certify(world: World) -> None:
    """The life of one certificate."""
    scene = await _scene(world)
    await _issue(scene)
    await _require_certificates(scene, True)
    await _sell_certified(scene)
    await _double_claims(scene)
    await _revoke(scene)
    await _require_certificates(scene, False)
    world.console.print(scene.table)


async def _scene(world: World) -> _Scene:
    client = world.client
    prosumers = [m for m in world.members if m.meter.user_type is UserType.PROSUMER]
    holdings = [(await tokens.balance(client, m.key, client.addresses.energy_mint), m) for m in prosumers]
    balance, seller = max(holdings, key=lambda item: item[0])
    buyer = next(m for m in world.members if m.meter.user_type is UserType.CONSUMER)
    market = await require(client, Market, client.addresses.market, "initialize it")
    return _Scene(world, market, seller, buyer, balance // GRID_PER_WH // 2, Table("step", "outcome"))


async def _issue(scene: _Scene) -> None:
    world, rec = scene.world, scene.world.cast.rec
    issue = governance.issue_erc(
        world.client,
        rec.pubkey(),
        certificate_id=CERTIFICATE,
        meter_id=scene.seller.id,
        energy_amount=scene.energy_wh,
        renewable_source="Solar",
        validation_data="REC-CERT-2026-001",
    )
    await world.client.send(issue, payer=rec)
    scene.row("issue", f"{CERTIFICATE}: {format_wh(scene.energy_wh)} of {scene.seller.id}")
    await scene.refused_sale("sell with it before validation", CERTIFICATE, "InvalidCertificate")
    validate = governance.validate_erc_for_trading(world.client, scene.seller.key, CERTIFICATE)
    await world.client.send(validate, payer=scene.seller.keys)
    scene.row("validate", "by its owner")


async def _require_certificates(scene: _Scene, required: bool) -> None:
    world, market, deployer = scene.world, scene.market, scene.world.cast.deployer
    change = trading.update_market_config(
        world.client,
        deployer.pubkey(),
        matcher=market.matcher,
        epoch_length=market.epoch_length,
        max_orders_per_user=market.max_orders_per_user,
        require_erc=required,
        order_ttl=market.order_ttl,
    )
    await world.client.send(change, payer=deployer)


async def _sell_certified(scene: _Scene) -> None:
    world, client = scene.world, scene.world.client
    await scene.refused_sale("sell without one, while required", None, "CertificateRequired")
    await client.send(scene.sell(SELL_ID, CERTIFICATE), payer=scene.seller.keys)
    buy = trading.create_buy_order(
        client,
        scene.buyer.key,
        scene.market,
        order_id=BUY_ID,
        energy_amount=scene.energy_wh,
        max_price_per_kwh=PRICE,
    )
    await client.send(buy, payer=scene.buyer.keys)
    sell_key, buy_key = client.addresses.order(SELL_ID), client.addresses.order(BUY_ID)
    sell_order = await require(client, Order, sell_key, "it was just made")
    buy_order = await require(client, Order, buy_key, "it was just made")
    world.expect("the order's certificate", client.addresses.certificate(CERTIFICATE), sell_order.erc_certificate)
    matcher = world.cast.matcher
    match = trading.match_orders(client, matcher.pubkey(), scene.market, sell_order, buy_order)
    await client.send(match, payer=matcher)
    trade = await require(client, TradeRecord, client.addresses.trade(sell_key, buy_key), "it was just made")
    world.expect("certified energy traded", scene.energy_wh, trade.amount)
    done = await require(client, Order, sell_key, "it was just filled")
    world.expect("the certified order", OrderStatus.COMPLETED, done.status)
    value = format_units(trade.total_value, CREDIT_DECIMALS)
    scene.row("sell with it", f"{format_wh(trade.amount)} to {scene.buyer.id} for {value} credits")


async def _double_claims(scene: _Scene) -> None:
    world, rec, client = scene.world, scene.world.cast.rec, scene.world.client
    meter = await require(client, MeterAccount, client.addresses.meter(scene.seller.id), "register it")
    world.expect("claimed generation", scene.energy_wh, meter.claimed_erc_generation)
    available = meter.total_generation - meter.claimed_erc_generation
    again = governance.issue_erc(
        client,
        rec.pubkey(),
        certificate_id=SECOND,
        meter_id=scene.seller.id,
        energy_amount=available + 1,
        renewable_source="Solar",
        validation_data="",
    )
    await world.refused("claiming 1 Wh too much", "InsufficientAvailableEnergy", client.send(again, payer=rec))
    scene.row(f"claim {available + 1:,} Wh more, of {available:,} left", "refused: InsufficientAvailableEnergy")


async def _revoke(scene: _Scene) -> None:
    world, rec, client = scene.world, scene.world.cast.rec, scene.world.client
    await client.send(governance.revoke_erc(client, rec.pubkey(), CERTIFICATE, "end of the demo"), payer=rec)
    scene.row("revoke", "by the REC authority")
    await scene.refused_sale("sell with it after that", CERTIFICATE, "InvalidCertificate")
    validate = governance.validate_erc_for_trading(client, scene.seller.key, CERTIFICATE)
    attempt = client.send(validate, payer=scene.seller.keys)
    await world.refused("validating a revoked certificate", "CertificateRevoked", attempt)
    certificate = await fetch(client, ErcCertificate, client.addresses.certificate(CERTIFICATE))
    world.expect("the certificate", ErcStatus.REVOKED, None if certificate is None else certificate.status)

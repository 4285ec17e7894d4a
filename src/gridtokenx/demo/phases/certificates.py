"""Phase 5: a certificate is issued, validated, used in a sell order and revoked; double claims are refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.table import Table
from solders.instruction import Instruction

from gridtokenx.demo.phases.trading import clear
from gridtokenx.demo.prices import IMPORT_PRICE, on_grid
from gridtokenx.demo.world import CREDIT_DECIMALS, DemoRun, Member
from gridtokenx.market.actions import governance, tokens, trading
from gridtokenx.market.actions import market as authority
from gridtokenx.market.ami import INTERVAL_SECONDS, UserType
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import ErcCertificate, ErcStatus, Market, MeterAccount, Order, OrderStatus, TradeRecord
from gridtokenx.market.settling import open_epochs
from gridtokenx.market.units import GRID_PER_WH, format_units, format_wh

CERTIFICATE = "ERC-2026-05-11-001"
SECOND = "ERC-2026-05-11-002"
SELL_ID, BUY_ID, REFUSED_ID = 1, 2, 3
PRICE = on_grid(IMPORT_PRICE * 3 // 4)


@dataclass
class _Scene:
    """Who and how much: the prosumer with most GRID sells half of it, certified, to the first consumer."""

    world: DemoRun
    market: Market
    seller: Member
    buyer: Member
    energy_wh: int
    table: Table
    epoch: int = 0

    def row(self, step: str, outcome: str) -> None:
        self.table.add_row(step, outcome)

    async def open_epoch(self) -> None:
        """Goes to the next quarter-hour, and opens it under the market's present rules."""
        self.epoch = await self.world.client.clock() // INTERVAL_SECONDS + 1
        await self.world.surfnet.travel_to(self.epoch * INTERVAL_SECONDS)
        await open_epochs(self.world.client, [self.epoch], self.world.cast.gateway)

    def sell(self, order_id: int, certificate: str | None) -> Instruction:
        client = self.world.client
        return trading.create_sell_order(
            client,
            self.seller.key,
            self.market,
            epoch=self.epoch,
            order_id=order_id,
            energy_amount=self.energy_wh,
            price_per_kwh=PRICE,
            certificate=None if certificate is None else client.addresses.certificate(certificate),
        )

    async def refused_sale(self, what: str, certificate: str | None, error: str) -> None:
        attempt = self.world.client.send(self.sell(REFUSED_ID, certificate), payer=self.seller.keys)
        await self.world.refused(what, error, attempt)
        self.row(what, f"refused: {error}")


async def certify(world: DemoRun) -> None:
    """The life of one certificate."""
    scene = await _scene(world)
    await _require_certificates(scene, True)
    await scene.open_epoch()
    await _issue(scene)
    await _sell_certified(scene)
    await _double_claims(scene)
    await _require_certificates(scene, False)
    await scene.open_epoch()
    await _revoke(scene)
    world.console.print(scene.table)


async def _scene(world: DemoRun) -> _Scene:
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
        owner=scene.seller.key,
        energy_amount=scene.energy_wh,
        renewable_source="Solar",
        validation_data="REC-CERT-2026-001",
    )
    await world.client.send(issue, payer=rec)
    scene.row("issue", f"{CERTIFICATE}: {format_wh(scene.energy_wh)} of {scene.seller.id}")
    await scene.refused_sale("sell with it before validation", CERTIFICATE, "CertificateNotValidated")
    validate = governance.validate_erc_for_trading(world.client, scene.seller.key, rec.pubkey(), CERTIFICATE)
    await world.client.send(validate, rec, payer=scene.seller.keys)
    scene.row("validate", "asked for by its owner, signed by the REC authority")


async def _require_certificates(scene: _Scene, required: bool) -> None:
    world, deployer = scene.world, scene.world.cast.deployer
    config = replace(authority.config_of(scene.market), require_erc=required)
    change = authority.update_market_config(world.client, deployer.pubkey(), config)
    await world.client.send(change, payer=deployer)


async def _sell_certified(scene: _Scene) -> None:
    """The epoch requires a certificate. Two sales under the same one are refused; the trade names it and retires it."""
    world, client = scene.world, scene.world.client
    await scene.refused_sale("sell without one, while required", None, "CertificateRequired")
    await client.send(scene.sell(SELL_ID, CERTIFICATE), payer=scene.seller.keys)
    await scene.refused_sale("sell with it once more", CERTIFICATE, "InsufficientCertifiedEnergy")
    buy = trading.create_buy_order(
        client,
        scene.buyer.key,
        scene.market,
        epoch=scene.epoch,
        order_id=BUY_ID,
        energy_amount=scene.energy_wh,
        max_price_per_kwh=PRICE,
    )
    await client.send(buy, payer=scene.buyer.keys)
    sell_order = await require(client, Order, client.addresses.order(SELL_ID), "it was just made")
    buy_order = await require(client, Order, client.addresses.order(BUY_ID), "it was just made")
    await world.surfnet.travel_to((scene.epoch + 1) * INTERVAL_SECONDS)
    traded = await clear(world, scene.market, scene.epoch)
    world.expect("certified energy traded", scene.energy_wh, traded.settled_wh)
    record = client.addresses.trade(sell_order.sequence, buy_order.sequence)
    trade = await require(client, TradeRecord, record, "it was just made")
    world.expect("the trade's certificate", client.addresses.certificate(CERTIFICATE), trade.erc_certificate)
    done = await require(client, Order, client.addresses.order(SELL_ID), "it was just filled")
    world.expect("the certified order", OrderStatus.COMPLETED, done.status)
    certificate = await require(client, ErcCertificate, client.addresses.certificate(CERTIFICATE), "it was issued")
    world.expect(
        "reserved and retired", (0, scene.energy_wh), (certificate.reserved_amount, certificate.retired_amount)
    )
    value = format_units(trade.total_value, CREDIT_DECIMALS)
    scene.row("sell with it", f"{format_wh(trade.amount)} to {scene.buyer.id} for {value} credits; the trade names it")


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
        owner=scene.seller.key,
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
    await scene.refused_sale("sell with it after that", CERTIFICATE, "CertificateRevoked")
    validate = governance.validate_erc_for_trading(client, scene.seller.key, rec.pubkey(), CERTIFICATE)
    attempt = client.send(validate, rec, payer=scene.seller.keys)
    await world.refused("validating a revoked certificate", "CertificateRevoked", attempt)
    certificate = await fetch(client, ErcCertificate, client.addresses.certificate(CERTIFICATE))
    world.expect("the certificate", ErcStatus.REVOKED, None if certificate is None else certificate.status)

"""Phase 6: the REC authority pauses the system. Nothing moves but money going home; then life goes on."""

from __future__ import annotations

from rich.table import Table
from solana.rpc.types import MemcmpOpts
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.accounts import Market, Order, require
from gridtokenx.actions import energy_token, governance, oracle, registry, tokens, trading
from gridtokenx.addresses import TOKEN_PROGRAM
from gridtokenx.ami import INTERVAL_SECONDS, Affiliation, MeterType, UserType
from gridtokenx.audit import TOKEN_ACCOUNT_BYTES
from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE
from gridtokenx.demo.world import Member, World, keypair
from gridtokenx.units import GRID_PER_WH

SELL_ID, BUY_ID, OTHER_ID = 2_000_001, 2_000_002, 2_000_003
ENERGY_WH = 1_000
REASON = "drill: inverter firmware recall"

Attempt = tuple[str, Instruction, Keypair]


async def pause_and_go_on(world: World) -> None:
    """Two crossing orders stand when the pause comes; they can be cancelled, and nothing else can be done."""
    client, rec = world.client, world.cast.rec
    market = await require(client, Market, client.addresses.market, "initialize it")
    seller, buyer = await _traders(world)
    before = await _money(world, market, seller, buyer)
    await _place_crossing(world, market, seller, buyer)
    await world.surfnet.travel_to(await client.clock() + INTERVAL_SECONDS)
    await client.send(governance.emergency_pause(client, rec.pubkey(), REASON), payer=rec)

    table = Table("while paused", "outcome")
    state = await _everything(world)
    for what, instruction, keys in await _attempts(world, market, seller, buyer):
        await world.refused(what, "SystemPaused", client.send(instruction, payer=keys))
        table.add_row(what, "refused: SystemPaused")
    changed = [str(key) for key, data in (await _everything(world)).items() if state.get(key) != data]
    world.expect("accounts that changed during the pause", [], changed)

    for order_id, member in ((SELL_ID, seller), (BUY_ID, buyer)):
        order = await require(client, Order, client.addresses.order(order_id), "it was just made")
        await client.send(trading.cancel_order(client, market, order), payer=member.keys)
        table.add_row(f"cancel_order by {member.id}", "refunded")
    world.expect("money after going home", before, await _money(world, market, seller, buyer))

    await client.send(governance.emergency_unpause(client, rec.pubkey()), payer=rec)
    go_on = energy_token.transfer_tokens(client, seller.key, buyer.key, GRID_PER_WH)
    await client.send(go_on, payer=seller.keys)
    gateway = world.cast.gateway
    await client.send(oracle.trigger_market_clearing(client, gateway.pubkey()), payer=gateway)
    table.add_row("unpause, then transfer and clear", "done")
    world.console.print(table)


async def _traders(world: World) -> tuple[Member, Member]:
    """The prosumer with most GRID, and the last consumer."""
    client = world.client
    prosumers = [m for m in world.members if m.meter.user_type is UserType.PROSUMER]
    holdings = [(await tokens.balance(client, m.key, client.addresses.energy_mint), m) for m in prosumers]
    return max(holdings, key=lambda item: item[0])[1], world.members[-1]


async def _money(world: World, market: Market, seller: Member, buyer: Member) -> tuple[int, int]:
    client = world.client
    return (
        await tokens.balance(client, seller.key, market.energy_mint),
        await tokens.balance(client, buyer.key, market.payment_mint),
    )


async def _place_crossing(world: World, market: Market, seller: Member, buyer: Member) -> None:
    client = world.client
    sell = trading.create_sell_order(
        client, seller.key, market, order_id=SELL_ID, energy_amount=ENERGY_WH, price_per_kwh=EXPORT_PRICE
    )
    buy = trading.create_buy_order(
        client, buyer.key, market, order_id=BUY_ID, energy_amount=ENERGY_WH, max_price_per_kwh=IMPORT_PRICE
    )
    await client.send(sell, payer=seller.keys)
    await client.send(buy, payer=buyer.keys)


async def _attempts(world: World, market: Market, seller: Member, buyer: Member) -> list[Attempt]:
    """One of every instruction that a user, the gateway, the matcher or the authorities could move something with."""
    client, cast = world.client, world.cast
    sell = await require(client, Order, client.addresses.order(SELL_ID), "it was just made")
    buy = await require(client, Order, client.addresses.order(BUY_ID), "it was just made")
    now = await client.clock()
    return [
        *_market_attempts(world, market, seller, buyer),
        ("match_orders", trading.match_orders(client, cast.matcher.pubkey(), market, sell, buy), cast.matcher),
        (
            "submit_meter_reading",
            oracle.submit_meter_reading(
                client, cast.gateway.pubkey(), meter_id=seller.id, produced=1, consumed=0, timestamp=now
            ),
            cast.gateway,
        ),
        (
            "process_energy_data",
            oracle.process_energy_data(
                client,
                cast.gateway.pubkey(),
                meter_id=seller.id,
                owner=seller.key,
                produced=1,
                consumed=0,
                timestamp=now,
            ),
            cast.gateway,
        ),
        ("trigger_market_clearing", oracle.trigger_market_clearing(client, cast.gateway.pubkey()), cast.gateway),
        (
            "issue_erc",
            governance.issue_erc(
                client,
                cast.rec.pubkey(),
                certificate_id="ERC-PAUSED",
                meter_id=seller.id,
                energy_amount=ENERGY_WH,
                renewable_source="Solar",
                validation_data="",
            ),
            cast.rec,
        ),
    ]


def _market_attempts(world: World, market: Market, seller: Member, buyer: Member) -> list[Attempt]:
    client = world.client
    stranger = keypair("matcher")
    return [
        (
            "register_user",
            registry.register_user(
                client,
                stranger.pubkey(),
                user_type=UserType.CONSUMER,
                affiliation=Affiliation.EXTERNAL,
                location="nowhere",
            ),
            stranger,
        ),
        (
            "register_meter",
            registry.register_meter(client, seller.key, meter_id="METER_PAUSED", meter_type=MeterType.GRID),
            seller.keys,
        ),
        ("open_trading_account", trading.open_trading_account(client, stranger.pubkey()), stranger),
        ("mint_grid_tokens", energy_token.mint_grid_tokens(client, seller.key, seller.id), seller.keys),
        ("transfer_tokens", energy_token.transfer_tokens(client, seller.key, buyer.key, 1), seller.keys),
        ("burn_tokens", energy_token.burn_tokens(client, seller.key, 1), seller.keys),
        (
            "create_sell_order",
            trading.create_sell_order(
                client, seller.key, market, order_id=OTHER_ID, energy_amount=1, price_per_kwh=EXPORT_PRICE
            ),
            seller.keys,
        ),
        (
            "create_buy_order",
            trading.create_buy_order(
                client, buyer.key, market, order_id=OTHER_ID, energy_amount=1, max_price_per_kwh=IMPORT_PRICE
            ),
            buyer.keys,
        ),
        ("withdraw_fees", trading.withdraw_fees(client, world.cast.deployer.pubkey(), market), world.cast.deployer),
    ]


async def _everything(world: World) -> dict[Pubkey, bytes]:
    """The content of every account of the five programs, and of every token account of both mints."""
    connection, found = world.client.connection, dict[Pubkey, bytes]()
    for program in world.client.programs:
        answer = await connection.get_program_accounts(program.id, encoding="base64")
        found |= {row.pubkey: row.account.data for row in answer.value}
    for mint in (world.client.addresses.energy_mint, world.credit):
        filters = [TOKEN_ACCOUNT_BYTES, MemcmpOpts(offset=0, bytes=str(mint))]
        answer = await connection.get_program_accounts(TOKEN_PROGRAM, encoding="base64", filters=filters)
        found |= {row.pubkey: row.account.data for row in answer.value}
    return found

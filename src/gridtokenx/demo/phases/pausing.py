"""Phase 6: the REC authority pauses the system. Users can only take back their money; then the pause ends."""

from __future__ import annotations

from rich.table import Table
from solana.rpc.types import MemcmpOpts
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM
from gridtokenx.demo.phases.certificates import CERTIFICATE, SECOND
from gridtokenx.demo.phases.trading import clear
from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE
from gridtokenx.demo.world import DemoRun, Member
from gridtokenx.market.actions import energy_token, governance, oracle, registry, tokens, trading
from gridtokenx.market.actions import market as authority
from gridtokenx.market.ami import INTERVAL_SECONDS, Affiliation, MeterType, UserType
from gridtokenx.market.audit import TOKEN_ACCOUNT_BYTES
from gridtokenx.market.read import require
from gridtokenx.market.records import Market, Order, UserAccount
from gridtokenx.market.settling import open_epochs
from gridtokenx.market.units import GRID_PER_WH

SELL_ID, BUY_ID, OTHER_ID = 11, 12, 13
ENERGY_WH = 1_000
OTHER_METER = "METER_PAUSED"
REASON = "drill: inverter firmware recall"

Attempt = tuple[str, Instruction, Keypair, *tuple[Keypair, ...]]
"""What is tried: its name, the instruction, who pays, and who signs besides."""


async def pause_and_go_on(world: DemoRun) -> None:
    """Two crossing orders are open when the pause begins. Their owners can cancel them, and nothing else works."""
    client, rec = world.client, world.cast.rec
    market = await require(client, Market, client.addresses.market, "initialize it")
    seller, buyer = await _traders(world)
    before = await _money(world, market, seller, buyer)
    epoch = await client.clock() // INTERVAL_SECONDS + 1
    await world.surfnet.travel_to(epoch * INTERVAL_SECONDS)
    await open_epochs(client, [epoch], world.cast.gateway)
    await _place_crossing(world, market, epoch, seller, buyer)
    await world.surfnet.travel_to((epoch + 1) * INTERVAL_SECONDS)
    await client.send(governance.emergency_pause(client, rec.pubkey(), REASON), payer=rec)

    table = Table("while paused", "outcome")
    state = await _everything(world)
    for what, instruction, payer, *others in await _attempts(world, market, epoch, seller, buyer):
        await world.refused(what, "SystemPaused", client.send(instruction, *others, payer=payer))
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
    traded = await clear(world, market, epoch)
    world.expect("volume of an epoch whose orders went home", 0, traded.epoch.volume)
    table.add_row("unpause, then transfer and clear", "done")
    world.console.print(table)


async def _traders(world: DemoRun) -> tuple[Member, Member]:
    """The prosumer with most GRID, and the last consumer."""
    client = world.client
    prosumers = [m for m in world.members if m.meter.user_type is UserType.PROSUMER]
    holdings = [(await tokens.balance(client, m.key, client.addresses.energy_mint), m) for m in prosumers]
    return max(holdings, key=lambda item: item[0])[1], world.members[-1]


async def _money(world: DemoRun, market: Market, seller: Member, buyer: Member) -> tuple[int, int]:
    client = world.client
    return (
        await tokens.balance(client, seller.key, market.energy_mint),
        await tokens.balance(client, buyer.key, market.payment_mint),
    )


async def _place_crossing(world: DemoRun, market: Market, epoch: int, seller: Member, buyer: Member) -> None:
    client = world.client
    sell, buy = _orders(world, market, epoch, seller, buyer, (SELL_ID, BUY_ID))
    await client.send(sell, payer=seller.keys)
    await client.send(buy, payer=buyer.keys)


def _orders(
    world: DemoRun, market: Market, epoch: int, seller: Member, buyer: Member, ids: tuple[int, int]
) -> tuple[Instruction, Instruction]:
    """An offer and a bid that cross."""
    client, (sell_id, buy_id) = world.client, ids
    sell = trading.create_sell_order(
        client, seller.key, market, epoch=epoch, order_id=sell_id, energy_amount=ENERGY_WH, price_per_kwh=EXPORT_PRICE
    )
    buy = trading.create_buy_order(
        client, buyer.key, market, epoch=epoch, order_id=buy_id, energy_amount=ENERGY_WH, max_price_per_kwh=IMPORT_PRICE
    )
    return sell, buy


async def _attempts(world: DemoRun, market: Market, epoch: int, seller: Member, buyer: Member) -> list[Attempt]:
    """Every instruction with which a user, the gateway, the matcher or an authority could move something."""
    sell = await require(world.client, Order, world.client.addresses.order(SELL_ID), "it was just made")
    buy = await require(world.client, Order, world.client.addresses.order(BUY_ID), "it was just made")
    matcher = world.cast.matcher
    return [
        *await _registry_attempts(world, seller),
        *_token_attempts(world, seller, buyer),
        *_market_attempts(world, market, epoch, seller, buyer),
        ("match_orders", trading.match_orders(world.client, matcher.pubkey(), market, sell, buy), matcher),
        *_gateway_attempts(world, seller, epoch, await world.client.clock()),
        *_certificate_attempts(world, seller),
    ]


async def _registry_attempts(world: DemoRun, seller: Member) -> list[Attempt]:
    client, stranger, deployer = world.client, world.cast.matcher, world.cast.deployer
    join = registry.register_user(
        client,
        stranger.pubkey(),
        user_type=UserType.CONSUMER,
        location="nowhere",
        affiliation=Affiliation.EXTERNAL,
    )
    account = await require(client, UserAccount, client.addresses.user(seller.key), "register")
    meter = registry.register_meter(client, seller.key, meter_id=OTHER_METER, meter_type=MeterType.GRID)
    assigned = registry.assign_meter(
        client, deployer.pubkey(), meter_id=OTHER_METER, owner=seller.key, meter_type=MeterType.GRID
    )
    leave = registry.deregister_user(client, account, has_trading_account=True)
    return [
        ("register_user", join, stranger),
        ("register_meter", meter, seller.keys),
        ("assign_meter", assigned, deployer),
        ("deregister_user", leave, seller.keys),
    ]


def _token_attempts(world: DemoRun, seller: Member, buyer: Member) -> list[Attempt]:
    client = world.client
    return [
        ("mint_grid_tokens", energy_token.mint_grid_tokens(client, seller.key, seller.id), seller.keys),
        ("transfer_tokens", energy_token.transfer_tokens(client, seller.key, buyer.key, 1), seller.keys),
        ("burn_tokens", energy_token.burn_tokens(client, seller.key, 1), seller.keys),
    ]


def _market_attempts(world: DemoRun, market: Market, epoch: int, seller: Member, buyer: Member) -> list[Attempt]:
    client, stranger, deployer = world.client, world.cast.matcher, world.cast.deployer
    sell, buy = _orders(world, market, epoch, seller, buyer, (OTHER_ID, OTHER_ID))
    return [
        ("open_trading_account", trading.open_trading_account(client, stranger.pubkey()), stranger),
        ("create_sell_order", sell, seller.keys),
        ("create_buy_order", buy, buyer.keys),
        ("open_epoch", trading.open_epoch(client, stranger.pubkey(), epoch + 2), stranger),
        ("withdraw_fees", authority.withdraw_fees(client, deployer.pubkey(), market), deployer),
    ]


def _gateway_attempts(world: DemoRun, seller: Member, epoch: int, now: int) -> list[Attempt]:
    client, gateway = world.client, world.cast.gateway
    key = gateway.pubkey()
    reading = oracle.submit_meter_reading(client, key, meter_id=seller.id, produced=1, consumed=0, timestamp=now)
    minting = oracle.process_energy_data(
        client, key, meter_id=seller.id, owner=seller.key, produced=1, consumed=0, timestamp=now
    )
    return [
        ("submit_meter_reading", reading, gateway),
        ("process_energy_data", minting, gateway),
        ("trigger_market_clearing", oracle.trigger_market_clearing(client, key, epoch), gateway),
    ]


def _certificate_attempts(world: DemoRun, seller: Member) -> list[Attempt]:
    client, rec = world.client, world.cast.rec
    issue = governance.issue_erc(
        client,
        rec.pubkey(),
        certificate_id=SECOND,
        meter_id=seller.id,
        owner=seller.key,
        energy_amount=ENERGY_WH,
        renewable_source="Solar",
        validation_data="",
    )
    validate = governance.validate_erc_for_trading(client, seller.key, rec.pubkey(), CERTIFICATE)
    retire = governance.retire_erc(client, seller.key, CERTIFICATE, amount=1, beneficiary=seller.key)
    return [
        ("issue_erc", issue, rec),
        ("validate_erc_for_trading", validate, seller.keys, rec),
        ("transfer_erc", governance.transfer_erc(client, seller.key, CERTIFICATE, seller.key), seller.keys),
        ("retire_erc", retire, seller.keys),
        ("expire_erc", governance.expire_erc(client, CERTIFICATE), rec),
    ]


async def _everything(world: DemoRun) -> dict[Pubkey, bytes]:
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

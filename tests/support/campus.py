"""The campus that most suites start from: all programs initialized, people registered, meters read, GRID in wallets."""

from __future__ import annotations

from dataclasses import dataclass

from bench import founding
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support import calls
from tests.support.call import Call
from tests.support.calls import Offer
from tests.support.calls.trading import market_terms
from tests.support.snapshots import TOKEN_PROGRAM
from tests.support.world import FEE_BPS, GRID_PER_WH, NOBODY, World

SOLAR, GRID_METER, WIND = "METER_001", "METER_002", "METER_003"
QUARTER = 900  # seconds
MAX_READING_WH = 1_000_000  # in a quarter of an hour
START_WH = 50_000
"""What alice's and carol's meters have generated, and minted, when a suite starts."""


@dataclass(frozen=True)
class People:
    """Who acts. alice and carol are prosumers with meters that generate, bob is a consumer with a meter that consumes,
    mallory is an ordinary registered user with an account of everything, who has no business in anything here."""

    deployer: Keypair
    gateway: Keypair
    rec: Keypair
    alice: Keypair
    bob: Keypair
    carol: Keypair
    mallory: Keypair
    stranger: Keypair


async def people(world: World) -> People:
    """The funded wallets of everybody."""
    names = ("gateway", "rec", "alice", "bob", "carol", "mallory", "stranger")
    return People(world.deployer, *[await world.wallet(name) for name in names])


async def initialize(world: World, payment_mint: Pubkey | None = None, matcher: Pubkey = NOBODY) -> None:
    """Document A's initialization sequence: registry, oracle, token, market, governance."""
    who = await people(world)
    terms = market_terms(world, FEE_BPS, matcher, payment_mint)
    steps = founding.sequence(world.deployer, who.gateway.pubkey(), who.rec.pubkey(), terms)
    await world.run(*[world.step(step) for step in steps])


async def populate(world: World) -> People:
    """Registers everybody with meters and trading accounts; alice and carol mint, and alice gives bob 10 GRID."""
    who = await people(world)
    users: list[tuple[Keypair, str]] = [
        (who.alice, "Prosumer"),
        (who.bob, "Consumer"),
        (who.carol, "Prosumer"),
        (who.mallory, "Prosumer"),
    ]
    for user, kind in users:
        await world.run(calls.register_user(world, user, kind), calls.open_trading_account(world, user))
        await world.open_token_account(user)
    await world.run(
        calls.register_meter(world, who.alice, SOLAR, "Solar"),
        calls.register_meter(world, who.bob, GRID_METER, "Grid"),
        calls.register_meter(world, who.carol, WIND, "Wind"),
        calls.register_meter(world, who.mallory, "METER_004", "Solar"),
    )
    for owner, meter in ((who.alice, SOLAR), (who.carol, WIND)):
        await read_meter(world, meter, START_WH, 0)
        await world.run(calls.mint_grid_tokens(world, owner, meter))
    await world.send(*transfer(world, who.alice, who.bob, 10_000 * GRID_PER_WH))
    return who


async def read_meter(world: World, meter: str, produced: int, consumed: int) -> int:
    """Submits a reading, as soon after the meter's last one as the oracle believes it; returns its time."""
    account = await world.account("registry", "MeterAccount", world.at.meter(meter))
    since = max(account["last_reading_at"], account["registered_at"])
    needed = -(-max(produced, consumed) * QUARTER // MAX_READING_WH)
    timestamp = max(since + max(needed, 1), await world.now())
    if timestamp > await world.now() + 60:
        await world.travel(timestamp - await world.now())
    await world.run(calls.submit_meter_reading(world, meter, produced, consumed, timestamp))
    return timestamp


async def open_quarter(world: World) -> int:
    """The present quarter-hour, open for orders."""
    index = await world.now() // QUARTER
    if await world.state(world.at.epoch(index)) is None:
        await world.run(calls.open_epoch(world, index))
    return index


async def next_quarter(world: World) -> int:
    """A quarter-hour that nobody traded in yet, open for orders: time goes on to its beginning."""
    index = await world.now() // QUARTER + 1
    await world.travel(index * QUARTER - await world.now())
    return await open_quarter(world)


async def clear_quarter(world: World, index: int) -> None:
    """Lets a quarter-hour end, and clears it."""
    left = (index + 1) * QUARTER - await world.now()
    if left > 0:
        await world.travel(left)
    await world.run(calls.trigger_market_clearing(world, index))


async def match(world: World, matcher: Keypair, sell: Offer, buy: Offer) -> Call:
    """The call that settles two orders."""
    orders = [await world.account("trading", "Order", world.at.order(o.order_id)) for o in (sell, buy)]
    return calls.match_orders(world, matcher, sell, buy, (orders[0]["sequence"], orders[1]["sequence"]))


async def traded(world: World, matcher: Keypair, sell: Offer, buy: Offer) -> None:
    """Two orders placed, their quarter-hour cleared, and the pair settled."""
    await world.run(calls.create_sell_order(world, sell), calls.create_buy_order(world, buy))
    await clear_quarter(world, sell.epoch)
    await world.run(await match(world, matcher, sell, buy))


def transfer(world: World, sender: Keypair, receiver: Keypair, amount: int) -> tuple[Instruction, Keypair]:
    """SPL's own transfer of GRID, with its signer."""
    metas = [
        AccountMeta(world.grid(sender), is_signer=False, is_writable=True),
        AccountMeta(world.grid(receiver), is_signer=False, is_writable=True),
        AccountMeta(sender.pubkey(), is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM, b"\x03" + amount.to_bytes(8, "little"), metas), sender


async def pause(world: World, reason: str = "drill") -> Call:
    """Pauses the system; returns the call that ends the pause."""
    who = await people(world)
    await world.run(world.call("governance", "emergency_pause", reason, authority=who.rec))
    return world.call("governance", "emergency_unpause", authority=who.rec)

"""Phase 1: programs are deployed, the system is initialized, users and meters are registered."""

from __future__ import annotations

from rich.table import Table
from solders.pubkey import Pubkey

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.world import CREDIT, CREDIT_DECIMALS, DemoRun, Member
from gridtokenx.market.actions import registry, tokens, trading
from gridtokenx.market.read import require
from gridtokenx.market.records import Registry
from gridtokenx.market.units import LAMPORTS_PER_SOL
from gridtokenx.operator import initialize
from gridtokenx.operator.deployment import deploy_programs

AIRDROP = 100 * LAMPORTS_PER_SOL
ALLOWANCE = 1_000 * CREDIT
"""What every user gets to pay with."""


async def fund(world: DemoRun) -> None:
    """Gives every key lamports for fees and rent."""
    c = world.cast
    keys = [k.pubkey() for k in (c.deployer, c.gateway, c.rec, c.matcher)] + [m.key for m in world.members]

    async def airdrop(key: Pubkey) -> None:
        await world.client.connection.request_airdrop(key, AIRDROP)

    await in_flight(airdrop, keys)
    for key in keys:
        balance = (await world.client.connection.get_balance(key)).value
        if balance < AIRDROP:
            world.expect(f"lamports of {key}", AIRDROP, balance)


async def deploy(world: DemoRun) -> None:
    """Upgrades every program to what was built, chunk by chunk, as on any cluster."""
    table = Table("program", "bytes", "writes", "action", "signature")
    with world.progress() as bars:
        tasks = {name: bars.add_task(name, total=None, note="") for name in world.client.workspace.built_programs}

        def tell(name: str, done: int, total: int) -> None:
            bars.update(tasks[name], completed=done, total=total)

        async for name, result in deploy_programs(world.client, force=True, progress=tell):
            table.add_row(name, f"{result.bytes:,}", str(result.writes), result.action, _short(result.signature))
            world.expect(f"deployment of {name}", "upgraded", result.action)
    world.console.print(table)


async def make_credit(world: DemoRun) -> None:
    """Creates the token that pays: campus credits, printed by the deployer."""
    deployer, mint = world.cast.deployer, world.cast.credit_mint
    batch = await tokens.create_mint(world.client, deployer.pubkey(), mint.pubkey(), deployer.pubkey(), CREDIT_DECIMALS)
    await world.client.send(batch, mint, payer=deployer)


async def initialize_system(world: DemoRun) -> None:
    """Document A's sequence, by the operator's own functions; then once more, to see that nothing changes."""
    table = Table("step", "account", "signature", "again")
    first = await _sequence(world)
    second = await _sequence(world)
    for step, again in zip(first, second, strict=True):
        table.add_row(step.name, str(step.account), _short(step.signature), "created" if again.created else "unchanged")
        world.expect(f"{step.name} on the first run", True, step.created)
        world.expect(f"{step.name} on the second run", False, again.created)
    world.console.print(table)


async def _sequence(world: DemoRun) -> list[initialize.InitializationStep]:
    cast = world.cast
    return await initialize.found(
        world.client,
        cast.deployer,
        gateway=cast.gateway.pubkey(),
        rec=cast.rec.pubkey(),
        payment_mint=world.credit,
        matcher=cast.matcher.pubkey(),
    )


async def register(world: DemoRun) -> None:
    """The department registers every user with the meter; accounts are opened, and the allowance is handed out."""
    with world.progress() as bars:
        task = bars.add_task("users and meters", total=len(world.members), note="")

        async def join(member: Member) -> None:
            await _join(world, member)
            bars.advance(task)

        await in_flight(join, world.members)
    found = await require(world.client, Registry, world.client.addresses.registry, "initialize it")
    world.expect("registered users", len(world.members), found.user_count)
    world.expect("registered meters", len(world.members), found.meter_count)
    table = Table("meter", "user", "type", "affiliation", "behind the meter", "wallet")
    for member in world.members:
        m = member.meter
        table.add_row(m.meter_id, m.user, m.user_type, m.affiliation, m.meter_type, str(member.key))
    world.console.print(table)


async def _join(world: DemoRun, member: Member) -> None:
    client, meter, key, deployer = world.client, member.meter, member.key, world.cast.deployer
    await client.send(
        [
            registry.register_user(
                client,
                key,
                user_type=meter.user_type,
                location=meter.location,
                affiliation=meter.affiliation,
                registry_authority=deployer.pubkey(),
            ),
            registry.assign_meter(
                client,
                deployer.pubkey(),
                meter_id=meter.meter_id,
                owner=key,
                meter_type=meter.meter_type,
                payer=key,
            ),
            trading.open_trading_account(client, key),
        ],
        deployer,
        payer=member.keys,
    )
    await client.send(
        [
            tokens.create_associated_token_account(key, key, client.addresses.energy_mint),
            tokens.create_associated_token_account(key, key, world.credit),
            tokens.mint_to(world.credit, key, deployer.pubkey(), ALLOWANCE, CREDIT_DECIMALS),
        ],
        deployer,
        payer=member.keys,
    )


def _short(signature: object) -> str:
    return "" if signature is None else f"{str(signature)[:16]}…"

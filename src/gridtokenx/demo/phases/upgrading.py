"""The last act: the deployer hands the programs' upgrade authority to governance, which then upgrades one of them."""

from __future__ import annotations

from rich.table import Table

from gridtokenx.chain.connection.deploy import read_program
from gridtokenx.chain.errors import StateError
from gridtokenx.demo.world import DemoRun
from gridtokenx.market.actions import governance
from gridtokenx.operator.governed import govern_upgrades, upgrade

UPGRADED = "energy_token"
"""The program whose code is replaced by the same code, to show who can."""


async def hand_over(world: DemoRun) -> None:
    """Afterwards the deployer cannot upgrade anything; only the engineering authority can, and only during
    maintenance."""
    client, deployer = world.client, world.cast.deployer
    holder = client.addresses.upgrade_authority
    table = Table("step", "outcome")
    first, again = await govern_upgrades(client, deployer), await govern_upgrades(client, deployer)
    world.expect("programs handed over", [True] * len(first), [step.created for step in first])
    world.expect("programs handed over again", [False] * len(again), [step.created for step in again])
    for name, address in client.programs.ids.items():
        program = await read_program(client, address)
        world.expect(f"{name}'s upgrade authority", holder, None if program is None else program.authority)
    table.add_row("govern-upgrades", f"{len(first)} programs belong to {holder}")
    try:
        _ = [item async for item in upgrade(client, deployer, [UPGRADED])]
        world.differences.append("a program was upgraded outside of maintenance")
    except StateError:
        table.add_row("upgrade outside of maintenance", "refused")
    await client.send(governance.set_maintenance_mode(client, deployer.pubkey(), True), payer=deployer)
    async for name, signature in upgrade(client, deployer, [UPGRADED]):
        table.add_row(f"upgrade {name} during maintenance", f"done: {str(signature)[:16]}…")
    await client.send(governance.set_maintenance_mode(client, deployer.pubkey(), False), payer=deployer)
    after = await read_program(client, client.programs.ids[UPGRADED])
    built = client.workspace.load_bytecode(UPGRADED)
    world.expect(f"{UPGRADED} runs what was built", True, after is not None and after.runs(built))
    world.console.print(table)

"""Phase 7, and in between: the chain must add up, to the last base unit, whatever is going on."""

from __future__ import annotations

from rich.table import Table

from gridtokenx.demo.world import DemoRun
from gridtokenx.market.audit import Audit, audit, read_state


async def audit_now(world: DemoRun, when: str) -> Audit:
    """Audits the chain as it is; what does not hold is a difference."""
    result = audit(await read_state(world.client), burned=world.burned, withdrawn_fees=world.withdrawn_fees)
    for check in result.failures:
        world.expect(f"{when}: {check.name}", check.expected, check.actual)
    return result


async def show_audit(world: DemoRun) -> None:
    """The audit as a table."""
    result = await audit_now(world, "audit")
    table = Table("equation")
    for column in ("expected", "actual"):
        table.add_column(column, justify="right")
    for check in result.checks:
        table.add_row(check.name, f"{check.expected:,}", f"{check.actual:,}", style=None if check.holds else "red")
    world.console.print(table)

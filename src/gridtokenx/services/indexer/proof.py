"""The proof of no gap: the chain's own counters equal the rows, at the same slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.market.actions.tokens import supply_of
from gridtokenx.market.read import decoded
from gridtokenx.market.records import Market, OracleData, PoAConfig, Registry
from gridtokenx.services.database.account_tables import CertificateRow, MeterRow, OrderRow, UserRow
from gridtokenx.services.database.chain_tables import Cursor, GridMovement, ReadingRow, Trade
from gridtokenx.services.indexer.sweep import Indexer

BASELINE = "baseline "
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Count:
    """One counter: what the chain says, and what the rows say with what was before them."""

    name: str
    chain: int
    rows: int

    @property
    def holds(self) -> bool:
        """Whether both agree."""
        return self.chain == self.rows


async def counters(indexer: Indexer) -> tuple[int, dict[str, int]]:
    """The chain's counters, all of one slot."""
    client, at = indexer.client, indexer.client.addresses
    kinds: list[Any] = [Registry, OracleData, Market, PoAConfig]
    keys = [at.registry, at.oracle_data, at.market, at.poa_config, at.energy_mint]
    answer = await client.connection.get_multiple_accounts(keys)
    found = answer.value
    registry, oracle, market, poa = (decoded(kind, account) for kind, account in zip(kinds, found, strict=False))
    mint = found[4]
    return answer.context.slot, {
        "users": registry.user_count if registry else 0,
        "meters": registry.meter_count if registry else 0,
        "readings": oracle.total_readings if oracle else 0,
        "trades": market.total_trades if market else 0,
        "orders": market.next_order_id if market else 0,
        "certificates": poa.total_ercs_issued if poa else 0,
        "certified Wh": poa.total_energy_certified if poa else 0,
        "GRID supply": supply_of(mint.data) if mint else 0,
    }


async def _count(session: AsyncSession, table: Any, *where: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(table).where(*where)) or 0


async def _rows(session: AsyncSession) -> dict[str, int]:
    supply = {
        kind: int(await session.scalar(select(func.sum(GridMovement.amount)).where(GridMovement.kind == kind)) or 0)
        for kind in ("mint", "burn")
    }
    return {
        "users": await _count(session, UserRow, ~UserRow.closed),
        "meters": await _count(session, MeterRow, ~MeterRow.closed),
        "readings": await _count(session, ReadingRow),
        "trades": await _count(session, Trade),
        "orders": await _count(session, OrderRow),
        "certificates": await _count(session, CertificateRow),
        "certified Wh": int(await session.scalar(select(func.sum(CertificateRow.energy_amount))) or 0),
        "GRID supply": supply["mint"] - supply["burn"],
    }


async def prove(indexer: Indexer) -> list[Count] | None:
    """Every counter beside its rows; None when the chain did not hold still long enough to compare.

    The counters are read, then the history is taken in, then the counters again: only when they are the same was
    everything taken in that they count.
    """
    for _ in range(ATTEMPTS):
        _, before = await counters(indexer)
        await indexer.step()
        _, after = await counters(indexer)
        async with indexer.database.read() as session:
            rows = await _rows(session)
            baselines = await _baselines(session)
        result = [Count(name, after[name], rows[name] + baselines.get(name, 0)) for name in after]
        if before == after or all(count.holds for count in result):
            return result
    return None


async def _baselines(session: AsyncSession) -> dict[str, int]:
    found = await session.scalars(select(Cursor).where(Cursor.name.startswith(BASELINE)))
    return {row.name.removeprefix(BASELINE): row.value for row in found}


async def begin(indexer: Indexer) -> int:
    """Before the first step: takes in what the node has, and where it lacks the beginning, remembers the difference.
    The slot where the history begins, 0 when it is whole."""
    async with indexer.database.read() as session:
        begun = await session.get(Cursor, "history begins")
    if begun is not None:
        return begun.value
    first = int(await indexer.client.call("getFirstAvailableBlock"))
    await indexer.step()
    whole = first <= 1
    if not whole:
        await indexer.resync()
    result = await prove(indexer)
    while result is None:
        result = await prove(indexer)
    async with indexer.database.write() as session:
        await indexer.lease.guard(session)
        await session.merge(Cursor(name="history begins", value=0 if whole else first))
        if not whole:
            for count in result:
                await session.merge(Cursor(name=BASELINE + count.name, value=count.chain - count.rows))
    return 0 if whole else first

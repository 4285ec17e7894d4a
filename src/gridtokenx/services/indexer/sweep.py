"""One step: what is new in the history of every address, taken in with the cursors in one database transaction."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from solders.pubkey import Pubkey
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.history.landed import Landed, landed
from gridtokenx.chain.history.sweep import Seen, sweep
from gridtokenx.market.read import fetch_all
from gridtokenx.services.database.chain_tables import ChainEvent, Cursor, TxSeen
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.upsert import insert_all, present, upsert
from gridtokenx.services.indexer.accounts import KINDS, Standing, standing, standing_addresses, store
from gridtokenx.services.indexer.decode import Rows, rows_of

OVERLAP = 64
"""Slots that are read again: a node may tell of a transaction after it told of later ones."""
CHUNK = 200
"""Transactions taken in at once."""
KEYS_PER_QUERY = 500
ACCOUNTS_PER_REQUEST = 100


@dataclass
class Indexer:
    """Takes the chain's history in. Only the holder of the lease writes."""

    client: Client
    database: Database
    lease: Lease
    missing: dict[str, int] = field(default_factory=dict[str, int])
    """Signatures that the node told of and then did not have, with how often it was asked."""
    recent: dict[str, int] = field(default_factory=dict[str, int])
    """Signatures that this process took in, with their slots, as far back as is read again: the database need not be
    asked for them. Forgotten when the lease was another's, or something was taken back."""

    @property
    def addresses(self) -> dict[str, Pubkey]:
        """The addresses to sweep, by the name of their cursor: the programs, and the GRID mint, since every holder may
        burn GRID."""
        names = {program.name: program.id for program in self.client.programs}
        return names | {"energy_mint": self.client.addresses.energy_mint}

    async def step(self, *, again: bool = False) -> int:
        """Takes in everything that is new; how many transactions. `again`: also what was taken in before, for what it
        brought to the tables. Raises ClusterError, and LeaseLost when another process took over: nothing of what is
        under way is kept then."""
        async with self.database.read() as session:
            cursors = {row.name: row.value for row in (await session.scalars(select(Cursor))).all()}
        new, heads = await self._new(cursors, again)
        taken = 0
        complete = True
        for start in range(0, len(new), CHUNK):
            found = await self._fetch(new[start : start + CHUNK])
            complete = complete and len(found) == len(new[start : start + CHUNK])
            await self._take(found, {})
            taken += len(found)
        if complete and any(cursors.get(name) != slot for name, slot in heads.items()):
            await self._take([], heads)
        return taken

    async def _new(self, cursors: dict[str, int], again: bool) -> tuple[list[Seen], dict[str, int]]:
        """The transactions that the indexer has not taken in yet, in the order in which they landed, and how far each
        address's history reaches."""
        found: dict[str, Seen] = {}
        heads: dict[str, int] = {}
        for name, address in self.addresses.items():
            rows = await sweep(self.client, address, max(0, cursors.get(name, 0) - OVERLAP))
            if rows:
                heads[name] = max(rows[-1].slot, cursors.get(name, 0))
            for row in rows:
                found.setdefault(row.signature, row)
        if again:
            return sorted(found.values(), key=lambda row: row.slot), heads
        asked = [row for row in found.values() if row.signature not in self.recent]
        known = await self._known([row.signature for row in asked])
        new = [row for row in asked if row.signature not in known]
        oldest = min((row.slot for row in found.values()), default=0)
        kept = {one: slot for one, slot in self.recent.items() if slot >= oldest}
        self.recent = kept | {row.signature: row.slot for row in asked if row.signature in known}
        return sorted(new, key=lambda row: row.slot), heads

    async def _known(self, signatures: Sequence[str]) -> set[str]:
        known: set[str] = set()
        async with self.database.read() as session:
            for start in range(0, len(signatures), KEYS_PER_QUERY):
                part = signatures[start : start + KEYS_PER_QUERY]
                query = select(TxSeen.signature).where(TxSeen.signature.in_(part), TxSeen.state != "retracted")
                known |= set((await session.scalars(query)).all())
        return known

    async def _fetch(self, part: Sequence[Seen]) -> list[Landed]:
        """The transactions themselves; those that the node does not have are asked for again in the next step."""
        found = await in_flight(lambda row: landed(self.client, row.signature), part)
        for row, one in zip(part, found, strict=True):
            if one is None:
                self.missing[row.signature] = self.missing.get(row.signature, 0) + 1
            else:
                self.missing.pop(row.signature, None)
        return [one for one in found if one is not None]

    async def _take(self, found: Sequence[Landed], heads: dict[str, int]) -> None:
        rows = [rows_of(self.client, one) for one in found]
        written = {str(key) for one in found if one.error is None for key in one.written}
        standings = await self.accounts(sorted(written), max((one.slot for one in found), default=0))
        async with self.database.write() as session:
            await self.lease.guard(session)
            await self._write(session, rows, standings)
            for name, slot in heads.items():
                await session.merge(Cursor(name=name, value=slot))
        self.recent |= {one.signature: one.slot for one in found}

    async def _write(self, session: AsyncSession, rows: Sequence[Rows], standings: Sequence[Standing]) -> None:
        seq = await session.scalar(select(func.max(ChainEvent.seq))) or 0
        known = await self._seen(session, [one.landed.signature for one in rows])
        seen: list[TxSeen] = []
        events: list[ChainEvent] = []
        for one in rows:
            at = one.landed
            if at.signature not in known:
                known.add(at.signature)
                seen.append(
                    TxSeen(
                        signature=at.signature,
                        slot=at.slot,
                        block_time=at.block_time,
                        failed=at.error is not None,
                        truncated=at.truncated,
                        state="confirmed",
                    )
                )
                for event in one.events:
                    seq += 1
                    event.seq = seq
                    events.append(event)
        await insert_all(session, seen)
        await insert_all(session, events)
        # After a resync the sweep reads all transactions again.
        await upsert(session, [row for one in rows for row in (*one.readings, *one.movements, *one.acts)])
        await session.flush()
        await store(session, self.client, standings, rows)

    async def _seen(self, session: AsyncSession, signatures: Sequence[str]) -> set[str]:
        """Which of them were taken in. One that was taken back, and landed after all, begins anew."""
        old = await present(session, TxSeen, [(one,) for one in signatures])
        back = [row for row in old.values() if row.state == "retracted"]
        for row in back:
            await session.delete(row)
        if back:
            gone = [row.signature for row in back]
            await session.execute(delete(ChainEvent).where(ChainEvent.signature.in_(gone)))
            await session.flush()
        return {row.signature for row in old.values() if row.state != "retracted"}

    async def accounts(self, addresses: Sequence[str], least_slot: int) -> list[Standing]:
        """Accounts as they stand at `least_slot` or later."""
        found: list[Standing] = []
        for start in range(0, len(addresses), ACCOUNTS_PER_REQUEST):
            part = addresses[start : start + ACCOUNTS_PER_REQUEST]
            options = {"encoding": "base64", "commitment": "confirmed", "minContextSlot": least_slot}
            answer = await self.client.call("getMultipleAccounts", part, options)
            slot = answer["context"]["slot"]
            for address, account in zip(part, cast(list[dict[str, Any] | None], answer["value"]), strict=True):
                owner, data = (None, b"") if account is None else (account["owner"], b64decode(account["data"][0]))
                found.append(standing(self.client, address, slot, owner, data))
        return found

    async def resync(self) -> None:
        """Reads every account anew, and the whole history: after a gap, and where the history is pruned."""
        self.recent.clear()
        slot = (await self.client.connection.get_slot()).value
        found: dict[str, Any] = {}
        for kind in KINDS:
            found |= {str(key): record for key, record in (await fetch_all(self.client, kind)).items()}
        standings = [Standing(address, slot, record) for address, record in found.items()]
        async with self.database.write() as session:
            await self.lease.guard(session)
            for address in await standing_addresses(session):
                if address not in found:
                    standings.append(Standing(address, slot, None))
            await store(session, self.client, standings, [])
            await session.execute(delete(Cursor).where(Cursor.name.in_(list(self.addresses))))
        await self.step(again=True)

"""Meters and people of a campus on this machine: they measure, push, mint and trade, quarter-hour by quarter-hour."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
import structlog
from solana.exceptions import SolanaRpcException
from solders.pubkey import Pubkey
from sqlalchemy import select

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.demo.prices import LEAST_WH, wishes
from gridtokenx.market.actions import energy_token, tokens, trading
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.orderbook import all_epochs, open_orders
from gridtokenx.market.read import fetch, fetch_many, require
from gridtokenx.market.records import Epoch, Market, MeterAccount, Order
from gridtokenx.market.units import GRID_PER_WH
from gridtokenx.services.api.routes.readings import key_hash
from gridtokenx.services.campus.cast import CampusKeys, Resident
from gridtokenx.services.campus.founding import ALLOWANCE, CREDIT_DECIMALS
from gridtokenx.services.database.account_tables import MeterRow, UserRow
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import Enrolment, MeterKey

READINGS_SECONDS = 10.0
EPOCH_SECONDS = 5.0
POLL = 0.1
QUARTERS_A_DAY = 96
LOOKS = 3
"""How often members look for orders to take back, when one was refused."""

log = structlog.get_logger("simulator")


@dataclass
class Simulator:
    """Lives quarter-hours: `quarter` seconds of ours for each."""

    client: Client
    database: Database
    keys: CampusKeys
    people: Sequence[Resident]
    readings: Sequence[Reading]
    url: str
    secret: str
    quarter: float
    _api_keys: dict[str, str] = field(default_factory=dict[str, str])
    _by_time: dict[tuple[str, int], Reading] = field(default_factory=dict[tuple[str, int], Reading])

    def __post_init__(self) -> None:
        first = self.readings[0].timestamp
        for reading in self.readings:
            place = (reading.timestamp - first) // INTERVAL_SECONDS
            self._by_time[reading.meter_id, place % QUARTERS_A_DAY] = reading

    async def run(self) -> None:
        """Lives until it is cancelled. Logs an error of a quarter-hour, and goes on with the next one."""
        surfnet = Surfnet(self.client)
        async with aiohttp.ClientSession() as http:
            while True:
                started = time.monotonic()
                try:
                    now = await self.client.clock()
                    at = now - now % INTERVAL_SECONDS + INTERVAL_SECONDS
                    await surfnet.travel_to(at)
                    await self.quarter_hour(http, at)
                except (GridTokenXError, SolanaRpcException, aiohttp.ClientError, OSError) as error:
                    log.warning("a quarter-hour went wrong", error=str(error))
                await asyncio.sleep(max(0.2, self.quarter - (time.monotonic() - started)))

    async def quarter_hour(self, http: aiohttp.ClientSession, at: int) -> None:
        """One quarter-hour that ends at `at`: meters push, members mint and trade."""
        await self._welcome()
        slot = await self._measured(at)
        await in_flight(lambda reading: self._push(http, reading), slot)
        await self._wait_for_readings(slot)
        await in_flight(self._mint, self.people)
        await self._take_back(at)
        await self._trade(at, [r for r in slot if r.meter_id in {one.meter.meter_id for one in self.people}])

    async def _measured(self, at: int) -> list[Reading]:
        """The measurements of every registered meter: residents' from the data, a visitor's like the first
        prosumer's."""
        place = (at - self.readings[0].timestamp) // INTERVAL_SECONDS % QUARTERS_A_DAY
        async with self.database.read() as session:
            rows = (await session.scalars(select(MeterRow.meter_id).where(~MeterRow.closed))).all()
        like = self.people[0].meter.meter_id
        found: list[Reading] = []
        for meter_id in rows:
            known = self._by_time.get((meter_id, place)) or self._by_time[like, place]
            found.append(Reading(at, meter_id, known.generated_wh, known.consumed_wh))
        return found

    async def _push(self, http: aiohttp.ClientSession, reading: Reading) -> None:
        """As a meter does: by HTTP, with its key."""
        body = {
            "meter_id": reading.meter_id,
            "generation": reading.generated_wh,
            "consumption": reading.consumed_wh,
            "timestamp": reading.timestamp,
        }
        headers = {"authorization": f"Bearer {await self._key(reading.meter_id)}"}
        async with http.post(f"{self.url}/api/oracle/meter-reading", json=body, headers=headers) as answer:
            if answer.status >= 400:
                log.warning("reading refused", meter=reading.meter_id, answer=await answer.text())

    async def _key(self, meter_id: str) -> str:
        if meter_id not in self._api_keys:
            key = secrets.token_urlsafe(32)
            async with self.database.write() as session:
                session.add(
                    MeterKey(
                        id=secrets.token_urlsafe(9),
                        meter_id=meter_id,
                        kind="api_key",
                        value=key_hash(self.secret, key),
                        counter=0,
                        created_at=int(time.time()),
                        revoked_at=None,
                    )
                )
            self._api_keys[meter_id] = key
        return self._api_keys[meter_id]

    async def _wait_for_readings(self, slot: Sequence[Reading]) -> None:
        addresses = [self.client.addresses.meter(reading.meter_id) for reading in slot]
        deadline = time.monotonic() + READINGS_SECONDS
        while time.monotonic() < deadline:
            meters = await fetch_many(self.client, MeterAccount, addresses)
            if all(m is not None and m.last_reading_at >= r.timestamp for m, r in zip(meters, slot, strict=True)):
                return
            await asyncio.sleep(POLL)

    async def _mint(self, one: Resident) -> None:
        meter = await fetch(self.client, MeterAccount, self.client.addresses.meter(one.meter.meter_id))
        if meter is not None and meter.unsettled > 0 and meter.owner == one.key:
            mint = energy_token.mint_grid_tokens(self.client, one.key, meter.meter_id)
            await self.client.send(mint, one.keys, payer=self.keys.deployer)

    async def _take_back(self, at: int) -> None:
        """What did not trade is taken back, so that its energy can be offered again: who waits a day for it comes to
        the most orders that a member may have. The crank may close an epoch while a member signs: then once more."""
        for _ in range(LOOKS):
            if await self._take_back_what_stands(at):
                return

    async def _take_back_what_stands(self, at: int) -> bool:
        """One look; whether nothing was refused."""
        market = await require(self.client, Market, self.client.addresses.market, "found it")
        people = {one.key: one for one in self.people}
        index = at // market.epoch_length
        epochs = await all_epochs(self.client)
        standing = {epoch.index for epoch in epochs}
        waiting = {epoch.index for epoch in epochs if not (epoch.cleared and epoch.is_settled(at))}
        old = [
            order
            for order in (await open_orders(self.client)).values()
            if order.owner in people and order.epoch < index and order.epoch not in waiting
        ]

        async def take(order: Order) -> bool:
            back = trading.cancel_order(self.client, market, order, epoch_exists=order.epoch in standing)
            gone = trading.close_order(self.client, order)
            try:
                await self.client.send([back, gone], people[order.owner].keys, payer=self.keys.deployer)
            except TransactionFailed as failure:
                log.info("an order is not taken back yet", reason=str(failure))
                return False
            return True

        return all(await in_flight(take, old))

    async def _trade(self, at: int, slot: Sequence[Reading]) -> None:
        market = await require(self.client, Market, self.client.addresses.market, "found it")
        index = at // market.epoch_length
        if not await self._epoch_is_open(index):
            return
        people = {one.meter.meter_id: one for one in self.people}
        accounts = [self.client.addresses.grid_account(one.key) for one in people.values()]
        found = await self.client.raw_accounts(accounts)
        held = {
            meter_id: 0 if account is None else tokens.amount_of(account.data) // GRID_PER_WH
            for meter_id, account in zip(people, found, strict=True)
        }
        sellers = {m: wh for m, wh in held.items() if str(people[m].meter.user_type) == "Prosumer"}
        placed = [w for w in wishes(slot, sellers) if w.energy_wh >= max(LEAST_WH, market.min_order_wh)]

        async def place(number: int) -> None:
            wish, one = placed[number], people[placed[number].meter_id]
            payer, order_id = self.keys.deployer.pubkey(), secrets.randbits(63)
            price = market.on_grid(wish.price)
            if wish.sells:
                made = trading.create_sell_order(
                    self.client,
                    one.key,
                    market,
                    epoch=index,
                    order_id=order_id,
                    energy_amount=wish.energy_wh,
                    price_per_kwh=price,
                    payer=payer,
                )
            else:
                made = trading.create_buy_order(
                    self.client,
                    one.key,
                    market,
                    epoch=index,
                    order_id=order_id,
                    energy_amount=wish.energy_wh,
                    max_price_per_kwh=price,
                    payer=payer,
                )
            await self.client.send(made, one.keys, payer=self.keys.deployer)

        await in_flight(place, range(len(placed)))

    async def _epoch_is_open(self, index: int) -> bool:
        deadline = time.monotonic() + EPOCH_SECONDS
        while time.monotonic() < deadline:
            if await fetch(self.client, Epoch, self.client.addresses.epoch(index)) is not None:
                return True
            await asyncio.sleep(POLL)
        return False

    async def _welcome(self) -> None:
        """Visitors who registered get a meter to register, and the allowance that everybody got."""
        async with self.database.read() as session:
            enrolled = set((await session.scalars(select(Enrolment.wallet))).all())
            users = (await session.scalars(select(UserRow).where(~UserRow.closed))).all()
        residents = {str(one.key) for one in self.people}
        for user in users:
            if user.wallet in residents or user.wallet in enrolled:
                continue
            key, credit = Pubkey.from_string(user.wallet), self.keys.credit_mint.pubkey()
            payer = self.keys.deployer.pubkey()
            gift = tokens.mint_to(credit, key, payer, ALLOWANCE, CREDIT_DECIMALS)
            made = tokens.create_associated_token_account(payer, key, credit)
            await self.client.send([made, gift], payer=self.keys.deployer)
            async with self.database.write() as session:
                session.add(
                    Enrolment(
                        meter_id=f"VISITOR-{user.wallet[:8]}",
                        wallet=user.wallet,
                        meter_type="Solar" if user.user_type == "Prosumer" else "Grid",
                        created_at=int(time.time()),
                    )
                )

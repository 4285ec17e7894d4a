"""A founded campus on a localnet whose clock stands still, and verbs for its members."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client, Receipt
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.market.actions import energy_token, trading
from gridtokenx.market.ami import Meter, Reading, load_meters
from gridtokenx.market.gateway import clear_epochs, submit
from gridtokenx.market.read import require
from gridtokenx.market.records import Epoch, Market, Order
from gridtokenx.market.settling import open_epochs, settle_epoch
from gridtokenx.services.campus.cast import CampusKeys, Resident, campus_keys, residents
from gridtokenx.services.campus.founding import found, spawn_campus
from solana_localnet.spawn import Localnet

START = 1_763_449_200
"""A quarter-hour's beginning: 2025-11-18 07:00 UTC."""
QUARTER = 900
PRICE = 150_000


@dataclass
class Campus:
    """A campus whose time moves only by `travel`."""

    net: Localnet
    client: Client
    keys: CampusKeys
    people: list[Resident]
    surfnet: Surfnet
    ids: count[int] = field(default_factory=lambda: count(1))

    async def market(self) -> Market:
        return await require(self.client, Market, self.client.addresses.market, "found it")

    async def now(self) -> int:
        return await self.client.clock()

    async def travel(self, seconds: int) -> None:
        await self.surfnet.travel_to(await self.now() + seconds)

    async def next_quarter(self) -> int:
        """The beginning of the next quarter-hour, where the clock stands now."""
        now = await self.now()
        await self.surfnet.travel_to(now - now % QUARTER + QUARTER)
        return now - now % QUARTER + QUARTER

    async def read_meter(self, one: Resident, generated: int, consumed: int) -> None:
        """A reading of the quarter-hour that ends now."""
        reading = Reading(await self.now(), one.meter.meter_id, generated, consumed)
        await submit(self.client, self.keys.gateway, [reading])

    async def mint(self, one: Resident) -> Receipt:
        return await self.client.send(
            energy_token.mint_grid_tokens(self.client, one.key, one.meter.meter_id),
            one.keys,
            payer=self.keys.deployer,
        )

    async def open_epoch(self) -> int:
        market = await self.market()
        index = await self.now() // market.epoch_length
        await open_epochs(self.client, [index], self.keys.matcher)
        return index

    async def order(self, one: Resident, sells: bool, wh: int, price: int = PRICE, epoch: int | None = None) -> int:
        """An order in the present epoch; its id."""
        market, number = await self.market(), next(self.ids)
        index = await self.now() // market.epoch_length if epoch is None else epoch
        payer = self.keys.deployer.pubkey()
        if sells:
            made = trading.create_sell_order(
                self.client,
                one.key,
                market,
                epoch=index,
                order_id=number,
                energy_amount=wh,
                price_per_kwh=price,
                payer=payer,
            )
        else:
            made = trading.create_buy_order(
                self.client,
                one.key,
                market,
                epoch=index,
                order_id=number,
                energy_amount=wh,
                max_price_per_kwh=price,
                payer=payer,
            )
        await self.client.send(made, one.keys, payer=self.keys.deployer)
        return number

    async def found_order(self, number: int) -> Order:
        return await require(self.client, Order, self.client.addresses.order(number), "place it")

    async def cancel(self, one: Resident, number: int) -> None:
        order = await self.found_order(number)
        cancel = trading.cancel_order(self.client, await self.market(), order)
        close = trading.close_order(self.client, order)
        await self.client.send([cancel, close], one.keys, payer=self.keys.deployer)

    async def clear(self, index: int) -> Epoch:
        """Clears and settles an epoch that is over."""
        epoch = await require(self.client, Epoch, self.client.addresses.epoch(index), "open it")
        await clear_epochs(self.client, self.keys.gateway, [epoch])
        await settle_epoch(self.client, await self.market(), index, self.keys.matcher)
        return await require(self.client, Epoch, self.client.addresses.epoch(index), "open it")

    async def fund(self, key: Pubkey, lamports: int = 10**9) -> None:
        await self.client.connection.request_airdrop(key, lamports)


def some_meters(number: int) -> list[Meter]:
    """The first meters of the campus's data: prosumers and consumers."""
    meters = load_meters(find_workspace().root / "data" / "ami" / "meters.csv")
    return meters[: number - 1] + meters[-1:]


@asynccontextmanager
async def founded(folder: Path, people: int = 4, *, open_registration: bool = True) -> AsyncGenerator[Campus, None]:
    """A campus with so many members, at the beginning of a quarter-hour."""
    workspace = find_workspace()
    keys = campus_keys(folder / "keys")
    members = residents(folder / "keys", some_meters(people))
    with spawn_campus(workspace, keys, start_time=START - 60) as net:
        async with Client(net.rpc_url, keys.deployer, workspace) as client:
            surfnet = Surfnet(client)
            await found(client, keys, members, open_registration=open_registration)
            await surfnet.pause_clock()
            campus = Campus(net, client, keys, members, surfnet)
            await campus.next_quarter()
            yield campus


async def a_quarter_hour(campus: Campus, wh: int = 2_000) -> int:
    """One quarter-hour's life: metered, minted, traded, cleared. The epoch's index."""
    seller, *buyers = campus.people
    await campus.next_quarter()
    for one in campus.people:
        await campus.read_meter(one, wh * 3 if one is seller else 0, 500)
    await campus.mint(seller)
    index = await campus.open_epoch()
    await campus.order(seller, True, wh)
    for number, one in enumerate(buyers):
        await campus.order(one, False, wh // 2, PRICE + 1_000 * number)
    await campus.next_quarter()
    await campus.clear(index)
    return index

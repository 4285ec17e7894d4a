"""A campus on a localnet, operated with the client library: initialized, with members who have GRID to trade."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.workspace import Checkout, find_workspace
from gridtokenx.market import settling
from gridtokenx.market.actions import energy_token, oracle, registry, tokens, trading
from gridtokenx.market.ami import INTERVAL_SECONDS, Affiliation, MeterType, UserType
from gridtokenx.market.gateway import clear_epochs
from gridtokenx.market.read import require
from gridtokenx.market.records import Epoch, Market, Order
from gridtokenx.operator import initialize
from solana_localnet.spawn import Localnet, spawn

ROOT = Path(__file__).resolve().parents[3]
START_WH = 50_000
"""What every prosumer's meter has generated, and minted, when a suite starts."""
PRICE = 150_000_000
"""0.15 GRID per kWh, as in document A."""


def keypair(name: str) -> Keypair:
    """The same key for a name in every run."""
    return Keypair.from_seed(hashlib.sha256(f"e2e {name}".encode()).digest())


DEPLOYER, GATEWAY, REC, CRANK = (keypair(name) for name in ("deployer", "gateway", "rec", "crank"))


@dataclass
class Campus:
    """A chain, a client of it, and who is on it."""

    net: Localnet
    client: Client
    surfnet: Surfnet
    members: dict[str, Keypair] = field(default_factory=dict[str, Keypair])

    async def fund(self, *keys: Keypair) -> None:
        """Ten SOL each."""
        for key in keys:
            await self.client.connection.request_airdrop(key.pubkey(), 10**10)

    async def market(self) -> Market:
        return await require(self.client, Market, self.client.addresses.market, "initialize it")

    # --- members ---

    async def join(self, name: str, kind: UserType = UserType.PROSUMER) -> Keypair:
        """Registers a member, with accounts for trading and for GRID."""
        member = self.members[name] = keypair(name)
        await self.fund(member)
        key, client = member.pubkey(), self.client
        batch = [
            registry.register_user(
                client,
                key,
                user_type=kind,
                location="Building 3",
                affiliation=Affiliation.STUDENT,
                registry_authority=DEPLOYER.pubkey(),
            ),
            trading.open_trading_account(client, key),
            tokens.create_associated_token_account(key, key, client.addresses.energy_mint),
        ]
        await client.send(batch, DEPLOYER, payer=member)
        return member

    async def meter(self, name: str, meter_id: str, kind: MeterType = MeterType.SOLAR) -> None:
        """Assigns a meter to a member."""
        owner = self.members[name].pubkey()
        assign = registry.assign_meter(self.client, DEPLOYER.pubkey(), meter_id=meter_id, owner=owner, meter_type=kind)
        await self.client.send(assign, payer=DEPLOYER)

    async def read(self, meter_id: str, produced: int, consumed: int) -> None:
        """The gateway submits what a meter measured in the last quarter-hour."""
        reading = oracle.submit_meter_reading(
            self.client,
            GATEWAY.pubkey(),
            meter_id=meter_id,
            produced=produced,
            consumed=consumed,
            timestamp=await self.client.clock(),
        )
        await self.client.send(reading, payer=GATEWAY)

    async def mint(self, name: str, meter_id: str) -> None:
        member = self.members[name]
        await self.client.send(energy_token.mint_grid_tokens(self.client, member.pubkey(), meter_id), payer=member)

    async def give(self, sender: str, receiver: str, amount: int) -> None:
        """Sends GRID, base units."""
        source, target = self.members[sender], self.members[receiver]
        gift = energy_token.transfer_tokens(self.client, source.pubkey(), target.pubkey(), amount)
        await self.client.send(gift, payer=source)

    async def grid(self, name: str) -> int:
        """A member's GRID, base units."""
        return await tokens.balance(self.client, self.members[name].pubkey(), self.client.addresses.energy_mint)

    # --- trading ---

    async def travel(self, seconds: int) -> int:
        """Lets time pass; the time then."""
        await self.surfnet.travel_to(await self.client.clock() + seconds)
        return await self.client.clock()

    async def open_epoch(self) -> int:
        """Goes to the next quarter-hour and opens it; its index."""
        index = await self.client.clock() // INTERVAL_SECONDS + 1
        await self.surfnet.travel_to(index * INTERVAL_SECONDS)
        await settling.open_epochs(self.client, [index], CRANK)
        return index

    async def sell(
        self, name: str, order_id: int, energy: int, price: int, certificate: Pubkey | None = None
    ) -> Pubkey:
        """Places an offer in the present epoch; its address."""
        member = self.members[name]
        order = trading.create_sell_order(
            self.client,
            member.pubkey(),
            await self.market(),
            epoch=await self.client.clock() // INTERVAL_SECONDS,
            order_id=order_id,
            energy_amount=energy,
            price_per_kwh=price,
            certificate=certificate,
        )
        await self.client.send(order, payer=member)
        return self.client.addresses.order(order_id)

    async def buy(self, name: str, order_id: int, energy: int, price: int) -> Pubkey:
        """Places a bid in the present epoch; its address."""
        member = self.members[name]
        order = trading.create_buy_order(
            self.client,
            member.pubkey(),
            await self.market(),
            epoch=await self.client.clock() // INTERVAL_SECONDS,
            order_id=order_id,
            energy_amount=energy,
            max_price_per_kwh=price,
        )
        await self.client.send(order, payer=member)
        return self.client.addresses.order(order_id)

    async def order(self, order_id: int) -> Order:
        return await require(self.client, Order, self.client.addresses.order(order_id), "place it")

    async def cancel(self, name: str, order_id: int) -> None:
        order = await self.order(order_id)
        await self.client.send(trading.cancel_order(self.client, await self.market(), order), payer=self.members[name])

    async def clear(self, index: int, late: int = 0) -> Epoch:
        """Goes to the end of an epoch, and `late` seconds further; the oracle clears it."""
        address = self.client.addresses.epoch(index)
        await self.surfnet.travel_to((index + 1) * INTERVAL_SECONDS + late)
        await clear_epochs(self.client, GATEWAY, [await require(self.client, Epoch, address, "open it")])
        return await require(self.client, Epoch, address, "open it")

    async def settle(self, index: int) -> settling.Settled:
        return await settling.settle_epoch(self.client, await self.market(), index, CRANK)

    async def act(self, *instructions: Instruction, by: Keypair) -> None:
        """One transaction."""
        await self.client.send(list(instructions), payer=by)


@asynccontextmanager
async def deployed() -> AsyncIterator[Campus]:
    """A localnet with the programs, whose clock stands at the beginning of a quarter-hour; nothing is initialized."""
    workspace: Checkout = find_workspace(ROOT)
    owner = str(DEPLOYER.pubkey())
    programs = [(str(workspace.program_ids[n]), workspace.bytecode_path(n), owner) for n in workspace.built_programs]
    with spawn(upgradeable_programs=programs, start_time=1_800_000_000) as net:
        async with Client(net.rpc_url, DEPLOYER, workspace, preflight=False) as client:
            campus = Campus(net, client, Surfnet(client))
            await campus.fund(DEPLOYER, GATEWAY, REC, CRANK)
            yield campus


@asynccontextmanager
async def populated() -> AsyncIterator[Campus]:
    """The same, initialized, with the clock at rest. alice, bob, carol and mallory are prosumers with 50 GRID each."""
    async with deployed() as campus:
        client = campus.client
        await initialize.found(
            client, DEPLOYER, gateway=GATEWAY.pubkey(), rec=REC.pubkey(), prices=(100_000_000, 1_000_000)
        )
        await campus.surfnet.pause_clock()
        names = ("alice", "bob", "carol", "mallory")
        for name in names:
            await campus.join(name)
            await campus.meter(name, f"METER_{name}")
        await campus.travel(INTERVAL_SECONDS)
        for name in names:
            await campus.read(f"METER_{name}", START_WH, 0)
            await campus.mint(name, f"METER_{name}")
        yield campus

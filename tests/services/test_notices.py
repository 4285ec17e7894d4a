"""Notices: each cause once, to whom it concerns; e-mail and webhooks as they arrive; no private address is reached."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from sqlalchemy import select

from gridtokenx.services.alerts import Alerts
from gridtokenx.services.database.account_tables import EpochRow
from gridtokenx.services.database.chain_tables import ChainEvent
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import Contact, Notification
from gridtokenx.services.notices.outbox import Outbox
from gridtokenx.services.notices.send import Sender, is_public

SECRET = "s" * 40
OWNER, OTHER = "owner", "other"


def event(seq: int, name: str, **fields: str) -> ChainEvent:
    return ChainEvent(
        seq=seq, signature=f"signature {seq}", ordinal=0, slot=seq, block_time=0, program="p", name=name, fields=fields,
        retracted=False,
    )  # fmt: skip


def epoch(index: int, ends_at: int) -> EpochRow:
    names = "price_floor price_tick fee_bps orders supply demand price volume unsettled marginal_ask marginal_bid slot"
    zero = dict.fromkeys(names.split(), 0)
    return EpochRow(
        index=index, starts_at=ends_at - 900, ends_at=ends_at, settles_until=ends_at, cleared=True, cleared_at=ends_at,
        offers=[], bids=[], closed=False, **zero,
    )  # fmt: skip


async def add(database: Database, *rows: object) -> None:
    async with database.write() as session:
        session.add_all(rows)


async def outbox(database: Database, mail: str | None = None) -> Outbox:
    lease = Lease(database, "notices", seconds=3_600)
    assert await lease.take()
    return Outbox(database, lease, mail, ZoneInfo("Asia/Bangkok"))


async def written(database: Database, channel: str) -> list[tuple[str, str]]:
    async with database.read() as session:
        query = select(Notification).where(Notification.channel == channel).order_by(Notification.cause)
        return [(row.recipient, row.text) for row in (await session.scalars(query)).all()]


@dataclass
class Listener:
    """A webhook's end on this machine: what came, and what it answers."""

    status: int = 200
    port: int = 0
    came: list[tuple[bytes, str]] = field(default_factory=list[tuple[bytes, str]])

    async def handle(self, request: web.Request) -> web.Response:
        self.came.append((await request.read(), request.headers.get("x-gridtokenx-signature", "")))
        return web.Response(status=self.status, headers={"location": "/elsewhere"})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/{way:.*}", self.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{self.port}/hook"
        await runner.cleanup()


async def test_document_as_listener_tells_the_owner_once(each_database: Database):
    """GridTokensMinted -> row -> notice, in document A's words; the same events again tell nothing again."""
    told = await outbox(each_database, "office@campus.test")
    minted = {"meter_owner": OWNER, "amount": "3000000000", "meter_id": "M"}
    await add(
        each_database,
        Contact(wallet=OWNER, mail="owner@campus.test", webhook="https://hooks.test/1"),
        event(1, "GridTokensMinted", **minted),
        event(2, "OrderMatched", seller=OWNER, buyer=OTHER, amount="1500", epoch="7"),
        event(3, "MeterReadingSubmitted", meter_id="M"),
        epoch(7, 1_763_450_100),
    )
    await Alerts(each_database).tell("node", "it is away", "start it")
    assert await told.step() == 3
    assert await told.step() == 0
    page = await written(each_database, "page")
    assert ("owner", "Successfully minted 3 GRID tokens") in page
    assert ("owner", "You sold 1.500 kWh in the quarter-hour to 18 Nov 14:15") in page
    assert ("other", "You bought 1.500 kWh in the quarter-hour to 18 Nov 14:15") in page
    assert ("operator", "it is away. What to do: start it") in page
    assert len(page) == 4
    assert [to for to, _ in await written(each_database, "webhook")] == ["https://hooks.test/1"] * 2
    assert (
        sorted(to for to, _ in await written(each_database, "mail"))
        == ["office@campus.test"] + ["owner@campus.test"] * 2
    )


async def test_a_webhook_gets_a_body_with_a_signature(database: Database):
    there = Listener()
    async with there.listening() as url:
        await add(database, Contact(wallet=OWNER, mail=None, webhook=url), event(1, "UserRegistered", user=OWNER))
        await (await outbox(database)).step()
        sender = Sender(database, None, "from@campus.test", SECRET, private=True)
        assert await sender.step() == 1
        assert await sender.step() == 0
    ((body, signature),) = there.came
    assert json.loads(body)["text"] == "Welcome: you are registered"
    assert signature == hmac.new(SECRET.encode(), body, sha256).hexdigest()


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_a_webhook_that_fails_is_tried_again_later_and_leads_nowhere_else(database: Database, status: int):
    there = Listener(status)
    async with there.listening() as url:
        await add(database, Contact(wallet=OWNER, mail=None, webhook=url), event(1, "UserRegistered", user=OWNER))
        await (await outbox(database)).step()
        sender = Sender(database, None, "from@campus.test", SECRET, private=True)
        assert await sender.step() == 0
        assert await sender.step() == 0, "not at once"
        assert len(there.came) == 1
        async with database.write() as session:
            for row in (await session.scalars(select(Notification))).all():
                row.next_attempt = 0
        there.status = 200
        assert await sender.step() == 1


HOSTS = [
    "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433", "0x7f.1", "127.1", "0",
    "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1.", "loopback.test",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_of_a_private_address_is_reached(
    database: Database, host: str, monkeypatch: pytest.MonkeyPatch
):
    found = socket.getaddrinfo

    def resolve(name: str, *more: object, **told: object) -> object:
        return found("127.0.0.1" if name == "loopback.test" else name, *more, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    there = Listener()
    async with there.listening():
        hook = f"http://{host}:{there.port}/"
        await add(database, Contact(wallet=OWNER, mail=None, webhook=hook), event(1, "UserRegistered", user=OWNER))
        await (await outbox(database)).step()
        assert await Sender(database, None, "from@campus.test", SECRET).step() == 0
    assert there.came == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True), ("2620:fe::fe", True), ("10.1.2.3", False), ("100.64.0.1", False), ("169.254.169.254", False),
        ("192.168.0.1", False), ("224.0.0.1", False), ("0.0.0.0", False), ("::", False), ("fe80::1", False),
        ("fd00::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False), ("no address", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool):
    assert is_public(address) is public


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An SMTP server that takes everything."""
    letters: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            word = line.strip().upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = b""
                while (line := await reader.readline()) != b".\r\n":
                    letter += line
                letters.append(letter)
            writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", letters


async def test_an_email_arrives(database: Database):
    await add(
        database, Contact(wallet=OWNER, mail="owner@campus.test", webhook=None), event(1, "UserRegistered", user=OWNER)
    )
    await (await outbox(database)).step()
    async with post_office() as (url, letters):
        assert await Sender(database, url, "market@campus.test", SECRET).step() == 1
    (letter,) = [message_from_bytes(one, policy=default) for one in letters]
    assert (letter["from"], letter["to"]) == ("market@campus.test", "owner@campus.test")
    assert letter.get_content().strip() == "Welcome: you are registered"


async def test_a_trade_of_an_epoch_that_the_tables_lack_is_told_by_its_number(database: Database):
    told = await outbox(database)
    await add(database, event(1, "OrderMatched", seller=OWNER, buyer=OTHER, amount="2500", epoch="8"))
    assert await told.step() == 1
    assert ("owner", "You sold 2.500 kWh in epoch 8") in await written(database, "page")

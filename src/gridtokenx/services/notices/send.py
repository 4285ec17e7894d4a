"""E-mail and webhooks; a webhook never goes to a private address, however its name resolves."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import smtplib
import socket
import time
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import unquote, urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from sqlalchemy import select
from yarl import URL

from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import Notification

AT_ONCE = 50
ATTEMPTS = 8
FIRST_PAUSE = 15
SECONDS = 10.0
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

log = structlog.get_logger("notices")


class PrivateAddress(OSError):
    """A webhook that leads into somebody's own network."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, and leads to no other address inside of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if within is None and found in NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if within is not None:
            return is_public(str(within))
    return found.is_global and not found.is_multicast


class PublicOnly(AbstractResolver):
    """Resolves names, and refuses those that lead to private addresses: what is checked is what is connected to."""

    def __init__(self, private: bool = False) -> None:
        self.private = private
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a host. Raises PrivateAddress."""
        found = await self._resolver.resolve(host, port, family)
        if not self.private and not all(is_public(one["host"]) for one in found):
            raise PrivateAddress(f"{host} leads to a private address")
        return found

    async def close(self) -> None:
        """Ends it."""
        await self._resolver.close()


@dataclass
class Sender:
    """Sends what the outbox has, with growing pauses, eight times at most."""

    database: Database
    smtp: str | None
    mail_from: str
    secret: str
    private: bool = False

    async def step(self) -> int:
        """Sends what is due; how many were sent."""
        now, sent = int(time.time()), 0
        async with self.database.read() as session:
            query = select(Notification).where(
                Notification.sent_at.is_(None), Notification.attempts < ATTEMPTS, Notification.next_attempt <= now
            )
            rows = (await session.scalars(query.order_by(Notification.created_at).limit(AT_ONCE))).all()
        for row in rows:
            try:
                await self._send(row)
            except (OSError, aiohttp.ClientError, smtplib.SMTPException, TimeoutError, ValueError) as error:
                log.warning("not sent", channel=row.channel, error=str(error))
                await self._later(row.id, isinstance(error, PrivateAddress))
            else:
                sent += 1
                await self._sent(row.id)
        return sent

    async def _send(self, row: Notification) -> None:
        if row.channel == "mail":
            if self.smtp is None:
                raise ValueError("no setting smtp")
            await asyncio.to_thread(self._mail, self.smtp, row)
        else:
            await self._webhook(row)

    def _mail(self, url: str, row: Notification) -> None:
        at = urlsplit(url)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.mail_from, row.recipient, "GridTokenX"
        message["Message-ID"] = f"<{row.id}@gridtokenx>"
        message.set_content(row.text)
        kind = smtplib.SMTP_SSL if at.scheme == "smtps" else smtplib.SMTP
        with kind(at.hostname or "127.0.0.1", at.port or 25, timeout=SECONDS) as server:
            if at.username:
                server.login(unquote(at.username), unquote(at.password or ""))
            server.send_message(message)

    async def _webhook(self, row: Notification) -> None:
        url = URL(row.recipient)
        # As the connection will be made: other readers see no address in digits of other scripts.
        host = url.raw_host or ""
        if not self.private and _is_address(host) and not is_public(host):
            raise PrivateAddress(f"{host} is a private address")
        body = json.dumps({"id": row.id, "text": row.text, "created_at": row.created_at}).encode()
        signature = hmac.new(self.secret.encode(), body, sha256).hexdigest()
        headers = {"content-type": "application/json", "x-gridtokenx-signature": signature}
        connector = aiohttp.TCPConnector(resolver=PublicOnly(self.private))
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status >= 300:
                raise ValueError(f"status {answer.status}")

    async def _sent(self, row_id: str) -> None:
        async with self.database.write() as session:
            row = await session.get(Notification, row_id)
            if row is not None:
                row.sent_at = int(time.time())

    async def _later(self, row_id: str, never: bool) -> None:
        async with self.database.write() as session:
            row = await session.get(Notification, row_id)
            if row is not None:
                row.attempts = ATTEMPTS if never else row.attempts + 1
                row.next_attempt = int(time.time()) + FIRST_PAUSE * 2**row.attempts


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

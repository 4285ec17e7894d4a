"""What a wallet in a browser does, in Python: signs in, asks for a transaction, signs it, brings it back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from solders.keypair import Keypair
from solders.transaction import Transaction
from tests.services.support.campus import Campus

from gridtokenx.services.api.app import create_app
from gridtokenx.services.api.hub import EventHub
from gridtokenx.services.api.roles import ChainRoles
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.config.settings import Settings
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.indexer.sweep import Indexer
from gridtokenx.services.intake.meters import MeterBook
from gridtokenx.services.keys.sponsor import Sponsor

ORIGIN = "http://campus.test"
SECRET = "s" * 40


@dataclass
class Browser:
    """One person with one wallet."""

    http: httpx.AsyncClient
    keys: Keypair
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def wallet(self) -> str:
        return str(self.keys.pubkey())

    async def sign_in(self) -> dict[str, Any]:
        asked = (await self.http.post("/api/auth/challenge", json={"wallet": self.wallet})).json()
        signature = bytes(self.keys.sign_message(asked["message"].encode()))
        body = {"message": asked["message"], "signature": b64encode(signature).decode()}
        answer = await self.http.post("/api/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf_token"]
        return answer.json()

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, **more)

    async def post(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> httpx.Response:
        sent = {"x-csrf-token": self.csrf, **self.headers, **headers}
        return await self.http.request(method, path, json=body, headers=sent)

    def sign(self, transaction: str, *others: Keypair) -> str:
        """The transaction with this wallet's signature on it, as it came otherwise."""
        decoded = Transaction.from_bytes(b64decode(transaction))
        signatures = list(decoded.signatures)
        message = bytes(decoded.message)
        for pair in (self.keys, *others):
            place = decoded.message.account_keys.index(pair.pubkey())
            signatures[place] = pair.sign_message(message)
        return b64encode(bytes(Transaction.populate(decoded.message, signatures))).decode()

    async def do(self, path: str, body: Any = None, method: str = "POST") -> httpx.Response:
        """Both steps of something; the second one's answer."""
        asked = await self.post(path, body, method)
        assert asked.status_code == 202, asked.text
        told = asked.json()
        return await self.post(f"/api/tx/{told['id']}/signed", {"transaction": self.sign(told["transaction"])})


@dataclass
class Site:
    """The API in this process, on a campus."""

    app: FastAPI
    state: ApiState
    indexer: Indexer

    @asynccontextmanager
    async def visitor(self, keys: Keypair | None = None, *, sign_in: bool = True) -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=60) as http:
            browser = Browser(http, keys or Keypair())
            if sign_in:
                await browser.sign_in()
            yield browser


@asynccontextmanager
async def opened(campus: Campus, folder: Path, **told: Any) -> AsyncIterator[Site]:
    """A site with an empty database, and an indexer that moves when a test says so."""
    url = f"sqlite+aiosqlite:///{folder}/site.db"
    settings = Settings(
        cluster=campus.net.rpc_url,
        database=url,
        origin=ORIGIN,
        secret=SecretStr(SECRET),
        time_zone="Asia/Bangkok",
        **told,
    )
    database = Database(url)
    await database.migrate()
    sponsor = Sponsor(campus.client, campus.keys.sponsor, settings.sponsor_user_daily, settings.sponsor_daily)
    state = ApiState(
        settings,
        campus.client,
        database,
        sponsor,
        EventHub(database),
        ChainRoles(campus.client),
        MeterBook(campus.client),
    )
    indexer = Indexer(campus.client, database, Lease(database, "indexer", seconds=3_600))
    assert await indexer.lease.take()
    yield Site(create_app(state), state, indexer)
    await database.close()

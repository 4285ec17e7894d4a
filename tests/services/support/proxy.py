"""A node that misbehaves: times out, drops, repeats, reorders and forgets; between the services and a localnet."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

BAD = {"late": 20, "refused": 20, "lost": 20, "twice": 20, "forgotten": 20, "reordered": 20, "hangs": 1}
"""What happens to a request, and how often beside the others: it is answered late; refused; done without an answer; done
twice; told not to be known; answered after one that came later; answered when nobody waits any more."""
HANGS_SECONDS = 35.0
"""Longer than the client waits."""
OVERTAKEN_SECONDS = 1.0


@dataclass
class Proxy:
    """`badness`: the share of requests that something happens to."""

    target: str
    dice: random.Random
    badness: float = 0.15
    url: str = ""
    happened: dict[str, int] = field(default_factory=dict[str, int])
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        what = self.dice.choices(list(BAD), list(BAD.values()))[0] if self.dice.random() < self.badness else ""
        self.happened[what] = self.happened.get(what, 0) + 1
        if what == "refused":
            return web.Response(status=503)
        if what == "late":
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))
        if what == "hangs":
            await asyncio.sleep(HANGS_SECONDS)
        answer = await self._ask(body)
        if what == "reordered":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), OVERTAKEN_SECONDS)
        else:
            self._answered.set()
            self._answered = asyncio.Event()
        if what == "twice":
            answer = await self._ask(body)
        if what == "lost" and request.transport is not None:
            request.transport.close()
        if what == "forgotten":
            answer = self._forgotten(body, answer)
        return web.Response(body=answer, content_type="application/json")

    async def _ask(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json"}
        async with aiohttp.ClientSession() as http, http.post(self.target, data=body, headers=headers) as response:
            return await response.read()

    def _forgotten(self, body: bytes, answer: bytes) -> bytes:
        asked, told = json.loads(body), json.loads(answer)
        if asked.get("method") == "getTransaction":
            told["result"] = None
        elif asked.get("method") == "getSignatureStatuses" and "result" in told:
            told["result"]["value"] = [None] * len(told["result"]["value"])
        return json.dumps(told).encode()


@asynccontextmanager
async def between(target: str, seed: int, badness: float = 0.15) -> AsyncIterator[Proxy]:
    """A proxy before the node at `target`."""
    proxy = Proxy(target, random.Random(seed), badness)
    app = web.Application(client_max_size=4 << 20)
    app.router.add_post("/", proxy.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()

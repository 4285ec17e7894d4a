"""A minute without a connection: the page says so, goes on by itself, and no event is lost or told twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from playwright.async_api import Browser
from tests.services.window.window import LivingSite, opened

OFFLINE_SECONDS = 60.0
LISTEN = """() => {
  window.heard = [];
  window.stream = new EventSource('/api/stream?after=0');
  const names = new Set();
  for (const name of NAMES) window.stream.addEventListener(name, event => window.heard.push(Number(event.lastEventId)));
}"""


@dataclass
class Line:
    """What lies between the browser and the site, and can be cut: connections end, and new ones are refused."""

    host: str
    port: int
    cut: bool = False
    open: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self.host, self.port)
        self.open |= {writer, back}

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(65_536):
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            finally:
                target.close()

        await asyncio.gather(pump(reader, back), pump(there, writer))
        self.open -= {writer, back}

    def end(self) -> None:
        self.cut = True
        for writer in self.open:
            writer.transport.abort()


@asynccontextmanager
async def line_to(site: LivingSite) -> AsyncIterator[tuple[Line, str]]:
    url = httpx.URL(site.url)
    line = Line(url.host, url.port or 80)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    async with server:
        yield line, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        line.end()


async def heard_by_the_api(site: LivingSite, until: int) -> list[tuple[int, str]]:
    """Number and name of every event up to one, from an unbroken stream."""
    found: list[tuple[int, str]] = []
    async with (
        httpx.AsyncClient(base_url=site.url, timeout=60) as http,
        http.stream("GET", "/api/stream", params={"after": 0}) as answer,
    ):
        name = ""
        async for text in answer.aiter_lines():
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            if text.startswith("id: "):
                found.append((int(text.removeprefix("id: ")), name))
                if found[-1][0] >= until:
                    return found
    raise AssertionError("the stream ended")


async def test_a_minute_offline_loses_nothing(site: LivingSite, chromium: Browser):
    async with line_to(site) as (line, url):
        window = await opened(chromium, url)
        page = window.page
        await page.goto(url)
        names = sorted({name for _, name in await heard_by_the_api(site, await newest(site))})
        await page.evaluate(LISTEN.replace("NAMES", str(names)))
        await window.until("window.heard.length > 0")
        await page.evaluate("document.querySelector('details').open = true")
        line.end()
        await page.wait_for_selector("#offline:not([hidden])")
        before = await page.locator("[data-chart=price]").get_attribute("data-points")
        last = await page.evaluate("window.heard.at(-1)")
        await asyncio.sleep(OFFLINE_SECONDS)
        assert await page.evaluate("window.heard.at(-1)") == last, "the line was not cut"
        line.cut = False
        await page.wait_for_selector("#offline", state="hidden", timeout=30_000)
        until = await newest(site)
        assert until > last, "nothing happened meanwhile"
        await window.until(f"window.heard.at(-1) >= {until}")
        heard = [number for number in await page.evaluate("window.heard") if number <= until]
        told = [number for number, name in await heard_by_the_api(site, until) if name in names]
        assert heard == told
        # The page itself was renewed, and what was open in it still is.
        await window.until(f"document.querySelector('[data-chart=price]').dataset.points !== `{before}`")
        assert await page.evaluate("document.querySelector('details').open")
        await page.context.close()


async def newest(site: LivingSite) -> int:
    async with httpx.AsyncClient(base_url=site.url, timeout=60) as http:
        return (await http.get("/api/market")).json()["seq"]

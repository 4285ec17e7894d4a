"""The page in a real Chromium, on a campus that `gridtokenx up` brings up: from a stranger without SOL to a trade."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from gridtokenx.services.page.routes import HERE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("SERVICES_WINDOW") != "required", reason="Chromium is not installed"
)
SLOW = 60_000


@dataclass
class Window:
    """A browser's page, with what it complained of and what it asked for elsewhere."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list[str])

    def watch(self) -> None:
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda r: None if self._own(r.url) else self.problems.append(f"asked {r.url}"))

    def _own(self, url: str) -> bool:
        return url.startswith((self.url, "data:", "blob:"))

    async def until(self, condition: str) -> None:
        """Waits until an expression holds; Playwright's own way of it evaluates text, which the page forbids."""
        async with asyncio.timeout(SLOW / 1000):
            while not await self.page.evaluate(condition):
                await asyncio.sleep(0.2)

    async def onboard(self, kind: str) -> None:
        """Signs in with a demo wallet, and registers with a meter."""
        await self.page.goto(f"{self.url}/me")
        await self.page.click("#sign-in")
        await self.page.wait_for_selector("#register", timeout=SLOW)
        await self.page.select_option("#register [name=user_type]", kind)
        await self.page.click("#register button")
        meter = self.page.get_by_role("button", name="Register it")
        await meter.wait_for(timeout=SLOW)
        await meter.click()
        await self.until("document.body.innerText.includes('not minted')")


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder = tmp_path_factory.mktemp("up")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--quarter", "5", "--port", str(port), "--folder", str(folder), "--verbose"]
    line = [sys.executable, "-c", "from gridtokenx.cli import main; main()", "up", *options]
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        process = await asyncio.create_subprocess_exec(*line, stdout=log, stderr=log)
        try:
            async with httpx.AsyncClient() as http:
                for _ in range(600):
                    try:
                        if (await http.get(f"{url}/readyz")).status_code == 200:
                            break
                    except httpx.HTTPError:
                        pass
                    assert process.returncode is None, (folder / "log").read_text()[-3_000:]
                    await asyncio.sleep(0.1)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), 20) == 0, (folder / "log").read_text()[-3_000:]
    assert "everything ended" in (folder / "log").read_text()


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(chromium: Browser, url: str) -> Window:
    context = await chromium.new_context(viewport={"width": 360, "height": 740})
    window = Window(await context.new_page(), url)
    window.watch()
    return window


async def test_a_stranger_without_sol_mints_and_sells_and_another_buys(site: str, chromium: Browser):
    seller, buyer = await opened(chromium, site), await opened(chromium, site)
    await asyncio.gather(seller.onboard("Prosumer"), buyer.onboard("Consumer"))
    mint = seller.page.locator("form.mint button")
    await mint.first.wait_for(timeout=SLOW)
    await mint.first.click()
    await seller.until("document.getElementById('status').textContent === 'Minted.'")
    for window, side, price in ((seller, "sell", "0.02"), (buyer, "buy", "0.5")):
        await window.page.reload()
        await window.page.select_option("#order [name=side]", side)
        await window.page.fill("#order [name=energy_wh]", "100")
        await window.page.fill("#order [name=price]", price)
        assert "locks" in (await window.page.text_content("#preview") or "")
        await window.page.click("#order button")
        await window.until("document.getElementById('status').textContent === 'Your order stands.'")
    for window, word in ((seller, "sold"), (buyer, "bought")):
        await window.page.evaluate("document.activeElement.blur()")
        await window.until(f"document.getElementById('own-trades')?.innerText.includes('{word}')")
        statement = await window.page.locator("#statement").get_attribute("href")
        told = await window.page.evaluate(f"fetch('{statement}').then(answer => answer.text())")
        assert told.splitlines()[0].startswith("interval_end,")
        assert window.problems == []
        await window.page.context.close()


async def test_every_page_is_clean_fits_and_equals_the_api(site: str, chromium: Browser):
    window = await opened(chromium, site)
    for path in ("/", "/campus", "/me"):
        await window.page.goto(site + path)
        assert await window.page.evaluate("document.documentElement.scrollWidth") <= 360, path
        result = await Axe().run(window.page)
        assert result.violations_count == 0, result.generate_report()
    await window.page.goto(site)
    drawn = await window.page.evaluate("JSON.parse(document.querySelector('[data-chart=price]').dataset.points)")
    async with httpx.AsyncClient() as http:
        epochs = (await http.get(f"{site}/api/epochs", params={"limit": 200})).json()["epochs"]
    told = {e["ends_at"]: [e["ends_at"], int(e["price"]), int(e["volume_wh"])] for e in epochs if e["cleared"]}
    assert drawn
    assert all(told[point[0]] == point for point in drawn)
    refused = await window.page.evaluate(
        """() => new Promise(done => {
          document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective));
          const script = document.createElement('script'); script.textContent = "document.title = 'owned'";
          document.body.append(script); setTimeout(() => done('allowed'), 1000);
        })"""
    )
    assert refused.startswith("script-src")
    await window.page.context.close()


async def test_what_is_public_can_be_read_without_javascript(site: str, chromium: Browser):
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    for path, words in (("/", "Trades"), ("/campus", "Buildings"), ("/me", "needs JavaScript")):
        await page.goto(site + path)
        assert words in await page.inner_text("body")
    await context.close()


async def test_news_go_on_after_a_while_offline(site: str, chromium: Browser):
    window = await opened(chromium, site)
    await window.page.goto(site)
    await window.page.evaluate("document.querySelector('details').open = true")
    await window.page.context.set_offline(True)
    await asyncio.sleep(6)
    before = await window.page.evaluate("document.querySelector('[data-chart=price]').dataset.points")
    await window.page.context.set_offline(False)
    await window.until(f"document.querySelector('[data-chart=price]').dataset.points !== {json.dumps(before)}")
    await window.page.context.close()


def test_what_is_vendored_is_what_it_says():
    folder = HERE / "static" / "vendor"
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    scripts = {p.name for p in Path(folder).iterdir() if p.suffix in (".js", ".css")}
    assert set(sums) == scripts
    assert all(sha256((folder / name).read_bytes()).hexdigest() == told for name, told in sums.items())

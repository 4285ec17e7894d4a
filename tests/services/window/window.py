"""A browser's page, with what it complained of and what it asked for elsewhere; verbs for people."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.async_api import Browser, ConsoleMessage, Page, Response
from solders.keypair import Keypair

SLOW = 120_000
"""Milliseconds that anything may take on a busy machine."""
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class LivingSite:
    """A campus that `gridtokenx up` brought up."""

    url: str
    keys: Path
    """The folder of the roles' and the members' keypair files."""


@dataclass
class Window:
    """One browser with one page."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list[str])

    def watch(self) -> None:
        self.page.on("console", self._complaint)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda r: None if self._own(r.url) else self.problems.append(f"asked {r.url}"))
        self.page.on("response", self._answered)

    def _complaint(self, message: ConsoleMessage) -> None:
        # The page tells what the API refuses, and here Chromium does.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} of {response.url}")

    def _own(self, url: str) -> bool:
        return url.startswith((self.url, "data:", "blob:"))

    async def until(self, condition: str) -> None:
        """Waits until an expression holds; Playwright's own way of it evaluates text, which the page forbids."""
        async with asyncio.timeout(SLOW / 1000):
            while not await self.page.evaluate(condition):
                await asyncio.sleep(0.2)

    async def said(self) -> str:
        """What the page says of the last step, once it is done."""
        await self.until("!['', 'Under way…'].includes(document.getElementById('status').textContent)")
        return await self.page.text_content("#status") or ""

    async def order(self, side: str, price: str) -> None:
        """Places an order; once more when a quarter-hour ended in between, which the page says then."""
        for _ in range(4):
            await self.page.reload()
            await self.page.select_option("#order [name=side]", side)
            await self.page.fill("#order [name=energy_wh]", "100")
            await self.page.fill("#order [name=price]", price)
            assert "locks" in (await self.page.text_content("#preview") or "")
            await self.page.click("#order button")
            if await self.said() == "Your order stands.":
                return
        raise AssertionError(await self.page.text_content("#status"))

    async def onboard(self, kind: str) -> None:
        """Signs in with a demo wallet, and registers with a meter."""
        await self.sign_in()
        await self.page.select_option("#register [name=user_type]", kind)
        await self.page.click("#register button")
        meter = self.page.get_by_role("button", name="Register it")
        await meter.wait_for(timeout=SLOW)
        await meter.click()
        await self.until("document.body.innerText.includes('not minted')")

    async def sign_in(self) -> None:
        """A stranger signs in with a wallet that the page makes."""
        await self.page.goto(f"{self.url}/me")
        await self.page.click("#sign-in")
        await self.page.wait_for_selector("#register", timeout=SLOW)


async def opened(chromium: Browser, url: str, *, wide: bool = False, dark: bool = False) -> Window:
    """A new browser, as narrow as a phone unless it is to be `wide`."""
    size = {"width": 1280, "height": 860} if wide else PHONE
    scheme = "dark" if dark else "light"
    context = await chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    window = Window(await context.new_page(), url)
    window.watch()
    return window


async def signed_in(window: Window, keys: Keypair) -> None:
    """Signs somebody in whose key is in a file: the session's cookie is given to the browser."""
    async with httpx.AsyncClient(base_url=window.url, timeout=60) as http:
        asked = (await http.post("/api/auth/challenge", json={"wallet": str(keys.pubkey())})).json()
        signature = b64encode(bytes(keys.sign_message(asked["message"].encode()))).decode()
        body = {"message": asked["message"], "signature": signature}
        assert (await http.post("/api/auth/login", json=body)).status_code == 200
        cookies = [{"name": one.name, "value": one.value or "", "url": window.url} for one in http.cookies.jar]
    await window.page.context.add_cookies(cookies)  # type: ignore[arg-type]

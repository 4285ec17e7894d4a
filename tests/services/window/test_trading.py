"""From a stranger without SOL to a trade between two browsers, and the statement that tells of it."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser
from tests.services.window.window import SLOW, LivingSite, opened


async def test_a_stranger_without_sol_mints_and_sells_and_another_buys(site: LivingSite, chromium: Browser):
    seller, buyer = await opened(chromium, site.url), await opened(chromium, site.url)
    await asyncio.gather(seller.onboard("Prosumer"), buyer.onboard("Consumer"))
    mint = seller.page.locator("form.mint button")
    await mint.first.wait_for(timeout=SLOW)
    await mint.first.click()
    await seller.until("document.getElementById('status').textContent === 'Minted.'")
    for window, side, price in ((seller, "sell", "0.02"), (buyer, "buy", "0.5")):
        await window.order(side, price)
    for window, word in ((seller, "sold"), (buyer, "bought")):
        await window.page.evaluate("document.activeElement.blur()")
        await window.until(f"document.getElementById('own-trades')?.innerText.includes('{word}')")
        statement = await window.page.locator("#statement").get_attribute("href")
        told = await window.page.evaluate(f"fetch('{statement}').then(answer => answer.text())")
        assert told.splitlines()[0].startswith("interval_end,")
        assert window.problems == []
        await window.page.context.close()

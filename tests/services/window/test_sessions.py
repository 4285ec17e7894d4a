"""One member in several windows: sessions that end, orders that are gone already, a connection that breaks."""

from __future__ import annotations

import asyncio

import httpx
from playwright.async_api import Browser, Page
from tests.services.window.window import SLOW, LivingSite, Window, opened

STATUS = "document.getElementById('status').textContent"


async def member(site: LivingSite, chromium: Browser) -> Window:
    """A consumer with a meter and credits."""
    window = await opened(chromium, site.url)
    await window.onboard("Consumer")
    await window.page.reload()
    await window.page.wait_for_selector("#order", timeout=SLOW)
    return window


async def place(page: Page, price: str = "0.01") -> None:
    await page.select_option("#order [name=side]", "buy")
    await page.fill("#order [name=energy_wh]", "100")
    await page.fill("#order [name=price]", price)
    await page.click("#order button")


async def test_who_is_signed_out_is_told_so_and_goes_on_after_signing_in(site: LivingSite, chromium: Browser):
    window = await member(site, chromium)
    page = window.page
    await page.fill("#order [name=energy_wh]", "")
    assert not await page.text_content("#preview"), "nothing is no order"
    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await place(page)
    assert await window.said() == "Your session has ended. Sign in again."
    # The words that were written are still there.
    assert await page.input_value("#order [name=energy_wh]") == "100"
    await page.goto(f"{site.url}/me")
    await page.click("#sign-in")
    await page.wait_for_selector("#order", timeout=SLOW)
    await window.order("buy", "0.01")
    assert len(cookies) == len(await page.context.cookies())

    # Another session in another window of the same browser: the first one's token is not this session's.
    other = await page.context.new_page()
    await other.goto(f"{site.url}/me")
    await other.click("#sign-out")
    await other.wait_for_selector(".sign-in, #sign-in", timeout=SLOW)
    await other.goto(f"{site.url}/me")
    await other.click("#sign-in")
    await other.wait_for_selector("#order", timeout=SLOW)
    await place(page)
    assert await window.said() == "Somebody signed in or out in another window. Load this page anew."
    assert window.problems == []
    await page.context.close()


async def test_an_order_that_two_windows_take_back_comes_back_once(site: LivingSite, chromium: Browser):
    window = await member(site, chromium)
    twin = Window(await window.page.context.new_page(), site.url)
    twin.watch()
    await window.order("buy", "0.01")
    shown = "document.querySelectorAll('#orders form').length > 0"
    for one in (window, twin):
        await one.page.goto(f"{site.url}/me")
        await one.until(shown)
    credits = await window.page.text_content("#payment")
    await asyncio.gather(*(one.page.locator("#orders form button").first.click() for one in (window, twin)))
    said = await asyncio.gather(window.said(), twin.said())
    assert "Taken back." in said, said
    # The other was as fast, and its transaction the same; or it hears in words that there is nothing to take back.
    assert all("undefined" not in text and text for text in said), said
    await window.page.reload()
    async with httpx.AsyncClient(base_url=site.url) as http:
        assert (await http.get("/readyz")).status_code == 200
    await window.until("!document.querySelector('#orders form')")
    assert await window.page.text_content("#payment") != credits
    assert window.problems + twin.problems == []
    await window.page.context.close()


async def test_a_connection_that_breaks_in_the_second_step_is_told_apart(site: LivingSite, chromium: Browser):
    window = await member(site, chromium)
    page = window.page
    await page.route("**/signed", lambda route: route.abort())
    await place(page)
    assert await window.said() == "The connection broke. Look at how things stand before you try again."
    await page.unroute("**/signed")
    await page.route("**/api/orders", lambda route: route.abort())
    await place(page)
    assert await window.said() == "There is no connection. Nothing was done; try again."
    await page.unroute("**/api/orders")
    await page.route("**/api/orders", lambda route: route.fulfill(status=502, body="<html>gateway</html>"))
    await place(page)
    assert await window.said() == "The server answered 502. Try again in a moment."
    await page.unroute("**/api/orders")
    await window.order("buy", "0.01")
    await page.context.close()

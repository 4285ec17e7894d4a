"""Every screen, wide and light, narrow and dark: axe finds nothing, it fits, and it is shown in docs/screens.

`make screens` writes the pictures anew; otherwise they are made and thrown away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser
from tests.services.window.window import LivingSite, opened, signed_in

from gridtokenx.chain.files.wallet import load_keypair

SHOWN = Path(__file__).parents[3] / "docs" / "screens"
MEMBER = "METER_005"
QUARTERS = 4
"""Quarter-hours with trades, so that the pictures show a market."""
TRADED = "place => JSON.parse(place?.dataset.points ?? '[]').filter(point => point[2] > 0).length"


@dataclass(frozen=True)
class Screen:
    """A page as somebody sees it: `who` has a keypair file of this name; nobody, unless there is one."""

    name: str
    path: str
    words: str
    who: str | None = None


SCREENS = [
    Screen("market", "/", "Supply and demand"),
    Screen("campus", "/campus", "Where the energy came from"),
    Screen("campus-month", "/campus?span=month", "the last 31 days"),
    Screen("sign-in", "/me", "Sign in with a wallet"),
    Screen("my-energy", "/me", "Buy or sell", MEMBER),
    Screen("status", "/status", "How the services are"),
    Screen("operator", "/operator", "Keys and what they can pay", "rec"),
    Screen("operator-refused", "/operator", "no office on the chain", MEMBER),
]
PICTURES = {f"{one.name}-wide.png" for one in SCREENS} | {"join-wide.png", "market-narrow.png", "my-energy-narrow.png"}


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.name)
async def test_every_screen_is_clean_and_fits(
    site: LivingSite, chromium: Browser, tmp_path: Path, screen: Screen, wide: bool
):
    window = await opened(chromium, site.url, wide=wide, dark=not wide)
    page = window.page
    if screen.who is not None:
        await signed_in(window, load_keypair(site.keys / f"{screen.who}.json"))
    await page.goto(site.url)
    await window.until(f"({TRADED})(document.querySelector('[data-chart=price]')) >= {QUARTERS}")
    await page.goto(site.url + screen.path)
    assert screen.words in await page.inner_text("body")
    width = await page.evaluate("innerWidth")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    result = await Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert window.problems == []
    name = f"{screen.name}-{'wide' if wide else 'narrow'}.png"
    picture = (SHOWN if os.environ.get("SCREENS") == "write" and name in PICTURES else tmp_path) / name
    await page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 5_000
    await page.context.close()


async def test_a_newcomer_is_asked_to_join(site: LivingSite, chromium: Browser, tmp_path: Path):
    window = await opened(chromium, site.url, wide=True)
    await window.sign_in()
    result = await Axe().run(window.page)
    assert result.violations_count == 0, result.generate_report()
    folder = SHOWN if os.environ.get("SCREENS") == "write" else tmp_path
    await window.page.screenshot(path=folder / "join-wide.png")
    assert window.problems == []
    await window.page.context.close()


def test_every_screen_is_shown():
    assert {path.name for path in SHOWN.glob("*.png")} == PICTURES

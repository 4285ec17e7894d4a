"""Figures equal the API's; what is public is readable without JavaScript; a strict policy; what is vendored."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import httpx
from playwright.async_api import Browser
from tests.services.window.window import LivingSite, Window, opened

from gridtokenx.services.page.routes import HERE


async def drawn(window: Window, chart: str) -> list[list[int]]:
    text = await window.page.locator(f"[data-chart={chart}]").get_attribute("data-points")
    return json.loads(text or "")


async def test_charts_equal_the_api(site: LivingSite, chromium: Browser):
    window = await opened(chromium, site.url)
    async with httpx.AsyncClient(base_url=site.url, timeout=60) as http:
        await window.page.goto(site.url)
        await window.until("JSON.parse(document.querySelector('[data-chart=price]').dataset.points).length")
        points = await drawn(window, "price")
        epochs = (await http.get("/api/epochs", params={"limit": 200})).json()["epochs"]
        told = {e["ends_at"]: [e["ends_at"], int(e["price"]), int(e["volume_wh"])] for e in epochs if e["cleared"]}
        assert points
        assert all(told[point[0]] == point for point in points)

        index = next(e["index"] for e in epochs if e["cleared"] and int(e["volume_wh"]))
        await window.page.goto(f"{site.url}/?epoch={index}")
        curves = (await http.get(f"/api/epochs/{index}/curves")).json()["points"]
        assert await drawn(window, "curves") == [
            [int(p["price"]), int(p["supply_wh"]), int(p["demand_wh"])] for p in curves
        ]

        await window.page.goto(f"{site.url}/campus")
        points = await drawn(window, "campus")
        statement = await window.page.get_by_text("Statement of the month (CSV)").get_attribute("href")
        lines = (await http.get(statement or "")).text.splitlines()
        sums = [line.split(",") for line in lines[1:] if not line.startswith("total")]
        energy = {(int(row[1]), int(row[2])) for row in sums}
        assert points
        assert {(point[1], point[2]) for point in points} <= energy
    assert window.problems == []
    await window.page.context.close()


async def test_no_foreign_script_runs(site: LivingSite, chromium: Browser):
    window = await opened(chromium, site.url)
    await window.page.goto(site.url)
    refused = await window.page.evaluate(
        """() => new Promise(done => {
          document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective));
          const script = document.createElement('script'); script.textContent = "document.title = 'owned'";
          document.body.append(script); setTimeout(() => done('allowed'), 1000);
        })"""
    )
    assert refused.startswith("script-src")
    await window.page.context.close()


async def test_what_is_public_can_be_read_without_javascript(site: LivingSite, chromium: Browser):
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    for path, words in (("/", "Trades"), ("/campus", "Buildings"), ("/me", "needs JavaScript")):
        await page.goto(site.url + path)
        assert words in await page.inner_text("body")
    await context.close()


def test_what_is_vendored_is_what_it_says():
    folder = HERE / "static" / "vendor"
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    scripts = {p.name for p in Path(folder).iterdir() if p.suffix in (".js", ".css")}
    assert set(sums) == scripts
    assert all(sha256((folder / name).read_bytes()).hexdigest() == told for name, told in sums.items())

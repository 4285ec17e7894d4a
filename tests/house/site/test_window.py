"""The documentation site in a real Chromium from files, without a network: `make test-window`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("SITE_WINDOW") == "required"
# A file to which the picture of the first page is written.
PICTURE = os.environ.get("SITE_PICTURE")

try:
    from playwright.sync_api import expect, sync_playwright
except ImportError:
    if REQUIRED:
        raise
    pytest.skip("the Python package playwright is not installed: `make test-window`", allow_module_level=True)
if CHROMIUM is None and not REQUIRED:
    pytest.skip("chromium is not installed: `make test-window` installs it on Debian", allow_module_level=True)


@pytest.mark.timeout(300)
def test_every_page_in_a_browser_without_a_network(site: Path) -> None:
    asked: list[str] = []
    broken: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: broken.append(request.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        for file in sorted(site.rglob("*.html")):
            if file.name != "404.html":
                page.goto(file.as_uri())
                expect(page.locator("article h1").first).to_be_visible()
                missing = "[...document.querySelectorAll('article img')].filter(i => !i.naturalWidth).length"
                assert page.evaluate(missing) == 0, file
        page.goto((site / "index.html").as_uri())
        if PICTURE:
            page.screenshot(path=PICTURE, full_page=True)
        page.locator("input.md-search__input").fill("match_orders")
        expect(page.locator(".md-search-result__item").first).to_be_visible(timeout=30_000)
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert broken == []

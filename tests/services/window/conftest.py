"""The campus that `gridtokenx up` brings up, and the browser: once for all files."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, async_playwright
from tests.services.window.window import LivingSite

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivingSite]:
    folder = tmp_path_factory.mktemp("up")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--quarter", "12", "--port", str(port), "--folder", str(folder), "--verbose"]
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
            yield LivingSite(url, folder / "keys")
        finally:
            process.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), 20) == 0, (folder / "log").read_text()[-3_000:]
    assert "everything ended" in (folder / "log").read_text()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("SERVICES_WINDOW") == "required":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()

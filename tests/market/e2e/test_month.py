"""The month of bench/month, on a smaller campus: it runs, and the books balance."""

from __future__ import annotations

from bench.month.__main__ import run
from rich.console import Console


async def test_two_days_of_a_small_campus() -> None:
    console = Console(record=True, width=120, quiet=False)
    assert await run(console, days=2, meters=12, solar=4) == 0
    text = console.export_text()
    assert "2,304" in text
    assert "month: ok" in text

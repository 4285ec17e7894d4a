"""The event loop of the services: libuv's where it can be had, which takes half as long for each request."""

from __future__ import annotations

import asyncio

try:
    import uvloop
except ImportError:  # Windows has none.
    uvloop = None


def event_loop() -> asyncio.AbstractEventLoop:
    """A new loop."""
    return asyncio.new_event_loop() if uvloop is None else uvloop.new_event_loop()

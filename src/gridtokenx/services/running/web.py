"""The API's server: uvicorn in the process's own loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.services.running.protocol import BoundedHttp

BACKLOG = 2_048
GRACE = 3
KEEP_ALIVE = 75
"""Seconds that a connection may be idle: longer than clients keep theirs, so that none is closed as one uses it."""


class PortTaken(GridTokenXError):
    """An address on which nobody can listen: another process has it, or it is none of this machine."""

    def __init__(self, host: str, port: int, setting: str, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(f"{host}:{port} cannot be listened on: {reason}; end who has it, or set {setting}")


class _Server(uvicorn.Server):
    """Leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@dataclass
class Web:
    """Serves an application on an address until it is cancelled. `ready` hears the port."""

    app: FastAPI
    host: str
    port: int
    ready: Callable[[int], None]

    async def run(self) -> None:
        """Serves."""
        config = uvicorn.Config(
            self.app,
            http=BoundedHttp,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=KEEP_ALIVE,
            server_header=False,
        )
        server = _Server(config)
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((self.host, self.port))
            except OSError as error:
                raise PortTaken(self.host, self.port, "host and port", error) from None
            listener.listen(BACKLOG)
            task = asyncio.create_task(server.serve([listener]))
            try:
                while not server.started and not task.done():
                    await asyncio.sleep(0.01)
                self.ready(listener.getsockname()[1])
                await asyncio.shield(task)
            finally:
                server.should_exit = True
                await asyncio.gather(task, return_exceptions=True)

"""uvicorn's WebSocket protocol with one addition: notifications may be written many at a time, and without waiting."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

PUSH_KEY = "localnet.push"


class PushProtocol(WebSocketsSansIOProtocol):
    """An ASGI application finds the connection itself in `scope["extensions"]["localnet.push"]["connection"]`.

    ASGI's `send` costs a task switch and a frame object for each message and waits for a reader that does not read.
    For two hundred subscribers of a busy chain this is too slow: here a frame is encoded once, and a reader that does
    not keep up is disconnected.
    """

    def handle_connect(self, event: Request) -> None:
        """Accepts the handshake as uvicorn does and shows the connection to the application."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][PUSH_KEY] = {"connection": self}

    def push(self, frames: bytes) -> None:
        """Hands whole frames to the transport; nothing happens on a connection that is closing."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def unsent(self) -> int:
        """Bytes that the peer has not taken yet."""
        if self.transport.is_closing():
            return 0
        return self.transport.get_write_buffer_size()

    def abort(self) -> None:
        """Ends the connection at once; what was not sent is lost."""
        self.transport.abort()

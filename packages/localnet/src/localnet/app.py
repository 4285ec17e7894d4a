"""The ASGI application: JSON-RPC over HTTP POST, subscriptions over WebSocket, /health for probes."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from localnet.pubsub.hub import Hub, Peer
from localnet.pubsub.protocol import PUSH_KEY
from localnet.pubsub.session import Session
from localnet.rpc.dispatcher import Dispatcher, error_response
from localnet.rpc.errors import INVALID_REQUEST, RpcError
from localnet.rpc.registry import Node

log = logging.getLogger("localnet.app")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON_HEADERS = [(b"content-type", b"application/json"), (b"access-control-allow-origin", b"*")]
PREFLIGHT_HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class App:
    """Takes requests from uvicorn. max_body: bytes of a request above which it is refused unread."""

    def __init__(self, node: Node, hub: Hub, max_body: int) -> None:
        self.node = node
        self.hub = hub
        self.max_body = max_body
        self.dispatcher = Dispatcher(node)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)

    async def http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one HTTP request. Every POST gets a JSON-RPC answer, whatever it holds."""
        verb = scope["method"]
        if verb == "POST":
            body = await self._body(scope, receive)
            if body is None:
                error = RpcError(INVALID_REQUEST, f"the request is larger than {self.max_body} bytes")
                await _reply(send, 413, orjson.dumps(error_response(error)), close=True)
            else:
                await _reply(send, 200, self.dispatcher.handle(body) or b"")
        elif verb == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT_HEADERS})
            await send({"type": "http.response.body", "body": b""})
        elif verb in ("GET", "HEAD") and scope["path"] == "/health":
            await _reply(send, 200, b"ok")
        else:
            error = RpcError(INVALID_REQUEST, "send JSON-RPC requests with POST, or GET /health")
            await _reply(send, 405, orjson.dumps(error_response(error)))

    async def _body(self, scope: Message, receive: Receive) -> bytes | None:
        """The request's body, None when it is too large."""
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value) > self.max_body):
                return None
        message = await receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= self.max_body else None
        parts, size = [body], len(body)
        while message.get("more_body", False):
            message = await receive()
            part: bytes = message.get("body", b"")
            parts.append(part)
            size += len(part)
            if size > self.max_body:
                return None
        return b"".join(parts)

    async def websocket(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves one connection until it ends."""
        await receive()
        await send({"type": "websocket.accept"})
        peer = Peer(scope["extensions"][PUSH_KEY]["connection"])
        session = Session(self.node, self.hub, peer)
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                text = message.get("text")
                session.handle(message["bytes"] if text is None else text)
        finally:
            self.hub.disconnect(peer)


async def _reply(send: Send, status: int, body: bytes, close: bool = False) -> None:
    headers: list[tuple[bytes, bytes]] = [*JSON_HEADERS, (b"content-length", str(len(body)).encode())]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

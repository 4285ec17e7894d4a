"""The ASGI application: JSON-RPC over HTTP POST, subscriptions over WebSocket, /health for probes."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from solana_localnet.explorer.site import Answer, Site
from solana_localnet.pubsub.delivery import Peer
from solana_localnet.pubsub.hub import Hub
from solana_localnet.pubsub.protocol import PUSH_KEY
from solana_localnet.pubsub.session import Session
from solana_localnet.rpc.dispatcher import Dispatcher
from solana_localnet.rpc.registry import Node

log = logging.getLogger("localnet.app")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = (b"content-type", b"application/json; charset=utf-8")
PLAIN = (b"content-type", b"text/plain; charset=utf-8")
ALLOWED = b"OPTIONS, POST"
WRONG_TYPE = b"Supplied content type is not allowed. Content-Type: application/json is required\n"
WRONG_VERB = b"Used HTTP Method is not allowed. POST or OPTIONS is required\n"
TOO_LARGE = b"request body size exceeds allowed maximum"
MAX_VALIDATOR_BODY = 50 * 1024
"""Bytes of a request that a validator takes (Agave's MAX_REQUEST_BODY_SIZE)."""
MAX_THROWN_AWAY = 8
CONTROL = b'"surfnet_'
"""Control methods carry programs and snapshots, so requests that name one may be as large as `max_body`."""


class App:
    """Takes requests from uvicorn. max_body: bytes of a request above which it is refused unread."""

    def __init__(self, node: Node, hub: Hub, max_body: int) -> None:
        self.node = node
        self.hub = hub
        self.max_body = max_body
        self.dispatcher = Dispatcher(node)
        self.site = Site(node)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)

    async def http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one HTTP request, with the statuses, texts and headers of a validator."""
        verb = scope["method"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        allowed = cors(headers)
        if verb == "POST":
            if not is_json(headers.get(b"content-type", b"")):
                await reply(send, 415, WRONG_TYPE, [PLAIN])
                return
            body = await self._body(scope, receive)
            if body is None or (len(body) > MAX_VALIDATOR_BODY and CONTROL not in body):
                await reply(send, 413, TOO_LARGE, [PLAIN, (b"connection", b"close")])
                return
            try:
                body.decode()
            except UnicodeDecodeError as error:
                text = f"utf-8 encoding error at byte {error.start} in request body"
                await reply(send, 400, text.encode(), [PLAIN])
                return
            await reply(send, 200, await self.dispatcher.handle(body) or b"", [JSON, *allowed])
        elif verb == "OPTIONS":
            await reply(send, 200, b"", [JSON, (b"allow", ALLOWED), *allowed])
        elif verb == "GET" and scope["path"] == "/health":
            await reply(send, 200, b"ok", [])
        elif verb in ("GET", "HEAD") and (page := await self._page(scope)) is not None:
            await reply(send, page.status, page.body, page.headers())
        else:
            await reply(send, 405, WRONG_VERB, [PLAIN])

    async def _page(self, scope: Message) -> Answer | None:
        """The explorer's answer, None for a path that is not its own."""
        accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
        return await self.site.get(scope["path"], scope["query_string"].decode("latin-1"), accept.decode("latin-1"))

    async def _body(self, scope: Message, receive: Receive) -> bytes | None:
        """The request's body, None when it is too large.

        A body that is too large is read to its end and discarded, up to a limit: otherwise a client that is still
        sending would get a broken connection instead of the answer.
        """
        parts: list[bytes] = []
        size, more = 0, True
        while more and size <= MAX_THROWN_AWAY * self.max_body:
            message = await receive()
            part: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size <= self.max_body:
                parts.append(part)
        if size > self.max_body:
            return None
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def websocket(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves one connection until it ends."""
        await receive()
        self.node.control.connecting(scope["extensions"][PUSH_KEY]["connection"])
        await send({"type": "websocket.accept"})
        peer = Peer(scope["extensions"][PUSH_KEY]["connection"])
        session = Session(self.node, self.hub, peer)
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                text = message.get("text")
                await session.handle(message["bytes"] if text is None else text)
                self.node.control.connected(peer.connection)
                await self.hub.delivery.drained(peer)
        finally:
            self.node.control.connected(peer.connection)
            self.hub.disconnect(peer)


def is_json(content_type: bytes) -> bool:
    """Whether a content type says JSON, with or without a character set."""
    return content_type.split(b";")[0].strip().lower() == b"application/json"


def cors(headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """The headers with which a browser lets a page of any origin read the answer."""
    origin = headers.get(b"origin")
    if origin is None:
        return []
    told = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", ALLOWED),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Origin"),
    ]
    asked = headers.get(b"access-control-request-headers")
    return told if asked is None else [*told, (b"access-control-allow-headers", asked)]


async def reply(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Sends one whole HTTP answer."""
    told = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})

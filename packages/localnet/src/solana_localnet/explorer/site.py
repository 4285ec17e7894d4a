"""The explorer over HTTP: its page, and the JSON that the page asks for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson
from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.explorer.accounts import account_page, programs_page
from solana_localnet.explorer.overview import overview, search, slot_page
from solana_localnet.explorer.transactions import whole
from solana_localnet.rpc.registry import Node

log = logging.getLogger("localnet.explorer")

API = "/explorer/api/"
PAGE = "/explorer/"
TYPES = {
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "svg": b"image/svg+xml",
    "json": b"application/json",
}
# Strangers write logs, IDLs and account data. So the page runs only its own script, and sends requests only to the
# localnet that served it.
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
]


@dataclass(slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    kind: str
    body: bytes

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The answer's headers, without its length."""
        return [*HEADERS, (b"content-type", TYPES[self.kind])]


class Site:
    """Answers GET requests about one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        folder = files("solana_localnet.explorer").joinpath("page")
        self.files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if "." in entry.name}
        self.api: dict[str, Callable[[str], Any]] = {
            "overview": lambda _: overview(node),
            "programs": lambda _: programs_page(node),
            "slot": self._slot,
            "tx": self._transaction,
            "address": lambda text: account_page(node, Pubkey.from_string(text)),
        }

    async def get(self, path: str, query: str, accept: str) -> Answer | None:
        """The answer to GET `path`, None when the path is not the explorer's.

        accept: the request's Accept header. `/` is the page for browsers only, since it is the RPC's address too.
        """
        if path == "/" and "text/html" in accept:
            return self._file("index.html")
        if path.startswith(API):
            return await self._json(path[len(API) :], query)
        if path.startswith(PAGE):
            return self._file(path[len(PAGE) :] or "index.html")
        return None

    def _file(self, name: str) -> Answer:
        body = self.files.get(name)
        if body is None:
            return _problem(404, "there is no such page")
        return Answer(200, name.rpartition(".")[2], body)

    async def _json(self, path: str, query: str) -> Answer:
        kind, _, argument = path.partition("/")
        try:
            if kind == "search":
                target = await search(self.node, parse_qs(query).get("q", [""])[0])
                body = None if target is None else {"target": target}
            elif kind in self.api:
                body = self.api[kind](unquote(argument))
                if isawaitable(body):
                    body = await body
            else:
                return _problem(404, "there is no such page")
        except ValueError as error:
            return _problem(400, f"{argument!r} is not what this page shows: {error}")
        except Exception as error:
            log.exception("the explorer could not show %s", path)
            return _problem(500, f"this cannot be shown: {error}")
        if body is None:
            return _problem(404, "nothing like this is known here")
        return Answer(200, "json", orjson.dumps(body))

    def _slot(self, text: str) -> Any:
        return slot_page(self.node, int(text))

    def _transaction(self, text: str) -> Any:
        record = self.node.chain.find(Signature.from_string(text))
        return None if record is None else whole(self.node, record)


def _problem(status: int, text: str) -> Answer:
    return Answer(status, "json", orjson.dumps({"error": text}))

"""From the bytes of a request to the bytes of its answer: JSON-RPC 2.0, single and batched."""

import asyncio
import json
import logging
import re
from collections.abc import Coroutine, Iterable
from itertools import chain
from typing import Any, cast

import orjson

from solana_localnet.chain.vm import VmPanic
from solana_localnet.rpc.arity import arguments
from solana_localnet.rpc.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RpcError,
)
from solana_localnet.rpc.methods import accounts, blocks, cluster, history, supply, tokens, transactions
from solana_localnet.rpc.params import Params
from solana_localnet.rpc.registry import METHODS, Handler, Node
from solana_localnet.rpc.surfnet import accounts as surfnet_accounts
from solana_localnet.rpc.surfnet import clock as surfnet_clock
from solana_localnet.rpc.surfnet import network as surfnet_network
from solana_localnet.rpc.surfnet import profile as surfnet_profile

log = logging.getLogger("localnet.rpc")

MAX_BATCH = 1_000
MAX_BATCH_ANSWER = 64 << 20
"""Bytes of a batch's answers after which its other requests are refused."""
MAX_DEPTH = 127
"""Arrays and objects inside one another that serde_json reads; what is deeper is no JSON for a validator."""
MAX_VALUES = 1 << 18
"""Values in one request. Data that control methods carry is text; so many numbers or objects would only take time."""
FIELDS = frozenset(("jsonrpc", "id", "method", "params"))
NAMED = re.compile(b'"(' + "|".join(FIELDS).encode() + b')"')
# Importing a family registers its methods; naming them here keeps the imports from looking unused.
CONTROL = (surfnet_clock, surfnet_accounts, surfnet_network, surfnet_profile)
FAMILIES = (accounts, blocks, cluster, history, *CONTROL, supply, tokens, transactions)


def error_response(error: RpcError, request_id: Any = None) -> dict[str, Any]:
    """A response object that carries an error."""
    return {"jsonrpc": "2.0", "error": error.to_json(), "id": request_id}


def load(body: bytes | str) -> Any:
    """The JSON in a body. Raises ValueError when it is none or too deep, or when an object of JSON-RPC has a field
    twice; RpcError when it holds too many values."""
    text = body if isinstance(body, bytes) else body.encode()
    opened = text.count(b"[") + text.count(b"{")
    if opened + text.count(b",") > MAX_VALUES:
        raise RpcError(INVALID_REQUEST, f"a request holds at most {MAX_VALUES} values; write data as hex text")
    payload: Any = orjson.loads(text)
    if opened > MAX_DEPTH and depth(payload) > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(payload, dict) and len(names := NAMED.findall(text)) != len(set(names)):
        json.loads(text, object_pairs_hook=_without_repetition)
    return cast(Any, payload)


def depth(payload: Any) -> int:
    """How many arrays and objects are inside one another."""
    levels, level = 0, _containers([payload])
    while level:
        levels += 1
        values = [cast(dict[str, Any], item).values() if isinstance(item, dict) else item for item in level]
        level = _containers(chain.from_iterable(cast(list[list[Any]], values)))
    return levels


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, list | dict)]


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is there twice")
    return fields


def check_shape(call: Any) -> None:
    """Raises Malformed for what Agave cannot even read as a request: no object, or an id of another type."""
    if not isinstance(call, dict):
        raise Malformed
    request_id = cast(dict[str, Any], call).get("id")
    if request_id is None or isinstance(request_id, str):
        return
    if isinstance(request_id, bool) or not isinstance(request_id, int) or request_id < 0:
        raise Malformed


class Malformed(Exception):
    """The payload as a whole is no JSON-RPC: it is answered with a parse error."""


class Dispatcher:
    """Answers requests with the methods in `handlers`, by default all that are registered."""

    def __init__(self, node: Node, handlers: dict[str, Handler] | None = None) -> None:
        self.node = node
        self.handlers = METHODS if handlers is None else handlers

    async def handle(self, body: bytes | str) -> bytes | None:
        """The answer to one request body, or None when it holds only notifications. Never raises an Exception.

        Requests of other clients run between those of a batch, so that no client can stop the chain.
        """
        try:
            payload = load(body)
            calls = cast(list[Any], payload) if isinstance(payload, list) else [payload]
            for item in calls:
                check_shape(item)
        except RpcError as error:
            return orjson.dumps(error_response(error))
        except (ValueError, Malformed):
            return orjson.dumps(error_response(RpcError(PARSE_ERROR, "Parse error")))
        if isinstance(payload, list):
            return await self._batch(calls)
        response = await self.one(payload)
        return None if response is None else self.encode(response)

    async def _batch(self, payload: list[Any]) -> bytes | None:
        if len(payload) > MAX_BATCH:
            error = RpcError(INVALID_REQUEST, f"a batch holds at most {MAX_BATCH} requests")
            return orjson.dumps(error_response(error))
        parts: list[bytes] = []
        size = 0
        for item in payload:
            if size > MAX_BATCH_ANSWER:
                text = f"the answers of this batch are larger than {MAX_BATCH_ANSWER} bytes; send fewer requests"
                response = error_response(RpcError(INTERNAL_ERROR, text), item.get("id"))
            else:
                response = await self.one(item)
            if response is not None:
                parts.append(self.encode(response))
                size += len(parts[-1])
            await asyncio.sleep(0)
        return b"[" + b",".join(parts) + b"]" if parts else None

    def encode(self, response: dict[str, Any]) -> bytes:
        """JSON bytes of a response; one that cannot be written becomes an internal error."""
        try:
            return orjson.dumps(response)
        except TypeError as error:
            log.exception("a response could not be written as JSON")
            return orjson.dumps(error_response(RpcError(INTERNAL_ERROR, str(error)), response.get("id")))

    async def one(self, fields: dict[str, Any]) -> dict[str, Any] | None:
        """The response object for one request object; None for a notification, which wants no answer."""
        request_id = fields.get("id")
        name, params = fields.get("method"), fields.get("params")
        sound = fields.keys() <= FIELDS and isinstance(name, str) and fields.get("jsonrpc") in (None, "2.0")
        if not sound or not isinstance(params, list | dict | None):
            return error_response(RpcError(INVALID_REQUEST, "Invalid request"), request_id)
        if "id" not in fields:
            return None
        if fields.get("jsonrpc") is None:
            error = RpcError(INVALID_REQUEST, "Unsupported JSON-RPC protocol version")
            return {"error": error.to_json(), "id": request_id}
        try:
            result = await self.call(cast(str, name), params)
        except RpcError as error:
            return error_response(error, request_id)
        return {"jsonrpc": "2.0", "result": result, "id": request_id}

    async def call(self, name: str, params: Any) -> Any:
        """The result of one method. Raises only RpcError."""
        handler = self.handlers.get(name)
        if handler is None:
            raise RpcError(METHOD_NOT_FOUND, "Method not found")
        if name in self.node.overrides.disabled:
            raise RpcError(INVALID_REQUEST, f"Cheatcode rpc method: {name} is currently disabled")
        values = Params(arguments(name, params))
        try:
            result = handler(self.node, values)
            # A method that goes through many items lets other requests run meanwhile.
            return await cast("Coroutine[Any, Any, Any]", result) if isinstance(result, Coroutine) else result
        except RpcError:
            raise
        except VmPanic as panic:
            log.error("the VM panicked in %s%s", name, orjson.dumps(params).decode()[:2_000])
            raise transactions.vm_failure(panic) from panic
        except Exception as error:
            log.exception("%s%s failed", name, orjson.dumps(params).decode()[:2_000])
            raise RpcError(INTERNAL_ERROR, f"Internal error in {name}: {error}") from error

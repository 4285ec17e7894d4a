"""From the bytes of a request to the bytes of its answer: JSON-RPC 2.0, single and batched."""

import logging
from typing import Any, cast

import orjson

from localnet.chain.vm import VmPanic
from localnet.rpc import (
    accounts,
    blocks,
    cluster,
    surfnet,
    surfnet_accounts,
    surfnet_profile,
    tokens,
    transactions,
)
from localnet.rpc.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RpcError,
    invalid_params,
)
from localnet.rpc.params import Params
from localnet.rpc.registry import METHODS, Handler, Node

log = logging.getLogger("localnet.rpc")

MAX_BATCH = 1_000
# Importing a family registers its methods; naming them here keeps the imports from looking unused.
FAMILIES = (accounts, blocks, cluster, surfnet, surfnet_accounts, surfnet_profile, tokens, transactions)


def error_response(error: RpcError, request_id: Any = None) -> dict[str, Any]:
    """A response object that carries an error."""
    return {"jsonrpc": "2.0", "error": error.to_json(), "id": request_id}


class Dispatcher:
    """Answers requests with the methods in `handlers`, by default all that are registered."""

    def __init__(self, node: Node, handlers: dict[str, Handler] | None = None) -> None:
        self.node = node
        self.handlers = METHODS if handlers is None else handlers

    def handle(self, body: bytes | str) -> bytes | None:
        """The answer to one request body, or None when it holds only notifications. Never raises an Exception."""
        try:
            payload = orjson.loads(body)
        except ValueError:
            return orjson.dumps(error_response(RpcError(PARSE_ERROR, "Parse error")))
        if isinstance(payload, list):
            return self._batch(cast(list[Any], payload))
        response = self.one(payload)
        return None if response is None else self.encode(response)

    def _batch(self, payload: list[Any]) -> bytes | None:
        if not payload:
            return orjson.dumps(error_response(RpcError(INVALID_REQUEST, "Invalid request")))
        if len(payload) > MAX_BATCH:
            error = RpcError(INVALID_REQUEST, f"a batch holds at most {MAX_BATCH} requests")
            return orjson.dumps(error_response(error))
        parts = [self.encode(response) for item in payload if (response := self.one(item)) is not None]
        return b"[" + b",".join(parts) + b"]" if parts else None

    def encode(self, response: dict[str, Any]) -> bytes:
        """JSON bytes of a response; one that cannot be written becomes an internal error."""
        try:
            return orjson.dumps(response)
        except TypeError as error:
            log.exception("a response could not be written as JSON")
            return orjson.dumps(error_response(RpcError(INTERNAL_ERROR, str(error)), response.get("id")))

    def one(self, request: Any) -> dict[str, Any] | None:
        """The response object for one request object, None for a notification."""
        if not isinstance(request, dict):
            return error_response(RpcError(INVALID_REQUEST, "Invalid request"))
        fields = cast(dict[str, Any], request)
        request_id = fields.get("id")
        if fields.get("jsonrpc") != "2.0" or isinstance(request_id, dict | list | bool):
            return error_response(RpcError(INVALID_REQUEST, "Invalid request"))
        name = fields.get("method")
        if not isinstance(name, str):
            return error_response(RpcError(INVALID_REQUEST, "Invalid request"), request_id)
        try:
            result = self.call(name, fields.get("params"))
        except RpcError as error:
            response = error_response(error, request_id)
        else:
            response = {"jsonrpc": "2.0", "result": result, "id": request_id}
        return response if "id" in fields else None

    def call(self, name: str, params: Any) -> Any:
        """The result of one method. Raises only RpcError."""
        handler = self.handlers.get(name)
        if handler is None:
            raise RpcError(METHOD_NOT_FOUND, "Method not found")
        if params is None:
            params = []
        if not isinstance(params, list):
            raise invalid_params("Invalid params: invalid type: map, expected a sequence.")
        arguments = Params(cast(list[Any], params))
        try:
            return handler(self.node, arguments)
        except RpcError:
            raise
        except VmPanic as panic:
            log.error("the VM panicked in %s%s", name, orjson.dumps(params).decode()[:2_000])
            raise transactions.vm_failure(panic) from panic
        except Exception as error:
            log.exception("%s%s failed", name, orjson.dumps(params).decode()[:2_000])
            raise RpcError(INTERNAL_ERROR, f"Internal error in {name}: {error}") from error

"""One WebSocket connection: subscription requests in, answers and notifications out."""

from typing import Any

import orjson

from localnet.pubsub.hub import Hub, Peer
from localnet.rpc.dispatcher import Dispatcher
from localnet.rpc.errors import INVALID_REQUEST, RpcError, invalid_params
from localnet.rpc.params import Params, as_config, check_context, parse_pubkey
from localnet.rpc.registry import METHODS, Handler, Node
from localnet.rpc.views import account_filters, account_view

MAX_SUBSCRIPTIONS = 10_000
"""Subscriptions of one connection."""
KINDS = ("account", "program", "logs", "signature", "slot", "root", "slotsUpdates")


class Session:
    """Answers the requests of one connection; the HTTP methods work here as well."""

    def __init__(self, node: Node, hub: Hub, peer: Peer) -> None:
        self.node = node
        self.hub = hub
        self.peer = peer
        own: dict[str, Handler] = {
            "accountSubscribe": self.account,
            "programSubscribe": self.program,
            "logsSubscribe": self.logs,
            "signatureSubscribe": self.signature,
            "slotSubscribe": lambda node, params: hub.watch_slots(peer),
            "rootSubscribe": lambda node, params: hub.watch_roots(peer),
            "slotsUpdatesSubscribe": lambda node, params: hub.watch_slot_updates(peer),
        }
        for name, handler in list(own.items()):
            own[name] = self._limited(handler)
        for kind in KINDS:
            own[f"{kind}Unsubscribe"] = self._leaver(kind)
        self.dispatcher = Dispatcher(node, METHODS | own)

    def handle(self, text: bytes | str) -> None:
        """Answers one message."""
        answer = self.dispatcher.handle(text)
        if answer is not None:
            self.hub.respond(self.peer, answer)

    def _limited(self, handler: Handler) -> Handler:
        def guarded(node: Node, params: Params) -> Any:
            if len(self.peer.topics) >= MAX_SUBSCRIPTIONS:
                raise RpcError(INVALID_REQUEST, f"a connection holds at most {MAX_SUBSCRIPTIONS} subscriptions")
            return handler(node, params)

        return guarded

    def _leaver(self, kind: str) -> Handler:
        def unsubscribe(node: Node, params: Params) -> Any:
            if not self.hub.leave(self.peer, params.u64(0), kind):
                raise invalid_params("Invalid subscription id.")
            return True

        return unsubscribe

    def account(self, node: Node, params: Params) -> Any:
        """accountSubscribe(address, {encoding, dataSlice, commitment})."""
        address, config = params.pubkey(0), params.config(1)
        check_context(config, node.chain.slot)
        return self.hub.watch_account(self.peer, address, account_view(config, "binary"))

    def program(self, node: Node, params: Params) -> Any:
        """programSubscribe(program, {encoding, dataSlice, filters, commitment})."""
        program, config = params.pubkey(0), params.config(1)
        check_context(config, node.chain.slot)
        filters = account_filters(config)
        name = orjson.dumps(config.items("filters")).decode()
        return self.hub.watch_program(self.peer, program, account_view(config, "binary"), filters, name)

    def logs(self, node: Node, params: Params) -> Any:
        """logsSubscribe("all" | "allWithVotes" | {mentions: [address]})."""
        wanted = params.required(0)
        check_context(params.config(1), node.chain.slot)
        if wanted in ("all", "allWithVotes"):
            return self.hub.watch_logs(self.peer, None)
        mentions = as_config(wanted).items("mentions")
        if len(mentions) != 1:
            raise invalid_params("Invalid Request: Only 1 address supported")
        return self.hub.watch_logs(self.peer, parse_pubkey(mentions[0]))

    def signature(self, node: Node, params: Params) -> Any:
        """signatureSubscribe(signature, {commitment, enableReceivedNotification}); it ends with its notification."""
        signature, config = params.signature(0), params.config(1)
        check_context(config, node.chain.slot)
        return self.hub.watch_signature(self.peer, signature, config.flag("enableReceivedNotification"))

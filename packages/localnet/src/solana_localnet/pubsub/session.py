"""One WebSocket connection: subscription requests in, answers and notifications out."""

from typing import Any

import orjson
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.blocks.journal import Batch
from solana_localnet.codec.transactions import TRANSACTION_ENCODINGS
from solana_localnet.pubsub.delivery import Peer
from solana_localnet.pubsub.hub import Hub
from solana_localnet.rpc.dispatcher import Dispatcher
from solana_localnet.rpc.errors import INVALID_REQUEST, RpcError, invalid_params
from solana_localnet.rpc.methods.blocks import DETAILS, BlockForm, block_body
from solana_localnet.rpc.params import Params, as_config, parse_pubkey, parse_signature, unknown_variant
from solana_localnet.rpc.registry import METHODS, Handler, Node
from solana_localnet.rpc.views import MAX_FILTERS, account_filters, account_view

MAX_SUBSCRIPTIONS = 10_000
"""Subscriptions of one connection."""
KINDS = ("account", "program", "logs", "signature", "slot", "root", "slotsUpdates", "block", "vote")


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
        if node.control.settings.validator.block_subscription:
            own["blockSubscribe"] = self.block
        if node.control.settings.validator.vote_subscription:
            own["voteSubscribe"] = lambda node, params: hub.watch_votes(peer)
        for name, handler in list(own.items()):
            own[name] = self._limited(handler)
        for kind in KINDS:
            own[f"{kind}Unsubscribe"] = self._leaver(kind)
        self.dispatcher = Dispatcher(node, METHODS | own)

    async def handle(self, text: bytes | str) -> None:
        """Answers one message."""
        self.hub.delivery.begin_answer(self.peer)
        answer = None
        try:
            answer = await self.dispatcher.handle(text)
        finally:
            self.hub.delivery.respond(self.peer, answer)

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
        address, config = subscribed_key(params.required(0), "pubkey"), params.config(1, "RpcAccountInfoConfig")
        return self.hub.watch_account(self.peer, config.level(), address, account_view(config, "binary"))

    def program(self, node: Node, params: Params) -> Any:
        """programSubscribe(program, {encoding, dataSlice, filters, commitment})."""
        program, config = subscribed_key(params.required(0), "pubkey"), params.config(1, "RpcProgramAccountsConfig")
        if len(config.items("filters")) > MAX_FILTERS:
            raise invalid_params(f"Invalid params: Too many filters provided; max {MAX_FILTERS}")
        filters = account_filters(config)
        name = orjson.dumps(config.items("filters")).decode()
        view = account_view(config, "binary")
        return self.hub.watch_program(self.peer, config.level(), program, view, filters, name)

    def logs(self, node: Node, params: Params) -> Any:
        """logsSubscribe("all" | "allWithVotes" | {mentions: [address]})."""
        wanted, level = params.required(0), params.config(1, "RpcTransactionLogsConfig").level()
        if isinstance(wanted, str):
            if wanted not in ("all", "allWithVotes"):
                raise invalid_params(f"Invalid params: {unknown_variant(wanted, LOG_FILTERS)}.")
            return self.hub.watch_logs(self.peer, level, None, votes=wanted == "allWithVotes")
        mentions = as_config(wanted).items("mentions")
        if len(mentions) != 1:
            raise invalid_params("Invalid Request: Only 1 address supported")
        return self.hub.watch_logs(self.peer, level, subscribed_key(mentions[0], "mentions"))

    def signature(self, node: Node, params: Params) -> Any:
        """signatureSubscribe(signature, {commitment, enableReceivedNotification}); it ends with its notification."""
        try:
            signature = parse_signature(params.required(0))
        except RpcError:
            raise invalid_params("Invalid Request: Invalid signature provided") from None
        config = params.config(1, "RpcSignatureSubscribeConfig")
        received = config.flag("enableReceivedNotification")
        return self.hub.watch_signature(self.peer, config.level(), signature, received)

    def block(self, node: Node, params: Params) -> Any:
        """blockSubscribe("all" | {mentionsAccountOrProgram: address}, {commitment, encoding, transactionDetails,
        showRewards, maxSupportedTransactionVersion})."""
        wanted, config = params.required(0), params.config(1, "RpcBlockSubscribeConfig")
        if isinstance(wanted, str):
            if wanted != "all":
                raise invalid_params(f"Invalid params: {unknown_variant(wanted, BLOCK_FILTERS)}.")
            mention = None
        else:
            mention = subscribed_key(as_config(wanted).any("mentionsAccountOrProgram"), "mentionsAccountOrProgram")
        level = config.level()
        if level < Level.CONFIRMED:
            raise invalid_params("Method does not support commitment below `confirmed`")
        form = BlockForm(
            config.choice("encoding", TRANSACTION_ENCODINGS, "base64"),
            config.choice("transactionDetails", DETAILS, "full"),
            config.flag("showRewards"),
            config.version(),
        )

        def render(batch: Batch) -> Any:
            named = [r.signature for r, decoded in batch.records if mention is None or mention in decoded.keys]
            value: dict[str, Any] = {"slot": batch.block.slot, "block": None, "err": None}
            try:
                value["block"] = block_body(node, batch.block, form, named)
            except RpcError:
                # One of its transactions has a version that the client has not said it reads.
                value["err"] = {"UnsupportedTransactionVersion": 0}
            return value

        return self.hub.watch_blocks(self.peer, level, (mention, form), render)


BLOCK_FILTERS = ("all", "mentionsAccountOrProgram")
LOG_FILTERS = ("all", "allWithVotes", "mentions")


def subscribed_key(text: Any, what: str) -> Pubkey:
    """An address in a subscription, refused in the words that Agave has for `what` it is."""
    try:
        return parse_pubkey(text)
    except RpcError:
        raise invalid_params(f"Invalid Request: Invalid {what} provided") from None

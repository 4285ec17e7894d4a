"""Subscriptions: topics, who listens to each, and the frames that go out when the chain changes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.blocks.history import Block, TransactionRecord
from solana_localnet.chain.blocks.journal import Batch
from solana_localnet.chain.chain import Chain
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.programs import VOTE
from solana_localnet.chain.vm import EMPTY
from solana_localnet.codec.accounts import AccountView, encode_account
from solana_localnet.pubsub.delivery import Delivery, Peer, Topic
from solana_localnet.pubsub.latecomers import Latecomers
from solana_localnet.rpc.views import Filter

LATE_SECONDS = 0.005
"""How long after its answer a new subscription hears what is past: web3.js loses what it reads together with the
answer, since it does not know the subscription yet."""


@dataclass(slots=True)
class AccountWatch:
    """An account subscription."""

    address: Pubkey
    view: AccountView


@dataclass(slots=True)
class ProgramWatch:
    """A program subscription."""

    program: Pubkey
    view: AccountView
    filters: list[Filter]


def with_slot(value: Any, slot: int) -> dict[str, Any]:
    """The result of a notification with its context."""
    return {"context": {"slot": slot}, "value": value}


BlockRenderer = Callable[[Batch], Any]


class SubscriptionHub:
    """Notifies peers of what happens on the chain. max_unsent: unsent bytes after which a slow reader is dropped.
    retells: whether a new connection gets what it has just missed. This is off where a transaction is final when it is
    answered: there, a client that subscribes afterwards does not expect a notification.
    """

    def __init__(self, chain: Chain, max_unsent: int, retells: bool = False) -> None:
        self.chain = chain
        self.retells = retells
        self._late = Latecomers()
        self._retelling: tuple[Topic, Peer] | None = None
        self._next_id = 0
        self._topics: dict[tuple[Any, ...], Topic] = {}
        self._by_id: dict[int, Topic] = {}
        self._accounts: dict[Pubkey, dict[Topic, AccountWatch]] = {}
        self._programs: dict[Pubkey, dict[Topic, ProgramWatch]] = {}
        self._signatures: dict[Signature, dict[Topic, None]] = {}
        self._mentions: dict[Pubkey, dict[Topic, None]] = {}
        self._all_logs: dict[Topic, None] = {}
        self._vote_logs: dict[Topic, int] = {}
        self._vote_keys = frozenset((chain.validator.identity, chain.validator.vote, VOTE))
        self._slots: dict[Topic, None] = {}
        self._roots: dict[Topic, None] = {}
        self._slot_updates: dict[Topic, None] = {}
        self._blocks: dict[Topic, BlockRenderer] = {}
        self._votes: dict[Topic, None] = {}
        self.delivery = Delivery(max_unsent, self.disconnect)

    # -- joining and leaving ---------------------------------------------------------------------------------------

    def watch_account(self, peer: Peer, level: Level, address: Pubkey, view: AccountView) -> int:
        """Tells `peer` when the account changes; answers the subscription id."""
        topic = self._topic(("account", address, level, view))
        self._accounts.setdefault(address, {})[topic] = AccountWatch(address, view)
        return self._join_late(peer, topic, level)

    def watch_program(
        self, peer: Peer, level: Level, program: Pubkey, view: AccountView, filters: list[Filter], name: str
    ) -> int:
        """Tells `peer` when an account of the program changes. name: what equal filters have in common."""
        topic = self._topic(("program", program, level, view, name))
        self._programs.setdefault(program, {})[topic] = ProgramWatch(program, view, filters)
        return self._join_late(peer, topic, level)

    def watch_logs(self, peer: Peer, level: Level, mention: Pubkey | None, votes: bool = False) -> int:
        """Tells `peer` of every transaction, or of those that name an address. votes: also of the validator's votes,
        which those who mention its accounts hear of in any case."""
        topic = self._topic(("logs", mention, level, votes))
        if mention is None:
            self._all_logs[topic] = None
        else:
            self._mentions.setdefault(mention, {})[topic] = None
        if votes or mention in self._vote_keys:
            self._vote_logs[topic] = -1
        return self._join_late(peer, topic, level)

    def watch_signature(self, peer: Peer, level: Level, signature: Signature, received: bool) -> int:
        """Tells `peer` once when a transaction reaches a level, which may be past already."""
        topic = self._topic(("signature", signature, level, received))
        self._signatures.setdefault(signature, {})[topic] = None
        topic_id = self._join(peer, topic)
        record = self.chain.find(signature)
        if record is not None and self._reached(record, level):
            record.withheld = True
            asyncio.get_running_loop().call_later(LATE_SECONDS, self._notify_signature, record, (level,))
        return topic_id

    def _reached(self, record: TransactionRecord, level: Level) -> bool:
        """Whether followers of `level` know the transaction: none hears of an open block."""
        at_least = self.chain.level_at(record.slot)
        return at_least >= max(level, Level.CONFIRMED)

    def watch_slots(self, peer: Peer) -> int:
        """Tells `peer` when a slot opens."""
        topic = self._topic(("slot",))
        self._slots[topic] = None
        return self._join(peer, topic)

    def watch_roots(self, peer: Peer) -> int:
        """Tells `peer` when a slot becomes final."""
        topic = self._topic(("root",))
        self._roots[topic] = None
        return self._join(peer, topic)

    def watch_slot_updates(self, peer: Peer) -> int:
        """Tells `peer` of every stage of a slot, as the `solana` command line's senders want to know."""
        topic = self._topic(("slotsUpdates",))
        self._slot_updates[topic] = None
        return self._join(peer, topic)

    def watch_blocks(self, peer: Peer, level: Level, key: tuple[Any, ...], render: BlockRenderer) -> int:
        """Tells `peer` of every block. key: what subscriptions with equal answers have in common."""
        topic = self._topic(("block", key, level))
        self._blocks[topic] = render
        return self._join(peer, topic)

    def watch_votes(self, peer: Peer) -> int:
        """Tells `peer` when the validator votes, which it does for every slot."""
        topic = self._topic(("vote",))
        self._votes[topic] = None
        return self._join(peer, topic)

    def leave(self, peer: Peer, topic_id: int, kind: str) -> bool:
        """Ends one subscription of `peer`; False when it has no such subscription."""
        topic = peer.topics.get(topic_id)
        if topic is None or topic.kind != kind:
            return False
        self.delivery.before_change(topic)
        del peer.topics[topic_id]
        topic.peers.pop(peer, None)
        if not topic.peers:
            self._forget(topic)
        return True

    def disconnect(self, peer: Peer) -> None:
        """Ends all subscriptions of `peer`."""
        for topic in list(peer.topics.values()):
            self.leave(peer, topic.id, topic.kind)
        self.delivery.forget(peer)

    def _topic(self, key: tuple[Any, ...]) -> Topic:
        topic = self._topics.get(key)
        if topic is None:
            topic = Topic(self._next_id, key[0], key)
            self._next_id += 1
            self._topics[key] = self._by_id[topic.id] = topic
        return topic

    def _join(self, peer: Peer, topic: Topic) -> int:
        self.delivery.before_change(topic)
        topic.peers[peer] = None
        peer.topics[topic.id] = topic
        return topic.id

    def _join_late(self, peer: Peer, topic: Topic, level: Level) -> int:
        """As `_join`, and tells the peer afterwards what it has just missed."""
        if self.retells and peer not in topic.peers:
            loop = asyncio.get_running_loop()
            missed = list(self._late.missed(level, peer.opened, loop.time()))
            if missed:
                loop.call_later(LATE_SECONDS, self._retell, peer, topic, level, missed)
        return self._join(peer, topic)

    def _retell(self, peer: Peer, topic: Topic, level: Level, missed: Sequence[Batch]) -> None:
        self._retelling = (topic, peer)
        try:
            for batch in missed:
                self._tell(batch, (level,))
        finally:
            self._retelling = None

    def _forget(self, topic: Topic) -> None:
        del self._topics[topic.key]
        self._vote_logs.pop(topic, None)
        del self._by_id[topic.id]
        tables: dict[str, Any] = {
            "account": self._accounts,
            "program": self._programs,
            "signature": self._signatures,
        }
        if topic.kind in tables or (topic.kind == "logs" and topic.key[1] is not None):
            table = tables.get(topic.kind, self._mentions)
            entries = table[topic.key[1]]
            del entries[topic]
            if not entries:
                del table[topic.key[1]]
        else:
            single = {
                "logs": self._all_logs,
                "slot": self._slots,
                "root": self._roots,
                "slotsUpdates": self._slot_updates,
                "block": self._blocks,
                "vote": self._votes,
            }
            del single[topic.kind][topic]

    # -- what the chain says (chain.Listener, chain.Follower) ------------------------------------------------------

    def on_transaction(self, record: TransactionRecord, decoded: Decoded) -> None:
        """Sends nothing before the block has closed, so that a subscriber that is about to connect gets it too."""

    def on_batch(self, batch: Batch, levels: Sequence[Level]) -> None:
        """Sends account, program, logs and signature notifications, in this order."""
        if self.retells and batch.records:
            self._late.note(batch, levels, asyncio.get_running_loop().time())
        self._tell(batch, levels)
        for topic, told in list(self._vote_logs.items()):
            # While the clock stands, a slot comes in several batches; it is voted for once.
            if topic.key[2] in levels and batch.block.slot > told:
                self._vote_logs[topic] = batch.block.slot
                self._send(topic, with_slot(self._vote_log(batch.block), batch.block.slot))
        if batch.records and self._signatures:
            for record, _ in batch.records:
                if record.signature in self._signatures:
                    self._notify_signature(record, levels)
        for topic, render in list(self._blocks.items()):
            if topic.key[2] in levels:
                self._send(topic, with_slot(render(batch), batch.block.slot))
        if Level.FINALIZED in levels:
            for topic in list(self._roots):
                self._send(topic, batch.block.slot)

    def _tell(self, batch: Batch, levels: Sequence[Level]) -> None:
        if batch.before and (self._accounts or self._programs):
            for address in batch.before:
                told = self._notify_account(address, self.chain.account_at(batch, address), levels, batch.block.slot)
                if told:
                    self._know(batch, address)
        if batch.records and (self._all_logs or self._mentions):
            for record, decoded in batch.records:
                self._notify_logs(record, decoded, levels)

    def on_account(self, address: Pubkey) -> None:
        """Sends the notifications of an account that was written from outside."""
        self._notify_account(address, self.chain.vm.account(address), tuple(Level), self.chain.slot)

    def _notify_account(self, address: Pubkey, account: Account | None, levels: Sequence[Level], slot: int) -> int:
        """Sends one account to those who watch it; how many watches there were."""
        told = 0
        data = (account or EMPTY).data
        for topic, watch in list(self._accounts.get(address, {}).items()):
            if topic.key[2] in levels and topic.peers:
                self._send(topic, with_slot(self._encode(address, account or EMPTY, watch.view, data), slot))
                told += 1
        if account is None:
            return told
        for topic, watch in list(self._programs.get(account.owner, {}).items()):
            if topic.key[2] in levels and topic.peers and all(accept(account) for accept in watch.filters):
                value = {"pubkey": str(address), "account": self._encode(address, account, watch.view, data)}
                self._send(topic, with_slot(value, slot))
                told += 1
        return told

    @staticmethod
    def _know(batch: Batch, address: Pubkey) -> None:
        """Notes that somebody has heard of the transactions that wrote an account."""
        for record, decoded in batch.records:
            record.known = record.known or address in decoded.keys

    def on_slot(self, slot: int, parent: int) -> None:
        """Sends slot notifications."""
        root = self.chain.tip(Level.FINALIZED).slot
        for topic in list(self._slots):
            self._send(topic, {"parent": parent, "root": root, "slot": slot})
        for topic in list(self._votes):
            self._send(topic, self._vote(self.chain.history.blocks[parent]))
        for topic in list(self._slot_updates):
            for update in self._slot_stages(slot, parent):
                self._send(topic, update)

    def _vote(self, block: Block) -> dict[str, Any]:
        """An RpcVote for a closed slot."""
        return {
            "votePubkey": str(self.chain.validator.vote),
            "slots": [block.slot],
            "hash": str(Hash(block.blockhash)),
            "timestamp": block.time,
            "signature": self._vote_signature(block),
        }

    def _vote_log(self, block: Block) -> dict[str, Any]:
        """The logs of the vote for a closed slot."""
        logs = [f"Program {VOTE} invoke [1]", f"Program {VOTE} success"]
        return {"signature": self._vote_signature(block), "err": None, "logs": logs}

    def _vote_signature(self, block: Block) -> str:
        return str(self.chain.node_key.sign_message(block.blockhash))

    def _slot_stages(self, slot: int, parent: int) -> list[dict[str, Any]]:
        moment = int(time.time() * 1000)
        records = [self.chain.find(signature) for signature in self.chain.history.blocks[parent].signatures]
        failed = sum(record is not None and record.err is not None for record in records)
        stats = {
            "numTransactionEntries": len(records),
            "numSuccessfulTransactions": len(records) - failed,
            "numFailedTransactions": failed,
            "maxTransactionsPerEntry": len(records),
        }
        return [
            {"type": "completed", "slot": parent, "timestamp": moment},
            {"type": "frozen", "slot": parent, "timestamp": moment, "stats": stats},
            {"type": "optimisticConfirmation", "slot": parent, "timestamp": moment},
            {"type": "root", "slot": self.chain.tip(Level.FINALIZED).slot, "timestamp": moment},
            {"type": "createdBank", "slot": slot, "parent": parent, "timestamp": moment},
        ]

    def _notify_logs(self, record: TransactionRecord, decoded: Decoded, levels: Sequence[Level]) -> None:
        topics = list(self._all_logs)
        if self._mentions:
            for key in decoded.keys:
                topics += self._mentions.get(key, ())
        topics = [topic for topic in topics if topic.key[2] in levels]
        if not topics:
            return
        value = {"signature": str(record.signature), "err": record.err, "logs": record.meta.logs()}
        record.known = True
        result = with_slot(value, record.slot)
        for topic in topics:
            self._send(topic, result)

    def _notify_signature(self, record: TransactionRecord, levels: Sequence[Level]) -> None:
        record.withheld = False
        for topic in sorted(self._signatures.get(record.signature, ()), key=lambda topic: topic.key[2]):
            if topic.key[2] not in levels:
                continue
            record.known = record.known or topic.key[2] is not Level.PROCESSED
            self._send(topic, with_slot({"err": record.err}, record.slot))
            for peer in list(topic.peers):
                self.leave(peer, topic.id, topic.kind)

    def _encode(self, address: Pubkey, account: Account, view: AccountView, data: bytes) -> Any:
        try:
            return encode_account(address, account, view, self.chain.vm.account, data)
        except Exception as error:
            # Base58 cannot carry every account; a subscriber still learns that it changed.
            return {"error": str(error)}

    # -- sending ---------------------------------------------------------------------------------------------------

    def _send(self, topic: Topic, result: Any) -> None:
        message = {
            "jsonrpc": "2.0",
            "method": topic.kind + "Notification",
            "params": {"result": result, "subscription": topic.id},
        }
        if self._retelling is None:
            self.delivery.broadcast(topic, orjson.dumps(message))
            return
        wanted, peer = self._retelling
        if topic is wanted and peer in topic.peers:
            self.delivery.tell(peer, orjson.dumps(message))

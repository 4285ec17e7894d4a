"""The chain at a glance, one slot of it, and the search box."""

import re
from typing import Any

from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.chain.blocks.history import Block
from solana_localnet.explorer.accounts import executables
from solana_localnet.explorer.names import KNOWN, name_of
from solana_localnet.explorer.transactions import summary
from solana_localnet.rpc.registry import Node
from solana_localnet.rpc.turns import turns

RECENT_TRANSACTIONS = 20
STRIP_SLOTS = 48
RECENT_BLOCKS = 10
MAX_ROWS = 1_000
"""Transactions of a slot that are shown."""


def overview(node: Node) -> dict[str, Any]:
    """The head of the chain: counters, a strip of the last slots, recent transactions."""
    chain = node.chain
    recent: list[dict[str, Any]] = []
    busy: list[dict[str, Any]] = []
    strip: list[dict[str, int]] = []
    for block in reversed(chain.history.blocks.values()):
        if len(strip) < STRIP_SLOTS:
            strip.append({"slot": block.slot, "transactions": len(block.signatures)})
        if block.signatures and len(busy) < RECENT_BLOCKS:
            busy.append(_block_row(block))
        for signature in reversed(block.signatures):
            record = chain.find(signature) if len(recent) < RECENT_TRANSACTIONS else None
            if record is not None:
                recent.append(summary(node, record))
        if len(strip) >= STRIP_SLOTS and len(recent) >= RECENT_TRANSACTIONS and len(busy) >= RECENT_BLOCKS:
            break
    return {
        "slot": chain.slot,
        "height": chain.height,
        "epoch": chain.epoch,
        "time": chain.unix_time,
        "paused": chain.clock.paused,
        "transactionCount": chain.history.total,
        "genesisHash": str(Hash(chain.genesis_hash)),
        "strip": strip[::-1],
        "blocks": busy,
        "transactions": recent,
    }


def _block_row(block: Block) -> dict[str, Any]:
    return {
        "slot": block.slot,
        "time": block.time,
        "blockhash": str(Hash(block.blockhash)),
        "transactions": len(block.signatures),
    }


async def slot_page(node: Node, slot: int) -> dict[str, Any] | None:
    """One slot with its transactions, None when there is no such block."""
    block = node.chain.block(slot)
    if block is None:
        return None
    records = [node.chain.find(signature) for signature in block.signatures[:MAX_ROWS]]
    return _block_row(block) | {
        "height": block.height,
        "parent": block.parent,
        "previousBlockhash": str(Hash(block.previous_blockhash)),
        "open": slot == node.chain.slot,
        "rows": [summary(node, record) async for record in turns(records) if record is not None],
    }


async def search(node: Node, query: str) -> str | None:
    """The page that a query means: a slot, a signature, an address, or a program's name. None when it is nothing."""
    text = query.strip()
    if re.fullmatch(r"#?[0-9][0-9,_ ]{0,24}", text):
        return f"#/slot/{int(re.sub(r'[^0-9]', '', text))}"
    for parse, page in ((Signature.from_string, "tx"), (Pubkey.from_string, "address")):
        try:
            return f"#/{page}/{parse(text)}"
        except ValueError:
            continue
    wanted = text.lower()
    named = [key for key, _ in await executables(node)] if wanted else []
    for key in [*named, *KNOWN]:
        name = name_of(node, key)
        if name is not None and wanted and name.lower().startswith(wanted):
            return f"#/address/{key}"
    return None

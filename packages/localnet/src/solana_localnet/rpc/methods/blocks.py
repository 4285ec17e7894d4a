"""Methods about slots and blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from solders.hash import Hash
from solders.signature import Signature

from solana_localnet.chain.blocks.commitment import Level, Tip
from solana_localnet.chain.blocks.history import Block
from solana_localnet.chain.validator import STAKED_LAMPORTS
from solana_localnet.codec.transactions import (
    TRANSACTION_ENCODINGS,
    check_version,
    encode_meta,
    encode_transaction,
    parsed_keys,
    token_balance,
)
from solana_localnet.rpc.errors import BLOCK_CLEANED_UP, BLOCK_NOT_AVAILABLE, SLOT_SKIPPED, RpcError, invalid_params
from solana_localnet.rpc.params import Params
from solana_localnet.rpc.registry import Node, method
from solana_localnet.rpc.turns import RowWriter, turns

VOTE_DEPTH = 32
MAX_BLOCK_RANGE = 500_000
DETAILS = ("full", "accounts", "signatures", "none")


@method("getSlot")
def get_slot(node: Node, params: Params) -> Any:
    """The newest slot."""
    return node.view(params.config(0, "RpcContextConfig")).slot


@method("getBlockHeight")
def get_block_height(node: Node, params: Params) -> Any:
    """Blocks since genesis."""
    return node.view(params.config(0, "RpcContextConfig")).tip.height


def _require_block(node: Node, slot: int, newest: int) -> Block:
    """The block of a slot up to `newest`. Raises RpcError with the reason why there is none."""
    chain = node.chain
    if slot > newest:
        raise RpcError(BLOCK_NOT_AVAILABLE, f"Block not available for slot {slot}")
    block = chain.block(slot)
    if block is not None:
        return block
    first = chain.history.first_slot()
    if slot < first:
        raise RpcError(
            BLOCK_CLEANED_UP, f"Block {slot} cleaned up, does not exist on node. First available block: {first}"
        )
    raise RpcError(SLOT_SKIPPED, f"Slot {slot} was skipped, or missing due to ledger jump to recent snapshot")


@method("getBlock")
async def get_block(node: Node, params: Params) -> Any:
    """A closed block with its transactions, in the detail that the client asks for."""
    slot, config = params.u64(0), params.encoding_config(1, "RpcEncodingConfigWrapper")
    encoding = config.choice("encoding", TRANSACTION_ENCODINGS, "json")
    details = config.choice("transactionDetails", DETAILS, "full")
    rewards, max_version = config.flag("rewards", True), config.version()
    view = node.view(config, floor=Level.CONFIRMED)
    block = _require_block(node, slot, view.slot)
    form = BlockForm(encoding, details, rewards, max_version)
    body = block_head(node, block, form, block.signatures)
    if form.has_transactions:
        write, entries = RowWriter(), block_entries(node, form, list(block.signatures))
        body["transactions"] = [write(entry) async for entry in turns(entries)]
    return body


@dataclass(frozen=True, slots=True)
class BlockForm:
    """How a client wants blocks."""

    encoding: str = "json"
    details: str = "full"
    rewards: bool = True
    max_version: int | None = None

    @property
    def has_transactions(self) -> bool:
        """Whether transactions are shown with more than their signatures."""
        return self.details not in ("signatures", "none")


def block_body(node: Node, block: Block, form: BlockForm, signatures: Sequence[Signature]) -> dict[str, Any]:
    """A UiConfirmedBlock with those of its transactions that `signatures` names. Raises RpcError for a transaction of
    a version that the client does not read."""
    body = block_head(node, block, form, signatures)
    if form.has_transactions:
        body["transactions"] = list(block_entries(node, form, signatures))
    return body


def block_head(node: Node, block: Block, form: BlockForm, signatures: Sequence[Signature]) -> dict[str, Any]:
    """A UiConfirmedBlock without transactions; with signatures where the client asks for them."""
    body: dict[str, Any] = {
        "blockhash": str(Hash(block.blockhash)),
        "previousBlockhash": str(Hash(block.previous_blockhash)),
        "parentSlot": block.parent,
        "blockTime": block.time,
        "blockHeight": block.height,
    }
    if form.rewards:
        body["rewards"] = _rewards(node, block)
    if form.details == "signatures":
        body["signatures"] = [str(signature) for signature in signatures]
    return body


def block_entries(node: Node, form: BlockForm, signatures: Sequence[Signature]) -> Iterator[dict[str, Any]]:
    """The transactions of a block. Raises RpcError for one of a version that the client does not read."""
    for signature in signatures:
        entry = _block_entry(node, signature, form.details, form.encoding, form.max_version)
        if entry is not None:
            yield entry


def _rewards(node: Node, block: Block) -> list[dict[str, Any]]:
    if not block.reward:
        return []
    return [
        {
            "pubkey": str(node.chain.validator.identity),
            "lamports": block.reward,
            "postBalance": block.leader_balance,
            "rewardType": "Fee",
            "commission": None,
        }
    ]


def _block_entry(
    node: Node, signature: Any, details: str, encoding: str, max_version: int | None
) -> dict[str, Any] | None:
    record = node.chain.find(signature)
    if record is None:
        return None
    decoded = record.decoded()
    check_version(decoded.version, max_version)
    if details == "accounts":
        entry: dict[str, Any] = {
            "transaction": {
                "signatures": [str(item) for item in decoded.tx.signatures],
                "accountKeys": parsed_keys(decoded),
            },
            "meta": {
                "err": record.err,
                "status": {"Ok": None} if record.err is None else {"Err": record.err},
                "fee": record.meta.fee(),
                "preBalances": list(record.pre_balances),
                "postBalances": list(record.post_balances),
                "preTokenBalances": [token_balance(item) for item in record.pre_tokens or ()],
                "postTokenBalances": [token_balance(item) for item in record.post_tokens or ()],
                "rewards": [],
            },
        }
    else:
        entry = {
            "transaction": encode_transaction(decoded, encoding),
            "meta": encode_meta(record, decoded, encoding),
        }
    if max_version is not None:
        entry["version"] = decoded.version
    return entry


@method("getBlockTime")
def get_block_time(node: Node, params: Params) -> Any:
    """Unix seconds at which a block was opened."""
    return _require_block(node, params.u64(0), node.chain.slot).time


def _slots(node: Node, start: int, end: int) -> list[int]:
    return [slot for slot in node.chain.history.blocks if start <= slot <= end]


@method("getBlocks")
def get_blocks(node: Node, params: Params) -> Any:
    """Slots from `start` to `end` (or now) that have a block."""
    start = params.u64(0)
    second = params.at(1)
    has_end = second is not None and not isinstance(second, dict)
    view = node.view(params.config(2 if has_end else 1), floor=Level.CONFIRMED)
    end = min(params.u64(1) if has_end else start + MAX_BLOCK_RANGE, view.slot)
    if end < start:
        return []
    if end - start > MAX_BLOCK_RANGE:
        raise invalid_params(f"Slot range too large; max {MAX_BLOCK_RANGE}")
    return _slots(node, start, end)


@method("getBlocksWithLimit")
def get_blocks_with_limit(node: Node, params: Params) -> Any:
    """The first `limit` slots from `start` that have a block."""
    start, limit = params.u64(0), params.u64(1, "usize")
    view = node.view(params.config(2), floor=Level.CONFIRMED)
    if limit > MAX_BLOCK_RANGE:
        raise invalid_params(f"Limit too large; max {MAX_BLOCK_RANGE}")
    return _slots(node, start, view.slot)[:limit]


@method("getFirstAvailableBlock")
def get_first_available_block(node: Node, params: Params) -> Any:
    """The oldest block still remembered."""
    return node.chain.history.first_slot()


@method("minimumLedgerSlot")
def minimum_ledger_slot(node: Node, params: Params) -> Any:
    """The oldest slot still remembered."""
    return node.chain.history.first_slot()


@method("getBlockCommitment")
def get_block_commitment(node: Node, params: Params) -> Any:
    """The stake that voted on a block, by the number of blocks that it has built on it since; null for a block that
    does not exist."""
    slot, chain = params.u64(0), node.chain
    commitment = None
    if slot <= chain.tip(Level.CONFIRMED).slot:
        commitment = [0] * VOTE_DEPTH
        commitment[min(VOTE_DEPTH - 1, chain.tip(Level.CONFIRMED).slot - slot)] = STAKED_LAMPORTS
    return {"commitment": commitment, "totalStake": STAKED_LAMPORTS}


@method("getEpochInfo")
def get_epoch_info(node: Node, params: Params) -> Any:
    """Where in its epoch the chain is."""
    return epoch_info(node, node.view(params.config(0, "RpcContextConfig")).tip)


def epoch_info(node: Node, tip: Tip | None = None) -> dict[str, Any]:
    """An EpochInfo of the open slot, or of a commitment level's newest."""
    tip = tip or node.chain.tip(Level.PROCESSED)
    return {
        "absoluteSlot": tip.slot,
        "blockHeight": tip.height,
        "epoch": tip.slot // node.chain.slots_per_epoch,
        "slotIndex": tip.slot % node.chain.slots_per_epoch,
        "slotsInEpoch": node.chain.slots_per_epoch,
        "transactionCount": tip.transactions,
    }


@method("getEpochSchedule")
def get_epoch_schedule(node: Node, params: Params) -> Any:
    """The lengths of epochs."""
    return {
        "slotsPerEpoch": node.chain.slots_per_epoch,
        "leaderScheduleSlotOffset": node.chain.slots_per_epoch,
        "warmup": False,
        "firstNormalEpoch": 0,
        "firstNormalSlot": 0,
    }

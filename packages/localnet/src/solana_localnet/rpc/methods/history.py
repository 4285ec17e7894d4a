"""Methods that look up what has landed: transactions, their statuses, the signatures of an address."""

from typing import Any

from solders.signature import Signature

from solana_localnet.chain.blocks.commitment import LEVEL_NAMES, Level
from solana_localnet.chain.blocks.history import TransactionRecord
from solana_localnet.chain.metering.fees import unit_price
from solana_localnet.codec.transactions import TRANSACTION_ENCODINGS, encode_confirmed, memo_of
from solana_localnet.rpc.errors import RpcError, invalid_params
from solana_localnet.rpc.params import Params, missing_field, parse_pubkey, parse_signature
from solana_localnet.rpc.registry import MAX_SIGNATURE_STATUSES, Node, method
from solana_localnet.rpc.turns import turns

MAX_SIGNATURES_FOR_ADDRESS = 1_000
MAX_FEE_ADDRESSES = 128
FEE_BLOCKS = 150
TRANSACTION_NOT_FOUND = -32020
UNTAGGED = "RpcEncodingConfigWrapper"


@method("getSignatureStatuses")
def get_signature_statuses(node: Node, params: Params) -> Any:
    """The status of up to 256 transactions, null for each that never landed."""
    values = params.sequence(0)
    if params.at(1) is not None:
        config = params.config(1, "RpcSignatureStatusConfig")
        if "searchTransactionHistory" not in config:
            raise missing_field("searchTransactionHistory")
        config.flag("searchTransactionHistory")
    if len(values) > MAX_SIGNATURE_STATUSES:
        raise invalid_params(f"Too many inputs provided; max {MAX_SIGNATURE_STATUSES}")
    records = [visible(node, node.chain.find(parse_signature(value))) for value in values]
    # The slot that is confirmed, unless a transaction came later: a client may ask for it as the least that the next
    # answer must know, and asks at `confirmed`.
    slot = max(node.chain.tip(Level.CONFIRMED).slot, *(record.slot for record in records if record), 0)
    return node.in_context([record and signature_status(node, record) for record in records], slot)


def visible(node: Node, record: TransactionRecord | None) -> TransactionRecord | None:
    """The record, where clients may see its status now. They do not see it while its block is open. They do not see a
    failure while a subscription is about to report it.

    A validator's `processed` is the newest block that has closed. A client that sees a status there gets another
    blockhash afterwards, so the same instruction twice in a row is never one transaction. web3.js asks once while it
    waits for the notification, and takes an error that it sees for a rejection.
    """
    if record is None or node.chain.level_at(record.slot) is Level.PROCESSED:
        return None
    return None if record.err is not None and record.withheld else record


def signature_status(node: Node, record: TransactionRecord) -> dict[str, Any]:
    """A TransactionStatus."""
    level = node.chain.level_at(record.slot)
    record.known = record.known or level is not Level.PROCESSED
    confirmations = None
    if level is not Level.FINALIZED:
        confirmations = max(0, node.chain.tip(Level.CONFIRMED).slot - record.slot)
    return {
        "slot": record.slot,
        "confirmations": confirmations,
        "err": record.err,
        "status": {"Ok": None} if record.err is None else {"Err": record.err},
        "confirmationStatus": LEVEL_NAMES[level],
    }


@method("getTransaction")
def get_transaction(node: Node, params: Params) -> Any:
    """A landed transaction with its effects, or null."""
    signature, config = params.signature(0), params.encoding_config(1, UNTAGGED)
    encoding = config.choice("encoding", TRANSACTION_ENCODINGS, "json")
    max_version = config.version()
    view = node.view(config, floor=Level.CONFIRMED)
    record = node.chain.find(signature)
    if record is None or node.chain.level_at(record.slot) < view.level:
        return None
    record.known = True
    return encode_confirmed(record, encoding, max_version)


@method("getSignaturesForAddress")
async def get_signatures_for_address(node: Node, params: Params) -> Any:
    """Signatures of transactions that name an address, newest first."""
    address, config = params.pubkey(0), params.config(1, "RpcSignaturesForAddressConfig")
    limit = config.integer("limit", "usize")
    limit = MAX_SIGNATURES_FOR_ADDRESS if limit is None else limit
    before = None if "before" not in config else parse_signature(config.any("before"))
    until = None if "until" not in config else parse_signature(config.any("until"))
    if not 1 <= limit <= MAX_SIGNATURES_FOR_ADDRESS:
        raise invalid_params(f"Invalid limit; max {MAX_SIGNATURES_FOR_ADDRESS}")
    view = node.view(config, floor=Level.CONFIRMED)
    newest, oldest = (None if bound is None else _position(node, bound) for bound in (before, until))
    rows: list[dict[str, Any]] = []
    async for record in turns(node.chain.newest_for(address)):
        position = (record.slot, record.index)
        if oldest is not None and position <= oldest:
            break
        if record.slot <= view.slot and (newest is None or position < newest):
            rows.append(_signature_row(node, record))
            if len(rows) == limit:
                break
    return rows


def _position(node: Node, signature: Signature) -> tuple[int, int]:
    """Slot and place of a transaction, which need not name the address that is asked for."""
    record = node.chain.find(signature)
    if record is None:
        raise RpcError(TRANSACTION_NOT_FOUND, f"Transaction {signature} not found")
    return record.slot, record.index


def _signature_row(node: Node, record: TransactionRecord) -> dict[str, Any]:
    return {
        "signature": str(record.signature),
        "slot": record.slot,
        "err": record.err,
        "memo": memo_of(record),
        "blockTime": record.block_time,
        "confirmationStatus": LEVEL_NAMES[node.chain.level_at(record.slot)],
        "transactionIndex": record.index,
    }


@method("getTransactionCount")
def get_transaction_count(node: Node, params: Params) -> Any:
    """Transactions that have landed since genesis."""
    return node.view(params.config(0, "RpcContextConfig")).tip.transactions


@method("getRecentPrioritizationFees")
async def get_recent_prioritization_fees(node: Node, params: Params) -> Any:
    """The lowest price of a compute unit among the transactions of recent blocks that write all of the addresses."""
    addresses = [] if params.at(0) is None else params.sequence(0)
    if len(addresses) > MAX_FEE_ADDRESSES:
        raise invalid_params(f"Too many inputs provided; max {MAX_FEE_ADDRESSES}")
    keys = [parse_pubkey(key) for key in addresses]
    blocks = list(node.chain.history.blocks.values())[-FEE_BLOCKS:]
    rows: list[dict[str, int]] = []
    for block in blocks:
        prices: list[int] = []
        async for signature in turns(list(block.signatures)):
            record = node.chain.find(signature)
            decoded = None if record is None else record.decoded()
            if decoded is None:
                continue
            written = {key for key, writable in zip(decoded.keys, decoded.writable, strict=True) if writable}
            if all(key in written for key in keys):
                prices.append(unit_price(decoded))
        rows.append({"slot": block.slot, "prioritizationFee": min(prices, default=0)})
    return rows

"""Transactions as RPC clients see them: raw, as JSON, and parsed; with the `meta` of their execution."""

import base64
from typing import Any

import orjson
from solders.message import MessageV0
from solders.transaction_metadata import TransactionMetadata

from solana_localnet.chain.admission.checks import is_fees_only
from solana_localnet.chain.blocks.history import Record, TokenBalance
from solana_localnet.chain.decoded import Decoded, Version
from solana_localnet.chain.programs import MEMO, MEMO_V1
from solana_localnet.codec import base58
from solana_localnet.codec.parsed.instructions import parse_instruction
from solana_localnet.codec.token_layout import ui_amount
from solana_localnet.rpc.errors import TRANSACTION_VERSION_UNSUPPORTED, RpcError

TRANSACTION_ENCODINGS = ("binary", "base58", "base64", "json", "jsonParsed")


def return_data(meta: TransactionMetadata) -> dict[str, Any] | None:
    """The transaction's return data, null when there is none (as when a program set an empty value)."""
    data = meta.return_data()
    if not data.data:
        return None
    return {"programId": str(data.program_id), "data": [base64.b64encode(data.data).decode(), "base64"]}


def check_version(version: Version, max_version: int | None) -> None:
    """-32015 when the client has not said that it reads transactions of this version."""
    if version == "legacy":
        return
    if max_version is None or version > max_version:
        raise RpcError(
            TRANSACTION_VERSION_UNSUPPORTED,
            f"Transaction version ({version}) is not supported by the requesting client. Please try the request "
            f'again with the following configuration parameter: "maxSupportedTransactionVersion": {version}',
        )


def encode_confirmed(record: Record, encoding: str, max_version: int | None) -> dict[str, Any]:
    """An EncodedConfirmedTransactionWithStatusMeta, as getTransaction answers it."""
    decoded = record.decoded()
    check_version(decoded.version, max_version)
    body: dict[str, Any] = {
        "slot": record.slot,
        "transaction": encode_transaction(decoded, encoding),
        "meta": encode_meta(record, decoded, encoding),
        "blockTime": record.block_time,
        "transactionIndex": record.index,
    }
    if max_version is not None:
        body["version"] = decoded.version
    return body


def encode_transaction(decoded: Decoded, encoding: str) -> Any:
    """The transaction itself in one of the five encodings."""
    if encoding == "base64":
        return [base64.b64encode(decoded.wire).decode(), "base64"]
    if encoding == "base58":
        return [base58.encode(decoded.wire), "base58"]
    if encoding == "binary":
        return base58.encode(decoded.wire)
    parsed = encoding == "jsonParsed"
    return {
        "signatures": [str(signature) for signature in decoded.tx.signatures],
        "message": _message(decoded, parsed),
    }


def _message(decoded: Decoded, parsed: bool) -> dict[str, Any]:
    message = decoded.message
    body: dict[str, Any] = {"recentBlockhash": str(message.recent_blockhash)}
    if parsed:
        body["accountKeys"] = parsed_keys(decoded)
        body["instructions"] = [
            instruction_json(decoded, item.program_id_index, bytes(item.accounts), bytes(item.data), True, 1)
            for item in message.instructions
        ]
    else:
        header = message.header
        body["header"] = {
            "numRequiredSignatures": header.num_required_signatures,
            "numReadonlySignedAccounts": header.num_readonly_signed_accounts,
            "numReadonlyUnsignedAccounts": header.num_readonly_unsigned_accounts,
        }
        body["accountKeys"] = [str(key) for key in message.account_keys]
        body["instructions"] = [
            instruction_json(decoded, item.program_id_index, bytes(item.accounts), bytes(item.data), False, 1)
            for item in message.instructions
        ]
    if isinstance(message, MessageV0):
        body["addressTableLookups"] = [
            {
                "accountKey": str(lookup.account_key),
                "writableIndexes": list(lookup.writable_indexes),
                "readonlyIndexes": list(lookup.readonly_indexes),
            }
            for lookup in message.address_table_lookups
        ]
    return body


def parsed_keys(decoded: Decoded) -> list[dict[str, Any]]:
    """Every key with its rights and where it came from."""
    signers = decoded.message.header.num_required_signatures
    return [
        {
            "pubkey": str(key),
            "writable": decoded.writable[index],
            "signer": index < signers,
            "source": "transaction" if index < decoded.static_count else "lookupTable",
        }
        for index, key in enumerate(decoded.keys)
    ]


def instruction_json(
    decoded: Decoded, program_index: int, accounts: bytes, data: bytes, parsed: bool, height: int
) -> dict[str, Any]:
    """One instruction: compiled, or parsed where its program is known, or partially decoded. height: stack height."""
    if not parsed:
        return {
            "programIdIndex": program_index,
            "accounts": list(accounts),
            "data": base58.encode(data),
            "stackHeight": height,
        }
    program = decoded.keys[program_index]
    keys = [decoded.keys[index] for index in accounts]
    known = parse_instruction(program, keys, data)
    if known is not None:
        return known | {"programId": str(program), "stackHeight": height}
    return {
        "programId": str(program),
        "accounts": [str(key) for key in keys],
        "data": base58.encode(data),
        "stackHeight": height,
    }


def inner_instructions(decoded: Decoded, meta: TransactionMetadata, parsed: bool) -> list[dict[str, Any]]:
    """Instructions that programs called, by the index of the outer instruction."""
    groups: list[dict[str, Any]] = []
    for index, group in enumerate(meta.inner_instructions()):
        if not group:
            continue
        items: list[dict[str, Any]] = []
        for inner in group:
            compiled = inner.instruction()
            items.append(
                instruction_json(
                    decoded,
                    compiled.program_id_index,
                    bytes(compiled.accounts),
                    bytes(compiled.data),
                    parsed,
                    inner.stack_height() or 2,
                )
            )
        groups.append({"index": index, "instructions": items})
    return groups


def encode_meta(record: Record, decoded: Decoded, encoding: str) -> dict[str, Any]:
    """A UiTransactionStatusMeta."""
    meta, unrun = record.meta, is_fees_only(record.err)
    body: dict[str, Any] = {
        "err": record.err,
        "status": {"Ok": None} if record.err is None else {"Err": record.err},
        "fee": meta.fee(),
        "preBalances": list(record.pre_balances),
        "postBalances": list(record.post_balances),
        "innerInstructions": None if unrun else inner_instructions(decoded, meta, encoding == "jsonParsed"),
        "logMessages": None if unrun else meta.logs(),
        "preTokenBalances": [token_balance(item) for item in record.pre_tokens or ()],
        "postTokenBalances": [token_balance(item) for item in record.post_tokens or ()],
        "rewards": [],
        "computeUnitsConsumed": meta.compute_units_consumed(),
        "costUnits": record.cost,
    }
    if encoding != "jsonParsed":
        body["loadedAddresses"] = {
            "writable": [str(key) for key in decoded.loaded_writable],
            "readonly": [str(key) for key in decoded.loaded_readonly],
        }
    returned = return_data(meta)
    if returned is not None:
        body["returnData"] = returned
    return body


def token_balance(item: TokenBalance, stored: bool = True) -> dict[str, Any]:
    """A UiTransactionTokenBalance.

    stored: whether it comes from a validator's ledger, which keeps no float of zero.
    """
    amount = ui_amount(item.amount, item.decimals)
    if stored and not item.amount:
        amount["uiAmount"] = None
    return {
        "accountIndex": item.account_index,
        "mint": str(item.mint),
        "owner": str(item.owner),
        "programId": str(item.program),
        "uiTokenAmount": amount,
    }


def memo_of(record: Record) -> str | None:
    """The memos of a transaction as getSignaturesForAddress shows them: `[length] text`, joined by `; `."""
    if bytes(MEMO) not in record.wire and bytes(MEMO_V1) not in record.wire:
        return None
    decoded = record.decoded()
    memos: list[str] = []
    for item in decoded.message.instructions:
        if decoded.keys[item.program_id_index] in (MEMO, MEMO_V1):
            data = bytes(item.data)
            try:
                memos.append(f"[{len(data)}] {data.decode()}")
            except UnicodeDecodeError:
                memos.append(f"[{len(data)}] (unparseable)")
    return "; ".join(memos) or None


def dump(value: Any) -> bytes:
    """JSON bytes of a response."""
    return orjson.dumps(value)

"""Transactions for the page: a row in a list, and everything about one."""

import re
from typing import Any, cast

from solders.instruction import CompiledInstruction
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.history import Record, TokenBalance
from solana_localnet.chain.decoded import Decoded
from solana_localnet.codec.errors import transaction_error_text
from solana_localnet.codec.token_layout import ui_amount_string
from solana_localnet.explorer.instructions import show, title
from solana_localnet.explorer.invocations import LoggedInvocation, read_invocations
from solana_localnet.explorer.names import idl_of, name_of
from solana_localnet.rpc.registry import Node

ANCHOR_ERROR = re.compile(r"Error Code: (\w+)\. Error Number: (\d+)\. Error Message: (.*)", re.DOTALL)


def summary(node: Node, record: Record) -> dict[str, Any]:
    """A row of a list."""
    decoded = record.decoded()
    titles = [
        title(
            node,
            record,
            decoded.keys[item.program_id_index],
            [decoded.keys[index] for index in bytes(item.accounts)],
            bytes(item.data),
        )
        for item in decoded.message.instructions
    ]
    return {
        "signature": str(record.signature),
        "slot": record.slot,
        "time": record.block_time,
        "ok": record.err is None,
        "fee": record.meta.fee(),
        "units": record.meta.compute_units_consumed(),
        "payer": str(decoded.keys[0]),
        "titles": titles,
    }


def whole(node: Node, record: Record) -> dict[str, Any]:
    """Everything about one transaction."""
    decoded = record.decoded()
    meta = record.meta
    units = meta.compute_units_consumed()
    calls = read_invocations(meta.logs(), units)
    block = node.chain.block(record.slot)
    return {
        "signature": str(record.signature),
        "signatures": [str(signature) for signature in decoded.tx.signatures],
        "slot": record.slot,
        "index": record.index,
        "time": record.block_time,
        "blockhash": str(decoded.message.recent_blockhash),
        "version": decoded.version,
        "bytes": len(record.wire),
        "fee": meta.fee(),
        "units": units,
        "ok": record.err is None,
        "error": None if record.err is None else _error(node, record, calls),
        "transactionsInSlot": 0 if block is None else len(block.signatures),
        "instructions": _instructions(node, record, decoded, calls),
        "balances": _balances(node, record, decoded),
        "tokens": _tokens(record, decoded),
        "logs": meta.logs(),
    }


def _instructions(node: Node, record: Record, decoded: Decoded, calls: list[LoggedInvocation]) -> list[dict[str, Any]]:
    """The instructions with those that they called. A precompile runs before all others and logs nothing."""
    groups = record.meta.inner_instructions()
    rows: list[dict[str, Any]] = []
    waiting = list(calls)
    for index, compiled in enumerate(decoded.message.instructions):
        program = str(decoded.keys[compiled.program_id_index])
        call = waiting.pop(0) if waiting and waiting[0].program == program else None
        row = show(node, record, decoded, compiled, 1, call)
        inner = groups[index] if index < len(groups) else []
        row["inner"] = _inner(node, record, decoded, inner, call)
        rows.append(row)
    return rows


def _inner(
    node: Node, record: Record, decoded: Decoded, group: list[Any], call: LoggedInvocation | None
) -> list[dict[str, Any]]:
    waiting = [] if call is None else list(call.callees())
    rows: list[dict[str, Any]] = []
    for item in group:
        compiled: CompiledInstruction = item.instruction()
        program = str(decoded.keys[compiled.program_id_index])
        own = waiting.pop(0) if waiting and waiting[0].program == program else None
        rows.append(show(node, record, decoded, compiled, item.stack_height() or 2, own))
    return rows


def _error(node: Node, record: Record, calls: list[LoggedInvocation]) -> dict[str, Any]:
    """The error's text, the instruction that failed, and the program's own name for it where one is known."""
    text = transaction_error_text(record.err)
    err: Any = record.err
    fields = cast(dict[str, Any], err) if isinstance(err, dict) else {}
    index, inner = fields.get("InstructionError", (None, None))
    culprit: LoggedInvocation | None = None
    for root in calls:
        failed = [call for call in (root, *root.callees()) if call.ok is False]
        culprit = max(failed, key=lambda call: call.depth, default=culprit)
    body: dict[str, Any] = {"text": text, "instruction": index, "program": None, "name": None, "message": None}
    if culprit is None:
        return body
    program = Pubkey.from_string(culprit.program)
    body["program"] = name_of(node, program) or culprit.program
    code = cast(dict[str, int], inner).get("Custom") if isinstance(inner, dict) else None
    idl = idl_of(node, program, record.slot)
    if idl is not None and code in idl.errors:
        body["name"], body["message"] = idl.errors[code]
    else:
        for line in culprit.lines:
            if match := ANCHOR_ERROR.search(line):
                body["name"], body["message"] = match[1], match[3].strip()
    return body


def _balances(node: Node, record: Record, decoded: Decoded) -> list[dict[str, Any]]:
    """Every account of the transaction with its lamports before and after."""
    signers = decoded.message.header.num_required_signatures
    return [
        {
            "address": str(key),
            "label": name_of(node, key),
            "before": str(record.pre_balances[index]),
            "after": str(record.post_balances[index]),
            "change": str(record.post_balances[index] - record.pre_balances[index]),
            "writable": decoded.writable[index],
            "signer": index < signers,
        }
        for index, key in enumerate(decoded.keys)
    ]


def _tokens(record: Record, decoded: Decoded) -> list[dict[str, Any]]:
    """Token accounts whose amount has changed."""
    before = {item.account_index: item for item in record.pre_tokens or ()}
    after = {item.account_index: item for item in record.post_tokens or ()}
    rows: list[dict[str, Any]] = []
    for index in sorted(before.keys() | after.keys()):
        old, new = before.get(index), after.get(index)
        one = cast(TokenBalance, new or old)
        amounts = (0 if old is None else old.amount, 0 if new is None else new.amount)
        if amounts[0] == amounts[1]:
            continue
        change = amounts[1] - amounts[0]
        rows.append(
            {
                "address": str(decoded.keys[index]),
                "owner": str(one.owner),
                "mint": str(one.mint),
                "after": ui_amount_string(amounts[1], one.decimals),
                "change": ("-" if change < 0 else "+") + ui_amount_string(abs(change), one.decimals),
            }
        )
    return rows

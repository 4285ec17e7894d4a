"""One instruction as people read it: its name, arguments and accounts, its events, and what it used."""

import struct
from collections.abc import Sequence
from typing import Any

from solders.instruction import CompiledInstruction
from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.chain.blocks.history import TransactionRecord
from solana_localnet.chain.decoded import Decoded
from solana_localnet.codec.parsed.instructions import parse_instruction
from solana_localnet.explorer.invocations import LoggedInvocation
from solana_localnet.explorer.names import idl_of, name_of
from solana_localnet.explorer.trees import json_rows
from solana_localnet.idl.document import EVENT_CPI_TAG, Idl, IdlAccount
from solana_localnet.idl.types import IdlValue
from solana_localnet.rpc.registry import Node

BUDGET_FORMS = {
    1: ("requestHeapFrame", "<I"),
    2: ("setComputeUnitLimit", "<I"),
    3: ("setComputeUnitPrice", "<Q"),
    4: ("setLoadedAccountsDataSizeLimit", "<I"),
}

Title = tuple[str | None, list[dict[str, Any]], Sequence[IdlAccount]]


def describe(node: Node, idl: Idl | None, program: Pubkey, keys: list[Pubkey], data: bytes) -> Title:
    """An instruction's name, its arguments as rows, and the names of its accounts, as far as they are known."""
    if idl is not None:
        found = idl.instruction(data)
        if found is not None:
            layout, value = found
            return layout.name, rows_of(value, data), layout.accounts
        if data.startswith(EVENT_CPI_TAG):
            return "event", [], ()
    if program == programs.COMPUTE_BUDGET:
        return (*_budget(data), ())
    known = parse_instruction(program, keys, data)
    if known is None:
        return None, [], ()
    parsed = known["parsed"]
    if isinstance(parsed, str):
        return "memo", json_rows({"text": parsed}), ()
    return parsed["type"], json_rows(parsed["info"]), ()


def rows_of(value: IdlValue | None, data: bytes) -> list[dict[str, Any]]:
    """The members of a decoded value; the bytes where they do not fit the IDL's type."""
    if value is None:
        return json_rows({"does not fit the IDL": data.hex()})
    return value.tree("").get("parts", [])


def _budget(data: bytes) -> tuple[str | None, list[dict[str, Any]]]:
    form = BUDGET_FORMS.get(data[0] if data else 0)
    if form is None or len(data) != 1 + struct.calcsize(form[1]):
        return None, []
    return form[0], json_rows({"value": str(struct.unpack(form[1], data[1:])[0])})


def title(node: Node, record: TransactionRecord, program: Pubkey, keys: list[Pubkey], data: bytes) -> str:
    """`program: instruction`, for lists."""
    name = describe(node, idl_of(node, program, record.slot), program, keys, data)[0]
    label = name_of(node, program) or shortened(program)
    return label if name is None else f"{label}: {name}"


def shortened(address: Pubkey) -> str:
    """The first and last characters of an address."""
    text = str(address)
    return f"{text[:4]}…{text[-4:]}"


def show(
    node: Node,
    record: TransactionRecord,
    decoded: Decoded,
    compiled: CompiledInstruction,
    depth: int,
    call: LoggedInvocation | None,
) -> dict[str, Any]:
    """One instruction. compiled: program index, account indices, data; call: what the logs say of it."""
    program = decoded.keys[compiled.program_id_index]
    indices, data = list(bytes(compiled.accounts)), bytes(compiled.data)
    keys = [decoded.keys[index] for index in indices]
    idl = idl_of(node, program, record.slot)
    name, rows, slots = describe(node, idl, program, keys, data)
    signers = decoded.message.header.num_required_signatures
    body: dict[str, Any] = {
        "program": str(program),
        "programName": name_of(node, program),
        "name": name,
        "byIdl": idl is not None and name is not None,
        "arguments": rows,
        "data": data.hex(),
        "depth": depth,
        "accounts": [
            {
                "name": slots[at].name if at < len(slots) else None,
                "address": str(keys[at]),
                "label": name_of(node, keys[at]),
                "writable": decoded.writable[index],
                "signer": index < signers,
            }
            for at, index in enumerate(indices)
        ],
        "events": _events(idl, data, call),
    }
    if call is not None:
        body |= {"units": call.units, "estimated": call.estimated, "ok": call.ok, "failure": call.failure}
    return body


def _events(idl: Idl | None, data: bytes, call: LoggedInvocation | None) -> list[dict[str, Any]]:
    """The events that the instruction wrote into the log; of an `emit_cpi!` call, the event that it is."""
    if idl is None:
        return []
    payloads = [] if call is None else list(call.data)
    if data.startswith(EVENT_CPI_TAG):
        payloads.append(data[len(EVENT_CPI_TAG) :])
    events: list[dict[str, Any]] = []
    for payload in payloads:
        found = idl.event(payload)
        if found is not None:
            layout, value = found
            events.append({"name": layout.name, "fields": rows_of(value, payload)})
    return events

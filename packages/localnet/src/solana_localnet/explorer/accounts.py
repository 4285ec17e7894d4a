"""Accounts and programs for the page."""

from itertools import islice
from typing import Any, cast

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.metering.extents import is_program_data
from solana_localnet.chain.programs import TOKEN, TOKEN_2022, UPGRADEABLE_LOADER, program_data_address
from solana_localnet.codec.parsed.accounts import parse_account
from solana_localnet.explorer.instructions import rows_of
from solana_localnet.explorer.names import KNOWN, idl_of, name_of
from solana_localnet.explorer.transactions import summary
from solana_localnet.explorer.trees import json_rows
from solana_localnet.rpc.methods.tokens import holdings
from solana_localnet.rpc.registry import Node
from solana_localnet.rpc.turns import turns

MAX_SHOWN_BYTES = 4_096
MAX_OWNED = 25
"""Accounts shown of each type."""
MAX_TRANSACTIONS = 25
PROGRAM_DATA_HEADER = 45


async def account_page(node: Node, address: Pubkey) -> dict[str, Any]:
    """Everything about one address, whether or not an account is there."""
    account = node.chain.vm.account(address)
    recent = islice(node.chain.newest_for(address), MAX_TRANSACTIONS)
    body: dict[str, Any] = {
        "address": str(address),
        "label": name_of(node, address),
        "exists": account is not None,
        "transactions": [summary(node, record) for record in recent],
        "tokens": await _token_accounts(node, address),
    }
    if account is None:
        return body
    body |= {
        "lamports": str(account.lamports),
        "owner": str(account.owner),
        "ownerLabel": name_of(node, account.owner),
        "executable": account.executable,
        "space": len(account.data),
        "data": account.data[:MAX_SHOWN_BYTES].hex(),
        "decoded": decode_account(node, address, account),
    }
    if account.executable:
        body["program"] = program_row(node, address, account) | _interface(node, address)
        body["owned"] = await _owned(node, address)
    return body


def decode_account(node: Node, address: Pubkey, account: Account) -> dict[str, Any] | None:
    """{type, by, rows}: the data as the owner's IDL or the standard programs describe it, or None."""
    idl = idl_of(node, account.owner)
    found = None if idl is None else idl.account(account.data)
    if idl is not None and found is not None:
        return {"type": found[0].name, "by": idl.name, "rows": rows_of(found[1], account.data)}
    parsed = parse_account(address, account, node.chain.vm.account)
    if parsed is None:
        return None
    body = cast(dict[str, Any], parsed["parsed"])
    kind = str(body.get("type", parsed["program"]))
    info = body.get("info", body)
    if kind == "programData":
        # The code itself says nothing here and is megabytes in base64.
        info = {name: value for name, value in cast(dict[str, Any], info).items() if name != "data"}
    return {"type": kind, "by": parsed["program"], "rows": json_rows(info)}


async def _token_accounts(node: Node, owner: Pubkey) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    view = node.chain.view(Level.PROCESSED)
    for program in (TOKEN, TOKEN_2022):
        async for key, account, holding in holdings(view, program):
            parsed = parse_account(key, account, view.account) if holding.owner == owner else None
            if parsed is not None:
                info = cast(dict[str, Any], parsed["parsed"])["info"]
                rows.append(
                    {"address": str(key), "mint": info["mint"], "amount": info["tokenAmount"]["uiAmountString"]}
                )
    return sorted(rows, key=lambda row: row["address"])


async def _owned(node: Node, program: Pubkey) -> dict[str, Any]:
    """Accounts that the program owns, by type: how many there are, and the first ones."""
    idl = idl_of(node, program)
    owned = node.chain.vm.owned_by(program)
    kinds: dict[str | None, list[dict[str, Any]]] = {}
    async for key, account in turns(owned):
        layout = None if idl is None else idl.account_layout(account.data)
        row = {"address": str(key), "space": len(account.data)}
        kinds.setdefault(None if layout is None else layout.name, []).append(row)
    return {
        "count": len(owned),
        "kinds": [
            {"type": kind, "count": len(rows), "rows": sorted(rows, key=lambda row: row["address"])[:MAX_OWNED]}
            for kind, rows in sorted(kinds.items(), key=lambda entry: entry[0] or "~")
        ],
    }


def _interface(node: Node, program: Pubkey) -> dict[str, Any]:
    idl = idl_of(node, program)
    if idl is None:
        return {"instructions": [], "events": [], "types": []}
    return {
        "instructions": [layout.name for layout in idl.instructions],
        "events": [layout.name for layout in idl.events],
        "types": [layout.name for layout in idl.accounts],
    }


def program_row(node: Node, address: Pubkey, account: Account) -> dict[str, Any]:
    """A program in the list: its name, loader, size, who may upgrade it, and when it was last called."""
    row: dict[str, Any] = {
        "address": str(address),
        "name": name_of(node, address),
        "hasIdl": idl_of(node, address) is not None,
        "loader": name_of(node, account.owner) or str(account.owner),
        "bytes": len(account.data),
        "authority": None,
        "deployedSlot": None,
        "lastCall": None,
    }
    home = node.chain.vm.account(program_data_address(address)) if account.owner == UPGRADEABLE_LOADER else None
    if home is not None and is_program_data(home):
        row["bytes"] = max(0, len(home.data) - PROGRAM_DATA_HEADER)
        row["deployedSlot"] = int.from_bytes(home.data[4:12], "little")
        row["authority"] = str(Pubkey(home.data[13:PROGRAM_DATA_HEADER])) if home.data[12] else None
    newest = next(iter(node.chain.newest_for(address)), None)
    if newest is not None:
        row["lastCall"] = {"signature": str(newest.signature), "time": newest.block_time}
    return row


async def executables(node: Node) -> list[tuple[Pubkey, Account]]:
    """The programs that genesis or a later write put on the chain."""
    read = node.chain.vm.account
    return [
        (key, account)
        async for key in turns(list(node.chain.touched))
        if (account := read(key)) is not None and account.executable
    ]


async def programs_page(node: Node) -> dict[str, Any]:
    """Programs that were put on the chain, and the ones that every chain has."""
    own = dict(await executables(node))
    standard = {key: account for key in KNOWN if (account := node.chain.vm.account(key)) and account.executable}
    rows = [program_row(node, key, account) for key, account in own.items() if key not in standard]
    return {
        "deployed": sorted(rows, key=lambda row: (row["name"] or "~", row["address"])),
        "standard": [program_row(node, key, account) for key, account in standard.items()],
    }

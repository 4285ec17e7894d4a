"""jsonParsed instructions: which program is parsed by what."""

import struct
from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.codec.parsed import loaders, stakes, system, token
from solana_localnet.codec.parsed.fields import Fields

Parser = Callable[[list[str], Fields], Any]

_PARSERS: dict[Pubkey, tuple[str, Parser]] = {
    programs.SYSTEM: ("system", system.parse),
    programs.TOKEN: ("spl-token", token.parse),
    programs.TOKEN_2022: ("spl-token", token.parse),
    programs.ASSOCIATED_TOKEN: ("spl-associated-token-account", token.parse_associated),
    programs.MEMO: ("spl-memo", system.parse_memo),
    programs.MEMO_V1: ("spl-memo", system.parse_memo),
    programs.UPGRADEABLE_LOADER: ("bpf-upgradeable-loader", loaders.parse_upgradeable),
    programs.LOADER_V2: ("bpf-loader", loaders.parse_loader),
    programs.STAKE: ("stake", stakes.parse_stake),
    programs.VOTE: ("vote", stakes.parse_vote),
    programs.LOOKUP_TABLE: ("address-lookup-table", loaders.parse_lookup_table),
}


def parse_instruction(program: Pubkey, keys: list[Pubkey], data: bytes) -> dict[str, Any] | None:
    """{program, parsed} of an instruction whose program and data are known, else None."""
    entry = _PARSERS.get(program)
    if entry is None:
        return None
    name, parse = entry
    try:
        parsed = parse([str(key) for key in keys], Fields(data))
    except (struct.error, IndexError, ValueError):
        # Too short, or not what the program takes: shown undecoded, as validators do.
        return None
    return None if parsed is None else {"program": name, "parsed": parsed}

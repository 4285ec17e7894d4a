"""jsonParsed accounts: SPL Token and Token-2022, the upgradeable loader, nonces, lookup tables and sysvars."""

import base64
import struct
from collections.abc import Callable
from typing import Any

from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.codec import token_layout
from solana_localnet.codec.parsed.extensions import amount_scale, chain_time, parse_extensions
from solana_localnet.codec.parsed.stakes import stake_account, vote_account
from solana_localnet.codec.parsed.sysvars import config_account, sysvar

AccountReader = Callable[[Pubkey], Account | None]
Parsed = dict[str, Any]


def parse_account(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    """The parsed form {program, parsed, space}, or None for an account of a program that nobody parses."""
    parser = _BY_OWNER.get(account.owner)
    if parser is None:
        return None
    name, parse = parser
    try:
        parsed = parse(address, account, read)
    except (struct.error, IndexError, ValueError):
        return None
    if parsed is None:
        return None
    if account.owner == programs.TOKEN_2022:
        name = "spl-token-2022"
    return {"program": name, "parsed": parsed, "space": len(account.data)}


def _text(key: Pubkey | None) -> str | None:
    return None if key is None else str(key)


def _token(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    data = account.data
    mint = token_layout.parse_mint(data)
    if mint is not None:
        return {"type": "mint", "info": _mint_info(mint) | _extensions(data)}
    holding = token_layout.parse_token_account(data)
    if holding is not None:
        mint_account = read(holding.mint)
        mint = None if mint_account is None else token_layout.parse_mint(mint_account.data)
        if mint is None:
            return None
        assert mint_account is not None
        scale = amount_scale(mint_account.data, chain_time(read(programs.SYSVAR_CLOCK)))
        return {"type": "account", "info": _holding_info(holding, mint.decimals, scale) | _extensions(data)}
    if len(data) == token_layout.MULTISIG_SIZE and data[2]:
        required, total = data[0], data[1]
        signers = [str(Pubkey(data[3 + 32 * i : 35 + 32 * i])) for i in range(total)]
        info = {"numRequiredSigners": required, "numValidSigners": total, "isInitialized": True}
        return {"type": "multisig", "info": info | {"signers": signers}}
    return None


def _extensions(data: bytes) -> Parsed:
    found = parse_extensions(data)
    return {"extensions": found} if found else {}


def _mint_info(mint: token_layout.Mint) -> Parsed:
    return {
        "mintAuthority": _text(mint.mint_authority),
        "supply": str(mint.supply),
        "decimals": mint.decimals,
        "isInitialized": mint.initialized,
        "freezeAuthority": _text(mint.freeze_authority),
    }


def _holding_info(holding: token_layout.TokenHolding, decimals: int, scale: token_layout.Scale | None) -> Parsed:
    info: Parsed = {
        "mint": str(holding.mint),
        "owner": str(holding.owner),
        "tokenAmount": token_layout.ui_amount(holding.amount, decimals, scale),
        "state": token_layout.ACCOUNT_STATES[holding.state],
        "isNative": holding.native_reserve is not None,
    }
    if holding.delegate is not None:
        info["delegate"] = str(holding.delegate)
        info["delegatedAmount"] = token_layout.ui_amount(holding.delegated_amount, decimals, scale)
    if holding.native_reserve is not None:
        info["rentExemptReserve"] = token_layout.ui_amount(holding.native_reserve, decimals, scale)
    if holding.close_authority is not None:
        info["closeAuthority"] = str(holding.close_authority)
    return info


def _loader(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    data = account.data
    (kind,) = struct.unpack_from("<I", data)
    if kind == 0:
        return {"type": "uninitialized"}
    if kind == 1:
        code = data[37:]
        return {"type": "buffer", "info": {"authority": _option(data, 4), "data": _base64(code)}}
    if kind == 2:
        return {"type": "program", "info": {"programData": str(Pubkey(data[4:36]))}}
    if kind == 3:
        (slot,) = struct.unpack_from("<Q", data, 4)
        info = {"slot": slot, "authority": _option(data, 12), "data": _base64(data[45:])}
        return {"type": "programData", "info": info}
    return None


def _option(data: bytes, offset: int) -> str | None:
    return str(Pubkey(data[offset + 1 : offset + 33])) if data[offset] else None


def _base64(data: bytes) -> list[str]:
    return [base64.b64encode(data).decode(), "base64"]


def _system(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    data = account.data
    if len(data) != 80:
        return None
    version, state = struct.unpack_from("<II", data)
    if version > 1:
        return None
    if state == 0:
        return {"type": "uninitialized"}
    (fee,) = struct.unpack_from("<Q", data, 72)
    info = {
        "authority": str(Pubkey(data[8:40])),
        "blockhash": str(Hash(data[40:72])),
        "feeCalculator": {"lamportsPerSignature": str(fee)},
    }
    return {"type": "initialized", "info": info}


def _lookup_table(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    data = account.data
    kind, deactivation, extended, start, has_authority = struct.unpack_from("<IQQBB", data)
    if kind == 0:
        return {"type": "uninitialized"}
    info: Parsed = {
        "deactivationSlot": str(deactivation),
        "lastExtendedSlot": str(extended),
        "lastExtendedSlotStartIndex": start,
        "addresses": [str(Pubkey(data[at : at + 32])) for at in range(56, len(data) - 31, 32)],
    }
    if has_authority:
        info["authority"] = str(Pubkey(data[22:54]))
    return {"type": "lookupTable", "info": info}


def _sysvar(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    return sysvar(address, account.data)


def _stake(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    return stake_account(account.data)


def _vote(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    return vote_account(account.data, address)


def _config(address: Pubkey, account: Account, read: AccountReader) -> Parsed | None:
    return config_account(address, account.data)


_Parser = Callable[[Pubkey, Account, AccountReader], Parsed | None]
_BY_OWNER: dict[Pubkey, tuple[str, _Parser]] = {
    programs.TOKEN: ("spl-token", _token),
    programs.TOKEN_2022: ("spl-token-2022", _token),
    programs.UPGRADEABLE_LOADER: ("bpf-upgradeable-loader", _loader),
    programs.SYSTEM: ("nonce", _system),
    programs.LOOKUP_TABLE: ("address-lookup-table", _lookup_table),
    programs.SYSVAR_OWNER: ("sysvar", _sysvar),
    programs.STAKE: ("stake", _stake),
    programs.VOTE: ("vote", _vote),
    programs.CONFIG: ("config", _config),
}

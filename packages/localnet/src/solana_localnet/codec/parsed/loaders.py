"""Instructions of the program loaders and of address lookup tables (agave `parse_bpf_loader.rs`)."""

import base64
from typing import Any

from solana_localnet.codec.parsed.fields import Fields, kind, named


def parse_upgradeable(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One instruction of the upgradeable loader, None when its tag is unknown."""
    tag = data.number("I")
    if tag == 0:
        info = named("account", keys)
        return kind("initializeBuffer", info | ({"authority": keys[1]} if len(keys) > 1 else {}))
    if tag == 1:
        offset, size = data.number("I"), data.number("Q")
        info = {"offset": offset, "bytes": base64.b64encode(data.take(size)).decode()}
        return kind("write", named("account authority", keys) | info)
    if tag == 2:
        names = "payerAccount programDataAccount programAccount bufferAccount rentSysvar clockSysvar"
        names += " systemProgram authority"
        return kind("deployWithMaxDataLen", named(names, keys) | {"maxDataLen": data.number("Q")})
    if tag == 3:
        names = "programDataAccount programAccount bufferAccount spillAccount rentSysvar clockSysvar authority"
        return kind("upgrade", named(names, keys))
    if tag == 4:
        info = named("account authority", keys)
        return kind("setAuthority", info | {"newAuthority": keys[2] if len(keys) > 2 else None})
    if tag == 5:
        info = named("account recipient authority", keys)
        return kind("close", info | {"programAccount": keys[3] if len(keys) > 3 else None})
    if tag == 6:
        return _extend("extendProgram", "programDataAccount programAccount", keys, data)
    if tag == 7:
        return kind("setAuthorityChecked", named("account authority newAuthority", keys))
    if tag == 8:
        info = named("bufferOrProgramDataAccount authority programAccount programDataAccount", keys)
        return kind("migrate", info)
    if tag == 9:
        return _extend("extendProgramChecked", "programDataAccount programAccount authority", keys, data)
    return None


def _extend(name: str, accounts: str, keys: list[str], data: Fields) -> dict[str, Any]:
    info: dict[str, Any] = named(accounts, keys)
    at = len(info)
    info["systemProgram"] = keys[at] if len(keys) > at + 1 else None
    info["payerAccount"] = keys[at + 1] if len(keys) > at + 1 else None
    return kind(name, info | {"additionalBytes": data.number("I")})


def parse_loader(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One instruction of the older loader."""
    tag = data.number("I")
    if tag == 0:
        offset, size = data.number("I"), data.number("Q")
        info = {"offset": offset, "bytes": base64.b64encode(data.take(size)).decode()}
        return kind("write", named("account", keys) | info)
    return kind("finalize", named("account", keys)) if tag == 1 else None


def parse_lookup_table(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One instruction of the address-lookup-table program."""
    tag = data.number("I")
    table = "lookupTableAccount lookupTableAuthority"
    if tag == 0:
        info = {"recentSlot": data.number("Q"), "bumpSeed": data.number("B")}
        return kind("createLookupTable", named(table + " payerAccount systemProgram", keys) | info)
    if tag == 1:
        return kind("freezeLookupTable", named(table, keys))
    if tag == 2:
        addresses = [data.key() for _ in range(data.number("Q"))]
        names = table + " payerAccount systemProgram" if len(keys) >= 4 else table
        return kind("extendLookupTable", named(names, keys) | {"newAddresses": addresses})
    if tag == 3:
        return kind("deactivateLookupTable", named(table, keys))
    return kind("closeLookupTable", named(table + " recipient", keys)) if tag == 4 else None

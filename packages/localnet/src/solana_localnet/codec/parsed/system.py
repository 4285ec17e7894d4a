"""Instructions of the system program and memos (agave `transaction-status/src/parse_system.rs`)."""

from typing import Any

from solana_localnet.codec.parsed.fields import Fields, kind, named

NONCE_ACCOUNTS = {
    4: ("advanceNonce", "nonceAccount recentBlockhashesSysvar nonceAuthority"),
    12: ("upgradeNonce", "nonceAccount"),
}


def parse(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One system instruction, None when its tag is unknown."""
    tag = data.number("I")
    if tag in (0, 3):
        return _create(tag, keys, data)
    if tag in NONCE_ACCOUNTS:
        name, accounts = NONCE_ACCOUNTS[tag]
        return kind(name, named(accounts, keys))
    if tag in (5, 6, 7):
        return _nonce(tag, keys, data)
    if tag == 1:
        return kind("assign", named("account", keys) | {"owner": data.key()})
    if tag == 2:
        return kind("transfer", named("source destination", keys) | {"lamports": data.number("Q")})
    if tag == 8:
        return kind("allocate", named("account", keys) | {"space": data.number("Q")})
    if tag == 9:
        info = {"base": data.key(), "seed": data.text(), "space": data.number("Q"), "owner": data.key()}
        return kind("allocateWithSeed", named("account", keys) | info)
    if tag == 10:
        info = {"base": data.key(), "seed": data.text(), "owner": data.key()}
        return kind("assignWithSeed", named("account", keys) | info)
    if tag == 11:
        info = {"lamports": data.number("Q"), "sourceSeed": data.text(), "sourceOwner": data.key()}
        return kind("transferWithSeed", named("source sourceBase destination", keys) | info)
    return None


def _create(tag: int, keys: list[str], data: Fields) -> dict[str, Any]:
    info = named("source newAccount", keys)
    if tag == 3:
        info |= {"base": data.key(), "seed": data.text()}
    info |= {"lamports": data.number("Q"), "space": data.number("Q"), "owner": data.key()}
    return kind("createAccountWithSeed" if tag == 3 else "createAccount", info)


def _nonce(tag: int, keys: list[str], data: Fields) -> dict[str, Any]:
    if tag == 5:
        accounts = named("nonceAccount destination recentBlockhashesSysvar rentSysvar nonceAuthority", keys)
        return kind("withdrawFromNonce", accounts | {"lamports": data.number("Q")})
    if tag == 6:
        accounts = named("nonceAccount recentBlockhashesSysvar rentSysvar", keys)
        return kind("initializeNonce", accounts | {"nonceAuthority": data.key()})
    return kind("authorizeNonce", named("nonceAccount nonceAuthority", keys) | {"newAuthorized": data.key()})


def parse_memo(keys: list[str], data: Fields) -> str:
    """A memo is its text."""
    return data.rest().decode()

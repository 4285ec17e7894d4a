"""Instructions that only Token-2022 has: its extensions, and the interfaces of metadata and groups."""

import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from solana_localnet.codec.parsed.confidential import (
    parse_confidential_fee,
    parse_confidential_mint_burn,
    parse_confidential_transfer,
)
from solana_localnet.codec.parsed.extensions import EXTENSION_NAMES
from solana_localnet.codec.parsed.fields import Fields, kind, named, with_authority
from solana_localnet.codec.token_layout import ACCOUNT_STATES, ui_amount

Parsed = dict[str, Any]
Keys = list[str]


def _optional(name: str, value: str | None) -> Parsed:
    return {} if value is None else {name: value}


def _signed(name: str, accounts: str, authority: str, **info: Any) -> Callable[[Keys], Parsed]:
    """An instruction with named accounts and one who signs behind them."""
    return lambda keys: kind(name, with_authority(named(accounts, keys) | info, authority, keys, len(accounts.split())))


def _transfer_fee(keys: Keys, data: Fields) -> Parsed | None:
    tag = data.number("B")
    if tag == 0:
        info = named("mint", keys) | _optional("transferFeeConfigAuthority", data.optional_key())
        info |= _optional("withdrawWithheldAuthority", data.optional_key())
        info |= {"transferFeeBasisPoints": data.number("H"), "maximumFee": data.number("Q")}
        return kind("initializeTransferFeeConfig", info)
    if tag == 1:
        amount, decimals, fee = data.number("Q"), data.number("B"), data.number("Q")
        amounts = {"tokenAmount": ui_amount(amount, decimals), "feeAmount": ui_amount(fee, decimals)}
        return _signed("transferCheckedWithFee", "source mint destination", "authority", **amounts)(keys)
    if tag == 2:
        name = "withdrawWithheldTokensFromMint"
        return _signed(name, "mint feeRecipient", "withdrawWithheldAuthority")(keys)
    if tag == 3:
        count = data.number("B")
        sources = keys[len(keys) - count :]
        name = "withdrawWithheldTokensFromAccounts"
        first = keys[: len(keys) - count]
        return _signed(name, "mint feeRecipient", "withdrawWithheldAuthority", sourceAccounts=sources)(first)
    if tag == 4:
        return kind("harvestWithheldTokensToMint", named("mint", keys) | {"sourceAccounts": keys[1:]})
    if tag == 5:
        fee = {"transferFeeBasisPoints": data.number("H"), "maximumFee": data.number("Q")}
        return _signed("setTransferFee", "mint", "transferFeeConfigAuthority", **fee)(keys)
    return None


def _default_state(keys: Keys, data: Fields) -> Parsed | None:
    tag, state = data.number("B"), ACCOUNT_STATES[data.number("B")]
    if tag == 0:
        return kind("initializeDefaultAccountState", named("mint", keys) | {"accountState": state})
    return _signed("updateDefaultAccountState", "mint", "freezeAuthority", accountState=state)(keys)


def _reallocate(keys: Keys, data: Fields) -> Parsed:
    extensions = extension_types(data)
    return _signed("reallocate", "account payer systemProgram", "owner", extensionTypes=extensions)(keys)


def extension_types(data: Fields) -> list[str]:
    """The names of the extensions whose numbers fill the rest of the data."""
    return [EXTENSION_NAMES[data.number("H")] for _ in range((len(data.data) - data.at) // 2)]


def _switch(on: str, off: str) -> Callable[[Keys, Fields], Parsed]:
    return lambda keys, data: _signed(off if data.number("B") else on, "account", "owner")(keys)


def _interest(keys: Keys, data: Fields) -> Parsed:
    if data.number("B") == 0:
        info = named("mint", keys) | {"rateAuthority": data.nonzero_key(), "rate": data.number("h")}
        return kind("initializeInterestBearingConfig", info)
    return _signed("updateInterestBearingConfigRate", "mint", "rateAuthority", newRate=data.number("h"))(keys)


def _pointer(what: str, field: str) -> Callable[[Keys, Fields], Parsed]:
    def parse(keys: Keys, data: Fields) -> Parsed:
        if data.number("B") == 0:
            info = named("mint", keys) | _optional("authority", data.nonzero_key())
            return kind(f"initialize{what}", info | _optional(field, data.nonzero_key()))
        target = _optional(field, data.nonzero_key())
        return _signed(f"update{what}", "mint", "authority", **target)(keys)

    return parse


def _scaled(keys: Keys, data: Fields) -> Parsed:
    if data.number("B") == 0:
        info = named("mint", keys) | _optional("authority", data.nonzero_key())
        return kind("initializeScaledUiAmountConfig", info | {"multiplier": data.decimal()})
    change = {"newMultiplier": data.decimal(), "newMultiplierTimestamp": data.number("q")}
    return _signed("updateMultiplier", "mint", "authority", **change)(keys)


def _pausable(keys: Keys, data: Fields) -> Parsed:
    tag = data.number("B")
    if tag == 0:
        return kind("initializePausableConfig", named("mint", keys) | _optional("authority", data.nonzero_key()))
    return _signed(("pause", "resume")[tag - 1], "mint", "authority")(keys)


_EXTENSIONS: dict[int, Callable[[Keys, Fields], Parsed | None]] = {
    25: lambda keys, data: kind(
        "initializeMintCloseAuthority", named("mint", keys) | {"newAuthority": data.optional_key()}
    ),
    26: _transfer_fee,
    27: parse_confidential_transfer,
    28: _default_state,
    29: _reallocate,
    30: _switch("enableRequiredMemoTransfers", "disableRequiredMemoTransfers"),
    31: lambda keys, data: kind("createNativeMint", named("payer nativeMint systemProgram", keys)),
    32: lambda keys, data: kind("initializeNonTransferableMint", named("mint", keys)),
    33: _interest,
    34: _switch("enableCpiGuard", "disableCpiGuard"),
    35: lambda keys, data: kind("initializePermanentDelegate", named("mint", keys) | {"delegate": data.key()}),
    36: _pointer("TransferHook", "programId"),
    37: parse_confidential_fee,
    38: lambda keys, data: _signed("withdrawExcessLamports", "source destination", "authority")(keys),
    39: _pointer("MetadataPointer", "metadataAddress"),
    40: _pointer("GroupPointer", "groupAddress"),
    41: _pointer("GroupMemberPointer", "memberAddress"),
    42: parse_confidential_mint_burn,
    43: _scaled,
    44: _pausable,
}


def parse_extension(tag: int, keys: Keys, data: Fields) -> Parsed | None:
    """The instruction of an extension behind its tag, None when it is not known."""
    parse = _EXTENSIONS.get(tag)
    return None if parse is None else parse(keys, data)


# -- interfaces ----------------------------------------------------------------------------------------------------


def _initialize_metadata(keys: Keys, data: Fields) -> Parsed:
    texts = {"name": data.short_text(), "symbol": data.short_text(), "uri": data.short_text()}
    return kind("initializeTokenMetadata", named("metadata updateAuthority mint mintAuthority", keys) | texts)


def _update_field(keys: Keys, data: Fields) -> Parsed:
    tag = data.number("B")
    field = ("name", "symbol", "uri")[tag] if tag < 3 else data.short_text()
    info = named("metadata updateAuthority", keys) | {"field": field, "value": data.short_text()}
    return kind("updateTokenMetadataField", info)


def _remove_key(keys: Keys, data: Fields) -> Parsed:
    info = {"idempotent": bool(data.number("B")), "key": data.short_text()}
    return kind("removeTokenMetadataKey", named("metadata updateAuthority", keys) | info)


def _initialize_group(keys: Keys, data: Fields) -> Parsed:
    info = named("group mint mintAuthority", keys) | _optional("updateAuthority", data.nonzero_key())
    return kind("initializeTokenGroup", info | {"maxSize": data.number("Q")})


def _new_authority(name: str, account: str) -> Callable[[Keys, Fields], Parsed]:
    return lambda keys, data: kind(
        name, named(f"{account} updateAuthority", keys) | {"newAuthority": data.nonzero_key()}
    )


def _emit(keys: Keys, data: Fields) -> Parsed:
    info: Parsed = named("metadata", keys)
    for name in ("start", "end"):
        info[name] = data.number("Q") if data.number("B") else None
    return kind("emitTokenMetadata", info)


def _update_group(keys: Keys, data: Fields) -> Parsed:
    info = named("group updateAuthority", keys) | {"maxSize": data.number("Q")}
    return kind("updateTokenGroupMaxSize", info)


def _initialize_member(keys: Keys, data: Fields) -> Parsed:
    names = "member memberMint memberMintAuthority group groupUpdateAuthority"
    return kind("initializeTokenGroupMember", named(names, keys))


def _discriminator(name: str) -> bytes:
    return sha256(name.encode()).digest()[:8]


_INTERFACES: dict[bytes, Callable[[Keys, Fields], Parsed]] = {
    _discriminator(f"spl_token_{interface}:{name}"): parse
    for interface, name, parse in (
        ("metadata_interface", "initialize_account", _initialize_metadata),
        ("metadata_interface", "updating_field", _update_field),
        ("metadata_interface", "remove_key_ix", _remove_key),
        (
            "metadata_interface",
            "update_the_authority",
            _new_authority("updateTokenMetadataAuthority", "metadata"),
        ),
        ("metadata_interface", "emitter", _emit),
        ("group_interface", "initialize_token_group", _initialize_group),
        ("group_interface", "update_group_max_size", _update_group),
        ("group_interface", "update_authority", _new_authority("updateTokenGroupAuthority", "group")),
        ("group_interface", "initialize_member", _initialize_member),
    )
}


def parse_interface(keys: Keys, data: bytes) -> Parsed | None:
    """An instruction of the metadata or group interface, None when the data does not begin with one of theirs."""
    parse = _INTERFACES.get(data[:8])
    if parse is None:
        return None
    try:
        return parse(keys, Fields(data[8:]))
    except (struct.error, ValueError, IndexError):
        return None

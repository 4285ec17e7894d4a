"""Instructions of SPL Token, Token-2022's base set, and associated token accounts (agave `parse_token.rs`)."""

from typing import Any

from solana_localnet.codec.parsed.fields import Fields, kind, named, with_authority
from solana_localnet.codec.parsed.token_2022 import extension_types, parse_extension, parse_interface
from solana_localnet.codec.token_layout import ui_amount

AUTHORITY_TYPES = (
    "mintTokens",
    "freezeAccount",
    "accountOwner",
    "closeAccount",
    "transferFeeConfig",
    "withheldWithdraw",
    "closeMint",
    "interestRate",
    "permanentDelegate",
    "confidentialTransferMint",
    "transferHookProgramId",
    "confidentialTransferFeeConfig",
    "metadataPointer",
    "groupPointer",
    "groupMemberPointer",
    "scaledUiAmount",
    "pause",
)
MINT_AUTHORITY_TYPES = frozenset((0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
# tag: name, accounts before the authority, the authority's field, what the data holds
SIGNED: dict[int, tuple[str, str, str, str]] = {
    3: ("transfer", "source destination", "authority", "amount"),
    4: ("approve", "source delegate", "owner", "amount"),
    5: ("revoke", "source", "owner", ""),
    7: ("mintTo", "mint account", "mintAuthority", "amount"),
    8: ("burn", "account mint", "authority", "amount"),
    9: ("closeAccount", "account destination", "owner", ""),
    10: ("freezeAccount", "account mint", "freezeAuthority", ""),
    11: ("thawAccount", "account mint", "freezeAuthority", ""),
    12: ("transferChecked", "source mint destination", "authority", "tokenAmount"),
    13: ("approveChecked", "source mint delegate", "owner", "tokenAmount"),
    14: ("mintToChecked", "mint account", "mintAuthority", "tokenAmount"),
    15: ("burnChecked", "account mint", "authority", "tokenAmount"),
}
ASSOCIATED = ("create", "createIdempotent", "recoverNested")


def parse(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One token instruction, None when its tag is unknown."""
    found = parse_interface(keys, data.data)
    if found is not None:
        return found
    tag = data.number("B")
    if tag in SIGNED:
        return _signed(tag, keys, data)
    if tag in (0, 20):
        return _initialize_mint(tag, keys, data)
    if tag == 1:
        return kind("initializeAccount", named("account mint owner rentSysvar", keys))
    if tag in (16, 18):
        accounts = named("account mint rentSysvar" if tag == 16 else "account mint", keys)
        return kind("initializeAccount2" if tag == 16 else "initializeAccount3", accounts | {"owner": data.key()})
    if tag in (2, 19):
        first = named("multisig rentSysvar" if tag == 2 else "multisig", keys)
        signers = keys[len(first) :]
        name = "initializeMultisig" if tag == 2 else "initializeMultisig2"
        return kind(name, first | {"signers": signers, "m": data.number("B")})
    if tag == 6:
        return _set_authority(keys, data)
    if tag == 17:
        return kind("syncNative", named("account", keys))
    if tag == 21:
        extensions = extension_types(data)
        info = {"extensionTypes": extensions} if extensions else {}
        return kind("getAccountDataSize", named("mint", keys) | info)
    if tag == 22:
        return kind("initializeImmutableOwner", named("account", keys))
    if tag == 23:
        return kind("amountToUiAmount", named("mint", keys) | {"amount": str(data.number("Q"))})
    if tag == 24:
        return kind("uiAmountToAmount", named("mint", keys) | {"uiAmount": data.rest().decode()})
    return parse_extension(tag, keys, data)


def _signed(tag: int, keys: list[str], data: Fields) -> dict[str, Any]:
    name, accounts, authority, value = SIGNED[tag]
    info = named(accounts, keys)
    if value == "amount":
        info["amount"] = str(data.number("Q"))
    elif value == "tokenAmount":
        amount, decimals = data.number("Q"), data.number("B")
        info["tokenAmount"] = ui_amount(amount, decimals)
    return kind(name, with_authority(info, authority, keys, len(accounts.split())))


def _initialize_mint(tag: int, keys: list[str], data: Fields) -> dict[str, Any]:
    info = named("mint rentSysvar" if tag == 0 else "mint", keys)
    info |= {"decimals": data.number("B"), "mintAuthority": data.key()}
    freeze = data.optional_key()
    if freeze is not None:
        info["freezeAuthority"] = freeze
    return kind("initializeMint" if tag == 0 else "initializeMint2", info)


def _set_authority(keys: list[str], data: Fields) -> dict[str, Any]:
    authority_type = data.number("B")
    owned = "mint" if authority_type in MINT_AUTHORITY_TYPES else "account"
    info = named(owned, keys) | {
        "authorityType": AUTHORITY_TYPES[authority_type],
        "newAuthority": data.optional_key(),
    }
    return kind("setAuthority", with_authority(info, "authority", keys, 1))


def parse_associated(keys: list[str], data: Fields) -> dict[str, Any] | None:
    """One instruction of the associated-token-account program; empty data means `create`."""
    tag = data.number("B") if data.data else 0
    if tag < 2:
        return kind(ASSOCIATED[tag], named("source account wallet mint systemProgram tokenProgram", keys))
    if tag == 2:
        names = "nestedSource nestedMint destination nestedOwner ownerMint wallet tokenProgram"
        return kind(ASSOCIATED[tag], named(names, keys))
    return None

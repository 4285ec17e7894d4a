"""Parameters that several methods share: account views, filters, commitment contexts."""

from collections.abc import Callable
from typing import Any, cast

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.programs import TOKEN_PROGRAMS
from solana_localnet.codec import base58, token_layout
from solana_localnet.codec.accounts import ACCOUNT_ENCODINGS, AccountView
from solana_localnet.rpc.errors import invalid_params
from solana_localnet.rpc.params import (
    Config,
    as_config,
    decode_base64,
    missing_field,
    require_u64,
    unknown_variant,
    wrong_type,
)

MAX_FILTERS = 4
MAX_MEMCMP_BYTES, MAX_MEMCMP_BASE58, MAX_MEMCMP_BASE64 = 128, 175, 172
MEMCMP_ENCODINGS = ("base58", "base64", "bytes")
NO_BYTES = "Invalid params: data did not match any variant of untagged enum DataType."
INDEXED, ADDRESS_BYTES = {0: "mint", 32: "owner"}, 32
"""What Agave looks up at these offsets of a token account."""
Filter = Callable[[Account], bool]


def account_view(config: Config, default_encoding: str) -> AccountView:
    """The encoding and data slice in a method's configuration."""
    encoding = config.choice("encoding", ACCOUNT_ENCODINGS, default_encoding)
    section = config.section("dataSlice")
    if section is None:
        return AccountView(encoding)
    bounds = [section.integer(name, "usize") for name in ("offset", "length")]
    for name, bound in zip(("offset", "length"), bounds, strict=True):
        if bound is None:
            raise missing_field(name)
    return AccountView(encoding, (bounds[0] or 0, bounds[1] or 0))


def account_filters(config: Config) -> list[Filter]:
    """The `filters` of getProgramAccounts and programSubscribe: memcmp, dataSize and tokenAccountState."""
    items = config.items("filters")
    if len(items) > MAX_FILTERS:
        raise invalid_params(f"Too many filters provided; max {MAX_FILTERS}")
    return [_filter(item) for item in items]


def _filter(item: Any) -> Filter:
    if item == "tokenAccountState":
        return lambda account: token_layout.parse_token_account(account.data) is not None
    if isinstance(item, dict):
        fields = cast(dict[str, Any], item)
        if len(fields) != 1:
            raise invalid_params("Invalid params: invalid value: map, expected map with a single key.")
        if "dataSize" in fields:
            size = require_u64(fields["dataSize"])
            return lambda account: len(account.data) == size
        if "memcmp" in fields:
            offset, wanted = _memcmp(fields["memcmp"])
            return lambda account: account.data[offset : offset + len(wanted)] == wanted
        if "tokenAccountState" in fields:
            return _filter("tokenAccountState")
        item = next(iter(fields))
    if not isinstance(item, str):
        raise wrong_type(item, "string or map")
    kinds = ("dataSize", "memcmp", "tokenAccountState")
    raise invalid_params(f"Invalid params: {unknown_variant(item, kinds)}.")


def check_token_filters(config: Config, program: Pubkey) -> None:
    """Raises -32602 for a filter of token accounts by a mint or an owner that is no address, as Agave's index does."""
    if program not in TOKEN_PROGRAMS:
        return
    for item in config.items("filters"):
        if isinstance(item, dict) and "memcmp" in item:
            offset, wanted = _memcmp(cast(dict[str, Any], item)["memcmp"])
            if offset in INDEXED and len(wanted) != ADDRESS_BYTES:
                found = f"Incorrect byte length {len(wanted)} for SPL token {INDEXED[offset]} filter"
                raise invalid_params(f"{found}, expected {ADDRESS_BYTES}")


def _memcmp(value: Any) -> tuple[int, bytes]:
    """Offset and bytes of a comparison."""
    fields = as_config(value)
    for name in ("offset", "bytes"):
        if name not in fields.fields:
            raise missing_field(name)
    offset = require_u64(fields.any("offset"), "usize")
    return offset, _memcmp_bytes(fields.any("bytes"), fields.choice("encoding", MEMCMP_ENCODINGS, "base58"))


def _memcmp_bytes(value: Any, encoding: str) -> bytes:
    if isinstance(value, list):
        try:
            wanted = bytes(cast(list[int], value))
        except (TypeError, ValueError):
            raise invalid_params(NO_BYTES) from None
    elif not isinstance(value, str):
        raise invalid_params(NO_BYTES)
    elif encoding == "base64":
        if len(value) > MAX_MEMCMP_BASE64:
            raise invalid_params("Invalid param: DataTooLarge")
        wanted = decode_base64(value, "Invalid param: Base64DecodeError({})")
    else:
        wanted = _memcmp_base58(value)
    if len(wanted) > MAX_MEMCMP_BYTES:
        raise invalid_params("Invalid param: DataTooLarge")
    return wanted


def _memcmp_base58(text: str) -> bytes:
    if len(text) > MAX_MEMCMP_BASE58:
        raise invalid_params("Invalid param: DataTooLarge")
    for index, char in enumerate(text):
        if char not in base58.ALPHABET:
            reason = f"InvalidCharacter {{ character: '{char}', index: {index} }}"
            raise invalid_params(f"Invalid param: Base58DecodeError({reason})")
    return base58.decode(text)

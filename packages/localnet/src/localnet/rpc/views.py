"""Parameters that several methods share: account views, filters, commitment contexts."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, cast

from solders.account import Account

from localnet.codec import base58, token_layout
from localnet.codec.accounts import ACCOUNT_ENCODINGS, AccountView
from localnet.rpc.errors import invalid_params
from localnet.rpc.params import Config, as_config, missing_field, require_u64, unknown_variant, wrong_type

MAX_FILTERS = 4
MAX_MEMCMP_BYTES, MAX_MEMCMP_BASE58 = 128, 175
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
        if "dataSize" in fields:
            size = require_u64(fields["dataSize"])
            return lambda account: len(account.data) == size
        if "memcmp" in fields:
            return _memcmp(fields["memcmp"])
        if "tokenAccountState" in fields:
            return _filter("tokenAccountState")
        item = next(iter(fields), "")
    if not isinstance(item, str):
        raise wrong_type(item, "string or map")
    kinds = ("dataSize", "memcmp", "tokenAccountState")
    raise invalid_params(f"Invalid params: {unknown_variant(item, kinds)}.")


def _memcmp(value: Any) -> Filter:
    fields = as_config(value)
    for name in ("offset", "bytes"):
        if name not in fields:
            raise missing_field(name)
    offset = require_u64(fields.any("offset"), "usize")
    wanted = _memcmp_bytes(fields.any("bytes"), fields.text("encoding", "base58") or "base58")
    end = offset + len(wanted)
    return lambda account: account.data[offset:end] == wanted


def _memcmp_bytes(value: Any, encoding: str) -> bytes:
    if isinstance(value, list):
        try:
            wanted = bytes(cast(list[int], value))
        except (TypeError, ValueError):
            raise invalid_params("Invalid params: memcmp bytes must be integers from 0 to 255.") from None
    elif isinstance(value, str):
        try:
            if encoding == "base64":
                wanted = base64.b64decode(value, validate=True)
            elif encoding in ("base58", "binary"):
                wanted = _memcmp_base58(value)
            else:
                raise invalid_params(f"Invalid params: unknown variant `{encoding}`, expected base58 or base64.")
        except (ValueError, binascii.Error) as error:
            raise invalid_params(f"Invalid param: Base64DecodeError({error})") from None
    else:
        raise wrong_type(value, "a string or a sequence")
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

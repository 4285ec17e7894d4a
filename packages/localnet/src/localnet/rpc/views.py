"""Parameters that several methods share: account views, filters, commitment contexts."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, cast

from solders.account import Account

from localnet.codec import base58, token_layout
from localnet.codec.accounts import ACCOUNT_ENCODINGS, AccountView
from localnet.rpc.errors import invalid_params
from localnet.rpc.params import Config, as_config, require_u64, wrong_type

MAX_FILTERS = 4
MAX_MEMCMP_BYTES = 128
Filter = Callable[[Account], bool]


def account_view(config: Config, default_encoding: str) -> AccountView:
    """The encoding and data slice in a method's configuration."""
    encoding = config.choice("encoding", ACCOUNT_ENCODINGS, default_encoding)
    section = config.section("dataSlice")
    if section is None:
        return AccountView(encoding)
    return AccountView(encoding, (require_u64(section.any("offset")), require_u64(section.any("length"))))


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
    raise invalid_params("Invalid params: a filter is one of `dataSize`, `memcmp`, `tokenAccountState`.")


def _memcmp(value: Any) -> Filter:
    fields = as_config(value)
    offset = require_u64(fields.any("offset"))
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
                wanted = base58.decode(value) if len(value) <= 2 * MAX_MEMCMP_BYTES else b"\0" * 129
            else:
                raise invalid_params(f"Invalid params: unknown variant `{encoding}`, expected base58 or base64.")
        except (ValueError, binascii.Error):
            raise invalid_params("Invalid param: unable to decode the memcmp filter's bytes") from None
    else:
        raise wrong_type(value, "a string or a sequence")
    if len(wanted) > MAX_MEMCMP_BYTES:
        raise invalid_params(f"Invalid param: encoded memcmp bytes exceed the maximum of {MAX_MEMCMP_BYTES}")
    return wanted

"""Typed access to the positional arguments of a request, with the error texts that Agave gives."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, cast

from solders.pubkey import Pubkey
from solders.signature import Signature

from localnet.codec import base58
from localnet.rpc.errors import MIN_CONTEXT_SLOT_NOT_REACHED, RpcError, invalid_params

COMMITMENTS = frozenset(("processed", "confirmed", "finalized", "recent", "single", "singleGossip", "root", "max", ""))
U64_MAX = (1 << 64) - 1
MAX_RAW_TRANSACTION = 1232
# A base58 or base64 rendering of the largest packet; longer text cannot be a transaction.
MAX_ENCODED = {"base58": 1683, "base64": 1644}


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, int):
        return f"integer `{value}`"
    if isinstance(value, float):
        return f"floating point `{value}`"
    if isinstance(value, str):
        return f"string {value!r}".replace("'", '"')
    return "sequence" if isinstance(value, list) else "map"


def wrong_type(value: Any, expected: str) -> RpcError:
    """-32602 for a value of another JSON type than the method takes."""
    return invalid_params(f"Invalid params: invalid type: {_kind(value)}, expected {expected}.")


def parse_pubkey(text: Any) -> Pubkey:
    """An address from base58 text; -32602 when it is none."""
    if not isinstance(text, str):
        raise wrong_type(text, "a string")
    try:
        return Pubkey.from_string(text)
    except ValueError as error:
        reason = "WrongSize" if "length" in str(error).lower() or "size" in str(error).lower() else "Invalid"
        raise invalid_params(f"Invalid param: {reason}") from None


def parse_signature(text: Any) -> Signature:
    """A transaction signature from base58 text; -32602 when it is none."""
    if not isinstance(text, str):
        raise wrong_type(text, "a string")
    try:
        return Signature.from_string(text)
    except ValueError as error:
        reason = "WrongSize" if "length" in str(error).lower() or "size" in str(error).lower() else "Invalid"
        raise invalid_params(f"Invalid param: {reason}") from None


def decode_blob(text: str, encoding: str, what: str, limit: int = MAX_RAW_TRANSACTION) -> bytes:
    """The bytes of a base58 or base64 `what` (transaction, message); -32602 when malformed or above `limit` bytes."""
    if encoding not in MAX_ENCODED:
        raise invalid_params(f"unsupported encoding: {encoding}. Supported encodings: base58, base64")
    longest = MAX_ENCODED[encoding]
    if len(text) > longest:
        raise invalid_params(
            f"{encoding} encoded {what} too large: {len(text)} bytes (max: encoded/raw {longest}/{limit})"
        )
    try:
        raw = base58.decode(text) if encoding == "base58" else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise invalid_params(f"invalid {encoding} encoding: {error}") from None
    if len(raw) > limit:
        raise invalid_params(f"decoded {what} too large: {len(raw)} bytes (max: {limit} bytes)")
    return raw


class Config:
    """The optional configuration object of a method. Unknown members are ignored, as Agave ignores them."""

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def __contains__(self, name: str) -> bool:
        return self.fields.get(name) is not None

    def any(self, name: str) -> Any:
        """The member as it came, or None."""
        return self.fields.get(name)

    def text(self, name: str, default: str | None = None) -> str | None:
        """A string member."""
        value = self.fields.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise wrong_type(value, "a string")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean member."""
        value = self.fields.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise wrong_type(value, "a boolean")
        return value

    def integer(self, name: str) -> int | None:
        """An unsigned 64-bit member."""
        value = self.fields.get(name)
        if value is None:
            return None
        return require_u64(value)

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of `allowed`, or `default` when absent."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            options = ", ".join(f"`{option}`" for option in allowed)
            raise invalid_params(f"Invalid params: unknown variant `{value}`, expected one of {options}.")
        return value

    def section(self, name: str) -> "Config | None":
        """A nested object, or None when absent."""
        value = self.fields.get(name)
        if value is None:
            return None
        return as_config(value)

    def items(self, name: str) -> list[Any]:
        """A list member; empty when absent."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise wrong_type(value, "a sequence")
        return cast(list[Any], value)


def as_config(value: Any) -> Config:
    """`value`, which must be an object, as a Config."""
    if not isinstance(value, dict):
        raise wrong_type(value, "a map")
    return Config(cast(dict[str, Any], value))


def require_u64(value: Any) -> int:
    """`value` as an unsigned 64-bit integer; -32602 otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(value, "u64")
    if not 0 <= value <= U64_MAX:
        raise invalid_params(f"Invalid params: invalid value: integer `{value}`, expected u64.")
    return value


class Params:
    """Positional arguments of one request."""

    __slots__ = ("values",)

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def at(self, index: int) -> Any:
        """The argument at `index`, None when absent."""
        return self.values[index] if index < len(self.values) else None

    def required(self, index: int) -> Any:
        """The argument at `index`; -32602 when absent."""
        if index >= len(self.values):
            raise invalid_params(f"`params` should have at least {index + 1} argument(s)")
        return self.values[index]

    def pubkey(self, index: int) -> Pubkey:
        """A required address."""
        return parse_pubkey(self.required(index))

    def signature(self, index: int) -> Signature:
        """A required transaction signature."""
        return parse_signature(self.required(index))

    def text(self, index: int) -> str:
        """A required string."""
        value = self.required(index)
        if not isinstance(value, str):
            raise wrong_type(value, "a string")
        return value

    def u64(self, index: int) -> int:
        """A required unsigned 64-bit integer."""
        return require_u64(self.required(index))

    def optional_u64(self, index: int) -> int | None:
        """An unsigned 64-bit integer, or None when absent or null."""
        value = self.at(index)
        return None if value is None else require_u64(value)

    def sequence(self, index: int) -> list[Any]:
        """A required list."""
        value = self.required(index)
        if not isinstance(value, list):
            raise wrong_type(value, "a sequence")
        return cast(list[Any], value)

    def config(self, index: int) -> Config:
        """The configuration object at `index`; an empty one when absent or null."""
        value = self.at(index)
        return Config({}) if value is None else as_config(value)


def check_context(config: Config, slot: int, commitment_name: str = "commitment") -> None:
    """Checks the members that every reading method shares: `commitment` and `minContextSlot`.

    One node votes for itself, so every commitment reads the same slot; a name that does not exist is still an error.
    """
    commitment = config.any(commitment_name)
    if commitment is not None:
        if not isinstance(commitment, str):
            raise wrong_type(commitment, "a string")
        if commitment not in COMMITMENTS:
            raise invalid_params(
                f"Invalid params: unknown variant `{commitment}`, expected one of "
                "`processed`, `confirmed`, `finalized`."
            )
    minimum = config.integer("minContextSlot")
    if minimum is not None and minimum > slot:
        raise RpcError(MIN_CONTEXT_SLOT_NOT_REACHED, "Minimum context slot has not been reached", {"contextSlot": slot})

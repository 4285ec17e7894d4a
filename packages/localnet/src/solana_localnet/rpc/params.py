"""Typed access to the positional arguments of a request, with the error texts that Agave gives."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, cast

from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.chain.blocks.commitment import Level, level_of
from solana_localnet.codec import base58
from solana_localnet.rpc.errors import RpcError, invalid_params

HASH_BYTES, LONGEST_HASH = 32, 44
U64_MAX = (1 << 64) - 1
MAX_RAW_TRANSACTION = 1232
# A base58 or base64 rendering of the largest packet; longer text cannot be a transaction.
BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
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


def parse_hash(text: str, prefix: str = "Invalid param: ") -> Hash:
    """A blockhash from base58 text; -32602 when it is none. prefix: how the error begins."""
    if len(text) > LONGEST_HASH:
        raise invalid_params(f"{prefix}WrongSize")
    try:
        raw = base58.decode(text)
    except ValueError:
        raise invalid_params(f"{prefix}Invalid") from None
    if len(raw) != HASH_BYTES:
        raise invalid_params(f"{prefix}WrongSize")
    return Hash(raw)


def parse_signature(text: Any) -> Signature:
    """A transaction signature from base58 text; -32602 when it is none."""
    if not isinstance(text, str):
        raise wrong_type(text, "a string")
    try:
        return Signature.from_string(text)
    except ValueError as error:
        reason = "WrongSize" if "length" in str(error).lower() or "size" in str(error).lower() else "Invalid"
        raise invalid_params(f"Invalid param: {reason}") from None


BLOB_ENCODINGS = ("binary", "base64", "base58", "json", "jsonParsed")


def decode_blob(text: str, encoding: str, what: str, limit: int = MAX_RAW_TRANSACTION) -> bytes:
    """The bytes of a base58 or base64 `what` (transaction, message); -32602 when malformed or above `limit` bytes."""
    longest = MAX_ENCODED.get(encoding)
    if longest is None:
        raise invalid_params(f"unsupported encoding: {encoding}. Supported encodings: base58, base64")
    if len(text) > longest:
        raise invalid_params(
            f"{encoding} encoded {what} too large: {len(text)} bytes (max: encoded/raw {longest}/{limit})"
        )
    raw = decode_base58(text) if encoding == "base58" else decode_base64(text)
    if len(raw) > limit:
        raise invalid_params(f"decoded {what} too large: {len(raw)} bytes (max: {limit} bytes)")
    return raw


def decode_base58(text: str) -> bytes:
    """Base58, refused in the words of Rust's bs58."""
    for index, char in enumerate(text):
        if char not in base58.ALPHABET:
            raise invalid_params(f"invalid base58 encoding: InvalidCharacter {{ character: '{char}', index: {index} }}")
    return base58.decode(text)


def decode_base64(text: str, refusal: str = "invalid base64 encoding: {}") -> bytes:
    """Base64, refused in the words of Rust's base64, which are put into `refusal`."""
    data = text.encode()
    body = data.rstrip(b"=")
    strangers = body.translate(None, BASE64_ALPHABET)
    if strangers:
        raise invalid_params(refusal.format(f"InvalidByte({body.index(strangers[:1])}, {strangers[0]})"))
    try:
        if len(body) % 4 == 1:
            raise invalid_params(refusal.format(f"InvalidLength({len(body)})"))
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise invalid_params(refusal.format("InvalidPadding")) from None


class Config:
    """The optional configuration object of a method. Unknown members are ignored, as Agave ignores them.

    untagged: whether Agave reads the object as one of several shapes, and so has one text for all that does not fit.
    """

    __slots__ = ("fields", "untagged")

    def __init__(self, fields: dict[str, Any], untagged: str | None = None) -> None:
        self.fields = fields
        self.untagged = untagged

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

    def integer(self, name: str, kind: str = "u64") -> int | None:
        """An unsigned 64-bit member; `kind` is what the error calls it."""
        value = self.fields.get(name)
        if value is None:
            return None
        return require_u64(value, kind)

    def version(self) -> int | None:
        """`maxSupportedTransactionVersion`, a byte."""
        value = self.integer("maxSupportedTransactionVersion", "u8")
        if value is not None and value > 255:
            raise self._mismatch(f"invalid value: integer `{value}`, expected u8")
        return value

    def level(self, name: str = "commitment") -> Level:
        """The commitment level; finalized when absent."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise wrong_type(value, "string or map")
        return level_of(value)

    def _mismatch(self, why: str) -> RpcError:
        if self.untagged is not None:
            return invalid_params(f"Invalid params: data did not match any variant of untagged enum {self.untagged}.")
        return invalid_params(f"Invalid params: {why}.")

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of `allowed`, or `default` when absent."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            raise self._mismatch(unknown_variant(value, allowed))
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


def unknown_variant(value: str, allowed: Sequence[str]) -> str:
    """serde's words for a name that is none of `allowed`."""
    options = [f"`{option}`" for option in allowed]
    listed = " or ".join(options) if len(options) == 2 else "one of " + ", ".join(options)
    return f"unknown variant `{value}`, expected {listed}"


def missing_field(name: str) -> RpcError:
    """-32602 for an object without a member that it must have."""
    return invalid_params(f"Invalid params: missing field `{name}`.")


def as_config(value: Any, name: str | None = None) -> Config:
    """`value`, which must be an object, as a Config. name: what Agave calls the type of the object."""
    if not isinstance(value, dict):
        raise wrong_type(value, "a map" if name is None else f"struct {name}")
    return Config(cast(dict[str, Any], value))


def require_u64(value: Any, kind: str = "u64") -> int:
    """`value` as an unsigned 64-bit integer; -32602 otherwise. kind: what the error calls it."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(value, kind)
    if not 0 <= value <= U64_MAX:
        raise invalid_params(f"Invalid params: invalid value: integer `{value}`, expected {kind}.")
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

    def u64(self, index: int, kind: str = "u64") -> int:
        """A required unsigned 64-bit integer; `kind` is what the error calls it."""
        return require_u64(self.required(index), kind)

    def optional_u64(self, index: int, kind: str = "u64") -> int | None:
        """An unsigned 64-bit integer, or None when absent or null."""
        value = self.at(index)
        return None if value is None else require_u64(value, kind)

    def sequence(self, index: int) -> list[Any]:
        """A required list."""
        value = self.required(index)
        if not isinstance(value, list):
            raise wrong_type(value, "a sequence")
        return cast(list[Any], value)

    def config(self, index: int, name: str | None = None) -> Config:
        """The configuration object at `index`; an empty one when absent or null. name: Agave's name of its type."""
        value = self.at(index)
        return Config({}) if value is None else as_config(value, name)

    def commitment_config(self, index: int) -> Config:
        """A CommitmentConfig: absent, or an object that names a commitment."""
        config = self.config(index, "CommitmentConfig")
        if self.at(index) is not None and "commitment" not in config.fields:
            raise missing_field("commitment")
        return config

    def encoding_config(self, index: int, untagged: str) -> Config:
        """A configuration object, or the older form of it, an encoding alone."""
        value = self.at(index)
        if value is None:
            return Config({}, untagged)
        if isinstance(value, str):
            return Config({"encoding": value}, untagged)
        if not isinstance(value, dict):
            raise invalid_params(f"Invalid params: data did not match any variant of untagged enum {untagged}.")
        return Config(cast(dict[str, Any], value), untagged)

"""One IDL in one shape, for every version of Anchor's format."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, cast

from solders.pubkey import Pubkey

from solana_localnet.idl.types import IdlValue, Mismatch, ValueReader, members

EVENT_CPI_TAG = bytes.fromhex("e445a52e51cb9a1d")
"""First eight bytes of the instruction by which Anchor's emit_cpi! sends an event to its own program."""


class IdlError(ValueError):
    """The document is no IDL. The text says what is wrong with it."""


@dataclass(slots=True)
class IdlAccount:
    """One account that an instruction takes."""

    name: str
    writable: bool
    signer: bool


@dataclass(slots=True)
class IdlLayout:
    """Something that begins with a discriminator. fields: of an instruction or an old event; else a type's name."""

    name: str
    discriminator: bytes
    fields: list[Any] | None = None
    accounts: list[IdlAccount] = field(default_factory=list[IdlAccount])

    def read(self, data: bytes, types: dict[str, Any]) -> IdlValue:
        """The value behind the discriminator. Raises Mismatch."""
        reader = ValueReader(data[len(self.discriminator) :], types)
        try:
            if self.fields is not None:
                return reader.fields(self.fields)
            return reader.read({"defined": {"name": self.name}})
        except Mismatch:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Mismatch(f"{self.name} cannot be read: {error!r}") from None


@dataclass(slots=True)
class Idl:
    """A program's interface. source: the JSON document as it came."""

    name: str
    address: Pubkey | None
    source: dict[str, Any]
    types: dict[str, Any]
    instructions: list[IdlLayout]
    accounts: list[IdlLayout]
    events: list[IdlLayout]
    errors: dict[int, tuple[str, str]]

    def instruction(self, data: bytes) -> tuple[IdlLayout, IdlValue | None] | None:
        """Which instruction the data is, and its arguments where they can be read."""
        return self._find(self.instructions, data)

    def account(self, data: bytes) -> tuple[IdlLayout, IdlValue | None] | None:
        """Which account the data is, and its fields where they can be read."""
        return self._find(self.accounts, data)

    def event(self, data: bytes) -> tuple[IdlLayout, IdlValue | None] | None:
        """Which event the data is, and its fields where they can be read."""
        return self._find(self.events, data)

    def account_layout(self, data: bytes) -> IdlLayout | None:
        """Which account the data is."""
        return _longest(self.accounts, data)

    def _find(self, layouts: list[IdlLayout], data: bytes) -> tuple[IdlLayout, IdlValue | None] | None:
        layout = _longest(layouts, data)
        if layout is None:
            return None
        try:
            return layout, layout.read(data, self.types)
        except Mismatch:
            return layout, None


def _longest(layouts: list[IdlLayout], data: bytes) -> IdlLayout | None:
    """The layout whose discriminator the data begins with; the longest one, where several do."""
    fitting = [layout for layout in layouts if layout.discriminator and data.startswith(layout.discriminator)]
    return max(fitting, key=lambda one: len(one.discriminator), default=None)


def read_idl(document: Any) -> Idl:
    """An IDL from its JSON document. Raises IdlError."""
    if not isinstance(document, dict):
        raise IdlError("an IDL is a JSON object")
    fields = cast(dict[str, Any], document)
    if not isinstance(fields.get("instructions"), list):
        raise IdlError("an IDL has a list of `instructions`")
    metadata = cast(dict[str, Any], fields.get("metadata") or {})
    try:
        address = fields.get("address") or metadata.get("address")
        types = {str(item["name"]): item for item in members(fields, "types")}
        accounts = [_stored(item, "account", types) for item in members(fields, "accounts")]
        return Idl(
            name=str(metadata.get("name") or fields.get("name") or "program"),
            address=None if not address else Pubkey.from_string(address),
            source=fields,
            types=types,
            instructions=[_instruction(item) for item in members(fields, "instructions")],
            accounts=accounts,
            events=[_stored(item, "event", types) for item in members(fields, "events")],
            errors={
                int(item["code"]): (str(item["name"]), str(item.get("msg") or "")) for item in members(fields, "errors")
            },
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise IdlError(f"the IDL makes no sense: {error!r}") from None


def _instruction(item: dict[str, Any]) -> IdlLayout:
    name = str(item["name"])
    slots: list[IdlAccount] = []
    _collect_accounts(members(item, "accounts"), "", slots)
    return IdlLayout(name, _discriminator(item, f"global:{snake_case(name)}"), members(item, "args"), slots)


def _collect_accounts(items: list[Any], prefix: str, into: list[IdlAccount]) -> None:
    for item in items:
        name = f"{prefix}{item['name']}"
        if "accounts" in item:
            _collect_accounts(item["accounts"], f"{name}.", into)
        else:
            writable = bool(item.get("writable", item.get("isMut", False)))
            into.append(IdlAccount(name, writable, bool(item.get("signer", item.get("isSigner", False)))))


def _stored(item: dict[str, Any], kind: str, types: dict[str, Any]) -> IdlLayout:
    """An account or event. Older documents keep its type beside its name rather than among the types."""
    name = str(item["name"])
    fields: list[Any] | None = item.get("fields")
    if fields is None and "type" in item:
        types.setdefault(name, item)
    return IdlLayout(name, _discriminator(item, f"{kind}:{name}"), fields)


def _discriminator(item: dict[str, Any], preimage: str) -> bytes:
    given = item.get("discriminator")
    if isinstance(given, list):
        return bytes(cast(list[int], given))
    return sha256(preimage.encode()).digest()[:8]


def snake_case(name: str) -> str:
    """`initializeMint2` as Rust spells it: `initialize_mint2`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()

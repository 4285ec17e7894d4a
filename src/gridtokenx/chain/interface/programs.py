"""The five programs as a reader of transactions sees them: calls, events and errors by their names, by the IDLs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, cast

import anchorpy
from anchorpy.error import LangErrorMessage
from anchorpy_core.idl import Idl
from pyheck import snake
from solana.rpc.async_api import AsyncClient
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.clients.energy_token.events import EVENTS as ENERGY_TOKEN
from gridtokenx.clients.governance.events import EVENTS as GOVERNANCE
from gridtokenx.clients.oracle.events import EVENTS as ORACLE
from gridtokenx.clients.programs import Programs as Deployed
from gridtokenx.clients.registry.events import EVENTS as REGISTRY
from gridtokenx.clients.trading.events import EVENTS as TRADING

DISCRIMINATOR_BYTES = 8
EVENTS = {
    "energy_token": ENERGY_TOKEN,
    "governance": GOVERNANCE,
    "oracle": ORACLE,
    "registry": REGISTRY,
    "trading": TRADING,
}


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An error code's name and message."""

    code: int
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class DecodedEvent:
    """An event that a program emitted: its name and its fields (snake_case; enums as their variant's name)."""

    program: str
    name: str
    fields: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.fields[key]


@dataclass(eq=False)
class ProgramClient:
    """One program: AnchorPy's client of it, and its IDL (spec 0.1.0)."""

    name: str
    id: Pubkey
    idl: dict[str, Any]
    anchor: anchorpy.Program
    _instructions: dict[str, dict[str, Any]] = field(init=False)
    _errors: dict[int, ErrorInfo] = field(init=False)
    _names: dict[bytes, str] = field(init=False)
    _events: dict[bytes, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._instructions = {entry["name"]: entry for entry in self.idl["instructions"]}
        self._names = {bytes(entry["discriminator"]): entry["name"] for entry in self.idl["instructions"]}
        # The generated classes: AnchorPy's coder takes ten times as long, and the indexer decodes every event.
        self._events = {cast(Any, kind).DISCRIMINATOR: kind for kind in EVENTS[self.name]}
        self._errors = {e["code"]: ErrorInfo(e["code"], e["name"], e["msg"]) for e in self.idl.get("errors", [])}

    def instruction_name(self, data: bytes) -> str | None:
        """Which instruction these data call; None for what is none of this program's."""
        return self._names.get(bytes(data[:DISCRIMINATOR_BYTES]))

    def decode_arguments(self, data: bytes) -> dict[str, Any]:
        """The arguments in an instruction's data, by name. Raises ValueError for what is none of this program's."""
        try:
            parsed = cast(dict[str, Any], cast(Any, self.anchor.coder.instruction.parse(data)).data)
            return {snake(name): plain(value) for name, value in parsed.items() if name != "_io"}
        except Exception as error:  # construct raises many kinds for data that end too early.
            raise ValueError(f"no instruction of {self.name}: {error}") from None

    def account_names(self, instruction: str) -> list[str]:
        """The instruction's accounts in order."""
        return [account["name"] for account in self._instructions[instruction]["accounts"]]

    def decode_event(self, data: bytes) -> DecodedEvent | None:
        """The event in the bytes of a `Program data:` line; None for what is no event of this program."""
        kind = self._events.get(bytes(data[:DISCRIMINATOR_BYTES]))
        if kind is None:
            return None
        event = kind.decode(data)
        return DecodedEvent(self.name, kind.__name__, {name: plain(getattr(event, name)) for name in kind.__slots__})

    def error(self, code: int) -> ErrorInfo | None:
        """The error of this program with `code`."""
        return self._errors.get(code)


def plain(value: Any) -> Any:
    """AnchorPy's decoded value in plain Python: enum variants as their names, structs as dictionaries."""
    if isinstance(value, (int, str, bool, bytes, Pubkey)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast(list[Any], value)]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if hasattr(value, "_sumtype_attribs"):
        return type(value).__name__
    return fields_of(value)


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a struct that AnchorPy decoded, in plain Python."""
    return {key: plain(item) for key, item in cast(dict[str, Any], vars(value)).items()}


class Programs:
    """The programs that are built, by name."""

    def __init__(self, workspace: Checkout, connection: AsyncClient, payer: Keypair) -> None:
        """Loads every IDL in target/. Raises WorkspaceError when none was built."""
        self.ids = workspace.program_ids
        self.deployed = Deployed(**{name: self.ids[name] for name in Deployed.__slots__})
        provider = anchorpy.Provider(connection, anchorpy.Wallet(payer))
        self._programs: dict[str, ProgramClient] = {}
        for name in workspace.built_programs:
            idl = Idl.from_json(workspace.load_legacy_idl(name))
            client = anchorpy.Program(idl, self.ids[name], provider)
            self._programs[name] = ProgramClient(name, self.ids[name], workspace.load_idl(name), client)
        if not self._programs:
            workspace.load_idl("registry")

    def __getitem__(self, name: str) -> ProgramClient:
        if name not in self._programs:
            raise KeyError(f"{name} is not built; run `make build`")
        return self._programs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._programs

    def __iter__(self) -> Iterator[ProgramClient]:
        return iter(self._programs.values())

    def by_id(self, program: Pubkey) -> ProgramClient | None:
        """The program at an address, if it is one of ours."""
        return next((p for p in self if p.id == program), None)


def framework_error(code: int) -> ErrorInfo | None:
    """Anchor's own error codes (100 to 5000)."""
    for known, message in LangErrorMessage.items():
        if int(known) == code:
            return ErrorInfo(code, getattr(known, "name", str(known)), message)
    return None

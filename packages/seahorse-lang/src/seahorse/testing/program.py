"""A deployed program: its instructions, accounts and addresses by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing.codec import Codec, CodecError, DataReader, DecodedRecord
from seahorse.testing.resolve import AddressLike, CallError, LedgerAccounts, Resolver, address_of, find_address
from seahorse.testing.result import Result


class LedgerOfProgram(LedgerAccounts, Protocol):
    """The methods of its ledger that a program uses."""

    def send(self, *calls: ProgramCall | Instruction) -> Result: ...

    def account(self, address: AddressLike) -> Account | None: ...

    def owned_by(self, program: AddressLike) -> list[tuple[Pubkey, Account]]: ...

    def set_account(self, address: AddressLike, *, data: bytes, owner: AddressLike) -> None: ...


@dataclass(frozen=True)
class ProgramCall:
    """An instruction of a program, ready for `Ledger.send`."""

    program: DeployedProgram
    name: str
    instruction: Instruction
    signers: list[Keypair]

    def __str__(self) -> str:
        return f"{self.program.name}.{self.name}"


def _meta(given: Any) -> tuple[AccountMeta, Keypair | None]:
    """An account that the IDL does not name, and its key when that signs."""
    if isinstance(given, AccountMeta):
        return given, None
    key = given if isinstance(given, Keypair) else None
    return AccountMeta(address_of(given, "remaining_accounts"), key is not None, True), key


class DeployedProgram:
    """A program on a ledger. Its instructions are methods: `counter.increment(owner=alice, by=3)`.

    Accounts and arguments are given by the names of the source. You need not give accounts that the IDL tells: derived
    addresses, programs, sysvars. An optional account that you omit is absent. Give a signer as its Keypair.
    """

    def __init__(self, ledger: LedgerOfProgram, idl: dict[str, Any]) -> None:
        self._ledger = ledger
        self.idl = idl
        self.name: str = idl["metadata"]["name"]
        self.id = Pubkey.from_string(idl["address"])
        self.codec = Codec(idl)
        self.instructions: dict[str, dict[str, Any]] = {i["name"]: i for i in idl["instructions"]}
        self.errors: dict[int, tuple[str, str]] = {
            e["code"]: (e["name"], e.get("msg", "")) for e in idl.get("errors", [])
        }
        self._accounts = {bytes(a["discriminator"]): str(a["name"]) for a in idl.get("accounts", [])}
        self._events = {bytes(e["discriminator"]): str(e["name"]) for e in idl.get("events", [])}

    @property
    def address_on_ledger(self) -> Pubkey:
        return self.id

    def __getattr__(self, name: str) -> Callable[..., Result]:
        names = self.__dict__.get("instructions", {})
        if name.startswith("__") or name not in names:
            raise AttributeError(f"{self.__dict__.get('name')} has no instruction {name!r}; it has {', '.join(names)}")
        return partial(self.call, name)

    def call(self, instruction: str, /, **given: Any) -> Result:
        """Execute an instruction in a transaction of its own.

        `remaining_accounts=[...]` are the accounts behind those that the IDL names: a Keypair signs, all are writable;
        an AccountMeta is taken as it is.

        Raises Failed when it fails, CallError when the IDL has no such instruction or parameter.
        """
        return self._ledger.send(self.prepare(instruction, **given))

    def prepare(self, instruction: str, /, **given: Any) -> ProgramCall:
        """An instruction to be sent with others in one transaction."""
        if instruction not in self.instructions:
            raise CallError(f"{self.name} has no instruction {instruction!r}; it has {', '.join(self.instructions)}")
        described = self.instructions[instruction]
        remaining = [_meta(a) for a in given.pop("remaining_accounts", [])]
        known = [a["name"] for a in described["accounts"]] + [a["name"] for a in described["args"]]
        if unknown := [name for name in given if name not in known]:
            # An IDL does not name the accounts behind those with names.
            more = "; accounts of a list are given as remaining_accounts=[...]"
            listed = any(isinstance(given[name], list | tuple) for name in unknown)
            told = f"{instruction} has no parameter {', '.join(unknown)}; it has {', '.join(known)}"
            raise CallError(told + more * listed)
        given = {a["name"]: a["default"] for a in described["args"] if "default" in a} | given
        metas, signers = Resolver(self.id, described, given, self._ledger).metas()
        signers += [key for _, key in remaining if key is not None]
        metas += [meta for meta, _ in remaining]
        return ProgramCall(self, instruction, Instruction(self.id, self._data(described, given), metas), signers)

    def _data(self, described: dict[str, Any], given: dict[str, Any]) -> bytes:
        data = bytes(described["discriminator"])
        for arg in described["args"]:
            name, kind = arg["name"], arg["type"]
            if name not in given and not (isinstance(kind, dict) and "option" in kind):
                raise CallError(f"{described['name']}: the argument {name!r} is missing")
            data += self.codec.encode(kind, given.get(name), name)
        return data

    def address(self, *seeds: Any) -> Pubkey:
        """The address that this program derives from seeds: text, bytes, addresses, keypairs."""
        return find_address(seeds, self.id)[0]

    def bump(self, *seeds: Any) -> int:
        """The canonical bump of the address of these seeds."""
        return find_address(seeds, self.id)[1]

    def account(self, address: AddressLike) -> DecodedRecord:
        """The decoded account at an address. Raises LookupError when there is none of this program."""
        key = address_of(address)
        raw = self._ledger.account(key)
        if raw is None:
            raise LookupError(f"there is no account at {key}")
        if raw.owner != self.id:
            raise LookupError(f"{key} is owned by {raw.owner}, not by {self.name}")
        return self.decode_account(bytes(raw.data))

    def accounts(self, name: str) -> dict[Pubkey, DecodedRecord]:
        """All accounts of one type, by address."""
        mine = self._ledger.owned_by(self.id)
        return {
            key: self.decode_account(bytes(a.data))
            for key, a in mine
            if _marker(self._accounts, bytes(a.data))[1] == name
        }

    def decode_account(self, data: bytes) -> DecodedRecord:
        """Account data, by its discriminator. Raises LookupError when no account type of this program has it."""
        size, name = _marker(self._accounts, data)
        if name is None:
            raise LookupError(f"the data starts with no discriminator of an account type of {self.name}")
        return self.codec.decode_struct(name, DataReader(data[size:]))

    def set_account(self, address: AddressLike, type_name: str, /, *, space: int | None = None, **fields: Any) -> None:
        """Put an account of this program anywhere, past every rule. `space`: bytes of data, if more than needed."""
        marker = next((d for d, name in self._accounts.items() if name == type_name), None)
        if marker is None:
            raise CallError(f"{self.name} has no account type {type_name}; it has {', '.join(self._accounts.values())}")
        data = marker + self.codec.encode_struct(type_name, fields, type_name)
        self._ledger.set_account(address, data=data.ljust(space or 0, b"\0"), owner=self.id)

    def decode_event(self, data: bytes) -> DecodedRecord | None:
        """Logged data as an event, or None when it is not one of this program."""
        size, name = _marker(self._events, data)
        return None if name is None else self.codec.decode_struct(name, DataReader(data[size:]))

    def decode_value(self, instruction: str, data: bytes) -> Any:
        """An instruction's return data; None when it returns nothing."""
        kind = self.instructions[instruction].get("returns")
        if kind is None:
            return None
        reader = DataReader(data)
        value = self.codec.decode(kind, reader)
        if reader.at != len(data):
            raise CodecError(f"{instruction} returned {len(data)} bytes; {kind} has {reader.at}")
        return value


def _marker(names: dict[bytes, str], data: bytes) -> tuple[int, str | None]:
    """The discriminator that data begins with: its length, and what has it. None is the beginning of another."""
    return next(((len(marker), name) for marker, name in names.items() if data.startswith(marker)), (0, None))

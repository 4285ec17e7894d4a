"""Finds an instruction's accounts: those given, and those that the IDL tells how to find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast, runtime_checkable

from solders.instruction import AccountMeta
from solders.keypair import Keypair
from solders.pubkey import Pubkey

KNOWN = {
    "system_program": "11111111111111111111111111111111",
    "token_program": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "associated_token_program": "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "rent": "SysvarRent111111111111111111111111111111111",
    "clock": "SysvarC1ock11111111111111111111111111111111",
}
_WIDTHS = {f"{sign}{bits}": bits // 8 for sign in "ui" for bits in (8, 16, 32, 64, 128)}


class CallError(ValueError):
    """A call is not as the IDL describes the instruction. The message says what is missing or too much."""


@runtime_checkable
class Addressed(Protocol):
    """Anything on the ledger that has an address, such as a deployed program."""

    @property
    def address_on_ledger(self) -> Pubkey: ...


AddressLike = Pubkey | Keypair | Addressed | str
"""What can stand for an account: its key, its keypair, a program, or base58 text."""


def address_of(value: Any, what: str = "address") -> Pubkey:
    """The key that a value stands for. Raises CallError, naming `what`, when it is not an address."""
    if isinstance(value, Pubkey):
        return value
    if isinstance(value, Keypair):
        return value.pubkey()
    if isinstance(value, Addressed):
        return value.address_on_ledger
    if isinstance(value, str):
        try:
            return Pubkey.from_string(value)
        except ValueError:
            pass
    raise CallError(f"{what}: {value!r} is not an address; give a Pubkey, a Keypair, or base58 text")


def seed_bytes(seed: Any) -> bytes:
    """A seed as the language reads it: text as UTF-8, an address as its 32 bytes, bytes as they are.

    An integer must come as its little-endian bytes, since here it has no width.
    """
    if isinstance(seed, str):
        return seed.encode()
    if isinstance(seed, bytes | bytearray):
        return bytes(seed)
    if isinstance(seed, int):
        raise CallError(f"the seed {seed} has no width; give its bytes, as ({seed}).to_bytes(8, 'little')")
    return bytes(address_of(seed, "seed"))


def find_address(seeds: Sequence[Any], program: Pubkey) -> tuple[Pubkey, int]:
    """The program-derived address of seeds, and its canonical bump."""
    return Pubkey.find_program_address([seed_bytes(s) for s in seeds], program)


class LedgerAccounts(Protocol):
    """The question of resolution to the ledger: a field of an account's data."""

    def field_type(self, address: Pubkey, path: list[str]) -> tuple[Any, Any]: ...


class Resolver:
    """Resolves the accounts of one call."""

    def __init__(
        self, program: Pubkey, instruction: Mapping[str, Any], given: Mapping[str, Any], ledger: LedgerAccounts
    ) -> None:
        self._program = program
        self._instruction = instruction
        self._given = given
        self._ledger = ledger
        self._slots: dict[str, Mapping[str, Any]] = {a["name"]: a for a in instruction["accounts"]}
        self._args: dict[str, Any] = {a["name"]: a["type"] for a in instruction["args"]}
        self._found: dict[str, Pubkey] = {}
        self._pending: set[str] = set()

    def metas(self) -> tuple[list[AccountMeta], list[Keypair]]:
        """The accounts in order, and the keypairs among those given for signers. Raises CallError."""
        metas: list[AccountMeta] = []
        signers: list[Keypair] = []
        for name, slot in self._slots.items():
            key, value = self.key(name), self._given.get(name)
            absent = bool(slot.get("optional")) and key == self._program
            signs = bool(slot.get("signer")) and not absent
            if isinstance(value, Keypair):
                # A new account signs its own creation even where the IDL leaves it to `init`.
                signers.append(value)
            elif signs and name in self._given and not isinstance(value, Pubkey):
                raise CallError(f"{self._instruction['name']}: {name} signs; give its Keypair")
            metas.append(AccountMeta(key, signs, bool(slot.get("writable")) and not absent))
        return metas, signers

    def key(self, name: str) -> Pubkey:
        """The address of one account."""
        if name not in self._found:
            if name in self._pending:
                raise CallError(f"{self._instruction['name']}: {name} depends on itself; give its address")
            self._pending.add(name)
            self._found[name] = self._resolve(name, self._slots[name])
        return self._found[name]

    def _resolve(self, name: str, slot: Mapping[str, Any]) -> Pubkey:
        if self._given.get(name) is not None:
            return address_of(self._given[name], name)
        optional = bool(slot.get("optional"))
        if optional:
            return self._program
        if name in self._given:
            raise CallError(f"{self._instruction['name']}: {name} is not optional; None cannot be given")
        if name == "program" and "event_authority" in self._slots:
            # Of an instruction whose events are calls of the program itself.
            return self._program
        if "address" in slot:
            return Pubkey.from_string(slot["address"])
        if "pda" in slot:
            return self._derive(slot["pda"])
        if name in KNOWN:
            return Pubkey.from_string(KNOWN[name])
        raise CallError(f"{self._instruction['name']}: the account {name!r} is missing")

    def _derive(self, pda: Mapping[str, Any]) -> Pubkey:
        program = self._program
        if "program" in pda:
            owner = pda["program"]
            program = Pubkey(bytes(owner["value"])) if owner["kind"] == "const" else self.key(owner["path"])
        return Pubkey.find_program_address([self._seed(s) for s in pda["seeds"]], program)[0]

    def _seed(self, seed: Mapping[str, Any]) -> bytes:
        if seed["kind"] == "const":
            return bytes(seed["value"])
        head, *path = str(seed["path"]).split(".")
        if seed["kind"] == "account":
            if not path:
                return bytes(self.key(head))
            kind, value = self._ledger.field_type(self.key(head), path)
            return _seed_value(kind, value, seed["path"])
        if head not in self._given:
            raise CallError(f"{self._instruction['name']}: the argument {head!r} is missing")
        value = self._given[head]
        for part in path:
            value = cast("Mapping[str, Any]", value)[part] if isinstance(value, Mapping) else getattr(value, part)
        return _seed_value(self._args[head] if not path else None, value, seed["path"])


def _seed_value(kind: Any, value: Any, path: str) -> bytes:
    if isinstance(value, int) and not isinstance(value, bool):
        if kind not in _WIDTHS:
            raise CallError(f"the seed {path} is an integer of unknown width; give the account's address")
        return value.to_bytes(_WIDTHS[kind], "little", signed=str(kind).startswith("i"))
    if isinstance(value, list):
        return bytes(cast("list[int]", value))
    if kind == "pubkey":
        return bytes(address_of(value, path))
    return seed_bytes(value)

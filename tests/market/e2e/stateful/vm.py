"""The five programs on an in-process VM: instructions by name, accounts and events decoded by the IDLs."""

from __future__ import annotations

import json
import os
import tomllib
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.clock import Clock
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata
from tests.market.e2e.stateful.borsh import Codec, Reader, Writer

ROOT = Path(__file__).resolve().parents[4]
NAMES = ("registry", "oracle", "energy_token", "trading", "governance")
SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")
TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
RICH = 1_000_000_000_000
DATA = "Program data: "


def key_of(name: str) -> Pubkey:
    """The address of this name: always the same. Signatures are not verified, so it may sign."""
    return Pubkey(sha256(name.encode()).digest())


PAYER, DEPLOYER = key_of("fee payer"), key_of("deployer")


@cache
def find(program: Pubkey, *seeds: bytes) -> Pubkey:
    """A program-derived address."""
    return Pubkey.find_program_address(list(seeds), program)[0]


@dataclass(frozen=True)
class Entry:
    """An instruction as the IDL describes it."""

    discriminator: bytes
    accounts: list[dict[str, Any]]
    writers: list[tuple[str, Writer]]


class Interface:
    """One program's IDL, compiled."""

    def __init__(self, name: str, key: Pubkey) -> None:
        idl = json.loads((ROOT / "target/idl" / f"{name}.json").read_text())
        codec = Codec(idl)
        self.key = key
        self.entries = {
            item["name"]: Entry(
                bytes(item["discriminator"]),
                item["accounts"],
                [(arg["name"], codec.writer(arg["type"])) for arg in item["args"]],
            )
            for item in idl["instructions"]
        }
        self.readers = {
            bytes(item["discriminator"]): (item["name"], codec.reader({"defined": {"name": item["name"]}}))
            for item in (*idl["accounts"], *idl["events"])
        }

    def decode(self, data: bytes) -> tuple[str, dict[str, Any]]:
        """The type's name and the fields of an account or event."""
        name, reader = self.readers[data[:8]]
        return name, reader(data, 8)[0]


@cache
def interfaces() -> dict[str, Interface]:
    """All five, by name."""
    ids = tomllib.loads((ROOT / "Anchor.toml").read_text())["programs"]["localnet"]
    return {name: Interface(name, Pubkey.from_string(ids[name])) for name in NAMES}


@cache
def token_layout() -> Reader:
    """Reads mint, owner and amount of a token account."""
    fields = [
        {"name": name, "type": kind} for name, kind in (("mint", "pubkey"), ("owner", "pubkey"), ("amount", "u64"))
    ]
    codec = Codec({"types": [{"name": "Token", "type": {"kind": "struct", "fields": fields}}]})
    return codec.reader({"defined": {"name": "Token"}})


@dataclass(frozen=True)
class Outcome:
    """What a call did: its error, or None; the events that it emitted; its log."""

    error: str | None
    events: list[tuple[str, dict[str, Any]]]
    logs: list[str]


class Vm:
    """A LiteSVM with the programs on it."""

    def __init__(self, accounts: dict[Pubkey, Account] | None = None) -> None:
        svm = LiteSVM()
        svm.with_blockhash_check(False)
        svm.with_transaction_history(0)
        svm.with_sigverify(False)
        self._svm = svm
        self.programs = interfaces()
        self.ids = {name: program.key for name, program in self.programs.items()}
        self._by_id = {program.key: program for program in self.programs.values()}
        self.singletons = {
            "registry": find(self.ids["registry"], b"registry"),
            "oracle_data": find(self.ids["oracle"], b"oracle_data"),
            "token_info": find(self.ids["energy_token"], b"token_info"),
            "mint": find(self.ids["energy_token"], b"mint"),
            "energy_mint": find(self.ids["energy_token"], b"mint"),
            "market": find(self.ids["trading"], b"market"),
            "poa_config": find(self.ids["governance"], b"poa_config"),
            "system_program": SYSTEM_PROGRAM,
            "token_program": TOKEN_PROGRAM,
            **{f"{name}_program": key for name, key in self.ids.items()},
        }
        for name in NAMES:
            self._load(name)
        for key in (PAYER, DEPLOYER):
            self.fund(key)
        for key, account in (accounts or {}).items():
            svm.set_account(key, account)

    def _load(self, name: str) -> None:
        folder = (ROOT / os.environ.get("PROGRAMS", "target/deploy")).resolve()
        code = (folder / f"{name}.so").read_bytes()
        key = self.ids[name]
        data_key = find(LOADER, bytes(key))
        header = (3).to_bytes(4, "little") + bytes(8) + b"\1" + bytes(DEPLOYER)
        self._svm.set_account(data_key, Account(RICH, header + code, LOADER, False, 0))
        self._svm.set_account(key, Account(RICH, (2).to_bytes(4, "little") + bytes(data_key), LOADER, True, 0))

    def fund(self, key: Pubkey) -> None:
        """Gives a wallet plenty of lamports."""
        self._svm.set_account(key, Account(RICH, b"", SYSTEM_PROGRAM, False, 0))

    def set_account(self, key: Pubkey, owner: Pubkey, data: bytes) -> None:
        """Puts an account at an address."""
        self._svm.set_account(key, Account(RICH, data, owner, False, 0))

    def set_time(self, seconds: int) -> None:
        """Sets the chain's clock (unix seconds)."""
        clock: Clock = self._svm.get_clock()
        clock.unix_timestamp = seconds
        self._svm.set_clock(clock)

    def call(
        self, program: str, name: str, args: tuple[Any, ...], signers: tuple[str, ...], **accounts: Pubkey | None
    ) -> Outcome:
        """Runs an instruction; `signers` names the accounts that sign, None leaves an optional account out."""
        interface = self.programs[program]
        entry = interface.entries[name]
        metas: list[AccountMeta] = []
        for account in entry.accounts:
            key = self._key(interface, account["name"], accounts)
            absent = key == interface.key and account.get("optional", False)
            metas.append(AccountMeta(key, account["name"] in signers, account.get("writable", False) and not absent))
        values = zip(entry.writers, args, strict=True)
        data = entry.discriminator + b"".join(writer(value) for (_, writer), value in values)
        return self.run(Instruction(interface.key, data, metas))

    def _key(self, interface: Interface, name: str, accounts: dict[str, Pubkey | None]) -> Pubkey:
        if name in accounts:
            return accounts[name] or interface.key
        if name == "program_data":
            return find(LOADER, bytes(interface.key))
        return self.singletons[name]

    def run(self, instruction: Instruction) -> Outcome:
        """Runs one instruction, paid for by somebody who is not involved."""
        message = Message.new_with_blockhash([instruction], PAYER, Hash.default())
        signatures = [Signature.default()] * message.header.num_required_signatures
        result = self._svm.send_transaction(VersionedTransaction.populate(message, signatures))
        if isinstance(result, FailedTransactionMetadata):
            return Outcome(str(result.err()), [], result.meta().logs())
        return Outcome(None, self._events(result.logs()), result.logs())

    def _events(self, logs: list[str]) -> list[tuple[str, dict[str, Any]]]:
        running: list[str] = []
        found: list[tuple[str, dict[str, Any]]] = []
        for line in logs:
            words = line.split()
            if line.startswith(DATA):
                program = self._by_id[Pubkey.from_string(running[-1])]
                found.append(program.decode(b64decode(line.removeprefix(DATA))))
            elif words[2:3] == ["invoke"]:
                running.append(words[1])
            elif words[2:3] == ["success"]:
                running.pop()
        return found

    def raw(self) -> dict[Pubkey, Account]:
        """Every account of the five programs and of the token program, as it is stored."""
        found: dict[Pubkey, Account] = {}
        for owner in (*self.ids.values(), TOKEN_PROGRAM):
            found.update(self._svm.get_program_accounts(owner))
        return found

    def accounts(self, keys: list[Pubkey]) -> dict[Pubkey, Account]:
        """Accounts as they are stored."""
        found = {key: self._svm.get_account(key) for key in keys}
        return {key: account for key, account in found.items() if account is not None}

    def decode(self, accounts: dict[Pubkey, Account]) -> dict[str, dict[Pubkey, dict[str, Any]]]:
        """Accounts by type name and address; mints and token accounts are `Mint` and `Token`."""
        found: dict[str, dict[Pubkey, dict[str, Any]]] = {}
        for key, account in accounts.items():
            data = bytes(account.data)
            if account.owner != TOKEN_PROGRAM:
                name, fields = self._by_id[account.owner].decode(data)
            elif len(data) == 82:
                name, fields = "Mint", {"supply": int.from_bytes(data[36:44], "little")}
            else:
                name, fields = "Token", token_layout()(data, 0)[0]
            found.setdefault(name, {})[key] = fields
        return found

"""The accounts a localnet starts with: programs, accounts from files, and what Anchor.toml names."""

import base64
import json
import struct
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.chain import Chain
from solana_localnet.chain.programs import UPGRADEABLE_LOADER, program_data_address
from solana_localnet.settings import Settings
from solana_localnet.validator.keys import address_of

RENT_EPOCH = 2**64 - 1
PROGRAM_STATE, PROGRAM_DATA_STATE = 2, 3


class GenesisError(Exception):
    """A file or an entry that genesis cannot use. The text says which and what to do."""


@dataclass(slots=True)
class Genesis:
    """Accounts and programs (id, code, upgrade authority or None) in the order they were named."""

    accounts: list[tuple[Pubkey, Account]] = field(default_factory=list[tuple[Pubkey, Account]])
    programs: list[tuple[Pubkey, bytes, Pubkey | None]] = field(
        default_factory=list[tuple[Pubkey, bytes, Pubkey | None]]
    )

    def all_accounts(self, chain: Chain) -> Iterator[tuple[Pubkey, Account]]:
        """Every account, the code of a program before the program."""
        yield from self.accounts
        for program, code, authority in self.programs:
            yield from program_accounts(chain, program, code, authority)

    def remember(self, chain: Chain) -> None:
        """Tells the chain what a reset brings back, without writing it."""
        chain.genesis.update(self.all_accounts(chain))

    def write(self, chain: Chain) -> None:
        """Puts everything on the chain. Raises GenesisError when the VM refuses an account."""
        try:
            for address, account in self.all_accounts(chain):
                chain.set_genesis(address, account)
        except ValueError as error:
            raise GenesisError(
                f"{error}; a program must be an ELF that this chain's runtime loads (sBPF, up to v3)"
            ) from None


def program_accounts(
    chain: Chain, program: Pubkey, code: bytes, authority: Pubkey | None
) -> list[tuple[Pubkey, Account]]:
    """The two accounts of an upgradeable program, as a deployment in the open slot leaves them."""
    home = program_data_address(program)
    option = b"\1" + bytes(authority) if authority is not None else bytes(33)
    data = struct.pack("<IQ", PROGRAM_DATA_STATE, chain.slot) + option + code
    state = struct.pack("<I", PROGRAM_STATE) + bytes(home)
    rent = chain.vm.rent_exempt_minimum
    return [
        (home, Account(rent(len(data)), data, UPGRADEABLE_LOADER, False, RENT_EPOCH)),
        (program, Account(rent(len(state)), state, UPGRADEABLE_LOADER, True, RENT_EPOCH)),
    ]


def read_genesis(settings: Settings) -> Genesis:
    """Reads every file that the settings name. Raises GenesisError for one that cannot be used."""
    genesis = Genesis()
    for path in settings.clone_from:
        genesis.accounts += read_snapshot(path)
    for name, path in settings.accounts:
        genesis.accounts.append(read_account(path, None if name == "-" else pubkey(name, "--account")))
    if settings.anchor_toml is not None:
        authority = settings.upgrade_authority
        add_anchor_toml(
            genesis,
            settings.anchor_toml,
            None if authority is None else pubkey(authority, "--upgrade-authority"),
        )
    for name, path, authority in settings.programs:
        owner = None if authority in (None, "none") else address_of(authority, "--upgradeable-program")
        genesis.programs.append((address_of(name, "--bpf-program"), read_bytes(path), owner))
    return genesis


def add_anchor_toml(genesis: Genesis, path: Path, authority: Pubkey | None = None) -> None:
    """Adds `[[test.genesis]]` programs and `[[test.validator.account]]` files; paths are relative to the file.

    authority: who may upgrade the programs marked `upgradeable`; by default the key of [provider] wallet.
    """
    try:
        document = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GenesisError(f"{path} cannot be read: {error}") from None
    test = cast(dict[str, Any], document.get("test", {}))
    for entry in cast(list[dict[str, Any]], test.get("genesis", [])):
        address, program = entry.get("address"), entry.get("program")
        if not isinstance(address, str) or not isinstance(program, str):
            raise GenesisError(f"{path}: each [[test.genesis]] needs `address` and `program`")
        owner = (authority or _wallet(document, path)) if entry.get("upgradeable") else None
        code = read_bytes(path.parent / program)
        genesis.programs.append((pubkey(address, f"{path}: address"), code, owner))
    validator = cast(dict[str, Any], test.get("validator", {}))
    for entry in cast(list[dict[str, Any]], validator.get("account", [])):
        address, filename = entry.get("address"), entry.get("filename")
        if not isinstance(address, str) or not isinstance(filename, str):
            raise GenesisError(f"{path}: each [[test.validator.account]] needs `address` and `filename`")
        genesis.accounts.append(read_account(path.parent / filename, pubkey(address, f"{path}: address")))


def _wallet(document: dict[str, Any], path: Path) -> Pubkey:
    wallet = cast(dict[str, Any], document.get("provider", {})).get("wallet")
    if not isinstance(wallet, str):
        raise GenesisError(
            f"{path}: an upgradeable [[test.genesis]] needs [provider] wallet, its upgrade authority, "
            "or --upgrade-authority"
        )
    file = path.parent / Path(wallet).expanduser()
    try:
        numbers = json.loads(file.read_text())
        return Pubkey(bytes(numbers)[32:64])
    except (OSError, ValueError, TypeError) as error:
        raise GenesisError(f"{file} is not a keypair file: {error}") from None


def pubkey(text: str, where: str) -> Pubkey:
    """An address that a person wrote at `where`."""
    try:
        return Pubkey.from_string(text)
    except ValueError as error:
        raise GenesisError(f"{where}: {text!r} is not an address ({error})") from None


def read_bytes(path: Path) -> bytes:
    """A program's file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise GenesisError(f"{path} cannot be read: {error.strerror}") from None


def read_json(path: Path) -> Any:
    """A JSON file."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise GenesisError(f"{path} cannot be read as JSON: {error}") from None


def read_account(path: Path, address: Pubkey | None) -> tuple[Pubkey, Account]:
    """An account file as `solana account --output json` writes it: {pubkey, account: {lamports, data, owner, …}}."""
    document = read_json(path)
    try:
        body = document["account"]
        key = address or Pubkey.from_string(document["pubkey"])
        data, encoding = body["data"]
        if encoding != "base64":
            raise ValueError(f"data in {encoding}, write it with --output json")
        account = Account(
            int(body["lamports"]),
            base64.b64decode(data, validate=True),
            Pubkey.from_string(body["owner"]),
            bool(body["executable"]),
            int(body.get("rentEpoch", RENT_EPOCH)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GenesisError(f"{path} is not an account file: {error!r}") from None
    return key, account


def read_snapshot(path: Path) -> list[tuple[Pubkey, Account]]:
    """Accounts from a file that surfnet_exportSnapshot's answer was saved in (its `value`, or all of it)."""
    document = read_json(path)
    for wrapper in ("result", "value"):
        if isinstance(document, dict) and wrapper in document:
            document = cast(dict[str, Any], document)[wrapper]
    rows: list[tuple[Pubkey, Account]] = []
    try:
        for key, body in cast(dict[str, dict[str, Any]], document).items():
            account = Account(
                int(body["lamports"]),
                base64.b64decode(body["data"], validate=True),
                Pubkey.from_string(body["owner"]),
                bool(body["executable"]),
                int(body.get("rentEpoch", body.get("rent_epoch", RENT_EPOCH))),
            )
            rows.append((Pubkey.from_string(key), account))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GenesisError(f"{path} is not a snapshot: {error!r}") from None
    # A program loads its code when it is written, so the code comes first.
    return sorted(rows, key=lambda row: row[1].executable)

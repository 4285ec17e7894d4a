"""Additions of the validator's flags to genesis: the mint's SOL, folders of accounts, and accounts of a running RPC."""

from solders.account import Account
from solders.address_lookup_table_account import AddressLookupTable
from solders.pubkey import Pubkey

from solana_localnet.chain.programs import LOOKUP_TABLE, SYSTEM, UPGRADEABLE_LOADER, program_data_address
from solana_localnet.genesis import RENT_EPOCH, Genesis, GenesisError, pubkey, read_account
from solana_localnet.validator.flags import ValidatorFlags
from solana_localnet.validator.keys import KeyFileError, address_of
from solana_localnet.validator.remote import Remote, RemoteError

MINT_LAMPORTS = 500_000_000 * 1_000_000_000
FEATURE_OWNER = Pubkey.from_string("Feature111111111111111111111111111111111111")


def add_local(genesis: Genesis, flags: ValidatorFlags) -> None:
    """Adds what the flags name on this machine. Raises GenesisError."""
    if flags.mint is not None:
        try:
            mint = address_of(flags.mint, "--mint")
        except KeyFileError as error:
            raise GenesisError(str(error)) from None
        genesis.accounts.append((mint, Account(MINT_LAMPORTS, b"", SYSTEM, False, RENT_EPOCH)))
    for folder in flags.account_dirs:
        if not folder.is_dir():
            raise GenesisError(f"--account-dir: {folder} is not a folder")
        genesis.accounts += [read_account(file, None) for file in sorted(folder.glob("*.json"))]


def add_cloned(genesis: Genesis, flags: ValidatorFlags) -> None:
    """Adds what the flags name at --url, each account once, code before the programs that need it.

    Raises GenesisError when the RPC does not answer or an account does not exist.
    """
    if not flags.clones or flags.url is None:
        return
    try:
        remote = Remote(flags.url)
        found = remote.existing(_keys(flags.clone, "--clone"), "--clone")
        maybe = remote.accounts(_keys(flags.maybe_clone, "--maybe-clone"))
        found |= {key: account for key, account in maybe.items() if account is not None}
        programs = _keys(flags.clone_programs, "--clone-upgradeable-program")
        found |= remote.existing(programs, "--clone-upgradeable-program")
        for program in programs:
            if found[program].owner != UPGRADEABLE_LOADER:
                raise RemoteError(f"--clone-upgradeable-program: {program} is not an upgradeable program; use --clone")
        found |= _lookup_tables(remote, _keys(flags.clone_lookup_tables, "--deep-clone-address-lookup-table"))
        # A program without its code is of no use, so a plain --clone brings it too.
        homes = [program_data_address(key) for key, account in found.items() if _upgradeable(account)]
        found |= remote.existing(homes, "--clone-upgradeable-program")
        if flags.warp_to_remote:
            flags.warp_slot = remote.slot()
    except RemoteError as error:
        raise GenesisError(str(error)) from None
    rows = sorted(found.items(), key=lambda row: row[1].executable)
    genesis.accounts += rows


def inactive_at(remote: Remote, features: list[Pubkey]) -> list[Pubkey]:
    """Those of `features` that are not active at a running RPC."""
    found = remote.accounts(features)
    return [key for key, account in found.items() if account is None or not _active(account)]


def _active(account: Account) -> bool:
    """A feature's account holds Some(slot) since the slot in which it became active."""
    return account.owner == FEATURE_OWNER and account.data[:1] == b"\1"


def _upgradeable(account: Account) -> bool:
    return account.executable and account.owner == UPGRADEABLE_LOADER


def _keys(texts: list[str], flag: str) -> list[Pubkey]:
    return [pubkey(text, flag) for text in texts]


def _lookup_tables(remote: Remote, keys: list[Pubkey]) -> dict[Pubkey, Account]:
    """The tables, and what they name as far as it is there."""
    flag = "--deep-clone-address-lookup-table"
    tables = remote.existing(keys, flag)
    named: list[Pubkey] = []
    for key, table in tables.items():
        try:
            if table.owner != LOOKUP_TABLE:
                raise ValueError("another program owns it")
            named += AddressLookupTable.deserialize(table.data).addresses
        except ValueError as error:
            raise RemoteError(f"{flag}: {key} is not a lookup table: {error}") from None
    return tables | {key: account for key, account in remote.accounts(named).items() if account is not None}

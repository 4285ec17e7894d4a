"""Addresses of the programs and sysvars that the chain and the encoders treat by name."""

from solders.account import Account
from solders.pubkey import Pubkey

SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
LOADER_V2 = Pubkey.from_string("BPFLoader2111111111111111111111111111111111")
UPGRADEABLE_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
LOOKUP_TABLE = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
MEMO_V1 = Pubkey.from_string("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
COMPUTE_BUDGET = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
VOTE = Pubkey.from_string("Vote111111111111111111111111111111111111111")
SYSVAR_OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
SYSVAR_CLOCK = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")
SYSVAR_RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
SYSVAR_EPOCH_SCHEDULE = Pubkey.from_string("SysvarEpochSchedu1e111111111111111111111111")
SYSVAR_SLOT_HASHES = Pubkey.from_string("SysvarS1otHashes111111111111111111111111111")
SYSVAR_RECENT_BLOCKHASHES = Pubkey.from_string("SysvarRecentB1ockHashes11111111111111111111")
NATIVE_MINT = Pubkey.from_string("So11111111111111111111111111111111111111112")

SYSVAR_STAKE_HISTORY = Pubkey.from_string("SysvarStakeHistory1111111111111111111111111")
SYSVAR_SLOT_HISTORY = Pubkey.from_string("SysvarS1otHistory11111111111111111111111111")
SYSVAR_EPOCH_REWARDS = Pubkey.from_string("SysvarEpochRewards1111111111111111111111111")
SYSVAR_LAST_RESTART_SLOT = Pubkey.from_string("SysvarLastRestartS1ot1111111111111111111111")
SYSVAR_FEES = Pubkey.from_string("SysvarFees111111111111111111111111111111111")
STAKE = Pubkey.from_string("Stake11111111111111111111111111111111111111")
CONFIG = Pubkey.from_string("Config1111111111111111111111111111111111111")
STAKE_CONFIG = Pubkey.from_string("StakeConfig11111111111111111111111111111111")
FEATURE = Pubkey.from_string("Feature111111111111111111111111111111111111")
LOADER_V4 = Pubkey.from_string("LoaderV411111111111111111111111111111111111")
NATIVE_LOADER = Pubkey.from_string("NativeLoader1111111111111111111111111111111")
ED25519 = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
SECP256K1 = Pubkey.from_string("KeccakSecp256k11111111111111111111111111111")
SECP256R1 = Pubkey.from_string("Secp256r1SigVerify1111111111111111111111111")

PRECOMPILES = frozenset((ED25519, SECP256K1, SECP256R1))
TOKEN_PROGRAMS = frozenset((TOKEN, TOKEN_2022))


def associated_token_address(owner: Pubkey, mint: Pubkey, token_program: Pubkey = TOKEN) -> Pubkey:
    """The associated token account of `owner` for `mint` under `token_program`."""
    seeds = [bytes(owner), bytes(token_program), bytes(mint)]
    return Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN)[0]


def program_data_address(program: Pubkey) -> Pubkey:
    """Where the upgradeable loader keeps the code of `program`."""
    return Pubkey.find_program_address([bytes(program)], UPGRADEABLE_LOADER)[0]


PROGRAM_SIZE, PROGRAM_TAG = 36, (2).to_bytes(4, "little")
PROGRAM_DATA_TAG = bytes([3])


def code_of(account: Account) -> Pubkey | None:
    """Where the code of a program of the upgradeable loader is, None for an account that is no such program."""
    if account.owner != UPGRADEABLE_LOADER:
        return None
    data = account.data
    if len(data) < PROGRAM_SIZE or data[:4] != PROGRAM_TAG:
        return None
    return Pubkey(data[4:36])

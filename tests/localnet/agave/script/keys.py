"""The script's keys, the addresses of programs and sysvars, and instructions encoded by hand."""

import hashlib
import struct
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

Json = Any
SOL = 1_000_000_000
CONFIRMED, FINALIZED, PROCESSED = ({"commitment": level} for level in ("confirmed", "finalized", "processed"))


def address(text: str) -> Pubkey:
    return Pubkey.from_string(text)


SYSTEM = address("11111111111111111111111111111111")
TOKEN = address("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022 = address("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED = address("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO = address("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
MEMO_V1 = address("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
COMPUTE_BUDGET = address("ComputeBudget111111111111111111111111111111")
LOOKUP_TABLES = address("AddressLookupTab1e1111111111111111111111111")
LOADER = address("BPFLoaderUpgradeab1e11111111111111111111111")
OLD_LOADER = address("BPFLoader2111111111111111111111111111111111")
NATIVE_LOADER = address("NativeLoader1111111111111111111111111111111")
LOADER_V4 = address("LoaderV411111111111111111111111111111111111")
STAKE = address("Stake11111111111111111111111111111111111111")
STAKE_CONFIG = address("StakeConfig11111111111111111111111111111111")
VOTE = address("Vote111111111111111111111111111111111111111")
CONFIG = address("Config1111111111111111111111111111111111111")
ED25519 = address("Ed25519SigVerify111111111111111111111111111")
SECP256K1 = address("KeccakSecp256k11111111111111111111111111111")
SECP256R1 = address("Secp256r1SigVerify1111111111111111111111111")
ZK_PROOF = address("ZkE1Gama1Proof11111111111111111111111111111")
FEATURE = address("Feature111111111111111111111111111111111111")
NATIVE_MINT = address("So11111111111111111111111111111111111111112")
NATIVE_MINT_2022 = address("9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXej9")
SYSVARS = {
    name: address(key)
    for name, key in {
        "clock": "SysvarC1ock11111111111111111111111111111111",
        "rent": "SysvarRent111111111111111111111111111111111",
        "epoch schedule": "SysvarEpochSchedu1e111111111111111111111111",
        "epoch rewards": "SysvarEpochRewards1111111111111111111111111",
        "fees": "SysvarFees111111111111111111111111111111111",
        "last restart slot": "SysvarLastRestartS1ot1111111111111111111111",
        "recent blockhashes": "SysvarRecentB1ockHashes11111111111111111111",
        "rewards": "SysvarRewards111111111111111111111111111111",
        "slot hashes": "SysvarS1otHashes111111111111111111111111111",
        "slot history": "SysvarS1otHistory11111111111111111111111111",
        "stake history": "SysvarStakeHistory1111111111111111111111111",
        "instructions": "Sysvar1nstructions1111111111111111111111111",
    }.items()
}
CLOCK, RENT = SYSVARS["clock"], SYSVARS["rent"]
RECENT_BLOCKHASHES, STAKE_HISTORY = SYSVARS["recent blockhashes"], SYSVARS["stake history"]


def keypair(name: str) -> Keypair:
    """The key of a name, the same in every run."""
    return Keypair.from_seed(hashlib.sha256(f"agave recording: {name}".encode()).digest())


def associated(owner: Pubkey, mint: Pubkey, program: Pubkey = TOKEN) -> Pubkey:
    return Pubkey.find_program_address([bytes(owner), bytes(program), bytes(mint)], ASSOCIATED)[0]


def w(key: Pubkey | Keypair, signer: bool = False) -> AccountMeta:
    """A writable account."""
    return AccountMeta(key.pubkey() if isinstance(key, Keypair) else key, signer, True)


def r(key: Pubkey | Keypair, signer: bool = False) -> AccountMeta:
    """A read-only account."""
    return AccountMeta(key.pubkey() if isinstance(key, Keypair) else key, signer, False)


def u8(number: int) -> bytes:
    return struct.pack("<B", number)


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def u64(number: int) -> bytes:
    return struct.pack("<Q", number)


def option(key: Pubkey | None) -> bytes:
    """SPL Token's COption in an instruction."""
    return b"\0" if key is None else b"\1" + bytes(key)


def text(value: str) -> bytes:
    """A string as Borsh has it."""
    return u32(len(value.encode())) + value.encode()


def long_text(value: str) -> bytes:
    """A string as bincode has it."""
    return u64(len(value.encode())) + value.encode()


def transfer(source: Keypair, target: Pubkey | Keypair, lamports: int) -> Instruction:
    return Instruction(SYSTEM, u32(2) + u64(lamports), [w(source, True), w(target)])


def create_account(payer: Keypair, new: Keypair, lamports: int, space: int, owner: Pubkey) -> Instruction:
    data = u32(0) + u64(lamports) + u64(space) + bytes(owner)
    return Instruction(SYSTEM, data, [w(payer, True), w(new, True)])


def memo(words: str | bytes, *signers: Keypair, program: Pubkey = MEMO) -> Instruction:
    data = words.encode() if isinstance(words, str) else words
    return Instruction(program, data, [r(signer, True) for signer in signers])


def create_associated(
    payer: Keypair, owner: Pubkey, mint: Pubkey, program: Pubkey = TOKEN, idempotent: bool = True
) -> Instruction:
    accounts = [w(payer, True), w(associated(owner, mint, program)), r(owner), r(mint), r(SYSTEM), r(program)]
    return Instruction(ASSOCIATED, u8(1 if idempotent else 0), accounts)


def token(program: Pubkey, data: bytes, *accounts: AccountMeta) -> Instruction:
    return Instruction(program, data, list(accounts))


def anchor(name: str) -> bytes:
    return hashlib.sha256(f"global:{name}".encode()).digest()[:8]


def interface(name: str) -> bytes:
    """The discriminator of an instruction of an SPL interface."""
    return hashlib.sha256(name.encode()).digest()[:8]


def extended_size(*lengths: int) -> int:
    """Bytes of a Token-2022 mint or account with extensions of these lengths."""
    return 165 + 1 + sum(4 + length for length in lengths)


PAYERS = (
    "alice", "bob", "system payer", "token payer", "token owner", "2022 payer", "2022 owner", "nonce payer",
    "table payer", "failure payer", "program payer", "stake payer", "vote payer", "simulation payer", "watch payer",
    "precompile payer", "memo payer", "authority", "simulation target", "wrap payer", "odd payer", "odder payer",
    "unknown program's payer", "limited payer",
)  # fmt: skip
KEYS = {name: keypair(name) for name in PAYERS}
ALICE, BOB = KEYS["alice"], KEYS["bob"]
NOBODY = keypair("nobody")

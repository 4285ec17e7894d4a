"""The SPL and core programs of a test validator, and the accounts that its genesis has beside them."""

import struct
from collections.abc import Callable, Iterator
from importlib.resources import files

import zstandard
from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain import programs

RENT_EPOCH = 2**64 - 1
PROGRAM_STATE, PROGRAM_DATA_STATE = 2, 3
UPGRADEABLE = (
    (programs.TOKEN, "spl_p_token-1.0.0-rc.1"),
    (programs.TOKEN_2022, "spl_token_2022-10.0.0"),
    (programs.LOOKUP_TABLE, "core_bpf_address_lookup_table-3.0.0"),
    (programs.CONFIG, "core_bpf_config-3.0.0"),
    (programs.FEATURE, "core_bpf_feature_gate-0.0.1"),
    (programs.STAKE, "core_bpf_stake-1.0.1"),
)
FIXED = (
    (programs.MEMO, "spl_memo-3.0.0"),
    (programs.MEMO_V1, "spl_memo-1.0.0"),
    (programs.ASSOCIATED_TOKEN, "spl_associated_token_account-1.1.1"),
)
NATIVE_MINT_LAMPORTS = 1_000_000_000
RentMinimum = Callable[[int], int]


def code(name: str) -> bytes:
    """The ELF file of a program."""
    return zstandard.decompress(files("solana_localnet.chain.builtin").joinpath(f"{name}.so.zst").read_bytes())


def builtin_accounts(rent: RentMinimum) -> Iterator[tuple[Pubkey, Account]]:
    """Every program, its code before it, and the mint of wrapped SOL."""
    for program, name in FIXED:
        data = code(name)
        yield program, Account(rent(len(data)), data, programs.LOADER_V2, True, RENT_EPOCH)
    for program, name in UPGRADEABLE:
        home = programs.program_data_address(program)
        # Nobody holds the key of the default address, so nobody can upgrade them.
        data = struct.pack("<IQB", PROGRAM_DATA_STATE, 0, 1) + bytes(32) + code(name)
        state = struct.pack("<I", PROGRAM_STATE) + bytes(home)
        yield home, Account(rent(len(data)), data, programs.UPGRADEABLE_LOADER, False, RENT_EPOCH)
        yield program, Account(rent(len(state)), state, programs.UPGRADEABLE_LOADER, True, RENT_EPOCH)
    mint = struct.pack("<I32sQBBI32s", 0, b"", 0, 9, True, 0, b"")
    yield programs.NATIVE_MINT, Account(NATIVE_MINT_LAMPORTS, mint, programs.TOKEN, False, 1)

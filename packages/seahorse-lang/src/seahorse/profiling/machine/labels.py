"""Names for calls of programs of others: what a reader of a profile calls them."""

from __future__ import annotations

from seahorse.ir.addresses import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    BPF_LOADER_UPGRADEABLE_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_2022_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
    decode_base58,
    encode_base58,
)

_PROGRAMS = {
    SYSTEM_PROGRAM_ID: "system",
    TOKEN_PROGRAM_ID: "token",
    TOKEN_2022_PROGRAM_ID: "token-2022",
    ASSOCIATED_TOKEN_PROGRAM_ID: "associated token",
    BPF_LOADER_UPGRADEABLE_ID: "loader",
    decode_base58("ComputeBudget111111111111111111111111111111"): "compute budget",
}
# By the first number of the data: four bytes for the system program and the loader, one for the token programs.
_SYSTEM = ("CreateAccount", "Assign", "Transfer", "CreateAccountWithSeed", "AdvanceNonce", "WithdrawNonce")
_MORE_SYSTEM = {8: "Allocate", 9: "AllocateWithSeed", 10: "AssignWithSeed", 11: "TransferWithSeed"}
_LOADER = ("InitializeBuffer", "Write", "Deploy", "Upgrade", "SetAuthority", "Close", "Extend")
_TOKEN = {
    0: "InitializeMint",
    1: "InitializeAccount",
    3: "Transfer",
    4: "Approve",
    5: "Revoke",
    6: "SetAuthority",
    7: "MintTo",
    8: "Burn",
    9: "CloseAccount",
    10: "FreezeAccount",
    11: "ThawAccount",
    12: "TransferChecked",
    14: "MintToChecked",
    15: "BurnChecked",
    17: "SyncNative",
    18: "InitializeAccount3",
    20: "InitializeMint2",
    255: "Batch",
}


def named(program: bytes, data: bytes) -> str:
    """`token.Transfer`; the address where the program is not known."""
    name = _PROGRAMS.get(program, encode_base58(program))
    if program == SYSTEM_PROGRAM_ID:
        kinds = dict(enumerate(_SYSTEM)) | _MORE_SYSTEM
        kind = kinds.get(int.from_bytes(data[:4], "little"))
    elif program == BPF_LOADER_UPGRADEABLE_ID:
        kind = dict(enumerate(_LOADER)).get(int.from_bytes(data[:4], "little"))
    else:
        kind = _TOKEN.get(data[0]) if program in (TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID) and data else None
    return name if kind is None else f"{name}.{kind}"

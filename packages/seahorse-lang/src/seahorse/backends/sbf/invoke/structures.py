"""The structures that `sol_invoke_signed_c` reads, and the data of the instructions of the system and token
programs."""

from __future__ import annotations

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import Value


class SolInstruction:
    """`SolInstruction` of Solana's C interface (sol/cpi.h): offsets of its fields in bytes, and its size."""

    PROGRAM, METAS, META_COUNT, DATA, DATA_SIZE, SIZE = 0, 8, 16, 24, 32, 40


class SolAccountMeta:
    """`SolAccountMeta`: the address of a key, and two flags."""

    KEY, WRITABLE, SIGNER, SIZE = 0, 8, 9, 16


class SolAccountInfo:
    """`SolAccountInfo`. Rent epoch and flags stay unset: the runtime takes them from its own records."""

    KEY, LAMPORTS, DATA_SIZE, DATA, OWNER, SIZE = 0, 8, 16, 24, 32, 56


class SystemInstruction:
    """Instructions of the system program: a u32 number, then lamports or space (u64), space (u64), and an owner."""

    CREATE, ASSIGN, TRANSFER, ALLOCATE = 0, 1, 2, 8
    FIRST, SECOND = 4, 12
    CREATE_OWNER, ASSIGN_OWNER = 20, 4
    CREATE_SIZE, ASSIGN_SIZE, TRANSFER_SIZE, ALLOCATE_SIZE = 52, 36, 12, 12


class TokenInstruction:
    """Instructions of the token program: a u8 number, then what it needs."""

    TRANSFER, MINT_TO, BURN, INITIALIZE_ACCOUNT3, INITIALIZE_MINT2 = 3, 7, 8, 18, 20
    AMOUNT, AMOUNT_SIZE = 1, 9
    ACCOUNT_OWNER, ACCOUNT_SIZE = 1, 33
    MINT_DECIMALS, MINT_AUTHORITY, MINT_HAS_FREEZE_AUTHORITY, MINT_SIZE = 1, 2, 34, 35


class CallArea:
    """Memory of one call: the instruction, then a meta for each account of it, then the descriptions of accounts."""

    def __init__(self, metas: int, infos: int) -> None:
        self.infos_at = SolInstruction.SIZE + SolAccountMeta.SIZE * metas
        self.size = self.infos_at + SolAccountInfo.SIZE * infos

    def meta(self, f: FunctionBuilder, area: Value, index: int) -> Value:
        """The address of an account's meta."""
        return f.at(area, SolInstruction.SIZE + SolAccountMeta.SIZE * index)

    def info(self, f: FunctionBuilder, area: Value, index: int) -> Value:
        """The address of an account's description."""
        return f.at(area, self.infos_at + SolAccountInfo.SIZE * index)


def meta_flags(f: FunctionBuilder, *, writable: bool, signer: bool) -> Value:
    """Both flags of a meta as one number, which is stored at `SolAccountMeta.WRITABLE`."""
    return f.const("i16", writable | signer << 8)

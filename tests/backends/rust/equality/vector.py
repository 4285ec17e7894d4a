"""Vectors: one call of a program with everything it can see, and what came of it, as the native harness exchanges them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

SYSTEM = Pubkey.default()
# Errors of the runtime, which have no ProgramError: the harness's numbers (tests/backends/rust/harness/src/checks.rs).
RUNTIME = 0xFFFF_0000_0000_0000
RUNTIME_ERRORS = {
    "ProgramFailedToComplete": 1,
    "PrivilegeEscalation": 2,
    "MissingAccount": 3,
    "ReentrancyNotAllowed": 4,
    "ReadonlyDataModified": 5,
    "ReadonlyLamportChange": 6,
    "ExternalAccountDataModified": 7,
    "ExternalAccountLamportSpend": 8,
    "UnbalancedInstruction": 9,
    "ModifiedProgramId": 10,
    "UnsupportedProgramId": 11,
}
PROGRAM_ERRORS = {
    name: number
    for number, name in enumerate(
        (
            "InvalidArgument",
            "InvalidInstructionData",
            "InvalidAccountData",
            "AccountDataTooSmall",
            "InsufficientFunds",
            "IncorrectProgramId",
            "MissingRequiredSignature",
            "AccountAlreadyInitialized",
            "UninitializedAccount",
            "NotEnoughAccountKeys",
            "AccountBorrowFailed",
            "MaxSeedLengthExceeded",
            "InvalidSeeds",
            "BorshIoError",
            "AccountNotRentExempt",
            "UnsupportedSysvar",
            "IllegalOwner",
            "MaxAccountsDataAllocationsExceeded",
            "InvalidRealloc",
            "MaxInstructionTraceLengthExceeded",
            "BuiltinProgramsMustConsumeComputeUnits",
            "InvalidAccountOwner",
            "ArithmeticOverflow",
            "Immutable",
            "IncorrectAuthority",
        ),
        2,
    )
}


@dataclass(frozen=True)
class Stored:
    """An account: lamports, owner and data. Absent ones hold no lamports."""

    owner: Pubkey
    lamports: int
    data: bytes
    executable: bool = False


ABSENT = Stored(SYSTEM, 0, b"")


@dataclass(frozen=True)
class Meta:
    key: Pubkey
    signer: bool
    writable: bool


@dataclass
class Vector:
    """A call. `clock`: slot, epoch start, epoch, leader schedule epoch, unix time. `what`: how it came about."""

    name: str
    what: str
    program: Pubkey
    metas: list[Meta]
    data: bytes
    accounts: dict[Pubkey, Stored]
    clock: tuple[int, int, int, int, int]

    def at(self, key: Pubkey) -> Stored:
        return self.accounts.get(key, ABSENT)


@dataclass
class Outcome:
    """What a call did. `code` 0: it succeeded; then `accounts` and `returned` count too."""

    code: int
    events: list[bytes]
    returned: tuple[Pubkey, bytes] | None
    accounts: dict[Pubkey, Stored]
    logs: list[str] = field(default_factory=list)


def program_code(error: object) -> int:
    """The number of an instruction error in its JSON form: as a ProgramError's u64, or the harness's own."""
    if isinstance(error, dict) and "Custom" in error:
        number = int(error["Custom"])
        return number if number else 1 << 32
    if isinstance(error, dict) and "BorshIoError" in error:
        return PROGRAM_ERRORS["BorshIoError"] << 32
    name = str(error)
    if name in PROGRAM_ERRORS:
        return PROGRAM_ERRORS[name] << 32
    return RUNTIME | RUNTIME_ERRORS.get(name, 0xFFFF)


# --- the harness's form ---------------------------------------------------------------------------------------


def encode(vector: Vector, rent: bytes) -> bytes:
    """A vector as the harness reads it (tests/backends/rust/harness/src/wire.rs), length first."""
    keys = list(dict.fromkeys([*(m.key for m in vector.metas), *vector.accounts]))
    out = bytes(vector.program) + struct.pack("<QqQQq", *vector.clock) + rent
    out += struct.pack("<I", len(keys))
    for key in keys:
        a = vector.at(key)
        out += bytes(key) + bytes(a.owner) + struct.pack("<QBI", a.lamports, a.executable, len(a.data)) + a.data
    out += struct.pack("<I", len(vector.metas))
    for m in vector.metas:
        out += struct.pack("<IB", keys.index(m.key), m.signer | m.writable << 1)
    out += struct.pack("<I", len(vector.data)) + vector.data
    return struct.pack("<I", len(out)) + out


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def blob(self) -> bytes:
        return self.take(self.u32())


def decode(vector: Vector, message: bytes) -> Outcome:
    """What the harness says of a vector."""
    r = _Reader(message)
    code = int.from_bytes(r.take(8), "little")
    events = [r.blob() for _ in range(r.u32())]
    returned = (Pubkey(r.take(32)), r.blob()) if r.take(1)[0] else None
    logs = [r.blob().decode() for _ in range(r.u32())]
    keys = list(dict.fromkeys([*(m.key for m in vector.metas), *vector.accounts]))
    accounts: dict[Pubkey, Stored] = {}
    for key in keys:
        owner, lamports = Pubkey(r.take(32)), int.from_bytes(r.take(8), "little")
        data = r.blob()
        accounts[key] = Stored(owner, lamports, data) if lamports else ABSENT
    return Outcome(code, events, returned, accounts, logs)

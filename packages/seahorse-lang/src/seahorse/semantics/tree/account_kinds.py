"""The account kinds that the prelude names, and the sysvars: one row each. Every phase reads this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seahorse.semantics.tree.types import (
    BOOL,
    F64,
    I64,
    PUBKEY,
    U8,
    U64,
    BuiltinAccountType,
    OptionType,
    Type,
)


@dataclass(frozen=True)
class Sysvar:
    """Where the value of a sysvar is: `X.get()` asks the runtime for it, a parameter `x: X` reads it from the account.

    `address`: base58. `size` and `offsets`: bytes of the account's data, and where the fields stand in them (bincode of
    the structs in Agave's `solana-sysvar`). `syscall`: one that writes exactly these bytes, where there is one; without
    it `sol_get_sysvar` does.
    """

    address: str
    size: int
    offsets: Mapping[str, int]
    syscall: str | None = None


@dataclass(frozen=True)
class AccountKind:
    """A type of account that the prelude names.

    `reads`: the methods that give a field of the account's data, with their types; the builtin of such a method is
    `group.method`. `sysvar`: for sysvars, which may be read without an account too; in Rust they have the same name.
    `from_seahorse`: the original Seahorse had the type, so a program may not give its name to something else.
    """

    name: str
    group: str = ""
    reads: Mapping[str, Type] = field(default_factory=dict[str, Type])
    sysvar: Sysvar | None = None
    from_seahorse: bool = True


_CLOCK = Sysvar(
    address="SysvarC1ock11111111111111111111111111111111",
    size=40,
    offsets={
        "slot": 0,
        "epoch_start_timestamp": 8,
        "epoch": 16,
        "leader_schedule_epoch": 24,
        "unix_timestamp": 32,
    },
    syscall="sol_get_clock_sysvar",
)
_RENT = Sysvar(
    address="SysvarRent111111111111111111111111111111111",
    size=17,
    offsets={"lamports_per_byte_year": 0, "exemption_threshold": 8, "burn_percent": 16},
)
_EPOCH_SCHEDULE = Sysvar(
    address="SysvarEpochSchedu1e111111111111111111111111",
    size=33,
    offsets={
        "slots_per_epoch": 0,
        "leader_schedule_slot_offset": 8,
        "warmup": 16,
        "first_normal_epoch": 17,
        "first_normal_slot": 25,
    },
)
_TOKEN_ACCOUNT = {
    "amount": U64,
    "authority": PUBKEY,
    "mint": PUBKEY,
    "delegate": OptionType(PUBKEY),
    "delegated_amount": U64,
    "is_frozen": BOOL,
}
_MINT = {"authority": PUBKEY, "freeze_authority": PUBKEY, "decimals": U8, "supply": U64}
_CLOCK_READS = {
    "slot": U64,
    "epoch": U64,
    "epoch_start_timestamp": I64,
    "leader_schedule_epoch": U64,
    "unix_timestamp": I64,
}
_RENT_READS = {"lamports_per_byte_year": U64, "exemption_threshold": F64, "burn_percent": U8}

_EPOCH_SCHEDULE_READS = {
    "slots_per_epoch": U64,
    "leader_schedule_slot_offset": U64,
    "warmup": BOOL,
    "first_normal_epoch": U64,
    "first_normal_slot": U64,
}

ACCOUNT_KINDS = {
    kind.name: kind
    for kind in (
        AccountKind("Signer"),
        AccountKind("UncheckedAccount"),
        AccountKind("TokenAccount", "token", _TOKEN_ACCOUNT),
        AccountKind("TokenMint", "mint", _MINT),
        AccountKind("Program"),
        AccountKind("Clock", "clock", _CLOCK_READS, _CLOCK),
        AccountKind("Rent", "rent", _RENT_READS, _RENT, from_seahorse=False),
        AccountKind("EpochSchedule", "epoch_schedule", _EPOCH_SCHEDULE_READS, _EPOCH_SCHEDULE, from_seahorse=False),
        AccountKind("ProgramData", "program_data", {"upgrade_authority": OptionType(PUBKEY)}, from_seahorse=False),
        AccountKind("PriceAccount"),
    )
}
SYSVARS = {name: kind.sysvar for name, kind in ACCOUNT_KINDS.items() if kind.sysvar is not None}
# Every builtin that reads a field of an account's data; and those that give a sysvar, each with which.
PURE_READS = frozenset(f"{kind.group}.{read}" for kind in ACCOUNT_KINDS.values() for read in kind.reads)
SYSVAR_GETS = {f"{ACCOUNT_KINDS[name].group}.get": name for name in SYSVARS}


def sysvar_of(t: Type) -> Sysvar | None:
    """The sysvar whose values a type has."""
    return SYSVARS.get(t.name) if isinstance(t, BuiltinAccountType) else None

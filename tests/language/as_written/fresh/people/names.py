"""Name registry: rent names, resolve, transfer, text records."""
from __future__ import annotations
from dataclasses import dataclass
from typing import List, Optional
import string

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

ALLOWED = "abcdefghijklmnopqrstuvwxyz0123456789-"
MIN_LENGTH, MAX_LENGTH = 3, 32
YEAR = 365 * 86_400
PRICES = {3: 100, 4: 50, 5: 10}
DEFAULT_PRICE = 1


class NameError_(Error):
    INVALID = 6000, "Invalid name"
    TAKEN = 6001, "Name is taken"
    EXPIRED = 6002, "Name has expired"
    NOT_OWNER = 6003, "Not the owner"


@dataclass
class Record:
    key: String[16]
    value: String[64]


class Registry(Account):
    admin: Pubkey
    names: u64
    revenue: u64
    bump: u8


class Name(Account):
    owner: Pubkey
    name: String[32]
    target: Optional[Pubkey]
    expires: i64
    records: List[Record, 8]
    bump: u8

    def assert_owner(self, signer: Signer) -> None:
        assert self.owner == signer.key(), NameError_.NOT_OWNER

    def get(self, key: str, default: str = "") -> str:
        for r in self.records:
            if r.key == key:
                return r.value
        return default

    def set(self, key: str, value: str) -> None:
        for r in self.records:
            if r.key == key:
                r.value = value
                break
        else:
            self.records.append(Record(key, value))

    def remove(self, key: str) -> bool:
        before = len(self.records)
        self.records = [r for r in self.records if r.key != key]
        return len(self.records) < before

    @property
    def expired(self) -> bool:
        return Clock.get().unix_timestamp() > self.expires


def normalize(name: str) -> str:
    name = name.strip().lower()
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH:
        raise NameError_.INVALID
    if not all(c in ALLOWED for c in name):
        raise NameError_.INVALID
    if name.startswith("-") or name.endswith("-") or "--" in name:
        raise NameError_.INVALID
    return name


def price_of(name: str, years: u64) -> u64:
    return PRICES.get(len(name), DEFAULT_PRICE) * 10_000_000 * years


@instruction
def setup(admin: Signer, registry: Empty[Registry]):
    r = registry.init(payer=admin, seeds=["registry"])
    r.admin = admin.key()


@instruction
def register(
    owner: Signer,
    registry: Annotated[Registry, Seeds("registry")],
    name_account: Empty[Name],
    name: str,
    years: u8 = 1,
    target: Optional[Pubkey] = None,
):
    clean = normalize(name)
    assert clean == name, NameError_.INVALID
    n = name_account.init(payer=owner, seeds=["name", sha256(name.encode())])
    cost = price_of(clean, years)
    owner.transfer_lamports(registry, cost)
    registry.names += 1
    registry.revenue += cost
    n.owner = owner.key()
    n.name = clean
    n.target = target or owner.key()
    n.expires = Clock.get().unix_timestamp() + years * YEAR


@instruction
def set_record(owner: Signer, name_account: Name, key: str, value: Optional[str] = None):
    name_account.assert_owner(owner)
    assert not name_account.expired, NameError_.EXPIRED
    if value is None:
        removed = name_account.remove(key)
        print("removed" if removed else "nothing to remove")
    else:
        name_account.set(key, value)


@instruction
def resolve(name_account: Name, key: str = "url") -> str:
    assert not name_account.expired, NameError_.EXPIRED
    return name_account.get(key, default=f"{name_account.name}.sol")


@instruction
def give(owner: Signer, name_account: Name, to: Pubkey):
    name_account.assert_owner(owner)
    name_account.owner = to
    name_account.target = None
    name_account.records = []
    print(f"{name_account.name!r} now belongs to {to}")


@instruction
def withdraw(admin: Signer, registry: Annotated[Registry, Seeds("registry")]):
    assert admin.key() == registry.admin
    keep = Rent.get().minimum_balance(registry.data_len())
    registry.transfer_lamports(admin, registry.lamports() - keep)

"""The keys of a campus on this machine: one for each role and member, kept in files so that a restart finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.files.wallet import load_keypair, save_keypair
from gridtokenx.market.ami import Meter

ROLES = ("deployer", "gateway", "rec", "matcher", "sponsor", "credit_mint")


@dataclass(frozen=True)
class Resident:
    """A member with one meter."""

    meter: Meter
    keys: Keypair

    @property
    def key(self) -> Pubkey:
        """The wallet."""
        return self.keys.pubkey()


@dataclass(frozen=True)
class CampusKeys:
    """The roles' keys. `folder` has one keypair file for each."""

    folder: Path
    deployer: Keypair
    gateway: Keypair
    rec: Keypair
    matcher: Keypair
    sponsor: Keypair
    credit_mint: Keypair

    def path(self, role: str) -> Path:
        """The keypair file of a role."""
        return self.folder / f"{role}.json"


def campus_keys(folder: Path) -> CampusKeys:
    """The keys in a folder. Makes those that do not exist yet."""
    return CampusKeys(folder, *(_key(folder / f"{role}.json") for role in ROLES))


def residents(folder: Path, meters: Sequence[Meter]) -> list[Resident]:
    """A wallet for each meter."""
    return [Resident(meter, _key(folder / f"{meter.meter_id}.json")) for meter in meters]


def _key(path: Path) -> Keypair:
    if not path.exists():
        save_keypair(Keypair(), path)
    return load_keypair(path)

"""Every program-derived address of the five programs, and the few well-known ones they use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Protocol

from solders.pubkey import Pubkey

SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")
TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
UPGRADEABLE_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
CLOCK_SYSVAR = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")

METER_ID_MAX = 50
CERTIFICATE_ID_MAX = 64
SEED_MAX = 32

ADDRESSES_KEPT = 16_384
"""Derivations that are remembered: every order and epoch has an address of its own, and services run for years."""


class ProgramIds(Protocol):
    """Program ids by name."""

    def __getitem__(self, name: str, /) -> Pubkey: ...


@lru_cache(ADDRESSES_KEPT)
def find_address(seeds: tuple[bytes, ...], program: Pubkey) -> Pubkey:
    """The canonical program-derived address of `seeds`."""
    return Pubkey.find_program_address(list(seeds), program)[0]


def id_chunks(identifier: str, maximum: int) -> tuple[bytes, ...]:
    """Seeds of an identifier: consecutive 32-byte chunks, as many as `maximum` characters need, the rest empty.

    Raises ValueError for what the programs refuse: not 1 to `maximum` bytes of printable ASCII.
    """
    if not 1 <= len(identifier) <= maximum or not (identifier.isascii() and identifier.isprintable()):
        raise ValueError(f"{identifier!r} is no identifier; give 1 to {maximum} printable ASCII characters")
    data = identifier.encode("ascii")
    return tuple(data[start : start + SEED_MAX] for start in range(0, maximum, SEED_MAX))


@lru_cache(ADDRESSES_KEPT)
def associated_token_address(owner: Pubkey, mint: Pubkey) -> Pubkey:
    """The token account that wallets use for `owner` and `mint`."""
    return find_address((bytes(owner), bytes(TOKEN_PROGRAM), bytes(mint)), ASSOCIATED_TOKEN_PROGRAM)


@cache
def program_data_address(program: Pubkey) -> Pubkey:
    """Where BPFLoaderUpgradeable keeps a program's code and upgrade authority."""
    return find_address((bytes(program),), UPGRADEABLE_LOADER)


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


@dataclass(frozen=True, eq=False)
class Addresses:
    """The addresses of one deployment."""

    programs: ProgramIds

    @cached_property
    def registry(self) -> Pubkey:
        return find_address((b"registry",), self.programs["registry"])

    @cached_property
    def oracle_data(self) -> Pubkey:
        return find_address((b"oracle_data",), self.programs["oracle"])

    @cached_property
    def token_info(self) -> Pubkey:
        return find_address((b"token_info",), self.programs["energy_token"])

    @cached_property
    def energy_mint(self) -> Pubkey:
        """The GRID mint."""
        return find_address((b"mint",), self.programs["energy_token"])

    @cached_property
    def market(self) -> Pubkey:
        return find_address((b"market",), self.programs["trading"])

    @cached_property
    def poa_config(self) -> Pubkey:
        return find_address((b"poa_config",), self.programs["governance"])

    @cached_property
    def upgrade_authority(self) -> Pubkey:
        """Governance's signature as upgrade authority of the five programs."""
        return find_address((b"upgrade_authority",), self.programs["governance"])

    def user(self, authority: Pubkey) -> Pubkey:
        return find_address((b"user", bytes(authority)), self.programs["registry"])

    def meter(self, meter_id: str) -> Pubkey:
        return find_address((b"meter", *id_chunks(meter_id, METER_ID_MAX)), self.programs["registry"])

    def rec_validator(self, validator: Pubkey) -> Pubkey:
        return find_address((b"rec_validator", bytes(validator)), self.programs["energy_token"])

    def trader(self, user: Pubkey) -> Pubkey:
        return find_address((b"trader", bytes(user)), self.programs["trading"])

    def order(self, order_id: int) -> Pubkey:
        return find_address((b"order", _u64(order_id)), self.programs["trading"])

    def epoch(self, index: int) -> Pubkey:
        """A quarter-hour of the market: unix time // epoch length."""
        return find_address((b"epoch", _u64(index)), self.programs["trading"])

    def trade(self, sell_sequence: int, buy_sequence: int) -> Pubkey:
        """The record of a trade between two orders, which their sequence numbers name for ever."""
        return find_address((b"trade", _u64(sell_sequence), _u64(buy_sequence)), self.programs["trading"])

    def vault(self, mint: Pubkey) -> Pubkey:
        """The escrow of `mint`."""
        return find_address((b"vault", bytes(mint)), self.programs["trading"])

    def certificate(self, certificate_id: str) -> Pubkey:
        chunks = id_chunks(certificate_id, CERTIFICATE_ID_MAX)
        return find_address((b"erc_certificate", *chunks), self.programs["governance"])

    def grid_account(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account for GRID."""
        return associated_token_address(owner, self.energy_mint)

"""The state that every phase of the demo uses: the chain, the participants, and a list of differences."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.ami import Meter, Reading

CREDIT_DECIMALS = 6
CREDIT = 10**CREDIT_DECIMALS
"""Base units of a campus credit, the token that pays in this demo."""


def keypair(role: str) -> Keypair:
    """The same key for a role in every run, so that addresses and compute units repeat."""
    return Keypair.from_seed(hashlib.sha256(f"gridtokenx demo: {role}".encode()).digest())


@dataclass(frozen=True)
class Roles:
    """The roles of SPEC's authorities."""

    deployer: Keypair = field(default_factory=lambda: keypair("deployer"))
    gateway: Keypair = field(default_factory=lambda: keypair("API gateway"))
    rec: Keypair = field(default_factory=lambda: keypair("REC authority"))
    matcher: Keypair = field(default_factory=lambda: keypair("matcher"))
    credit_mint: Keypair = field(default_factory=lambda: keypair("campus credit"))


@dataclass(frozen=True)
class Member:
    """A user with one meter."""

    meter: Meter
    keys: Keypair

    @property
    def key(self) -> Pubkey:
        return self.keys.pubkey()

    @property
    def id(self) -> str:
        return self.meter.meter_id


@dataclass
class DemoRun:
    """One run of the demo. `differences`: everything that is not as it should be, in words; `burned` and
    `withdrawn_fees` (base units) are for the audit, `mints` the transactions in which each meter's owner minted."""

    console: Console
    client: Client
    surfnet: Surfnet
    websocket_url: str
    members: Sequence[Member]
    readings: Sequence[Reading]
    cast: Roles = field(default_factory=Roles)
    differences: list[str] = field(default_factory=list[str])
    burned: int = 0
    withdrawn_fees: int = 0
    mints: dict[str, list[Signature]] = field(default_factory=dict[str, list[Signature]])

    @property
    def credit(self) -> Pubkey:
        """The mint that pays."""
        return self.cast.credit_mint.pubkey()

    def expect(self, what: str, expected: object, actual: object) -> None:
        """Notes a difference."""
        if expected != actual:
            self.differences.append(f"{what}: {actual} instead of {expected}")

    async def refused(self, what: str, error: str, attempt: Awaitable[object]) -> None:
        """Notes a difference unless `attempt` is refused with the program error of that name."""
        try:
            await attempt
        except TransactionFailed as failure:
            self.expect(f"refusal of {what}", error, failure.name)
        else:
            self.differences.append(f"{what} was not refused")

    def progress(self) -> Progress:
        """A progress bar."""
        return Progress(
            TextColumn("  {task.description:<24}"),
            BarColumn(40),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=self.console,
        )

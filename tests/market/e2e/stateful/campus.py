"""The campus on the in-process VM: initialized once, then copied for every run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey
from tests.market.e2e.stateful.vm import DEPLOYER, TOKEN_PROGRAM, Outcome, Vm, find, key_of

START = 1_800_000_000
FEE_BPS = 25
PRICE_FLOOR, PRICE_TICK = 1_000_000, 10_000
"""Of the price grid, in base units per kWh."""
USERS = {"alice": True, "bob": True, "carol": False, "dave": True}
"""Everybody who may register, and who is a prosumer."""
METERS = {"ALICE-1": "Solar", "BOB-1": "Wind", "BOB-2": "Battery", "CAROL-1": "Grid"}
# Not there at the start.
SPARE = {"ALICE-9": "Wind", "BOB-9": "Solar"}
START_MONEY = 10**12
TOKEN_SPACE, MINT_SPACE = 165, 82


@dataclass(frozen=True)
class Origin:
    """A chain that is ready for the first step: its accounts, and the mints by name."""

    accounts: dict[Pubkey, Account]
    mints: dict[str, Pubkey]


def token_account(owner: Pubkey, mint: Pubkey) -> Pubkey:
    """Where a wallet's tokens are here."""
    return key_of(f"tokens of {owner} in {mint}")


def demand(outcome: Outcome) -> None:
    """An initialization step must succeed."""
    assert outcome.error is None, "\n".join(outcome.logs)


@cache
def origin(payment: str) -> Origin:
    """Initializes the programs with a market that is paid in `payment`: "GRID", or the name of another token."""
    vm = Vm()
    vm.set_time(START)
    signed = ("deployer", "payer")
    ids: dict[str, Any] = {"deployer": DEPLOYER, "payer": DEPLOYER}
    demand(vm.call("registry", "initialize", (DEPLOYER,), signed, **ids))
    demand(vm.call("oracle", "initialize", (key_of("gateway"),), signed, **ids))
    demand(vm.call("energy_token", "initialize", (), signed, **ids))
    demand(vm.call("energy_token", "initialize_token", (), signed, **ids))
    mints = {"GRID": vm.singletons["mint"]}
    if payment != "GRID":
        mints[payment] = key_of(payment)
        supply = START_MONEY * len(USERS)
        data = bytes(36) + supply.to_bytes(8, "little") + b"\6\1" + bytes(36)
        vm.set_account(mints[payment], TOKEN_PROGRAM, data)
    demand(
        vm.call(
            "trading",
            "initialize_market",
            (FEE_BPS, Pubkey.default(), PRICE_FLOOR, PRICE_TICK),
            signed,
            **ids,
            payment_mint=mints[payment],
            energy_vault=vault(vm, mints["GRID"]),
            payment_vault=None if payment == "GRID" else vault(vm, mints[payment]),
        )
    )
    demand(vm.call("governance", "initialize_poa", (key_of("rec"),), signed, **ids))
    for user in USERS:
        vm.fund(key_of(user))
    vm.fund(key_of("rec"))
    for user in (*USERS, "deployer"):
        for token, mint in mints.items():
            owner = key_of(user)
            amount = START_MONEY if token != "GRID" and user in USERS else 0
            data = bytes(mint) + bytes(owner) + amount.to_bytes(8, "little") + bytes(36) + b"\1" + bytes(56)
            assert len(data) == TOKEN_SPACE
            vm.set_account(token_account(owner, mint), TOKEN_PROGRAM, data)
    wallets = [key_of(name) for name in (*USERS, "rec", "deployer")]
    return Origin({**vm.raw(), **vm.accounts(wallets)}, mints)


def vault(vm: Vm, mint: Pubkey) -> Pubkey:
    """The market's escrow of a mint."""
    return find(vm.ids["trading"], b"vault", bytes(mint))

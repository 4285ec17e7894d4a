"""How a market is founded: document A's instructions in their order, for all who call the programs by name.

Benches and tests share it, whether they run on a ledger or on localnet. What uses the client library founds by
`gridtokenx.operator.initialize.found`; the stateful model of the tests stays independent of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

NOBODY = Pubkey.default()


@dataclass(frozen=True)
class FoundingStep:
    """One instruction. `arguments` stand in the order of its parameters; `accounts` are those that nothing tells."""

    program: str
    instruction: str
    arguments: Mapping[str, Any]
    accounts: Mapping[str, Any]

    @property
    def given(self) -> dict[str, Any]:
        """Arguments and accounts together, as a ledger's programs take them."""
        return {**self.accounts, **self.arguments}


@dataclass(frozen=True)
class Terms:
    """What the market's founder decides. Prices are base units per kWh; `payment_vault`: None when GRID pays."""

    payment_mint: Pubkey
    energy_vault: Pubkey
    payment_vault: Pubkey | None
    price_floor: int
    price_tick: int
    fee_bps: int = 25
    matcher: Pubkey = NOBODY


def registry(deployer: Keypair, authority: Pubkey | None = None) -> FoundingStep:
    """The deployer administers the registry, unless told otherwise."""
    return FoundingStep("registry", "initialize", {"authority": authority or deployer.pubkey()}, _by(deployer))


def oracle(deployer: Keypair, gateway: Pubkey) -> FoundingStep:
    """The deployer administers the oracle."""
    return FoundingStep("oracle", "initialize", {"api_gateway": gateway}, _by(deployer))


def energy_token(deployer: Keypair) -> FoundingStep:
    """The deployer administers the token."""
    return FoundingStep("energy_token", "initialize", {}, _by(deployer))


def grid_mint(deployer: Keypair) -> FoundingStep:
    """Creates the GRID mint."""
    return FoundingStep("energy_token", "initialize_token", {}, _by(deployer))


def announcement(deployer: Keypair) -> FoundingStep:
    """Only announces the market."""
    return FoundingStep("trading", "initialize", {}, {"deployer": deployer})


def market(deployer: Keypair, terms: Terms) -> FoundingStep:
    """The market and its vaults."""
    arguments = {
        "market_fee_bps": terms.fee_bps,
        "matcher": terms.matcher,
        "price_floor": terms.price_floor,
        "price_tick": terms.price_tick,
    }
    accounts = {
        "payment_mint": terms.payment_mint,
        "energy_vault": terms.energy_vault,
        "payment_vault": terms.payment_vault,
    }
    return FoundingStep("trading", "initialize_market", arguments, {**_by(deployer), **accounts})


def governance(deployer: Keypair, rec: Pubkey) -> FoundingStep:
    """The deployer becomes the engineering authority. From here on the market is open."""
    return FoundingStep("governance", "initialize_poa", {"authority": rec}, _by(deployer))


def sequence(deployer: Keypair, gateway: Pubkey, rec: Pubkey, terms: Terms) -> list[FoundingStep]:
    """Everything, in document A's order."""
    return [
        registry(deployer),
        oracle(deployer, gateway),
        energy_token(deployer),
        grid_mint(deployer),
        announcement(deployer),
        market(deployer, terms),
        governance(deployer, rec),
    ]


def _by(deployer: Keypair) -> dict[str, Any]:
    return {"deployer": deployer, "payer": deployer}

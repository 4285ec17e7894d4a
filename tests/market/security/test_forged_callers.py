"""Attacks by programs: Mallory deploys one that calls as if it were the oracle, energy_token, governance or trading."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.market.security.town import ROOT, START, Town

from seahorse.testing import expect_error
from seahorse.testing.program import DeployedProgram

SOURCES = {path.stem: path.read_text() for path in Path(ROOT / "programs_py").glob("*.py")}

# Each instruction signs with an account of the forger's own that has the same seeds as the victim's.
FORGER = """
import energy_token
import registry
import trading
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Mask(Account):
    bump: u8


OracleMask = Annotated[Mask, Seeds('oracle_data')]
TokenMask = Annotated[Mask, Seeds('token_info')]
GovernanceMask = Annotated[Mask, Seeds('poa_config')]


@instruction
def make_masks(payer: Signer, oracle: Empty[Mask], token: Empty[Mask], governance: Empty[Mask]):
    oracle.init(payer=payer, seeds=['oracle_data'])
    token.init(payer=payer, seeds=['token_info'])
    governance.init(payer=payer, seeds=['poa_config'])


@instruction
def forge_reading(mask: OracleMask, meter: registry.MeterAccount, timestamp: i64):
    registry.update_meter_reading(
        oracle_data=mask.signer(), meter_account=meter, generated=1_000_000, consumed=0, timestamp=timestamp
    )


@instruction
def forge_epoch(mask: OracleMask, market: trading.Market):
    trading.open_epoch(oracle_data=mask.signer(), market=market)


@instruction
def forge_mint(
    mask: OracleMask,
    token_info: energy_token.TokenInfo,
    mint: TokenMint,
    meter: registry.MeterAccount,
    meter_owner: UncheckedAccount,
    receiver: TokenAccount,
):
    energy_token.mint_for_generation(
        oracle_data=mask.signer(),
        token_info=token_info,
        mint=mint,
        meter_account=meter,
        meter_owner=meter_owner,
        owner_token_account=receiver,
    )


@instruction
def forge_settlement(mask: TokenMask, meter: registry.MeterAccount, meter_owner: UncheckedAccount):
    registry.settle_meter_balance(token_info=mask.signer(), meter_account=meter, meter_owner=meter_owner)


@instruction
def forge_claim(mask: GovernanceMask, meter: registry.MeterAccount):
    registry.claim_erc_generation(poa_config=mask.signer(), meter_account=meter, amount=1)


@instruction
def forge_handover(mask: GovernanceMask, state: registry.Registry, poa_config: UncheckedAccount, new: Pubkey):
    registry.set_authority(authority=mask.signer(), registry=state, poa_config=poa_config, new_authority=new)
"""


@pytest.fixture
def forger(town: Town) -> DeployedProgram:
    """Mallory's program, with its masks on."""
    program = town.ledger.deploy_text(FORGER, "forger", **SOURCES)
    program.make_masks(
        payer=town.mallory,
        oracle=program.address("oracle_data"),
        token=program.address("token_info"),
        governance=program.address("poa_config"),
    )
    return program


def test_reading_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """The same seeds give another program another address, so its signature is not the oracle's."""
    with expect_error("ConstraintSeeds"):
        forger.forge_reading(meter=town.meter("METER_666"), timestamp=START + 60)


def test_epoch_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """Opening epochs at will."""
    with expect_error("ConstraintSeeds"):
        forger.forge_epoch(market=town.trading.address("market"))


def test_mint_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """Settling and minting without a reading."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("ConstraintSeeds"):
        forger.forge_mint(
            token_info=town.energy_token.address("token_info"),
            mint=town.grid,
            meter=town.meter("METER_666"),
            meter_owner=town.mallory.pubkey(),
            receiver=town.grid_of(town.mallory),
        )


def test_settlement_of_a_forged_token(town: Town, forger: DeployedProgram) -> None:
    """Alice's energy marked as minted, and never minted."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_001", START + 60, 1_000))
    with expect_error("ConstraintSeeds"):
        forger.forge_settlement(meter=town.meter("METER_001"), meter_owner=town.alice.pubkey())


def test_claim_of_a_forged_governance(town: Town, forger: DeployedProgram) -> None:
    """Alice's generation marked as certified, and never certified."""
    with expect_error("ConstraintSeeds"):
        forger.forge_claim(meter=town.meter("METER_001"))


def test_handover_by_a_forged_governance(town: Town, forger: DeployedProgram) -> None:
    """With the forged signature beside the real poa_config, and with the mask as poa_config."""
    give = {"state": town.registry.address("registry"), "new": town.mallory.pubkey()}
    with expect_error("UnauthorizedAuthority"):
        forger.forge_handover(poa_config=town.governance.address("poa_config"), **give)
    with expect_error("ConstraintSeeds"):
        forger.forge_handover(poa_config=forger.address("poa_config"), **give)


def test_registry_of_a_forger_for_energy_token(town: Town, forger: DeployedProgram) -> None:
    """energy_token believes the number that registry returns, and calls no other program in its place."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("InvalidProgramId"):
        town.energy_token.mint_grid_tokens(
            **town.mint_grid_tokens(town.mallory, "METER_666"), registry_program=forger.id
        )

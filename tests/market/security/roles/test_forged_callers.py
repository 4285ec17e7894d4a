"""Attacks by programs: Mallory deploys one that calls as if it were the oracle, energy_token, governance or trading."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.market.security.town import ROOT, START, Town

from seahorse.testing import expect_error
from seahorse.testing.program import DeployedProgram

FOLDER = Path(ROOT / "programs_py")
SOURCES = {".".join(path.relative_to(FOLDER).with_suffix("").parts): path.read_text() for path in FOLDER.rglob("*.py")}

# Each instruction signs with an account of the forger's own that has the same seeds as the victim's.
FORGER = """
import energy_token
import governance
import registry
import trading
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Mask(Account):
    bump: u8


OracleMask = Annotated[Mask, Seeds('oracle_data')]
TokenMask = Annotated[Mask, Seeds('token_info')]
GovernanceMask = Annotated[Mask, Seeds('poa_config')]
MarketMask = Annotated[Mask, Seeds('market')]


@instruction
def make_masks(payer: Signer, oracle: Empty[Mask], token: Empty[Mask], poa: Empty[Mask], market: Empty[Mask]):
    oracle.init(payer=payer, seeds=['oracle_data'])
    token.init(payer=payer, seeds=['token_info'])
    poa.init(payer=payer, seeds=['poa_config'])
    market.init(payer=payer, seeds=['market'])


@instruction
def forge_reading(mask: OracleMask, meter: registry.MeterAccount, timestamp: i64):
    registry.update_meter_reading(
        oracle_data=mask.signer(), meter_account=meter, generated=1_000_000, consumed=0, timestamp=timestamp
    )


@instruction
def forge_clearing(mask: OracleMask, epoch: trading.Epoch):
    trading.clear_epoch(oracle_data=mask.signer(), epoch=epoch)


@instruction
def forge_reservation(mask: MarketMask, certificate: governance.ErcCertificate, owner: Pubkey):
    governance.reserve_erc(market=mask.signer(), erc_certificate=certificate, owner=owner, amount=1)


@instruction
def forge_retirement(mask: MarketMask, certificate: governance.ErcCertificate, buyer: Pubkey):
    governance.retire_erc_for_trade(market=mask.signer(), erc_certificate=certificate, buyer=buyer, amount=1)


@instruction
def forge_mint(
    mask: OracleMask,
    token_info: energy_token.TokenInfo,
    mint: TokenMint,
    meter: registry.MeterAccount,
    user: registry.UserAccount,
    receiver: TokenAccount,
):
    energy_token.mint_for_generation(
        oracle_data=mask.signer(),
        token_info=token_info,
        mint=mint,
        meter_account=meter,
        user_account=user,
        owner_token_account=receiver,
    )


@instruction
def forge_settlement(mask: TokenMask, meter: registry.MeterAccount, user: registry.UserAccount):
    registry.settle_meter_balance(token_info=mask.signer(), meter_account=meter, user_account=user)


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
        poa=program.address("poa_config"),
        market=program.address("market"),
    )
    return program


def test_reading_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """The same seeds give another program another address, so its signature is not the oracle's."""
    with expect_error("ConstraintSeeds"):
        forger.forge_reading(meter=town.meter("METER_666"), timestamp=START + 60)


def test_clearing_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """Clearing at will."""
    town.ledger.warp(900)
    with expect_error("ConstraintSeeds"):
        forger.forge_clearing(epoch=town.epoch_account())


def test_certificates_of_a_forged_market(town: Town, forger: DeployedProgram) -> None:
    """Alice's certificate reserved and used up without an order."""
    town.governance.issue_erc(**town.issue_erc("ERC-1"))
    town.governance.validate_erc_for_trading(**town.validate_erc("ERC-1"))
    with expect_error("ConstraintSeeds"):
        forger.forge_reservation(certificate=town.certificate("ERC-1"), owner=town.alice.pubkey())
    with expect_error("ConstraintSeeds"):
        forger.forge_retirement(certificate=town.certificate("ERC-1"), buyer=town.bob.pubkey())


def test_mint_of_a_forged_oracle(town: Town, forger: DeployedProgram) -> None:
    """Settling and minting without a reading."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("ConstraintSeeds"):
        forger.forge_mint(
            token_info=town.energy_token.address("token_info"),
            mint=town.grid,
            meter=town.meter("METER_666"),
            user=town.user(town.mallory),
            receiver=town.grid_of(town.mallory),
        )


def test_settlement_of_a_forged_token(town: Town, forger: DeployedProgram) -> None:
    """Alice's energy marked as minted, and never minted."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_001", START + 60, 1_000))
    with expect_error("ConstraintSeeds"):
        forger.forge_settlement(meter=town.meter("METER_001"), user=town.user(town.alice))


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

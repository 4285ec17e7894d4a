"""Attacks on authority: taking it, keeping it, and using a signature for more than it was given for."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, Town

from seahorse.testing import expect_error
from seahorse.testing.program import ProgramCall
from seahorse.testing.tokens import TOKEN_PROGRAM

STATE = {"registry": "registry", "energy_token": "token_info", "oracle": "oracle_data", "trading": "market"}
NOTHING = """
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def set_authority():
    pass
"""
everywhere = pytest.mark.parametrize("program", STATE)
ROLES = pytest.mark.parametrize("role", ["Rec", "Engineering"])


def unsigned(call: ProgramCall, name: str) -> Instruction:
    """The call, with one account's signature left out."""
    names = [a["name"] for a in call.program.instructions[call.name]["accounts"]]
    metas = list(call.instruction.accounts)
    at = names.index(name)
    metas[at] = AccountMeta(metas[at].pubkey, False, metas[at].is_writable)
    return Instruction(call.instruction.program_id, call.instruction.data, metas)


def holder(town: Town, role: str) -> Any:
    return town.rec if role == "Rec" else town.deployer


def managed(town: Town, program: str, new_authority: Any) -> dict[str, Any]:
    """The engineering authority gives a program to somebody."""
    owner = town.programs[program]
    return {
        "authority": town.deployer,
        "program": owner.id,
        "state": owner.address(STATE[program]),
        "new_authority": new_authority.pubkey(),
    }


@everywhere
def test_taking_a_program(town: Town, program: str) -> None:
    """Mallory names herself, as herself and as the "governance" whose address she gives."""
    take = {"new_authority": town.mallory.pubkey()}
    for signer in (town.mallory, town.gateway, town.rec):
        with expect_error("UnauthorizedAuthority"):
            town.programs[program].set_authority(authority=signer, **take)
    with expect_error("ConstraintSeeds"):
        town.programs[program].set_authority(authority=town.mallory, poa_config=town.mallory.pubkey(), **take)


@everywhere
def test_governance_without_its_signature(town: Town, program: str) -> None:
    """poa_config's address in the authority's place, which only governance itself could sign for."""
    poa_config = town.governance.address("poa_config")
    call = town.programs[program].prepare("set_authority", authority=town.mallory, new_authority=town.mallory.pubkey())
    metas = list(call.instruction.accounts)
    metas[0] = AccountMeta(poa_config, False, metas[0].is_writable)
    with expect_error("AccountNotSigner"):
        town.ledger.send(Instruction(call.instruction.program_id, call.instruction.data, metas))


@everywhere
def test_authority_that_was_handed_over(town: Town, program: str) -> None:
    """The old authority keeps nothing; a hand-over to a mistyped key is undone by governance."""
    successor = town.ledger.key().pubkey()
    town.programs[program].set_authority(authority=town.deployer, new_authority=successor)
    with expect_error("UnauthorizedAuthority"):
        town.programs[program].set_authority(authority=town.deployer, new_authority=town.deployer.pubkey())
    town.governance.manage_authorities(**managed(town, program, town.deployer))
    town.programs[program].set_authority(authority=town.deployer, new_authority=town.deployer.pubkey())


def test_managing_authorities_without_the_role(town: Town) -> None:
    """The REC authority stops the system, but does not appoint; and a program's own authority only its own."""
    for program in STATE:
        for signer in (town.rec, town.mallory, town.gateway):
            with expect_error("UnauthorizedAuthority"):
                town.governance.manage_authorities(**managed(town, program, town.mallory) | {"authority": signer})


def test_managing_other_programs(town: Town) -> None:
    """Governance signs for no program that it does not manage: not for itself, the token program, or Mallory's."""
    for program in (town.governance.id, TOKEN_PROGRAM, town.ledger.deploy_text(NOTHING).id):
        with expect_error("UnknownProgram"):
            town.governance.manage_authorities(**managed(town, "registry", town.mallory) | {"program": program})


def test_governances_signature_for_something_else(town: Town) -> None:
    """Look-alikes and accounts of another kind, so that governance would sign for what is not meant."""
    good = managed(town, "registry", town.mallory)
    with expect_error("AccountDiscriminatorMismatch"):
        town.governance.manage_authorities(**good | {"state": town.user(town.alice)})
    with expect_error("AccountOwnedByWrongProgram"):
        town.governance.manage_authorities(**good | {"state": town.trading.address("market")})
    fake = town.ledger.key().pubkey()
    real = town.ledger.account(town.registry.address("registry"))
    assert real is not None
    town.ledger.set_account(fake, data=bytes(real.data), owner=town.registry.id)
    with expect_error("ConstraintSeeds"):
        town.governance.manage_authorities(**good | {"state": fake})


@pytest.mark.parametrize("program", [*STATE, "itself"])
def test_handing_a_program_to_nobody(town: Town, program: str) -> None:
    """The default key has no signature: whatever it holds is lost. Neither the authority nor governance can do that."""
    nobody = Pubkey.default()
    if program == "itself":
        for role in ("Rec", "Engineering"):
            with expect_error("InvalidAuthority"):
                town.governance.propose_authority(authority=holder(town, role), role=role, new_authority=nobody)
        return
    with expect_error("InvalidAuthority"):
        town.programs[program].set_authority(authority=town.deployer, new_authority=nobody)
    with expect_error("InvalidAuthority"):
        town.governance.manage_authorities(**managed(town, program, town.mallory) | {"new_authority": nobody})


@ROLES
def test_offer_that_was_forgotten(town: Town, role: str) -> None:
    """An offer ends after 48 hours, or when it is withdrawn; only the holder withdraws, and only what is offered."""
    boss = holder(town, role)
    offer = {"authority": boss, "role": role, "new_authority": town.bob.pubkey()}
    with expect_error("NoPendingAuthority"):
        town.governance.withdraw_authority(authority=boss, role=role)
    town.governance.propose_authority(**offer)
    with expect_error("UnauthorizedAuthority"):
        town.governance.withdraw_authority(authority=town.bob, role=role)
    town.governance.withdraw_authority(authority=boss, role=role)
    with expect_error("NoPendingAuthority"):
        town.governance.accept_authority(new_authority=town.bob, role=role)
    town.governance.propose_authority(**offer)
    town.ledger.warp(2 * DAY + 1)
    with expect_error("OfferExpired"):
        town.governance.accept_authority(new_authority=town.bob, role=role)
    town.governance.propose_authority(**offer)
    town.ledger.warp(2 * DAY)
    town.governance.accept_authority(new_authority=town.bob, role=role)


@ROLES
def test_taking_a_role(town: Town, role: str) -> None:
    """Proposing oneself, and accepting what was offered to nobody or to somebody else."""
    with expect_error("UnauthorizedAuthority"):
        town.governance.propose_authority(authority=town.mallory, role=role, new_authority=town.mallory.pubkey())
    with expect_error("NoPendingAuthority"):
        town.governance.accept_authority(new_authority=town.mallory, role=role)
    town.governance.propose_authority(authority=holder(town, role), role=role, new_authority=town.bob.pubkey())
    with expect_error("UnauthorizedAuthority"):
        town.governance.accept_authority(new_authority=town.mallory, role=role)
    call = town.governance.prepare("accept_authority", new_authority=town.bob, role=role)
    with expect_error("AccountNotSigner"):
        town.ledger.send(unsigned(call, "new_authority"))


@ROLES
def test_accepting_the_other_role(town: Town, role: str) -> None:
    """An offer is of one role."""
    other = "Engineering" if role == "Rec" else "Rec"
    town.governance.propose_authority(authority=holder(town, role), role=role, new_authority=town.mallory.pubkey())
    with expect_error("NoPendingAuthority"):
        town.governance.accept_authority(new_authority=town.mallory, role=other)


@ROLES
def test_proposing_the_other_role(town: Town, role: str) -> None:
    """Neither role gives the other away."""
    with expect_error("UnauthorizedAuthority"):
        town.governance.propose_authority(
            authority=holder(town, "Engineering" if role == "Rec" else "Rec"),
            role=role,
            new_authority=town.mallory.pubkey(),
        )


@ROLES
def test_accepting_twice_and_after_another_offer(town: Town, role: str) -> None:
    """An offer is good once, and a new one replaces it."""
    boss = holder(town, role)
    town.governance.propose_authority(authority=boss, role=role, new_authority=town.mallory.pubkey())
    town.governance.propose_authority(authority=boss, role=role, new_authority=town.bob.pubkey())
    with expect_error("UnauthorizedAuthority"):
        town.governance.accept_authority(new_authority=town.mallory, role=role)
    town.governance.accept_authority(new_authority=town.bob, role=role)
    with expect_error("NoPendingAuthority"):
        town.governance.accept_authority(new_authority=town.bob, role=role)
    with expect_error("UnauthorizedAuthority"):
        town.governance.propose_authority(authority=boss, role=role, new_authority=boss.pubkey())


def test_settings_of_governance_are_the_engineers(town: Town) -> None:
    """The REC authority does not loosen the rules that it certifies by."""
    for signer in (town.rec, town.mallory):
        with expect_error("UnauthorizedAuthority"):
            town.governance.update_governance_config(authority=signer, erc_validation_enabled=False)
        with expect_error("UnauthorizedAuthority"):
            town.governance.update_erc_limits(authority=signer, min_energy=1, max_erc=2**64 - 1, validity_period=1)
        with expect_error("UnauthorizedAuthority"):
            town.governance.set_maintenance_mode(authority=signer, maintenance_enabled=True)
        with expect_error("UnauthorizedAuthority"):
            town.governance.update_authority_info(authority=signer, contact_info="me")


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        ((0, 1, 1), "InvalidMinimumEnergy"),
        ((2, 1, 1), "InvalidMaximumEnergy"),
        ((1, 1, 0), "InvalidValidityPeriod"),
        ((1, 1, -1), "InvalidValidityPeriod"),
        ((1, 1, 3_650 * DAY + 1), "InvalidValidityPeriod"),
    ],
)
def test_limits_that_make_no_sense(town: Town, limits: tuple[int, int, int], error: str) -> None:
    """Certificates of nothing, of no size, expired at birth, or valid until no clock can tell."""
    with expect_error(error):
        town.governance.update_erc_limits(
            authority=town.deployer, min_energy=limits[0], max_erc=limits[1], validity_period=limits[2]
        )


def test_poa_config_of_somebody_else(town: Town) -> None:
    """A copy of governance's account, in which Mallory holds both roles."""
    real = town.ledger.account(town.governance.address("poa_config"))
    assert real is not None
    fake = town.ledger.key().pubkey()
    data = bytes(real.data).replace(bytes(town.rec.pubkey()), bytes(town.mallory.pubkey()))
    town.ledger.set_account(fake, data=data, owner=town.governance.id)
    with expect_error("ConstraintSeeds"):
        town.governance.emergency_pause(authority=town.mallory, poa_config=fake, reason="mine")
    assert Pubkey(data[8:40]) == town.mallory.pubkey()

"""Attacks on certificates: claimed twice, by the wrong people, used after they ended."""

from __future__ import annotations

from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, Town

from seahorse.testing import expect_error

YEAR = 365 * DAY


def issue(town: Town, certificate_id: str = "ERC-1", **changed: Any) -> Pubkey:
    town.governance.issue_erc(**town.issue_erc(certificate_id) | changed)
    return town.certificate(certificate_id)


def validated(town: Town, certificate_id: str = "ERC-1", **changed: Any) -> Pubkey:
    certificate = issue(town, certificate_id, **changed)
    town.governance.validate_erc_for_trading(authority=town.rec, erc_certificate=certificate)
    return certificate


def parameters(town: Town, signer: Keypair | None = None, **changed: Any) -> None:
    given: dict[str, Any] = {
        "auto_revoke_expired": True,
        "require_oracle_validation": False,
        "delegation_enabled": False,
        "oracle_authority": None,
        "min_oracle_confidence": 80,
        "allow_certificate_transfers": False,
        "campus_network": "Campus",
    }
    town.governance.update_parameters(authority=signer or town.deployer, **given | changed)


def test_sizes_outside_the_limits(town: Town) -> None:
    """Dust that nobody asked for, and more than the rules allow; and nothing at all while issuing is switched off."""
    town.governance.update_erc_limits(authority=town.deployer, min_energy=100, max_erc=1_000, validity_period=DAY)
    with expect_error("InvalidMinimumEnergy"):
        issue(town, energy_amount=99)
    with expect_error("InvalidMaximumEnergy"):
        issue(town, energy_amount=1_001)
    town.governance.update_governance_config(authority=town.deployer, erc_validation_enabled=False)
    with expect_error("ErcValidationDisabled"):
        issue(town, energy_amount=100)


def test_counting_one_certificate_twice(town: Town) -> None:
    """Validated, revoked or expired once: the statistics cannot be driven up."""
    certificate = validated(town)
    with expect_error("CertificateAlreadyValidated"):
        town.governance.validate_erc_for_trading(authority=town.alice, erc_certificate=certificate)
    expired = issue(town, "ERC-2")
    town.ledger.warp(YEAR + 1)
    town.governance.expire_erc(erc_certificate=expired)
    with expect_error("CertificateExpired"):
        town.governance.expire_erc(erc_certificate=expired)
    town.governance.revoke_erc(authority=town.rec, erc_certificate=certificate, reason="error")
    with expect_error("CertificateRevoked"):
        town.governance.revoke_erc(authority=town.rec, erc_certificate=certificate, reason="again")
    with expect_error("CertificateRevoked"):
        town.governance.expire_erc(erc_certificate=certificate)


def test_expiring_where_that_is_switched_off(town: Town) -> None:
    """Strangers mark nothing where the rules leave it to the REC authority."""
    certificate = issue(town)
    parameters(town, auto_revoke_expired=False)
    town.ledger.warp(YEAR + 1)
    with expect_error("AutoRevokeDisabled"):
        town.governance.expire_erc(erc_certificate=certificate)


def test_moving_what_has_ended(town: Town) -> None:
    """Nobody is given a certificate that was revoked, or has expired."""
    parameters(town, allow_certificate_transfers=True)
    revoked, late = issue(town, "ERC-1"), issue(town, "ERC-2")
    town.governance.revoke_erc(authority=town.rec, erc_certificate=revoked, reason="error")
    give = {"owner": town.alice, "new_owner": town.bob.pubkey()}
    with expect_error("CertificateRevoked"):
        town.governance.transfer_erc(erc_certificate=revoked, **give)
    town.ledger.warp(YEAR + 1)
    with expect_error("CertificateExpired"):
        town.governance.transfer_erc(erc_certificate=late, **give)


def test_claiming_energy_twice(town: Town) -> None:
    """10,000 Wh more than were generated, in one certificate, in many, and within one transaction."""
    generated = town.registry.account(town.meter("METER_001")).total_generation
    with expect_error("InsufficientAvailableEnergy"):
        issue(town, energy_amount=generated + 1)
    issue(town, energy_amount=generated - 1_000)
    first, second = (town.governance.prepare("issue_erc", **town.issue_erc(name, 600)) for name in ("ERC-2", "ERC-3"))
    with expect_error("InsufficientAvailableEnergy"):
        town.ledger.send(first, second)
    issue(town, "ERC-4", energy_amount=1_000)
    with expect_error("InsufficientAvailableEnergy"):
        issue(town, "ERC-5", energy_amount=100)


def test_revoking_frees_no_energy(town: Town) -> None:
    """A revoked certificate's energy cannot be certified again."""
    generated = town.registry.account(town.meter("METER_001")).total_generation
    certificate = issue(town, energy_amount=generated)
    town.governance.revoke_erc(authority=town.rec, erc_certificate=certificate, reason="error")
    with expect_error("InsufficientAvailableEnergy"):
        issue(town, "ERC-2", energy_amount=100)


def test_issuing_without_the_rec_authority(town: Town) -> None:
    """Neither the engineering authority, nor the meter's owner, nor the gateway certifies."""
    for signer in (town.deployer, town.alice, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            issue(town, authority=signer)


def test_issuing_without_the_oracles_signature(town: Town) -> None:
    """Where the oracle authority must sign, neither nobody nor somebody else does."""
    auditor = town.ledger.signer()
    parameters(town, require_oracle_validation=True, oracle_authority=auditor.pubkey())
    for signature in ({}, {"oracle_authority": town.rec}, {"oracle_authority": town.mallory}):
        with expect_error("OracleValidationRequired"):
            issue(town, **signature)
    issue(town, oracle_authority=auditor)


def test_parameters_of_a_stranger(town: Town) -> None:
    """Mallory names herself the oracle authority; and a confidence above 100 % is none."""
    for signer in (town.mallory, town.rec):
        with expect_error("UnauthorizedAuthority"):
            parameters(town, signer, delegation_enabled=True, oracle_authority=town.mallory.pubkey())
    with expect_error("InvalidOracleConfidence"):
        parameters(town, min_oracle_confidence=101)


def test_requiring_an_oracle_that_is_nobody(town: Town) -> None:
    """The rule could never be met, or be met by anybody."""
    with expect_error("OracleValidationRequired"):
        parameters(town, require_oracle_validation=True, oracle_authority=None)


def test_claiming_past_governance(town: Town) -> None:
    """Mallory uses up Alice's generation, so that it can never be certified."""
    for signer in (town.rec, town.deployer, town.mallory, town.alice):
        with expect_error("ConstraintSeeds"):
            town.registry.claim_erc_generation(poa_config=signer, meter_account=town.meter("METER_001"), amount=1)


def test_certificate_id_that_is_taken(town: Town) -> None:
    """A certificate cannot be issued over another, nor at another's address."""
    issue(town)
    with expect_error("AccountAlreadyInUse"):
        issue(town)
    with expect_error("ConstraintSeeds"):
        issue(town, "ERC-2", erc_certificate=town.certificate("ERC-3"))


@pytest.mark.parametrize("certificate_id", ["", "ERC-1\n", "ΕRC-1"])
def test_certificate_ids_that_look_like_others(town: Town, certificate_id: str) -> None:
    """What holds for meters holds for certificates."""
    with expect_error("InvalidCertificateId"):
        issue(town, certificate_id)


def test_certifying_what_is_not_renewable(town: Town) -> None:
    """A battery gives back what it took from somewhere."""
    town.registry.register_meter(**town.register_meter(town.mallory, "BATTERY_1", "Battery"))
    town.oracle.submit_meter_reading(**town.submit_meter_reading("BATTERY_1", town.ledger.now, 50_000))
    with expect_error("NotRenewable"):
        issue(town, meter_account=town.meter("BATTERY_1"))


def test_validating_somebody_elses_certificate(town: Town) -> None:
    """Mallory, the engineering authority, and a delegate while delegation is off."""
    certificate = issue(town)
    parameters(town, oracle_authority=town.gateway.pubkey())
    for signer in (town.mallory, town.deployer, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.governance.validate_erc_for_trading(authority=signer, erc_certificate=certificate)


def test_validating_what_has_ended(town: Town) -> None:
    """Revoked or expired is for ever, whether somebody marked it or not."""
    revoked, expired = issue(town, "ERC-1"), issue(town, "ERC-2")
    town.governance.revoke_erc(authority=town.rec, erc_certificate=revoked, reason="error")
    with expect_error("CertificateRevoked"):
        town.governance.validate_erc_for_trading(authority=town.alice, erc_certificate=revoked)
    town.ledger.warp(YEAR + 1)
    for _ in range(2):
        with expect_error("CertificateExpired"):
            town.governance.validate_erc_for_trading(authority=town.alice, erc_certificate=expired)
        if town.governance.account(expired).status == "Valid":
            town.governance.expire_erc(erc_certificate=expired)


def test_ending_somebody_elses_certificate(town: Town) -> None:
    """Revoking is the REC authority's; expiring is anybody's, but not a second too early."""
    certificate = issue(town)
    for signer in (town.mallory, town.deployer, town.alice):
        with expect_error("UnauthorizedAuthority"):
            town.governance.revoke_erc(authority=signer, erc_certificate=certificate, reason="envy")
    town.ledger.warp(YEAR)
    with expect_error("CertificateNotExpired"):
        town.governance.expire_erc(erc_certificate=certificate)


def test_moving_somebody_elses_certificate(town: Town) -> None:
    """Only the owner gives a certificate away, and only where that is allowed."""
    certificate = validated(town)
    take = {"erc_certificate": certificate, "new_owner": town.mallory.pubkey()}
    with expect_error("CertificateTransfersDisabled"):
        town.governance.transfer_erc(owner=town.alice, **take)
    parameters(town, allow_certificate_transfers=True)
    for signer in (town.mallory, town.rec, town.deployer):
        with expect_error("UnauthorizedAuthority"):
            town.governance.transfer_erc(owner=signer, **take)


def test_selling_with_a_certificate_that_does_not_cover(market: Town) -> None:
    """Not one's own, not validated, too small, revoked, expired."""
    own = validated(market, "ERC-1", energy_amount=2_000)
    raw = issue(market, "ERC-2")
    too_small = validated(market, "ERC-3", energy_amount=1_999)
    foreign = validated(market, "ERC-4", meter_account=market.meter("METER_666"))
    revoked = validated(market, "ERC-5")
    market.governance.revoke_erc(authority=market.rec, erc_certificate=revoked, reason="error")
    for certificate in (raw, too_small, foreign, revoked):
        with expect_error("InvalidCertificate"):
            market.trading.create_sell_order(**market.create_sell_order(market.alice, 1), erc_certificate=certificate)
    market.ledger.warp(YEAR + 1)
    with expect_error("InvalidCertificate"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 1), erc_certificate=own)


def test_selling_without_a_certificate_where_one_is_required(market: Town) -> None:
    """An absent account is no certificate, and neither is a look-alike of one."""
    market.trading.update_market_config(
        authority=market.deployer,
        matcher=Pubkey.default(),
        epoch_length=900,
        max_orders_per_user=50,
        require_erc=True,
        order_ttl=DAY,
    )
    with expect_error("CertificateRequired"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    real = market.ledger.account(validated(market))
    assert real is not None
    fake = market.ledger.key().pubkey()
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.ledger.key().pubkey())
    with expect_error("AccountOwnedByWrongProgram"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 1), erc_certificate=fake)


def test_certificate_of_a_seller_who_gave_it_away(market: Town) -> None:
    """After the transfer it is the new owner's to use, not the old one's."""
    parameters(market, allow_certificate_transfers=True)
    certificate = validated(market)
    market.governance.transfer_erc(owner=market.alice, erc_certificate=certificate, new_owner=market.mallory.pubkey())
    with expect_error("InvalidCertificate"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 1), erc_certificate=certificate)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 1), erc_certificate=certificate)

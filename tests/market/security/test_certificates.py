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
    town.governance.validate_erc_for_trading(**town.validate_erc(certificate_id))
    return certificate


def parameters(town: Town, signer: Keypair | None = None, **changed: Any) -> None:
    given = town.update_parameters(**changed)
    town.governance.update_parameters(**given | {"authority": signer or town.deployer})


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
        town.governance.validate_erc_for_trading(**town.validate_erc("ERC-1"))
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
    for required in (True, False):
        with expect_error("InvalidAuthority"):
            parameters(town, require_oracle_validation=required, oracle_authority=Pubkey.default())


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
    town.ledger.warp(60)
    town.oracle.submit_meter_reading(**town.submit_meter_reading("BATTERY_1", town.ledger.now, 50_000))
    with expect_error("NotRenewable"):
        issue(town, meter_account=town.meter("BATTERY_1"), user_account=town.user(town.mallory))
    with expect_error("WrongRenewableSource"):
        issue(town, renewable_source="Wind")


def test_validating_somebody_elses_certificate(town: Town) -> None:
    """Mallory, the engineering authority, and a delegate while delegation is off."""
    certificate = issue(town)
    parameters(town, oracle_authority=town.gateway.pubkey())
    good = town.validate_erc("ERC-1")
    for signer in (town.mallory, town.deployer, town.gateway, town.alice):
        with expect_error("UnauthorizedAuthority"):
            town.governance.validate_erc_for_trading(**good | {"authority": signer})
    with expect_error("UnauthorizedAuthority"):
        town.governance.validate_erc_for_trading(
            **good | {"owner": town.mallory, "user_account": town.user(town.mallory)}
        )
    with expect_error("UserNotActive"):
        town.governance.validate_erc_for_trading(**good | {"user_account": town.user(town.mallory)})
    assert not town.governance.account(certificate).validated_for_trading


def test_validating_what_has_ended(town: Town) -> None:
    """Revoked or expired is for ever, whether somebody marked it or not."""
    revoked, expired = issue(town, "ERC-1"), issue(town, "ERC-2")
    town.governance.revoke_erc(authority=town.rec, erc_certificate=revoked, reason="error")
    with expect_error("CertificateRevoked"):
        town.governance.validate_erc_for_trading(**town.validate_erc("ERC-1"))
    town.ledger.warp(YEAR + 1)
    for _ in range(2):
        with expect_error("CertificateExpired"):
            town.governance.validate_erc_for_trading(**town.validate_erc("ERC-2"))
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


def sell_under(town: Town, certificate: Pubkey, order_id: int = 1, who: Keypair | None = None, **changed: Any) -> None:
    given = town.create_sell_order(who or town.alice, order_id)
    town.trading.create_sell_order(**given | {"erc_certificate": certificate} | changed)


def test_selling_with_a_certificate_that_does_not_cover(market: Town) -> None:
    """Not validated, too small, not one's own, revoked, expired."""
    own = validated(market, "ERC-1", energy_amount=2_000)
    with expect_error("CertificateNotValidated"):
        sell_under(market, issue(market, "ERC-2"))
    with expect_error("InsufficientCertifiedEnergy"):
        sell_under(market, validated(market, "ERC-3", energy_amount=1_999))
    foreign = issue(market, "ERC-4", meter_account=market.meter("METER_666"), user_account=market.user(market.mallory))
    with expect_error("UnauthorizedAuthority"):
        sell_under(market, foreign)
    revoked = validated(market, "ERC-5")
    market.governance.revoke_erc(authority=market.rec, erc_certificate=revoked, reason="error")
    with expect_error("CertificateRevoked"):
        sell_under(market, revoked)
    market.ledger.warp(YEAR + 1)
    market.next_quarter()
    with expect_error("CertificateExpired"):
        sell_under(market, own)
    market.assert_books()


def test_one_certificate_for_more_than_it_certifies(market: Town) -> None:
    """5 kWh sold again and again: reserved, sold, used elsewhere, they are counted once; cancelling frees them."""
    certificate = validated(market)  # 5000 Wh
    sell_under(market, certificate, 1)
    sell_under(market, certificate, 2)
    with expect_error("InsufficientCertifiedEnergy"):
        sell_under(market, certificate, 3)
    use = {"owner": market.alice, "erc_certificate": certificate, "beneficiary": market.bob.pubkey()}
    with expect_error("InsufficientCertifiedEnergy"):
        market.governance.retire_erc(**use, amount=1_001)
    market.governance.retire_erc(**use, amount=1_000)
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 4, 2_000))
    market.trading.cancel_order(**market.cancel_order(market.alice, 2))
    sell_under(market, certificate, 3)
    market.clear()
    # Both offers are rationed to the half.
    for order_id in (1, 3):
        market.trading.match_orders(**market.match_orders(order_id, 4, market.alice, market.bob))
        market.trading.cancel_order(**market.cancel_order(market.alice, order_id))
    held = market.governance.account(certificate)
    assert (held.reserved_amount, held.retired_amount) == (0, 3_000)
    market.next_quarter()
    with expect_error("InsufficientCertifiedEnergy"):
        sell_under(market, certificate, 5, energy_amount=2_001)
    sell_under(market, certificate, 5, energy_amount=2_000)
    market.assert_books()


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_certificate_that_ends_while_the_order_stands(market: Town, end: str) -> None:
    """Nothing is sold under it any more, though the order was good when placed; the order can be taken back at once."""
    market.governance.update_erc_limits(
        authority=market.deployer, min_energy=100, max_erc=100_000, validity_period=1_800
    )
    certificate = validated(market)
    sell_under(market, certificate)
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    market.clear()
    if end == "revoked":
        market.governance.revoke_erc(authority=market.rec, erc_certificate=certificate, reason="error")
    else:
        market.ledger.warp(1_800)
    with expect_error(f"Certificate{end.title()}"):
        market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.bob))
    market.trading.cancel_order(**market.cancel_order(market.alice, 1))
    assert market.trading.account(market.order(1)).status == "Cancelled"
    assert market.governance.account(certificate).reserved_amount == 0
    market.assert_books()


def test_order_without_its_certificate(market: Town) -> None:
    """The certificate of an order is the one it was placed under: none, or another, neither trades nor frees it."""
    certificate, other = validated(market, "ERC-1"), validated(market, "ERC-2")
    sell_under(market, certificate)
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    cancel = market.cancel_order(market.alice, 1)
    for wrong in (None, other):
        with expect_error("InvalidCertificate"):
            market.trading.cancel_order(**cancel | {"erc_certificate": wrong})
    market.clear()
    match = market.match_orders(1, 2, market.alice, market.bob)
    for wrong in (None, other):
        with expect_error("InvalidCertificate"):
            market.trading.match_orders(**match | {"erc_certificate": wrong})
    expire = market.expire_order(market.alice, 1)
    market.ledger.warp(2 * DAY)
    for wrong in (None, other):
        with expect_error("InvalidCertificate"):
            market.trading.expire_order(**expire | {"erc_certificate": wrong})
    market.trading.expire_order(**expire)
    market.assert_books()


def test_somebody_elses_revoked_certificate(market: Town) -> None:
    """A buyer or seller who regrets brings a certificate that is worth nothing, to take back what was allotted."""
    revoked = issue(market)
    market.governance.revoke_erc(authority=market.rec, erc_certificate=revoked, reason="error")
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, 1_500))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    market.clear()
    for owner, order_id in ((market.alice, 1), (market.bob, 2)):
        with expect_error("InvalidCertificate"):
            market.trading.cancel_order(**market.cancel_order(owner, order_id) | {"erc_certificate": revoked})
        with expect_error("OrderNotCancellable"):
            market.trading.cancel_order(**market.cancel_order(owner, order_id))


def test_trades_name_their_certificate(market: Town) -> None:
    """The buyer's claim: the record and the event of the trade."""
    certificate = validated(market)
    sell_under(market, certificate)
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    market.clear()
    result = market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.bob))
    assert market.trading.account(market.trade(1, 2)).erc_certificate == certificate
    assert [e.erc_certificate for e in result.events if "erc_certificate" in e] == [certificate]
    assert [(e.beneficiary, e.amount) for e in result.events if "beneficiary" in e] == [(market.bob.pubkey(), 1_500)]


def test_counting_certificates_past_trading(market: Town) -> None:
    """Only the market's signature reserves, releases and retires for trades."""
    certificate = validated(market)
    for signer in (market.mallory, market.rec, market.deployer, market.alice):
        given = {"market": signer, "erc_certificate": certificate, "amount": 1}
        with expect_error("ConstraintSeeds"):
            market.governance.reserve_erc(**given, owner=market.alice.pubkey())
        with expect_error("ConstraintSeeds"):
            market.governance.release_erc(**given)
        with expect_error("ConstraintSeeds"):
            market.governance.retire_erc_for_trade(**given, buyer=market.bob.pubkey())


def test_retiring_somebody_elses_certificate(town: Town) -> None:
    """Using certified energy is its owner's; nothing and what has ended cannot be used."""
    certificate = issue(town)
    use = {"owner": town.alice, "erc_certificate": certificate, "beneficiary": town.bob.pubkey(), "amount": 100}
    for signer in (town.mallory, town.rec):
        with expect_error("UnauthorizedAuthority"):
            town.governance.retire_erc(**use | {"owner": signer})
    with expect_error("InvalidAmount"):
        town.governance.retire_erc(**use | {"amount": 0})
    town.governance.retire_erc(**use)
    town.governance.revoke_erc(authority=town.rec, erc_certificate=certificate, reason="error")
    with expect_error("CertificateRevoked"):
        town.governance.retire_erc(**use)


def test_selling_without_a_certificate_where_one_is_required(market: Town) -> None:
    """An absent account is no certificate, and neither is a look-alike of one. The rule is the epoch's."""
    market.trading.update_market_config(**market.market_config(require_erc=True))
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    market.ledger.warp(900)
    market.next_quarter()
    with expect_error("CertificateRequired"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 2))
    real = market.ledger.account(validated(market))
    assert real is not None
    fake = market.ledger.key().pubkey()
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.ledger.key().pubkey())
    with expect_error("AccountOwnedByWrongProgram"):
        sell_under(market, fake, 2)


def test_certificate_of_a_seller_who_gave_it_away(market: Town) -> None:
    """After the transfer it is the new owner's to use, not the old one's; and what is reserved stays."""
    parameters(market, allow_certificate_transfers=True)
    certificate = validated(market)
    give = {"owner": market.alice, "erc_certificate": certificate, "new_owner": market.mallory.pubkey()}
    sell_under(market, certificate)
    with expect_error("CertificateReserved"):
        market.governance.transfer_erc(**give)
    market.trading.cancel_order(**market.cancel_order(market.alice, 1))
    for stranger in (Pubkey.default(), market.guest.pubkey()):
        with expect_error("AccountNotInitialized"):
            market.governance.transfer_erc(**give | {"new_owner": stranger})
    market.governance.transfer_erc(**give)
    with expect_error("UnauthorizedAuthority"):
        sell_under(market, certificate, 2)
    sell_under(market, certificate, 2, market.mallory)


@pytest.mark.parametrize("status", ["Suspended", "Inactive"])
def test_certificates_of_users_who_are_not_active(town: Town, status: str) -> None:
    """They get none, neither new ones nor those of others, and have none validated; what they have they may give away."""
    issue(town, "ERC-1")
    other = town.certificate("ERC-3")
    town.governance.issue_erc(**town.issue_erc("ERC-3", meter_id="METER_666"))
    parameters(town, allow_certificate_transfers=True)
    town.registry.update_user_status(authority=town.deployer, user_account=town.user(town.alice), new_status=status)
    for account in (town.user(town.alice), town.user(town.bob)):
        with expect_error("UserNotActive"):
            issue(town, "ERC-2", user_account=account)
        with expect_error("UserNotActive"):
            town.governance.validate_erc_for_trading(**town.validate_erc("ERC-1") | {"user_account": account})
    give = {"owner": town.mallory, "erc_certificate": other, "new_owner": town.alice.pubkey()}
    with expect_error("UserNotActive"):
        town.governance.transfer_erc(**give)
    with expect_error("ConstraintSeeds"):
        town.governance.transfer_erc(**give | {"new_user_account": town.user(town.bob)})
    back = {"owner": town.alice, "erc_certificate": town.certificate("ERC-1"), "new_owner": town.mallory.pubkey()}
    town.governance.transfer_erc(**back)


def test_certifying_a_meter_that_is_switched_off(town: Town) -> None:
    """What a meter claims to have measured before it was found to cheat is not certified."""
    town.registry.update_meter_status(
        authority=town.deployer, meter_account=town.meter("METER_001"), new_status="Inactive"
    )
    with expect_error("InvalidMeterStatus"):
        issue(town)

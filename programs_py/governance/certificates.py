"""Certificates: issued once for what a meter generated, validated for trading, revoked, expired, given away."""

import registry
from common import PoaConfig, is_valid_id, now, require_operational
from governance.accounts import ErcCertificate, ErcStatus, PoAConfig
from governance.errors import GovernanceError
from governance.events import ErcExpired, ErcIssued, ErcRevoked, ErcTransferred, ErcValidatedForTrading
from governance.rules import require_active, require_in_force, require_rec, require_source, require_valid_status
from seahorse.prelude import *


@instruction(rare=True)
def issue_erc(
    authority: Signer,
    payer: Signer,
    oracle_authority: Signer | None,
    poa_config: PoaConfig,
    meter_account: registry.MeterAccount,
    user_account: registry.UserAccount,
    erc_certificate: Empty[ErcCertificate],
    certificate_id: String[64],
    energy_amount: u64,
    renewable_source: String[64],
    validation_data: String[256],
):
    """Certify `energy_amount` Wh of a solar or wind meter's generation, for the meter's owner, who is Active.

    Signed by the REC authority; with `require_oracle_validation`, by the configured oracle authority too.
    """
    require_operational(poa_config)
    assert poa_config.erc_validation_enabled, GovernanceError.ERC_VALIDATION_DISABLED
    require_rec(poa_config, authority)
    assert energy_amount >= poa_config.min_energy_amount, GovernanceError.INVALID_MINIMUM_ENERGY
    assert energy_amount <= poa_config.max_erc_amount, GovernanceError.INVALID_MAXIMUM_ENERGY
    # No generation is certified twice: registry, which remembers what was claimed, refuses.
    registry.claim_erc_generation(poa_config=poa_config.signer(), meter_account=meter_account, amount=energy_amount)

    assert is_valid_id(certificate_id), GovernanceError.INVALID_CERTIFICATE_ID
    require_source(meter_account, renewable_source)
    require_active(user_account, meter_account.owner)
    if poa_config.require_oracle_validation:
        assert oracle_authority is not None and oracle_authority.key() == poa_config.oracle_authority, (
            GovernanceError.ORACLE_VALIDATION_REQUIRED
        )

    timestamp = now()
    certificate = erc_certificate.init(payer=payer, seeds=["erc_certificate", certificate_id[:32], certificate_id[32:]])
    certificate.certificate_id = certificate_id
    certificate.authority = authority.key()
    certificate.energy_amount = energy_amount
    certificate.renewable_source = renewable_source
    certificate.validation_data = validation_data
    certificate.issued_at = timestamp
    certificate.expires_at = timestamp + poa_config.erc_validity_period
    certificate.status = ErcStatus.VALID
    certificate.owner = meter_account.owner
    certificate.meter_id = meter_account.meter_id

    poa_config.total_ercs_issued += 1
    poa_config.total_energy_certified += energy_amount
    poa_config.last_erc_issued_at = timestamp
    ErcIssued(
        certificate_id=certificate_id,
        authority=authority.key(),
        energy_amount=energy_amount,
        renewable_source=renewable_source,
        timestamp=timestamp,
    ).emit()


@instruction(rare=True)
def validate_erc_for_trading(
    owner: Signer,
    authority: Signer,
    poa_config: PoaConfig,
    user_account: registry.UserAccount,
    erc_certificate: ErcCertificate,
):
    """Let a certificate back sell orders. Signed by its owner, who must be Active, and by the REC authority.

    With `delegation_enabled`, the oracle authority may sign in the REC authority's place.
    """
    require_operational(poa_config)
    assert owner.key() == erc_certificate.owner, GovernanceError.UNAUTHORIZED_AUTHORITY
    assert may_validate(poa_config, authority), GovernanceError.UNAUTHORIZED_AUTHORITY
    require_active(user_account, owner.key())
    require_in_force(erc_certificate)
    assert not erc_certificate.validated_for_trading, GovernanceError.CERTIFICATE_ALREADY_VALIDATED
    timestamp = now()
    erc_certificate.validated_for_trading = True
    erc_certificate.trading_validated_at = timestamp
    poa_config.total_ercs_validated += 1
    ErcValidatedForTrading(
        certificate_id=erc_certificate.certificate_id, authority=authority.key(), timestamp=timestamp
    ).emit()


@instruction(rare=True)
def revoke_erc(authority: Signer, poa_config: PoaConfig, erc_certificate: ErcCertificate, reason: String[384]):
    """Revoke a certificate for good, also an expired one. Signed by the REC authority."""
    require_rec(poa_config, authority)
    assert erc_certificate.status != ErcStatus.REVOKED, GovernanceError.CERTIFICATE_REVOKED
    erc_certificate.status = ErcStatus.REVOKED
    erc_certificate.validated_for_trading = False
    erc_certificate.revocation_reason = reason
    poa_config.total_ercs_revoked += 1
    ErcRevoked(
        certificate_id=erc_certificate.certificate_id,
        authority=authority.key(),
        reason=reason,
        timestamp=now(),
    ).emit()


@instruction(rare=True)
def expire_erc(poa_config: PoaConfig, erc_certificate: ErcCertificate):
    """Mark a certificate as expired, once it is. Anyone may, while `auto_revoke_expired` is set."""
    require_operational(poa_config)
    assert poa_config.auto_revoke_expired, GovernanceError.AUTO_REVOKE_DISABLED
    require_valid_status(erc_certificate)
    timestamp = now()
    assert erc_certificate.has_expired(timestamp), GovernanceError.CERTIFICATE_NOT_EXPIRED
    erc_certificate.status = ErcStatus.EXPIRED
    erc_certificate.validated_for_trading = False
    ErcExpired(certificate_id=erc_certificate.certificate_id, timestamp=timestamp).emit()


@instruction(rare=True)
def transfer_erc(
    owner: Signer,
    poa_config: PoaConfig,
    new_user_account: Annotated[registry.UserAccount, Seeds("user", arg.new_owner, program=registry.ID)],
    erc_certificate: ErcCertificate,
    new_owner: Pubkey,
):
    """Give a certificate to another Active user; nothing of it may be reserved.

    Signed by its owner, while `allow_certificate_transfers` is set.
    """
    require_operational(poa_config)
    assert poa_config.allow_certificate_transfers, GovernanceError.CERTIFICATE_TRANSFERS_DISABLED
    assert owner.key() == erc_certificate.owner, GovernanceError.UNAUTHORIZED_AUTHORITY
    require_active(new_user_account, new_owner)
    require_in_force(erc_certificate)
    assert erc_certificate.reserved_amount == 0, GovernanceError.CERTIFICATE_RESERVED
    erc_certificate.owner = new_owner
    ErcTransferred(
        certificate_id=erc_certificate.certificate_id,
        old_owner=owner.key(),
        new_owner=new_owner,
        timestamp=now(),
    ).emit()


def may_validate(config: PoAConfig, signer: Signer) -> bool:
    """Whether a signer may release certificates for trading: the REC authority, or whom that is delegated to."""
    return signer.key() == config.authority or (config.delegation_enabled and signer.key() == config.oracle_authority)

"""The rules of governance: who holds a role, and what a certificate is worth."""

import registry
from common import now
from governance import GovernanceError
from governance_accounts import ErcCertificate, ErcStatus, PoAConfig
from seahorse.prelude import *


def require_rec(config: PoAConfig, signer: Signer):
    """Refuse a signer who is not the REC authority."""
    assert signer.key() == config.authority, GovernanceError.UNAUTHORIZED_AUTHORITY


def require_engineering(config: PoAConfig, signer: Signer):
    """Refuse a signer who is not the engineering authority."""
    assert signer.key() == config.engineering_authority, GovernanceError.UNAUTHORIZED_AUTHORITY


def may_validate(config: PoAConfig, certificate: ErcCertificate, signer: Signer) -> bool:
    """Whether a signer may release a certificate for trading: owner, REC authority, or owner's delegate."""
    if signer.key() == certificate.owner or signer.key() == config.authority:
        return True
    return config.delegation_enabled and signer.key() == config.oracle_authority


def is_renewable(meter_type: registry.MeterType) -> bool:
    """Whether what stands behind a meter generates: a battery or the grid only passes energy on."""
    return meter_type == registry.MeterType.SOLAR or meter_type == registry.MeterType.WIND


def has_expired(certificate: ErcCertificate, timestamp: i64) -> bool:
    """Whether a certificate's validity has ended."""
    return certificate.expires_at is not None and timestamp > certificate.expires_at


def require_valid_status(certificate: ErcCertificate):
    """Refuse a certificate that was revoked or marked as expired."""
    assert certificate.status != ErcStatus.REVOKED, GovernanceError.CERTIFICATE_REVOKED
    assert certificate.status == ErcStatus.VALID, GovernanceError.CERTIFICATE_EXPIRED


def require_in_force(certificate: ErcCertificate):
    """Refuse a certificate that was revoked, or whose validity has ended."""
    require_valid_status(certificate)
    assert not has_expired(certificate, now()), GovernanceError.CERTIFICATE_EXPIRED

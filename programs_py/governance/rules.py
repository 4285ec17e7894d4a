"""What governance refuses: checks that several instructions share."""

import registry
from common import now
from governance.accounts import ErcCertificate, ErcStatus, PoAConfig
from governance.errors import GovernanceError
from seahorse.prelude import *


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), GovernanceError.UNAUTHORIZED_AUTHORITY


def require_rec(config: PoAConfig, signer: Signer):
    """Refuse a signer who is not the REC authority."""
    assert signer.key() == config.authority, GovernanceError.UNAUTHORIZED_AUTHORITY


def require_engineering(config: PoAConfig, signer: Signer):
    """Refuse a signer who is not the engineering authority."""
    assert signer.key() == config.engineering_authority, GovernanceError.UNAUTHORIZED_AUTHORITY


def require_managed(config: PoAConfig, program: Pubkey):
    """Refuse a program that governance does not manage."""
    for known in config.authorized_programs:
        if known == program:
            return
    raise GovernanceError.UNKNOWN_PROGRAM


# --- certificates ---------------------------------------------------------------------------------


def require_active(user: registry.UserAccount, owner: Pubkey):
    """Refuse a user who is not this one, or not Active."""
    assert user.authority == owner and user.status == registry.UserStatus.ACTIVE, GovernanceError.USER_NOT_ACTIVE


def require_source(meter: registry.MeterAccount, renewable_source: str):
    """Refuse a source that is not renewable (a battery or the grid only passes energy on), or not the meter's."""
    if meter.meter_type == registry.MeterType.SOLAR:
        assert renewable_source == "Solar", GovernanceError.WRONG_RENEWABLE_SOURCE
    else:
        assert meter.meter_type == registry.MeterType.WIND, GovernanceError.NOT_RENEWABLE
        assert renewable_source == "Wind", GovernanceError.WRONG_RENEWABLE_SOURCE


def require_valid_status(certificate: ErcCertificate):
    """Refuse a certificate that was revoked or marked as expired."""
    assert certificate.status != ErcStatus.REVOKED, GovernanceError.CERTIFICATE_REVOKED
    assert certificate.status == ErcStatus.VALID, GovernanceError.CERTIFICATE_EXPIRED


def require_in_force(certificate: ErcCertificate):
    """Refuse a certificate that was revoked, or whose validity has ended."""
    require_valid_status(certificate)
    assert not certificate.has_expired(now()), GovernanceError.CERTIFICATE_EXPIRED


def require_left(certificate: ErcCertificate, amount: u64):
    """Refuse to use nothing, or more of a certificate than is neither reserved nor retired."""
    assert amount > 0, GovernanceError.INVALID_AMOUNT
    assert amount <= certificate.available(), GovernanceError.INSUFFICIENT_CERTIFIED_ENERGY

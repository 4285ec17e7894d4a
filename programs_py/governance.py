"""Governance: proof of authority over renewable energy certificates (ERC), and the system's emergency brake.

Two roles, each of which changes hands in two steps (propose, accept), so that a typo cannot lock the system:
- the REC authority certifies: it issues, validates and revokes certificates; it pauses and unpauses the system;
- the engineering authority runs the system: limits, parameters, maintenance, the authorities of the other programs.

A certificate says that a meter generated a number of watt-hours (Wh) from a renewable source. Registry
remembers per meter how much was claimed, so that no watt-hour is certified twice; a revoked or expired
certificate does not give its claim back.

While the system is paused or in maintenance, no certificate is issued, validated, transferred or expired.
Revoking, configuring and handing over stay possible, so that the cause can be mended.
"""

import energy_token
import oracle
import registry
import trading
from common import PoaConfig, is_valid_id, now, require_operational
from governance_accounts import *
from governance_events import *
from governance_rules import (
    has_expired,
    is_renewable,
    may_validate,
    require_engineering,
    require_in_force,
    require_rec,
    require_valid_status,
)
from seahorse.prelude import *

declare_id("4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe")

CONFIG_VERSION = 1
DEFAULT_AUTHORITY_NAME = "REC"
DEFAULT_CAMPUS_NETWORK = "Engineering Complex"
DEFAULT_MIN_ENERGY_WH = 100
DEFAULT_MAX_ENERGY_WH = 1_000_000
DEFAULT_VALIDITY_PERIOD = 31_536_000  # seconds: 365 days
DEFAULT_MIN_ORACLE_CONFIDENCE = 80
MAX_ORACLE_CONFIDENCE = 100


class GovernanceError(Error):
    """Why governance refuses."""

    UNAUTHORIZED_AUTHORITY = 6400, "Unauthorized authority"
    SYSTEM_PAUSED = 6401, "System is paused"
    MAINTENANCE_MODE = 6402, "System is in maintenance"
    ERC_VALIDATION_DISABLED = 6403, "ERC validation disabled"
    INVALID_MINIMUM_ENERGY = 6404, "Invalid minimum energy"
    INVALID_MAXIMUM_ENERGY = 6405, "Invalid maximum energy"
    INVALID_VALIDITY_PERIOD = 6406, "Invalid validity period"
    INVALID_ORACLE_CONFIDENCE = 6407, "Invalid oracle confidence"
    INSUFFICIENT_AVAILABLE_ENERGY = 6408, "Insufficient available energy"
    CERTIFICATE_EXPIRED = 6409, "Certificate expired"
    CERTIFICATE_REVOKED = 6410, "Certificate revoked"
    INVALID_CERTIFICATE_ID = 6411, "Certificate id must be 1 to 64 printable ASCII characters"
    NOT_RENEWABLE = 6412, "Only solar and wind generation can be certified"
    ORACLE_VALIDATION_REQUIRED = 6413, "The oracle authority must be set and must sign"
    CERTIFICATE_NOT_EXPIRED = 6414, "Certificate has not expired yet"
    CERTIFICATE_ALREADY_VALIDATED = 6415, "Certificate is already validated for trading"
    CERTIFICATE_TRANSFERS_DISABLED = 6416, "Certificate transfers are disabled"
    AUTO_REVOKE_DISABLED = 6417, "Expiring certificates is disabled"
    NOT_PAUSED = 6418, "System is not paused"
    NO_PENDING_AUTHORITY = 6419, "Nobody was proposed for this role"
    NO_PROGRAM_GIVEN = 6420, "Give the account of at least one program"


# --- initialization -------------------------------------------------------------------------------


@instruction
def initialize_poa(
    deployer: Signer,
    poa_config: Empty[PoAConfig],
    program_data: ProgramData,
    authority: Pubkey,
):
    """Open the market: create governance with `authority` as REC authority.

    Signed by the program's upgrade authority, who becomes the engineering authority.
    """
    assert program_data.upgrade_authority() == deployer.key(), GovernanceError.UNAUTHORIZED_AUTHORITY
    timestamp = now()
    config = poa_config.init(payer=deployer, seeds=["poa_config"])
    config.authority = authority
    config.authority_name = DEFAULT_AUTHORITY_NAME
    config.version = CONFIG_VERSION
    config.erc_validation_enabled = True
    config.min_energy_amount = DEFAULT_MIN_ENERGY_WH
    config.max_erc_amount = DEFAULT_MAX_ENERGY_WH
    config.erc_validity_period = DEFAULT_VALIDITY_PERIOD
    config.auto_revoke_expired = True
    config.min_oracle_confidence = DEFAULT_MIN_ORACLE_CONFIDENCE
    config.created_at = timestamp
    config.last_updated = timestamp
    config.engineering_authority = deployer.key()
    config.authorized_programs = array(registry.ID, energy_token.ID, oracle.ID, trading.ID)
    config.campus_network = DEFAULT_CAMPUS_NETWORK
    PoAInitialized(authority=authority, authority_name=DEFAULT_AUTHORITY_NAME, timestamp=timestamp).emit()


# --- emergency controls ---------------------------------------------------------------------------


@instruction
def emergency_pause(authority: Signer, poa_config: PoaConfig, reason: String[128]):
    """Stop the whole system. Signed by the REC authority."""
    require_rec(poa_config, authority)
    assert not poa_config.emergency_paused, GovernanceError.SYSTEM_PAUSED
    timestamp = now()
    poa_config.emergency_paused = True
    poa_config.emergency_timestamp = timestamp
    poa_config.emergency_reason = reason
    poa_config.last_updated = timestamp
    EmergencyPauseActivated(authority=authority.key(), reason=reason, timestamp=timestamp).emit()


@instruction
def emergency_unpause(authority: Signer, poa_config: PoaConfig):
    """Let the system go on. Signed by the REC authority."""
    require_rec(poa_config, authority)
    assert poa_config.emergency_paused, GovernanceError.NOT_PAUSED
    timestamp = now()
    poa_config.emergency_paused = False
    poa_config.emergency_timestamp = None
    poa_config.emergency_reason = None
    poa_config.last_updated = timestamp
    EmergencyPauseDeactivated(authority=authority.key(), timestamp=timestamp).emit()


@instruction
def set_maintenance_mode(authority: Signer, poa_config: PoaConfig, maintenance_enabled: bool):
    """Put the system into maintenance, or take it out. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    poa_config.maintenance_mode = maintenance_enabled
    poa_config.last_updated = now()
    MaintenanceModeChanged(
        authority=authority.key(), enabled=maintenance_enabled, timestamp=poa_config.last_updated
    ).emit()


# --- certificates ---------------------------------------------------------------------------------


@instruction
def issue_erc(
    authority: Signer,
    oracle_authority: Signer | None,
    poa_config: PoaConfig,
    meter_account: registry.MeterAccount,
    erc_certificate: Empty[ErcCertificate],
    certificate_id: String[64],
    energy_amount: u64,
    renewable_source: String[64],
    validation_data: String[256],
):
    """Certify `energy_amount` Wh of a solar or wind meter's generation, for the meter's owner.

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
    assert is_renewable(meter_account.meter_type), GovernanceError.NOT_RENEWABLE
    if poa_config.require_oracle_validation:
        assert oracle_authority is not None and oracle_authority.key() == poa_config.oracle_authority, (
            GovernanceError.ORACLE_VALIDATION_REQUIRED
        )

    timestamp = now()
    certificate = erc_certificate.init(
        payer=authority, seeds=["erc_certificate", certificate_id[:32], certificate_id[32:]]
    )
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


@instruction
def validate_erc_for_trading(authority: Signer, poa_config: PoaConfig, erc_certificate: ErcCertificate):
    """Let a certificate back sell orders. Signed by its owner or the REC authority.

    With `delegation_enabled`, the oracle authority may sign in the owner's place.
    """
    require_operational(poa_config)
    assert may_validate(poa_config, erc_certificate, authority), GovernanceError.UNAUTHORIZED_AUTHORITY
    require_in_force(erc_certificate)
    assert not erc_certificate.validated_for_trading, GovernanceError.CERTIFICATE_ALREADY_VALIDATED
    timestamp = now()
    erc_certificate.validated_for_trading = True
    erc_certificate.trading_validated_at = timestamp
    poa_config.total_ercs_validated += 1
    ErcValidatedForTrading(
        certificate_id=erc_certificate.certificate_id, authority=authority.key(), timestamp=timestamp
    ).emit()


@instruction
def revoke_erc(authority: Signer, poa_config: PoaConfig, erc_certificate: ErcCertificate, reason: String[128]):
    """Take a certificate back for good, also an expired one. Signed by the REC authority."""
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


@instruction
def expire_erc(poa_config: PoaConfig, erc_certificate: ErcCertificate):
    """Mark a certificate as expired, once it is. Anyone may, while `auto_revoke_expired` is set."""
    require_operational(poa_config)
    assert poa_config.auto_revoke_expired, GovernanceError.AUTO_REVOKE_DISABLED
    require_valid_status(erc_certificate)
    timestamp = now()
    assert has_expired(erc_certificate, timestamp), GovernanceError.CERTIFICATE_NOT_EXPIRED
    erc_certificate.status = ErcStatus.EXPIRED
    erc_certificate.validated_for_trading = False
    ErcExpired(certificate_id=erc_certificate.certificate_id, timestamp=timestamp).emit()


@instruction
def transfer_erc(owner: Signer, poa_config: PoaConfig, erc_certificate: ErcCertificate, new_owner: Pubkey):
    """Give a certificate away. Signed by its owner, while `allow_certificate_transfers` is set."""
    require_operational(poa_config)
    assert poa_config.allow_certificate_transfers, GovernanceError.CERTIFICATE_TRANSFERS_DISABLED
    assert owner.key() == erc_certificate.owner, GovernanceError.UNAUTHORIZED_AUTHORITY
    require_in_force(erc_certificate)
    erc_certificate.owner = new_owner
    ErcTransferred(
        certificate_id=erc_certificate.certificate_id,
        old_owner=owner.key(),
        new_owner=new_owner,
        timestamp=now(),
    ).emit()


# --- configuration --------------------------------------------------------------------------------


@instruction
def update_governance_config(authority: Signer, poa_config: PoaConfig, erc_validation_enabled: bool):
    """Start or stop issuing certificates. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    old_value = poa_config.erc_validation_enabled
    poa_config.erc_validation_enabled = erc_validation_enabled
    poa_config.last_updated = now()
    GovernanceConfigUpdated(
        authority=authority.key(),
        field="erc_validation_enabled",
        old_value=str(old_value),
        new_value=str(erc_validation_enabled),
        timestamp=poa_config.last_updated,
    ).emit()


@instruction
def update_authority_info(authority: Signer, poa_config: PoaConfig, contact_info: String[128]):
    """Say how the REC authority is reached. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    old_value = poa_config.contact_info
    poa_config.last_updated = now()
    GovernanceConfigUpdated(
        authority=authority.key(),
        field="contact_info",
        old_value=old_value,
        new_value=contact_info,
        timestamp=poa_config.last_updated,
    ).emit()
    poa_config.contact_info = contact_info


@instruction
def update_erc_limits(authority: Signer, poa_config: PoaConfig, min_energy: u64, max_erc: u64, validity_period: i64):
    """Change the limits of certificates: energies in Wh, the period in seconds.

    Signed by the engineering authority.
    """
    require_engineering(poa_config, authority)
    assert min_energy > 0, GovernanceError.INVALID_MINIMUM_ENERGY
    assert max_erc >= min_energy, GovernanceError.INVALID_MAXIMUM_ENERGY
    assert validity_period > 0, GovernanceError.INVALID_VALIDITY_PERIOD
    poa_config.min_energy_amount = min_energy
    poa_config.max_erc_amount = max_erc
    poa_config.erc_validity_period = validity_period
    poa_config.last_updated = now()
    ErcLimitsUpdated(
        authority=authority.key(),
        min_energy_amount=min_energy,
        max_erc_amount=max_erc,
        erc_validity_period=validity_period,
        timestamp=poa_config.last_updated,
    ).emit()


@instruction
def update_parameters(
    authority: Signer,
    poa_config: PoaConfig,
    auto_revoke_expired: bool,
    require_oracle_validation: bool,
    delegation_enabled: bool,
    oracle_authority: Optional[Pubkey],
    min_oracle_confidence: u8,
    allow_certificate_transfers: bool,
    campus_network: String[64],
):
    """Change the advanced settings. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    assert min_oracle_confidence <= MAX_ORACLE_CONFIDENCE, GovernanceError.INVALID_ORACLE_CONFIDENCE
    assert oracle_authority is not None or not require_oracle_validation, GovernanceError.ORACLE_VALIDATION_REQUIRED
    poa_config.auto_revoke_expired = auto_revoke_expired
    poa_config.require_oracle_validation = require_oracle_validation
    poa_config.delegation_enabled = delegation_enabled
    poa_config.oracle_authority = oracle_authority
    poa_config.min_oracle_confidence = min_oracle_confidence
    poa_config.allow_certificate_transfers = allow_certificate_transfers
    poa_config.campus_network = campus_network
    poa_config.last_updated = now()
    ParametersUpdated(
        authority=authority.key(),
        auto_revoke_expired=auto_revoke_expired,
        require_oracle_validation=require_oracle_validation,
        delegation_enabled=delegation_enabled,
        oracle_authority=oracle_authority,
        min_oracle_confidence=min_oracle_confidence,
        allow_certificate_transfers=allow_certificate_transfers,
        campus_network=campus_network,
        timestamp=poa_config.last_updated,
    ).emit()


# --- authorities ----------------------------------------------------------------------------------


@instruction
def propose_authority(authority: Signer, poa_config: PoaConfig, role: GovernanceRole, new_authority: Pubkey):
    """Offer a role to somebody, who must accept.

    Signed by whoever holds the role; a new offer replaces the old one.
    """
    if role == GovernanceRole.REC:
        require_rec(poa_config, authority)
        poa_config.pending_authority = new_authority
    else:
        require_engineering(poa_config, authority)
        poa_config.pending_engineering_authority = new_authority
    poa_config.last_updated = now()
    AuthorityProposed(
        role=role,
        authority=authority.key(),
        proposed_authority=new_authority,
        timestamp=poa_config.last_updated,
    ).emit()


@instruction
def accept_authority(new_authority: Signer, poa_config: PoaConfig, role: GovernanceRole):
    """Take over a role that was offered. Signed by whom it was offered to."""
    is_rec = role == GovernanceRole.REC
    old_authority = poa_config.authority if is_rec else poa_config.engineering_authority
    pending = poa_config.pending_authority if is_rec else poa_config.pending_engineering_authority
    assert pending is not None, GovernanceError.NO_PENDING_AUTHORITY
    assert pending == new_authority.key(), GovernanceError.UNAUTHORIZED_AUTHORITY
    if is_rec:
        poa_config.authority = new_authority.key()
        poa_config.pending_authority = None
    else:
        poa_config.engineering_authority = new_authority.key()
        poa_config.pending_engineering_authority = None
    poa_config.last_updated = now()
    AuthorityAccepted(
        role=role,
        old_authority=old_authority,
        new_authority=new_authority.key(),
        timestamp=poa_config.last_updated,
    ).emit()


@instruction
def manage_authorities(
    authority: Signer,
    poa_config: PoaConfig,
    registry_account: registry.Registry | None,
    token_info: energy_token.TokenInfo | None,
    oracle_data: oracle.OracleData | None,
    market: trading.Market | None,
    new_authority: Pubkey,
):
    """Make `new_authority` the authority of every program whose account is given.

    Signed by the engineering authority.
    """
    require_engineering(poa_config, authority)
    assert registry_account is not None or token_info is not None or oracle_data is not None or market is not None, (
        GovernanceError.NO_PROGRAM_GIVEN
    )
    if registry_account is not None:
        registry.set_authority(
            authority=poa_config.signer(),
            registry=registry_account,
            poa_config=poa_config,
            new_authority=new_authority,
        )
    if token_info is not None:
        energy_token.set_authority(
            authority=poa_config.signer(),
            token_info=token_info,
            poa_config=poa_config,
            new_authority=new_authority,
        )
    if oracle_data is not None:
        oracle.set_authority(
            authority=poa_config.signer(),
            oracle_data=oracle_data,
            poa_config=poa_config,
            new_authority=new_authority,
        )
    if market is not None:
        trading.set_authority(
            authority=poa_config.signer(), market=market, poa_config=poa_config, new_authority=new_authority
        )
    AuthoritiesManaged(
        authority=authority.key(),
        new_authority=new_authority,
        registry=registry_account is not None,
        energy_token=token_info is not None,
        oracle=oracle_data is not None,
        trading=market is not None,
        timestamp=now(),
    ).emit()


# --- statistics -----------------------------------------------------------------------------------


@instruction
def get_governance_stats(poa_config: PoaConfig) -> GovernanceStats:
    """The counters and the state of the system."""
    return GovernanceStats(
        total_ercs_issued=poa_config.total_ercs_issued,
        total_ercs_validated=poa_config.total_ercs_validated,
        total_ercs_revoked=poa_config.total_ercs_revoked,
        total_energy_certified=poa_config.total_energy_certified,
        erc_validation_enabled=poa_config.erc_validation_enabled,
        emergency_paused=poa_config.emergency_paused,
        maintenance_mode=poa_config.maintenance_mode,
        min_energy_amount=poa_config.min_energy_amount,
        max_erc_amount=poa_config.max_erc_amount,
        erc_validity_period=poa_config.erc_validity_period,
        created_at=poa_config.created_at,
        last_updated=poa_config.last_updated,
        last_erc_issued_at=poa_config.last_erc_issued_at,
    )

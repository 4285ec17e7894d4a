"""What governance stores: its configuration and the certificates."""

from seahorse.prelude import *


class ErcStatus(Enum):
    """What a certificate is worth."""

    VALID = 0
    EXPIRED = 1
    REVOKED = 2
    PENDING = 3


class PoAConfig(Account):
    """Authorities, brakes, certificate rules and statistics; it signs governance's calls.

    PDA: ["poa_config"].
    """

    # authority
    authority: Pubkey  # the REC authority
    authority_name: String[64]
    contact_info: String[128]
    version: u8

    # emergency controls
    emergency_paused: bool
    emergency_timestamp: Optional[i64]
    emergency_reason: Optional[String[128]]
    maintenance_mode: bool

    # certificate rules
    erc_validation_enabled: bool  # whether certificates are issued at all
    min_energy_amount: u64  # Wh of one certificate, at least
    max_erc_amount: u64  # Wh of one certificate, at most
    erc_validity_period: i64  # seconds
    auto_revoke_expired: bool  # whether anyone may mark a certificate as expired once it is
    require_oracle_validation: bool  # whether oracle_authority must sign every issue too

    # advanced
    delegation_enabled: bool  # whether oracle_authority may validate certificates in their owners' place
    oracle_authority: Optional[Pubkey]
    min_oracle_confidence: u8  # percent: what the validating oracle must reach before it signs
    allow_certificate_transfers: bool

    # statistics
    total_ercs_issued: u64
    total_ercs_validated: u64
    total_ercs_revoked: u64
    total_energy_certified: u64  # Wh

    # times
    created_at: i64
    last_updated: i64
    last_erc_issued_at: Optional[i64]

    # the system
    engineering_authority: Pubkey
    pending_authority: Optional[Pubkey]
    pending_engineering_authority: Optional[Pubkey]
    authorized_programs: Array[Pubkey, 4]  # the programs whose authority governance can replace
    campus_network: String[64]
    bump: u8


class ErcCertificate(Account):
    """A renewable energy certificate. PDA: ["erc_certificate", certificate_id in chunks of 32 bytes]."""

    certificate_id: String[64]
    authority: Pubkey  # who issued it
    energy_amount: u64  # Wh
    renewable_source: String[64]
    validation_data: String[256]
    issued_at: i64
    expires_at: Optional[i64]
    status: ErcStatus
    validated_for_trading: bool
    trading_validated_at: Optional[i64]
    owner: Pubkey  # the meter's owner at issue, until transferred
    meter_id: String[50]
    revocation_reason: Optional[String[128]]
    bump: u8


@dataclass
class GovernanceStats:
    """What get_governance_stats returns."""

    total_ercs_issued: u64
    total_ercs_validated: u64
    total_ercs_revoked: u64
    total_energy_certified: u64  # Wh
    erc_validation_enabled: bool
    emergency_paused: bool
    maintenance_mode: bool
    min_energy_amount: u64  # Wh
    max_erc_amount: u64  # Wh
    erc_validity_period: i64  # seconds
    created_at: i64
    last_updated: i64
    last_erc_issued_at: Optional[i64]

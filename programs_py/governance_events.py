"""What governance announces: its events."""

from seahorse.prelude import *


class GovernanceRole(Enum):
    """The two roles that change hands in two steps."""

    REC = 0
    ENGINEERING = 1


class PoAInitialized(Event):
    """Governance exists, and with it the market opens."""

    authority: Pubkey
    authority_name: String[64]
    timestamp: i64


class EmergencyPauseActivated(Event):
    """The REC authority stopped the system."""

    authority: Pubkey
    reason: String[128]
    timestamp: i64


class EmergencyPauseDeactivated(Event):
    """The REC authority lets the system go on."""

    authority: Pubkey
    timestamp: i64


class ErcIssued(Event):
    """A certificate was issued; its energy is in Wh."""

    certificate_id: String[64]
    authority: Pubkey
    energy_amount: u64
    renewable_source: String[64]
    timestamp: i64


class ErcValidatedForTrading(Event):
    """A certificate may back sell orders from now on."""

    certificate_id: String[64]
    authority: Pubkey
    timestamp: i64


class ErcRevoked(Event):
    """The REC authority revoked a certificate."""

    certificate_id: String[64]
    authority: Pubkey
    reason: String[128]
    timestamp: i64


class ErcExpired(Event):
    """A certificate was marked as expired."""

    certificate_id: String[64]
    timestamp: i64


class ErcTransferred(Event):
    """A certificate has a new owner."""

    certificate_id: String[64]
    old_owner: Pubkey
    new_owner: Pubkey
    timestamp: i64


class GovernanceConfigUpdated(Event):
    """One setting changed; both values as text."""

    authority: Pubkey
    field: String[32]
    old_value: String[128]
    new_value: String[128]
    timestamp: i64


class ErcLimitsUpdated(Event):
    """The limits of certificates changed: energies in Wh, the period in seconds."""

    authority: Pubkey
    min_energy_amount: u64
    max_erc_amount: u64
    erc_validity_period: i64
    timestamp: i64


class ParametersUpdated(Event):
    """The advanced settings changed."""

    authority: Pubkey
    auto_revoke_expired: bool
    require_oracle_validation: bool
    delegation_enabled: bool
    oracle_authority: Optional[Pubkey]
    min_oracle_confidence: u8
    allow_certificate_transfers: bool
    campus_network: String[64]
    timestamp: i64


class MaintenanceModeChanged(Event):
    """The engineering authority put the system into maintenance, or took it out."""

    authority: Pubkey
    enabled: bool
    timestamp: i64


class AuthorityProposed(Event):
    """A role was offered; it changes hands when accepted."""

    role: GovernanceRole
    authority: Pubkey
    proposed_authority: Pubkey
    timestamp: i64


class AuthorityAccepted(Event):
    """A role changed hands."""

    role: GovernanceRole
    old_authority: Pubkey
    new_authority: Pubkey
    timestamp: i64


class AuthoritiesManaged(Event):
    """Governance gave other programs a new authority."""

    authority: Pubkey
    new_authority: Pubkey
    registry: bool
    energy_token: bool
    oracle: bool
    trading: bool
    timestamp: i64

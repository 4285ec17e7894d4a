"""What governance stores: its configuration and the certificates."""

from seahorse.prelude import *


class ErcStatus(Enum):
    """What a certificate is worth."""

    VALID = 0
    EXPIRED = 1
    REVOKED = 2
    PENDING = 3  # document A's; a certificate is issued as valid, and awaits its validation for trading


class GovernanceRole(Enum):
    """The two roles that change hands in two steps."""

    REC = 0
    ENGINEERING = 1


@dataclass
class Offer:
    """A role that is offered to somebody."""

    candidate: Pubkey
    ends_at: i64


@dataclass
class Role:
    """A role: who holds it, and whom it is offered to."""

    holder: Pubkey
    offer: Optional[Offer]


@dataclass
class Parameters:
    """The advanced settings, as the engineering authority makes them."""

    auto_revoke_expired: bool
    require_oracle_validation: bool
    delegation_enabled: bool
    oracle_authority: Optional[Pubkey]
    min_oracle_confidence: u8
    allow_certificate_transfers: bool
    campus_network: String[64]


class PoAConfig(Account):
    """Authorities, brakes, certificate rules and statistics; it signs governance's calls.

    PDA: ["poa_config"].
    """

    # authority
    authority: Pubkey  # the REC authority
    authority_name: String[192]  # name, contact and version inform people; no rule reads them
    contact_info: String[384]
    version: u8

    # emergency controls
    emergency_paused: bool
    emergency_timestamp: Optional[i64]  # shown to people only, as the reason is
    emergency_reason: Optional[String[384]]
    maintenance_mode: bool

    # certificate rules
    erc_validation_enabled: bool  # whether certificates are issued at all
    min_energy_amount: u64  # Wh of one certificate, at least
    max_erc_amount: u64  # Wh of one certificate, at most
    erc_validity_period: i64  # seconds
    auto_revoke_expired: bool  # whether anyone may mark a certificate as expired once it is
    require_oracle_validation: bool  # whether oracle_authority must sign every issue too

    # advanced
    delegation_enabled: bool  # whether oracle_authority may validate certificates in the REC authority's place
    oracle_authority: Optional[Pubkey]
    min_oracle_confidence: u8  # percent that the oracle authority must reach before it signs; informs people
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
    pending_authority: Optional[Offer]
    pending_engineering_authority: Optional[Offer]
    authorized_programs: Array[Pubkey, 4]  # the programs whose authorities and upgrades governance manages
    campus_network: String[64]  # informs people; no rule reads it
    bump: u8

    def role(self, which: GovernanceRole) -> Role:
        """A role as it is now."""
        if which == GovernanceRole.REC:
            return Role(self.authority, self.pending_authority)
        return Role(self.engineering_authority, self.pending_engineering_authority)

    def assign(self, which: GovernanceRole, role: Role):
        """Write a role down."""
        if which == GovernanceRole.REC:
            self.authority = role.holder
            self.pending_authority = role.offer
        else:
            self.engineering_authority = role.holder
            self.pending_engineering_authority = role.offer


class ErcCertificate(Account):
    """A renewable energy certificate. PDA: ["erc_certificate", certificate_id in chunks of 32 bytes]."""

    certificate_id: String[64]
    authority: Pubkey  # who issued it
    energy_amount: u64  # Wh
    renewable_source: String[64]  # the meter's type: Solar or Wind
    validation_data: String[256]  # informs people; no rule reads it
    issued_at: i64
    expires_at: Optional[i64]
    status: ErcStatus
    validated_for_trading: bool
    trading_validated_at: Optional[i64]
    owner: Pubkey  # the meter's owner at issue, until transferred
    meter_id: String[50]
    revocation_reason: Optional[String[384]]
    reserved_amount: u64  # Wh that stand in sell orders
    retired_amount: u64  # Wh that were sold, or used outside of the market
    bump: u8

    def available(self) -> u64:
        """Energy that is neither reserved nor retired, in Wh."""
        return self.energy_amount - self.reserved_amount - self.retired_amount

    def has_expired(self, timestamp: i64) -> bool:
        """Whether the certificate's validity has ended."""
        return self.expires_at is not None and timestamp > self.expires_at


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

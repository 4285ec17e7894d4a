"""What governance announces: its events."""

from governance.accounts import GovernanceRole, Parameters
from seahorse.prelude import *


class PoAInitialized(Event):
    """Governance exists, and with it the market opens."""

    authority: Pubkey
    authority_name: String[192]
    timestamp: i64


class EmergencyPauseActivated(Event):
    """The REC authority stopped the system."""

    authority: Pubkey
    reason: String[384]
    timestamp: i64


class EmergencyPauseDeactivated(Event):
    """The REC authority ended the pause."""

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
    reason: String[384]
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


class ErcReserved(Event):
    """A sell order reserved energy of a certificate; both amounts are in Wh."""

    certificate_id: String[64]
    amount: u64
    reserved_amount: u64
    timestamp: i64


class ErcReleased(Event):
    """Energy of a certificate that was reserved is free again; both amounts are in Wh."""

    certificate_id: String[64]
    amount: u64
    reserved_amount: u64
    timestamp: i64


class ErcRetired(Event):
    """Certified energy was used, for good, by the beneficiary; both amounts are in Wh."""

    certificate_id: String[64]
    beneficiary: Pubkey
    amount: u64
    retired_amount: u64
    timestamp: i64


class GovernanceConfigUpdated(Event):
    """One setting changed; both values as text."""

    authority: Pubkey
    field: String[32]
    old_value: String[384]
    new_value: String[384]
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
    parameters: Parameters
    timestamp: i64


class MaintenanceModeChanged(Event):
    """The engineering authority put the system into maintenance, or took it out."""

    authority: Pubkey
    enabled: bool
    timestamp: i64


class AuthorityProposed(Event):
    """A role was offered; it changes hands when accepted before the offer ends."""

    role: GovernanceRole
    authority: Pubkey
    proposed_authority: Pubkey
    ends_at: i64
    timestamp: i64


class AuthorityWithdrawn(Event):
    """The offer of a role was taken back."""

    role: GovernanceRole
    authority: Pubkey
    withdrawn_authority: Pubkey
    timestamp: i64


class AuthorityAccepted(Event):
    """A role changed hands."""

    role: GovernanceRole
    old_authority: Pubkey
    new_authority: Pubkey
    timestamp: i64


class AuthoritiesManaged(Event):
    """Governance gave another program a new authority."""

    authority: Pubkey
    program: Pubkey
    new_authority: Pubkey
    timestamp: i64


class ProgramUpgraded(Event):
    """Governance replaced the code of a program."""

    authority: Pubkey
    program: Pubkey
    buffer: Pubkey
    timestamp: i64


class UpgradeAuthorityChanged(Event):
    """Governance gave away the right to upgrade a program."""

    authority: Pubkey
    program: Pubkey
    new_authority: Pubkey
    timestamp: i64

"""Setting governance up, its settings, and its statistics."""

import energy_token
import oracle
import registry
import trading
from common import NOBODY, PoaConfig, is_lifetime, now
from governance.accounts import GovernanceStats, Parameters, PoAConfig
from governance.errors import GovernanceError
from governance.events import ErcLimitsUpdated, GovernanceConfigUpdated, ParametersUpdated, PoAInitialized
from governance.rules import require_deployer, require_engineering
from seahorse.prelude import *

CONFIG_VERSION = 1
DEFAULT_AUTHORITY_NAME = "REC"
DEFAULT_CAMPUS_NETWORK = "Engineering Complex"
DEFAULT_MIN_ENERGY_WH = 100
DEFAULT_MAX_ENERGY_WH = 1_000_000
DEFAULT_VALIDITY_PERIOD = 31_536_000  # seconds: 365 days
DEFAULT_MIN_ORACLE_CONFIDENCE = 80
MAX_ORACLE_CONFIDENCE = 100


@instruction(rare=True)
def initialize_poa(
    deployer: Signer,
    payer: Signer,
    poa_config: Empty[PoAConfig],
    program_data: ProgramData,
    authority: Pubkey,
):
    """Open the market: create governance with `authority` as REC authority.

    Signed by the program's upgrade authority, who becomes the engineering authority.
    """
    require_deployer(program_data, deployer)
    assert authority != NOBODY, GovernanceError.INVALID_AUTHORITY
    timestamp = now()
    config = poa_config.init(payer=payer, seeds=["poa_config"])
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


@instruction(rare=True)
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


@instruction(rare=True)
def update_authority_info(authority: Signer, poa_config: PoaConfig, contact_info: String[384]):
    """Change the contact data of the REC authority. Signed by the engineering authority."""
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


@instruction(rare=True)
def update_erc_limits(authority: Signer, poa_config: PoaConfig, min_energy: u64, max_erc: u64, validity_period: i64):
    """Change the limits of certificates: energies in Wh, the period in seconds.

    Signed by the engineering authority.
    """
    require_engineering(poa_config, authority)
    assert min_energy > 0, GovernanceError.INVALID_MINIMUM_ENERGY
    assert max_erc >= min_energy, GovernanceError.INVALID_MAXIMUM_ENERGY
    assert is_lifetime(validity_period), GovernanceError.INVALID_VALIDITY_PERIOD
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


@instruction(rare=True)
def update_parameters(authority: Signer, poa_config: PoaConfig, parameters: Parameters):
    """Change the advanced settings. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    assert parameters.min_oracle_confidence <= MAX_ORACLE_CONFIDENCE, GovernanceError.INVALID_ORACLE_CONFIDENCE
    assert parameters.oracle_authority is not None or not parameters.require_oracle_validation, (
        GovernanceError.ORACLE_VALIDATION_REQUIRED
    )
    assert parameters.oracle_authority != NOBODY, GovernanceError.INVALID_AUTHORITY
    poa_config.auto_revoke_expired = parameters.auto_revoke_expired
    poa_config.require_oracle_validation = parameters.require_oracle_validation
    poa_config.delegation_enabled = parameters.delegation_enabled
    poa_config.oracle_authority = parameters.oracle_authority
    poa_config.min_oracle_confidence = parameters.min_oracle_confidence
    poa_config.allow_certificate_transfers = parameters.allow_certificate_transfers
    poa_config.campus_network = parameters.campus_network
    poa_config.last_updated = now()
    ParametersUpdated(authority=authority.key(), parameters=parameters, timestamp=poa_config.last_updated).emit()


@instruction(rare=True)
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

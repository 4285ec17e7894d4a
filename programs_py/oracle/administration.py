"""Setting the oracle up, changing its settings, and handing it over."""

from common import NOBODY, PoaAddress, announce_handover, is_lifetime, may_hand_over, now
from oracle.accounts import OracleConfig, OracleData
from oracle.errors import OracleError
from oracle.events import ApiGatewayUpdated, OracleConfigUpdated, OracleInitialized, OracleStatusUpdated
from oracle.rules import OraclePda, require_authority, require_deployer
from seahorse.prelude import *

DEFAULT_CLEARING_INTERVAL = 900  # seconds: the interval of the meters
DEFAULT_MAX_READING_WH = 1_000_000  # 1 MWh in a quarter of an hour is 4 MW, more than the campus draws


@instruction(rare=True)
def initialize(
    deployer: Signer,
    payer: Signer,
    oracle_data: Empty[OracleData],
    program_data: ProgramData,
    api_gateway: Pubkey,
):
    """Create the oracle, active. Signed by the program's upgrade authority, who becomes its authority."""
    require_deployer(program_data, deployer)
    assert api_gateway != NOBODY, OracleError.INVALID_AUTHORITY
    state = oracle_data.init(payer=payer, seeds=["oracle_data"])
    state.authority = deployer.key()
    state.api_gateway = api_gateway
    state.active = True
    state.created_at = now()
    state.market_clearing_interval = DEFAULT_CLEARING_INTERVAL
    state.auto_clearing_enabled = True
    state.max_reading_wh = DEFAULT_MAX_READING_WH
    OracleInitialized(authority=state.authority, api_gateway=api_gateway, timestamp=state.created_at).emit()


@instruction(rare=True)
def update_oracle_status(authority: Signer, oracle_data: OraclePda, active: bool):
    """Switch the oracle on or off. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    oracle_data.active = active
    OracleStatusUpdated(authority=authority.key(), active=active, timestamp=now()).emit()


@instruction(rare=True)
def update_api_gateway(authority: Signer, oracle_data: OraclePda, new_gateway: Pubkey):
    """Replace the key that submits readings. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    assert new_gateway != NOBODY, OracleError.INVALID_AUTHORITY
    ApiGatewayUpdated(
        authority=authority.key(),
        old_gateway=oracle_data.api_gateway,
        new_gateway=new_gateway,
        timestamp=now(),
    ).emit()
    oracle_data.api_gateway = new_gateway


@instruction(rare=True)
def update_oracle_config(authority: Signer, oracle_data: OraclePda, config: OracleConfig):
    """Change the oracle's settings. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    assert is_lifetime(config.market_clearing_interval) and config.max_reading_wh > 0, OracleError.INVALID_CONFIG
    oracle_data.market_clearing_interval = config.market_clearing_interval
    oracle_data.auto_clearing_enabled = config.auto_clearing_enabled
    oracle_data.ami_endpoint = config.ami_endpoint
    oracle_data.max_reading_wh = config.max_reading_wh
    OracleConfigUpdated(authority=authority.key(), config=config, timestamp=now()).emit()


@instruction(rare=True)
def set_authority(
    authority: Signer,
    oracle_data: OraclePda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the oracle over. Signed by its present authority, or by governance."""
    assert may_hand_over(authority, oracle_data.authority, poa_config), OracleError.UNAUTHORIZED_AUTHORITY
    assert new_authority != NOBODY, OracleError.INVALID_AUTHORITY
    announce_handover(authority, oracle_data.authority, new_authority)
    oracle_data.authority = new_authority

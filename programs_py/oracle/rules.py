"""What the oracle refuses: checks that several instructions share."""

import governance
from common import require_operational
from oracle.accounts import OracleData
from oracle.errors import OracleError
from seahorse.prelude import *

OraclePda = Annotated[OracleData, Seeds("oracle_data")]


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), OracleError.UNAUTHORIZED_AUTHORITY


def require_authority(oracle_data: OracleData, signer: Signer):
    """Refuse a signer who does not administer the oracle."""
    assert signer.key() == oracle_data.authority, OracleError.UNAUTHORIZED_AUTHORITY


def require_gateway(oracle_data: OracleData, signer: Signer, poa_config: governance.PoAConfig):
    """Refuse a signer who is not the API gateway, and everybody while the oracle or the system is off."""
    assert signer.key() == oracle_data.api_gateway, OracleError.UNAUTHORIZED_GATEWAY
    assert oracle_data.active, OracleError.ORACLE_INACTIVE
    require_operational(poa_config)

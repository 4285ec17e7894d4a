"""Why the oracle refuses."""

from seahorse.prelude import *


class OracleError(Error):
    """Why the oracle refuses."""

    UNAUTHORIZED_AUTHORITY = 6200, "Unauthorized authority"
    UNAUTHORIZED_GATEWAY = 6201, "Unauthorized API Gateway"
    ORACLE_INACTIVE = 6202, "Oracle is inactive"
    INVALID_METER_READING = 6203, "Invalid meter reading"
    MARKET_CLEARING_IN_PROGRESS = 6204, "Market clearing in progress"
    AUTO_CLEARING_DISABLED = 6205, "Automatic market clearing is disabled"
    INVALID_CONFIG = 6206, "Interval must be positive and at most ten years, largest reading positive"
    INVALID_AUTHORITY = 6207, "The default key cannot be an authority or the gateway"
    INVALID_EPOCH = 6208, "Not the account of this epoch"

"""Why energy_token refuses."""

from seahorse.prelude import *


class EnergyTokenError(Error):
    """Why energy_token refuses."""

    UNAUTHORIZED_AUTHORITY = 6100, "Unauthorized authority"
    INVALID_METER = 6101, "Invalid meter"
    INSUFFICIENT_BALANCE = 6102, "Insufficient token balance"
    INVALID_AMOUNT = 6103, "Amount must be positive"
    INVALID_TOKEN_ACCOUNT = 6104, "Token account has the wrong owner or mint"
    INVALID_AUTHORITY = 6105, "The default key cannot be an authority"
    REC_COSIGN_REQUIRED = 6106, "A listed REC validator must sign too"
    INVALID_PAYER = 6107, "Not who paid for this account"

"""Why the registry refuses."""

from seahorse.prelude import *


class RegistryError(Error):
    """Why the registry refuses."""

    UNAUTHORIZED_USER = 6000, "Unauthorized user"
    UNAUTHORIZED_AUTHORITY = 6001, "Unauthorized authority"
    INVALID_USER_STATUS = 6002, "Invalid user status"
    INVALID_METER_STATUS = 6003, "Invalid meter status"
    USER_NOT_FOUND = 6004, "User not found"
    METER_NOT_FOUND = 6005, "Meter not found"
    NO_UNSETTLED_BALANCE = 6006, "No unsettled balance to tokenize"
    INVALID_METER_ID = 6007, "Meter id must be 1 to 50 printable ASCII characters"
    METER_LIMIT_REACHED = 6008, "User already has the maximum number of meters"
    METER_IN_USE = 6009, "Meter has readings and cannot be removed"
    INVALID_AUTHORITY = 6010, "The default key cannot be an authority"
    INVALID_PAYER = 6011, "Not who paid for this account"
    UNSETTLED_ENERGY = 6012, "Mint the meter's unsettled energy first"
    USER_HAS_METERS = 6013, "User still has meters"
    USER_HAS_OPEN_ORDERS = 6014, "User still has open orders"
    TRADING_ACCOUNT_REQUIRED = 6015, "Give the user's trading account"

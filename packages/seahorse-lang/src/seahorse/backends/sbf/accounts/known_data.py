"""Data of accounts and sysvars whose layout other programs define: offsets in bytes from the start of the data."""

from __future__ import annotations

# Bytes of the tag of a `COption`, as the token program keeps it in accounts.
COPTION_TAG = 4


class TokenAccountData:
    """An account of the token program (spl-token-interface `Account::LEN`)."""

    MINT, OWNER, AMOUNT, DELEGATE, STATE, NATIVE, DELEGATED_AMOUNT, SIZE = 0, 32, 64, 72, 108, 109, 121, 165
    CLOSE_AUTHORITY = 129
    INITIALIZED, FROZEN = 1, 2


class MintData:
    """A mint of the token program (spl-token-interface `Mint::LEN`)."""

    AUTHORITY, SUPPLY, DECIMALS, INITIALIZED, FREEZE_AUTHORITY, SIZE = 0, 36, 44, 45, 46, 82


class LoaderData:
    """`UpgradeableLoaderState::ProgramData` as bincode writes it: a u32 variant, a u64 slot, an Option<Pubkey>."""

    VARIANT, SLOT, HAS_AUTHORITY, AUTHORITY = 0, 4, 12, 13
    VARIANT_SIZE, KEY_BITS = 4, 5
    PROGRAM_DATA = 3


class RentData:
    """The sysvar Rent: lamports of a byte and year (u64), years that exempt (f64). An account counts 128 bytes more."""

    LAMPORTS_PER_BYTE, THRESHOLD, SIZE = 0, 8, 16
    ACCOUNT_OVERHEAD = 128
    ONE_YEAR, TWO_YEARS = 0x3FF0000000000000, 0x4000000000000000


class PriceData:
    """Pyth's price account (pyth-sdk-solana `SolanaPriceAccount`)."""

    MAGIC, VERSION, TYPE, EXPONENT, TIMESTAMP, PRICE, CONFIDENCE, STATUS = 0, 4, 8, 20, 96, 208, 216, 224
    LEAST_SIZE = 240
    MAGIC_NUMBER, VERSION_NUMBER, PRICE_TYPE, TRADING = 0xA1B2C3D4, 2, 3, 1

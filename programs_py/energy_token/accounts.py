"""What energy_token stores: the token and its validators."""

from seahorse.prelude import *


class TokenInfo(Account):
    """What GRID is, and who administers it; the mint authority. PDA: ["token_info"]."""

    authority: Pubkey
    mint: Pubkey  # all zero until initialize_token
    total_supply: u64  # base units
    created_at: i64
    name: String[32]  # name, symbol and decimals inform people and wallets; no rule reads them
    symbol: String[16]
    decimals: u8
    registry_program: Pubkey  # informs people: the program that settles is fixed at compile time
    require_rec_cosign: bool  # whether a validator must sign too when an owner mints
    bump: u8


class RecValidator(Account):
    """An organization that validates renewable energy certificates. PDA: ["rec_validator", validator]."""

    validator: Pubkey
    authority_name: String[192]
    added_at: i64
    payer: Pubkey
    bump: u8

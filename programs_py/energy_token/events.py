"""What energy_token announces: its events. Amounts are base units of GRID."""

from seahorse.prelude import *


class EnergyTokenInitialized(Event):
    """The program is set up; the mint comes next."""

    authority: Pubkey
    timestamp: i64


class TokenMintInitialized(Event):
    """The GRID mint exists."""

    authority: Pubkey
    mint: Pubkey
    decimals: u8
    timestamp: i64


class GridTokensMinted(Event):
    """Net generation became GRID."""

    meter_owner: Pubkey
    amount: u64
    timestamp: i64


class GridTokensTransferred(Event):
    """GRID went from one wallet to another."""

    sender: Pubkey
    recipient: Pubkey
    amount: u64
    timestamp: i64


class GridTokensBurned(Event):
    """GRID was destroyed."""

    owner: Pubkey
    amount: u64
    timestamp: i64


class RecValidatorAdded(Event):
    """The authority added a validator."""

    authority: Pubkey
    validator: Pubkey
    authority_name: String[192]
    timestamp: i64


class RecValidatorRemoved(Event):
    """The authority removed a validator."""

    authority: Pubkey
    validator: Pubkey
    timestamp: i64


class RecCosignUpdated(Event):
    """The authority decided whether a validator must sign when an owner mints."""

    authority: Pubkey
    require_rec_cosign: bool
    timestamp: i64

"""What energy_token refuses: checks that several instructions share."""

import registry
from energy_token.accounts import TokenInfo
from energy_token.errors import EnergyTokenError
from seahorse.prelude import *

TokenInfoPda = Annotated[TokenInfo, Seeds("token_info")]


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), EnergyTokenError.UNAUTHORIZED_AUTHORITY


def require_authority(token_info: TokenInfo, signer: Signer):
    """Refuse a signer who does not administer the token."""
    assert signer.key() == token_info.authority, EnergyTokenError.UNAUTHORIZED_AUTHORITY


def require_mintable(token_info: TokenInfo, meter: registry.MeterAccount, receiver: TokenAccount):
    """Refuse a meter that is switched off, and a receiving account that is not its owner's for GRID."""
    assert meter.status != registry.MeterStatus.INACTIVE, EnergyTokenError.INVALID_METER
    assert receiver.authority() == meter.owner and receiver.mint() == token_info.mint, (
        EnergyTokenError.INVALID_TOKEN_ACCOUNT
    )


def require_spendable(holder: TokenAccount, owner: Signer, mint: TokenMint, amount: u64):
    """Refuse an amount of zero or above the balance, and an account that is not the signer's for GRID."""
    assert amount > 0, EnergyTokenError.INVALID_AMOUNT
    assert holder.authority() == owner.key() and holder.mint() == mint.key(), EnergyTokenError.INVALID_TOKEN_ACCOUNT
    assert holder.amount() >= amount, EnergyTokenError.INSUFFICIENT_BALANCE

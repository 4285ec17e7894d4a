"""Minting: net generation that registry settles becomes GRID."""

import registry
from common import GRID_PER_WH, GridMint, OracleSigner, PoaConfig, now, require_operational
from energy_token.accounts import RecValidator, TokenInfo
from energy_token.errors import EnergyTokenError
from energy_token.events import GridTokensMinted
from energy_token.rules import TokenInfoPda, require_mintable
from seahorse.prelude import *


@instruction
def mint_grid_tokens(
    token_info: TokenInfoPda,
    mint: GridMint,
    meter_account: registry.MeterAccount,
    user_account: registry.UserAccount,
    user_token_account: TokenAccount,
    meter_owner: Signer,
    validator: Signer | None,
    rec_validator: RecValidator | None,
    poa_config: PoaConfig,
):
    """Turn a meter's unminted net generation into GRID. Signed by the meter's owner, who receives it and is Active.

    While `require_rec_cosign` is on, a listed validator signs too; `rec_validator` is its entry in the list.
    """
    require_operational(poa_config)
    require_mintable(token_info, meter_account, user_token_account)
    assert meter_owner.key() == meter_account.owner, registry.RegistryError.UNAUTHORIZED_USER
    if token_info.require_rec_cosign:
        assert validator is not None and rec_validator is not None, EnergyTokenError.REC_COSIGN_REQUIRED
        assert rec_validator.validator == validator.key(), EnergyTokenError.REC_COSIGN_REQUIRED
    settled = registry.settle_meter_balance(
        token_info=token_info.signer(), meter_account=meter_account, user_account=user_account
    )
    amount = grid_for(settled)
    mint.mint(authority=token_info.signer(), to=user_token_account, amount=amount)
    record_mint(token_info, mint, meter_account, amount)


@instruction
def mint_for_generation(
    oracle_data: OracleSigner,
    token_info: TokenInfoPda,
    mint: GridMint,
    meter_account: registry.MeterAccount,
    user_account: registry.UserAccount,
    owner_token_account: TokenAccount,
):
    """The same for a meter that has just been read, to its owner's account.

    Only the oracle calls this.
    """
    require_mintable(token_info, meter_account, owner_token_account)
    settled = registry.settle_meter_balance(
        token_info=token_info.signer(), meter_account=meter_account, user_account=user_account
    )
    amount = grid_for(settled)
    mint.mint(authority=token_info.signer(), to=owner_token_account, amount=amount)
    record_mint(token_info, mint, meter_account, amount)


def grid_for(settled_wh: u64) -> u64:
    """The base units of GRID for settled energy (Wh).

    Settling nothing is not a valid answer of registry.
    """
    assert settled_wh > 0, EnergyTokenError.INVALID_METER
    return settled_wh * GRID_PER_WH


def record_mint(token_info: TokenInfo, mint: TokenMint, meter: registry.MeterAccount, amount: u64):
    """Follow the mint's supply, and announce what was minted."""
    token_info.total_supply = mint.supply()
    GridTokensMinted(meter_owner=meter.owner, amount=amount, timestamp=now()).emit()

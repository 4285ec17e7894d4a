# ruff: noqa: F403, F405
"""Oracle's address in the hands of somebody who checks nothing: what it calls must look after itself."""

import energy_token
import registry
import trading
from seahorse.prelude import *

declare_id("DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE")


class OracleData(Account):
    """As much of the real one as signing takes."""

    authority: Pubkey


Own = Annotated[OracleData, Seeds("oracle_data")]


@instruction
def pass_reading_on(own: Own, meter: registry.MeterAccount, generated: u64, consumed: u64, timestamp: i64):
    """Calls registry.update_meter_reading with anything."""
    registry.update_meter_reading(
        oracle_data=own.signer(), meter_account=meter, generated=generated, consumed=consumed, timestamp=timestamp
    )


@instruction
def clear(own: Own, epoch: trading.Epoch):
    """Calls trading.clear_epoch at any time."""
    trading.clear_epoch(oracle_data=own.signer(), epoch=epoch)


@instruction
def mint(
    own: Own,
    token_info: energy_token.TokenInfo,
    grid: TokenMint,
    meter: registry.MeterAccount,
    user: registry.UserAccount,
    receiver: TokenAccount,
):
    """Calls energy_token.mint_for_generation with anything."""
    energy_token.mint_for_generation(
        oracle_data=own.signer(),
        token_info=token_info,
        mint=grid,
        meter_account=meter,
        user_account=user,
        owner_token_account=receiver,
    )

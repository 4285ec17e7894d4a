# ruff: noqa: F403, F405
"""Governance's address in the hands of somebody who checks nothing: what it calls must look after itself."""

import registry
from seahorse.prelude import *

declare_id("4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe")


class PoAConfig(Account):
    """As much of the real one as signing takes."""

    authority: Pubkey


Own = Annotated[PoAConfig, Seeds("poa_config")]


@instruction
def claim(own: Own, meter: registry.MeterAccount, amount: u64):
    """Calls registry.claim_erc_generation for any amount."""
    registry.claim_erc_generation(poa_config=own.signer(), meter_account=meter, amount=amount)

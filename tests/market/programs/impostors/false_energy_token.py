# ruff: noqa: F403, F405
"""Energy token's address in the hands of somebody who checks nothing: what it calls must look after itself."""

import registry
from seahorse.prelude import *

declare_id("94G1r674LmRDmLN2UPjDFD8Eh7zT8JaSaxv9v68GyEur")


class TokenInfo(Account):
    """As much of the real one as signing takes."""

    authority: Pubkey


@instruction
def settle(
    own: Annotated[TokenInfo, Seeds("token_info")], meter: registry.MeterAccount, user: registry.UserAccount
) -> u64:
    """Calls registry.settle_meter_balance for anybody."""
    return registry.settle_meter_balance(token_info=own.signer(), meter_account=meter, user_account=user)

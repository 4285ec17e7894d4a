"""Holding GRID: sending it on, and destroying it when its energy has been consumed."""

from common import GridMint, PoaConfig, now, require_operational
from energy_token.errors import EnergyTokenError
from energy_token.events import GridTokensBurned, GridTokensTransferred
from energy_token.rules import TokenInfoPda, require_spendable
from seahorse.prelude import *


@instruction
def transfer_tokens(
    owner: Signer,
    mint: GridMint,
    sender_token_account: TokenAccount,
    recipient_token_account: TokenAccount,
    poa_config: PoaConfig,
    amount: u64,
):
    """Send GRID to somebody. Signed by the owner of the sending account."""
    require_operational(poa_config)
    require_spendable(sender_token_account, owner, mint, amount)
    assert recipient_token_account.mint() == mint.key(), EnergyTokenError.INVALID_TOKEN_ACCOUNT
    sender_token_account.transfer(authority=owner, to=recipient_token_account, amount=amount)
    GridTokensTransferred(
        sender=owner.key(),
        recipient=recipient_token_account.authority(),
        amount=amount,
        timestamp=now(),
    ).emit()


@instruction
def burn_tokens(
    owner: Signer,
    token_info: TokenInfoPda,
    mint: GridMint,
    token_account: TokenAccount,
    poa_config: PoaConfig,
    amount: u64,
):
    """Destroy GRID, when its energy has been consumed. Signed by the owner of the account."""
    require_operational(poa_config)
    require_spendable(token_account, owner, mint, amount)
    mint.burn(authority=owner, holder=token_account, amount=amount)
    token_info.total_supply = mint.supply()
    GridTokensBurned(owner=owner.key(), amount=amount, timestamp=now()).emit()

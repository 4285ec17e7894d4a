"""What the five programs share: units, each other's addresses, the pause, and small checks."""

import energy_token
import governance
import oracle
import trading
from seahorse.prelude import *

# --- units ----------------------------------------------------------------------------------------

WH_PER_KWH = 1_000
GRID_DECIMALS = 9
GRID_PER_WH = 1_000_000  # base units of GRID for one watt-hour: 10**9 for one kilowatt-hour
TEN_YEARS = 315_360_000  # seconds: no lifetime is longer, so that no sum of times overflows

# --- addresses ------------------------------------------------------------------------------------

# The default key, which nobody can sign for; where a key may be missing, it stands for "anyone".
NOBODY = Pubkey("11111111111111111111111111111111")

# Governance's settings, which every user and gateway instruction reads for the pause.
PoaConfig = Annotated[governance.PoAConfig, Seeds("poa_config", program=governance.ID)]
# The same address where only the address matters, so that it works before governance is initialized.
PoaAddress = Annotated[UncheckedAccount, Seeds("poa_config", program=governance.ID)]

# A program signs its calls with its own account: nobody else can sign for that address.
OracleSigner = Annotated[Signer, Seeds("oracle_data", program=oracle.ID)]
EnergyTokenSigner = Annotated[Signer, Seeds("token_info", program=energy_token.ID)]
MarketSigner = Annotated[Signer, Seeds("market", program=trading.ID)]
GovernanceSigner = Annotated[Signer, Seeds("poa_config", program=governance.ID)]

# The GRID mint, which energy_token creates.
GridMint = Annotated[TokenMint, Seeds("mint", program=energy_token.ID)]

# --- events ---------------------------------------------------------------------------------------


class AuthorityChanged(Event):
    """The authority of a program was handed over, by itself or by governance."""

    old_authority: Pubkey
    new_authority: Pubkey
    changed_by: Pubkey
    timestamp: i64


# --- checks ---------------------------------------------------------------------------------------


def require_operational(poa_config: governance.PoAConfig):
    """Refuse while governance has paused the system or put it into maintenance."""
    assert not poa_config.emergency_paused, governance.GovernanceError.SYSTEM_PAUSED
    assert not poa_config.maintenance_mode, governance.GovernanceError.MAINTENANCE_MODE


def may_hand_over(signer: Signer, authority: Pubkey, poa_config: UncheckedAccount) -> bool:
    """Whether a signer may name a new authority: the present one, or governance by its own signature."""
    return signer.key() == authority or signer.key() == poa_config.key()


def announce_handover(signer: Signer, old_authority: Pubkey, new_authority: Pubkey):
    """Announce that a program's authority changes hands."""
    AuthorityChanged(
        old_authority=old_authority,
        new_authority=new_authority,
        changed_by=signer.key(),
        timestamp=now(),
    ).emit()


def is_valid_id(text: str) -> bool:
    """Whether a meter or certificate id is usable: not empty, and only printable ASCII characters."""
    for byte in text.encode():
        if byte < 0x20 or byte > 0x7E:
            return False
    return len(text) > 0


def is_lifetime(seconds: i64) -> bool:
    """Whether a period can be configured: longer than nothing, and at most ten years."""
    return seconds > 0 and seconds <= TEN_YEARS


def now() -> i64:
    """Unix time of the chain, in seconds."""
    return Clock.get().unix_timestamp()

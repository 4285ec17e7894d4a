"""Energy: what meters measured, what of it became GRID, and what of it was certified."""

import governance
import oracle
from common import EnergyTokenSigner, GovernanceSigner, OracleSigner, now
from registry.accounts import MeterAccount, MeterStatus, UserAccount
from registry.errors import RegistryError
from registry.events import ErcGenerationClaimed, MeterBalanceSettled, MeterReadingUpdated
from registry.rules import require_active
from seahorse.prelude import *


@instruction
def update_meter_reading(
    oracle_data: OracleSigner,
    meter_account: MeterAccount,
    generated: u64,
    consumed: u64,
    timestamp: i64,
):
    """Add a reading (Wh) to a meter's totals.

    Only the oracle calls this; the meter must be Active, and the reading newer than its last one and than the meter.
    """
    assert meter_account.status == MeterStatus.ACTIVE, RegistryError.INVALID_METER_STATUS
    assert timestamp > meter_account.measured_until(), oracle.OracleError.INVALID_METER_READING
    meter_account.total_generation += generated
    meter_account.total_consumption += consumed
    meter_account.last_reading_at = timestamp
    MeterReadingUpdated(
        meter_id=meter_account.meter_id,
        owner=meter_account.owner,
        energy_generated=generated,
        energy_consumed=consumed,
        timestamp=timestamp,
    ).emit()


@instruction
def get_unsettled_balance(meter_account: MeterAccount | None) -> u64:
    """How many Wh of a meter's net generation are not minted yet."""
    assert meter_account is not None, RegistryError.METER_NOT_FOUND
    return meter_account.unsettled_energy()


@instruction
def settle_meter_balance(
    token_info: EnergyTokenSigner,
    meter_account: MeterAccount,
    user_account: UserAccount,
) -> u64:
    """Mark a meter's net generation as minted, and return it in Wh.

    Only energy_token calls this, for the meter's owner, who must be Active.
    """
    assert user_account.authority == meter_account.owner, RegistryError.UNAUTHORIZED_USER
    require_active(user_account)
    tokens_to_mint = meter_account.unsettled_energy()
    assert tokens_to_mint > 0, RegistryError.NO_UNSETTLED_BALANCE
    meter_account.settled_net_generation += tokens_to_mint
    MeterBalanceSettled(
        meter_id=meter_account.meter_id,
        owner=meter_account.owner,
        tokens_to_mint=tokens_to_mint,
        total_settled=meter_account.settled_net_generation,
        timestamp=now(),
    ).emit()
    return tokens_to_mint


@instruction
def claim_erc_generation(
    poa_config: GovernanceSigner,
    meter_account: MeterAccount,
    amount: u64,
):
    """Mark generation (Wh) of an Active meter as certified, so that no certificate claims it again.

    Only governance calls this.
    """
    assert meter_account.status == MeterStatus.ACTIVE, RegistryError.INVALID_METER_STATUS
    available = meter_account.total_generation - meter_account.claimed_erc_generation
    assert amount <= available, governance.GovernanceError.INSUFFICIENT_AVAILABLE_ENERGY
    meter_account.claimed_erc_generation += amount
    ErcGenerationClaimed(
        meter_id=meter_account.meter_id,
        owner=meter_account.owner,
        amount=amount,
        total_claimed=meter_account.claimed_erc_generation,
        timestamp=now(),
    ).emit()

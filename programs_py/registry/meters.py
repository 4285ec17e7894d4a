"""Meters: their owners, and whether their readings count."""

from common import PoaConfig, is_valid_id, now, require_operational
from registry.accounts import MeterAccount, MeterStatus, MeterType, Registry, UserAccount
from registry.errors import RegistryError
from registry.events import MeterRegistered, MeterRemoved, MeterStatusUpdated, MeterTransferred
from registry.rules import RegistryPda, require_active, require_authority
from seahorse.prelude import *


@instruction(rare=True)
def register_meter(
    owner: Signer,
    payer: Signer,
    registry_authority: Signer | None,
    registry: RegistryPda,
    user_account: Annotated[UserAccount, Seeds("user", arg.owner)],
    meter_account: Empty[MeterAccount],
    poa_config: PoaConfig,
    meter_id: String[50],
    meter_type: MeterType,
):
    """Register a meter of one's own. Signed by an Active user who has meters left.

    While registration is not open, the registry authority signs too, so that nobody takes another's meter.
    """
    require_operational(poa_config)
    if not registry.open_registration:
        assert registry_authority is not None, RegistryError.UNAUTHORIZED_AUTHORITY
        require_authority(registry, registry_authority)
    meter = meter_account.init(payer=payer, seeds=["meter", meter_id[:32], meter_id[32:]])
    meter.payer = payer.key()
    enroll_meter(registry, user_account, meter, meter_id, meter_type)


@instruction(rare=True)
def assign_meter(
    authority: Signer,
    payer: Signer,
    registry: RegistryPda,
    user_account: Annotated[UserAccount, Seeds("user", arg.owner)],
    meter_account: Empty[MeterAccount],
    poa_config: PoaConfig,
    meter_id: String[50],
    owner: Pubkey,
    meter_type: MeterType,
):
    """Register a meter for an Active user. Signed by the registry authority."""
    require_operational(poa_config)
    require_authority(registry, authority)
    meter = meter_account.init(payer=payer, seeds=["meter", meter_id[:32], meter_id[32:]])
    meter.payer = payer.key()
    enroll_meter(registry, user_account, meter, meter_id, meter_type)


@instruction(rare=True)
def transfer_meter(
    authority: Signer,
    new_owner: Signer,
    registry: RegistryPda,
    old_user_account: UserAccount,
    new_user_account: Annotated[UserAccount, Seeds("user", arg.new_owner)],
    meter_account: MeterAccount,
    poa_config: PoaConfig,
):
    """Give a meter, with what it measured, to another Active user who has meters left.

    Signed by the registry authority and the new owner; unsettled energy must be minted first.
    """
    require_operational(poa_config)
    require_authority(registry, authority)
    assert old_user_account.authority == meter_account.owner, RegistryError.UNAUTHORIZED_USER
    assert meter_account.unsettled_energy() == 0, RegistryError.UNSETTLED_ENERGY
    take_meter(registry, new_user_account)
    old_user_account.meter_count -= 1
    MeterTransferred(
        meter_id=meter_account.meter_id,
        old_owner=meter_account.owner,
        new_owner=new_owner.key(),
        timestamp=now(),
    ).emit()
    meter_account.owner = new_owner.key()


@instruction(rare=True)
def remove_meter(
    authority: Signer,
    payer: UncheckedAccount,
    registry: RegistryPda,
    user_account: UserAccount,
    meter_account: MeterAccount,
):
    """Free the id of a meter that was registered by mistake, or to keep its real owner out.

    Signed by the registry authority; the rent goes back to who paid it. Only a meter without readings can go, so
    that nothing that was measured, minted or certified is forgotten.
    """
    require_authority(registry, authority)
    assert user_account.authority == meter_account.owner, RegistryError.UNAUTHORIZED_USER
    assert payer.key() == meter_account.payer, RegistryError.INVALID_PAYER
    assert meter_account.last_reading_at == 0, RegistryError.METER_IN_USE
    user_account.meter_count -= 1
    registry.meter_count -= 1
    MeterRemoved(meter_id=meter_account.meter_id, owner=meter_account.owner, timestamp=now()).emit()
    meter_account.close(payer)


@instruction(rare=True)
def update_meter_status(
    authority: Signer,
    registry: RegistryPda,
    meter_account: MeterAccount,
    new_status: MeterStatus,
):
    """Switch a meter. Signed by the registry authority."""
    require_authority(registry, authority)
    MeterStatusUpdated(
        meter_id=meter_account.meter_id,
        owner=meter_account.owner,
        old_status=meter_account.status,
        new_status=new_status,
        timestamp=now(),
    ).emit()
    meter_account.status = new_status


@instruction
def is_valid_meter(meter_account: MeterAccount | None) -> bool:
    """Whether an account is a registered, Active meter. No account at all is not."""
    return meter_account is not None and meter_account.status == MeterStatus.ACTIVE


def enroll_meter(registry: Registry, user: UserAccount, meter: MeterAccount, meter_id: str, meter_type: MeterType):
    """Fill a new meter, count it for its owner and for the registry, and announce it."""
    assert is_valid_id(meter_id), RegistryError.INVALID_METER_ID
    take_meter(registry, user)
    registry.meter_count += 1
    meter.meter_id = meter_id
    meter.owner = user.authority
    meter.meter_type = meter_type
    meter.status = MeterStatus.ACTIVE
    meter.registered_at = now()
    MeterRegistered(
        meter_id=meter_id, owner=user.authority, meter_type=meter_type, timestamp=meter.registered_at
    ).emit()


def take_meter(registry: Registry, user: UserAccount):
    """Count one more meter for a user, who must be Active and have one left."""
    require_active(user)
    assert user.meter_count < registry.max_meters_per_user, RegistryError.METER_LIMIT_REACHED
    user.meter_count += 1

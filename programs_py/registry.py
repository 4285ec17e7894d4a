"""Registry: who is on the campus grid, which meters they own, and what those meters measured.

It is the source of truth for identity and energy. Energy is in watt-hours (Wh) everywhere. A meter's totals
only grow; what was already minted as GRID and what was already certified is remembered beside them, so that
no watt-hour counts twice.

Who may do what:
- the registry authority: configuration, user status, assigning and removing meters, any meter status;
- a user: registering, own meters, own meters' status between Active and Maintenance;
- the oracle alone moves a meter's totals, energy_token alone settles them, governance alone claims them.

During a pause the authority can still change the status of users and meters and the configuration, so that the
cause can be mended.
"""

import governance
import oracle
from common import (
    EnergyTokenSigner,
    GovernanceSigner,
    OracleSigner,
    PoaAddress,
    PoaConfig,
    announce_handover,
    is_valid_id,
    may_hand_over,
    now,
    require_operational,
    unsettled_energy,
)
from registry_accounts import *
from registry_events import *
from seahorse.prelude import *

declare_id("2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7")

DEFAULT_MAX_METERS_PER_USER = 10
DEFAULT_BUILDING_LOCATION = "Engineering Complex"


class RegistryError(Error):
    """Why the registry refuses."""

    UNAUTHORIZED_USER = 6000, "Unauthorized user"
    UNAUTHORIZED_AUTHORITY = 6001, "Unauthorized authority"
    INVALID_USER_STATUS = 6002, "Invalid user status"
    INVALID_METER_STATUS = 6003, "Invalid meter status"
    USER_NOT_FOUND = 6004, "User not found"
    METER_NOT_FOUND = 6005, "Meter not found"
    NO_UNSETTLED_BALANCE = 6006, "No unsettled balance to tokenize"
    INVALID_METER_ID = 6007, "Meter id must be 1 to 50 printable ASCII characters"
    METER_LIMIT_REACHED = 6008, "User already has the maximum number of meters"
    METER_IN_USE = 6009, "Meter has readings and cannot be removed"


RegistryPda = Annotated[Registry, Seeds("registry")]


# --- initialization and configuration -------------------------------------------------------------


@instruction
def initialize(
    deployer: Signer,
    registry: Empty[Registry],
    program_data: ProgramData,
    authority: Pubkey,
):
    """Create the registry. Signed by the program's upgrade authority; `authority` will administer it."""
    assert program_data.upgrade_authority() == deployer.key(), RegistryError.UNAUTHORIZED_AUTHORITY
    state = registry.init(payer=deployer, seeds=["registry"])
    state.authority = authority
    state.created_at = now()
    state.max_meters_per_user = DEFAULT_MAX_METERS_PER_USER
    state.open_registration = True
    state.building_location = DEFAULT_BUILDING_LOCATION
    RegistryInitialized(authority=authority, timestamp=state.created_at).emit()


@instruction
def update_registry_config(
    authority: Signer,
    registry: RegistryPda,
    max_meters_per_user: u8,
    open_registration: bool,
    building_location: String[64],
):
    """Change the registry's settings. Signed by the registry authority."""
    require_authority(registry, authority)
    registry.max_meters_per_user = max_meters_per_user
    registry.open_registration = open_registration
    registry.building_location = building_location
    RegistryConfigUpdated(
        authority=authority.key(),
        max_meters_per_user=max_meters_per_user,
        open_registration=open_registration,
        building_location=building_location,
        timestamp=now(),
    ).emit()


@instruction
def set_authority(
    authority: Signer,
    registry: RegistryPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the registry over. Signed by its present authority, or by governance."""
    assert may_hand_over(authority, registry.authority, poa_config), RegistryError.UNAUTHORIZED_AUTHORITY
    announce_handover(authority, registry.authority, new_authority)
    registry.authority = new_authority


# --- users ----------------------------------------------------------------------------------------


@instruction
def register_user(
    user_authority: Signer,
    registry_authority: Signer | None,
    registry: RegistryPda,
    user_account: Empty[UserAccount],
    poa_config: PoaConfig,
    user_type: UserType,
    affiliation: Affiliation,
    location: String[100],
):
    """Join the market.

    Signed by the user; while registration is closed, by the registry authority too.
    """
    require_operational(poa_config)
    if not registry.open_registration:
        assert registry_authority is not None, RegistryError.UNAUTHORIZED_AUTHORITY
        require_authority(registry, registry_authority)

    user = user_account.init(payer=user_authority, seeds=["user", user_authority])
    user.authority = user_authority.key()
    user.user_type = user_type
    user.location = location
    user.status = UserStatus.ACTIVE
    user.registered_at = now()
    user.affiliation = affiliation
    registry.user_count += 1
    UserRegistered(user=user.authority, user_type=user_type, location=location, timestamp=user.registered_at).emit()


@instruction
def update_user_status(
    authority: Signer,
    registry: RegistryPda,
    user_account: UserAccount,
    new_status: UserStatus,
):
    """Activate, suspend or deactivate a user. Signed by the registry authority."""
    require_authority(registry, authority)
    UserStatusUpdated(
        user=user_account.authority,
        old_status=user_account.status,
        new_status=new_status,
        timestamp=now(),
    ).emit()
    user_account.status = new_status


@instruction
def is_valid_user(user_account: UserAccount | None) -> bool:
    """Whether an account is a registered, Active user. No account at all is not."""
    return user_account is not None and user_account.status == UserStatus.ACTIVE


@instruction
def verify_user(user_account: UserAccount | None):
    """Like is_valid_user, but fails with the reason: UserNotFound or InvalidUserStatus."""
    assert user_account is not None, RegistryError.USER_NOT_FOUND
    require_active(user_account)


# --- meters ---------------------------------------------------------------------------------------


@instruction
def register_meter(
    owner: Signer,
    registry: RegistryPda,
    user_account: Annotated[UserAccount, Seeds("user", arg.owner)],
    meter_account: Empty[MeterAccount],
    poa_config: PoaConfig,
    meter_id: String[50],
    meter_type: MeterType,
):
    """Register a meter of one's own. Signed by an Active user who has meters left."""
    require_operational(poa_config)
    meter = meter_account.init(payer=owner, seeds=["meter", meter_id[:32], meter_id[32:]])
    enroll_meter(registry, user_account, meter, meter_id, meter_type)


@instruction
def assign_meter(
    authority: Signer,
    registry: RegistryPda,
    user_account: Annotated[UserAccount, Seeds("user", arg.owner)],
    meter_account: Empty[MeterAccount],
    poa_config: PoaConfig,
    meter_id: String[50],
    owner: Pubkey,
    meter_type: MeterType,
):
    """Register a meter for an Active user. Signed and paid for by the registry authority."""
    require_operational(poa_config)
    require_authority(registry, authority)
    meter = meter_account.init(payer=authority, seeds=["meter", meter_id[:32], meter_id[32:]])
    enroll_meter(registry, user_account, meter, meter_id, meter_type)


@instruction
def remove_meter(
    authority: Signer,
    registry: RegistryPda,
    owner: UncheckedAccount,
    user_account: Annotated[UserAccount, Seeds("user", arg.owner)],
    meter_account: MeterAccount,
):
    """Free the id of a meter that was registered by mistake, or to keep its real owner out.

    Signed by the registry authority; the rent goes to the meter's owner. Only a meter without readings can go, so
    that nothing that was measured, minted or certified is forgotten.
    """
    require_authority(registry, authority)
    assert owner.key() == meter_account.owner, RegistryError.UNAUTHORIZED_USER
    assert meter_account.last_reading_at == 0, RegistryError.METER_IN_USE
    user_account.meter_count -= 1
    registry.meter_count -= 1
    MeterRemoved(meter_id=meter_account.meter_id, owner=owner.key(), timestamp=now()).emit()
    meter_account.close(owner)


@instruction
def update_meter_status(
    authority: Signer,
    registry: RegistryPda,
    meter_account: MeterAccount,
    poa_config: PoaConfig,
    new_status: MeterStatus,
):
    """Switch a meter.

    The owner moves it between Active and Maintenance; the registry authority to any status, also during a pause.
    """
    if authority.key() != registry.authority:
        require_operational(poa_config)
        assert authority.key() == meter_account.owner, RegistryError.UNAUTHORIZED_USER
        assert new_status != MeterStatus.INACTIVE and meter_account.status != MeterStatus.INACTIVE, (
            RegistryError.INVALID_METER_STATUS
        )
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


# --- energy ---------------------------------------------------------------------------------------


@instruction
def update_meter_reading(
    oracle_data: OracleSigner,
    meter_account: MeterAccount,
    generated: u64,
    consumed: u64,
    timestamp: i64,
):
    """Add a reading (Wh) to a meter's totals.

    Only the oracle calls this; the meter must be Active and time must pass.
    """
    assert meter_account.status == MeterStatus.ACTIVE, RegistryError.INVALID_METER_STATUS
    assert timestamp > meter_account.last_reading_at, oracle.OracleError.INVALID_METER_READING
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
    return unsettled_energy(meter_account)


@instruction
def settle_meter_balance(
    token_info: EnergyTokenSigner,
    meter_account: MeterAccount,
    meter_owner: UncheckedAccount,
) -> u64:
    """Mark a meter's net generation as minted, and return it in Wh.

    Only energy_token calls this, for the owner.
    """
    assert meter_owner.key() == meter_account.owner, RegistryError.UNAUTHORIZED_USER
    tokens_to_mint = unsettled_energy(meter_account)
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
    """Mark generation (Wh) as certified, so that no certificate claims it again.

    Only governance calls this.
    """
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


# --- shared steps ---------------------------------------------------------------------------------


def require_authority(registry: Registry, signer: Signer):
    """Refuse a signer who does not administer the registry."""
    assert signer.key() == registry.authority, RegistryError.UNAUTHORIZED_AUTHORITY


def require_active(user: UserAccount):
    """Refuse a user who is suspended or inactive."""
    assert user.status == UserStatus.ACTIVE, RegistryError.INVALID_USER_STATUS


def enroll_meter(registry: Registry, user: UserAccount, meter: MeterAccount, meter_id: str, meter_type: MeterType):
    """Fill a new meter, count it for its owner and for the registry, and announce it."""
    assert is_valid_id(meter_id), RegistryError.INVALID_METER_ID
    require_active(user)
    assert user.meter_count < registry.max_meters_per_user, RegistryError.METER_LIMIT_REACHED
    meter.meter_id = meter_id
    meter.owner = user.authority
    meter.meter_type = meter_type
    meter.status = MeterStatus.ACTIVE
    meter.registered_at = now()
    user.meter_count += 1
    registry.meter_count += 1
    MeterRegistered(
        meter_id=meter_id, owner=user.authority, meter_type=meter_type, timestamp=meter.registered_at
    ).emit()

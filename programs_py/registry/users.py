"""Users: joining, leaving, and their status, which the authority sets."""

import trading
from common import PoaConfig, now, require_operational
from registry.accounts import Affiliation, UserAccount, UserStatus, UserType
from registry.errors import RegistryError
from registry.events import UserDeregistered, UserRegistered, UserStatusUpdated, UserTypeUpdated
from registry.rules import RegistryPda, require_active, require_authority
from seahorse.prelude import *


@instruction(rare=True)
def register_user(
    user_authority: Signer,
    payer: Signer,
    registry_authority: Signer | None,
    registry: RegistryPda,
    user_account: Empty[UserAccount],
    poa_config: PoaConfig,
    user_type: UserType,
    location: String[300],
    affiliation: Affiliation,
):
    """Join the market.

    Signed by the user; while registration is not open, by the registry authority too.
    """
    require_operational(poa_config)
    if not registry.open_registration:
        assert registry_authority is not None, RegistryError.UNAUTHORIZED_AUTHORITY
        require_authority(registry, registry_authority)

    user = user_account.init(payer=payer, seeds=["user", user_authority])
    user.authority = user_authority.key()
    user.user_type = user_type
    user.location = location
    user.status = UserStatus.ACTIVE
    user.registered_at = now()
    user.affiliation = affiliation
    user.payer = payer.key()
    registry.user_count += 1
    UserRegistered(user=user.authority, user_type=user_type, location=location, timestamp=user.registered_at).emit()


@instruction(rare=True)
def deregister_user(
    user_authority: Signer,
    payer: UncheckedAccount,
    registry: RegistryPda,
    user_account: Annotated[UserAccount, Seeds("user", arg.user_authority)],
    trading_address: Annotated[UncheckedAccount, Seeds("trader", arg.user_authority, program=trading.ID)],
    trading_account: trading.TradingAccount | None,
    poa_config: PoaConfig,
):
    """Leave the market; its payer gets the rent. Signed by the user: Active, without meters and without open orders.

    `trading_address` is where the user's trading account is or would be; one that is there is given as
    `trading_account` too.
    """
    require_operational(poa_config)
    require_active(user_account)
    assert payer.key() == user_account.payer, RegistryError.INVALID_PAYER
    assert user_account.meter_count == 0, RegistryError.USER_HAS_METERS
    if trading_account is not None:
        assert trading_account.key() == trading_address.key(), RegistryError.TRADING_ACCOUNT_REQUIRED
        assert trading_account.open_orders == 0, RegistryError.USER_HAS_OPEN_ORDERS
    else:
        assert trading_address.owner() != trading.ID, RegistryError.TRADING_ACCOUNT_REQUIRED
    registry.user_count -= 1
    UserDeregistered(user=user_authority.key(), timestamp=now()).emit()
    user_account.close(payer)


@instruction(rare=True)
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


@instruction(rare=True)
def update_user_type(
    authority: Signer,
    registry: RegistryPda,
    user_account: UserAccount,
    new_type: UserType,
):
    """Make a consumer a prosumer, or the other way round. Signed by the registry authority."""
    require_authority(registry, authority)
    UserTypeUpdated(
        user=user_account.authority,
        old_type=user_account.user_type,
        new_type=new_type,
        timestamp=now(),
    ).emit()
    user_account.user_type = new_type


@instruction
def is_valid_user(user_account: UserAccount | None) -> bool:
    """Whether an account is a registered, Active user. No account at all is not."""
    return user_account is not None and user_account.status == UserStatus.ACTIVE


@instruction
def verify_user(user_account: UserAccount | None):
    """Like is_valid_user, but fails with the reason: UserNotFound or InvalidUserStatus."""
    assert user_account is not None, RegistryError.USER_NOT_FOUND
    require_active(user_account)

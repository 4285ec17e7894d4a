"""What the registry refuses: checks that several instructions share."""

from registry.accounts import Registry, UserAccount, UserStatus
from registry.errors import RegistryError
from seahorse.prelude import *

RegistryPda = Annotated[Registry, Seeds("registry")]


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), RegistryError.UNAUTHORIZED_AUTHORITY


def require_authority(registry: Registry, signer: Signer):
    """Refuse a signer who does not administer the registry."""
    assert signer.key() == registry.authority, RegistryError.UNAUTHORIZED_AUTHORITY


def require_active(user: UserAccount):
    """Refuse a user who is suspended or inactive."""
    assert user.status == UserStatus.ACTIVE, RegistryError.INVALID_USER_STATUS

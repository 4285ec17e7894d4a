"""Setting the registry up, changing its settings, and handing it over."""

from common import NOBODY, PoaAddress, announce_handover, may_hand_over, now
from registry.accounts import Registry
from registry.errors import RegistryError
from registry.events import RegistryConfigUpdated, RegistryInitialized
from registry.rules import RegistryPda, require_authority, require_deployer
from seahorse.prelude import *

DEFAULT_MAX_METERS_PER_USER = 10
DEFAULT_BUILDING_LOCATION = "Engineering Complex"


@instruction(rare=True)
def initialize(
    deployer: Signer,
    payer: Signer,
    registry: Empty[Registry],
    program_data: ProgramData,
    authority: Pubkey,
):
    """Create the registry. Signed by the program's upgrade authority; `authority` will administer it."""
    require_deployer(program_data, deployer)
    assert authority != NOBODY, RegistryError.INVALID_AUTHORITY
    state = registry.init(payer=payer, seeds=["registry"])
    state.authority = authority
    state.created_at = now()
    state.max_meters_per_user = DEFAULT_MAX_METERS_PER_USER
    state.building_location = DEFAULT_BUILDING_LOCATION
    RegistryInitialized(authority=authority, timestamp=state.created_at).emit()


@instruction(rare=True)
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


@instruction(rare=True)
def set_authority(
    authority: Signer,
    registry: RegistryPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the registry over. Signed by its present authority, or by governance."""
    assert may_hand_over(authority, registry.authority, poa_config), RegistryError.UNAUTHORIZED_AUTHORITY
    assert new_authority != NOBODY, RegistryError.INVALID_AUTHORITY
    announce_handover(authority, registry.authority, new_authority)
    registry.authority = new_authority

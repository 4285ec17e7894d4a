"""The brakes: the emergency pause and maintenance."""

from common import PoaConfig, now
from governance.errors import GovernanceError
from governance.events import EmergencyPauseActivated, EmergencyPauseDeactivated, MaintenanceModeChanged
from governance.rules import require_engineering, require_rec
from seahorse.prelude import *


@instruction(rare=True)
def emergency_pause(authority: Signer, poa_config: PoaConfig, reason: String[384]):
    """Stop the whole system. Signed by the REC authority."""
    require_rec(poa_config, authority)
    assert not poa_config.emergency_paused, GovernanceError.SYSTEM_PAUSED
    timestamp = now()
    poa_config.emergency_paused = True
    poa_config.emergency_timestamp = timestamp
    poa_config.emergency_reason = reason
    poa_config.last_updated = timestamp
    EmergencyPauseActivated(authority=authority.key(), reason=reason, timestamp=timestamp).emit()


@instruction(rare=True)
def emergency_unpause(authority: Signer, poa_config: PoaConfig):
    """End the pause: the system works again. Signed by the REC authority."""
    require_rec(poa_config, authority)
    assert poa_config.emergency_paused, GovernanceError.NOT_PAUSED
    timestamp = now()
    poa_config.emergency_paused = False
    poa_config.emergency_timestamp = None
    poa_config.emergency_reason = None
    poa_config.last_updated = timestamp
    EmergencyPauseDeactivated(authority=authority.key(), timestamp=timestamp).emit()


@instruction(rare=True)
def set_maintenance_mode(authority: Signer, poa_config: PoaConfig, maintenance_enabled: bool):
    """Put the system into maintenance, or take it out. Signed by the engineering authority."""
    require_engineering(poa_config, authority)
    poa_config.maintenance_mode = maintenance_enabled
    poa_config.last_updated = now()
    MaintenanceModeChanged(
        authority=authority.key(), enabled=maintenance_enabled, timestamp=poa_config.last_updated
    ).emit()

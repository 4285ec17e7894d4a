"""Thermostat: keeps a room at a temperature with a heater, which is another program.

The other half of the pair: `import heater` makes the other program's accounts, errors and
instructions known, and `heater.switch(...)` is a call with checked types and a return value. The
thermostat's account signs it: `thermostat.signer()`.

Temperatures are in tenths of a degree Celsius. Between the two limits nothing is switched, so that
the heater does not flutter.
"""

import heater

from seahorse.prelude import *

declare_id("915fqAoaUjWqLPuRgFJWrWzqq6mqJYq9bFVeN2xQswbi")

MARGIN = 5  # half a degree to either side
COLDEST = -400
HOTTEST = 400


class Thermostat(Account):
    """A thermostat and its room. PDA: ["thermostat", owner]."""

    owner: Pubkey
    sensor: Pubkey
    target: i16
    reading: i16
    energy: u64  # watt-seconds that the heater has used
    bump: u8

    def wants_heat(self, is_on: bool) -> bool:
        """Whether the heater should run, given whether it does."""
        limit = self.target + MARGIN if is_on else self.target - MARGIN
        return self.reading < limit


class ThermostatError(Error):
    """Why the thermostat refuses."""

    IMPOSSIBLE = 6000, "No room is that cold or that hot"
    NOT_SENSOR = 6001, "Only the thermostat's sensor may report"


OwnThermostat = Annotated[Thermostat, Seeds("thermostat", arg.owner)]


@instruction
def install(owner: Signer, thermostat: Empty[Thermostat], sensor: Pubkey, target: i16):
    """Put up a thermostat that listens to `sensor`."""
    made = thermostat.init(payer=owner, seeds=["thermostat", owner])
    require_possible(target)
    made.owner = owner.key()
    made.sensor = sensor
    made.target = target


@instruction
def set_target(owner: Signer, thermostat: OwnThermostat, target: i16):
    """Set the temperature that the room should have."""
    require_possible(target)
    thermostat.target = target


@instruction
def report(
    sensor: Signer, owner: UncheckedAccount, thermostat: OwnThermostat, device: heater.Heater, temperature: i16
) -> bool:
    """Tell the room's temperature, and return whether the heater is on afterwards."""
    assert sensor.key() == thermostat.sensor, ThermostatError.NOT_SENSOR
    require_possible(temperature)
    thermostat.reading = temperature
    heat = thermostat.wants_heat(device.is_on)
    if heat != device.is_on:
        thermostat.energy = heater.switch(controller=thermostat.signer(), heater=device, on=heat)
    return heat


def require_possible(temperature: i16):
    """Refuse what must be a mistake."""
    assert COLDEST <= temperature <= HOTTEST, ThermostatError.IMPOSSIBLE

"""Heater: a device that somebody else's program may switch.

One half of a pair. The heater trusts one signer, its controller, named when it was installed. That
signer may be an account of another program (here the thermostat's): nobody holds a key for such an
address, so only that program's code can switch.
"""

from seahorse.prelude import *

declare_id("8dTunAKbFhwfRXVVpbCZuA5jeTEqK7dyohUFg1i5iNmN")


class Heater(Account):
    """A heater. PDA: ["heater", owner]."""

    owner: Pubkey
    controller: Pubkey
    power: u32  # watts, when it is on
    is_on: bool
    switched_at: i64  # unix time
    energy: u64  # watt-seconds, until it was last switched
    bump: u8


class Switched(Event):
    """The heater was switched on or off."""

    heater: Pubkey
    is_on: bool
    energy: u64


class HeaterError(Error):
    """Why the heater does not obey."""

    NOT_CONTROLLER = 6000, "Only the heater's controller may switch it"
    NO_CHANGE = 6001, "The heater is in that state already"


@instruction
def install(owner: Signer, heater: Empty[Heater], controller: Pubkey, power: u32):
    """Put up a heater that `controller` may switch."""
    made = heater.init(payer=owner, seeds=["heater", owner])
    made.owner = owner.key()
    made.controller = controller
    made.power = power


@instruction
def switch(controller: Signer, heater: Heater, on: bool) -> u64:
    """Switch it, and return the energy it has used so far, in watt-seconds."""
    assert controller.key() == heater.controller, HeaterError.NOT_CONTROLLER
    assert on != heater.is_on, HeaterError.NO_CHANGE
    now = Clock.get().unix_timestamp()
    if heater.is_on:
        heater.energy += heater.power * u64(now - heater.switched_at)
    heater.is_on = on
    heater.switched_at = now
    Switched(heater=heater.key(), is_on=on, energy=heater.energy).emit()
    return heater.energy

"""The pair at work, and the heater's trust in nobody but its controller."""

from pathlib import Path

import pytest
from solders.keypair import Keypair

from seahorse.testing import Ledger, Result, expect_error

FOLDER = Path(__file__).parent


class Room:
    """A room at 20.0 degrees: a heater of 1500 watts, and the thermostat that controls it."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.heater = self.ledger.deploy(FOLDER / "heater.py")
        self.thermostat = self.ledger.deploy(FOLDER / "thermostat.py")
        self.owner, self.sensor = self.ledger.signer(), self.ledger.signer()
        self.device = self.heater.address("heater", self.owner)
        self.panel = self.thermostat.address("thermostat", self.owner)
        self.heater.install(owner=self.owner, controller=self.panel, power=1_500)
        self.thermostat.install(owner=self.owner, sensor=self.sensor.pubkey(), target=200)

    def report(self, temperature: int, sensor: Keypair | None = None) -> Result:
        return self.thermostat.report(
            sensor=sensor or self.sensor, owner=self.owner.pubkey(), device=self.device, temperature=temperature
        )

    def is_on(self) -> bool:
        return self.heater.account(self.device).is_on


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_cold_room_is_heated(room: Room):
    result = room.report(194)

    assert result.value is True
    assert room.is_on()
    assert result.events == [{"heater": room.device, "is_on": True, "energy": 0}]
    assert room.thermostat.account(room.panel).reading == 194


def test_the_heater_does_not_flutter(room: Room):
    seen = [room.report(t).value for t in (196, 195, 194, 195, 204, 205, 204, 195, 194)]
    assert seen == [False, False, True, True, True, False, False, False, True]


def test_energy_comes_back_to_the_thermostat(room: Room):
    room.report(100)
    room.ledger.warp(60)
    room.report(120)
    assert room.thermostat.account(room.panel).energy == 0, "it is told when the heater is switched"
    room.ledger.warp(40)
    result = room.report(205)

    assert result.events == [{"heater": room.device, "is_on": False, "energy": 150_000}]
    assert room.thermostat.account(room.panel).energy == 150_000
    room.ledger.warp(1_000)
    room.report(100)
    assert room.heater.account(room.device).energy == 150_000, "a heater that is off uses nothing"


def test_only_the_controller_switches(room: Room):
    with expect_error("NotController") as failed:
        room.heater.switch(controller=room.owner, heater=room.device, on=True)
    assert failed.failure.program == str(room.heater.id)


def test_a_thermostat_cannot_switch_the_heater_of_another(room: Room):
    other = room.ledger.signer()
    room.heater.install(owner=other, controller=other.pubkey(), power=10)
    room.device = room.heater.address("heater", other)
    with expect_error("NotController"):
        room.report(100)


def test_switching_twice(room: Room):
    hand = room.ledger.signer()
    room.heater.install(owner=hand, controller=hand.pubkey(), power=10)
    device = room.heater.address("heater", hand)
    with expect_error("NoChange"):
        room.heater.switch(controller=hand, heater=device, on=False)
    room.heater.switch(controller=hand, heater=device, on=True)
    with expect_error("NoChange"):
        room.heater.switch(controller=hand, heater=device, on=True)


def test_only_the_sensor_reports(room: Room):
    with expect_error("NotSensor"):
        room.report(100, sensor=room.owner)


def test_the_owner_sets_the_target(room: Room):
    room.thermostat.set_target(owner=room.owner, target=-100)
    assert room.report(-100).value is False
    assert room.report(-106).value is True
    with expect_error("ConstraintSeeds"):
        room.thermostat.set_target(owner=room.sensor, thermostat=room.panel, target=300)


@pytest.mark.parametrize("temperature", [-401, 401])
def test_temperatures_that_cannot_be(room: Room, temperature: int):
    with expect_error("Impossible"):
        room.report(temperature)
    with expect_error("Impossible"):
        room.thermostat.set_target(owner=room.owner, target=temperature)
    with expect_error("Impossible"):
        room.thermostat.install(owner=room.sensor, sensor=room.sensor.pubkey(), target=temperature)


@pytest.mark.parametrize("temperature", [-400, 400])
def test_the_coldest_and_the_hottest(room: Room, temperature: int):
    room.report(temperature)
    assert room.thermostat.account(room.panel).reading == temperature

"""Solar yield: does a photovoltaic plant deliver what the sun gives it?

Floating-point numbers (`f64`, IEEE 754) at work. Every day the plant reports the energy it made,
the sunlight that fell on it and the temperature of its cells. What it should have made follows from
the datasheet:

    expected = peak power * irradiation / 1 kW/m² * (1 + coefficient * (temperature - 25 °C))

The ratio of the two is the performance ratio. Its mean and its spread are kept without keeping the
days, by Welford's method. A day far below the usual is announced: a panel may be broken, or only
dirty.
"""

from seahorse.prelude import *

declare_id("F1mhXtB32bwwiwQcdsUoe75D4vZwRZ9BTezadpF4eyrj")

REFERENCE_TEMPERATURE = 25.0  # °C, of the cells on the test bench
WARM_UP = 7  # days before a day can be called unusual
ALARM = 3.0  # standard deviations


class Plant(Account):
    """A plant and its record. PDA: ["plant", owner]."""

    owner: Pubkey
    peak_kw: f64
    coefficient: f64  # change of power for each °C; negative, for cells work best when cold
    days: u32
    mean: f64  # of the performance ratio
    squares: f64  # sum of squared deviations from the mean
    energy_wh: u64
    bump: u8

    def expected_kwh(self, irradiation: f64, temperature: f64) -> f64:
        """What the plant should make of `irradiation` kWh/m², its cells at `temperature` °C."""
        return self.peak_kw * irradiation * (1.0 + self.coefficient * (temperature - REFERENCE_TEMPERATURE))

    def deviation(self) -> f64:
        """The standard deviation of the performance ratio; 0 before there are two days."""
        return (self.squares / (self.days - 1)) ** 0.5 if self.days > 1 else 0.0

    def learn(self, ratio: f64):
        """Take a day into the record."""
        self.days += 1
        difference = ratio - self.mean
        self.mean += difference / self.days
        self.squares += difference * (ratio - self.mean)


class Poor(Event):
    """A day was far worse than usual."""

    plant: Pubkey
    day: u32
    ratio: f64
    mean: f64


class PlantError(Error):
    """What cannot be."""

    BAD_DATASHEET = 6000, "The peak power must be positive, the coefficient between -0.01 and 0"
    BAD_DAY = 6001, "A day has some sunlight and some energy, and cells between -50 and 120 °C"


OwnPlant = Annotated[Plant, Seeds("plant", arg.owner)]


@instruction
def register(owner: Signer, plant: Empty[Plant], peak_kw: f64, coefficient: f64):
    """Register the signer's plant with two numbers of its datasheet."""
    made = plant.init(payer=owner, seeds=["plant", owner])
    assert peak_kw > 0.0 and -0.01 <= coefficient <= 0.0, PlantError.BAD_DATASHEET
    made.owner = owner.key()
    made.peak_kw = peak_kw
    made.coefficient = coefficient


@instruction
def report(owner: Signer, plant: OwnPlant, energy_wh: u64, irradiation: f64, temperature: f64) -> f64:
    """Report a day, and return its performance ratio."""
    assert irradiation > 0.0 and energy_wh > 0 and -50.0 <= temperature <= 120.0, PlantError.BAD_DAY
    ratio = energy_wh / 1000 / plant.expected_kwh(irradiation, temperature)
    if plant.days >= WARM_UP and ratio < plant.mean - ALARM * plant.deviation():
        Poor(plant=plant.key(), day=plant.days + 1, ratio=ratio, mean=plant.mean).emit()
    plant.learn(ratio)
    plant.energy_wh += energy_wh
    print(f"day {plant.days}: {floor(ratio * 100)} %")
    return ratio


@instruction
def forecast(plant: Plant, irradiation: f64, temperature: f64) -> u64:
    """What the plant will make of such a day, in Wh, going by its record."""
    return u64(floor(plant.expected_kwh(irradiation, temperature) * plant.mean * 1000))

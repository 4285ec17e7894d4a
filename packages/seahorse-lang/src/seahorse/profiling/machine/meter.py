"""The compute units that are left, and the errors that end a program."""

from __future__ import annotations

from dataclasses import dataclass


class MachineFailure(Exception):
    """The transaction fails. The text says why; what was consumed until then stays consumed."""


class OutOfUnits(MachineFailure):
    """The transaction's budget is used up."""


@dataclass
class UnitMeter:
    """The budget of a transaction. `left`: compute units."""

    left: int

    def take(self, units: int) -> int:
        """Consume units, or all that are left when there are fewer; returns how many it were."""
        taken = min(units, self.left)
        self.left -= taken
        return taken

"""Equations, and whether they hold."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation: what should be, and what is."""

    name: str
    expected: int
    actual: int

    @property
    def holds(self) -> bool:
        return self.expected == self.actual


@dataclass
class Audit:
    """The equations, and what follows from them, in base units.

    `burned`, `withdrawn_fees`: so far (of fees at least so much, once records of trades were closed).
    `unrecorded_burns`: burned with SPL Token's own instruction since energy_token last looked at the supply. `gifts`:
    what each vault holds beyond locks and fees, which anybody may send there.
    """

    burned: int
    withdrawn_fees: int
    unrecorded_burns: int = 0
    gifts: dict[str, int] = field(default_factory=dict[str, int])
    checks: list[Equation] = field(default_factory=list[Equation])

    @property
    def ok(self) -> bool:
        return all(check.holds for check in self.checks)

    @property
    def failures(self) -> list[Equation]:
        return [check for check in self.checks if not check.holds]

    def equal(self, name: str, expected: int, actual: int) -> None:
        """Records an equation."""
        self.checks.append(Equation(name, expected, actual))

    def at_most(self, name: str, limit: int, actual: int) -> None:
        """Records that `actual` does not exceed `limit`: the excess must be 0."""
        self.checks.append(Equation(name, 0, max(0, actual - limit)))

    def none(self, name: str, wrong: int) -> None:
        """Records that nothing of a kind is wrong."""
        self.checks.append(Equation(name, 0, wrong))

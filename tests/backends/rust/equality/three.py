"""The three executions of programs, side by side: the source in CPython, the bytecode, and the Rust natively."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from solders.pubkey import Pubkey
from tests.backends.python.machine import InPython
from tests.backends.rust.equality.compare import told_apart
from tests.backends.rust.equality.machines import Bytecode, Native
from tests.backends.rust.equality.vector import RUNTIME, RUNTIME_ERRORS, Vector

from seahorse.driver.compile import Artifacts

HEAP_EXHAUSTED = 4200
# What only the virtual machine has: its heap and its compute units come to an end.
LIMITS = {HEAP_EXHAUSTED, RUNTIME | RUNTIME_ERRORS["ProgramFailedToComplete"]}


@dataclass
class Three:
    """Programs that run together. CPython is the oracle of both others.

    `harness`: the native program with their crates; None where Rust has no form of them. `crates`: their names there.
    `codes`: how often the bytecode gave which code. `natively`: how many vectors ran in all three.
    """

    artifacts: Sequence[Artifacts]
    harness: Path | None
    crates: str = ""
    codes: Counter[int] = field(default_factory=Counter[int])
    natively: int = 0

    def __post_init__(self) -> None:
        self.bytecode, self.python = Bytecode(list(self.artifacts)), InPython(list(self.artifacts))
        self._ids = [Pubkey.from_string(a.idl["address"]) for a in self.artifacts]
        self._native = Native(self.harness, self.bytecode.rent, self.crates) if self.harness is not None else None

    def difference(self, vector: Vector, *, natively: bool = True) -> str | None:
        """Run a vector in all; the first difference in words. Nothing is compared of what never reaches a program.

        `natively`: whether the Rust has a form of it.
        """
        vm = self.bytecode.run(vector)
        if vm is None:
            return None
        self.codes[vm.code] += 1
        if vm.code in LIMITS:
            return None
        python = self.python.run(vector)
        if python is None:
            return "Python does not get as far as the program"
        if (told := told_apart(vector, python, vm, self._ids, ("Python", "the bytecode"))) is not None:
            return told
        if self._native is None or not natively:
            return None
        self.natively += 1
        return told_apart(vector, python, self._native.run(vector), self._ids, ("Python", "the Rust"))

    def close(self) -> None:
        if self._native is not None:
            self._native.close()

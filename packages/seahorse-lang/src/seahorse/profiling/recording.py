"""The profile that is being recorded: ledgers add the transactions that call its program."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from seahorse.driver.compile import Artifacts
from seahorse.profiling.machine.calls import CallCount
from seahorse.profiling.machine.code import TracedCode, read_code
from seahorse.profiling.stacks import profile_of


@dataclass
class Recording:
    """One program, by its name, and its calls so far. `codes`: programs that were read, by address and bytecode."""

    program: str
    root: CallCount = field(default_factory=lambda: CallCount("all"))
    codes: dict[tuple[str, bytes], TracedCode] = field(default_factory=dict[tuple[str, bytes], TracedCode])
    transactions: int = 0

    def code(self, built: Artifacts) -> TracedCode:
        """The code of a program, read once. Raises MapError."""
        key = (built.idl["address"], built.bytecode)
        if key not in self.codes:
            self.codes[key] = read_code(built)
        return self.codes[key]

    def write(self, path: Path) -> None:
        """Write the profile. Writes no file when no transaction called the program."""
        code = next((c for c in self.codes.values() if c.name == self.program), None)
        if code is not None and self.transactions:
            profile_of(self.root, code, self.transactions).write(path)

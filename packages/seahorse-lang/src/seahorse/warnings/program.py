"""All warnings of a program, but those that a comment silences."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from seahorse.diagnostics import Diagnostic
from seahorse.ir.nodes import LoweredProgram
from seahorse.syntax import SourceModule
from seahorse.warnings.accounts import account_warnings
from seahorse.warnings.features import feature_warnings
from seahorse.warnings.flow import flow_warnings
from seahorse.warnings.names import unused_names
from seahorse.warnings.silence import Silence

# An editor asks for the warnings of the same programs and modules again and again.
_FOUND: WeakKeyDictionary[LoweredProgram, list[Diagnostic]] = WeakKeyDictionary()
_SILENCES: WeakKeyDictionary[SourceModule, Silence] = WeakKeyDictionary()


def _of_program(program: LoweredProgram) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for instruction in program.instructions:
        found += account_warnings(program.id, instruction)
        found += flow_warnings(instruction.body)
        found += feature_warnings(instruction.body)
    for function in program.functions:
        found += flow_warnings(function.body)
        found += feature_warnings(function.body)
    return found


def warnings_of(programs: Iterable[LoweredProgram], modules: Iterable[SourceModule]) -> list[Diagnostic]:
    """The warnings of the programs of a build, each once, in order of file and line.

    `modules`: every source file of the build.
    """
    sources = {module.source.file: module for module in modules}
    found: list[Diagnostic] = []
    for program in programs:
        if program not in _FOUND:
            _FOUND[program] = _of_program(program)
        found += _FOUND[program]
    found += unused_names(sources.values())
    for module in sources.values():
        if module not in _SILENCES:
            _SILENCES[module] = Silence(module)
    silences = {file: _SILENCES[module] for file, module in sources.items()}
    found += [mistake for silence in silences.values() for mistake in silence.mistakes]
    heard = [d for d in dict.fromkeys(found) if d.span.file in silences and not silences[d.span.file].silences(d)]
    return sorted(heard, key=lambda d: (d.span.file, d.span.line, d.span.col))

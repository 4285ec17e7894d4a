"""Effects of every instruction of the programs of a build, across their borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seahorse.ir.effects import Effects, function_effects, instruction_effects
from seahorse.semantics import tree

# What a callee tells: the names of the accounts that it writes, and its effects.
Told = tuple[set[str], Effects]
_Key = tuple[str, str]


@dataclass
class _Found:
    """The effects of one program's instructions, and the answers about other instructions that they follow from."""

    program: tree.CheckedProgram
    effects: dict[str, Effects] = field(default_factory=dict[str, Effects])
    aliases: dict[str, dict[int, set[int]]] = field(default_factory=dict[str, dict[int, set[int]]])
    told: dict[_Key, Told] = field(default_factory=dict[_Key, Told])

    def size(self) -> int:
        return sum(effects.size() for effects in self.effects.values())


class ProgramEffects:
    """A callee decides what its caller must pass as writable, so effects grow until no program has more of them.

    `before`: those of an earlier build. Where a program is the same object, and those that it calls have the effects
    that they had, so has it.
    """

    def __init__(self, programs: Mapping[str, tree.CheckedProgram], before: ProgramEffects | None = None) -> None:
        self._programs = programs
        self._found: dict[str, _Found] = {}
        known = before._found if before is not None else {}
        pending = dict.fromkeys(_callees_first(programs, known))
        while pending:
            name = next(iter(pending))
            del pending[name]
            old = self._found.get(name)
            found = self._found[name] = self._again(known.get(name), name) or self._of_program(name)
            if old is None or found.size() != old.size():
                pending.update(dict.fromkeys(n for n, f in self._found.items() if any(p == name for p, _ in f.told)))

    def effects(self, program: str, instruction: str) -> Effects:
        return self._found[program].effects[instruction]

    def aliases(self, program: str, instruction: str) -> dict[int, set[int]]:
        """Which variables may be the same object, by their ids."""
        return self._found[program].aliases[instruction]

    def called(self, program: str) -> set[str]:
        """The programs whose instructions one calls."""
        return {name for name, _ in self._found[program].told}

    def _callee(self, program: str, instruction: str) -> Told:
        effects = self._found[program].effects.get(instruction) if program in self._found else None
        if effects is None:
            return set(), Effects()
        params = next(i for i in self._programs[program].instructions if i.name == instruction).accounts
        return {p.name for p in params if p.local.id in effects.writes}, effects

    def _again(self, known: _Found | None, name: str) -> _Found | None:
        """What an earlier build found, if it still holds."""
        if known is None or known.program is not self._programs[name]:
            return None
        return known if all(self._callee(*key) == told for key, told in known.told.items()) else None

    def _of_program(self, name: str) -> _Found:
        found = _Found(self._programs[name])

        def callee(program: str, instruction: str) -> Told:
            told = found.told[(program, instruction)] = self._callee(program, instruction)
            return told

        functions = function_effects(found.program.functions, callee)
        for instruction in found.program.instructions:
            of, aliases = instruction_effects(instruction, functions, callee)
            found.effects[instruction.name], found.aliases[instruction.name] = of, aliases
        return found


def _callees_first(programs: Mapping[str, tree.CheckedProgram], known: Mapping[str, _Found]) -> list[str]:
    """The programs, each behind those that it calls where they do not call each other."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def add(name: str) -> None:
        if name in programs and name not in seen:
            seen.add(name)
            for callee in [n for n, _ in known[name].told] if name in known else programs[name].foreign:
                add(callee)
            found[name] = None

    for name in programs:
        add(name)
    return list(found)

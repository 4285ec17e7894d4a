"""The results of the analysis of views so far: where the values of each body may lie, and which values the code
copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from seahorse.ir import nodes as ir
from seahorse.ir.facts.writes import FRAME, NOWHERE, Place, Places, Writes, overlap
from seahorse.semantics import tree
from seahorse.semantics.tree.view_types import holds_key
from seahorse.semantics.tree.walk import called_functions, walk

IN_FRAME: Places = frozenset({FRAME})


@dataclass(frozen=True)
class Use:
    """The places that may be written while a value is in use: those that this code writes, and these."""

    code: tuple[Any, ...] = ()
    places: Places = NOWHERE

    def with_(self, *code: Any, places: Places = NOWHERE) -> Use:
        return Use((*self.code, *code), self.places | places)


AT_ONCE = Use()


@dataclass(eq=False)
class ViewedBody:
    """A function or an instruction, and what is known of it so far."""

    number: int
    statements: list[tree.Stmt]
    params: list[tree.Local]
    # Whether its arguments may be written while it runs. The arguments of an instruction, in its data, never are.
    is_function: bool
    assigned: set[int]
    # The places that it may write itself.
    written: Places
    # Where the text in each of its variables may lie.
    variables: dict[int, set[Place]] = field(default_factory=dict[int, "set[Place]"])
    # Where what it returns may lie, parameters as such.
    returns: set[Place] = field(default_factory=set[Place])

    def parameter(self, local: int) -> Place:
        return ("param", str(self.number), str(local))


class ViewState:
    """The results for one program. They only grow, so that the analysis ends."""

    def __init__(self, program: ir.LoweredProgram) -> None:
        self.program = program
        self.writes = Writes(program)
        self.copied: set[Any] = set()
        self.seen: set[Any] = set()
        self._numbers = 0
        # Where what functions are given may lie, at any of their calls.
        self._given: dict[Place, set[Place]] = {}
        instructions = [self._body(i.body, []) for i in program.instructions]
        reachable = {f for i in instructions for f in called_functions(i.statements)}
        self._functions = {
            f: self._body(f.body, f.params, is_function=True) for f in dict.fromkeys([*program.functions, *reachable])
        }
        self.bodies = [*instructions, *self._functions.values()]
        self._ever = self._written_ever(instructions)

    def _body(self, statements: list[tree.Stmt], params: list[tree.Local], *, is_function: bool = False) -> ViewedBody:
        assigned = {n.local.id for n in walk(statements) if isinstance(n, tree.VarTarget)}
        assigned |= {p.id for n in walk(statements) if isinstance(n, tree.Lambda) for p in n.params}
        self._numbers += 1
        return ViewedBody(self._numbers, statements, params, is_function, assigned, self.writes.of(statements))

    def _written_ever(self, instructions: list[ViewedBody]) -> dict[ViewedBody, Places]:
        """The places that may be written during the life of a value that a body stores: all that its instructions
        write, and at their end the data behind lists and objects of accounts that they changed."""
        ever: dict[ViewedBody, set[Place]] = {b: {FRAME} for b in self.bodies}
        for instruction in instructions:
            written = self.writes.of(instruction.statements)
            if any(place[0] == "items" for place in written):
                written |= self.writes.before_call()
            ever[instruction] |= written
            for function in called_functions(instruction.statements):
                ever[self._functions[function]] |= written
        return {b: frozenset(p) for b, p in ever.items()}

    def size(self) -> int:
        """How much is known. The analysis goes on while this grows."""
        of_bodies = sum(len(b.returns) + sum(map(len, b.variables.values())) for b in self.bodies)
        return of_bodies + len(self.copied) + sum(map(len, self._given.values()))

    def expand(self, places: Iterable[Place]) -> Places:
        """Places, with each parameter replaced by the places of the arguments that calls pass for it."""
        found: set[Place] = set()
        left = list(places)
        while left:
            place = left.pop()
            if place not in found:
                found.add(place)
                left += self._given.get(place, ())
        return frozenset(p for p in found if p[0] != "param")

    def needs_copy(self, node: Any, places: Places, use: Use) -> bool:
        """Decide whether a node is copied. "Yes" is final."""
        self.seen.add(node)
        if places and node not in self.copied:
            written = use.places | self.writes.of(use.code)
            if overlap(self.expand(places), written):
                self.copied.add(node)
        return node in self.copied

    def give(self, function: tree.Function, param: tree.Local, places: Places) -> None:
        """Note that a call passes a value that lies in these places. (Among many arguments, a key lies in a block in
        the frame.)"""
        key = self._functions[function].parameter(param.id)
        self._given.setdefault(key, set()).update(places, IN_FRAME if holds_key(param.type) else ())

    def body_of(self, function: tree.Function) -> ViewedBody:
        return self._functions[function]

    def ever(self, body: ViewedBody) -> Places:
        return self._ever[body]

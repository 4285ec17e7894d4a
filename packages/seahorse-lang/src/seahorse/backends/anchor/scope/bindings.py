"""The variables of a body in Rust: their names, and whether they own their value or borrow it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seahorse.backends.anchor.facts.body_facts import PlaceKey
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.types import Type

# value: a fresh value, or one that is copied freely. place: a variable or field of the type. ref, mut: a variable or
# expression whose Rust type is a reference to it (for str and bytes: &str and &[u8]).
Kind = Literal["value", "place", "ref", "mut"]


@dataclass(frozen=True)
class RustValue:
    """A Rust expression and what it is."""

    expr: RustExpr
    kind: Kind = "value"


@dataclass(frozen=True)
class RustBinding:
    """The name of a variable in Rust, and its kind."""

    expr: RustExpr
    kind: Kind
    owned: bool = False
    # For another name of a part of something: that part.
    place: tree.Expr | None = None
    # A position in a list, as a usize: the code has checked that the list is long enough.
    position: bool = False


# The name for the value inside an option, the expression to match, the name's binding, and the key of the option.
OptionPattern = tuple[str, RustExpr, RustBinding, PlaceKey]


@dataclass
class Bindings:
    """The variables that have been named so far, by the ids of their locals, and every name that is taken.

    `parts`: variables that are names of parts of others, and those. `chosen`: variables for one of several accounts,
    and the accounts: which may be which. `redirected`: parameters that are changed in place and assigned, each with the
    variable that holds what it is assigned.
    """

    taken: set[str]
    variables: dict[int, RustBinding] = field(default_factory=dict[int, RustBinding])
    parts: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    chosen: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    redirected: dict[int, str] = field(default_factory=dict[int, str])

    def copy(self) -> Bindings:
        """A copy of the bindings, which can change without changing these."""
        chosen = {variable: set(others) for variable, others in self.chosen.items()}
        return Bindings(set(self.taken), dict(self.variables), dict(self.parts), chosen, dict(self.redirected))

    def become(self, other: Bindings) -> None:
        """Take over what was bound in a copy."""
        self.taken, self.variables, self.parts = other.taken, other.variables, other.parts
        self.chosen, self.redirected = other.chosen, other.redirected

    def temporary(self, stem: str) -> str:
        """A name that the program does not use."""
        name, number = stem, 1
        while name in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.taken.add(name)
        return name

    def bound(self, name: str) -> str:
        """A name for what a closure binds, which hides none of the program's."""
        while name in self.taken:
            name += "_"
        return name

    def made(self, name: str, t: Type, span: Span, *, position: bool = False) -> tree.Var:
        """A variable that the translation makes, for the tree, and that may be moved unless it is a position."""
        local = tree.Local(-2 - len(self.variables), name, t)
        self.variables[local.id] = RustBinding(Atom(name), "place", owned=not position, position=position)
        return tree.Var(t, span, local)

    def is_position(self, index: tree.Expr) -> bool:
        """Whether an index is a variable that holds a position."""
        found = self.variables.get(index.local.id) if isinstance(index, tree.Var) else None
        return found is not None and found.position

    def names_of(self, variable: int) -> set[int]:
        """The variables that are names for parts of another."""
        return {name for name, parts in self.parts.items() if variable in parts}

    def family(self, variables: set[int]) -> set[int]:
        """Variables, those that they are other names for, and those that are other names for them."""
        whole = {x for v in variables for x in (v, *self.parts.get(v, ()))}
        return whole | {v for v, parts in self.parts.items() if parts & whole}

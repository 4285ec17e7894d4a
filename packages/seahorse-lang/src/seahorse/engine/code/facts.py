"""Facts that the checked program gives for each place of the source: where the language converts, and how wide a number
is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from seahorse.diagnostics import Span, ValuePart
from seahorse.ir import nodes as ir
from seahorse.semantics import tree
from seahorse.semantics.scope.method_table import PROPERTIES
from seahorse.semantics.tree.account_kinds import PURE_READS
from seahorse.semantics.tree.types import FloatType, IntType, TupleType, Type, U256Type
from seahorse.semantics.tree.walk import walk

# Getters of accounts and sysvars, which older programs write without parentheses.
_GETTERS = PURE_READS | {"key", "lamports", "owner", "data_len", "bump"}
# Results that are computed and may not fit their type.
_COMPUTED = ("abs", "divmod", "round", "floor", "ceil")
# Methods of text that look at the kind of each character: the language knows those of ASCII.
ASCII_ONLY = {
    f"str.{name}"
    for name in (
        *("isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isupper", "islower", "isprintable"),
        *("isidentifier", "istitle", "title", "capitalize", "swapcase", "casefold"),
    )
}
GUARDS = {*ASCII_ONLY, "chr"}
_RENAMED = ("sum", "int_bytes", "sqrt", "str.upper", "str.lower")
_SEEDED = ("find_program_address", "create_program_address")


@dataclass
class Fact:
    """The work of the engine at one expression. Each part is None where there is nothing to do.

    op: an operation and the type of its result. checks: the integers (or tuples of them) that the result must fit.
    to_float: an integer becomes an f64. exact: not here, since CPython rounds an integer to itself. seed: the type of
    a value that is a seed. builtin: an operation of the prelude with the type of its first argument and of its result.
    address: a constant that the compiler looked up. text: the message of a `raise`. joined: a sequence made of others.
    wide: an integer becomes a u256.
    """

    op: tuple[str, Type] | None = None
    checks: list[Type] = field(default_factory=list[Type])
    to_float: bool = False
    exact: bool = False
    seed: Type | None = None
    builtin: tuple[str, Type | None, Type] | None = None
    address: bytes | None = None
    text: bool = False
    joined: bool = False
    wide: bool = False


@dataclass
class ProgramFacts:
    """Of all expressions and augmented assignments of a program, by the span of the source."""

    expressions: dict[Span, Fact] = field(default_factory=dict[Span, Fact])
    # The same of parts of a value: what a program takes apart, or gives to one of several targets.
    parts: dict[Span, dict[ValuePart, Fact]] = field(default_factory=dict[Span, dict[ValuePart, Fact]])
    augmented: dict[Span, tuple[str, Type]] = field(default_factory=dict[Span, tuple[str, Type]])

    def at(self, span: Span) -> Fact:
        """The fact of an expression or of a part of its value. What the compiler put there for itself has none."""
        if not span.part:
            return Fact() if span.part is None else self.expressions.setdefault(span, Fact())
        return self.parts.setdefault(span, {}).setdefault(span.part, Fact())

    def add(self, node: Any) -> None:
        """Note what one node says."""
        match node:
            case tree.Arith(type=t, op=op):
                self.at(node.span).op = (op, t)
            case tree.Concat():
                self.at(node.span).joined = True
            case tree.Repeat(type=t):
                self.at(node.span).op = ("*", t)
            case tree.Negate(type=IntType() as t):
                self.at(node.span).checks.append(t)
            case tree.Invert(type=t):
                self.at(node.span).op = ("~", t)
            case tree.Convert(type=IntType() as t):
                self.at(node.span).checks.append(t)
            case tree.Coerce(type=U256Type(), value=tree.Expr(type=IntType())) | tree.PubkeyLit(type=U256Type()):
                self.at(node.span).wide = True
            case tree.Coerce(type=FloatType(), value=tree.Expr(type=IntType())):
                self.at(node.span).to_float = True
            case tree.FloatLit():
                self.at(node.span).to_float = True
            case tree.Builtin():
                self._builtin(node)
            case tree.Call(library=str() as name):
                self._library(node, name)
            case tree.SignerSeeds(seeds=seeds):
                self._seeds(seeds, node.span)
            case tree.Raise(error=tree.Expr() as error):
                self.at(error.span).text = True
            case tree.AugAssign(op=op, type=t):
                self.augmented[node.span] = (op, t)
            case tree.Assign(span=span, value=tree.Convert(type=t, value=tree.Arith(op=op), span=whole)) if (
                span == whole
            ):
                # `place op= value` of integers of different widths.
                self.augmented[span] = (op, t)
            case tree.ExprStmt(value=tree.Builtin(name="set_byte", args=[_, stored, _])):
                # `account.data[i] op= value`
                made = stored.value if isinstance(stored, tree.Convert | tree.Coerce) else stored
                if isinstance(made, tree.Arith) and made.span == node.span:
                    self.augmented[node.span] = (made.op, stored.type)
            case _:
                pass

    def _builtin(self, node: tree.Builtin) -> None:
        name = node.name
        if name in _COMPUTED and isinstance(node.type, IntType | TupleType):
            self.at(node.span).checks.append(node.type)
        if name in ("round", "floor", "ceil"):
            self.at(node.args[0].span).exact = True
        if name in _SEEDED:
            listed = node.args[0]
            self._seeds(getattr(listed, "items", []), listed.span)
        if name == "price.validate_price_feed":
            self.at(node.span).address = getattr(node.args[1], "value", None)
        first = node.args[0].type if node.args else None
        if name in ("set_byte", "set_bytes"):
            # It stands at the place of the data, which only looks different when it is assigned to.
            self.at(node.span).builtin = ("data", first, node.type)
        if name in PROPERTIES or name in _GETTERS or name in _SEEDED or name in _RENAMED:
            self.at(node.span).builtin = (name, first, node.type)

    def _library(self, node: tree.Call, name: str) -> None:
        """A call of the language's library is one of CPython's own function, whose result must fit."""
        if name.startswith("augmented "):
            self.augmented[node.span] = (name.split()[1], node.args[0].type)
            return
        fact = self.at(node.span)
        if isinstance(node.type, IntType):
            fact.checks.append(node.type)
        if name in GUARDS:
            fact.builtin = (name, node.args[0].type, node.type)

    def _seeds(self, seeds: Iterable[tree.Expr], listed: Span) -> None:
        for seed in seeds:
            # A bump that the source leaves out has the span of the list.
            if seed.span != listed:
                self.at(seed.span).seed = seed.type


def facts_of(program: ir.LoweredProgram) -> ProgramFacts:
    """The facts of a program and of the library modules that are part of it."""
    facts = ProgramFacts()
    for node in walk([_parts(program)]):
        facts.add(node)
    return facts


def _parts(program: ir.LoweredProgram) -> list[Any]:
    defaults = [list(f.param_defaults.values()) for f in program.functions]
    expressions: list[Any] = []
    for pda in (s.pda for i in program.instructions for s in i.slots if s.pda is not None):
        given = [pda.bump.seed] if isinstance(pda.bump, ir.BumpGiven) else []
        expressions += [s.value for s in (*pda.seeds, *given) if isinstance(s, tree.SeedExpr)]
    for check in (c for i in program.instructions for c in i.checks):
        if isinstance(check, ir.AccountCreation):
            expressions += [e for e in (padding_of(check.space), check.decimals) if isinstance(e, tree.Expr)]
    bodies = [i.body for i in program.instructions] + [f.body for f in program.functions if not f.made]
    return [bodies, defaults, expressions]


def padding_of(space: Any) -> Any:
    """The expression of the source in the space of an `init`: all of it, or what is added to the exact size."""
    made = isinstance(space, tree.Arith) and isinstance(space.left, tree.IntLit) and space.span == space.left.span
    return space.right if made else space

"""The translation of a body: its facts, the bindings of its variables, what is around an expression, and the output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.facts.body_facts import BodyFacts, PlaceKey
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames, derives_copy, is_copy, is_sysvar
from seahorse.backends.anchor.rust.blocks import Let
from seahorse.backends.anchor.rust.calls import Macro, RustArray, RustCall
from seahorse.backends.anchor.rust.chains import Method, Try
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr, paren
from seahorse.backends.anchor.scope.bindings import Bindings, Kind, RustBinding, RustValue
from seahorse.backends.anchor.scope.output import Output
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.handlers import Handlers
from seahorse.semantics.tree.types import (
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    AccountType,
    BytesType,
    ListType,
    OptionType,
    StrType,
    Type,
)

ExpressionWriter = Callable[["BodyWriter", Any], RustValue]
EXPRESSIONS: Handlers[ExpressionWriter] = Handlers(
    "expressions in Rust",
    tree.Expr,
    elsewhere={tree.Lambda: "the functions that are given one", tree.SignerSeeds: "the calls that sign"},
)
# Registers the translation of a kind of expression.
handles = EXPRESSIONS.add


@dataclass(frozen=True)
class Around:
    """The surroundings of an expression, and so the form that they want of it.

    `writing`: the code will change the place. `says_types`: a list must say the type of its elements, since nothing
    around it does. `made`: what a constructor makes, which a `return` gives. `eager`: the code needs all items of an
    iterator, so it may compute them at once. `breaks`: for each loop, the variable that says that it was left, when the
    loop has an `else`.
    """

    writing: bool = False
    says_types: bool = False
    made: str | None = None
    eager: bool = True
    breaks: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class BodyWriter:
    """A place in a body being translated. Other places have writers of their own: what is theirs is passed to them.

    `narrowed`: what is known of options in this block. `output`: what this place gives besides its Rust.
    """

    crate: Crate
    types: TypeNames
    facts: BodyFacts
    owner_name: str | None
    bindings: Bindings
    narrowed: dict[PlaceKey, RustBinding] = field(default_factory=dict[PlaceKey, RustBinding])
    around: Around = Around()
    output: Output = field(default_factory=Output)

    # --- writers of other places ---

    def within(self, **changes: Any) -> BodyWriter:
        """The same place with something else around it (fields of `Around`)."""
        return replace(self, around=replace(self.around, **changes))

    def knowing(self, key: PlaceKey, binding: RustBinding) -> BodyWriter:
        """A place where an option is known to hold a value, which has a name."""
        return replace(self, narrowed={**self.narrowed, key: binding})

    def inner_block(self) -> BodyWriter:
        """An inner block: its findings do not hold behind it."""
        return replace(self, narrowed=dict(self.narrowed))

    def apart(self) -> BodyWriter:
        """A part whose output the caller inspects before it is added to this one's."""
        return replace(self, output=Output())

    def attempt(self) -> BodyWriter:
        """A trial translation: it changes no bindings, no findings and no output here until the caller adopts it."""
        return replace(self, bindings=self.bindings.copy(), narrowed=dict(self.narrowed), output=Output())

    def adopt(self, attempt: BodyWriter) -> None:
        """Take over what an attempt has bound and found out; its output is left to the caller."""
        self.bindings.become(attempt.bindings)
        self.narrowed.clear()
        self.narrowed.update(attempt.narrowed)

    # --- variables ---

    def declare(self, local: tree.Local, kind: Kind = "place", owned: bool = True) -> str:
        """Bind a variable to its name in Rust, and return that."""
        # Rust warns of a variable that the code assigns and never reads.
        unused = not self.facts.is_used(local) and local.id in self.facts.reassigned
        name = ("_" if unused else "") + names.local(local.name)
        self.bindings.variables[local.id] = RustBinding(Atom(name), kind, owned)
        self.narrowed.pop((local.id,), None)
        return name

    def forget(self, expr: tree.Expr) -> None:
        """A place was assigned: forget what was known about it."""
        key = self.facts.key(expr)
        if key is not None:
            for known in [k for k in self.narrowed if k[: len(key)] == key]:
                del self.narrowed[known]

    def put_before(self, e: tree.Expr, stem: str, *, mutable: bool = False) -> tree.Var:
        """A variable for an expression, which is evaluated before the statement."""
        name = self.bindings.temporary(stem)
        self.output.before.append(Let(("mut " if mutable else "") + name, self.owned(e)))
        self.output.spots.append(e)
        return self.bindings.made(name, e.type, e.span)

    def is_last_use(self, node: tree.Var) -> bool:
        """Whether the variable is not used after this, by any name, so that its value may be moved."""
        return self.facts.is_last_use(node, self.bindings.names_of(node.local.id))

    def is_owned(self, expr: tree.Var) -> bool:
        """Whether a variable holds its value, and does not borrow it."""
        variable = self.facts.resolve(expr.local)
        found = self.bindings.variables.get(variable)
        return found is not None and found.owned and (variable,) not in self.narrowed

    def lends(self, expr: tree.Expr) -> bool:
        """Whether an option is a parameter, which holds a reference."""
        t = expr.type
        given = isinstance(expr, tree.Var) and self.facts.instruction is None and not self.is_owned(expr)
        if not (given and isinstance(t, OptionType) and not is_copy(t) and isinstance(expr, tree.Var)):
            return False
        declared = self.facts.declared_at(expr.local.id)
        return declared is None and (self.facts.resolve(expr.local),) not in self.narrowed

    # --- expressions ---

    def translate(self, expr: tree.Expr) -> RustValue:
        """Translate an expression."""
        return EXPRESSIONS.of(expr)(self, expr)

    def owned(self, expr: tree.Expr) -> RustExpr:
        """A value of the type that the receiver may keep."""
        rust_value = self.translate(expr)
        return self.own(rust_value, expr.type, expr)

    def own(self, rust_value: RustValue, t: Type, source: tree.Expr | None = None) -> RustExpr:
        """The same of a translated expression: moved at the last use of its variable, else copied."""
        if rust_value.kind == "value":
            return rust_value.expr
        if rust_value.kind == "place" and source is not None and self.lends(source):
            return _lent(rust_value.expr, t)
        if is_sysvar(t):
            # A sysvar by value, or the value that an account of the sysvar holds.
            held = rust_value.expr if rust_value.kind in ("ref", "mut") else Prefix("&", paren(rust_value.expr, 16))
            return RustCall(f"{self.types.name(t)}::clone", [held])
        if source is not None and _has_data(t):
            message = "an account has one place in Rust: a copy of it would not be changed with it"
            raise self.unsupported(source.span, message, "use the accounts by their names")
        if is_copy(t) or (derives_copy(t) and self.crate.copies(t)):
            return rust_value.expr if rust_value.kind == "place" else Prefix("*", paren(rust_value.expr, 16))
        if rust_value.kind == "place":
            if isinstance(source, tree.Var) and self.is_owned(source) and self.is_last_use(source):
                return rust_value.expr
            return Method(rust_value.expr, "clone")
        if isinstance(t, StrType):
            return Method(rust_value.expr, "to_string")
        if isinstance(t, BytesType | ListType):
            return Method(rust_value.expr, "to_vec")
        return Method(rust_value.expr, "clone")

    def written(self, expr: tree.Expr) -> RustValue:
        """A place that is changed."""
        return self.within(writing=True).translate(expr)

    def borrow(self, expr: tree.Expr, mutable: bool = False) -> RustExpr:
        """A reference to a value; for str and bytes a `&str` or `&[u8]`."""
        rust_value = self.written(expr) if mutable else self.translate(expr)
        if rust_value.kind in ("ref", "mut"):
            return rust_value.expr
        if isinstance(expr, tree.ListLit) and expr.items and not mutable and isinstance(rust_value.expr, Macro):
            return Prefix("&", RustArray(rust_value.expr.args))
        return Prefix("&mut " if mutable else "&", paren(rust_value.expr, 16))

    def place(self, expr: tree.Expr) -> RustExpr:
        """Something to take a field, an index or a method of."""
        return self.within(says_types=isinstance(expr, tree.ListLit | tree.ArrayLit)).translate(expr).expr

    def operand(self, expr: tree.Expr) -> RustExpr:
        """A value for an operator that only looks at it."""
        rust_value = self.translate(expr)
        if rust_value.kind in ("ref", "mut") and is_copy(expr.type):
            return Prefix("*", paren(rust_value.expr, 16))
        return rust_value.expr

    def open(self, expr: tree.Expr, rust_value: RustValue, mutable: bool) -> RustExpr:
        """An option that is a parameter, to be looked into: it stays."""
        if mutable:
            self.output.opened |= roots(expr)
        return Method(rust_value.expr, "as_deref_mut" if mutable else "as_deref")

    # --- failing ---

    def fail(self, expr: RustExpr) -> RustExpr:
        """`expr?`"""
        self.output.fails = True
        return Try(expr)

    def overflow(self, option: RustExpr) -> RustExpr:
        """The value of an Option, or ArithmeticOverflow."""
        return self.fail(Method(option, "ok_or", [Atom("ProgramError::ArithmeticOverflow")]))

    def unsupported(self, span: Span, message: str, hint: str) -> UnsupportedError:
        """The error for what has no Rust form."""
        return UnsupportedError(message, span, hint)

    # --- what the file needs ---

    def helper(self, name: str) -> str:
        """A function of the crate's `python` module; with its module when a variable here has the same name."""
        self.crate.helpers.add(name)
        if name in self.bindings.taken:
            return f"{self.use('crate', 'python')}::{name}"
        return self.use("crate::python", name)

    def use(self, module: str, name: str) -> str:
        """Import a name."""
        self.types.used.add((module, name))
        return name


def _has_data(t: Type) -> bool:
    """Whether values are accounts whose data Rust holds decoded."""
    t = t.inner if isinstance(t, OptionType) else t
    return isinstance(t, AccountType) or t in (TOKEN_ACCOUNT, TOKEN_MINT)


def _lent(option: RustExpr, t: Type) -> RustExpr:
    """A copy of what an option lends."""
    inner = t.inner if isinstance(t, OptionType) else t
    option = Method(option, "as_deref")
    if isinstance(inner, StrType):
        return Method(option, "map", [Atom("str::to_string")])
    if isinstance(inner, BytesType | ListType):
        return Method(option, "map", [Atom("<[_]>::to_vec")])
    return Method(option, "cloned")

"""The state of translating one body: what each variable is in Rust, what is known of options, what has been used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.functions import TOKEN_OPS
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames, derives_copy, is_aggregate, is_copy
from seahorse.backends.anchor.rust.blocks import Let, RustStmt
from seahorse.backends.anchor.rust.calls import Macro, RustArray
from seahorse.backends.anchor.rust.chains import Method, Try
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr, paren
from seahorse.backends.anchor.scope.reach import iterated, roots, variables_of
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.ir.list_methods import MUTATORS
from seahorse.ir.walk import walk
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import DATA_READS
from seahorse.semantics.tree.types import BytesType, ListType, NoneType, OptionType, StrType, Type

# value: a fresh value, or one that is copied freely. place: a variable or field of the type. ref, mut: a variable or
# expression whose Rust type is a reference to it (for str and bytes: &str and &[u8]).
Kind = Literal["value", "place", "ref", "mut"]


@dataclass
class RustValue:
    """A Rust expression and what it is."""

    expr: RustExpr
    kind: Kind = "value"


@dataclass
class RustBinding:
    """What a variable is called in Rust, and what it is."""

    expr: RustExpr
    kind: Kind
    owned: bool = False
    # For another name of a part of something: that part.
    place: tree.Expr | None = None


Key = tuple[Any, ...]
# The name for the value inside an option, what to match, the name's binding, and what the option is known by.
OptionPattern = tuple[str, RustExpr, RustBinding, Key]
Handler = Callable[["BodyWriter", Any], RustValue]
HANDLERS: dict[type[tree.Expr], Handler] = {}


def handles(*nodes: type[tree.Expr]) -> Callable[[Any], Any]:
    """Register the translation of a kind of expression."""

    def register(function: Any) -> Any:
        for node in nodes:
            HANDLERS[node] = function
        return function

    return register


@dataclass
class BodyWriter:
    """One function, method or instruction being translated."""

    crate: Crate
    types: TypeNames
    statements: list[tree.Stmt]
    returns: Type | None = None
    fallible: bool = True
    instruction: ir.Instruction | None = None
    # Of an instruction, the accounts that were there before.
    parameters: list[tree.Local] = field(default_factory=list[tree.Local])
    in_constraint: bool = False
    # Variables that are names of parts of others.
    named_parts: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    bindings: dict[int, RustBinding] = field(default_factory=dict[int, RustBinding])
    narrowed: dict[Key, RustBinding] = field(default_factory=dict[Key, RustBinding])
    aliases: dict[int, int] = field(default_factory=dict[int, int])
    can_fail: bool = False
    before: list[RustStmt] = field(default_factory=list[RustStmt])
    after: list[RustStmt] = field(default_factory=list[RustStmt])
    # The parts of the statement that were put before it; statements, and expressions that may not be reached, where one
    # of them overtook something; and those that are translated step by step for that.
    spots: list[tree.Expr] = field(default_factory=list[tree.Expr])
    disordered: set[int] = field(default_factory=set[int])
    ordered: frozenset[int] = frozenset()
    slot_uses: dict[int, bool] = field(default_factory=dict[int, bool])
    # Accounts that a call wrote and that nothing here looks at afterwards.
    stale: set[int] = field(default_factory=set[int])
    read: set[int] = field(default_factory=set[int])
    keep: set[str] = field(default_factory=set[str])
    owner_name: str | None = None
    # Variables for one of several accounts, and the accounts: which may be which.
    chosen: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    # Parameters that are changed in place and assigned: the variable behind each that holds what it is assigned.
    redirected: dict[int, str] = field(default_factory=dict[int, str])
    # Whether the next list to be written must say the type of its elements, since nothing around it does.
    says_types: bool = False
    # For each loop around, the variable that says that it was left, when it has an `else`.
    breaks: list[str | None] = field(default_factory=list["str | None"])
    # Parameters that are options of what is changed, which stay when they are opened.
    opened: set[int] = field(default_factory=set[int])
    # Whether the place that is being translated is to be changed.
    writing: bool = False
    # Whether everything that an iterator gives is wanted, so that it may be worked out at once.
    eager: bool = True

    def __post_init__(self) -> None:
        self.reassigned: set[int] = set()
        self.mutated: set[int] = set()
        self._order: dict[int, int] = {}
        self._declared: dict[int, int] = {}
        self._uses: dict[int, list[int]] = {}
        self._assigned: dict[int, list[Any]] = {}
        self._naming: dict[int, tree.Assign] = {}
        # Variables, and those whose things they are other names for.
        self._sharing: list[tuple[set[int], set[int]]] = []
        self._loops: list[tuple[int, int]] = []
        self._calls: list[tuple[int, int]] = []
        self._scan()

    # --- facts about the whole body ---

    def _scan(self) -> None:
        """Number every node in source order, and note where variables are used and assigned again."""
        idle: set[int] = set()
        for i, node in enumerate(walk(self.statements)):
            self._order[id(node)] = i
            match node:
                case tree.Assign(target=tree.VarTarget(local=local) as target, value=tree.Var() as value) if (
                    local.id == value.local.id
                ):
                    idle.add(id(target))
                case tree.VarTarget() if id(node) in idle:
                    pass
                case tree.Var():
                    self._uses.setdefault(node.local.id, []).append(i)
                case tree.VarTarget() if not node.declares:
                    self.reassigned.add(node.local.id)
                    self._assigned.setdefault(node.local.id, []).append(node)
                case tree.VarTarget():
                    self._declared[node.local.id] = i
                case tree.AugAssign(target=tree.VarTarget(local=local)):
                    self.reassigned.add(local.id)
                case tree.Assign(target=tree.VarTarget(local=local, declares=True)) if is_aggregate(local.type):
                    self._naming[local.id] = node
                case _:
                    pass
        for node in walk(self.statements):
            if isinstance(node, tree.Assign):
                self._share(node.target, node.value)
            elif isinstance(node, tree.For | tree.CompClause):
                for target, place in iterated(node.target, node.iterable):
                    self._share(target, place)
            if isinstance(node, tree.While | tree.For | tree.ListComp):
                self._loops.append(self.extent(node))
            elif isinstance(node, tree.Call | tree.Builtin | tree.Concat | tree.Compare):
                self._calls.append(self.extent(node))
        self.mutated = self.mutated_in(self.statements)
        self.names = {n.local.name for n in walk(self.statements) if isinstance(n, tree.Var | tree.VarTarget)}

    def _share(self, target: tree.Target, value: tree.Expr) -> None:
        if is_aggregate(value.type):
            self._sharing.append((variables_of(target), roots(value)))

    def mutated_in(self, nodes: Any) -> set[int]:
        """Variables whose memory is written below some nodes."""
        found = {root for node in walk(nodes) for e in self.changed_by(node) for root in roots(e)}
        # What is written through another name of a thing is written in the thing.
        before = -1
        while before != (before := len(found)):
            for holders, things in self._sharing:
                if holders & found:
                    found |= things
        return found

    def changed_by(self, node: Any) -> list[tree.Expr]:
        """What a node itself changes in place: arguments of functions, lists, the places of targets."""
        match node:
            case tree.PlaceTarget():
                return [node.place]
            case tree.Builtin() if node.name in MUTATORS:
                return [node.args[0]]
            case tree.Call():
                infos = self.crate.functions.info(node.function).params
                return [a for info, a in zip(infos, node.args, strict=False) if info.mutable]
            case _:
                return []

    def extent(self, node: Any) -> tuple[int, int]:
        """First and last position of a node and everything below it."""
        positions = [self._order[id(n)] for n in walk(node) if id(n) in self._order]
        return (min(positions, default=0), max(positions, default=0))

    def is_used(self, local: tree.Local) -> bool:
        """Whether a variable is ever looked at."""
        return bool(self._uses.get(local.id))

    def is_last_use(self, node: tree.Var) -> bool:
        """Whether the variable is not used after this, so that its value may be moved."""
        at = self._order.get(id(node))
        same = [node.local.id, *(n for n, parts in self.named_parts.items() if node.local.id in parts)]
        uses = [use for variable in same for use in self._uses.get(variable, [])]
        if at is None or not uses or at != max(uses) or node.local.name in self.keep:
            return False
        # What a call is given is borrowed until the call.
        together = [(low, high) for low, high in self._calls if low <= at <= high]
        if any(low <= use < at for use in uses for low, _ in together):
            return False
        return not any(low <= at <= high for low, high in self._loops)

    def is_read_after(self, local: int, node: Any) -> bool:
        """Whether the data of an account variable may be looked at after a node, in this run of it or the next."""
        low, high = self.extent(node)
        same = {local} | {a for a, b in self.aliases.items() if b == local}
        for loop_low, loop_high in self._loops:
            if loop_low <= low and high <= loop_high:
                high = min(high, loop_low - 1)
        return any(self._order[id(other)] > high and self._reads(other, same) for other in walk(self.statements))

    def _reads(self, node: Any, locals_: set[int]) -> bool:
        match node:
            case tree.GetField():
                return bool(roots(node.obj) & locals_)
            case tree.Builtin():
                reads = node.name.startswith(DATA_READS) and node.name not in TOKEN_OPS
                return reads and bool(roots(node.args[0]) & locals_)
            case tree.Call():
                return any(roots(a) & locals_ for a in node.args)
            case tree.Return():
                return node.value is not None and bool(roots(node.value) & locals_)
            case _:
                return False

    def declared_at(self, variable: int) -> int | None:
        """Where a variable that owns what it holds is declared; None for other variables."""
        if self.instruction is not None and any(a.local.id == variable for a in self.instruction.args):
            return -1
        return self._declared.get(variable)

    def is_used_after(self, variable: int, node: Any, declared: int | None) -> bool:
        """Whether a variable may be looked at after a node, or again when a loop around the node goes on."""
        low, high = self.extent(node)
        uses = self._uses.get(variable, [])
        if any(at > high for at in uses):
            return True
        around = [(a, b) for a, b in self._loops if a <= low and high <= b and (declared is None or declared < a)]
        return any(a <= at <= b for at in uses for a, b in around)

    def is_repeated(self, node: Any, declared: int) -> bool:
        """Whether a node may be evaluated more than once while a variable, declared at a position, stays the same."""
        low, high = self.extent(node)
        return any(a <= low and high <= b and declared < a for a, b in self._loops)

    def is_renewed(self, declared: int, later: Any, earlier: Any) -> bool:
        """Whether a node follows one behind it only in later runs of loops, in which a variable is a new one."""
        at, (low, high) = self._order[id(later)], self.extent(earlier)
        around = [a for a, b in self._loops if a <= at <= b and a <= low and high <= b]
        return at <= high and all(declared > a for a in around)

    def may_follow(self, later: Any, earlier: Any) -> bool:
        """Whether a node may be evaluated after another."""
        at, (low, high) = self._order[id(later)], self.extent(earlier)
        return at > high or any(a <= at <= b and a <= low and high <= b for a, b in self._loops)

    def behind(self, node: Any) -> list[Any]:
        """What may be evaluated after a statement, in this body."""
        return [s for s in walk(self.statements) if isinstance(s, tree.Stmt) and self.may_follow(s, node)]

    def family(self, variables: set[int]) -> set[int]:
        """Variables, those that they are other names for, and those that are other names for them."""
        whole = {x for v in variables for x in (v, *self.named_parts.get(v, ()))}
        return whole | {v for v, parts in self.named_parts.items() if parts & whole}

    def keeps_place(self, s: tree.Assign) -> bool:
        """Whether a variable is declared as a name for a place that stays the same as long as it is in use."""
        assert isinstance(s.target, tree.VarTarget)
        local = s.target.local
        if not s.target.declares or local.id in self.reassigned:
            return False
        assigned = [node for v in self._behind(s.value) for node in self._assigned.get(v, ())]
        declared = self.declared_at(local.id)
        return not any(self.may_follow(n, s) and self.is_used_after(local.id, n, declared) for n in assigned)

    def _behind(self, value: tree.Expr) -> set[int]:
        """Variables that a place is a part of, and those that they are names for."""
        out = roots(value)
        for variable in roots(value):
            named = self._naming.get(variable)
            if named is not None and named.value is not value and self.keeps_place(named):
                out |= self._behind(named.value)
        return out

    # --- variables ---

    def resolve(self, local: tree.Local) -> int:
        """The variable behind an alias of an account."""
        return self.resolve_id(local.id)

    def resolve_id(self, found: int) -> int:
        while found in self.aliases:
            found = self.aliases[found]
        return found

    def key(self, expr: tree.Expr) -> Key | None:
        """What a narrowed option is known by."""
        match expr:
            case tree.Var():
                return (self.resolve(expr.local),)
            case tree.InitAccount():
                return (self.resolve(expr.param),)
            case tree.GetField():
                base = self.key(expr.obj)
                return None if base is None else (*base, expr.name)
            case tree.Unwrap() | tree.Coerce():
                return self.key(expr.value)
            case _:
                return None

    def forget(self, expr: tree.Expr) -> None:
        """A place was assigned: what was known of it is not known any more."""
        key = self.key(expr)
        if key is not None:
            self.narrowed = {k: b for k, b in self.narrowed.items() if k[: len(key)] != key}

    def declare(self, local: tree.Local, kind: Kind = "place", owned: bool = True) -> str:
        # What is only ever assigned Rust would complain of.
        name = ("" if self.is_used(local) or local.id not in self.reassigned else "_") + names.local(local.name)
        self.bindings[local.id] = RustBinding(Atom(name), kind, owned)
        self.narrowed.pop((local.id,), None)
        return name

    def temporary(self, stem: str) -> str:
        """A name that the program does not use."""
        name, number = stem, 1
        while name in self.names:
            number += 1
            name = f"{stem}_{number}"
        self.names.add(name)
        return name

    def made(self, name: str, t: Type, span: Span, owned: bool = True) -> tree.Var:
        """A variable that the translation makes, for the tree. `owned`: it may be moved."""
        local = tree.Local(-2 - len(self.bindings), name, t)
        self.bindings[local.id] = RustBinding(Atom(name), "place", owned)
        return tree.Var(t, span, local)

    def put_before(self, e: tree.Expr, stem: str, *, mutable: bool = False) -> tree.Var:
        """A variable for an expression, which is evaluated before the statement."""
        name = self.temporary(stem)
        self.before.append(Let(("mut " if mutable else "") + name, self.owned(e)))
        self.spots.append(e)
        return self.made(name, e.type, e.span)

    def bound(self, name: str) -> str:
        """A name for what a closure binds, which hides none of the program's."""
        while name in self.names:
            name += "_"
        return name

    # --- expressions ---

    def translate(self, expr: tree.Expr) -> RustValue:
        """Translate an expression."""
        handler = HANDLERS.get(type(expr))
        if handler is None:
            raise UnsupportedError("this expression has no form in the Rust program", expr.span, "write it another way")
        return handler(self, expr)

    def owned(self, expr: tree.Expr) -> RustExpr:
        """A value of the type that the receiver may keep."""
        val = self.translate(expr)
        return self.own(val, expr.type, expr)

    def own(self, val: RustValue, t: Type, source: tree.Expr | None = None) -> RustExpr:
        if val.kind == "value":
            return val.expr
        if val.kind == "place" and source is not None and self.lends(source):
            return _lent(val.expr, t)
        if is_copy(t) or (derives_copy(t) and self.crate.copies(t)):
            return val.expr if val.kind == "place" else Prefix("*", paren(val.expr, 16))
        if val.kind == "place":
            if isinstance(source, tree.Var) and self.is_owned(source) and self.is_last_use(source):
                return val.expr
            return Method(val.expr, "clone")
        if isinstance(t, StrType):
            return Method(val.expr, "to_string")
        if isinstance(t, BytesType | ListType):
            return Method(val.expr, "to_vec")
        return Method(val.expr, "clone")

    def lends(self, expr: tree.Expr) -> bool:
        """Whether an option is a parameter, which holds a reference."""
        t = expr.type
        given = isinstance(expr, tree.Var) and self.instruction is None and not self.is_owned(expr)
        if not (given and isinstance(t, OptionType) and not is_copy(t) and isinstance(expr, tree.Var)):
            return False
        return self.declared_at(expr.local.id) is None and (self.resolve(expr.local),) not in self.narrowed

    def open(self, expr: tree.Expr, val: RustValue, mutable: bool) -> RustExpr:
        """An option that is a parameter, to be looked into: it stays."""
        if mutable:
            self.opened |= roots(expr)
        return Method(val.expr, "as_deref_mut" if mutable else "as_deref")

    def is_owned(self, expr: tree.Var) -> bool:
        """Whether a variable holds its value, and does not borrow it."""
        found = self.bindings.get(self.resolve(expr.local))
        return found is not None and found.owned and (self.resolve(expr.local),) not in self.narrowed

    def written(self, expr: tree.Expr) -> RustValue:
        """A place that is changed."""
        saved, self.writing = self.writing, True
        val = self.translate(expr)
        self.writing = saved
        return val

    def borrow(self, expr: tree.Expr, mutable: bool = False) -> RustExpr:
        """A reference to a value; for str and bytes a `&str` or `&[u8]`."""
        val = self.written(expr) if mutable else self.translate(expr)
        if val.kind in ("ref", "mut"):
            return val.expr
        if isinstance(expr, tree.ListLit) and expr.items and not mutable and isinstance(val.expr, Macro):
            return Prefix("&", RustArray(val.expr.args))
        return Prefix("&mut " if mutable else "&", paren(val.expr, 16))

    def place(self, expr: tree.Expr) -> RustExpr:
        """Something to take a field, an index or a method of."""
        self.says_types = isinstance(expr, tree.ListLit | tree.ArrayLit)
        return self.translate(expr).expr

    def operand(self, expr: tree.Expr) -> RustExpr:
        """A value for an operator that only looks at it."""
        val = self.translate(expr)
        if val.kind in ("ref", "mut") and is_copy(expr.type):
            return Prefix("*", paren(val.expr, 16))
        return val.expr

    # --- failing ---

    def fail(self, expr: RustExpr) -> RustExpr:
        """`expr?`"""
        self.can_fail = True
        return Try(expr)

    def overflow(self, option: RustExpr) -> RustExpr:
        """The value of an Option, or ArithmeticOverflow."""
        return self.fail(Method(option, "ok_or", [Atom("ProgramError::ArithmeticOverflow")]))

    def helper(self, name: str) -> str:
        """A function of the crate's `python` module; with its module when a variable here has the same name."""
        self.crate.helpers.add(name)
        if name in self.names:
            self.types.used.add(("crate", "python"))
            return f"python::{name}"
        self.types.used.add(("crate::python", name))
        return name

    def use(self, module: str, name: str) -> str:
        self.types.used.add((module, name))
        return name

    def unsupported(self, span: Span, message: str, hint: str) -> UnsupportedError:
        return UnsupportedError(message, span, hint)

    # --- accounts of the instruction ---

    def slot(self, local: tree.Local) -> ir.AccountSlot | None:
        if self.instruction is None:
            return None
        wanted = self.resolve(local)
        return next((s for s in self.instruction.slots if s.local is not None and s.local.id == wanted), None)

    def is_new(self, local: int) -> bool:
        """Whether a variable is an account that this instruction initializes."""
        slot = self.slot(tree.Local(local, "", NoneType()))
        return slot is not None and slot.kind == ir.SlotKind.NEW

    def nested(self, **changes: Any) -> BodyWriter:
        """The same body with other settings."""
        return replace(self, **changes)


def _lent(option: RustExpr, t: Type) -> RustExpr:
    """A copy of what an option lends."""
    inner = t.inner if isinstance(t, OptionType) else t
    option = Method(option, "as_deref")
    if isinstance(inner, StrType):
        return Method(option, "map", [Atom("str::to_string")])
    if isinstance(inner, BytesType | ListType):
        return Method(option, "map", [Atom("<[_]>::to_vec")])
    return Method(option, "cloned")


def is_option(t: Type) -> bool:
    return isinstance(t, OptionType)

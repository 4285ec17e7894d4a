"""The state of checking one body: scopes of variables, narrowed options, inference, and the dispatch of expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from seahorse.diagnostics import CompileError, Replacement, Span, fail
from seahorse.semantics.inference.mismatches import conversion, mismatch_hint
from seahorse.semantics.inference.unknowns import Inference
from seahorse.semantics.names.symbols import Checker, ClassInfo, ModuleScope, Symbol
from seahorse.semantics.names.unions import common_base
from seahorse.semantics.scope.hoisting import Hoisting
from seahorse.semantics.scope.local_functions import LocalFunction
from seahorse.semantics.tree import (
    AccountParam,
    ArgParam,
    Arith,
    AsMember,
    CheckedInstruction,
    Declare,
    Expr,
    Function,
    ListLit,
    Local,
    Stmt,
    StrLit,
    Unwrap,
    Var,
)
from seahorse.semantics.tree.types import (
    NONE,
    ClassType,
    EmptyType,
    IntType,
    ListType,
    OptionType,
    StrType,
    TupleType,
    Type,
    UnionType,
    union_of,
)
from seahorse.syntax.source import Source
from seahorse.syntax.walk import walk_syntax

# A narrowed place: the id of a local variable, then the names of fields.
Path = tuple[int | str, ...]
ExpressionRule = Callable[["BodyChecker", Any, Type | None], Expr]
HANDLERS: dict[type[ast.expr], ExpressionRule] = {}


def handles(*nodes: type[ast.expr]) -> Callable[[ExpressionRule], ExpressionRule]:
    """Register the checker of a kind of expression: (body, node, expected type or None) -> typed expression."""

    def register(function: ExpressionRule) -> ExpressionRule:
        for node in nodes:
            HANDLERS[node] = function
        return function

    return register


@dataclass(frozen=True)
class NameBinding:
    """The meaning of a variable's name at this place.

    `param`: the account parameter behind it, if it is one. `cpi`: the CpiAccount, or the list of them, that it holds:
    these are known at compile time, and no variable of the tree. `declared`: a line said its type, which it keeps.
    """

    local: Local
    span: Span
    param: AccountParam | None = None
    poisoned: bool = False
    cpi: Expr | list[Expr] | None = None
    declared: bool = False


@dataclass(frozen=True)
class Deferred:
    """Work for the time when the types of a body are final. `types`: types that may be unknown till then, by name."""

    types: dict[str, Type]
    finish: Callable[[dict[str, Type]], None]


@dataclass(eq=False)
class InstructionContext:
    """Facts about the instruction during its check, for `init`, seeds and signers.

    `stored`: (parameter, field) pairs assigned so far: seeds of a later `init` would not see those values.
    `held`: what variables of the top level were given, by the variable's number; `held_fields`: the same of fields of
    account parameters, each with the count of effects up to which it holds.
    `bumps`: where `.bump()` is called.
    """

    instruction: CheckedInstruction
    accounts: dict[str, AccountParam]
    args: dict[str, ArgParam]
    bumps: list[tuple[AccountParam, Span]] = field(default_factory=list[tuple[AccountParam, Span]])
    stored: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    initialized: set[str] = field(default_factory=set[str])
    held: dict[int, ast.expr] = field(default_factory=dict[int, ast.expr])
    held_fields: dict[tuple[int, str], tuple[ast.expr, int]] = field(
        default_factory=dict[tuple[int, str], tuple[ast.expr, int]]
    )


@dataclass
class Unrolled:
    """A loop whose rounds stand one behind the other. `left`: the variable that says that a `break` has left it."""

    left: Local
    breaks: bool = False
    leaves: bool = False


class BodyChecker:
    """One function, method or instruction being checked."""

    def __init__(
        self,
        checker: Checker,
        scope: ModuleScope,
        returns: Type = NONE,
        context: InstructionContext | None = None,
        owner: ClassInfo | None = None,
        definer: ClassInfo | None = None,
    ) -> None:
        self.checker = checker
        self.scope = scope
        self.returns = returns
        self.context = context
        self.owner = owner
        self.definer = definer
        self.infer = Inference(checker.unions)
        self.blocks: list[dict[str, NameBinding]] = [{}]
        self.closed: dict[str, Span] = {}
        # Facts about names from the body's syntax; and names to declare in an outer block of their assignment: the
        # depth of that block, and the declaration that waits for a type.
        self.hoisting = Hoisting()
        self.waiting: dict[str, tuple[int, list[Stmt], Span]] = {}
        self.narrowed: set[Path] = set()
        # The name from which functions made of local functions get theirs, and the local functions known so far.
        self.name = "function"
        self.local_functions: dict[str, LocalFunction] = {}
        # Those of blocks that have ended.
        self.ended: dict[str, LocalFunction] = {}
        self.loops = 0
        # The loops around, innermost last; None for those that run.
        self.unrolled: list[Unrolled | None] = []
        # Counts what may have changed fields, so that a condition knows whether its own calls did.
        self.effects = 0
        self.calls: list[tuple[Function, Span]] = []
        self.deferred: list[Deferred] = []
        # Where `init` may stand: the call that is a whole statement or assigned value, and the account whose presence
        # the enclosing top-level `if` tests.
        self.init_site: ast.Call | None = None
        self.init_guard: str | None = None
        # Accounts that are of another class by now, by the parameter's name.
        self.migrated: dict[str, str] = {}
        # Whether a CpiAccount stands where the compiler knows the list that it is part of.
        self.lists_accounts = False
        self._next_id = 0

    # --- diagnostics ---

    def span(self, node: ast.AST) -> Span:
        return self.scope.span(node)

    def error(self, node: ast.AST, message: str, hint: str, replacement: Replacement | None = None) -> CompileError:
        return fail(self.span(node), message, hint, replacement)

    @property
    def source(self) -> Source:
        """The text that is checked, for edits that a diagnostic names."""
        return self.scope.module.source

    def show(self, t: Type) -> str:
        return self.infer.show(t)

    # --- expressions ---

    def expr(self, node: ast.expr, expected: Type | None = None) -> Expr:
        """Check an expression. `expected` guides literals; the result may still be of another type."""
        handler = HANDLERS.get(type(node))
        if handler is None:
            if isinstance(node, ast.Starred):
                hint = "a star gives the items of a tuple, or those of a list to a parameter with a star"
                raise self.error(node, "a star cannot stand here", f"{hint}; elsewhere give the list itself")
            raise self.error(node, "this expression is not supported", "write it with operators and calls")
        return self._placed(handler(self, node, expected), node)

    def _placed(self, value: Expr, node: ast.expr) -> Expr:
        """A value that is what the program has written: its span says so, also where a rule gave back a part of it."""
        span = self.written(node)
        if span.part is not None:
            value.span = span
        return value

    def written(self, node: ast.expr) -> Span:
        """The span of an expression, with what it is of the value that the program has written there."""
        return replace(self.span(node), part=self.source.part(node))

    def typed(self, node: ast.expr, target: Type, what: str) -> Expr:
        """Check an expression and convert it to `target`; `what` names its place in the message."""
        return self.coerce(self.expr(node, target), target, node, what)

    def coerce(self, value: Expr, target: Type, node: ast.AST, what: str) -> Expr:
        converted = self.infer.coerce(value, target) or self.infer.coerce_checked(value, target)
        if converted is not None:
            self._check_length(value, self.infer.prune(target), node)
            return converted
        source = self.infer.resolve(value.type)
        wanted = self.infer.resolve(target)
        hint, around = mismatch_hint(source, wanted), conversion(source, wanted, node)
        replacement = self.source.around(node, *around) if around is not None else None
        if isinstance(value, Arith) and value.op == "/" and isinstance(wanted, IntType):
            hint = "write `//`, which divides integers"
            match node:
                case ast.BinOp(left=left, op=ast.Div(), right=right):
                    replacement = self.source.between(left, right, "/", "//")
                case _:
                    replacement = None
        raise self.error(node, f"{what} is {wanted}, but this is {source}", hint, replacement)

    def _check_length(self, value: Expr, target: Type, node: ast.AST) -> None:
        """Refuse a literal that is longer than the type that it is given to."""
        limit = target.max_len if isinstance(target, StrType | ListType) else None
        if limit is None:
            return
        if isinstance(value, StrLit) and len(value.value.encode()) > limit:
            length = len(value.value.encode())
            raise self.error(
                node, f"this text has {length} bytes, and {target} holds {limit}", "shorten it, or widen the type"
            )
        if isinstance(value, ListLit) and len(value.items) > limit:
            length = len(value.items)
            raise self.error(node, f"this list has {length} elements, and {target} holds {limit}", "widen the type")

    def type_of(self, value: Expr) -> Type:
        """The type found so far, looking through inference."""
        return self.infer.prune(value.type)

    def check_later(self, span: Span, types: dict[str, Type], check: Callable[[Span, dict[str, Type]], None]) -> None:
        """Look at types when they are known."""
        self.deferred.append(Deferred(types, lambda final: check(span, final)))

    # --- variables ---

    @property
    def depth(self) -> int:
        return len(self.blocks)

    @contextmanager
    def block(self) -> Generator[None, None, None]:
        """A block of statements: variables and functions declared in it are not visible after it."""
        self.blocks.append({})
        functions = set(self.local_functions)
        try:
            yield
        finally:
            for name, binding in self.blocks.pop().items():
                self.closed.setdefault(name, binding.span)
            for name in [n for n in self.local_functions if n not in functions]:
                self.ended[name] = self.local_functions.pop(name)

    def find(self, name: str) -> tuple[NameBinding, int] | None:
        """The binding of a variable and the depth of its block."""
        for depth in range(len(self.blocks), 0, -1):
            binding = self.blocks[depth - 1].get(name)
            if binding is not None:
                return binding, depth
        return None

    def declare(self, name: str, t: Type, span: Span, param: AccountParam | None = None) -> Local:
        """Make a variable in the current block."""
        local = Local(self._next_id, name, t)
        self._next_id += 1
        self.blocks[-1][name] = NameBinding(local, span, param)
        return local

    def declare_waiting(
        self, name: str, t: Type, param: AccountParam | None = None, *, declared: bool = False
    ) -> Local | None:
        """Declare a name that waits for its first assignment, in the block that holds all its uses."""
        waiting = self.waiting.pop(name, None)
        if waiting is None:
            return None
        depth, declarations, span = waiting
        local = Local(self._next_id, name, t)
        self._next_id += 1
        self.blocks[depth - 1][name] = NameBinding(local, span, param, declared=declared)
        declarations.append(Declare(span, local))
        return local

    def hidden(self, name: str, t: Type) -> Local:
        """Make a variable that no name of the program means."""
        self._next_id += 1
        return Local(self._next_id - 1, f"{name}_{self._next_id - 1}", t)

    def adopt(self, local: Local, span: Span, param: AccountParam | None) -> None:
        """Make a parameter, whose Local exists already, a variable of the outermost block."""
        self._next_id = max(self._next_id, local.id + 1)
        self.blocks[0][local.name] = NameBinding(local, span, param)

    def rebind(self, local: Local, span: Span, param: AccountParam | None) -> None:
        """Give a variable its meaning from here on, in the block it lives in."""
        found = self.find(local.name)
        if found is not None:
            self.blocks[found[1] - 1][local.name] = NameBinding(local, span, param, declared=found[0].declared)

    def poison(self, name: str, span: Span) -> None:
        """Remember that a variable's definition was wrong, so that the compiler does not report its uses too.

        A variable that has a value keeps it; an Empty has none before `init`.
        """
        if name in self.waiting:
            depth, _, _ = self.waiting.pop(name)
            self.blocks[depth - 1][name] = NameBinding(Local(-1, name, NONE), span, None, True)
            return
        found = self.find(name)
        if found is None or isinstance(self.infer.prune(found[0].local.type), EmptyType):
            self.blocks[0][name] = NameBinding(Local(-1, name, NONE), span, None, True)

    def variable(self, node: ast.Name) -> NameBinding | None:
        """The binding of a name used as a value. When its definition was wrong, raises an error that is not reported
        again."""
        found = self.find(node.id)
        if found is None:
            return None
        if found[0].poisoned:
            raise CompileError([])
        return found[0]

    def undefined(self, node: ast.Name) -> CompileError:
        """The error for a name that is not visible here."""
        if node.id in self.ended:
            line = self.span(self.ended[node.id].node).line
            hint = "define it outside of the block; what differs may be tested in the function"
            return self.error(node, f"`{node.id}` is known only in its block, on line {line}", hint)
        if node.id in self.hoisting.assigned:
            return unassigned(node.id, self.span(node))
        if node.id in self.closed:
            line = self.closed[node.id].line
            return self.error(
                node,
                f"`{node.id}` is not defined here: it ended with the comprehension on line {line}",
                f"assign `{node.id}` in a loop, or use another name",
            )
        fields = getattr(self.owner.decl, "fields", []) if self.owner is not None else []
        if self.owner is not None and (node.id in self.owner.methods or any(f.name == node.id for f in fields)):
            return self.error(node, f"`{node.id}` is not defined", f"write `self.{node.id}`")
        names = [n for b in self.blocks for n in b]
        return self.scope.unknown(node, names)

    # --- symbols ---

    def symbol(self, node: ast.expr) -> Symbol | None:
        """The module-level symbol of a path that no local variable hides; None when it is a value."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or self.find(root.id) is not None or root.id in self.hoisting.assigned:
            return None
        return self.scope.symbol(node)

    @contextmanager
    def inside(self, scope: ModuleScope) -> Generator[None, None, None]:
        """Check an expression that belongs to another module (the value of a constant)."""
        outer = self.scope, self.blocks, self.narrowed, self.hoisting
        self.scope, self.blocks, self.narrowed, self.hoisting = scope, [{}], set(), Hoisting()
        try:
            yield
        finally:
            self.scope, self.blocks, self.narrowed, self.hoisting = outer

    # --- narrowing ---

    def path(self, node: ast.expr) -> Path | None:
        """The place that an expression names, if it is a variable or fields of one."""
        if isinstance(node, ast.Name):
            found = self.find(node.id)
            return None if found is None else (found[0].local.id,)
        if isinstance(node, ast.Attribute):
            base = self.path(node.value)
            return None if base is None else (*base, node.attr)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and self._is_tuple(node.value):
            # An item of a tuple stays what it is.
            base = self.path(node.value)
            return None if base is None else (*base, f"[{node.slice.value}]")
        return None

    def _is_tuple(self, node: ast.expr) -> bool:
        found = self.find(node.id) if isinstance(node, ast.Name) else None
        return found is not None and isinstance(self.infer.prune(found[0].local.type), TupleType)

    def may_be_none(self, node: ast.expr) -> CompileError:
        """The error for an option that is used without a test for None."""
        label = ast.unparse(node)
        hint = f"test it first: `if {label} is not None:`"
        if self.path(node) is None:
            hint = "assign it to a variable, and test that `is not None` first"
        return self.error(node, f"`{label}` may be None", hint)

    def unwrapped(self, value: Expr, node: ast.expr) -> Expr:
        """The value inside an option that is known to be there; other values as they are."""
        t = self.infer.prune(value.type)
        if not self.narrowed or not isinstance(t, OptionType | UnionType):
            return value
        path = self.path(node)
        if path is None:
            return value
        if isinstance(t, OptionType):
            if path not in self.narrowed:
                return value
            value = Unwrap(t.inner, value.span, value)
            t = self.infer.prune(t.inner)
        if isinstance(t, UnionType):
            left = [m for m in t.members if (*path, is_not(m)) not in self.narrowed]
            sure = [m for m in t.members if (*path, is_a(m)) in self.narrowed]
            found = sure if len(sure) == 1 else left
            if len(found) == 1:
                return AsMember(found[0], value.span, value)
            if 1 < len(found) < len(t.members):
                base = common_base(found)
                name = base.name if base is not None else ""
                return AsMember(union_of(tuple(found), name, base), value.span, value)
        return value

    def read(self, binding: NameBinding, node: ast.Name) -> Expr:
        """A variable as a value."""
        if binding.param is not None and binding.param.name in self.migrated:
            raise self.error(
                node,
                f"`{node.id}` is a {self.migrated[binding.param.name]} since it was migrated",
                "use the account that `migrate` returned",
            )
        value = Var(binding.local.type, self.span(node), binding.local)
        return self.unwrapped(value, node)

    def forget(self, path: Path) -> None:
        """A place was assigned: forget what tests have proven about it and its fields."""
        self.narrowed = {p for p in self.narrowed if p[: len(path)] != path}

    def forget_field(self, name: str) -> None:
        """A field of an object was assigned: forget what tests have proven about this field under other names of the
        object."""
        self.narrowed = {p for p in self.narrowed if name not in p[1:]}

    def enter_loop(self, statements: list[ast.stmt]) -> None:
        """Forget what a later round of a loop may find changed."""
        names, fields = assigned_in(statements)
        for name in names:
            found = self.find(name)
            if found is not None:
                self.forget((found[0].local.id,))
        if fields:
            self.forget_fields()

    def forget_fields(self) -> None:
        """Forget all fields: code ran that may assign any of them."""
        self.effects += 1
        self.narrowed = {p for p in self.narrowed if is_of_variable(p)}


def is_of_variable(path: Path) -> bool:
    """Whether what is known of a path is known of a variable itself, and not of a field, which calls may assign."""
    return all(isinstance(part, int) or part.startswith(("is ", "is not ", "[")) for part in path)


def is_a(member: ClassType) -> str:
    """The last part of a path whose value is an object of a class."""
    return f"is {member.module}.{member.name}"


def is_not(member: ClassType) -> str:
    """The last part of a path whose value is no object of a class."""
    return f"is not {member.module}.{member.name}"


def unassigned(name: str, span: Span) -> CompileError:
    """The error for a variable of the function that may have no value yet."""
    hint = f"assign `{name}` on every path that leads here, for instance before the `if` or the loop"
    return fail(span, f"`{name}` may have no value here", hint)


def assigned_in(statements: list[ast.stmt]) -> tuple[set[str], bool]:
    """The variables that a loop's statements assign, and whether they may assign fields or call something that does."""
    names: set[str] = set()
    fields = False
    for statement in statements:
        for node in walk_syntax(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
                fields = True
    return names, fields

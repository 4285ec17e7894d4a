"""Puts the language's conversions into the source's own syntax tree, at their places and lines."""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from seahorse.diagnostics import CALLED, TARGET, ValuePart
from seahorse.engine.code.facts import ASCII_ONLY, Fact, ProgramFacts
from seahorse.semantics.scope.method_table import PROPERTIES
from seahorse.semantics.tree.types import FloatType, IntType, TupleType, Type
from seahorse.syntax.loader import SourceModule

# A name that no program has: the value of `a = b = value`.
HELD = "__held__"
N = TypeVar("N", bound=ast.AST)
_FORMS = ("Annotated", "Optional", "List", "Array", "Tuple", "Union", "String", "Empty", "Literal")
_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "//": ast.FloorDiv,
    "%": ast.Mod,
    "/": ast.Div,
    "&": ast.BitAnd,
    "|": ast.BitOr,
    "^": ast.BitXor,
}
# Operations whose plain form could use all memory before the engine checks the result.
GUARDED = {"**": "__power__", "<<": "__shift_left__", ">>": "__shift_right__"}


class Rewriter(ast.NodeTransformer):
    """Rewrites one module. The tree is changed in place: give it a copy."""

    def __init__(self, module: SourceModule, facts: ProgramFacts) -> None:
        self._source = module.source
        self._facts = facts

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, ast.expr):
            return super().visit(node)
        span = self._source.span(node)
        found = self._facts.expressions.get(span)
        done = super().visit(node)
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            return done
        done = done if found is None else self._convert(done, found)
        parts = self._facts.parts.get(span, {})
        done = as_called(done, {part: fact for part, fact in parts.items() if part[0] == CALLED})
        return taken_apart(done, {part: fact for part, fact in parts.items() if part[0] not in (CALLED, TARGET)})

    # --- what is no expression of the program ---

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.MatchValue:
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        """Python 3.11 gives the parts of an f-string the place of the whole, of which other things are known."""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                part.value = self.visit(part.value)
                if isinstance(part.format_spec, ast.JoinedStr):
                    part.format_spec = self.visit_JoinedStr(part.format_spec)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.args = self.visit(node.args)
        node.body = [s for each in node.body for s in listed(self.visit(each))]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        if not node.bases:
            node.bases.append(at(node, ast.Name("__Object__", ast.Load())))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.col_offset == 0 and isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias":
            node.value = ast.copy_location(ast.Constant(None), node)
            return node
        node.target = self.visit(node.target)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | list[ast.stmt]:
        if node.col_offset == 0 and is_type_alias(node.value):
            # It stands in annotations only, and may name what another program has not defined yet.
            node.value = ast.copy_location(ast.Constant(None), node.value)
            return node
        ways = self._ways(node)
        self.generic_visit(node)
        if ways:
            return self._one_by_one(node, ways)
        return node

    def _ways(self, node: ast.Assign) -> dict[int, dict[ValuePart, Fact]]:
        """What happens to the value of `a = b = value` on its way to each target, by the target's place."""
        ways: dict[int, dict[ValuePart, Fact]] = {}
        for (mark, *rest), fact in self._facts.parts.get(self._source.span(node.value), {}).items():
            if mark == TARGET and fact != Fact():
                ways.setdefault(int(rest[0]), {})[tuple(rest[1:])] = fact
        return ways

    def _one_by_one(self, node: ast.Assign, ways: dict[int, dict[ValuePart, Fact]]) -> list[ast.stmt]:
        """`a = b = value`, where a target takes another value than the next one."""
        held = at(node, ast.Assign([at(node.value, ast.Name(HELD, ast.Store()))], node.value))
        made: list[ast.stmt] = [held]
        for i, target in enumerate(node.targets):
            value: ast.expr = at(node.value, ast.Name(HELD, ast.Load()))
            way = ways.get(i, {})
            whole = way.pop((), None)
            value = taken_apart(value if whole is None else self._convert(value, whole), way)
            made.append(at(node, ast.Assign([target], value)))
        return made

    # --- loops ---

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        node.test = call(node.test, "__turn__", node.test)
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = call(node.iter, "__turns__", node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = call(node.iter, "__turns__", node.iter)
        return node

    # --- statements ---

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        """`raise Exception(text)` and `raise ValueError(text)` are failures with a text, whatever the class."""
        self.generic_visit(node)
        match node.exc:
            case ast.Call(func=ast.Name(id="Exception" | "ValueError"), args=[message]):
                node.exc = message
            case _:
                pass
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        found = self._facts.augmented.get(self._source.span(node))
        self.generic_visit(node)
        if isinstance(node.op, ast.Add) and (found is None or not isinstance(found[1], IntType | FloatType)):
            node.value = call(node.value, "__with_room__", node.value)
        if found is None or not isinstance(found[1], IntType):
            return node
        op, t = found
        if isinstance(node.target, ast.Name):
            read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            operation = at(node, ast.BinOp(read, node.op, node.value))
            value = self._operation(operation, op, t)
            return ast.copy_location(ast.Assign([node.target], value), node)
        # Python evaluates the place once and then operates on the value: so the value checks the result.
        node.value = call(node.value, "__operand__", node.value, ast.Constant(str(t)))
        return node

    # --- sets, which keep the order of insertion ---

    def visit_Set(self, node: ast.Set) -> ast.expr:
        self.generic_visit(node)
        return call(node, "set", at(node, ast.List(node.elts, ast.Load())))

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        self.generic_visit(node)
        return call(node, "set", at(node, ast.ListComp(node.elt, node.generators)))

    # --- conversions ---

    def _convert(self, node: ast.expr, fact: Fact) -> ast.expr:
        if fact.address is not None and isinstance(node, ast.Call):
            node.args, node.keywords = [at(node, ast.Constant(fact.address))], []
        if fact.builtin is not None:
            node = self._builtin(node, *fact.builtin)
        if fact.op is not None:
            node = self._operation(node, *fact.op)
        for t in dict.fromkeys(fact.checks):
            node = checked(node, t)
        if fact.to_float and not fact.exact and not (isinstance(node, ast.Constant) and isinstance(node.value, float)):
            node = call(node, "__float__", node)
        if fact.wide:
            node = call(node, "u256", node)
        if fact.seed is not None:
            node = call(node, "__seed__", node, ast.Constant(str(fact.seed)))
        if fact.joined:
            node = call(node, "__with_room__", node)
        if fact.text:
            node = call(node, "__failure__", node)
        return node

    def _builtin(self, node: ast.expr, name: str, first: Type | None, result: Type) -> ast.expr:
        if isinstance(node, ast.Attribute) and name in PROPERTIES:
            # A field of an account class may have the same name.
            return call(node, f"__{name}__", node.value)
        if isinstance(node, ast.Attribute):
            return at(node, ast.Call(node, [], []))
        if not isinstance(node, ast.Call):
            return node
        if name == "sum" and isinstance(result, IntType):
            node.func = at(node.func, ast.Name("__sum__", ast.Load()))
            node.keywords.append(ast.keyword("name", at(node, ast.Constant(str(result)))))
        elif name in ASCII_ONLY and isinstance(node.func, ast.Attribute):
            node.func.value = call(node.func.value, "__ascii__", node.func.value)
        elif name == "chr":
            node.func = at(node.func, ast.Name("__chr__", ast.Load()))
        elif name == "int_bytes" and isinstance(node.func, ast.Name):
            node.args.insert(0, at(node, ast.Constant(str(first))))
        elif name in ("find_program_address", "create_program_address"):
            node.func = at(node.func, ast.Name(f"__{name}__", ast.Load()))
        elif name in ("str.upper", "str.lower") and isinstance(node.func, ast.Attribute):
            return call(node, f"__{name[4:]}__", node.func.value)
        elif name in ("key", "lamports", "owner", "data_len") and isinstance(node.func, ast.Attribute):
            # A field of this name hides the method.
            return call(node, f"__{name}__", node.func.value)
        return node

    def _operation(self, node: ast.expr, op: str, t: Type) -> ast.expr:
        if isinstance(t, FloatType):
            return call(node, "__real__", node) if op == "**" else node
        if not isinstance(t, IntType):
            return self._repeat(node)
        if isinstance(node, ast.BinOp) and op in GUARDED:
            return call(node, GUARDED[op], node.left, node.right, ast.Constant(str(t)))
        if op == "~" and isinstance(node, ast.UnaryOp):
            return call(node, "__invert__", node.operand, ast.Constant(str(t)))
        return checked(node, t)

    @staticmethod
    def _repeat(node: ast.expr) -> ast.expr:
        return call(node, "__repeat__", node.left, node.right) if isinstance(node, ast.BinOp) else node


def taken_apart(node: ast.expr, parts: dict[ValuePart, Fact]) -> ast.expr:
    """A value whose parts are converted where the program takes it apart."""
    conversions = [(part, steps) for part, fact in parts.items() if (steps := _steps(fact))]
    return call(node, "__parts__", node, _literal(conversions)) if conversions else node


def as_called(node: ast.expr, parts: dict[ValuePart, Fact]) -> ast.expr:
    """The name of a function that is given to another one: its arguments and its result are converted."""
    conversions = [(part[1:], steps) for part, fact in parts.items() if (steps := _steps(fact))]
    return call(node, "__called__", node, _literal(conversions)) if conversions else node


def _literal(conversions: list[tuple[ValuePart, tuple[str, ...]]]) -> ast.expr:
    return ast.parse(repr(tuple(conversions)), mode="eval").body


def _steps(fact: Fact) -> tuple[str, ...]:
    """The conversions of a part, by the names that the engine has for them."""
    steps = [str(t) for t in dict.fromkeys(fact.checks) if isinstance(t, IntType)]
    steps += ["float"] if fact.to_float and not fact.exact else []
    return (*steps, *(["u256"] if fact.wide else []))


def at(place: ast.AST, node: N) -> N:
    """A new node at the place of another."""
    return ast.fix_missing_locations(ast.copy_location(node, place))


def call(place: ast.expr, name: str, *args: ast.expr) -> ast.Call:
    """A call of one of the engine's names, at the place of the expression that it converts."""
    return at(place, ast.Call(ast.Name(name, ast.Load()), list(args), []))


def checked(node: ast.expr, t: Type) -> ast.expr:
    """The value, which must fit its type."""
    if isinstance(t, IntType):
        return call(node, f"__{t}__", node)
    if isinstance(t, TupleType) and all(isinstance(e, IntType) for e in t.elems):
        return call(node, "__each__", node, ast.Constant(str(t.elems[0])))
    return node


def listed(made: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    """What became of a statement."""
    return made if isinstance(made, list) else [made]


def is_type_alias(node: ast.expr) -> bool:
    """`Annotated[...]`, `Optional[...]`, `X | None`: a name for annotations, not a value."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return any(isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right))
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in _FORMS

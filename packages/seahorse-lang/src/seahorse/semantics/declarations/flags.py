"""`class Permission(IntFlag)`: sets of flags, as a frozen class of one number with the operators of Python's flags."""

from __future__ import annotations

import ast

from seahorse.diagnostics import fail
from seahorse.semantics.declarations.class_syntax import members, scope_decorator
from seahorse.semantics.names.symbols import ConstValue, ModuleScope
from seahorse.syntax.walk import walk_syntax

# The name of the class's base in Python, and whether its members are numbers.
BASES = {"Flag": False, "IntFlag": True}
_HIGHEST = 1 << 63


def written_out(scope: ModuleScope, node: ast.ClassDef, *, is_int: bool) -> ast.ClassDef:
    """The class that the program could have written itself. Raises CompileError."""
    values: dict[str, int] = {}
    methods: list[ast.stmt] = []
    for stmt, _ in members(node):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = _value(scope, value, values)
            case ast.FunctionDef():
                methods.append(stmt)
            case _:
                raise fail(scope.span(stmt), "a class of flags has members and methods only", "write `NAME = auto()`")
    if not values:
        raise fail(scope.span(node), f"`{node.name}` has no flags", "write at least one: `NAME = auto()`")
    made = ast.parse(_text(node.name, values, is_int)).body[0]
    assert isinstance(made, ast.ClassDef)
    for part in walk_syntax(made):
        if isinstance(part, ast.stmt | ast.expr | ast.arg | ast.keyword):
            ast.copy_location(part, node)
    own = {m.name for m in methods if isinstance(m, ast.FunctionDef)}
    made.body = [s for s in made.body if not (isinstance(s, ast.FunctionDef) and s.name in own)] + methods
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        made.body.insert(0, first)
    return made


def _value(scope: ModuleScope, node: ast.expr, known: dict[str, int]) -> int:
    """The number of a member: a constant, `auto()`, or members before it joined by operators."""
    match node:
        case ast.Call(func=func, args=[], keywords=[]) if scope_decorator(scope, func) == "auto":
            found = 1 << max(known.values()).bit_length() if any(known.values()) else 1
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            found = _value(scope, left, known) | _value(scope, right, known)
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            found = _value(scope, left, known) & _value(scope, right, known)
        case ast.BinOp(left=left, op=ast.BitXor(), right=right):
            found = _value(scope, left, known) ^ _value(scope, right, known)
        case ast.BinOp(left=left, op=ast.LShift(), right=right):
            distance = _value(scope, right, known)
            found = _value(scope, left, known) << min(distance, 64)
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            found = number
        case ast.Name():
            constant = _constant(scope, node)
            found = -1 if constant is None else constant
        case _:
            found = -1
    if not 0 <= found < _HIGHEST * 2:
        hint = "write for example `auto()`, a number from 0 to u64.MAX, or members joined by `|`"
        raise fail(scope.span(node), "this is no flag", hint)
    return found


def _constant(scope: ModuleScope, node: ast.Name) -> int | None:
    folded: ConstValue | None = getattr(scope.symbol(node), "folded", None)
    value = folded.value if folded is not None else None
    return value if isinstance(value, int) else None


def _text(name: str, values: dict[str, int], is_int: bool) -> str:
    every = 0
    for value in values.values():
        every |= value
    singles = {n: v for n, v in values.items() if v.bit_count() == 1}
    mask = (1 << every.bit_length()) - 1
    listed = ", ".join(f"{name}.{n}" for n in singles)
    constants = "".join(f"    {n} = {name}({v})\n" for n, v in values.items())
    named = "".join(f"    if self.value == {v}:\n            return {n!r}\n    " for n, v in values.items() if v)
    if is_int:
        inverted = (
            f"        if self.value <= {mask}:\n            return {name}({mask} - self.value)\n"
            f"        return {name}((1 << u32((self.value + 1).bit_length())) - self.value - 1)\n"
        )
        text, check = "        return str(self.value)\n", ""
    else:
        inverted = f"        return {name}({sum(singles.values())} & ~self.value)\n"
        text = f"        return {name + '.'!r} + self.name if self.value else {name + '(0)'!r}\n"
        known = (1 << 64) - 1 - every
        told = f"not a valid {name}"
        check = f"    def __post_init__(self) -> None:\n        assert self.value & {known} == 0, {told!r}\n"
    binary = "".join(
        f"    def __{method}__(self, other: {name}) -> {name}:\n        return {name}(self.value {sign} other.value)\n"
        for method, sign in (("or", "|"), ("and", "&"), ("xor", "^"))
    )
    return (
        f"@dataclass(frozen=True)\nclass {name}:\n    value: u64\n{constants}{check}{binary}"
        f"    def __invert__(self) -> {name}:\n{inverted}"
        f"    def __contains__(self, other: {name}) -> bool:\n        return self.value & other.value == other.value\n"
        f"    def __bool__(self) -> bool:\n        return self.value != 0\n"
        f"    def __iter__(self) -> List[{name}]:\n        return [f for f in [{listed}] if f in self]\n"
        f"    def __len__(self) -> u64:\n        return len([f for f in [{listed}] if f in self])\n"
        f"    @property\n    def name(self) -> str:\n    {named}"
        f"    assert self.value != 0, 'no flag is set'\n"
        f"        parts = [f.name for f in [{listed}] if f in self]\n"
        f"        rest = self.value & {(1 << 64) - 1 - every}\n"
        f"        if rest:\n            parts.append(str(rest))\n"
        f"        return '|'.join(parts)\n"
        f"    def __str__(self) -> str:\n{text}"
    )

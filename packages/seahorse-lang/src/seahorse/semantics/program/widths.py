"""A line of a function of several types computes in one width: CPython runs the line as it is, and knows only one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seahorse.diagnostics import CompileError, Span, fail
from seahorse.semantics.tree import (
    Arith,
    AugAssign,
    Builtin,
    Coerce,
    Convert,
    Expr,
    FloatLit,
    Function,
    IntLit,
    Invert,
    Negate,
    Repeat,
)
from seahorse.semantics.tree.types import U64, FloatType, IntType, Type

_COMPUTED = (Arith, Negate, Invert, Repeat, Convert)
# Operations of Python's whose result may not fit.
_CHECKED = {"abs", "ceil", "divmod", "floor", "int_bytes", "round", "sum"}


def check_widths(instances: dict[ast.FunctionDef | ast.Lambda, list[Function]]) -> Iterator[CompileError]:
    """An error for each line that has several widths: of a generic function, a generic class's method, a function
    inside a function, or a lambda that has a name."""
    for node, functions in instances.items():
        if len(functions) < 2:
            continue
        known: dict[Span, Type] = {}
        told: set[Span] = set()
        for function in functions:
            for span, t in _widths(function.body):
                first = known.setdefault(span, t)
                if first != t and span not in told:
                    told.add(span)
                    subject = "the lambda" if isinstance(node, ast.Lambda) else f"`{node.name}`"
                    message = f"{subject} computes with {first} here, and for another call with {t}"
                    yield fail(span, message, "convert to one type before, or write a function for each type")


def _widths(node: object) -> Iterator[tuple[Span, Type]]:
    """The computations, each with its place and its type."""
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(item)  # pyright: ignore[reportUnknownArgumentType]
            continue
        if isinstance(item, AugAssign):
            yield item.span, item.type
        is_number = isinstance(item, Expr) and isinstance(item.type, IntType | FloatType)
        if is_number and isinstance(item, _COMPUTED) and item.span.part is not None:
            yield item.span, item.type
        if is_number and isinstance(item, Builtin) and item.name in _CHECKED:
            yield item.span, item.type
        if isinstance(item, IntLit | FloatLit) and item.span.part is not None:
            # An integer of any width is written in the same way, a real number is not.
            yield item.span, item.type if isinstance(item, FloatLit) else U64
        if isinstance(item, Coerce) and isinstance(item.type, FloatType):
            yield item.span, item.type
        if hasattr(item, "__dataclass_fields__") and not isinstance(item, Function | Span | Type):
            stack.extend(v for k, v in vars(item).items() if k not in ("type", "span", "function", "decl", "local"))

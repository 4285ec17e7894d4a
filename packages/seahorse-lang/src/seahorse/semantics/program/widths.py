"""One line of a generic function computes in one width: CPython, which runs the line as it stands, knows only one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seahorse.diagnostics import CompileError, Span, fail
from seahorse.semantics.tree import Arith, AugAssign, Builtin, Coerce, Convert, Function, Invert, Negate, Repeat
from seahorse.semantics.tree.types import FloatType, IntType, Type

_COMPUTED = (Arith, Negate, Invert, Repeat, Convert, Builtin)


def check_widths(instances: dict[ast.FunctionDef, list[Function]]) -> Iterator[CompileError]:
    """An error for each line of a generic function, or of a generic class's method, that has several widths."""
    for functions in instances.values():
        if len(functions) < 2:
            continue
        known: dict[Span, Type] = {}
        told: set[Span] = set()
        for function in functions:
            for span, t in _widths(function.body):
                first = known.setdefault(span, t)
                if first != t and span not in told:
                    told.add(span)
                    message = f"`{function.name}` computes with {first} here, and for another call with {t}"
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
        if isinstance(item, _COMPUTED) and isinstance(item.type, IntType | FloatType):
            yield item.span, item.type
        if isinstance(item, Coerce) and isinstance(item.type, FloatType):
            yield item.span, item.type
        if hasattr(item, "__dataclass_fields__") and not isinstance(item, Function | Span | Type):
            stack.extend(v for k, v in vars(item).items() if k not in ("type", "span", "function", "decl", "local"))

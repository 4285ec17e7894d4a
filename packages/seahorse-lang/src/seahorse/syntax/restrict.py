"""Refuses the Python constructs that are not part of the language, each with what to write instead."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from seahorse.diagnostics import CompileError, Diagnostic, Replacement, Span
from seahorse.syntax.refused import Refused, RefusedStatement, refused_form
from seahorse.syntax.source import Source
from seahorse.syntax.walk import node_fields

MAX_NESTING = 100
# An `elif` is an `if` inside the `if` before it. A chain of them does not count as nesting.
MAX_CHAIN = 1000
MAX_DIAGNOSTICS = 50

UNSUPPORTED: dict[type[ast.AST], tuple[str, str]] = {
    ast.AsyncFunctionDef: ("`async` is not supported", "write a plain `def`"),
    ast.AsyncFor: ("`async for` is not supported", "write a plain `for`"),
    ast.AsyncWith: ("`async with` is not supported", "call the functions directly"),
    ast.Await: ("`await` is not supported", "call the function directly"),
    ast.Try: (
        "`try` is not supported: an error ends the transaction and undoes it",
        "test first, with `if` or `assert condition, MyError.CODE`",
    ),
    ast.With: ("`with` is not supported", "call the functions directly"),
    ast.Global: (
        "`global` is not supported: module names are constants",
        "pass the value as a parameter, or keep it in an account",
    ),
    ast.Yield: ("`yield` is not supported", "build a list and return it"),
    ast.YieldFrom: ("`yield from` is not supported", "build a list and return it"),
    ast.MatMult: ("the `@` operator is not supported", "write out the sums"),
}
# Constructs of later Python versions than the oldest that we run on.
for _name, _message, _hint in (
    ("TryStar", "`except*` is not supported", "test first, with `if` or `assert`"),
    ("TemplateStr", "t-strings are not supported", "use an f-string"),
):
    if hasattr(ast, _name):
        UNSUPPORTED[getattr(ast, _name)] = (_message, _hint)


@dataclass(frozen=True)
class Refusal:
    """A construct that is not part of the language: its diagnostic, and the span of the source that is not checked
    because of it."""

    diagnostic: Diagnostic
    span: Span


# The field of a node, and the index in it when it is a list, that holds a child.
_Place = tuple[ast.AST, str, int | None]


def restrict(tree: ast.Module, source: Source) -> list[Refusal]:
    """Refuse each unsupported construct, in source order, and put a node of `refused` in its place.

    Raises CompileError when the tree is too deep for the phases that follow.
    """
    found: list[Refusal] = []
    stack: list[tuple[ast.AST, int, int, _Place | None]] = [(tree, 0, 0, None)]
    while stack and len(found) < MAX_DIAGNOSTICS:
        node, depth, chain, place = stack.pop()
        if chain > MAX_CHAIN:
            hint = "search a list, or put a part of the chain in a function"
            raise _all(found, _at(source, node, f"more than {MAX_CHAIN} `elif` in one chain", hint))
        if depth > MAX_NESTING:
            raise _all(found, _at(source, node, "this is nested too deeply", "split it with variables or functions"))
        cls = type(node)
        rule = UNSUPPORTED.get(cls) if not isinstance(node, ast.operator) else None
        told = _at(source, node, *rule, _without_async(node, source)) if rule is not None else None
        if rule is None and cls in _SPECIAL:
            told = _special(node, source)
        if told is not None:
            found.append(Refusal(told, _refuse(place, source)))
            continue
        if not node_fields(cls):
            continue
        deeper = depth + (1 if isinstance(node, ast.expr | ast.stmt) else 0)
        for field, index, child in reversed(_children(node)):
            is_elif = cls is ast.If and isinstance(child, ast.If) and getattr(node, "orelse", None) == [child]
            inner = (node, field, index) if isinstance(child, ast.expr | ast.stmt) else place
            stack.append((child, depth, chain + 1, inner) if is_elif else (child, deeper, 0, inner))
    return found


def _children(node: ast.AST) -> list[tuple[str, int | None, ast.AST]]:
    found: list[tuple[str, int | None, ast.AST]] = []
    for field in node_fields(type(node)):
        value: Any = getattr(node, field, None)
        if isinstance(value, ast.AST):
            found.append((field, None, value))
        elif value.__class__ is list:
            found += [(field, index, item) for index, item in enumerate(value) if isinstance(item, ast.AST)]
    return found


def _refuse(place: _Place | None, source: Source) -> Span:
    """Take what stands at a place out of the tree. Returns its span."""
    assert place is not None, "a module is always supported"
    parent, field, index = place
    holder = getattr(parent, field)
    node: ast.expr | ast.stmt = holder if index is None else holder[index]
    if isinstance(node, Refused | RefusedStatement):
        return source.span(node)
    refused = refused_form(node)
    if index is None:
        setattr(parent, field, refused)
    else:
        holder[index] = refused
    return source.span(node)


def _all(found: list[Refusal], last: Diagnostic) -> CompileError:
    return CompileError([*(refusal.diagnostic for refusal in found), last])


def _at(source: Source, node: ast.AST, message: str, hint: str, replacement: Replacement | None = None) -> Diagnostic:
    return Diagnostic(source.span(node), message, hint, replacement=replacement)


# The classes that `_special` looks at.
_SPECIAL: set[type[ast.AST]] = {
    ast.BinOp,
    ast.AugAssign,
    ast.Constant,
    ast.FunctionDef,
    ast.Lambda,
    ast.comprehension,
    ast.keyword,
    ast.Raise,
}


def _special(node: ast.AST, source: Source) -> Diagnostic | None:
    """Constructs that the language supports in some forms only."""
    match node:
        case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
            return _at(source, node, *UNSUPPORTED[ast.MatMult])
        case ast.Constant(value=complex()):
            return _at(source, node, "complex numbers are not supported", "keep two f64 values")
        case ast.Constant(value=value) if value is ...:
            return _at(source, node, "`...` is not supported", "write the body, or `pass`")
        case ast.Constant(value=str() as text) if not _encodable(text):
            return _at(source, node, "this string has a lone surrogate, which UTF-8 cannot hold", "remove the escape")
        case ast.FunctionDef(args=args) | ast.Lambda(args=args):
            return _parameters(node, args, source)
        case ast.comprehension(is_async=1):
            return _at(source, node.iter, "`async for` is not supported", "write a plain `for`")
        case ast.keyword(arg=None, value=value):
            return _at(source, value, "`**` unpacking is not supported", "name each argument")
        case ast.Raise(exc=ast.expr() as error, cause=ast.expr() as cause):
            bare = source.instead(node, f"raise {source.text_of(error)}")
            return _at(source, cause, "`raise ... from` is not supported", "write `raise MyError.CODE`", bare)
        case _:
            return None


def _without_async(node: ast.AST, source: Source) -> Replacement | None:
    """A function or a loop without the word `async`."""
    if not isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor):
        return None
    span = source.span(node)
    found = re.match(r"async\s+", source.lines[span.line - 1][span.col - 1 :])
    return Replacement(Span(span.file, span.line, span.col, span.line, span.col + found.end()), "") if found else None


def _without_slash(args: ast.arguments, source: Source) -> Replacement | None:
    """Parameters without the `/` behind those that are positional only."""
    # Defaults belong to the last parameters: so many are those of the positional ones.
    own = len(args.defaults) - len(args.args)
    last = source.span(args.defaults[own - 1] if own > 0 else args.posonlyargs[-1])
    line = source.lines[last.end_line - 1]
    found = re.match(r"\s*,\s*/", line[last.end_col - 1 :])
    if found is None:
        return None
    return Replacement(Span(source.file, last.end_line, last.end_col, last.end_line, last.end_col + found.end()), "")


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _parameters(node: ast.FunctionDef | ast.Lambda, args: ast.arguments, source: Source) -> Diagnostic | None:
    if args.vararg is not None and isinstance(node, ast.Lambda):
        return _at(source, args.vararg, "`*args` of a lambda is not supported", "write a `def`")
    if args.vararg is not None and args.vararg.annotation is None:
        name = args.vararg.arg
        hint, typed = (
            f"write the type that all have, for example `*{name}: u64`",
            source.around(args.vararg, "", ": u64"),
        )
        return _at(source, args.vararg, f"`*{name}` has no type", hint, typed)
    if args.kwarg is not None:
        return _at(source, args.kwarg, "`**kwargs` is not supported", "declare each parameter")
    if args.posonlyargs:
        message = "positional-only parameters are not supported"
        return _at(source, args.posonlyargs[0], message, "remove the `/`", _without_slash(args, source))
    generics = getattr(node, "type_params", None)
    if generics:
        hint = "write `def first[T]`, or `T = TypeVar('T')`, without a bound or a default"
        return _at(source, generics[0], "this type parameter is not supported", hint)
    return None

"""Refuses the Python constructs that are not part of the language, each with what to write instead."""

from __future__ import annotations

import ast

from seahorse.diagnostics import Diagnostic
from seahorse.syntax.source import Source

MAX_NESTING = 100
# An `elif` is an `if` inside the one before it; a chain of them is no nesting for its reader.
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
    ast.Global: ("`global` is not supported: module names are constants", "pass the value as a parameter"),
    ast.Nonlocal: ("`nonlocal` is not supported", "pass the value as a parameter and return the new one"),
    ast.Dict: ("dictionaries are not supported", "use a list of tuples, a class, or one account per key (PDA)"),
    ast.DictComp: ("dictionary comprehensions are not supported", "use a list comprehension of tuples"),
    ast.Set: ("sets are not supported", "use a list"),
    ast.SetComp: ("set comprehensions are not supported", "use a list comprehension"),
    ast.Yield: ("`yield` is not supported", "build a list and return it"),
    ast.YieldFrom: ("`yield from` is not supported", "build a list and return it"),
    ast.Starred: ("`*` unpacking is not supported", "name each value"),
    ast.MatMult: ("the `@` operator is not supported", "write out the sums"),
}
# Constructs of later Python versions than the oldest that we run on.
for _name, _message, _hint in (
    ("TryStar", "`except*` is not supported", "test first, with `if` or `assert`"),
    ("TemplateStr", "t-strings are not supported", "use an f-string"),
):
    if hasattr(ast, _name):
        UNSUPPORTED[getattr(ast, _name)] = (_message, _hint)


def restrict(tree: ast.Module, source: Source) -> list[Diagnostic]:
    """Return a diagnostic for each unsupported construct, in source order."""
    found: list[Diagnostic] = []
    stack: list[tuple[ast.AST, int, int]] = [(tree, 0, 0)]
    deep = False
    while stack and len(found) < MAX_DIAGNOSTICS:
        node, depth, chain = stack.pop()
        if chain > MAX_CHAIN:
            hint = "search a list, or put a part of the chain in a function"
            found.append(_at(source, node, f"more than {MAX_CHAIN} `elif` in one chain", hint))
            continue
        if depth > MAX_NESTING:
            if not deep:
                deep = True
                found.append(_at(source, node, "this is nested too deeply", "split it with variables or functions"))
            continue
        rule = UNSUPPORTED.get(type(node))
        if rule is not None and not isinstance(node, ast.operator):
            found.append(_at(source, node, *rule))
            continue
        special = _special(node, source)
        if special is not None:
            found.append(special)
            continue
        deeper = depth + (1 if isinstance(node, ast.expr | ast.stmt) else 0)
        for child in reversed(list(ast.iter_child_nodes(node))):
            is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
            stack.append((child, depth, chain + 1) if is_elif else (child, deeper, 0))
    return found


def _at(source: Source, node: ast.AST, message: str, hint: str) -> Diagnostic:
    return Diagnostic(source.span(node), message, hint)


def _special(node: ast.AST, source: Source) -> Diagnostic | None:
    """Constructs that are supported in one form and not in another."""
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
        case ast.Raise(cause=ast.expr() as cause):
            return _at(source, cause, "`raise ... from` is not supported", "write `raise MyError.CODE`")
        case _:
            return None


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _parameters(node: ast.FunctionDef | ast.Lambda, args: ast.arguments, source: Source) -> Diagnostic | None:
    if args.vararg is not None:
        return _at(source, args.vararg, "`*args` is not supported", "declare each parameter, or take a `List[T]`")
    if args.kwarg is not None:
        return _at(source, args.kwarg, "`**kwargs` is not supported", "declare each parameter")
    if args.posonlyargs:
        return _at(source, args.posonlyargs[0], "positional-only parameters are not supported", "remove the `/`")
    generics = getattr(node, "type_params", None)
    if generics:
        return _at(source, generics[0], "generic functions are not supported", "write one function per type")
    return None

"""Enums: their members, the Python values of these, and the methods that give names and values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from seahorse.diagnostics import CompileError, fail
from seahorse.semantics.declarations.class_syntax import check_name, docs_of, members, pascal_case, scope_decorator
from seahorse.semantics.declarations.constants import fold
from seahorse.semantics.declarations.methods import add_method
from seahorse.semantics.inference.unknowns import abbreviate
from seahorse.semantics.names.symbols import ClassInfo, EnumSymbol, ModuleScope, Symbol
from seahorse.semantics.tree import EnumDecl
from seahorse.syntax.walk import walk_syntax

# Properties of every enum, and the function behind `Color(1)`.
NAME, VALUE, OF_VALUE, OF_NAME = "name", "value", "_of_value", "_of_name"
_MAX_VARIANTS = 256


def declare_enum(scope: ModuleScope, node: ast.ClassDef, *, is_int: bool) -> Symbol:
    """`class X(Enum)`, or an `IntEnum`, whose members are integers too. Raises `CompileError`."""
    decl = EnumDecl(node.name, scope.name, [], scope.name_span(node, node.name), docs_of(node), is_int=is_int)
    check_name(scope, decl.span, node.name, "an enum")
    info = ClassInfo("enum", decl, scope, node)
    scope.checker.infos[decl] = info
    for stmt, docs in members(node):
        match stmt:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                _variant(scope, decl, target, value, docs)
            case ast.FunctionDef():
                try:
                    add_method(scope, info, stmt)
                except CompileError as error:
                    scope.checker.report(error)
            case _:
                raise fail(scope.span(stmt), "an enum has members and methods only", "write for example `NAME = 0`")
    if not decl.variants:
        raise fail(decl.span, f"enum `{node.name}` has no variants", "write at least one: `NAME = 0`")
    if len(decl.variants) > _MAX_VARIANTS:
        raise fail(
            decl.span, f"enum `{node.name}` has more than {_MAX_VARIANTS} variants", "its tag is one byte: split it"
        )
    _made_methods(info, decl)
    info.complete = True
    scope.checker.collect(scope, decl)
    symbol = info.symbol()
    assert isinstance(symbol, EnumSymbol)
    scope.checker.enums.append(symbol)
    return symbol


def _variant(scope: ModuleScope, decl: EnumDecl, target: ast.Name, value: ast.expr, docs: list[str]) -> None:
    name = target.id
    check_name(scope, scope.span(target), name, "a variant")
    no_duplicate(scope, target, name, decl.variants, "variant")
    found = _value(scope, decl, value)
    if found in decl.values:
        word = "number" if isinstance(found, int) else "value"
        raise fail(scope.span(value), f"two variants have the {word} {found!r}", f"give each its own {word}")
    if decl.values and isinstance(found, int) != isinstance(decl.values[0], int):
        raise fail(scope.span(value), "the values of an enum are all numbers or all texts", "correct this value")
    decl.variants.append(name)
    decl.variant_docs[name] = docs
    decl.values.append(found)


def _value(scope: ModuleScope, decl: EnumDecl, node: ast.expr) -> int | str:
    """The Python value of a member: a number, a text, or what `auto()` makes of those before it."""
    span = scope.span(node)
    if isinstance(node, ast.Call) and scope_decorator(scope, node.func) == "auto" and not node.args:
        numbers = [v for v in decl.values if isinstance(v, int)]
        if len(numbers) != len(decl.values):
            raise fail(span, "`auto()` counts, and these values are texts", "write the text")
        return max(numbers) + 1 if numbers else 1
    found = fold(scope, node)
    raw = found.value if found is not None else None
    if isinstance(raw, str) and not decl.is_int:
        return raw
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise fail(span, "the value of a variant must be a constant integer or text", "write for example `NAME = 0`")
    if not -(1 << 63) <= raw < 1 << 63:
        low, high = -(1 << 63), (1 << 63) - 1
        raise fail(
            span, f"the number of a variant must be {low} to {high}, not {abbreviate(raw)}", "correct the number"
        )
    return raw


def no_duplicate(scope: ModuleScope, at: ast.AST, name: str, known: list[str], what: str) -> None:
    """Refuse a name that is there already, in Python or in the IDL."""
    clash = next((k for k in known if pascal_case(k) == pascal_case(name)), None)
    if clash == name:
        raise fail(scope.span(at), f"{what} `{name}` is defined twice", "remove one of them")
    if clash is not None:
        raise fail(
            scope.span(at),
            f"`{clash}` and `{name}` get the same name in the IDL: `{pascal_case(name)}`",
            "rename one of them",
        )


# --- methods that every enum has ---


def _made_methods(info: ClassInfo, decl: EnumDecl) -> None:
    """`name`, `value` and the ways back, written as the program could write them itself."""
    wide = "str" if isinstance(decl.values[0], str) else value_type(decl)
    made = {
        NAME: _told(decl, NAME, "str", decl.variants),
        VALUE: _told(decl, VALUE, wide, decl.values),
        OF_VALUE: _found(decl, OF_VALUE, wide, decl.values),
        OF_NAME: _found(decl, OF_NAME, "str", decl.variants),
    }
    for name, text in made.items():
        if name in info.methods or name in decl.variants:
            continue
        function = ast.parse(text).body[0]
        assert isinstance(function, ast.FunctionDef)
        for part in walk_syntax(function):
            if isinstance(part, ast.stmt | ast.expr | ast.arg):
                ast.copy_location(part, info.node)
        info.methods[name] = (function, info)


def value_type(decl: EnumDecl) -> str:
    """The type of the numbers of an enum."""
    return "i64" if any(isinstance(v, int) and v < 0 for v in decl.values) else "u64"


def _told(decl: EnumDecl, name: str, returns: str, results: Sequence[int | str]) -> str:
    tests = "".join(
        f"    if self == {decl.name}.{variant}:\n        return {result!r}\n"
        for variant, result in zip(decl.variants[:-1], results[:-1], strict=True)
    )
    return f"@property\ndef {name}(self) -> {returns}:\n{tests}    return {results[-1]!r}\n"


def _found(decl: EnumDecl, name: str, takes: str, given: Sequence[int | str]) -> str:
    """A number that belongs to no member fails like an index behind the last item."""
    tests = "".join(
        f"    if wanted == {value!r}:\n        return {decl.name}.{variant}\n"
        for variant, value in zip(decl.variants, given, strict=True)
    )
    first = f"{decl.name}.{decl.variants[0]}"
    return f"@staticmethod\ndef {name}(wanted: {takes}) -> {decl.name}:\n{tests}    return [{first}][1]\n"

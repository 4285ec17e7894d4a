"""Functions and methods of text and bytes that need more than a signature: ord, chr, hex, repr, formats, join."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.formats import formatted, parts_of_format
from seahorse.semantics.calls.builtins.iteration import collected
from seahorse.semantics.calls.builtins.mathematics import integer
from seahorse.semantics.calls.builtins.registry import TABLE, BuiltinFunction, builtin, one
from seahorse.semantics.calls.functions.arguments import bind, call_library_method
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.texts import converted, printable, represented
from seahorse.semantics.scope import library
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.scope.method_table import METHODS, special
from seahorse.semantics.tree import (
    BoolLit,
    Builtin,
    Coerce,
    Expr,
    FString,
    IntLit,
    ListLit,
    StrLit,
)
from seahorse.semantics.tree.types import BOOL, BYTES, STR, U8, U128, ListType, Type


@builtin("ord")
def _ord(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value = body.typed(one(body, node, "ord"), STR, "the argument of `ord`")
    return apply(body, node, "text", "ord_of", [value], label="ord")


@builtin("chr")
def _chr(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value, _ = integer(body, one(body, node, "chr"), "`chr`")
    return apply(body, node, "text", "chr_of", [value], label="chr")


def _in_base(name: str, base: int, prefix: str) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        value, t = integer(body, one(body, node, name), f"`{name}`")
        span = body.span(node)
        negative: Expr = BoolLit(BOOL, span, False)
        size = value
        if t.signed:
            # The value is looked at twice: what is computed stands in a variable of the library's function.
            return apply(
                body,
                node,
                "text",
                "signed_in_base",
                [value, IntLit(U8, span, base), StrLit(STR, span, prefix)],
                label=name,
            )
        if t != U128:
            size = Coerce(U128, value.span, value)
        args = [size, negative, IntLit(U8, span, base), StrLit(STR, span, prefix)]
        return apply(body, node, "text", "in_base", args, label=name)

    return check


TABLE["bin"], TABLE["oct"], TABLE["hex"] = _in_base("bin", 2, "0b"), _in_base("oct", 8, "0o"), _in_base("hex", 16, "0x")


@builtin("repr")
def _repr(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return represented(body, one(body, node, "repr"))


@builtin("format")
def _format(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    match node.args, node.keywords:
        case [value], []:
            return FString(STR, body.span(node), [(printable(body, value), None)])
        case [value, ast.Constant(value=str() as spec)], []:
            return FString(
                STR, body.span(node), [formatted(body, value, converted(body, value, None, bool(spec)), [spec])]
            )
        case _:
            raise body.error(node, "`format` takes a value and a format", "write `format(n, '05')`")


@builtin("bytes.fromhex")
def _fromhex(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value = body.typed(one(body, node, "bytes.fromhex"), STR, "the argument of `bytes.fromhex`")
    return apply(body, node, "raw", "bytes_fromhex", [value], label="bytes.fromhex")


# --- methods ---


@special("str", "format")
def _format_method(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    if not isinstance(receiver, StrLit):
        raise body.error(func.value, "the format must be a literal", "use an f-string")
    return FString(STR, body.span(node), parts_of_format(body, node, receiver.value))


@special("str", "join")
def _join(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    items = _texts(body, node, STR)
    return Builtin(STR, body.span(node), "str.join", [receiver, items])


@special("bytes", "join")
def _join_bytes(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    return apply(body, node, "raw", "bytes_join", [receiver, _texts(body, node, BYTES)], label="bytes.join")


def _texts(body: BodyChecker, node: ast.Call, of: Type) -> Expr:
    """The argument of a join as a list."""
    given = bind(body, node, ["iterable"], [], "join")["iterable"]
    if isinstance(given, ast.List):
        return body.typed(given, ListType(of), "parameter `iterable`")
    sequence, item = iterate(body, given)
    if not body.infer.unify(item, of):
        raise body.error(
            given,
            f"`join` takes {of}s, but these are of type {body.show(item)}",
            "write `str(x) for x in ...`",
            body.source.around(given, "(str(x) for x in ", ")")
            if of == STR and not isinstance(given, ast.GeneratorExp)
            else None,
        )
    return collected(sequence, of)


def _edge(name: str, many: str) -> None:
    @special("str", name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        """`text.startswith((a, b))`, with a start and an end."""
        if node.args and isinstance(node.args[0], ast.Tuple):
            parts = [body.typed(e, STR, "a part of the tuple") for e in node.args[0].elts]
            rest = [integer(body, a, f"`{name}`")[0] for a in node.args[1:3]]
            items = ListLit(ListType(STR), body.span(node.args[0]), parts)
            if node.keywords or len(node.args) > 3:
                raise body.error(node, f"`{name}` takes a text, a start and an end", "correct the arguments")
            return apply(body, node, "text", many, [receiver, items, *rest], label=f"str.{name}")
        signature = METHODS["str"][name]
        if len(node.args) == 1 or node.keywords:
            names = [p.name for p in signature.params]
            value = body.typed(bind(body, node, names, [], name)[names[0]], STR, f"parameter `{names[0]}`")
            if name == "startswith":
                return Builtin(BOOL, body.span(node), "str.startswith", [receiver, value])
            return Builtin(BOOL, body.span(node), "str.endswith", [receiver, value])
        found = library.method(body, "str", name)
        assert found is not None
        return call_library_method(body, node, found, receiver)


_edge("startswith", "starts_with_any")
_edge("endswith", "ends_with_any")


def _coding(kind: str, name: str) -> None:
    @special(kind, name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        """`encode` and `decode`: of UTF-8 alone."""
        bound = bind(body, node, ["encoding", "errors"], ["encoding", "errors"], name)
        for parameter, allowed in (("encoding", ("utf-8", "utf8", "ascii")), ("errors", ("strict",))):
            given = bound.get(parameter)
            if given is not None and not (isinstance(given, ast.Constant) and str(given.value).lower() in allowed):
                bare = body.source.instead(node, f"{body.source.text_of(func)}()")
                raise body.error(given, f"`{name}` knows UTF-8 only, without exceptions", f"write `.{name}()`", bare)
        encoding = bound.get("encoding")
        if isinstance(encoding, ast.Constant) and str(encoding.value).lower() == "ascii":
            return apply(body, node, "text", f"ascii_{name}", [receiver], label=f"{kind}.{name}")
        if name == "encode":
            return Builtin(BYTES, body.span(node), "str.encode", [receiver])
        return Builtin(STR, body.span(node), "bytes.decode", [receiver])


_coding("str", "encode")
_coding("bytes", "decode")

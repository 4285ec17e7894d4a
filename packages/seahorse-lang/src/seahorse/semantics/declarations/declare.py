"""Class declarations: accounts, enums, events, errors and plain classes, from syntax to declarations of the tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

from seahorse.diagnostics import CompileError, Span, fail
from seahorse.semantics.declarations.annotations import class_of, value_type
from seahorse.semantics.declarations.constants import const_int, fold
from seahorse.semantics.names.symbols import (
    ClassInfo,
    ClassSymbol,
    EnumSymbol,
    ErrorSymbol,
    ModuleScope,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.tree import AccountDecl, ClassDecl, EnumDecl, ErrorCode, ErrorDecl, Field
from seahorse.semantics.tree.types import ArrayType, ListType, OptionType, TupleType, Type

# Anchor keeps the numbers below for itself and for the runtime.
FIRST_ERROR_CODE = 6000
# Method names that accounts and events have already.
ACCOUNT_METHODS = {"key", "lamports", "owner", "data_len", "transfer_lamports", "close", "signer"}
RUST_RESERVED = {"self", "Self", "super", "crate", "_"}


def declare_class(scope: ModuleScope, node: ast.ClassDef) -> Symbol:
    """Declare a class of any kind. Raises `CompileError`."""
    _check_header(scope, node)
    base = scope.symbol(node.bases[0]) if node.bases else None
    if node.bases and base is None:
        if isinstance(node.bases[0], ast.Name):
            raise scope.unknown(node.bases[0], [])
        raise fail(
            scope.span(node.bases[0]), "this is not a class", "derive from Account, Event, Enum, Error or a class"
        )
    match base:
        case PreludeSymbol(name="Enum"):
            return _enum(scope, node)
        case PreludeSymbol(name="Error"):
            return _error(scope, node)
        case PreludeSymbol(name="Account"):
            return _fields_class(scope, node, "account", None)
        case PreludeSymbol(name="Event"):
            return _fields_class(scope, node, "event", None)
        case ClassSymbol(info=info):
            if not info.complete:
                raise fail(scope.span(node.bases[0]), "a class cannot derive from itself", "remove the base")
            return _fields_class(scope, node, info.kind, info)
        case None:
            return _fields_class(scope, node, "class", None)
        case _:
            raise fail(
                scope.span(node.bases[0]),
                "a class cannot derive from this",
                "derive from Account, Event, Enum, Error or another class",
            )


def _check_header(scope: ModuleScope, node: ast.ClassDef) -> None:
    if len(node.bases) > 1:
        raise fail(scope.span(node.bases[1]), "a class has at most one base", "keep one base")
    if node.keywords:
        raise fail(scope.span(node.keywords[0].value), "class keywords are not supported", "remove it")
    if getattr(node, "type_params", None):
        raise fail(scope.name_span(node, node.name), "generic classes are not supported", "write one class per type")
    for decorator in node.decorator_list:
        if scope_decorator(scope, decorator) != "dataclass":
            raise fail(scope.span(decorator), "this decorator is not supported on a class", "only `@dataclass` is")


def scope_decorator(scope: ModuleScope, node: ast.expr) -> str | None:
    """The prelude name of a decorator, or None."""
    symbol = scope.symbol(node) if isinstance(node, ast.Name) else None
    return symbol.name if isinstance(symbol, PreludeSymbol) else None


def docs_of(node: ast.ClassDef | ast.FunctionDef | ast.Module) -> list[str]:
    """A docstring as lines, without its indentation."""
    text = ast.get_docstring(node)
    return text.splitlines() if text else []


def members(node: ast.ClassDef) -> Iterator[tuple[ast.stmt, list[str]]]:
    """The statements of a class body with the docstring that follows each; the class's own docstring is left out."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    for i, stmt in enumerate(body):
        if isinstance(stmt, ast.Pass) or _doc_text(stmt) is not None:
            continue
        text = _doc_text(body[i + 1]) if i + 1 < len(body) else None
        yield stmt, (text.strip().splitlines() if text else [])


def _doc_text(stmt: ast.stmt) -> str | None:
    match stmt:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return None


def pascal_case(name: str) -> str:
    """A Python constant name as an IDL variant name: PARTIALLY_FILLED -> PartiallyFilled; PascalCase stays.

    >>> pascal_case("PARTIALLY_FILLED"), pascal_case("Filled"), pascal_case("ON")
    ('PartiallyFilled', 'Filled', 'On')
    """
    parts = [p for p in name.split("_") if p]
    return "".join(p.capitalize() if p.isupper() or p.islower() else p[0].upper() + p[1:] for p in parts) or name


def check_name(scope: ModuleScope, span: Span, name: str, what: str) -> None:
    """Refuse names that the generated code cannot have."""
    if name in RUST_RESERVED or name.startswith("__"):
        raise fail(span, f"`{name}` cannot be the name of {what}", "choose another name")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise fail(span, f"`{name}` has letters outside ASCII", "an IDL takes ASCII letters, digits and `_` only")


# --- enums and errors ---


def _enum(scope: ModuleScope, node: ast.ClassDef) -> Symbol:
    decl = EnumDecl(node.name, scope.name, [], scope.name_span(node, node.name), docs_of(node))
    check_name(scope, decl.span, node.name, "an enum")
    values: list[int] = []
    for stmt, docs in members(node):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                check_name(scope, scope.span(target), name, "a variant")
                number = const_int(scope, value, "the number of a variant", -(1 << 63), (1 << 63) - 1)
                _no_duplicate(scope, target, name, decl.variants, "variant")
                if number in values:
                    raise fail(scope.span(value), f"two variants have the number {number}", "give each its own number")
                decl.variants.append(name)
                decl.variant_docs[name] = docs
                values.append(number)
            case ast.FunctionDef():
                raise fail(scope.span(stmt), "an enum cannot have methods", "write a function that takes the enum")
            case _:
                raise fail(scope.span(stmt), "an enum has variants only", "write `NAME = 0`")
    if not decl.variants:
        raise fail(decl.span, f"enum `{node.name}` has no variants", "write at least one: `NAME = 0`")
    if len(decl.variants) > 256:
        raise fail(decl.span, f"enum `{node.name}` has more than 256 variants", "its tag is one byte: split it")
    scope.checker.collect(scope, decl)
    symbol = EnumSymbol(decl, values == list(range(len(values))))
    scope.checker.enums.append(symbol)
    return symbol


def _no_duplicate(scope: ModuleScope, at: ast.AST, name: str, known: list[str], what: str) -> None:
    clash = next((k for k in known if pascal_case(k) == pascal_case(name)), None)
    if clash == name:
        raise fail(scope.span(at), f"{what} `{name}` is defined twice", "remove one of them")
    if clash is not None:
        raise fail(
            scope.span(at),
            f"`{clash}` and `{name}` get the same name in the IDL: `{pascal_case(name)}`",
            "rename one of them",
        )


def _error(scope: ModuleScope, node: ast.ClassDef) -> Symbol:
    decl = ErrorDecl(node.name, scope.name, scope.name_span(node, node.name), docs=docs_of(node))
    check_name(scope, decl.span, node.name, "an error class")
    for stmt, _ in members(node):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                check_name(scope, scope.span(target), name, "an error")
                _no_duplicate(scope, target, name, list(decl.codes), "error")
                code = _error_code(scope, node.name, name, value)
                number = value.elts[0] if isinstance(value, ast.Tuple) else value
                scope.checker.claim_code(scope, code, scope.span(number))
                decl.codes[name] = code
            case _:
                raise fail(scope.span(stmt), "an error class has codes only", "write `NAME = 6000, 'message'`")
    if not decl.codes:
        raise fail(decl.span, f"error class `{node.name}` has no codes", "write at least one: `NAME = 6000, 'message'`")
    scope.checker.collect(scope, decl)
    return ErrorSymbol(decl, scope.program)


def _error_code(scope: ModuleScope, enum: str, name: str, value: ast.expr) -> ErrorCode:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        number, text = value.elts
    else:
        number, text = value, None
    code = const_int(scope, number, "an error code", FIRST_ERROR_CODE, (1 << 32) - 1)
    if text is None:
        return ErrorCode(enum, name, code, pascal_case(name))
    message = fold(scope, text)
    if message is None or not isinstance(message.value, str):
        raise fail(
            scope.span(text), "the message of an error must be a constant string", "write `NAME = 6000, 'message'`"
        )
    return ErrorCode(enum, name, code, message.value)


# --- classes with fields ---


def _fields_class(
    scope: ModuleScope, node: ast.ClassDef, kind: Literal["class", "event", "account"], base: ClassInfo | None
) -> Symbol:
    span = scope.name_span(node, node.name)
    check_name(scope, span, node.name, f"{'an' if kind != 'class' else 'a'} {kind}")
    docs = docs_of(node)
    decl: ClassDecl | AccountDecl
    if kind == "account":
        decl = AccountDecl(node.name, scope.name, scope.program, span, docs=docs)
    else:
        base_decl = base.decl if base is not None and isinstance(base.decl, ClassDecl) else None
        decl = ClassDecl(node.name, scope.name, span, kind == "event", base_decl, docs=docs)
    info = ClassInfo(kind, decl, scope, node, base)
    info.is_dataclass = any(scope_decorator(scope, d) == "dataclass" for d in node.decorator_list)
    if base is not None:
        info.methods.update(base.methods)
        info.defaults.update(base.defaults)
        if isinstance(decl, AccountDecl) and isinstance(base.decl, AccountDecl):
            decl.fields.extend(base.decl.fields)
    symbol = ClassSymbol(info)
    scope.register(node.name, symbol)
    scope.checker.infos[decl] = info
    for stmt, field_docs in members(node):
        try:
            _member(scope, info, stmt, field_docs)
        except CompileError as error:
            scope.checker.report(error)
            if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name):
                info.broken.add(stmt.target.id)
    info.complete = True
    scope.checker.collect(scope, decl)
    if isinstance(decl, ClassDecl) and "__init__" in info.methods:
        scope.checker.functions.method(info, "__init__")
    return symbol


def _member(scope: ModuleScope, info: ClassInfo, stmt: ast.stmt, docs: list[str]) -> None:
    match stmt:
        case ast.AnnAssign(target=ast.Name(id=name)):
            _field(scope, info, stmt, name, docs)
        case ast.FunctionDef():
            _method(scope, info, stmt)
        case ast.Assign(targets=[ast.Name(id=name)]):
            raise fail(
                scope.span(stmt),
                f"field `{name}` has no type",
                f"write `{name}: u64`; constants go outside of classes",
            )
        case ast.ClassDef():
            raise fail(
                scope.name_span(stmt, stmt.name), "a class inside a class is not supported", "move it to the module"
            )
        case _:
            raise fail(scope.span(stmt), "a class cannot contain this", "a class has typed fields and methods")


def _field(scope: ModuleScope, info: ClassInfo, stmt: ast.AnnAssign, name: str, docs: list[str]) -> None:
    decl, span = info.decl, scope.span(stmt.target)
    check_name(scope, span, name, "a field")
    fields = decl.fields if isinstance(decl, AccountDecl) else decl.all_fields()
    if any(f.name == name for f in fields):
        raise fail(span, f"field `{name}` is defined twice", "rename one of them")
    t = value_type(scope, stmt.annotation, f"a field of an {info.kind}" if info.kind != "class" else "a field")
    _no_recursion(scope, stmt.annotation, t)
    if stmt.value is not None:
        if info.kind == "account":
            raise fail(scope.span(stmt.value), "a field of an account cannot have a default", "assign it after `init`")
        info.defaults[name] = stmt.value
    elif info.kind != "account" and any(f.name in info.defaults for f in fields) and "__init__" not in info.methods:
        raise fail(span, f"field `{name}` needs a default, because a field before it has one", "reorder the fields")
    decl.fields.append(Field(name, t, span, docs))


def _no_recursion(scope: ModuleScope, node: ast.expr, t: Type) -> None:
    match t:
        case ListType(inner) | OptionType(inner) | ArrayType(inner):
            _no_recursion(scope, node, inner)
        case TupleType(elems):
            for elem in elems:
                _no_recursion(scope, node, elem)
        case _:
            decl = class_of(t)
            info = scope.checker.infos.get(decl) if decl is not None else None
            if info is not None and not info.complete:
                raise fail(
                    scope.span(node),
                    f"class `{t}` contains itself",
                    "keep the elements in one list and refer to them by index",
                )


def _method(scope: ModuleScope, info: ClassInfo, stmt: ast.FunctionDef) -> None:
    name, span = stmt.name, scope.name_span(stmt, stmt.name)
    known = info.methods.get(name)
    if known is not None and known[1] is info:
        raise fail(span, f"method `{name}` is defined twice", "rename one of them")
    if name == "__init__":
        if info.kind == "account":
            raise fail(span, "an account cannot have a constructor", "set its fields after `Empty.init`")
        if info.is_dataclass:
            raise fail(span, "a dataclass has its constructor already", "remove `@dataclass` or `__init__`")
    elif name.startswith("__"):
        raise fail(
            span, f"`{name}` is not supported", "special methods are not called: write a method with a plain name"
        )
    if any(f.name == name for f in info.decl.fields):
        raise fail(span, f"`{name}` is a field already", "rename one of them")
    reserved = ACCOUNT_METHODS if info.kind == "account" else {"emit"} if info.kind == "event" else set[str]()
    if name in reserved:
        raise fail(span, f"`{name}` is a method of every {info.kind}", "choose another name")
    for decorator in stmt.decorator_list:
        if scope_decorator(scope, decorator) != "staticmethod":
            hint = "only `@staticmethod` is; a property is a method: call it"
            raise fail(scope.span(decorator), "this decorator is not supported on a method", hint)
    info.methods[name] = (stmt, info)


def is_static(scope: ModuleScope, node: ast.FunctionDef) -> bool:
    """Whether a method takes no self: by `@staticmethod`, or because its first parameter is not `self`."""
    if any(scope_decorator(scope, d) == "staticmethod" for d in node.decorator_list):
        return True
    return not node.args.args or node.args.args[0].arg != "self"


def guard(scope: ModuleScope, name: str) -> None:
    """Resolve a declaration and report what is wrong with it."""
    try:
        scope.lookup(name)
    except CompileError as error:
        scope.checker.report(error)


def default_nodes(syntax: ast.FunctionDef) -> dict[str, ast.expr]:
    """The default values of a function's parameters."""
    args = syntax.args
    found = dict(zip([a.arg for a in args.args[len(args.args) - len(args.defaults) :]], args.defaults, strict=True))
    for param, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is not None:
            found[param.arg] = default
    return found

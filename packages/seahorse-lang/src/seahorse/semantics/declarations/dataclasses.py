"""The options of `@dataclass(...)`, `field(...)` and `NamedTuple`, and the methods that they make."""

from __future__ import annotations

import ast

from seahorse.diagnostics import fail
from seahorse.semantics.declarations.class_syntax import scope_decorator
from seahorse.semantics.names.special_methods import ORDER
from seahorse.semantics.names.symbols import ClassInfo, ModuleScope
from seahorse.semantics.tree import ClassDecl
from seahorse.syntax.walk import walk_syntax

# Options that change nothing here: fields are declared, and texts and equality are Python's.
_WITHOUT_EFFECT = {"slots", "unsafe_hash", "match_args"}
_TRUE_ONLY = {"init", "repr", "eq"}


def options(scope: ModuleScope, info: ClassInfo) -> None:
    """Note what the header of a class says of the methods that Python makes. Raises `CompileError`."""
    node = info.node
    bases = [scope_decorator(scope, b) for b in node.bases]
    if "NamedTuple" in bases:
        info.is_dataclass = info.is_frozen = info.is_ordered = info.is_namedtuple = True
    for decorator in node.decorator_list:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if scope_decorator(scope, func) != "dataclass":
            continue
        if info.kind != "class":
            article = "an event has" if info.kind == "event" else "an account has no"
            if isinstance(decorator, ast.Call):
                raise fail(scope.span(decorator), f"{article} constructor of its own", "remove `@dataclass`")
        info.is_dataclass = True
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
            _option(scope, info, keyword)
    if info.base is not None:
        info.is_namedtuple = info.base.is_namedtuple
        info.is_frozen = info.is_frozen or (info.base.is_frozen and not info.is_dataclass)
        if info.is_dataclass and info.is_frozen != info.base.is_frozen and info.base.is_dataclass:
            raise fail(
                scope.name_span(node, node.name),
                "of a dataclass and its base, one is frozen and the other is not",
                "write `frozen=True` for both, or for none",
            )
    if info.is_dataclass:
        # Python makes a constructor of the fields, whatever the base has.
        info.methods.pop("__init__", None)


def _option(scope: ModuleScope, info: ClassInfo, keyword: ast.keyword) -> None:
    name, value = keyword.arg or "", keyword.value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
        given = scope.module.source.instead(value, "True")
        raise fail(scope.span(value), f"`{name}` must be True or False", f"write `{name}=True`", given)
    if name == "frozen":
        info.is_frozen = value.value
    elif name == "order":
        info.is_ordered = value.value
    elif name == "kw_only":
        info.is_keyword_only = value.value
    elif name not in _WITHOUT_EFFECT and not (name in _TRUE_ONLY and value.value):
        raise fail(
            scope.span(value), f"`@dataclass({name}={value.value})` is not supported", "frozen, order and kw_only are"
        )


def default(scope: ModuleScope, info: ClassInfo, name: str, value: ast.expr) -> None:
    """The default of a field: a value, or `field(default=...)`, `field(default_factory=...)`."""
    if not (isinstance(value, ast.Call) and scope_decorator(scope, value.func) == "field"):
        info.defaults[name] = value
        return
    if value.args:
        raise fail(scope.span(value.args[0]), "`field` takes keyword arguments only", "write `field(default=...)`")
    for keyword in value.keywords:
        match keyword.arg:
            case "default":
                info.defaults[name] = keyword.value
            case "default_factory":
                info.factories[name] = _made_by(keyword.value)
            case _:
                hint = "`default` and `default_factory` are"
                raise fail(scope.span(keyword.value), f"`field({keyword.arg}=...)` is not supported", hint)


def _made_by(factory: ast.expr) -> ast.expr:
    """The value that a factory gives."""
    if isinstance(factory, ast.Lambda):
        return factory.body
    if isinstance(factory, ast.Name) and factory.id in ("list", "List"):
        return ast.copy_location(ast.List([], ast.Load()), factory)
    return ast.copy_location(ast.Call(factory, [], []), factory)


def complete(info: ClassInfo) -> None:
    """Make the methods that Python makes of the fields, once these are known."""
    decl = info.decl
    if not isinstance(decl, ClassDecl):
        return
    names = [f.name for f in decl.all_fields()]
    decl.frozen = (info.is_frozen or info.is_namedtuple) and "__eq__" not in info.methods
    if info.is_ordered:
        left, right = (f"({', '.join(f'{who}.{n}' for n in names)}{',' * bool(names)})" for who in ("self", "other"))
        for method, operator in zip(ORDER, ("<", "<=", ">", ">="), strict=True):
            text = f"def {method}(self, other: {info.node.name}) -> bool:\n    return {left} {operator} {right}\n"
            _make(info, method, text)
    if info.is_dataclass and "__post_init__" in info.methods:
        stores = "".join(f"    self.{n} = {n}\n" for n in names)
        params = "".join(f", {n}: None" for n in names)
        _make(info, "__init__", f"def __init__(self{params}) -> None:\n{stores}    self.__post_init__()\n")
        made = info.methods["__init__"][0]
        for param, field in zip(made.args.args[1:], decl.all_fields(), strict=True):
            param.annotation = _annotation_of(info, field.name)


def _annotation_of(info: ClassInfo, name: str) -> ast.expr:
    """The annotation of a field, in the class that declares it."""
    current: ClassInfo | None = info
    while current is not None:
        for stmt in current.node.body:
            if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id == name:
                return stmt.annotation
        current = current.base
    raise AssertionError(name)


def _make(info: ClassInfo, name: str, text: str) -> None:
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    for part in walk_syntax(function):
        if isinstance(part, ast.stmt | ast.expr | ast.arg):
            ast.copy_location(part, info.node)
    info.methods[name] = (function, info)

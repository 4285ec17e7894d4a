"""Members of classes other than fields: methods of every kind, and constants of a class."""

from __future__ import annotations

import ast
import copy
from typing import Literal

from seahorse.diagnostics import Replacement, Span, fail
from seahorse.semantics.declarations.class_syntax import check_name, scope_decorator
from seahorse.semantics.declarations.typing_forms.typing_names import head, without_final
from seahorse.semantics.names.special_methods import HINTS, SPECIAL_METHODS
from seahorse.semantics.names.symbols import ClassInfo, ConstSymbol, ModuleScope
from seahorse.semantics.tree import EnumDecl

# Method names that accounts and events have already.
ACCOUNT_METHODS = {"key", "lamports", "owner", "data_len", "transfer_lamports", "close", "signer"}
MethodKind = Literal["method", "property", "setter", "staticmethod", "classmethod"]


def setter_of(name: str) -> str:
    """The key of a property's setter among a class's methods."""
    return f"{name}.setter"


def add_method(scope: ModuleScope, info: ClassInfo, stmt: ast.FunctionDef) -> None:
    """Note a method of a class. Raises `CompileError`."""
    name, span = stmt.name, scope.name_span(stmt, stmt.name)
    kind = method_kind(scope, stmt)
    key = setter_of(name) if kind == "setter" else name
    known = info.methods.get(key)
    if known is not None and known[1] is info:
        raise fail(span, f"method `{name}` is defined twice", "rename one of them")
    if kind == "setter" and name not in info.methods:
        raise fail(
            span, f"`{name}` has a setter and no getter", f"give it one above: `@property` and `def {name}(self)`"
        )
    if name.startswith("__"):
        _special(scope, info, stmt)
    if not isinstance(info.decl, EnumDecl) and any(f.name == name for f in info.decl.fields):
        raise fail(span, f"`{name}` is a field already", "rename one of them")
    if name in info.constants:
        raise fail(span, f"`{name}` is a constant of the class already", "rename one of them")
    reserved = ACCOUNT_METHODS if info.kind == "account" else {"emit"} if info.kind == "event" else set[str]()
    if name in reserved:
        raise fail(span, f"`{name}` is a method of every {info.kind}", "choose another name")
    _parameters(scope, stmt, kind)
    info.methods[key] = (stmt, info)


def _special(scope: ModuleScope, info: ClassInfo, stmt: ast.FunctionDef) -> None:
    name, span = stmt.name, scope.name_span(stmt, stmt.name)
    if name not in SPECIAL_METHODS:
        hint = HINTS.get(name, "write a method with a plain name")
        raise fail(span, f"the special method `{name}` is not supported", hint)
    if name == "__init__":
        if info.kind == "account":
            raise fail(span, "an account cannot have a constructor", "set its fields after `Empty.init`")
        if info.kind == "enum":
            raise fail(span, "an enum cannot have a constructor", "write a method that gives the value for each member")
        if info.is_dataclass:
            raise fail(span, "a dataclass has its constructor already", "remove `@dataclass` or `__init__`")
    if name == "__post_init__" and not info.is_dataclass:
        hint, above = "put `@dataclass` above the class", scope.module.source.above(info.node, "@dataclass")
        raise fail(span, "`__post_init__` is called by a dataclass only", hint, above)
    if info.is_ordered and name in ("__lt__", "__le__", "__gt__", "__ge__"):
        raise fail(span, f"`order=True` makes `{name}` already", "remove one of them")


def _parameters(scope: ModuleScope, stmt: ast.FunctionDef, kind: MethodKind) -> None:
    """Refuse a property or an operator with a wrong number of parameters."""
    args = stmt.args.args
    span = scope.name_span(stmt, stmt.name)
    if kind == "classmethod" and not args:
        raise fail(
            span,
            f"the class method `{stmt.name}` has no parameter for its class",
            "write `cls` as the first",
            _first(scope, stmt, "cls"),
        )
    if kind in ("property", "setter") and (not args or args[0].arg != "self"):
        hint = "write `self` as the first parameter"
        raise fail(span, f"the property `{stmt.name}` has no `self`", hint, _first(scope, stmt, "self"))
    if kind == "property" and (len(args) > 1 or stmt.args.kwonlyargs):
        raise fail(span, f"the property `{stmt.name}` takes `self` only", "make it a method")
    if kind == "setter" and len(args) != 2:
        raise fail(span, f"the setter of `{stmt.name}` takes `self` and the new value", "write both parameters")
    if stmt.name.startswith("__") and (not args or args[0].arg != "self"):
        hint = "write `self` as the first parameter"
        raise fail(span, f"`{stmt.name}` has no `self`", hint, _first(scope, stmt, "self"))


def _first(scope: ModuleScope, stmt: ast.FunctionDef, name: str) -> Replacement | None:
    """A first parameter more; None where the header is not clear."""
    args = stmt.args.args
    if args:
        return scope.module.source.before(args[0], f"{name}, ")
    named = scope.name_span(stmt, stmt.name)
    line = scope.module.source.lines[named.line - 1]
    col = named.end_col + 1
    empty = line[named.end_col - 1 : col] == "()"
    return Replacement(Span(named.file, named.line, col, named.line, col), name) if empty else None


def method_kind(scope: ModuleScope, node: ast.FunctionDef) -> MethodKind:
    """The kind of a method, by its decorators. Raises `CompileError` for one that is not supported."""
    kind: MethodKind = "method"
    for decorator in node.decorator_list:
        if _is_setter(decorator, node.name):
            kind = "setter"
            continue
        match scope_decorator(scope, decorator):
            case "property" | "staticmethod" | "classmethod" as name if kind == "method":
                kind = name
            case "override" | "abstractmethod":
                pass
            case _:
                hint = "`@property`, `@NAME.setter`, `@classmethod` and `@staticmethod` are"
                raise fail(scope.span(decorator), "this decorator is not supported on a method", hint)
    return kind


def _is_setter(decorator: ast.expr, name: str) -> bool:
    match decorator:
        case ast.Attribute(value=ast.Name(id=of), attr="setter"):
            return of == name
        case _:
            return False


def is_static(scope: ModuleScope, node: ast.FunctionDef) -> bool:
    """Whether a method takes no self: by its decorator, or because its first parameter is not `self`."""
    if method_kind(scope, node) in ("staticmethod", "classmethod"):
        return True
    return not node.args.args or node.args.args[0].arg != "self"


def require_self(scope: ModuleScope, node: ast.FunctionDef) -> None:
    """Refuse a method without `self` and `@staticmethod` that is called with an object: Python gives it the object.
    Raises `CompileError`.
    """
    if is_static(scope, node) and method_kind(scope, node) == "method":
        line = f"def {node.name}"
        hint = f"write `self` as the first parameter; or `@staticmethod` above `{line}`"
        message = f"`{node.name}` is called with an object, and has no `self`"
        raise fail(scope.name_span(node, node.name), message, hint, _first(scope, node, "self"))


def is_abstract(scope: ModuleScope, node: ast.FunctionDef) -> bool:
    return any(scope_decorator(scope, d) == "abstractmethod" for d in node.decorator_list)


def is_property(scope: ModuleScope, node: ast.FunctionDef) -> bool:
    return method_kind(scope, node) == "property"


def parameters_of(scope: ModuleScope, node: ast.FunctionDef) -> list[ast.arg]:
    """The parameters that a caller fills, and `self`: a class method's class is none of them."""
    args = node.args.args
    if args and any(scope_decorator(scope, d) == "classmethod" for d in node.decorator_list):
        args = args[1:]
    return [*args, *([node.args.vararg] if node.args.vararg else []), *node.args.kwonlyargs]


# --- constants ---


def is_class_constant(scope: ModuleScope, stmt: ast.AnnAssign) -> bool:
    """Whether an annotation in a class says `ClassVar`, or `Final` with a value: then it is no field."""
    said = head(scope, stmt.annotation)
    return said == "ClassVar" or (said == "Final" and stmt.value is not None)


def add_constant(
    scope: ModuleScope, info: ClassInfo, name: ast.Name, value: ast.expr, annotation: ast.expr | None
) -> None:
    """Note `NAME = value` of a class. Raises `CompileError`."""
    span = scope.span(name)
    check_name(scope, span, name.id, "a constant")
    taken = not isinstance(info.decl, EnumDecl) and any(f.name == name.id for f in info.decl.fields)
    if taken or name.id in info.methods or (name.id in info.constants and info.constants[name.id][1] is info):
        raise fail(span, f"`{name.id}` is defined twice in this class", "rename one of them")
    annotation = None if annotation is None else without_final(scope, annotation)
    # The source's own tree stays as it is: CPython runs it.
    value = _Qualified(info).visit(copy.deepcopy(value))
    info.constants[name.id] = (ConstSymbol(name.id, scope, value, annotation), info)


class _Qualified(ast.NodeTransformer):
    """An expression of a class's body in which the constants above it go by the name of the class."""

    def __init__(self, info: ClassInfo) -> None:
        self._info = info

    def visit_Name(self, node: ast.Name) -> ast.AST:
        known = self._info.constants.get(node.id)
        if known is None or known[1] is not self._info:
            return node
        owner = ast.copy_location(ast.Name(self._info.node.name, ast.Load()), node)
        return ast.copy_location(ast.Attribute(owner, node.id, ast.Load()), node)

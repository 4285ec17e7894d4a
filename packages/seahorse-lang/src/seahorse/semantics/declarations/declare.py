"""Class declarations: accounts, enums, events, errors and plain classes, from syntax to declarations of the tree."""

from __future__ import annotations

import ast
from typing import Literal

from seahorse.diagnostics import CompileError, Replacement, Span, fail
from seahorse.semantics.declarations import dataclasses, flags
from seahorse.semantics.declarations.annotations import class_of, value_type
from seahorse.semantics.declarations.class_syntax import check_name, docs_of, members, pascal_case, scope_decorator
from seahorse.semantics.declarations.constants import const_int, fold
from seahorse.semantics.declarations.discriminators import class_discriminator
from seahorse.semantics.declarations.enums import declare_enum, no_duplicate
from seahorse.semantics.declarations.init_fields import assigned_in_init, with_defaults
from seahorse.semantics.declarations.lists_in_place import check_in_place, list_in_place
from seahorse.semantics.declarations.methods import add_constant, add_method, is_class_constant
from seahorse.semantics.declarations.typing_forms.generics import made_name, type_parameters
from seahorse.semantics.declarations.typing_forms.typing_names import head, without_final
from seahorse.semantics.names.local_names import LocalNames
from seahorse.semantics.names.symbols import (
    BoundSymbol,
    ClassInfo,
    ClassSymbol,
    ErrorSymbol,
    GenericSymbol,
    ModuleScope,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.tree import AccountDecl, ClassDecl, ErrorCode, ErrorDecl, Field
from seahorse.semantics.tree.types import ArrayType, ListType, OptionType, TupleType, Type, UnionType

# Anchor reserves the numbers below for itself and for the runtime.
FIRST_ERROR_CODE = 6000
_MAX_INSTANCES = 64


def declare_class(scope: ModuleScope, node: ast.ClassDef) -> Symbol:
    """Declare a class of any kind. Raises `CompileError`."""
    parameters = type_parameters(scope, node)
    if parameters:
        rest = ast.ClassDef(node.name, [], node.keywords, node.body, node.decorator_list)
        _check_header(scope, ast.copy_location(rest, node))
        if len(node.bases) > 1:
            raise fail(
                scope.span(node.bases[1]), "a generic class has no other base", "hold the other object in a field"
            )
        return GenericSymbol(scope, node, parameters)
    _check_header(scope, node)
    base = scope.symbol(node.bases[0]) if node.bases else None
    if node.bases and base is None:
        if isinstance(node.bases[0], ast.Name):
            raise scope.unknown(node.bases[0], [])
        raise _not_a_base(scope, node.bases[0], node.name)
    match base:
        case PreludeSymbol(name="Enum" | "IntEnum" as kind):
            class_discriminator(scope, node, "enum")
            return declare_enum(scope, node, is_int=kind == "IntEnum")
        case PreludeSymbol(name="IntFlag" | "Flag" as kind):
            made = _fields_class(scope, flags.written_out(scope, node, is_int=flags.BASES[kind]), "class", None)
            assert isinstance(made, ClassSymbol)
            assert isinstance(made.info.decl, ClassDecl)
            made.info.decl.flags = kind
            return made
        case PreludeSymbol(name="NamedTuple"):
            return _fields_class(scope, node, "class", None)
        case PreludeSymbol(name="ABC" | "object" | "Protocol"):
            return _fields_class(scope, node, "class", None)
        case PreludeSymbol(name="Error"):
            class_discriminator(scope, node, "error")
            return _error(scope, node)
        case PreludeSymbol(name="Account"):
            return _fields_class(scope, node, "account", None)
        case PreludeSymbol(name="Event"):
            return _fields_class(scope, node, "event", None)
        case ClassSymbol(info=info):
            if not info.complete:
                raise fail(scope.span(node.bases[0]), "a class cannot derive from itself", "remove the base")
            assert info.kind != "enum"
            return _fields_class(scope, node, info.kind, info)
        case None:
            return _fields_class(scope, node, "class", None)
        case _:
            raise _not_a_base(scope, node.bases[0], node.name)


# What Python programs derive from and this language does not, and what to write instead, of the class's name.
_OTHER_BASES = {
    "Union": "name the classes: `{} = First | Second`, each a dataclass; or derive them from a plain class `{}`",
    **dict.fromkeys(("Exception", "ValueError"), "an error class has codes: `class {}(Error):`, `NAME = 6000, 'text'`"),
    **dict.fromkeys(
        ("Dict", "dict", "List", "list", "Set", "set", "Tuple", "tuple"), "hold it in a field of the class"
    ),
    **dict.fromkeys(("str", "bytes", "int", "bool", "float"), "hold it in a field, or write `{} = NewType('{}', ...)`"),
    "Signer": "accounts of a program are `class {}(Account)`; an instruction takes `Signer` as a parameter",
}


def _not_a_base(scope: ModuleScope, node: ast.expr, name: str) -> CompileError:
    text = ast.unparse(node)
    what = text.removeprefix("typing.").split("[")[0]
    hint = _OTHER_BASES.get(
        "int" if what.strip("ui0123456789") == "" else what, "derive from Account, Event, Enum, Error or another class"
    )
    return fail(scope.span(node), f"a class cannot derive from {text}", hint.replace("{}", name))


def class_for(symbol: GenericSymbol, types: list[Type]) -> ClassSymbol:
    """A generic class for certain types, made once."""
    key = tuple(types)
    known = symbol.made.get(key)
    if known is None:
        own: dict[str, Symbol] = {name: BoundSymbol(t) for name, t in zip(symbol.parameters, types, strict=True)}
        if len(symbol.made) >= _MAX_INSTANCES:
            span = symbol.scope.name_span(symbol.node, symbol.node.name)
            message = f"`{symbol.node.name}` is used with more than {_MAX_INSTANCES} types"
            raise fail(span, message, "a method may not need the class for ever longer types")
        name = made_name(symbol.node.name, types)
        # Known before it is complete, since its methods name it.
        scope = LocalNames(symbol.scope, own)
        made = _fields_class(scope, symbol.node, "class", None, name)
        assert isinstance(made, ClassSymbol)
        made.info.generic = symbol
        known = symbol.made[key] = made
    return known


def _enum_base(names: list[str]) -> str:
    return "IntEnum" if "int" in names else "Enum"


def _one_base(scope: ModuleScope, node: ast.ClassDef, names: list[str]) -> Replacement:
    """The bases of a class as one."""
    first, last = scope.span(node.bases[0]), scope.span(node.bases[-1])
    whole = Span(first.file, first.line, first.col, last.end_line, last.end_col)
    return Replacement(whole, _enum_base(names) if "Enum" in names else names[0])


def _check_header(scope: ModuleScope, node: ast.ClassDef) -> None:
    if len(node.bases) > 1:
        names = [ast.unparse(b) for b in node.bases]
        hint = f"write `class {node.name}({names[0]})`, and hold an object of the other in a field"
        if "Enum" in names:
            hint = f"write `class {node.name}({_enum_base(names)})`, whose values are numbers or texts"
        raise fail(scope.span(node.bases[1]), "a class has at most one base", hint, _one_base(scope, node, names))
    if getattr(node, "type_params", None):
        hint = "write `class Stack[T]`, or `Generic[T]`, without a bound or a default"
        raise fail(scope.name_span(node, node.name), "this type parameter is not supported", hint)
    for decorator in node.decorator_list:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = scope_decorator(scope, func)
        if name != "dataclass" and not (name == "unique" and func is decorator):
            raise fail(scope.span(decorator), "this decorator is not supported on a class", "only `@dataclass` is")


# --- errors ---


def _error(scope: ModuleScope, node: ast.ClassDef) -> Symbol:
    decl = ErrorDecl(node.name, scope.name, scope.name_span(node, node.name), docs=docs_of(node))
    check_name(scope, decl.span, node.name, "an error class")
    for stmt, _ in members(node):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                check_name(scope, scope.span(target), name, "an error")
                no_duplicate(scope, target, name, list(decl.codes), "error")
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
    # A program of others has the codes that it has.
    first = 0 if scope.module.is_external else FIRST_ERROR_CODE
    if isinstance(number, ast.Constant) and isinstance(number.value, str):
        hint = f"write `{name} = {first or FIRST_ERROR_CODE}, {number.value!r}`"
        raise fail(scope.span(number), "an error has a number before its message", hint)
    code = const_int(scope, number, "an error code", first, (1 << 32) - 1)
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
    scope: ModuleScope,
    node: ast.ClassDef,
    kind: Literal["class", "event", "account"],
    base: ClassInfo | None,
    made_as: str | None = None,
) -> Symbol:
    span = scope.name_span(node, node.name)
    check_name(scope, span, node.name, f"{'an' if kind != 'class' else 'a'} {kind}")
    docs = docs_of(node)
    decl: ClassDecl | AccountDecl
    if kind == "account":
        decl = AccountDecl(node.name, scope.name, scope.program, span, docs=docs)
    else:
        base_decl = base.decl if base is not None and isinstance(base.decl, ClassDecl) else None
        decl = ClassDecl(made_as or node.name, scope.name, span, kind == "event", base_decl, docs=docs)
        decl.generic = node.name if made_as is not None else None
    decl.discriminator = class_discriminator(scope, node, kind)
    info = ClassInfo(kind, decl, scope, node, base)
    if base is not None:
        info.methods.update(base.methods)
        info.defaults.update(base.defaults)
        info.factories.update(base.factories)
        info.constants.update(base.constants)
    dataclasses.options(scope, info)
    info.is_protocol = any(scope_decorator(scope, b) == "Protocol" for b in node.bases)
    if base is not None and isinstance(decl, AccountDecl) and isinstance(base.decl, AccountDecl):
        decl.fields.extend(base.decl.fields)
    symbol = ClassSymbol(info)
    scope.register(node.name, symbol)
    scope.checker.infos[decl] = info
    said = {s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}
    said |= {f.name for f in decl.fields} if isinstance(decl, AccountDecl) else {f.name for f in decl.all_fields()}
    more = assigned_in_init(node, said | info.methods.keys()) if kind == "class" else []
    for stmt, field_docs in [*((f, list[str]()) for f in more), *members(node)]:
        try:
            _member(scope, info, stmt, field_docs)
        except CompileError as error:
            scope.checker.report(error)
            if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name):
                info.broken.add(stmt.target.id)
    info.complete = True
    dataclasses.complete(info)
    with_defaults(info)
    if info.is_protocol:
        return symbol
    scope.checker.collect(scope, decl)
    if isinstance(decl, ClassDecl) and "__init__" in info.methods:
        scope.checker.functions.method(info, "__init__")
    return symbol


def _member(scope: ModuleScope, info: ClassInfo, stmt: ast.stmt, docs: list[str]) -> None:
    match stmt:
        case ast.AnnAssign(target=ast.Name() as target, value=value) if is_class_constant(scope, stmt):
            if value is None:
                raise fail(scope.span(stmt), f"the constant `{target.id}` has no value", f"write `{target.id} = ...`")
            add_constant(scope, info, target, value, stmt.annotation)
        case ast.AnnAssign(target=ast.Name(id=name)):
            _field(scope, info, stmt, name, docs)
        case ast.FunctionDef():
            add_method(scope, info, stmt)
        case ast.Assign(targets=[ast.Name() as target], value=value):
            add_constant(scope, info, target, value, None)
        case ast.ClassDef():
            raise fail(
                scope.name_span(stmt, stmt.name), "a class inside a class is not supported", "move it to the module"
            )
        case _:
            raise fail(scope.span(stmt), "a class cannot contain this", "a class has typed fields and methods")


def _field(scope: ModuleScope, info: ClassInfo, stmt: ast.AnnAssign, name: str, docs: list[str]) -> None:
    decl, span = info.decl, scope.span(stmt.target)
    assert isinstance(decl, AccountDecl | ClassDecl)
    check_name(scope, span, name, "a field")
    fields = decl.fields if isinstance(decl, AccountDecl) else decl.all_fields()
    if any(f.name == name for f in fields):
        raise fail(span, f"field `{name}` is defined twice", "rename one of them")
    annotation = without_final(scope, stmt.annotation)
    if annotation is None:
        typed = scope.module.source.around(stmt.annotation, "", "[u64]")
        raise fail(scope.span(stmt.annotation), f"field `{name}` has no type", f"write `{name}: Final[u64]`", typed)
    in_place = head(scope, annotation) == "InPlace"
    if in_place:
        annotation = list_in_place(scope, annotation, info.kind)
    t = value_type(scope, annotation, f"a field of an {info.kind}" if info.kind != "class" else "a field")
    _no_recursion(scope, annotation, t)
    if name in info.methods or name in info.constants:
        raise fail(span, f"`{name}` is defined in the class already", "rename one of them")
    if stmt.value is not None and info.kind == "account":
        raise fail(scope.span(stmt.value), "a field of an account cannot have a default", "assign it after `init`")
    if stmt.value is not None:
        dataclasses.default(scope, info, name, stmt.value)
    has_default = name in info.defaults or name in info.factories
    optional = info.defaults.keys() | info.factories.keys()
    if has_default or info.kind == "account" or "__init__" in info.methods:
        pass
    elif any(f.name in optional for f in fields):
        raise fail(span, f"field `{name}` needs a default, because a field before it has one", "reorder the fields")
    field = Field(name, t, span, docs, in_place)
    for before in fields:
        if before.in_place:
            message = f"nothing can stand behind `{before.name}`, which grows in its place"
            raise fail(span, message, f"move `{name}` in front of it")
    if in_place:
        check_in_place(scope, annotation, field, fields)
    decl.fields.append(field)


def _no_recursion(scope: ModuleScope, node: ast.expr, t: Type) -> None:
    match t:
        case ListType(inner) | OptionType(inner) | ArrayType(inner):
            _no_recursion(scope, node, inner)
        case TupleType(elems):
            for elem in elems:
                _no_recursion(scope, node, elem)
        case UnionType(members=members):
            for member in members:
                _no_recursion(scope, node, member)
        case _:
            decl = class_of(t)
            info = scope.checker.infos.get(decl) if decl is not None else None
            if info is not None and not info.complete:
                raise fail(
                    scope.span(node),
                    f"class `{t}` contains itself",
                    "keep the elements in one list and refer to them by index",
                )


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

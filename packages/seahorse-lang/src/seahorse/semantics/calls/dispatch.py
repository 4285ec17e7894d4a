"""Calls: of functions, methods, classes, other programs' instructions; and the matching of arguments to parameters."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError
from seahorse.semantics.calls.accounts.cpi import call_program
from seahorse.semantics.calls.builtins.builtins import call_prelude, prelude_static, to_int
from seahorse.semantics.calls.builtins.registry import one
from seahorse.semantics.calls.functions.arguments import (
    argument,
    bind,
    call_function,
    check_default,
    default_nodes,
    require_order,
)
from seahorse.semantics.calls.functions.callables import call_with_functions
from seahorse.semantics.calls.functions.generics import call_generic, call_generic_method, types_of_arguments
from seahorse.semantics.calls.functions.local_functions import call_local
from seahorse.semantics.calls.methods import call_method, is_signature, transfer_signed
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.enums import OF_VALUE
from seahorse.semantics.declarations.methods import is_abstract, is_static
from seahorse.semantics.declarations.typing_forms.generics import is_generic
from seahorse.semantics.declarations.typing_forms.typing_names import new_type, takes_functions
from seahorse.semantics.expressions.objects import is_named_tuple
from seahorse.semantics.expressions.stars import without_stars
from seahorse.semantics.names.near import near
from seahorse.semantics.names.symbols import (
    AliasSymbol,
    BoundSymbol,
    ClassInfo,
    ClassSymbol,
    ConstSymbol,
    EnumSymbol,
    ErrorSymbol,
    FunctionSymbol,
    GenericSymbol,
    InstructionSymbol,
    ModuleScope,
    ModuleSymbol,
    PackageSymbol,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.known import ImplicitCall, Known, has_method
from seahorse.semantics.scope.local_functions import LocalFunction
from seahorse.semantics.tree import (
    ClassDecl,
    Construct,
    Expr,
    class_type,
)
from seahorse.semantics.tree.types import ClassType, IntType, OptionType, Type


@handles(ast.Call, ImplicitCall)
def call(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if any(isinstance(a, ast.Starred) for a in node.args):
        spread = type(node)(node.func, without_stars(body, node.args), node.keywords)
        node = ast.copy_location(spread, node)
    if isinstance(node.func, ast.Name):
        return _call_name(body, node, node.func, expected)
    if isinstance(node.func, ast.Subscript) and isinstance(body.symbol(node.func.value), GenericSymbol | ClassSymbol):
        return _construct_type(body, node, type_of(body.scope, node.func))
    if isinstance(node.func, ast.Attribute):
        return _call_attribute(body, node, node.func, expected)
    if isinstance(node.func, ast.Lambda):
        return call_local(body, node, LocalFunction("function", node.func))
    if isinstance(node.func, ast.IfExp):
        # Only the function that is chosen gets its arguments.
        either = [
            ast.copy_location(ast.Call(f, node.args, node.keywords), node) for f in (node.func.body, node.func.orelse)
        ]
        return body.expr(ast.copy_location(ast.IfExp(node.func.test, *either), node), expected)
    if isinstance(node.func, ast.Call | ast.Subscript):
        value = body.expr(node.func)
        if has_method(body, body.type_of(value), "__call__"):
            return _call_object(body, node, Known(value, node.func))
    raise body.error(node.func, "this cannot be called", "call a function or a method by its name")


def _call_name(body: BodyChecker, node: ast.Call, func: ast.Name, expected: Type | None) -> Expr:
    if func.id in body.local_functions:
        return call_local(body, node, body.local_functions[func.id])
    binding = body.variable(func)
    if binding is not None and has_method(body, binding.local.type, "__call__"):
        return _call_object(body, node, func)
    if binding is not None:
        raise body.error(func, f"`{func.id}` is a variable and cannot be called", "call a function by its name")
    symbol = body.scope.lookup(func.id)
    if symbol is None:
        raise body.undefined(func)
    return call_symbol(body, node, symbol, func.id, expected)


def _call_object(body: BodyChecker, node: ast.Call, func: ast.expr) -> Expr:
    """`value(...)` of an object whose class has `__call__`."""
    method = ast.copy_location(ast.Attribute(func, "__call__", ast.Load()), node)
    return body.expr(ast.copy_location(ast.Call(method, node.args, node.keywords), node))


def _call_attribute(body: BodyChecker, node: ast.Call, func: ast.Attribute, expected: Type | None) -> Expr:
    if isinstance(func.value, ast.Call) and isinstance(func.value.func, ast.Name) and func.value.func.id == "super":
        return call_super(body, node, func)
    if func.attr == "transfer_lamports" and is_signature(func.value):
        return transfer_signed(body, node, func)
    symbol = body.symbol(func)
    if symbol is not None:
        return call_symbol(body, node, symbol, ast.unparse(func), expected)
    owner = body.symbol(func.value)
    match owner:
        case ClassSymbol(info=info) | EnumSymbol(info=info) if func.attr in info.methods or isinstance(
            owner, ClassSymbol
        ):
            return call_static(body, node, func, info)
        case PreludeSymbol(name=name):
            return prelude_static(body, node, func, name, expected)
        case EnumSymbol(decl=decl) if isinstance(func.value, ast.Name | ast.Attribute):
            raise body.error(func, f"enum `{decl.name}` has no method `{func.attr}`", "define it in the enum")
        case ErrorSymbol() | ModuleSymbol() | PackageSymbol():
            raise body.error(func, f"`{ast.unparse(func)}` cannot be called", "call a function")
        case None:
            root = func.value
            if isinstance(root, ast.Name) and body.find(root.id) is None:
                raise body.undefined(root)
        case _:
            pass
    receiver = body.expr(func.value)
    if func.attr == "_replace" and is_named_tuple(body, receiver.type):
        changed = ast.Call(func, [Known(receiver, func.value), *node.args], node.keywords)
        return call_prelude(body, ast.copy_location(changed, node), "tuple with others", expected)
    return call_method(body, node, func, receiver, expected)


def call_symbol(body: BodyChecker, node: ast.Call, symbol: Symbol, label: str, expected: Type | None) -> Expr:
    """A call of a module-level name."""
    match symbol:
        case FunctionSymbol() if takes_functions(symbol.node):
            return call_with_functions(body, node, symbol.node, symbol.scope, [])
        case FunctionSymbol() if is_generic(symbol.scope, symbol.node):
            return call_generic(body, node, symbol)
        case GenericSymbol():
            return construct_generic(body, node, symbol, expected)
        case FunctionSymbol():
            return call_function(body, node, body.checker.functions.function(symbol), symbol.scope, symbol.node, [])
        case ClassSymbol(info=info):
            return construct(body, node, info)
        case InstructionSymbol() if symbol.scope.program != body.checker.name:
            return call_program(body, node, symbol)
        case InstructionSymbol():
            raise body.error(
                node,
                f"`{label}` is an instruction, which only clients call",
                "move the shared code to a function without @instruction",
            )
        case PreludeSymbol(name=name):
            return call_prelude(body, node, name, expected)
        case BoundSymbol(type=bound) if isinstance(bound, IntType):
            return to_int(body, node, bound)
        case BoundSymbol(type=bound) if isinstance(bound, ClassType):
            return _construct_type(body, node, bound)
        case EnumSymbol(info=info):
            argument = one(body, node, label)
            func = ast.copy_location(ast.Attribute(node.func, OF_VALUE, ast.Load()), node)
            return call_static(body, ast.copy_location(ast.Call(func, [argument], []), node), func, info)
        case AliasSymbol(scope=home, node=ast.Subscript() as value):
            return _construct_type(body, node, type_of(home, value))
        case AliasSymbol(scope=home, node=value) if (inner := new_type(home, value)) is not None:
            argument = one(body, node, label)
            return body.typed(argument, type_of(home, inner), f"`{label}`")
        case ErrorSymbol():
            raise body.error(node, "an error class cannot be called", f"write `raise {label}.CODE`")
        case ConstSymbol():
            bare = body.source.instead(node, body.source.text_of(node.func))
            raise body.error(node, f"`{label}` is a constant and cannot be called", "remove the parentheses", bare)
        case _:
            raise body.error(node, f"`{label}` cannot be called", "call a function")


# --- functions and methods ---


def call_static(body: BodyChecker, node: ast.Call, func: ast.Attribute, info: ClassInfo) -> Expr:
    """`Class.method(...)`."""
    name = info.decl.name
    if func.attr not in info.methods:
        close = near(func.attr, list(info.methods))
        hint = f"did you mean `{close}`?" if close else "define it in the class"
        named = body.source.attribute(func, close) if close else None
        raise body.error(func, f"class `{name}` has no method `{func.attr}`", hint, named)
    syntax, definer = info.methods[func.attr]
    if not is_static(definer.scope, syntax):
        raise body.error(
            func, f"`{func.attr}` is a method of an instance", f"call it on a value: `value.{func.attr}(...)`"
        )
    if is_generic(definer.scope, syntax):
        return call_generic_method(body, node, (info, definer), syntax, [])
    function = body.checker.functions.method(info, func.attr)
    return call_function(body, node, function, definer.scope, syntax, [])


def call_super(body: BodyChecker, node: ast.Call, func: ast.Attribute) -> Expr:
    """`super().method(...)`: the base's method, with this class's self."""
    base = body.definer.base if body.definer is not None else None
    found = body.find("self")
    if base is None or body.owner is None or found is None:
        raise body.error(func, "`super()` works in the methods of a derived class only", "call the function directly")
    if func.attr not in base.methods:
        if func.attr == "__init__":
            raise body.error(
                func, f"class `{base.decl.name}` has no `__init__`", "assign the fields of the base directly"
            )
        raise body.error(func, f"class `{base.decl.name}` has no method `{func.attr}`", "correct the name")
    syntax, definer = base.methods[func.attr]
    if is_abstract(definer.scope, syntax):
        raise body.error(
            func, f"`{func.attr}` of class `{base.decl.name}` is abstract", "it does nothing: remove the call"
        )
    self_node = ast.copy_location(ast.Name("self", ast.Load()), node)
    receiver = [] if is_static(definer.scope, syntax) else [body.expr(self_node)]
    if is_generic(definer.scope, syntax):
        return call_generic_method(body, node, (body.owner, definer), syntax, receiver)
    function = body.checker.functions.base_method(body.owner, definer, func.attr)
    return call_function(body, node, function, definer.scope, syntax, receiver)


# --- construction ---


def construct(body: BodyChecker, node: ast.Call, info: ClassInfo) -> Expr:
    """`Class(...)`: through `__init__`, or one value per field."""
    decl = info.decl
    if info.is_protocol:
        raise body.error(
            node, f"`{decl.name}` is a Protocol: it has no objects", "construct a class that has its methods"
        )
    if not isinstance(decl, ClassDecl):
        raise body.error(
            node,
            f"account `{decl.name}` cannot be constructed",
            f"take an `Empty[{decl.name}]` parameter and call its `init`",
        )
    abstract = next((n for n, (syntax, home) in info.methods.items() if is_abstract(home.scope, syntax)), None)
    if abstract is not None:
        hint = "construct a derived class that has it"
        raise body.error(node, f"`{decl.name}` is abstract: it has no `{abstract}` of its own", hint)
    if info.is_keyword_only and node.args:
        raise body.error(node.args[0], f"`{decl.name}` takes its fields by name", "write `name=...` before each")
    if "__init__" in info.methods:
        return _construct_by_init(body, node, info, decl)
    if info.broken:
        raise CompileError([])
    fields = decl.all_fields()
    if info.kind == "class" and not _has_constructor(info) and fields:
        hint = "put `@dataclass` above the class, or write `__init__`"
        above = body.source.above(info.node, "@dataclass") if info.scope.module is body.scope.module else None
        raise body.error(node, f"class `{decl.name}` has no constructor", hint, above)
    bound = bind(body, node, [f.name for f in fields], [*info.defaults, *info.factories], decl.name)
    given = {f.name: body.typed(bound[f.name], f.type, f"field `{f.name}`") for f in fields if f.name in bound}
    require_order(body, bound, [f.name for f in fields], given)
    args: list[Expr] = []
    for item in fields:
        what = f"field `{item.name}`"
        if item.name in given:
            args.append(given[item.name])
        elif item.name in info.factories:
            args.append(_made(body, info, item.name, item.type))
        else:
            with body.inside(_home_of_default(info, item.name)):
                default = info.defaults[item.name]
                args.append(check_default(body, default, body.typed(default, item.type, what), item.name))
    return Construct(class_type(decl), body.span(node), decl, args)


def _made(body: BodyChecker, info: ClassInfo, name: str, t: Type) -> Expr:
    """The value that the `default_factory` of a field gives to this object."""
    with body.inside(_home_of_default(info, name)):
        return body.typed(info.factories[name], t, f"field `{name}`")


def _construct_type(body: BodyChecker, node: ast.Call, t: Type) -> Expr:
    """`Stack[u64](...)`, or a call of an alias of it."""
    if not isinstance(t, ClassType):
        raise body.error(node, f"{t} cannot be called", "construct a class")
    return construct(body, node, body.checker.infos[t.decl])


def construct_generic(body: BodyChecker, node: ast.Call, symbol: GenericSymbol, expected: Type | None) -> Expr:
    """`Stack()`, where the expected type gives the type argument, or `Box(x)`, where the arguments give it."""
    wanted = body.infer.prune(expected) if expected is not None else None
    wanted = body.infer.prune(wanted.inner) if isinstance(wanted, OptionType) else wanted
    found = next(
        (m for m in symbol.made.values() if isinstance(wanted, ClassType) and m.info.decl is wanted.decl), None
    )
    if found is not None:
        return construct(body, node, found.info)
    name = symbol.node.name
    types, node = types_of_arguments(body, node, symbol)
    if types.keys() != set(symbol.parameters):
        hint = f"write `{name}[{', '.join(['u64'] * len(symbol.parameters))}](...)`, or another type"
        raise body.error(node, f"the type parameter of this `{name}` is not known", hint)
    return construct(body, node, body.checker.class_for(symbol, [types[p] for p in symbol.parameters]).info)


def _has_constructor(info: ClassInfo) -> bool:
    current: ClassInfo | None = info
    while current is not None:
        if current.is_dataclass:
            return True
        current = current.base
    return False


def _home_of_default(info: ClassInfo, name: str) -> ModuleScope:
    """The module of the class that declares a field."""
    current: ClassInfo = info
    while current.base is not None and name not in {f.name for f in getattr(current.decl, "fields", [])}:
        current = current.base
    return current.scope


def _construct_by_init(body: BodyChecker, node: ast.Call, info: ClassInfo, decl: ClassDecl) -> Expr:
    syntax, definer = info.methods["__init__"]
    function = body.checker.functions.method(info, "__init__")
    params = function.params[1:]
    defaults = default_nodes(syntax)
    if info.is_dataclass:
        # Made of the fields, whose defaults it takes.
        defaults = dict(info.defaults)
    bound = bind(body, node, [p.name for p in params], [*defaults, *info.factories], decl.name)
    given = {p.name: argument(body, bound[p.name], p.type, f"parameter `{p.name}`") for p in params if p.name in bound}
    require_order(body, bound, [p.name for p in params], given)
    args: list[Expr] = []
    for param in params:
        if param.name in given:
            args.append(given[param.name])
        elif info.is_dataclass and param.name in info.factories:
            args.append(_made(body, info, param.name, param.type))
        else:
            with body.inside(definer.scope):
                args.append(body.typed(defaults[param.name], param.type, f"parameter `{param.name}`"))
    body.calls.append((function, body.span(node)))
    body.forget_fields()
    return Construct(class_type(decl), body.span(node), decl, args, function)

"""The functions and methods of a program: made when first named, their bodies checked once."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from seahorse.diagnostics import CompileError, Mistakes, Span, fail
from seahorse.semantics.calls.functions.arguments import check_default, self_type
from seahorse.semantics.declarations.annotations import type_of, unstorable
from seahorse.semantics.declarations.class_syntax import check_name, docs_of
from seahorse.semantics.declarations.constants import fold_symbol
from seahorse.semantics.declarations.declare import default_nodes
from seahorse.semantics.declarations.methods import is_abstract, is_static, method_kind, parameters_of
from seahorse.semantics.expressions.literals import named_constant
from seahorse.semantics.expressions.stars import only_read
from seahorse.semantics.names.local_names import LocalNames
from seahorse.semantics.names.prelude_names import CONSTANT_CALLS
from seahorse.semantics.names.special_methods import RETURNS_INT
from seahorse.semantics.names.symbols import (
    BoundSymbol,
    Checker,
    ClassInfo,
    ClassSymbol,
    ConstSymbol,
    FunctionSymbol,
    ModuleScope,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.program.set_fields import check_fields_are_set
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.finished import finish, told_of_literals
from seahorse.semantics.statements.statements import check_body
from seahorse.semantics.tree import CheckedInstruction, ClassDecl, Function, Local
from seahorse.semantics.tree.types import (
    BOOL,
    I64,
    NONE,
    STR,
    U64,
    CpiAccountType,
    EmptyType,
    IterType,
    ListType,
    NoneType,
    OptionType,
    Type,
)
from seahorse.syntax.walk import child_nodes

CallSite = tuple[Function, Span]


class FunctionTable:
    """Functions by the syntax that they come from, and who calls whom."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._functions: dict[tuple[str, str, ast.FunctionDef], Function] = {}
        self._pending: list[tuple[Function, ModuleScope, ast.FunctionDef, ClassInfo | None, ClassInfo | None]] = []
        # The functions that the compiler made of each generic function or method of the source, of each function inside
        # a function, and of each lambda that has a name.
        self.generic: dict[ast.FunctionDef | ast.Lambda, list[Function]] = {}
        self._instances: dict[tuple[object, ...], Function] = {}
        self._local: list[tuple[Function, BodyChecker, ast.FunctionDef]] = []
        # Functions for the functions that they take, and the lambdas that names of functions stand for.
        self.taking: dict[tuple[object, ...], Function] = {}
        self.named: dict[tuple[object, ...], ast.Lambda] = {}
        self.calls: dict[Function | CheckedInstruction, list[CallSite]] = {}
        self.open_constants: list[ConstSymbol] = []

    def function(self, symbol: FunctionSymbol) -> Function:
        """A module-level function."""
        scope, node = symbol.scope, symbol.node
        key = (scope.program, scope.name, node)
        known = self._functions.get(key)
        if known is None:
            known = Function(node.name, scope.name, scope.name_span(node, node.name), docs=docs_of(node))
            self._signature(known, scope, node, None)
            self._functions[key] = known
            self._pending.append((known, scope, node, None, None))
        return known

    def instance(self, symbol: FunctionSymbol, types: dict[str, Type], of: dict[str, Type]) -> Function:
        """A generic function for certain types: `types` of its type parameters, `of` of arguments for a Protocol."""
        node = symbol.node
        key = (symbol.scope.program, symbol.scope.name, node, *types.items(), *of.items())
        known = self._instances.get(key)
        if known is None:
            scope = LocalNames(symbol.scope, {name: BoundSymbol(t) for name, t in types.items()})
            known = Function(node.name, scope.name, scope.name_span(node, node.name), docs=docs_of(node))
            self._signature(known, scope, node, None, of)
            self._instances[key] = known
            self.generic.setdefault(node, []).append(known)
            self._pending.append((known, scope, node, None, None))
        return known

    def method(self, info: ClassInfo, name: str) -> Function:
        """A method as a class has it: its own, or an inherited one checked for this class."""
        node, definer = info.methods[name]
        return self._method(info, definer, node, name)

    def base_method(self, info: ClassInfo, definer: ClassInfo, name: str) -> Function:
        """A base's method called by `super()`, with this class's self."""
        node, _ = definer.methods[name]
        return self._method(info, definer, node, f"{definer.decl.name}_{name.strip('_')}")

    def generic_method(
        self, info: ClassInfo, definer: ClassInfo, node: ast.FunctionDef, types: dict[str, Type], of: dict[str, Type]
    ) -> Function:
        """A method with type parameters of its own, for certain types; one of a base when the class has another."""
        key = (info.decl, definer.decl, node, *types.items(), *of.items())
        overridden = info.methods[node.name][0] is not node
        name = f"{definer.decl.name}_{node.name}" if overridden else node.name
        known = self._instances.get(key)
        if known is None:
            bound: dict[str, Symbol] = {name: BoundSymbol(t) for name, t in types.items()}
            scope = LocalNames(_inside(definer.scope, info, node), bound)
            known = self._new_method(info, definer, scope, node, name, of)
            self._instances[key] = known
            self.generic.setdefault(node, []).append(known)
        return known

    def _method(self, info: ClassInfo, definer: ClassInfo, node: ast.FunctionDef, name: str) -> Function:
        key = (definer.scope.name + "." + definer.decl.name, name)
        known = info.functions.get(key)
        if known is None:
            known = self._new_method(info, definer, _inside(definer.scope, info, node), node, name)
            info.functions[key] = known
            if isinstance(info.decl, ClassDecl) and info.decl.generic is not None:
                self.generic.setdefault(node, []).append(known)
        return known

    def _new_method(
        self,
        info: ClassInfo,
        definer: ClassInfo,
        scope: ModuleScope,
        node: ast.FunctionDef,
        name: str,
        of: Mapping[str, Type] | None = None,
    ) -> Function:
        made = Function(
            _function_name(info, node, name),
            info.decl.module,
            scope.name_span(node, node.name),
            owner=info.decl.name,
            docs=docs_of(node),
        )
        made.is_static = is_static(scope, node)
        self._signature(made, scope, node, None if made.is_static else info, of)
        self._pending.append((made, scope, node, info, definer))
        return made

    def _signature(
        self,
        function: Function,
        scope: ModuleScope,
        node: ast.FunctionDef,
        info: ClassInfo | None,
        of: Mapping[str, Type] | None = None,
    ) -> None:
        check_name(scope, function.span, node.name.strip("_") or "_", "a function")
        params = parameters_of(scope, node)
        with Mistakes() as mistakes:
            for i, param in enumerate(params):
                with mistakes.collected():
                    if any(p.arg == param.arg for p in params[:i]):
                        message = f"parameter `{param.arg}` is declared twice"
                        raise fail(scope.span(param), message, "rename one of them")
                    if info is not None and i == 0:
                        t = self_type(info)
                    else:
                        t = _type_of_parameter(scope, node, param, info, (of or {}).get(param.arg))
                    function.params.append(Local(i, param.arg, t))
            with mistakes.collected():
                function.returns = _plain_int(node) or _return_type(scope, node)
        if node.name == "__next__" and info is not None:
            if isinstance(function.returns, NoneType | OptionType | None):
                hint = "write the type of the items, which are never None, for example `-> u64`"
                raise fail(function.span, "`__next__` does not declare its result", hint)
            function.returns = OptionType(function.returns)
        if node.name == "__init__" and function.returns not in (None, NONE):
            nothing = scope.module.source.returning(node, "None")
            raise fail(function.span, "`__init__` returns nothing", "write `-> None`", nothing)

    def check_later(self, function: Function, body: object, node: ast.FunctionDef) -> None:
        """Check the body of a function inside a function, whose parameters `body` knows."""
        assert isinstance(body, BodyChecker)
        self._local.append((function, body, node))

    # --- bodies ---

    def check_all(self) -> None:
        """Check the bodies of all functions named so far, and of those that they name."""
        while self._pending or self._local:
            try:
                if self._local:
                    self._check_local(*self._local.pop())
                else:
                    self._check(*self._pending.pop())
            except CompileError as error:
                self._checker.report(error)

    def _check_local(self, function: Function, body: BodyChecker, node: ast.FunctionDef) -> None:
        self._check_body(function, body, node, self._checker.mistakes)

    def _check_body(self, function: Function, body: BodyChecker, node: ast.FunctionDef, before: int) -> None:
        """Check the statements, and finish the body if no mistake was found since there were `before`."""
        function.body = check_body(body, node, [p.name for p in function.params])
        self.calls[function] = body.calls
        if self._checker.mistakes == before:
            finish(body, function)
        else:
            told_of_literals(body, function.body)

    def _check(
        self,
        function: Function,
        scope: ModuleScope,
        node: ast.FunctionDef,
        info: ClassInfo | None,
        definer: ClassInfo | None,
    ) -> None:
        body = BodyChecker(self._checker, scope, function.returns or NONE, None, info, definer)
        body.name = function.name
        for param, argument in zip(function.params, parameters_of(scope, node), strict=True):
            body.declare(param.name, param.type, scope.span(argument))
        if node.args.vararg is not None:
            only_read(body, node, node.args.vararg.arg)
        before = self._checker.mistakes
        for name, default in default_nodes(node).items():
            wanted = next(p.type for p in function.params if p.name == name)
            with body.inside(scope):
                value = body.typed(default, wanted, f"parameter `{name}`")
                function.param_defaults[name] = check_default(body, default, value, name)
        if is_abstract(scope, node):
            # Only derived classes have objects, and they have a method of their own.
            self.calls[function] = []
            return
        self._check_body(function, body, node, before)
        if function.name == "__init__" and info is not None:
            check_fields_are_set(self._checker, scope, node, info)

    def check_constant(self, symbol: ConstSymbol) -> None:
        """Report what is wrong with a constant, used or not."""
        if fold_symbol(symbol) is not None:
            return
        body = BodyChecker(self._checker, symbol.scope)
        value = named_constant(body, symbol, symbol.node, None)
        stack: list[ast.AST] = [symbol.node]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Call) and not _constant_call(body, node):
                raise fail(symbol.scope.span(node), "this is not constant", "compute it inside a function")
            stack.extend(child_nodes(node))
        if isinstance(value.type, IterType):
            raise fail(symbol.scope.span(symbol.node), "an iterator is not a constant", "write `list(...)`")


def _inside(scope: ModuleScope, info: ClassInfo, node: ast.FunctionDef) -> ModuleScope:
    """The names that a method sees: those of its module, `Self`, and what a class method calls its class."""
    own: dict[str, Symbol] = {"Self": info.symbol()}
    if method_kind(scope, node) == "classmethod":
        own[node.args.args[0].arg] = info.symbol()
    return LocalNames(scope, own)


def _function_name(info: ClassInfo, node: ast.FunctionDef, key: str) -> str:
    """A method's name; a property's setter has one of its own."""
    if not key.endswith(".setter"):
        return key
    made = f"set_{node.name}"
    return f"assign_{node.name}" if made in info.methods else made


def _is_any_object(scope: ModuleScope, annotation: ast.expr | None) -> bool:
    match annotation:
        case None:
            return True
        case ast.Name(id="object" | "Any" as name):
            return scope.lookup(name) == PreludeSymbol("object") if name == "object" else scope.lookup(name) is None
        case _:
            return False


def _plain_int(node: ast.FunctionDef) -> Type | None:
    """`def __len__(self) -> int` and `def __hash__(self) -> int`, as Python wants them."""
    match node.returns:
        case ast.Name(id="int") if node.name in RETURNS_INT:
            return I64 if node.name == "__hash__" else U64
        case _:
            return None


def _constant_call(body: BodyChecker, node: ast.Call) -> bool:
    symbol = body.symbol(node.func)
    if isinstance(symbol, ClassSymbol):
        # An object that nobody can change is as good as one that is made once.
        return symbol.info.is_frozen or symbol.info.is_namedtuple
    return getattr(symbol, "name", None) in CONSTANT_CALLS


def _type_of_parameter(
    scope: ModuleScope, node: ast.FunctionDef, param: ast.arg, info: ClassInfo | None, known: Type | None
) -> Type:
    """The type of a parameter other than `self`. `info`: the class of which the function is a method. `known`: the type
    that a call gives it, for a generic function."""
    if info is not None and node.name in ("__eq__", "__ne__") and _is_any_object(scope, param.annotation):
        # Python asks for `object`; what is compared here is always an object of the class.
        return self_type(info)
    span = scope.span(param)
    if param.annotation is None:
        hint, typed = f"write `{param.arg}: u64`, or another type", scope.module.source.around(param, "", ": u64")
        raise fail(span, f"parameter `{param.arg}` has no type", hint, typed)
    t = known or _written_type(scope, param.annotation, node if info is None else None)
    if param is not node.args.vararg:
        return t
    if unstorable(t) is not None:
        raise fail(span, f"`*{param.arg}` cannot take {t}", "declare a parameter for each account")
    return ListType(t)


def _written_type(scope: ModuleScope, node: ast.expr, function: ast.FunctionDef | None) -> Type:
    t = type_of(scope, node)
    inner = t.inner if isinstance(t, OptionType) else t
    if t is NONE or isinstance(inner, CpiAccountType | EmptyType):
        hint = (
            "put `@instruction` above the function, or pass the initialized account"
            if isinstance(inner, EmptyType)
            else "choose another type"
        )
        is_plain = isinstance(inner, EmptyType) and function is not None
        above = scope.module.source.above(function, "@instruction") if is_plain and function is not None else None
        raise fail(scope.span(node), f"a parameter of a function cannot have type {t}", hint, above)
    return t


# Python's rules for special methods, also where their headers do not state them.
_IMPLIED: dict[str, Type] = {
    **dict.fromkeys(("__str__", "__repr__"), STR),
    **dict.fromkeys(("__bool__", "__contains__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), BOOL),
    "__len__": U64,
    "__hash__": I64,
}


def _return_type(scope: ModuleScope, node: ast.FunctionDef) -> Type | None:
    if node.returns is None:
        return _IMPLIED.get(node.name)
    t = type_of(scope, node.returns)
    if isinstance(t, CpiAccountType | EmptyType | IterType):
        raise fail(scope.span(node.returns), f"a function cannot return {t}", "return data")
    return t

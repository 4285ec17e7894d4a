"""Methods of the prelude's types: tables of their parameters and results, and the few that need more than a table."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.initialization import init
from seahorse.semantics.calls.accounts.invoke import invoke
from seahorse.semantics.calls.accounts.pyth import validate_price_feed
from seahorse.semantics.calls.accounts.rent import minimum_balance
from seahorse.semantics.calls.accounts.signers import any_account, authority, param_of, signer_list, signing_accounts
from seahorse.semantics.calls.builtins.by_method import sorted_by_method, sorts_by_method
from seahorse.semantics.calls.builtins.iteration import sort_options
from seahorse.semantics.calls.functions.arguments import bind, call_library_method, call_user_method, require_order
from seahorse.semantics.calls.functions.callables import call_with_functions
from seahorse.semantics.calls.functions.generics import call_generic_method
from seahorse.semantics.calls.functions.unions import call_union_method
from seahorse.semantics.declarations.methods import is_static, require_self
from seahorse.semantics.declarations.typing_forms.generics import is_generic
from seahorse.semantics.declarations.typing_forms.typing_names import takes_functions
from seahorse.semantics.expressions.comparisons import no_own_equality
from seahorse.semantics.expressions.indexes import index_expr, items_of_tuple
from seahorse.semantics.names.near import near_member
from seahorse.semantics.names.symbols import ClassSymbol
from seahorse.semantics.scope import library
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.by_name import require_method_keywords
from seahorse.semantics.scope.known import ImplicitCall, class_info, own_names
from seahorse.semantics.scope.method_table import (
    DELETE,
    DELETED,
    METHODS,
    SPECIAL,
    MethodParameter,
    MethodSignature,
    account_property,
    kind_of,
    method_names,
    special,
)
from seahorse.semantics.tree import AccountDecl, Builtin, Expr, ListComp, ListLit, Var, account_type
from seahorse.semantics.tree.types import (
    BOOL,
    NONE,
    SIGNER,
    SYSTEM_ACCOUNT,
    U8,
    U64,
    UNCHECKED,
    AccountType,
    ClassType,
    EmptyType,
    EnumType,
    ListType,
    OptionType,
    StrType,
    TupleType,
    Type,
    UnionType,
    is_account,
)


def call_method(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, expected: Type | None) -> Expr:
    """`receiver.method(...)`."""
    t = body.type_of(receiver)
    if isinstance(t, OptionType):
        raise body.may_be_none(func.value)
    if isinstance(t, AccountType | ClassType | EnumType):
        info = class_info(body, t)
        if info is not None and func.attr in info.methods:
            if func.attr == "__next__" and not isinstance(node, ImplicitCall):
                called = body.source.instead(node, f"next({body.source.text_of(func.value)})")
                hint = f"write `next({ast.unparse(func.value)})`"
                raise body.error(node, "`__next__` is called by `next`", hint, called)
            syntax, definer = info.methods[func.attr]
            if takes_functions(syntax) and not is_static(definer.scope, syntax):
                return call_with_functions(body, node, syntax, definer.scope, [receiver], (info, definer))
            if is_generic(definer.scope, syntax):
                require_self(definer.scope, syntax)
                of = [] if is_static(definer.scope, syntax) else [receiver]
                return call_generic_method(body, node, (info, definer), syntax, of)
            return call_user_method(body, node, func, receiver, info)
    if isinstance(t, TupleType) and func.attr in ("count", "index"):
        items = items_of_tuple(body, func.value, receiver, t)
        return call_method(body, node, func, items, expected) if items is not receiver else _refused(body, func, t)
    if isinstance(t, UnionType):
        return call_union_method(body, node, func, receiver, t)
    kind = kind_of(t)
    require_method_keywords(body, node, kind, func.attr)
    special = SPECIAL.get((kind, func.attr))
    if special is not None:
        return special(body, node, func, receiver, t)
    method = METHODS.get(kind, {}).get(func.attr)
    if method is None or _needs_library(node, method):
        found = library.method(body, kind, func.attr)
        if found is not None:
            return call_library_method(body, node, found, receiver)
    if method is None:
        raise _no_method(body, func, t)
    if kind == "List" and func.attr in ("index", "count", "remove"):
        no_own_equality(body, node, t, f"`{func.attr}`")
    return _table_call(body, node, func, receiver, t, method)


def _needs_library(node: ast.Call, method: MethodSignature) -> bool:
    """Whether a call has arguments that only the library's method of this name knows."""
    names = [p.name for p in method.params]
    return len(node.args) > len(names) or any(k.arg not in names for k in node.keywords)


def _refused(body: BodyChecker, func: ast.Attribute, t: Type) -> Expr:
    raise _no_method(body, func, t)


def _no_method(body: BodyChecker, func: ast.Attribute, t: Type) -> Exception:
    if isinstance(t, ClassType) and func.attr == "emit" and t.decl.is_event:
        return body.error(func, "`emit` returns no value", "call it on a line of its own")
    if func.attr == DELETE:
        return body.error(func, f"nothing can be deleted from {body.show(t)}", "`del` is for items of lists and dicts")
    names = [*method_names(t), *library.method_names(body, kind_of(t))]
    if isinstance(t, EnumType):
        names = own_names(body, t)
    if isinstance(t, AccountType | ClassType):
        info = body.checker.infos.get(t.decl)
        names = [*(list(info.methods) if info is not None else list[str]()), *names]
        fields = t.decl.fields
        if any(f.name == func.attr for f in fields):
            message = f"`{func.attr}` is a field of {t}, not a method"
            return body.error(func, message, "remove the parentheses", body.source.without_call(func))
    if isinstance(t, EmptyType) and func.attr in METHODS.get(kind_of(t.inner), {}):
        label = ast.unparse(func.value)
        return body.error(
            func,
            f"`{label}` is an Empty, not yet an account",
            f"use the account that `init` gives: `{label} = {label}.init(...)`",
        )
    if func.attr == "init":
        name = func.value.id if isinstance(func.value, ast.Name) else "account"
        param = body.context.accounts.get(name) if body.context is not None else None
        declared = body.source.parameter(param.span, f"{name}: Empty[{t}]") if param is not None else None
        return body.error(func, f"{t} is initialized already", f"declare `{name}: Empty[{t}]`", declared)
    if func.attr == "format" and isinstance(t, StrType):
        return body.error(func, "`format` is not supported", "use an f-string")
    if account_property(t, func.attr) is not None:
        message = f"`{func.attr}` is a value of {t}, not a method"
        return body.error(func, message, "remove the parentheses", body.source.without_call(func))
    close = near_member(func.attr, names)
    hint = (
        f"did you mean `{close}`?"
        if close
        else f"it has: {', '.join(names[:10])}"
        if names
        else "use an operator or a function"
    )
    named = body.source.attribute(func, close) if close else None
    return body.error(func, f"{body.show(t)} has no method `{func.attr}`", hint, named)


def _table_call(
    body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type, method: MethodSignature
) -> Expr:
    names = [p.name for p in method.params]
    bound = bind(body, node, names, [p.name for p in method.params if p.optional], func.attr)
    args, kwargs = [receiver], dict[str, Expr]()
    given_as: dict[str, Expr] = {}
    for param in method.params:
        given = bound.get(param.name)
        is_none = isinstance(given, ast.Constant) and given.value is None
        if given is None or (is_none and param.kind in ("signer", "signers")):
            continue
        if param.kind == "authority":
            account, seeds = authority(body, given)
            args.append(account)
            if seeds is not None:
                if "signer" in bound:
                    raise body.error(
                        bound["signer"], "the authority signs twice", "give `.signer()` or `signer=[...]`, not both"
                    )
                kwargs["signer"] = seeds
        elif param.kind == "signer":
            kwargs["signer"] = signer_list(body, given)
        elif param.kind == "signers":
            kwargs["signers"] = signing_accounts(body, given)
        else:
            args.append(_argument(body, given, param, t))
            given_as[param.name] = args[-1]
    if "signer" in kwargs and "signers" in kwargs:
        hint = "keep `signers` for an authority that is a multisig account"
        raise body.error(bound["signers"], "the authority signs by itself and by others", hint)
    require_order(body, bound, names, given_as)
    _needs_signature(body, bound.get("authority"), args, kwargs)
    if method.effects:
        if isinstance(receiver, ListLit | ListComp):
            raise body.error(
                func.value, "this changes a list that nothing else sees", "assign the list to a variable first"
            )
        body.forget_fields()
    return Builtin(_returned(t, method), body.span(node), method.builtin, args, kwargs)


def _needs_signature(body: BodyChecker, node: ast.expr | None, args: list[Expr], kwargs: dict[str, Expr]) -> None:
    if node is None or kwargs.keys() & {"signer", "signers"}:
        return
    param = param_of(body, args[1])
    # Without known seeds the address may be an ordinary one, whose own key signs the transaction.
    if isinstance(body.type_of(args[1]), AccountType) and param is not None and (param.pda or param.init):
        label = ast.unparse(node)
        raise body.error(
            node,
            f"`{label}` is an account of a program and cannot sign by itself",
            f"write `{label}.signer()`",
            body.source.around(node, "", ".signer()"),
        )


def _argument(body: BodyChecker, node: ast.expr, param: MethodParameter, t: Type) -> Expr:
    what = f"parameter `{param.name}`"
    if param.kind == "account":
        return any_account(body, node, what)
    if param.kind == "index":
        return index_expr(body, node)
    if param.kind == "elem":
        assert isinstance(t, ListType)
        value = body.typed(node, t.elem, "an element of this list")
        if is_account(body.type_of(value)):
            raise body.error(node, "a list cannot hold accounts", "hold their addresses: `.key()`")
        return value
    if param.kind == "list":
        assert isinstance(t, ListType)
        return body.typed(node, ListType(t.elem), what)
    assert isinstance(param.kind, Type)
    return body.typed(node, param.kind, what)


def _returned(t: Type, method: MethodSignature) -> Type:
    if method.returns == "elem":
        assert isinstance(t, ListType)
        return t.elem
    if method.returns == "self":
        return ListType(t.elem) if isinstance(t, ListType) else t
    assert isinstance(method.returns, Type)
    return method.returns


# --- methods that need more than a table ---


def _deletes(kind: str) -> None:
    @special(kind, DELETE)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        return _table_call(body, node, func, receiver, t, DELETED)


_deletes("List")
_deletes("bytearray")


@special("Account", "signer")
def _signer_alone(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    raise body.error(
        node,
        "`signer()` is not a value of its own",
        "pass it as an argument: `program.instruction(authority=account.signer())`",
    )


@special("Empty", "bump")
@special("Account", "bump")
def _bump(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    param = param_of(body, receiver)
    if body.context is None or param is None:
        raise body.error(
            node, "`bump()` works on accounts that the instruction initializes", "read a stored `bump: u8` field"
        )
    bind(body, node, [], [], "bump")
    body.context.bumps.append((param, body.span(node)))
    return Builtin(U8, body.span(node), "bump", [receiver])


@special("Account", "migrate")
def _migrate(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    """`old.migrate(NewClass, payer)`: the account as one of another class; the old name means nothing any more."""
    bound = bind(body, node, ["to", "payer"], [], "migrate")
    target = _class_named(body, bound["to"])
    assert isinstance(t, AccountType)
    if target is t.decl or t.decl.program != body.checker.name:
        raise body.error(node, f"{t} cannot become {target.name}", "migrate from another class of this program")
    param = param_of(body, receiver)
    if param is None or param.optional or param.init is not None or not isinstance(receiver, Var):
        raise body.error(node, "only a parameter of the instruction can be migrated", "call it in the instruction")
    if body.depth != 1 or body.loops or body.init_site is not node:
        hint = "write `new = old.migrate(...)` outside of `if` and loops"
        raise body.error(node, "`migrate` is the value of an assignment at the top level of an instruction", hint)
    _same_types(body, bound["to"], t.decl, target)
    payer = body.typed(bound["payer"], SIGNER, "parameter `payer`")
    body.migrated[param.name] = target.name
    body.forget_fields()
    return Builtin(account_type(target), body.span(node), "migrate", [receiver, payer])


def _class_named(body: BodyChecker, node: ast.expr) -> AccountDecl:
    """The Account class that an argument names: one of this program."""
    symbol = body.symbol(node)
    decl = symbol.info.decl if isinstance(symbol, ClassSymbol) else None
    if not isinstance(decl, AccountDecl) or decl.program != body.checker.name:
        hint = "write `old.migrate(NewClass, ...)`"
        raise body.error(node, "an account can only become one of another Account class of this program", hint)
    return decl


def _same_types(body: BodyChecker, node: ast.expr, old: AccountDecl, new: AccountDecl) -> None:
    """A field that both classes have keeps its value, so it must be of one type."""
    for field in new.fields:
        before = old.field(field.name)
        if before is not None and before.type != field.type:
            raise body.error(
                node,
                f"`{field.name}` is {before.type} in {old.name} and {field.type} in {new.name}",
                "give the new field another name, and convert the value",
            )


@special("Empty", "is_new")
@special("Account", "is_new")
def _is_new(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    param = param_of(body, receiver)
    if param is None or param.init is None or not param.init.if_needed:
        hint = "without that, an account that is initialized is always new"
        raise body.error(node, "`is_new()` works after `init(..., init_if_needed=True)`", hint)
    bind(body, node, [], [], "is_new")
    return Builtin(BOOL, body.span(node), "is_new", [Var(param.local.type, receiver.span, param.local)])


def is_signature(node: ast.expr) -> bool:
    """`account.signer(...)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "signer"


def transfer_signed(body: BodyChecker, node: ast.Call, func: ast.Attribute) -> Expr:
    """`address.signer(...).transfer_lamports(to, amount)`: lamports of an address that the system program owns."""
    account, seeds = authority(body, func.value)
    assert seeds is not None
    t = body.type_of(account)
    if t not in (UNCHECKED, SYSTEM_ACCOUNT):
        label = ast.unparse(account_node(func.value))
        raise body.error(
            node,
            f"the system program does not own a {body.show(t)}",
            f"write `{label}.transfer_lamports(...)` for an account of this program"
            if isinstance(t, AccountType)
            else "declare the address as `SystemAccount`",
        )
    bound = bind(body, node, ["to", "amount"], [], "transfer_lamports")
    to = any_account(body, bound["to"], "parameter `to`")
    amount = body.typed(bound["amount"], U64, "parameter `amount`")
    return Builtin(NONE, body.span(node), "transfer_lamports", [account, to, amount], {"signer": seeds})


def account_node(node: ast.expr) -> ast.expr:
    """The expression before `.signer(...)`."""
    inner = node.func if isinstance(node, ast.Call) else node
    return inner.value if isinstance(inner, ast.Attribute) else inner


@special("Program", "invoke")
def _invoke(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    return invoke(body, node, receiver)


@special("Empty", "init")
def _init(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    return init(body, node, func, receiver, t)


@special("Rent", "minimum_balance")
def _minimum_balance(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    return minimum_balance(body, node, receiver)


@special("PriceAccount", "validate_price_feed")
def _price_feed(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    return validate_price_feed(body, node, receiver)


@special("List", "sort")
def _sort(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, ListType)
    if sorts_by_method(body, t.elem, node.keywords):
        return sorted_by_method(body, node, receiver, t.elem, node.keywords, in_place=True)
    kwargs = sort_options(body, node, t.elem, node.keywords)
    if node.args:
        raise body.error(node.args[0], "`sort` takes keyword arguments only", "write `key=...`, `reverse=...`")
    body.forget_fields()
    return Builtin(NONE, body.span(node), "list.sort", [receiver], kwargs)

"""Calls of functions and methods, construction of objects, and the dispatch of builtins."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.anchor.crate.functions import ParamInfo
from seahorse.backends.anchor.expressions.foreign_tuples import to_foreign
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.types import is_aggregate, is_copy
from seahorse.backends.anchor.rust.blocks import Do, RustBlock, RustIf
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Method, Try
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr, StructLit, paren
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.places import fixed_indexes
from seahorse.ir.lower import IMPLICIT_PROGRAMS
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    AccountType,
    BuiltinAccountType,
    BytesType,
    ListType,
    OptionType,
    StrType,
    Type,
    is_account,
)
from seahorse.semantics.tree.walk import walk


@handles(tree.Call)
def _call(body: BodyWriter, e: tree.Call) -> RustValue:
    if e.function.module.startswith("seahorse.library"):
        raise body.unsupported(e.span, f"`{e.library or e.function.name}` has no Rust form", "write it out")
    infos = body.crate.functions
    info = infos.info(e.function)
    args = apart(body, list(zip(info.params, e.args, strict=True)))
    extra = [program_account(body, p, e) for p in info.programs]
    method = infos.is_method(e.function)
    if method and not e.function.is_static and args:
        made: RustExpr = Method(
            paren(receiver(body, *args[0]), 18), infos.name(e.function), [*_args(body, args[1:]), *extra]
        )
    elif method:
        owner = infos.owner(e.function)
        assert owner is not None
        made = RustCall(f"{body.types.declared(owner)}::{infos.name(e.function)}", [*_args(body, args), *extra])
    else:
        made = RustCall(_path(body, e.function), [*_args(body, args), *extra])
    for param, given in args:
        if param.stale:
            read_again(body, given, e)
    return RustValue(body.fail(made) if info.fallible else made)


def apart(body: BodyWriter, args: list[tuple[ParamInfo, tree.Expr]]) -> list[tuple[ParamInfo, tree.Expr]]:
    """The arguments. When one reads an object that another lends mutably, its value is taken before the call."""
    changed = {root: i for i, (info, e) in enumerate(args) if info.mutable for root in behind(body, roots(e))}
    out: list[tuple[ParamInfo, tree.Expr]] = []
    for i, (info, e) in enumerate(args):
        named = {body.facts.resolve(n.local) for n in walk(e) if isinstance(n, tree.Var)}
        late = _changes_earlier(body, [a for _, a in args[:i]], e)
        if not late and all(changed.get(root, i) == i for root in behind(body, named)):
            out.append((info, e))
            continue
        if not late and (is_account(e.type) or (is_aggregate(e.type) and roots(e))):
            message = "this call is given the same object twice, and changes it, which Rust refuses"
            raise body.unsupported(e.span, message, "write the function for one object")
        out.append((info, body.put_before(e, "value", mutable=info.mutable)))
    return out


def _changes_earlier(body: BodyWriter, earlier: list[tree.Expr], e: tree.Expr) -> bool:
    """Whether the evaluation of an argument changes an object that an earlier argument lends."""
    written = behind(body, body.facts.mutated_in([e]))
    return any(is_aggregate(a.type) and behind(body, roots(a)) & written for a in earlier)


def behind(body: BodyWriter, found: set[int]) -> set[int]:
    """Variables, and the variables for which they are other names."""
    parts = {x for v in found for x in (v, *body.bindings.parts.get(v, ()))}
    return parts | {body.facts.resolve_id(v) for v in parts}


def receiver(body: BodyWriter, info: ParamInfo, e: tree.Expr) -> RustExpr:
    """The object of a method call."""
    if info.mutable:
        mark_mutable(body, e)
        return body.written(fixed(body, e)).expr
    return body.place(e)


def fixed(body: BodyWriter, e: tree.Expr) -> tree.Expr:
    """A place that is written through: the indexes on the way to it are evaluated before the statement."""
    held = len(body.output.before)
    made = fixed_indexes(body, e, body.output.before)
    body.output.spots += [e] if len(body.output.before) > held else []
    return made


def _path(body: BodyWriter, function: tree.Function) -> str:
    """The function's name, imported; with its module when a variable here has the same name."""
    infos = body.crate.functions
    name, module = infos.name(function), infos.module(function)
    if function.name in body.bindings.taken or name == body.owner_name:
        body.types.used.add(("crate", module))
        return f"{module}::{name}"
    body.types.used.add((f"crate::{module}", name))
    return name


def _args(body: BodyWriter, args: list[tuple[ParamInfo, tree.Expr]]) -> list[RustExpr]:
    return [argument(body, info, e) for info, e in args]


def argument(body: BodyWriter, info: ParamInfo, e: tree.Expr) -> RustExpr:
    """An argument as its parameter wants it."""
    t = info.local.type
    if isinstance(t, OptionType) and not is_copy(t):
        return _option_argument(body, info, e)
    if is_copy(t) and not is_account(t):
        return body.owned(e)
    if isinstance(t, StrType):
        return body.borrow(e)
    if info.any_kind:
        return _any_account(body, e)
    if info.mutable:
        mark_mutable(body, e)
        e = fixed(body, e)
    return body.borrow(e, mutable=(info.mutable and not isinstance(t, BuiltinAccountType)) or _is_typed(t, info))


def _any_account(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An account of any kind as an AccountInfo."""
    inner = e.value if isinstance(e, tree.Coerce) else e
    derefs = isinstance(inner.type, BuiltinAccountType) and inner.type.name in ("Signer", "UncheckedAccount", "Program")
    return body.borrow(inner) if derefs else Method(body.place(inner), "as_ref")


def _is_typed(t: Type, info: ParamInfo) -> bool:
    typed = isinstance(t, BuiltinAccountType) and t.name in ("TokenAccount", "TokenMint")
    return typed and info.mutable


def _option_argument(body: BodyWriter, info: ParamInfo, e: tree.Expr) -> RustExpr:
    """An option of something borrowed."""
    if isinstance(e, tree.NoneLit):
        return Atom("None")
    if isinstance(e, tree.Coerce) and not isinstance(e.value.type, OptionType):
        inner = ParamInfo(tree.Local(-1, "", e.value.type), info.mutable, info.account, info.grows)
        return RustCall("Some", [argument(body, inner, e.value)])
    rust_value = body.translate(e)
    assert isinstance(e.type, OptionType)
    if info.mutable:
        mark_mutable(body, e)
    if isinstance(e.type.inner, StrType | BytesType | ListType):
        return Method(rust_value.expr, "as_deref")
    if isinstance(e, tree.Var) and body.facts.instruction is None and not body.is_owned(e):
        # Already an option of a reference: a parameter of this function.
        return rust_value.expr if not info.mutable or body.is_last_use(e) else body.open(e, rust_value, mutable=True)
    method = "as_mut" if info.mutable else "as_ref"
    if is_account(e.type) and not info.account:
        # From the account to its data.
        return Method(rust_value.expr, "as_deref_mut" if info.mutable else "as_deref")
    return Method(rust_value.expr, method)


def mark_mutable(body: BodyWriter, e: tree.Expr) -> None:
    """An account variable of the instruction is written: its binding must be `&mut`."""
    for root in roots(e):
        slot = body.facts.slot(root)
        if slot is not None:
            body.output.use(slot.index, changed=True)
            found = body.facts.resolve_id(root)
            binding = body.bindings.variables.get(found)
            if binding is not None and binding.kind == "ref":
                body.bindings.variables[found] = replace(binding, kind="mut")


def read_again(body: BodyWriter, account: tree.Expr, call: tree.Expr, written: set[int] | None = None) -> None:
    """After a call that writes an account: decode it again, when later code reads its data.

    `written`: all variables whose accounts the call writes, if there are several.
    """
    inner = account.value if isinstance(account, tree.Coerce | tree.Unwrap) else account
    t = inner.type.inner if isinstance(inner.type, OptionType) else inner.type
    if not _has_data(t):
        return
    found = roots(account)
    same = _read_same_again(body, t, written or found, account, call)
    others = {other for root in found for other in body.bindings.chosen.get(root, ())}
    if others and any(body.facts.is_read_after(v, call) for v in found | others):
        message = "this call writes an account that is looked at later by another name, which Rust cannot"
        raise body.unsupported(account.span, message, "use the accounts by their names")
    if not any(body.facts.is_read_after(root, call) for root in found):
        # The caller of this function may read it.
        body.output.stale |= found
        return
    body.output.late.append((call, found | same))
    _reload(body, account)


def _reload(body: BodyWriter, account: tree.Expr) -> None:
    mark_mutable(body, account)
    body.output.fails = True
    place = body.translate(account).expr
    again = Do(Try(Method(place, "reload")))
    if isinstance(account.type, OptionType):
        inner = RustBlock([Do(Try(Method(Atom("account"), "reload")))])
        again = Do(RustIf(Method(place, "as_mut"), inner, pattern="Some(account)"), False)
    if again not in body.output.after:
        body.output.after.append(again)


def _read_same_again(body: BodyWriter, t: Type, written: set[int], account: tree.Expr, call: tree.Expr) -> set[int]:
    """Another parameter may be the same token account or mint. (For program accounts, the checks refuse this.)

    Returns the variables of those that are decoded again.
    """
    again: set[int] = set()
    if t not in (TOKEN_ACCOUNT, TOKEN_MINT):
        return again
    for local in body.facts.parameters:
        inner = local.type.inner if isinstance(local.type, OptionType) else local.type
        if inner != t or local.id in written or not body.facts.is_read_after(local.id, call):
            continue
        if body.facts.instruction is None:
            message = f"`{local.name}` is looked at later, and may be the account that this call writes"
            hint = "look at it before, or in the instruction: Rust reads an account again only where it is written"
            raise body.unsupported(account.span, message, hint)
        body.output.late.append((call, {local.id}))
        _reload(body, tree.Var(local.type, account.span, local))
        again.add(local.id)
    return again


def _has_data(t: Type) -> bool:
    return isinstance(t, AccountType) or t in (TOKEN_ACCOUNT, TOKEN_MINT)


def program_account(body: BodyWriter, name: str, e: tree.Expr) -> RustExpr:
    """A program account that a callee needs for its own calls."""
    if body.facts.instruction is not None:
        slot = next((s for s in body.facts.instruction.slots if s.name == name), None)
        if slot is None:
            slot = next((s for s in body.facts.instruction.slots if s.address == _address(body, name)), None)
        if slot is None:
            raise body.unsupported(e.span, f"the account `{name}` is not at hand here", "add it as a parameter")
        return Prefix("&", Atom(f"ctx.accounts.{slot.name}"))
    return Atom(name)


def _address(body: BodyWriter, name: str) -> bytes | None:
    if name in IMPLICIT_PROGRAMS:
        return IMPLICIT_PROGRAMS[name]
    other = body.crate.program.foreign.get(name.removesuffix("_program"))
    return other.id if other is not None else None


@handles(tree.Construct)
def _construct(body: BodyWriter, e: tree.Construct) -> RustValue:
    name = body.types.declared(e.decl, e.span)
    module = body.crate.foreign_of.get(e.decl)
    if e.constructor is not None and module is not None:
        message = f"the constructor of `{e.decl.name}`, a class of another program, has no Rust form"
        raise body.unsupported(e.span, message, "make it a dataclass, or build the bytecode alone: `--no-rust`")
    if e.constructor is not None:
        info = body.crate.functions.info(e.constructor)
        params = info.params[1:] if info.params and info.params[0].local.name == "self" else info.params
        made = RustCall(f"{name}::new", [argument(body, p, a) for p, a in zip(params, e.args, strict=True)])
        return RustValue(body.fail(made) if info.fallible else made)
    fields: list[tuple[str, RustExpr | None]] = []
    for f, arg in zip(e.decl.all_fields(), e.args, strict=True):
        value = body.owned(arg)
        value = limited(body, f.type, arg, value)
        if module is not None:
            value = to_foreign(module, f.type, value)
        field_name = names.public(f.name)
        short = isinstance(value, Atom) and value.text == field_name
        fields.append((field_name, None if short else value))
    return RustValue(StructLit(name, fields))


def limited(body: BodyWriter, target: Type, source: tree.Expr, value: RustExpr) -> RustExpr:
    """A text or list for a place with a maximum: the value, checked when the source may be longer."""
    inner = source
    while isinstance(inner, tree.Coerce):
        inner = inner.value
    limit, held = _limit(target), _limit(inner.type)
    if limit is None or (held is not None and held <= limit):
        return value
    if isinstance(inner, tree.StrLit) and len(inner.value.encode()) <= limit:
        return value
    if isinstance(inner, tree.NoneLit) or (isinstance(inner, tree.ListLit) and len(inner.items) <= limit):
        return value
    # What is coerced to an optional has become one here.
    if isinstance(source.type, OptionType):
        return body.fail(RustCall(body.helper("limit_option"), [value, Atom(str(limit))]))
    return body.fail(RustCall(body.helper("limit"), [value, Atom(str(limit))]))


def _limit(t: Type) -> int | None:
    match t:
        case StrType() | ListType():
            return t.max_len
        case OptionType():
            return _limit(t.inner)
        case _:
            return None

"""From bodies to Rust functions: the program's functions and methods, and the handlers of its instructions."""

from __future__ import annotations

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.functions import FunctionInfo, needs_lifetime
from seahorse.backends.anchor.expressions import arithmetic, registry
from seahorse.backends.anchor.expressions.calls import limited
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames, is_copy
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do, Let, Line, RustAssign, RustBlock, RustIf, RustStmt
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Prefix, RustExpr, StructLit
from seahorse.backends.anchor.scope.aliasing import Aliases
from seahorse.backends.anchor.scope.body_writer import BodyWriter, RustBinding
from seahorse.backends.anchor.scope.conflicts import require_apart
from seahorse.backends.anchor.scope.parameters import bind_parameters, own_parameters
from seahorse.backends.anchor.statements.statements import block
from seahorse.ir import nodes as ir
from seahorse.ir.lower import stores_bump
from seahorse.ir.walk import walk
from seahorse.semantics import tree
from seahorse.semantics.tree.types import NoneType, Type, is_account

# Modules that register how expressions are translated, besides those that are used here anyway.
REGISTERED = (arithmetic, registry)


# --- functions and methods ------------------------------------------------------------------------------------


def write_function(crate: Crate, info: FunctionInfo, types: TypeNames) -> None:
    """Translate a function; fills `info.item` and `info.fallible`."""
    analysed = _function_body(crate, info, types, True)
    Aliases(analysed).check()
    require_apart(analysed)
    fallible, ordered = False, frozenset[int]()
    while True:
        body = _function_body(crate, info, types, fallible)
        body.ordered = ordered
        made = (
            _constructor(body, info) if info.constructor_of is not None else block(body, info.function.body, tail=True)
        )
        if body.can_fail and not fallible:
            fallible = True
        elif body.disordered - ordered:
            ordered |= body.disordered
        else:
            break
    info.fallible = fallible
    for p in info.params:
        p.stale = p.local.id in body.stale
    info.item = _signature(crate, info, types, [*own_parameters(info, body), *made], fallible, body)


def _function_body(crate: Crate, info: FunctionInfo, types: TypeNames, fallible: bool) -> BodyWriter:
    f = info.function
    body = BodyWriter(
        crate, types, f.body, f.returns, fallible, parameters=f.params, owner_name=crate.functions.name(f)
    )
    method = crate.functions.is_method(f)
    called = ["this" if p.local.name == "self" and not method else names.local(p.local.name) for p in info.params]
    bind_parameters(body, info, called)
    return body


def _constructor(body: BodyWriter, info: FunctionInfo) -> list[RustStmt]:
    """`__init__`: a struct literal when it only assigns fields once, else a default value that is filled in."""
    decl = info.constructor_of
    assert decl is not None
    self_local = info.params[0].local
    simple = _simple_fields(info.function.body, self_local)
    if simple is not None and set(simple) == {f.name for f in decl.all_fields()}:
        fields: list[tuple[str, RustExpr | None]] = []
        for f in decl.all_fields():
            value = limited(body, f.type, simple[f.name], body.owned(simple[f.name]))
            fields.append((names.public(f.name), value))
        return [_value(body, StructLit("Self", fields))]
    body.bindings[self_local.id] = RustBinding(Atom("this"), "place")
    made = block(body, info.function.body)
    return [Let("mut this", Atom("Self::default()")), *made, _value(body, Atom("this"))]


def _value(body: BodyWriter, value: RustExpr) -> RustStmt:
    return Do(RustCall("Ok", [value]) if body.fallible else value, False)


def _simple_fields(statements: list[tree.Stmt], self_local: tree.Local) -> dict[str, tree.Expr] | None:
    out: dict[str, tree.Expr] = {}
    for s in statements:
        if not isinstance(s, tree.Assign) or not isinstance(s.target, tree.PlaceTarget):
            return None
        place = s.target.place
        if (
            not isinstance(place, tree.GetField)
            or not isinstance(place.obj, tree.Var)
            or place.obj.local.id != self_local.id
        ):
            return None
        if place.name in out or any(isinstance(n, tree.Var) and n.local.id == self_local.id for n in walk(s.value)):
            return None
        out[place.name] = s.value
    return out


def _signature(
    crate: Crate, info: FunctionInfo, types: TypeNames, made: list[RustStmt], fallible: bool, body: BodyWriter
) -> items.RustFunction:
    f = info.function
    functions = crate.functions
    lifetime = needs_lifetime(f, functions)
    method = functions.is_method(f) and not f.is_static
    params: list[items.Param] = []
    for p in info.params:
        if p.local.name == "self" and info.constructor_of is not None:
            continue
        if p.local.name == "self" and method:
            params.append(items.Param("&mut self" if p.mutable else "&self", ""))
            continue
        name = body.bindings[p.local.id].expr
        used = p.local.id in body.read
        used |= p.local.id in body.reassigned
        mutable = p.local.id in body.opened or (p.local.id in body.reassigned and is_copy(p.local.type))
        params.append(
            items.Param(
                ("mut " if mutable else "") + ("" if used else "_") + str(name),
                functions.param_type(p, types, lifetime),
            )
        )
    for program in info.programs:
        params.append(items.Param(program, program_type(crate, types, program)))
    returns = _returns(types, f.returns, f.span, info)
    result = f"Result<{returns or '()'}>" if fallible else returns
    if info.constructor_of is not None and any(p.name == "self" for p in f.params):
        result = "Result<Self>" if fallible else "Self"
    return items.RustFunction(functions.name(f), params, result, made, f.docs, "<'info>" if lifetime else "")


def _returns(types: TypeNames, t: Type | None, span: object, info: FunctionInfo) -> str | None:
    if t is None or isinstance(t, NoneType):
        return None
    if is_account(t):
        f = info.function
        raise UnsupportedError(
            "a function that returns an account has no Rust form here",
            f.span,
            "return its key, or use it in the instruction",
        )
    return types.name(t)


def program_type(crate: Crate, types: TypeNames, name: str) -> str:
    """The type of a program account that a function receives for its calls."""
    if name == "token_program":
        types.used.add(("anchor_spl::token", "Token"))
        return "&Program<'info, Token>"
    if name == "system_program":
        return "&Program<'info, System>"
    if name == "associated_token_program":
        types.used.add(("anchor_spl::associated_token", "AssociatedToken"))
        return "&Program<'info, AssociatedToken>"
    program = name.removesuffix("_program")
    return f"&Program<'info, {types.program(program)}::program::{names.pascal(program)}>"


# --- instructions ---------------------------------------------------------------------------------------------


def handler(crate: Crate, instruction: ir.Instruction, types: TypeNames, context: str) -> items.RustFunction:
    """The function of an instruction, which `lib.rs` calls."""
    ordered = frozenset[int]()
    while True:
        body, made = _handler_body(crate, instruction, types, ordered)
        if not body.disordered - ordered:
            break
        ordered |= body.disordered
    start = _bindings(body, instruction)
    if start and (not made or (isinstance(made[0], Line) and not made[0].text)):
        start.pop()
    params = [items.Param("ctx" if _uses_context(start, made) else "_ctx", f"Context<{context}>")]
    for arg in instruction.args:
        used = arg.local.id in body.read | body.reassigned or arg.name in body.keep
        mutable = "mut " if arg.local.id in body.reassigned or arg.local.id in body.mutated else ""
        params.append(
            items.Param(mutable + ("" if used else "_") + names.local(arg.name), types.name(arg.type, arg.span))
        )
    returned = instruction.returns
    result = "()" if returned is None or isinstance(returned, NoneType) else types.name(returned)
    return items.RustFunction(
        f"handle_{instruction.name}", params, f"Result<{result}>", [*start, *made], instruction.docs
    )


def _handler_body(
    crate: Crate, instruction: ir.Instruction, types: TypeNames, ordered: frozenset[int]
) -> tuple[BodyWriter, list[RustStmt]]:
    body = BodyWriter(
        crate, types, instruction.body, instruction.returns, True, instruction, owner_name=f"handle_{instruction.name}"
    )
    Aliases(body).check()
    require_apart(body)
    body.keep = _signing_arguments(instruction)
    for slot in instruction.slots:
        if slot.local is not None:
            body.bindings[slot.local.id] = RustBinding(Atom(names.local(slot.name)), "ref")
            body.parameters += [slot.local] if slot.kind != ir.SlotKind.NEW else []
    for arg in instruction.args:
        body.bindings[arg.local.id] = RustBinding(Atom(names.local(arg.name)), "place", owned=True)
    _name_accounts(body, instruction)
    _mark_written(body, instruction)
    body.ordered = ordered
    return body, block(body, instruction.body, tail=True)


def _signing_arguments(instruction: ir.Instruction) -> set[str]:
    """Arguments that seeds of signatures need, which must therefore stay."""
    return {
        s.param
        for pda in instruction.signer_pdas.values()
        for s in pda.seeds
        if isinstance(s, tree.SeedParam) and any(a.name == s.param for a in instruction.args)
    }


def _name_accounts(body: BodyWriter, instruction: ir.Instruction) -> None:
    """An initialized account goes by the name of the variable that holds it."""
    slots = {s.local.id: s for s in instruction.slots if s.local is not None}
    for s in instruction.body:
        if (
            isinstance(s, tree.Assign)
            and isinstance(s.value, tree.InitAccount)
            and isinstance(s.target, tree.VarTarget)
        ):
            slot = slots.get(s.value.param.id)
            if slot is not None and not slot.optional:
                body.bindings[s.value.param.id] = RustBinding(Atom(names.local(s.target.local.name)), "ref")


def _mark_written(body: BodyWriter, instruction: ir.Instruction) -> None:
    """Accounts that the body changes are bound by `&mut` from the start."""
    aliases = {
        s.target.local.id: s.value.param.id
        for s in walk(instruction.body)
        if isinstance(s, tree.Assign) and isinstance(s.value, tree.InitAccount) and isinstance(s.target, tree.VarTarget)
    }
    written = {aliases.get(i, i) for i in body.mutated}
    body.mutated |= written
    for slot in instruction.slots:
        # Signers and unchecked accounts hold nothing that Rust could change.
        typed = slot.decl is not None or slot.kind in (ir.SlotKind.TOKEN_ACCOUNT, ir.SlotKind.TOKEN_MINT)
        if slot.local is not None and typed and (slot.local.id in written or _stores_bump(slot)):
            body.bindings[slot.local.id].kind = "mut"


def _stores_bump(slot: ir.AccountSlot) -> bool:
    return slot.kind == ir.SlotKind.NEW and slot.decl is not None and slot.pda is not None and stores_bump(slot.decl)


def _bindings(body: BodyWriter, instruction: ir.Instruction) -> list[RustStmt]:
    """`let x = &mut ctx.accounts.x;` for every account that the body uses, then the bumps of new accounts."""
    out: list[RustStmt] = []
    bumps: list[RustStmt] = []
    for slot in instruction.slots:
        if slot.local is None:
            continue
        stores = _stores_bump(slot)
        if slot.index not in body.slot_uses and not stores:
            continue
        binding = body.bindings[slot.local.id]
        place = Atom(f"ctx.accounts.{names.public(slot.name)}")
        if slot.index in body.slot_uses:
            mut = "&mut " if binding.kind == "mut" and _is_changed(body, slot, stores) else "&"
            out.append(Let(str(binding.expr), Prefix(mut, place)))
        if stores and slot.optional:
            bumps.append(_optional_bump(slot))
        elif stores:
            held = binding.expr if slot.index in body.slot_uses else place
            bumps.append(RustAssign(RustField(held, "bump"), Atom(f"ctx.bumps.{names.public(slot.name)}")))
    # The accounts stand apart from what is done with them.
    return [*out, *bumps, Line()] if out or bumps else []


def _is_changed(body: BodyWriter, slot: ir.AccountSlot, stores: bool) -> bool:
    assert slot.local is not None
    return stores or body.slot_uses.get(slot.index, False)


def _optional_bump(slot: ir.AccountSlot) -> RustStmt:
    place = Prefix("&mut ", Atom(f"ctx.accounts.{names.public(slot.name)}"))
    store = RustAssign(Atom("account.bump"), Method(Atom(f"ctx.bumps.{names.public(slot.name)}"), "unwrap_or_default"))
    return Do(RustIf(place, RustBlock([store]), pattern="Some(account)"), False)


def _uses_context(*parts: list[RustStmt]) -> bool:
    return any("ctx." in items.laid_out(p, 4) for p in parts if p)


# --- constraints ----------------------------------------------------------------------------------------------


def constraint_expr(crate: Crate, instruction: ir.Instruction, types: TypeNames, e: tree.Expr) -> RustExpr:
    """An expression over parameters inside an account constraint, as a usize where it is a size."""
    body = BodyWriter(crate, types, [], None, True, in_constraint=True)
    for slot in instruction.slots:
        if slot.local is not None:
            body.bindings[slot.local.id] = RustBinding(Atom(names.public(slot.name)), "place")
    for arg in instruction.args:
        body.bindings[arg.local.id] = RustBinding(Atom(names.public(arg.name)), "place")
    value = body.owned(e)
    literal = isinstance(value, Atom) and value.text[:1].isdigit()
    return value if literal or str(e.type) == "u8" else Cast(value, "usize")

"""From bodies to Rust functions: the program's functions and methods, and the handlers of its instructions."""

from __future__ import annotations

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.functions import FunctionInfo, needs_lifetime
from seahorse.backends.anchor.expressions import arithmetic, registry
from seahorse.backends.anchor.expressions.calls import limited
from seahorse.backends.anchor.facts.aliasing import Aliases
from seahorse.backends.anchor.facts.body_facts import BodyFacts
from seahorse.backends.anchor.facts.conflicts import require_apart
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames, is_copy
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do, Let, RustAssign, RustBlock, RustIf, RustLine, RustStmt
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Prefix, RustExpr, StructLit
from seahorse.backends.anchor.scope.bindings import Bindings, RustBinding
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.parameters import bind_parameters, own_parameters
from seahorse.backends.anchor.statements.endings import BodyEnd, finished
from seahorse.backends.anchor.statements.statements import block
from seahorse.ir import nodes as ir
from seahorse.ir.lower import stores_bump
from seahorse.semantics import tree
from seahorse.semantics.tree.types import NoneType, Type, is_account
from seahorse.semantics.tree.walk import walk

# Modules that register how expressions are translated, besides those that are used here anyway.
REGISTERED = (arithmetic, registry)


# --- functions and methods ------------------------------------------------------------------------------------


def write_function(crate: Crate, info: FunctionInfo, types: TypeNames) -> None:
    """Translate a function; fills `info.item` and `info.fallible`."""
    f = info.function
    facts = BodyFacts(crate.functions, f.body, returns=f.returns, parameters=f.params)
    body = BodyWriter(crate, types, facts, crate.functions.name(f), Bindings(set(facts.names)))
    method = crate.functions.is_method(f)
    called = ["this" if p.local.name == "self" and not method else names.local(p.local.name) for p in info.params]
    bind_parameters(body, info, called)
    Aliases(facts).check()
    require_apart(facts)
    made = _constructor(body, info) if info.constructor_of is not None else block(body, f.body, tail=True)
    info.fallible = body.output.fails
    for p in info.params:
        p.stale = p.local.id in body.output.stale
    made = finished(made, info.fallible)
    info.item = _signature(crate, info, types, [*own_parameters(info, body), *made], body)


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
        return [BodyEnd(StructLit("Self", fields), last=True)]
    body.bindings.variables[self_local.id] = RustBinding(Atom("this"), "place")
    made = block(body.within(made="this"), info.function.body)
    return [Let("mut this", Atom("Self::default()")), *made, BodyEnd(Atom("this"), last=True)]


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
    crate: Crate, info: FunctionInfo, types: TypeNames, made: list[RustStmt], body: BodyWriter
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
        name = body.bindings.variables[p.local.id].expr
        used = p.local.id in body.output.read
        used |= p.local.id in body.facts.reassigned
        mutable = p.local.id in body.output.opened or (p.local.id in body.facts.reassigned and is_copy(p.local.type))
        params.append(
            items.Param(
                ("mut " if mutable else "") + ("" if used else "_") + str(name),
                functions.param_type(p, types, lifetime),
            )
        )
    for program in info.programs:
        params.append(items.Param(program, program_type(crate, types, program)))
    returns = _returns(types, f.returns, f.span, info)
    result = f"Result<{returns or '()'}>" if info.fallible else returns
    if info.constructor_of is not None and any(p.name == "self" for p in f.params):
        result = "Result<Self>" if info.fallible else "Self"
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
    facts = BodyFacts(crate.functions, instruction.body, returns=instruction.returns, instruction=instruction)
    Aliases(facts).check()
    require_apart(facts)
    bindings = Bindings(set(facts.names), variables=_accounts_and_arguments(instruction, facts))
    body = BodyWriter(crate, types, facts, f"handle_{instruction.name}", bindings)
    made = finished(block(body, instruction.body, tail=True), fallible=True)
    start = _bindings(body, instruction)
    if start and (not made or (isinstance(made[0], RustLine) and not made[0].text)):
        start.pop()
    params = [items.Param("ctx" if _uses_context(start, made) else "_ctx", f"Context<{context}>")]
    for arg in instruction.args:
        used = arg.local.id in body.output.read | body.facts.reassigned or arg.name in facts.kept
        mutable = "mut " if arg.local.id in body.facts.reassigned or arg.local.id in body.facts.mutated else ""
        params.append(
            items.Param(mutable + ("" if used else "_") + names.local(arg.name), types.name(arg.type, arg.span))
        )
    returned = instruction.returns
    result = "()" if returned is None or isinstance(returned, NoneType) else types.name(returned)
    return items.RustFunction(
        f"handle_{instruction.name}", params, f"Result<{result}>", [*start, *made], instruction.docs
    )


def _accounts_and_arguments(instruction: ir.Instruction, facts: BodyFacts) -> dict[int, RustBinding]:
    """Bindings of the parameters: the body borrows accounts at its top, by `&mut` when it changes them."""
    called = _names_of_new(instruction)
    out: dict[int, RustBinding] = {}
    for slot in instruction.slots:
        if slot.local is not None:
            # Signers and unchecked accounts hold nothing that Rust could change.
            typed = slot.decl is not None or slot.kind in (ir.SlotKind.TOKEN_ACCOUNT, ir.SlotKind.TOKEN_MINT)
            changed = typed and (slot.local.id in facts.mutated or _stores_bump(slot))
            name = called.get(slot.local.id, slot.name)
            out[slot.local.id] = RustBinding(Atom(names.local(name)), "mut" if changed else "ref")
    for arg in instruction.args:
        out[arg.local.id] = RustBinding(Atom(names.local(arg.name)), "place", owned=True)
    return out


def _names_of_new(instruction: ir.Instruction) -> dict[int, str]:
    """An initialized account gets the name of the variable that holds it."""
    optional = {s.local.id for s in instruction.slots if s.local is not None and s.optional}
    return {
        s.value.param.id: s.target.local.name
        for s in instruction.body
        if isinstance(s, tree.Assign)
        and isinstance(s.value, tree.InitAccount)
        and isinstance(s.target, tree.VarTarget)
        and s.value.param.id not in optional
    }


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
        if slot.index not in body.output.slots and not stores:
            continue
        binding = body.bindings.variables[slot.local.id]
        place = Atom(f"ctx.accounts.{names.public(slot.name)}")
        if slot.index in body.output.slots:
            mut = "&mut " if binding.kind == "mut" and _is_changed(body, slot, stores) else "&"
            out.append(Let(str(binding.expr), Prefix(mut, place)))
        if stores and slot.optional:
            bumps.append(_optional_bump(slot))
        elif stores:
            held = binding.expr if slot.index in body.output.slots else place
            bumps.append(RustAssign(RustField(held, "bump"), Atom(f"ctx.bumps.{names.public(slot.name)}")))
    # An empty line separates the accounts from the code that uses them.
    return [*out, *bumps, RustLine()] if out or bumps else []


def _is_changed(body: BodyWriter, slot: ir.AccountSlot, stores: bool) -> bool:
    assert slot.local is not None
    return stores or body.output.slots.get(slot.index, False)


def _optional_bump(slot: ir.AccountSlot) -> RustStmt:
    place = Prefix("&mut ", Atom(f"ctx.accounts.{names.public(slot.name)}"))
    store = RustAssign(Atom("account.bump"), Method(Atom(f"ctx.bumps.{names.public(slot.name)}"), "unwrap_or_default"))
    return Do(RustIf(place, RustBlock([store]), pattern="Some(account)"), False)


def _uses_context(*parts: list[RustStmt]) -> bool:
    return any("ctx." in items.laid_out(p, 4) for p in parts if p)


# --- constraints ----------------------------------------------------------------------------------------------


def constraint_expr(crate: Crate, instruction: ir.Instruction, types: TypeNames, e: tree.Expr) -> RustExpr:
    """An expression over parameters inside an account constraint, as a usize where it is a size."""
    body = BodyWriter(crate, types, BodyFacts(crate.functions, []), None, Bindings(set()))
    for slot in instruction.slots:
        if slot.local is not None:
            body.bindings.variables[slot.local.id] = RustBinding(Atom(names.public(slot.name)), "place")
    for arg in instruction.args:
        body.bindings.variables[arg.local.id] = RustBinding(Atom(names.public(arg.name)), "place")
    value = body.owned(e)
    literal = isinstance(value, Atom) and value.text[:1].isdigit()
    return value if literal or str(e.type) == "u8" else Cast(value, "usize")

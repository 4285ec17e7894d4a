"""Variables for one of several accounts: references, as long as the accounts themselves stay as they are."""

from __future__ import annotations

from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.rust.blocks import Let, RustAssign, RustStmt
from seahorse.backends.anchor.rust.exprs import RustExpr
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.types import OptionType
from seahorse.semantics.tree.walk import walk


def choose(body: BodyWriter, target: tree.VarTarget, value: tree.Expr) -> list[RustStmt]:
    """`variable = account`, where it may be another account elsewhere. Raises UnsupportedError."""
    local = target.local
    chosen = {a for s in _assignments(body, local) for a in roots(s.value)}
    written = {body.facts.resolve_id(a) for a in chosen | {local.id}} & body.facts.mutated
    plain = all(_is_plain(s.value, local) for s in _assignments(body, local))
    accounts = {body.facts.resolve_id(a) for a in chosen - {local.id}}
    known = body.bindings.variables
    held = all(known[a].kind == "ref" and not body.facts.is_new(a) for a in accounts if a in known)
    if not plain or written or not held:
        raise body.unsupported(
            value.span,
            "a variable for one of several accounts has no Rust form here, since one of them changes",
            "use the accounts by their names",
        )
    made: RustExpr = body.translate(value).expr
    for account in chosen:
        body.bindings.chosen.setdefault(account, set()).add(local.id)
        body.bindings.chosen.setdefault(local.id, set()).add(account)
    if not target.declares:
        return [RustAssign(body.bindings.variables[local.id].expr, made)]
    mutable = "mut " if local.id in body.facts.reassigned else ""
    return [Let(mutable + body.declare(local, "ref"), made)]


def _assignments(body: BodyWriter, local: tree.Local) -> list[tree.Assign]:
    found = [s for s in walk(body.facts.statements) if isinstance(s, tree.Assign)]
    return [s for s in found if isinstance(s.target, tree.VarTarget) and s.target.local.id == local.id]


def _is_plain(value: tree.Expr, local: tree.Local) -> bool:
    """Whether a value is one account, or a choice between accounts, that a reference can be to."""
    if isinstance(value, tree.IfExp):
        return _is_plain(value.then, local) and _is_plain(value.orelse, local)
    return isinstance(value, tree.Var) and value.type == local.type and not isinstance(value.type, OptionType)

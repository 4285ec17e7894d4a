"""Parameters of functions: what they are in Rust, and how the function assigns them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seahorse.backends.anchor.crate.functions import FunctionInfo, ParamInfo
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import is_aggregate, is_copy
from seahorse.backends.anchor.rust.blocks import Let, RustStmt
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.backends.anchor.scope.bindings import Kind, RustBinding
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, BytesType, ListType, OptionType, StrType, Type, is_account
from seahorse.semantics.tree.walk import walk


def bind_parameters(body: BodyWriter, info: FunctionInfo, names: Sequence[str]) -> None:
    """The names of the parameters in Rust, and their kinds."""
    for p, name in zip(info.params, names, strict=True):
        kind = _kind(p)
        if p.local.id in body.facts.reassigned:
            _assignable(body, p, info.function)
            kind = "mut" if p.local.id in body.bindings.redirected else "place"
        owned = is_copy(p.local.type) or kind != _kind(p)
        body.bindings.variables[p.local.id] = RustBinding(Atom(name), kind, owned)


def _kind(p: ParamInfo) -> Kind:
    t = p.local.type
    if is_copy(t) or isinstance(t, OptionType):
        return "place"
    return "mut" if p.mutable else "ref"


def _assignable(body: BodyWriter, p: ParamInfo, function: tree.Function) -> None:
    """Find out how a parameter is the function's own variable as well. Raises UnsupportedError when it cannot."""
    t = p.local.type
    if p.mutable and not _is_changed(body, p.local):
        p.mutable = p.grows = False
    if is_account(t) or (p.mutable and isinstance(t, OptionType)):
        message = f"the parameter `{p.local.name}` is assigned here, but Rust borrows it"
        raise UnsupportedError(message, function.span, "assign another variable")
    if p.mutable:
        body.bindings.redirected[p.local.id] = body.bindings.temporary(f"own_{p.local.name}")


def own_parameters(info: FunctionInfo, body: BodyWriter) -> list[RustStmt]:
    """Variables for parameters that the function assigns: Rust passes texts, lists and objects by reference."""
    out: list[RustStmt] = []
    for p in info.params:
        if p.local.id not in body.facts.reassigned or is_copy(p.local.type):
            continue
        name = body.bindings.variables[p.local.id].expr
        if p.local.id in body.bindings.redirected:
            # The body keeps a value that it assigns in another variable.
            out += [Let(f"mut {body.bindings.redirected[p.local.id]}"), Let(f"mut {name}", name)]
        else:
            out.append(Let(f"mut {name}", _copied(name, p.local.type)))
    return out


def _copied(name: RustExpr, t: Type) -> RustExpr:
    match t:
        case StrType():
            return Method(name, "to_string")
        case BytesType() | ListType():
            return Method(name, "to_vec")
        case OptionType(inner=StrType()):
            return Method(name, "map", [Atom("str::to_string")])
        case OptionType(inner=BytesType() | ListType()):
            return Method(name, "map", [Atom("<[_]>::to_vec")])
        case OptionType():
            return Method(name, "cloned")
        case _:
            return Method(name, "clone")


# --- whether the caller sees a change -------------------------------------------------------------------------


def _is_changed(body: BodyWriter, param: tree.Local) -> bool:
    """Whether a parameter that is assigned is changed in place while it may still be the caller's object."""
    if _has_other_names(body, param) or _has_parts(param.type):
        return True
    return _Changes(body, param).block(body.facts.statements, True)[1]


def _has_parts(t: Type) -> bool:
    """Whether an object holds others, which are shared when it is copied."""
    return isinstance(t, ListType | ArrayType) and is_aggregate(t.elem)


def _has_other_names(body: BodyWriter, param: tree.Local) -> bool:
    for node in walk(body.facts.statements):
        if isinstance(node, tree.Assign | tree.For):
            value = node.value if isinstance(node, tree.Assign) else node.iterable
            aggregate = is_aggregate(value.type) and isinstance(node, tree.Assign)
            if param.id in roots(value) and aggregate:
                return True
    return False


class _Changes:
    """A walk along the flow of control. States: whether the parameter may be the caller's object."""

    def __init__(self, body: BodyWriter, param: tree.Local) -> None:
        self.body = body
        self.param = param

    def block(self, statements: Sequence[tree.Stmt], original: bool) -> tuple[bool, bool]:
        """The state behind the statements, and whether they change the caller's object."""
        changed = False
        for s in statements:
            original, found = self.statement(s, original)
            changed |= found
        return original, changed

    def statement(self, s: tree.Stmt, original: bool) -> tuple[bool, bool]:
        match s:
            case tree.If():
                tested = self._writes(s.test, original)
                (a, then), (b, orelse) = self.block(s.then, original), self.block(s.orelse, original)
                return a or b, tested or then or orelse
            case tree.While() | tree.For():
                tested = self._writes(s.test if isinstance(s, tree.While) else s.iterable, original)
                inner = original and not (isinstance(s, tree.For) and self._assigns(s.target))
                _, found = self.block(s.body, inner)
                after, orelse = self.block(s.orelse, original)
                return original or after, tested or found or orelse
            case tree.Assign():
                found = self._writes(s.value, original)
                return original and not self._assigns(s.target), found or self._writes(s.target, original)
            case tree.Return() | tree.Raise() | tree.Break() | tree.Continue():
                # Behind a loop, the state is the one in front of it at least.
                return False, self._writes(s, original)
            case _:
                return original, self._writes(s, original)

    def _writes(self, node: Any, original: bool) -> bool:
        return original and self.param.id in self.body.facts.mutated_in(node)

    def _assigns(self, target: tree.Target) -> bool:
        return any(isinstance(n, tree.VarTarget) and n.local.id == self.param.id for n in walk(target))

"""Two names for one object, which Rust does not have: nobody may change an object after the generated code has copied
it.

In the language, as in Python, `store.point = p` makes `store.point` and `p` one object. In Rust, `p` is copied, or
moved and gone. Both mean the same as long as neither is changed while the other is still in use. The analysis refuses
every program for which it cannot prove this. It is conservative: variables that may share an object are one class, and
a change of a type through any of the class counts as a change of the copied object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seahorse.backends.anchor.facts.body_facts import BodyFacts
from seahorse.backends.anchor.facts.reach import iterated, roots
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.ir.sharing import items_of, kind_of, kinds_within
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import U64, ArrayType, ListType, is_account
from seahorse.semantics.tree.walk import called_functions, walk

# The result of a function, as if it were a variable.
RESULT = -1_000_000
# A value that has no name, as if it were a variable.
UNNAMED = -1_000_001


@dataclass
class Change:
    """A node that changes an object in place: its kind, the variables that it was reached by, and, when a place gets
    another object, the kinds of what was there before. `moves`: a list's items change their places."""

    node: Any
    kinds: set[str]
    roots: set[int]
    replaced: set[str]
    moves: bool = False


@dataclass
class Copy:
    """An expression whose object the generated code copies, or ends, when it stores it."""

    node: tree.Expr
    kinds: set[str]
    source: set[int]
    target: set[int]
    # The node that changes the copy at once, when the copy is a value without a name.
    by: Any = None


def changes_in(facts: BodyFacts, nodes: Any) -> Iterator[Change]:
    """Everything below some nodes that changes objects in place."""
    yield from _own_changes(nodes)
    for node in walk(nodes):
        if isinstance(node, tree.Call):
            inside = [c for f in (node.function, *called_functions(node.function.body)) for c in _own_changes(f.body)]
            for info, arg in zip(facts.functions.info(node.function).params, node.args, strict=False):
                if info.mutable:
                    held = kinds_within(arg.type)
                    kinds = {k for c in inside for k in c.kinds & held}
                    replaced = {k for c in inside for k in c.replaced & held}
                    yield Change(node, kinds, flow(arg), replaced, any(c.moves for c in inside))


def _own_changes(nodes: Any) -> Iterator[Change]:
    for node in walk(nodes):
        match node:
            case tree.PlaceTarget(place=tree.GetField() | tree.GetIndex() as place):
                kind = kind_of(place.obj.type)
                kinds = {kind} if kind else set[str]()
                yield Change(node, kinds, roots(place) or flow(place), kinds_within(place.type))
            case tree.Builtin(name=name, args=args):
                for changed in (args[i] for i in operation(name).changes):
                    kind = kind_of(changed.type)
                    found = roots(changed) or flow(changed)
                    yield Change(node, {kind} if kind else set(), found, set(), operation(name).moves_items)
            case _:
                pass


def flow(e: tree.Expr) -> set[int]:
    """Variables whose objects, or parts of them, the value of an expression may be or hold."""
    if not kinds_within(e.type):
        return set()
    match e:
        case tree.Var() | tree.InitAccount():
            return roots(e)
        case tree.GetField(obj=obj) | tree.GetIndex(obj=obj) | tree.GetSlice(obj=obj):
            return flow(obj)
        case tree.Unwrap(value=value) | tree.Coerce(value=value):
            return flow(value)
        case _:
            return {n.local.id for n in walk(e) if isinstance(n, tree.Var) and kinds_within(n.type)}


def escaping(facts: BodyFacts, function: tree.Function) -> set[str]:
    """The kinds of objects that a function stores of its arguments' in another place, or gives back."""
    known = facts.functions.escaping
    if function not in known:
        inner = Aliases(BodyFacts(facts.functions, function.body, returns=function.returns))
        params = inner.classes({p.id for p in function.params})
        found = (c.kinds for c in inner.copies if inner.classes(c.source) & params)
        known[function] = {k for kinds in found for k in kinds}
    return known[function]


class Aliases:
    """The variables of one body that may share objects, and what is copied of them."""

    def __init__(self, facts: BodyFacts) -> None:
        self.facts = facts
        self._parent: dict[int, int] = {}
        # Variables that are names for parts of others: what they name.
        self._names: dict[int, set[int]] = {}
        self.copies: list[Copy] = []
        self._named: list[tuple[Any, int, tree.Expr]] = []
        for node in walk(facts.statements):
            self._note(node)
        self.changes = list(changes_in(facts, facts.statements))

    # --- classes of variables ---

    def class_of(self, variable: int) -> int:
        while (parent := self._parent.get(variable, variable)) != variable:
            variable = parent
        return variable

    def classes(self, variables: set[int]) -> set[int]:
        return {self.class_of(v) for v in variables}

    def _join(self, *groups: set[int]) -> None:
        variables = [v for g in groups for v in g]
        for v in variables[1:]:
            self._parent[self.class_of(v)] = self.class_of(variables[0])

    # --- what statements store ---

    def _note(self, node: Any) -> None:
        self._changes_value(node)
        match node:
            case tree.Assign():
                self._assignment(node)
            case tree.For() | tree.CompClause():
                self._iterates(node)
            case tree.Builtin(name="list.extend"):
                self._join(flow(node.args[0]), flow(node.args[1]))
                if isinstance(node.args[1], tree.ListLit | tree.ArrayLit | tree.ListComp):
                    self._stores([node.args[1]], roots(node.args[0]))
                else:
                    self._shares(node.args[1], roots(node.args[0]))
            case tree.Builtin() if stored := [node.args[i] for i in operation(node.name).stores]:
                target = roots(node.args[0])
                self._join(target, *(flow(a) for a in stored))
                self._stores(stored, target)
            case tree.Call():
                self._join(*(flow(a) for a in node.args))
                self._handed_over(node)
            case tree.Return(value=tree.Expr() as value):
                self._join({RESULT}, flow(value))
                self._stores([value], {RESULT})
            case _:
                pass

    def _changes_value(self, node: Any) -> None:
        """The node may change a value without a name that is made of copies."""
        for e in self.facts.changed_by(node):
            base = base_of(e)
            if not isinstance(base, tree.Var | tree.InitAccount):
                known = len(self.copies)
                self._stores([base], flow(base) | {UNNAMED})
                for copy in self.copies[known:]:
                    copy.by = node

    def _iterates(self, node: tree.For | tree.CompClause) -> None:
        """The items of a sequence that has a name are that sequence's own; other sequences are copies."""
        target, source = node.target, node.iterable
        self._join(_targets(target), flow(source))
        named = iterated(target, source)
        for part, place in named:
            self._names |= {t: flow(place) for t in _targets(part)}
            elem = place.type.elem if isinstance(place.type, ListType | ArrayType) else None
            if isinstance(part, tree.VarTarget) and elem is not None and kind_of(elem) is not None:
                item = tree.GetIndex(elem, place.span, place, tree.IntLit(U64, place.span, 0))
                self._named.append((node, part.local.id, item))
        if not named:
            self._stores([source], _targets(target))

    def _assignment(self, s: tree.Assign) -> None:
        match s.target:
            case tree.VarTarget(local=local) if isinstance(s.value, tree.Var) and s.value.local.id == local.id:
                pass
            case tree.VarTarget(local=local):
                self._join({local.id}, flow(s.value))
                if is_account(local.type):
                    self._names[local.id] = flow(s.value)
                elif is_named_place(s.value) and self.facts.keeps_place(s):
                    self._names[local.id] = flow(s.value)
                    self._named.append((s, local.id, s.value))
                else:
                    self._stores([s.value], {local.id})
            case tree.PlaceTarget(place=place):
                self._join(roots(place), flow(s.value))
                self._stores([s.value], roots(place))
            case tree.TupleTarget():
                found = _targets(s.target) | {
                    r for n in walk(s.target) if isinstance(n, tree.PlaceTarget) for r in roots(n.place)
                }
                self._join(found, flow(s.value))
                self._stores([s.value], found)

    def _stores(self, values: Sequence[tree.Expr], target: set[int]) -> None:
        for e in values:
            kinds = kinds_within(e.type)
            if not kinds or is_account(e.type):
                continue
            match e:
                case tree.Var() | tree.InitAccount() | tree.GetField() | tree.GetIndex() | tree.Unwrap():
                    self.copies.append(Copy(e, kinds, flow(e), target))
                case tree.Coerce(value=value):
                    self._stores([value], target)
                case tree.IfExp():
                    self._stores([e.then, e.orelse], target)
                case tree.ListLit(items=items) | tree.ArrayLit(items=items) | tree.TupleLit(items=items):
                    self._stores(items, target)
                case tree.Construct():
                    self._join(*(flow(a) for a in e.args))
                    self._stores(e.args, target)
                case tree.ListComp():
                    self._stores([e.element], target)
                case tree.Call():
                    self.copies.append(Copy(e, kinds & escaping(self.facts, e.function), flow(e), target))
                case _:
                    self._shares(e, target)

    def _shares(self, e: tree.Expr, target: set[int]) -> None:
        """A new sequence, whose items are those of another."""
        shares = isinstance(e, tree.GetSlice | tree.Concat | tree.Repeat | tree.Var | tree.GetField | tree.GetIndex)
        if (shares or (isinstance(e, tree.Builtin) and operation(e.name).shares)) and items_of(e.type):
            self.copies.append(Copy(e, items_of(e.type), flow(e), target))

    def _handed_over(self, call: tree.Call) -> None:
        """A function may store one of its arguments, or what it holds, in another."""
        given = [a for a in call.args if flow(a)]
        kinds = escaping(self.facts, call.function)
        for arg in given if len(given) > 1 else []:
            shared = kinds & kinds_within(arg.type)
            if shared:
                others = {v for a in given if a is not arg for v in flow(a)}
                self.copies.append(Copy(arg, shared, flow(arg), others))

    # --- what is refused ---

    def check(self) -> None:
        """Raises UnsupportedError where a copy would be seen."""
        for copy in self.copies:
            if copy.target != {RESULT} and any(self._shows(copy, c) for c in self.changes):
                raise UnsupportedError(
                    "this object has two names from here on and is changed by one of them, which Rust cannot",
                    copy.node.span,
                    "make a new object, or finish changing it before it is stored",
                )
        for s, name, place in self._named:
            if self._replaced_after(s, name, place):
                raise UnsupportedError(
                    "this part has a name, and its place gets another object while the name is in use",
                    place.span,
                    "use the name before, or a new object",
                )

    def _shows(self, copy: Copy, change: Change) -> bool:
        """Whether a change after a copy would have to be visible in the other object."""
        touched = self.classes(copy.source | copy.target)
        if not (change.kinds & copy.kinds and self.classes(change.roots) & touched):
            return False
        if copy.by is not None and copy.by is not change.node:
            return False
        if copy.by is None and not self.facts.may_follow(change.node, copy.node):
            return False
        return not copy.source or not all(self._is_done(v, copy.node, change, copy.by) for v in copy.source)

    def _is_done(self, variable: int, node: tree.Expr, change: Change, by: Any = None) -> bool:
        """Whether nothing looks at the object of a variable after a change, nor copies it again."""
        declared = self.facts.declared_at(variable)
        if declared is None or self.facts.is_repeated(node, declared):
            return False
        if not all(self._is_done(v, node, change, by) for v in self._names.get(variable, ())):
            return False
        unnamed = change.node is by
        if not unnamed and self.facts.is_renewed(declared, change.node, node):
            return True
        sharing = {v for v, of in self._names.items() if variable in of} | {variable}
        return (unnamed or not sharing & change.roots) and not any(
            self.facts.is_used_after(v, change.node, declared) for v in sharing
        )

    def _replaced_after(self, s: Any, name: int, place: tree.Expr) -> bool:
        declared = self.facts.declared_at(name)
        kind = kind_of(place.type)
        through = {k for n in walk(place) if isinstance(n, tree.GetIndex) for k in [kind_of(n.obj.type)] if k}
        for change in self.changes:
            hit = kind in change.replaced or (change.moves and bool(change.kinds & through))
            same = self.classes(change.roots) & {self.class_of(name)}
            if (
                hit
                and same
                and self.facts.may_follow(change.node, s)
                and self.facts.is_used_after(name, change.node, declared)
            ):
                return True
        return False


def is_named_place(e: tree.Expr) -> bool:
    """Whether a variable for it is another name for it: a part of an object that has a name itself."""
    return isinstance(e, tree.Var | tree.GetField | tree.GetIndex) and bool(roots(e)) and kind_of(e.type) is not None


def base_of(e: tree.Expr) -> tree.Expr:
    """The expression that a place is a part of."""
    while True:
        match e:
            case tree.GetField() | tree.GetIndex():
                e = e.obj
            case tree.Unwrap() | tree.Coerce():
                e = e.value
            case _:
                return e


def _targets(target: Any) -> set[int]:
    return {n.local.id for n in walk(target) if isinstance(n, tree.VarTarget) and kinds_within(n.local.type)}

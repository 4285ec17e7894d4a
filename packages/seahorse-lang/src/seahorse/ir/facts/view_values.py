"""Where the value of an expression may lie, and what runs while it is in use. Each node decides this for its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seahorse.ir.facts.view_state import AT_ONCE, IN_FRAME, Use, ViewedBody, ViewState
from seahorse.ir.facts.writes import FOREIGN, NOWHERE, OWNER, Place, Places, field_place, items_place
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import Operation, operation
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BytesType,
    IterType,
    ListType,
    OptionType,
    StrType,
    TupleType,
    Type,
)
from seahorse.semantics.tree.view_types import holds_key, holds_text, is_view
from seahorse.semantics.tree.walk import walk

_LIES: dict[str, Places] = {
    "own": NOWHERE,
    "frame": IN_FRAME,
    "owner": frozenset({OWNER}),
    "foreign": frozenset({FOREIGN}),
}


class ValueViews:
    """Goes through the expressions of one body."""

    def __init__(self, views: ViewState, body: ViewedBody) -> None:
        self.views = views
        self.body = body
        self.writes = views.writes
        # Memory that holds a text holds its address only: it must stay for as long as the instruction runs.
        self.stored = Use(places=views.ever(body))

    # --- what gets a value ---

    def bind(self, target: tree.Target, places: Places) -> None:
        for node in walk(target):
            if isinstance(node, tree.VarTarget):
                self.variable(node.local, places)
            elif isinstance(node, tree.PlaceTarget):
                self.place(node.place)

    def variable(self, local: tree.Local, places: Places) -> None:
        """A variable gets a value: an address of text, or the bytes of a key."""
        self.body.variables.setdefault(local.id, set()).update(
            *([places] if holds_text(local.type) else []), *([IN_FRAME] if holds_key(local.type) else [])
        )

    def place(self, place: tree.Expr) -> None:
        """The parts of a place that is assigned, without its old value."""
        match place:
            case tree.GetField():
                self.value(place.obj, AT_ONCE)
            case tree.GetIndex():
                self.value(place.obj, Use((place.index,)))
                self.value(place.index, AT_ONCE)
            case tree.Unwrap() | tree.Coerce():
                self.place(place.value)
            case _:
                self.value(place, AT_ONCE)

    # --- loops ---

    def for_loop(self, loop: Any, target: tree.Target, iterable: tree.Expr, body: Use) -> None:
        """`body`: what runs for each item. A loop may use the memory of its own expressions again."""
        use = body.with_(target, iterable, places=IN_FRAME)
        kept = use
        for node in walk(target):
            if isinstance(node, tree.VarTarget) and not node.declares:
                kept = kept.with_(places=self.body.written)
            elif isinstance(node, tree.PlaceTarget) and not holds_bytes(node.place):
                kept = kept.with_(places=self.stored.places)
        places = self.items(iterable, use, kept)
        # Items of a tuple are stored one after the other.
        waits = Use((target,), written_first(target)) if isinstance(target, tree.TupleTarget) else AT_ONCE
        self.views.needs_copy(loop, places, waits)
        self.bind(target, places)

    def items(self, e: tree.Expr, during: Use, kept: Use) -> Places:
        """Where the items of something that a loop reads may lie. `during`: what runs until its end; `kept`: what runs
        while an item is in use."""
        t = e.type
        match e:
            case tree.Coerce() if isinstance(t, IterType):
                return self.items(e.value, during, kept)
            case tree.Builtin() if isinstance(t, IterType):
                return self.lazy_items(e, during.with_(e), kept.with_(e))
            case _ if isinstance(t, StrType):
                # A character lies in the text.
                return self.value(e, during.with_(*kept.code, places=kept.places))
            case _ if isinstance(t, BytesType):
                self.value(e, during)
                return NOWHERE
            case _:
                self.value(e, during)
                if isinstance(t, ListType | ArrayType):
                    return frozenset({items_place(t)}) if holds_key(t.elem) else NOWHERE
                return frozenset()

    def lazy_items(self, e: tree.Builtin, during: Use, kept: Use) -> Places:
        match e.name:
            case "range":
                self.in_turn(e.args)
                places = NOWHERE
            case "enumerate":
                places = self.items(e.args[0], during, kept)
                self.in_turn([*e.args[1:], *e.kwargs.values()])
            case "zip":
                places = NOWHERE.union(*(self.items(a, during, kept) for a in e.args))
            case "entries":
                places = self.items(e.args[0], during, kept)
            case "map":
                for item in e.args[1:]:
                    self.parameters(e.args[0], self.items(item, during, during))
                places = self.lambda_(e.args[0], kept)
            case "filter":
                places = self.items(e.args[1], during, kept)
                self.parameters(e.args[0], places)
                self.lambda_(e.args[0], AT_ONCE)
            case "reversed" if isinstance(e.args[0].type, ListType | ArrayType):
                places = self.items(e.args[0], during, kept)
            case "reversed":
                # Its items are put in a list first.
                self.items(e.args[0], during, self.stored)
                assert isinstance(e.type, IterType)
                places = frozenset({items_place(ListType(e.type.elem))}) if holds_key(e.type.elem) else NOWHERE
            case _:
                raise TypeError(f"the iterator `{e.name}` is not known to ir/facts/view_values.py")
        # An item of one waits for the others, or for a test of it.
        waits = Use((e,)) if e.name in ("zip", "filter") else AT_ONCE
        self.views.needs_copy(e, places, waits)
        return places

    def parameters(self, function: tree.Expr, places: Places) -> None:
        assert isinstance(function, tree.Lambda)
        for param in function.params:
            self.variable(param, places)

    def lambda_(self, function: tree.Expr, use: Use) -> Places:
        assert isinstance(function, tree.Lambda)
        return self.value(function.body, use)

    def gone_through_at_once(self, e: tree.Expr) -> None:
        """A sequence that nothing stores. The items of a literal are only read."""
        if isinstance(e, tree.ListLit | tree.ArrayLit | tree.TupleLit):
            self.in_turn(e.items)
        else:
            self.items(e, Use((e,)), AT_ONCE)

    def comprehension(self, e: tree.ListComp) -> None:
        for i, clause in enumerate(e.clauses):
            inner = Use((clause.conditions, e.clauses[i + 1 :], e.element))
            self.for_loop(clause, clause.target, clause.iterable, inner)
            for condition in clause.conditions:
                self.value(condition, AT_ONCE)
        self.value(e.element, self.in_memory(e.element.type))

    def in_memory(self, t: Type) -> Use:
        return self.stored if holds_text(t) else AT_ONCE

    # --- expressions ---

    def value(self, e: tree.Expr, use: Use) -> Places:
        """Where the value of an expression may lie, after the decision whether it is copied."""
        places = self.lies(e)
        if not is_view(e.type):
            return NOWHERE
        if not self.views.needs_copy(e, places, use):
            return places
        # A copy of a key is in the frame, one of text in memory that nobody writes again.
        return IN_FRAME if holds_key(e.type) else NOWHERE

    def in_turn(self, parts: Sequence[tree.Expr], use: Use = AT_ONCE) -> list[Places]:
        """Parts that are evaluated one after the other, then used together while `use` runs."""
        return [self.value(part, use.with_(parts[i + 1 :])) for i, part in enumerate(parts)]

    def lies(self, e: tree.Expr) -> Places:
        match e:
            case (
                tree.IntLit()
                | tree.FloatLit()
                | tree.BoolLit()
                | tree.StrLit()
                | tree.BytesLit()
                | tree.NoneLit()
                | tree.PubkeyLit()
                | tree.EnumLit()
                | tree.InitAccount()
            ):
                return NOWHERE
            case tree.Var():
                return self.of_variable(e.local)
            case tree.GetField():
                self.value(e.obj, AT_ONCE)
                return self.of_field(e)
            case tree.GetIndex():
                return self.of_index(e)
            case tree.GetSlice():
                bounds = [b for b in (e.start, e.stop, e.step) if b is not None]
                places = self.value(e.obj, Use((bounds,)))
                self.in_turn(bounds)
                return places
            case tree.IfExp():
                self.value(e.test, AT_ONCE)
                return self.value(e.then, AT_ONCE) | self.value(e.orelse, AT_ONCE)
            case tree.Coerce() | tree.Unwrap():
                return self.value(e.value, AT_ONCE)
            case tree.TupleLit():
                return NOWHERE.union(*self.in_turn(e.items))
            case tree.Call():
                return self.of_call(e, e.function, e.args)
            case tree.Construct():
                return self.of_construct(e)
            case tree.CpiCall():
                return self.of_cpi(e)
            case tree.Builtin():
                return self.of_operation(e, operation(e.name))
            case tree.ListComp():
                self.comprehension(e)
                return NOWHERE
            case tree.ListLit() | tree.ArrayLit():
                self.in_turn(e.items, self.stored if any(holds_text(i.type) for i in e.items) else AT_ONCE)
                return NOWHERE
            case _:
                return self.of_computed(e)

    def of_computed(self, e: tree.Expr) -> Places:
        """Nodes that look at their parts and give a value of their own."""
        match e:
            case tree.Arith() | tree.Concat() | tree.Compare():
                self.in_turn([e.left, e.right])
            case tree.Repeat():
                self.in_turn([e.seq, e.count])
            case tree.Negate() | tree.Invert() | tree.Not() | tree.Convert() | tree.IsNone() | tree.IsMember():
                self.value(e.value, AT_ONCE)
            case tree.Contains():
                self.value(e.item, Use((e.seq,)))
                if is_view(e.seq.type):
                    self.value(e.seq, AT_ONCE)
                else:
                    self.gone_through_at_once(e.seq)
            case tree.BoolOp():
                for part in e.values:
                    self.value(part, AT_ONCE)
            case tree.FString():
                self.in_turn([part for part, _ in e.parts])
            case tree.SignerSeeds():
                self.in_turn(e.seeds)
            case _:
                raise TypeError(f"{type(e).__name__} is not known to ir/facts/view_values.py")
        return NOWHERE

    def of_variable(self, local: tree.Local) -> Places:
        places = frozenset(self.body.variables.get(local.id, ()))
        if holds_key(local.type) and local.id in self.body.assigned:
            places |= IN_FRAME
        # No code writes the arguments of an instruction. The callers of a function know what happens to its arguments.
        given = self.body.is_function and any(p.id == local.id for p in self.body.params)
        return places | {self.body.parameter(local.id)} if given else places

    def of_field(self, e: tree.GetField) -> Places:
        t = e.obj.type
        if isinstance(t, AccountType):
            return frozenset({field_place(t, e.name, self.views.program.name)})
        return frozenset({items_place(t)}) if holds_key(e.type) else NOWHERE

    def of_index(self, e: tree.GetIndex) -> Places:
        places = self.value(e.obj, Use((e.index,)))
        self.value(e.index, AT_ONCE)
        if isinstance(e.obj.type, TupleType | StrType):
            return places
        # Text in memory stays where it is for good: `stored` saw to it.
        return frozenset({items_place(e.obj.type)}) if holds_key(e.type) else NOWHERE

    def of_call(self, node: tree.Expr, function: tree.Function, args: Sequence[tree.Expr]) -> Places:
        """A function gets its arguments without copies, and may return some of them."""
        found = self.in_turn(args, Use((function,)))
        body = self.views.body_of(function)
        places: set[Place] = set()
        for param, own in zip(function.params, found, strict=True):
            self.views.give(function, param, own)
            if body.parameter(param.id) in body.returns:
                places |= own | (IN_FRAME if holds_key(param.type) else NOWHERE)
        places |= {p for p in body.returns if p[0] != "param"}
        return frozenset(places) | (IN_FRAME if holds_key(node.type) else NOWHERE)

    def of_construct(self, e: tree.Construct) -> Places:
        if e.constructor is None:
            self.in_turn(e.args, self.stored if any(holds_text(a.type) for a in e.args) else AT_ONCE)
            return NOWHERE
        found = self.in_turn(e.args, Use((e.constructor,)))
        for param, own in zip(e.constructor.params[1:], found, strict=True):
            self.views.give(e.constructor, param, own)
        return NOWHERE

    def of_cpi(self, e: tree.CpiCall) -> Places:
        """Arguments wait until the accounts are known and their lists and objects are written back."""
        rest = [*e.accounts.values(), *e.signers]
        self.in_turn(list(e.args.values()), Use((rest,), self.writes.before_call()))
        self.in_turn(rest, Use(places=self.writes.before_call()))
        return IN_FRAME if holds_key(e.type) else NOWHERE

    def of_operation(self, e: tree.Builtin, facts: Operation) -> Places:
        if facts.lazy:
            # It is read where it stands; `items` says what runs meanwhile.
            self.items(e, Use((e,), IN_FRAME), self.stored)
            return NOWHERE
        own = NOWHERE
        if facts.changes or facts.name in ("data", "set_byte", "set_bytes"):
            own = self.writes.by(e)
        elif facts.calls:
            own = self.writes.before_call()
        rest = [*e.args, *e.kwargs.values()]
        found: list[Places] = []
        for i, part in enumerate(rest):
            use = Use((rest[i + 1 :],), own)
            if isinstance(part, tree.Lambda):
                # A key of a sort waits for all the others.
                self.parameters(part, found[0])
                self.lambda_(part, use.with_(part, places=IN_FRAME))
                found.append(NOWHERE)
            elif i == 0 and facts.name in ("find_program_address", "create_program_address"):
                self.gone_through_at_once(part)
                found.append(NOWHERE)
            elif isinstance(part.type, IterType) or (i == 0 and facts.lies == "items"):
                stored = i in facts.stores or facts.shares
                found.append(self.items(part, use.with_(part), self.stored if stored else use))
            elif i == 0 and facts.name == "list.sort":
                found.append(self.items(part, use, use))
            else:
                # The value that a list gets, or the text whose parts it gets.
                keeps = i in facts.stores or (i == 0 and facts.lies == "arguments" and not is_view(e.type))
                kept = self.stored.places if keeps and holds_text(part.type) else NOWHERE
                found.append(self.value(part, use.with_(places=kept)))
        if facts.lies == "arguments":
            return NOWHERE.union(*found)
        if facts.lies == "data":
            return self.writes.account_data()
        return NOWHERE if facts.lies == "items" else _LIES[facts.lies]


def written_first(target: tree.TupleTarget) -> Places:
    """The frame, when one of several targets is a variable that holds a key already, because another target may get
    that key."""
    targets = [n for n in walk(target) if isinstance(n, tree.VarTarget)]
    return IN_FRAME if any(holds_key(n.local.type) and not n.declares for n in targets) else NOWHERE


def holds_bytes(place: tree.Expr) -> bool:
    """Whether a place holds the bytes of a text, and not their address: a field of an account that is text."""
    match place:
        case tree.Unwrap() | tree.Coerce():
            return holds_bytes(place.value)
        case tree.GetField():
            t = place.type.inner if isinstance(place.type, OptionType) else place.type
            return isinstance(place.obj.type, AccountType) and isinstance(t, StrType | BytesType)
        case _:
            return False

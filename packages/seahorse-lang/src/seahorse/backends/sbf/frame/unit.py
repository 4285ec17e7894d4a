"""The program being compiled, and facts about all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.frame.field_use import FieldUse
from seahorse.backends.sbf.frame.layout import (
    in_place,
    is_flat,
    is_scalar,
    is_text,
)
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.diagnostics import CompileError, Diagnostic, Span
from seahorse.ir import nodes as ir
from seahorse.ir.facts.views import Views
from seahorse.ir.facts.writes import field_place, overlap
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import AccountType, NoneType
from seahorse.semantics.tree.walk import ASSIGNING, called_functions, walk


class BackendError(CompileError):
    """The program cannot be expressed in sBPF: where, and what to do about it."""

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__([Diagnostic(span, message, hint)])
        self.message = message
        self.span = span


def is_fresh(e: tree.Expr, *, called: bool = False) -> bool:
    """Whether the value is an object that nothing else refers to. `called`: it is what a function gives."""
    match e:
        case tree.Construct():
            return e.constructor is None
        case tree.ListLit() | tree.ArrayLit() | tree.ListComp() | tree.GetSlice() | tree.Concat() | tree.Repeat():
            return True
        case tree.Builtin():
            return operation(e.name).fresh
        case tree.IfExp():
            return is_fresh(e.then, called=called) and is_fresh(e.orelse, called=called)
        case tree.Coerce():
            return is_fresh(e.value, called=called)
        case tree.Call() if not called:
            given = [node.value for node in walk(e.function.body) if isinstance(node, tree.Return)]
            return all(v is not None and is_fresh(v, called=True) for v in given)
        case _:
            return False


def _looked_at(node: object) -> list[tuple[tree.Expr, list[Any]]]:
    """The parts of a node whose objects it only reads, without giving them another name; each with the code that runs
    before it has finished reading."""
    match node:
        case tree.GetField():
            return [(node.obj, [])]
        case tree.GetIndex():
            return [(node.obj, [node.index])]
        case tree.PlaceTarget():
            return [(node.place, [])]
        case tree.Compare():
            return [(node.left, [node.right]), (node.right, [])]
        case tree.Contains():
            return [(node.seq, [node.seq])]
        case tree.FString():
            return [(part, [p for p, _ in node.parts[i + 1 :]]) for i, (part, _) in enumerate(node.parts)]
        case tree.Builtin():
            return [(a, node.args) for a in node.args] if node.name in ("len", "sum", "bytes") else []
        case tree.Call():
            # When a function gets one object and returns nothing of it, it stores the object nowhere.
            shared = [a for a in node.args if not (is_scalar(a.type) or is_text(a.type))]
            alone = len(shared) == 1 and (is_scalar(node.type) or isinstance(node.type, NoneType))
            return [(shared[0], [*node.args, node.function])] if alone else []
        case _:
            return []


# Functions up to so many nodes are always inlined; one that is called twice, or once, up to the other numbers.
INLINE_WEIGHT, INLINE_TWICE, INLINE_ONCE = 60, 160, 4000
# In code that is to be small, up to so many when there are two calls or more.
INLINE_SMALL = 30
# A program with so many checks of accounts at most has them in place: the calls cost more than the bytes are worth.
CHECKS_IN_PLACE = 12
# The most nodes that all copies of a function may be.
INLINE_ALL = 8000


def symbol(name: str) -> str:
    """A name of the program as LLVM takes it: Python's identifiers may have any letters."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _callees(node: object) -> list[tree.Function]:
    if isinstance(node, tree.Call):
        return [node.function]
    if isinstance(node, tree.Construct) and node.constructor is not None:
        return [node.constructor]
    return []


@dataclass
class ProgramUnit:
    """The program being compiled, and facts about all of it."""

    program: ir.LoweredProgram
    module: LlvmModule
    errors: Errors
    # Which values must be copied.
    views: Views
    # (account name, module, field) of every field that some body assigns as a whole.
    assigned: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    # The same for shared fields that are assigned an object which has another name too.
    aliased: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    # Flat fields whose object gets another name.
    named: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    function_names: dict[tree.Function, str] = field(default_factory=dict["tree.Function", str])
    pending: list[tree.Function] = field(default_factory=list[tree.Function])
    no_inline: bool = False
    # Whether consecutive calls of the token program become one.
    batches: bool = True
    # Functions that sort records, by the type of their key and where in a record it is.
    mergers: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    # Functions that walk over an account's fields, by declaration, number of fields and what is kept (account_data.py).
    walkers: dict[tuple[tree.AccountDecl | int, ...], str] = field(
        default_factory=dict["tuple[tree.AccountDecl | int, ...]", str]
    )
    # The walks that checks make over each declaration's fields: how many fields, and which addresses are kept.
    walks: dict[tree.AccountDecl, set[tuple[int, ...]]] = field(
        default_factory=dict["tree.AccountDecl", "set[tuple[int, ...]]"]
    )
    _uses: dict[ir.Instruction, FieldUse] = field(default_factory=dict["ir.Instruction", FieldUse])
    _moved: dict[tree.Function, set[tree.AccountDecl]] = field(
        default_factory=dict["tree.Function", "set[tree.AccountDecl]"]
    )
    _calls: dict[tree.Function, int] = field(default_factory=dict["tree.Function", int])
    _boxed: dict[tuple[str, str, tree.AccountDecl], list[tree.Field]] = field(
        default_factory=dict["tuple[str, str, tree.AccountDecl]", "list[tree.Field]"]
    )
    _weights: dict[tree.Function, int] = field(default_factory=dict["tree.Function", int])

    def __post_init__(self) -> None:
        bodies = [i.body for i in self.program.instructions]
        for node in walk([*bodies, *[f.body for f in self.program.functions]]):
            if isinstance(node, ASSIGNING):
                value = node.value if isinstance(node, tree.Assign) else None
                for place in _places(node.target):
                    self._note(place, value)
            for callee in _callees(node):
                self._calls[callee] = self._calls.get(callee, 0) + 1
        self._note_names([*bodies, *[f.body for f in self.program.functions]])

    def _note_names(self, bodies: list[list[tree.Stmt]]) -> None:
        """Note objects in accounts that code does more with than read them in place."""
        passing: set[Any] = set()
        for node in walk(bodies):
            if isinstance(node, tree.GetField) and is_flat(node.type) and node not in passing:
                self._name(node)
            if isinstance(node, tree.AugAssign):
                for part in walk(node.target):
                    if self._replaces([node.value], part):
                        self._name(part)
            passing |= {e for e, code in _looked_at(node) if not self._replaces(code, e)}

    def _name(self, e: tree.GetField) -> None:
        owner = e.obj.type
        if isinstance(owner, AccountType):
            self.named.add((owner.name, owner.module, e.name))

    def _replaces(self, code: list[Any], e: object) -> bool:
        """Whether code may assign the field of an account that holds the object `e`."""
        if not code or not isinstance(e, tree.GetField) or not isinstance(e.obj.type, AccountType):
            return False
        place = field_place(e.obj.type, e.name, self.program.name)
        return overlap(frozenset({place}), self.views.writes.of(code))

    def _note(self, place: tree.Expr, value: tree.Expr | None) -> None:
        if isinstance(place, tree.GetField) and isinstance(place.obj.type, AccountType):
            owner = place.obj.type
            key = (owner.name, owner.module, place.name)
            self.assigned.add(key)
            if is_flat(place.type) and (value is None or not is_fresh(value)):
                self.aliased.add(key)

    def uses_of(self, instruction: ir.Instruction) -> FieldUse:
        if instruction not in self._uses:
            self._uses[instruction] = FieldUse(instruction)
        return self._uses[instruction]

    def boxed(self, t: AccountType) -> list[tree.Field]:
        """Fields that live on the heap while an instruction runs, in order."""
        key = (t.name, t.module, t.decl)
        if key not in self._boxed:
            self._boxed[key] = [f for f in t.decl.fields if not in_place(f.type) or self._is_boxed(t, f.name)]
        return self._boxed[key]

    def _is_boxed(self, t: AccountType, name: str) -> bool:
        """Whether an object in an account has another name that outlives its place there."""
        key = (t.name, t.module, name)
        return key in self.aliased or (key in self.named and self.moves(t, name))

    def moves(self, t: AccountType, name: str) -> bool:
        """Whether the bytes of a field can change place or content while an instruction runs."""
        for f in t.decl.fields:
            key = (t.name, t.module, f.name)
            if f.name == name:
                return key in self.assigned
            if f.type.fixed_size is None and (key in self.assigned or not in_place(f.type)):
                return True
        return False

    @cached_property
    def checks_in_place(self) -> bool:
        """Whether checks of accounts are written where they are made, instead of calls of helpers."""
        kinds = (ir.CheckProgramAccount, ir.CheckSeeds)
        return sum(isinstance(c, kinds) for i in self.program.instructions for c in i.checks) <= CHECKS_IN_PLACE

    @cached_property
    def other_event_authorities(self) -> list[bytes]:
        """The accounts that sign the events of other programs which this one calls."""
        found = {
            slot.address
            for target in self.program.cpi_targets.values()
            for slot in target.slots
            if slot.implicit and slot.kind == ir.SlotKind.UNCHECKED and slot.pda is not None
        }
        return sorted(address for address in found if address is not None)

    @cached_property
    def has_event_calls(self) -> bool:
        """Whether events of some instruction are calls of the program itself."""
        return any(i.event_authority is not None for i in self.program.instructions)

    @cached_property
    def _often_called(self) -> set[tree.Function]:
        """Functions that run in instructions which are not rare."""
        return {g for i in self.program.instructions if not i.rare for g in called_functions(i.body)}

    @cached_property
    def _some_are_rare(self) -> bool:
        return any(i.rare for i in self.program.instructions)

    def is_rare(self, function: tree.Function) -> bool:
        """Whether only rare instructions call a function."""
        return self._some_are_rare and function not in self._often_called

    def inlines(self, function: tree.Function, *, small: bool = False) -> bool:
        """Whether calls of a function are replaced by its body: when there are few calls, or it is small. `small`: in
        code that is to be small."""
        if self.no_inline or function.recursive:
            return False
        weight, calls = self._weight(function), self._calls.get(function, 0)
        if calls == 1:
            return weight <= INLINE_ONCE
        if small:
            return weight <= INLINE_SMALL
        if calls == 2:
            return weight <= INLINE_TWICE
        return weight <= INLINE_WEIGHT and weight * calls <= INLINE_ALL

    def _weight(self, function: tree.Function) -> int:
        """Nodes of a function's body, with those of what is inlined into it."""
        if function not in self._weights:
            self._weights[function] = INLINE_ONCE
            total = 0
            for node in walk(function.body):
                total += 1
                for callee in _callees(node):
                    total += self._weight(callee) if self.inlines(callee) else 4
            self._weights[function] = total
        return self._weights[function]

    def moved_by(self, function: tree.Function) -> set[tree.AccountDecl]:
        """Account classes that have a field of variable size which a function, or one that it calls, assigns."""
        if function not in self._moved:
            found: set[tree.AccountDecl] = set()
            for node in walk([function.body, *[g.body for g in called_functions(function.body)]]):
                for place in _places(node.target) if isinstance(node, ASSIGNING) else []:
                    owner = place.obj.type if isinstance(place, tree.GetField) else None
                    if isinstance(owner, AccountType) and place.type.fixed_size is None:
                        found.add(owner.decl)
            self._moved[function] = found
        return self._moved[function]

    def function(self, function: tree.Function) -> str:
        """The LLVM name of a user function; it is written when first asked for."""
        if function not in self.function_names:
            self.function_names[function] = f"u{len(self.function_names)}_{symbol(function.name)}"
            self.pending.append(function)
        return self.function_names[function]


def _places(target: tree.Target) -> list[tree.Expr]:
    if isinstance(target, tree.PlaceTarget):
        return [target.place]
    if isinstance(target, tree.TupleTarget):
        return [p for item in target.items for p in _places(item)]
    return []

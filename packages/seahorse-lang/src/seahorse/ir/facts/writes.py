"""Which memory code may write: named places, each the same for all accounts and objects of a kind.

Two accounts of one type may be one account, and two names may be one object; so a place is not "this account's name"
but "the name of any such account". This is coarse, but it makes an analysis of aliases unnecessary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seahorse.ir import nodes as ir
from seahorse.ir.sharing import kind_of, kinds_within
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    SIGNER,
    AccountDecl,
    AccountType,
    BoolType,
    BytesType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    PubkeyType,
    StrType,
    Type,
)
from seahorse.semantics.tree.walk import called_functions, walk

# ("field", module, account, field): a field in the data of this program's accounts.
# ("items", kind): the memory of objects of a kind: fields of instances, elements of lists and arrays.
# ("param", owner, local): an argument of a function; other places under another name (`views.py`).
Place = tuple[str, ...]
Places = frozenset[Place]

NOWHERE: Places = frozenset()
# Variables, results of calls, blocks of arguments. The next round of a loop uses them again; they end with the
# function.
FRAME: Place = ("frame",)
# The owner in an account's record.
OWNER: Place = ("owner",)
# Data of accounts of other programs.
FOREIGN: Place = ("foreign",)
# Not known: anything that can be written.
ANYWHERE: Place = ("anywhere",)


def overlap(a: Places, b: Places) -> bool:
    """Whether two sets of places may have memory in common."""
    if not a or not b:
        return False
    return ANYWHERE in a or ANYWHERE in b or not a.isdisjoint(b)


def field_place(t: AccountType, name: str, program: str) -> Place:
    """Where the bytes of an account's field lie."""
    return ("field", t.module, t.name, name) if t.decl.program == program else FOREIGN


def items_place(t: Type) -> Place:
    """Where the fields or elements of an object lie."""
    kind = kind_of(t)
    return ("items", kind) if kind is not None else ANYWHERE


class Writes:
    """The places that the code of one program may write, with all functions that it calls."""

    def __init__(self, program: ir.LoweredProgram) -> None:
        self.program = program.name
        self._accounts = program.accounts
        self._foreign = [a for p in program.foreign.values() for a in p.accounts.values()]
        self._known: dict[Any, Places] = {}
        self._own: dict[tree.Function, Places] = {}
        self._of_call: Places | None = None

    def of(self, code: Iterable[Any]) -> Places:
        """The places that nodes (with what is below them) or functions may write."""
        return NOWHERE.union(*(self._one(node) for node in code))

    def _one(self, node: Any) -> Places:
        if node is None:
            return NOWHERE
        if isinstance(node, list | tuple):
            return self.of(node)  # pyright: ignore[reportUnknownArgumentType]
        if node not in self._known:
            roots = node.body if isinstance(node, tree.Function) else [node]
            found = set(self._itself(roots))
            for function in called_functions(roots):
                if function not in self._own:
                    self._own[function] = self._itself(function.body)
                found |= self._own[function]
            self._known[node] = frozenset(found)
        return self._known[node]

    def _itself(self, nodes: Iterable[Any]) -> Places:
        """The places that nodes and the nodes below them write, without the functions that they call."""
        return NOWHERE.union(*(self.by(inner) for inner in walk(list(nodes))))

    def by(self, node: Any) -> Places:
        """The places that a node itself writes, without the nodes below it."""
        match node:
            case tree.PlaceTarget():
                return self.to(node.place)
            case tree.CpiCall():
                return self.of_call()
            case tree.Builtin():
                return self._by_operation(node)
            case _:
                return NOWHERE

    def _by_operation(self, node: tree.Builtin) -> Places:
        facts = operation(node.name)
        found = {items_place(node.args[i].type) for i in facts.changes}
        if node.name == "close":
            found.add(OWNER)
        elif node.name in ("set_byte", "set_bytes"):
            # The account may be any one of this program, for all that is known here.
            found |= self.account_data()
        elif node.name == "migrate":
            found |= self.of_call() | self.account_data()
        elif node.name == "data":
            found |= self.before_call()
        elif node.name == "program.invoke":
            # The program called may be this one.
            found |= self.of_call() | self.account_data()
        elif facts.calls and not (node.name == "transfer_lamports" and not _by_system_program(node)):
            found |= self.of_call()
        return frozenset(found)

    def to(self, place: tree.Expr) -> Places:
        """The places that an assignment writes: its target, and the data behind it when its size may change."""
        match place:
            case tree.GetField(obj=tree.Expr(type=AccountType() as t)):
                index = next(i for i, f in enumerate(t.decl.fields) if f.name == place.name)
                if t.decl.program != self.program:
                    return frozenset({FOREIGN, *self._objects_in(t.decl)})
                own = self._field(t.decl, index)
                return own if place.type.fixed_size is not None else own | self._fields(t.decl, index)
            case tree.GetField() | tree.GetIndex():
                return frozenset({items_place(place.obj.type)})
            case tree.Unwrap() | tree.Coerce():
                return self.to(place.value)
            case _:
                return frozenset({ANYWHERE})

    def of_call(self) -> Places:
        """The places that a call of another program may write, and those that this program writes before the call: it
        writes lists and objects of accounts back to the data, which moves the data behind them."""
        if self._of_call is None:
            found: set[Place] = {FOREIGN, OWNER, *(p for a in self._foreign for p in self._objects_in(a))}
            found |= self.before_call()
            self._of_call = frozenset(found)
        return self._of_call

    def account_data(self) -> Places:
        """The data of accounts, whose ever they are."""
        return frozenset({FOREIGN, *(p for a in self._accounts for p in self._fields(a, 0))})

    def before_call(self) -> Places:
        """The places that the program writes before it calls another program."""
        found: set[Place] = set()
        for decl in self._accounts:
            first = next((i for i, f in enumerate(decl.fields) if _is_apart(f.type)), None)
            if first is not None:
                found |= self._fields(decl, first)
        return frozenset(found)

    def _fields(self, decl: AccountDecl, start: int) -> Places:
        return NOWHERE.union(*(self._field(decl, i) for i in range(start, len(decl.fields))))

    def _field(self, decl: AccountDecl, index: int) -> Places:
        field = decl.fields[index]
        return frozenset({("field", decl.module, decl.name, field.name), *_objects(field.type)})

    def _objects_in(self, decl: AccountDecl) -> Places:
        return NOWHERE.union(*(_objects(f.type) for f in decl.fields))


def _objects(t: Type) -> Places:
    """The memory of objects that lie in an account's field."""
    return frozenset(("items", kind) for kind in kinds_within(t))


def _is_apart(t: Type) -> bool:
    """Whether a field of an account may be held outside of the account's data, and be of another size there."""
    if t.fixed_size is not None:
        return False
    inner = t.inner if isinstance(t, OptionType) else t
    scalar = isinstance(inner, IntType | BoolType | EnumType | FloatType | PubkeyType)
    return not (scalar or isinstance(inner, StrType | BytesType))


def _by_system_program(node: tree.Builtin) -> bool:
    return node.args[0].type == SIGNER or "signer" in node.kwargs

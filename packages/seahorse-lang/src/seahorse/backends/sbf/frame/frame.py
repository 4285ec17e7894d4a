"""The function that is being written: its variables, loops and account records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.frame.field_use import FieldUse
from seahorse.backends.sbf.frame.layout import (
    Parts,
    memory_size,
    part_types,
)
from seahorse.backends.sbf.frame.unit import ProgramUnit
from seahorse.backends.sbf.frame.variables import TrackedFields, Variable
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.ir.facts.batches import BatchPlan
from seahorse.semantics import tree
from seahorse.semantics.tree.types import AccountType, ClassType, Type, UnionType
from seahorse.semantics.tree.view_types import holds_key
from seahorse.semantics.tree.walk import walk


@dataclass(frozen=True)
class SharedInfos:
    """Descriptions of accounts that all calls of an instruction share: their place, and the records that they
    describe."""

    place: Value
    records: set[str]


@dataclass(frozen=True)
class Loop:
    """Where `continue` and `break` go."""

    again: str
    after: str


def assigned_once(body: list[tree.Stmt]) -> set[int]:
    """Locals that a body assigns in one place only. Block scope makes every use come after it."""
    counts: dict[int, int] = {}
    for node in walk(body):
        if isinstance(node, tree.VarTarget):
            counts[node.local.id] = counts.get(node.local.id, 0) + (1 if node.declares else 2)
        elif isinstance(node, tree.Lambda):
            # Its parameters are given a value at each application.
            for param in node.params:
                counts[param.id] = 2
    return {i for i, n in counts.items() if n == 1}


@dataclass(frozen=True)
class FrameAccounts:
    """The accounts of an instruction: what the handler gives them, and what checks and body note of them."""

    # The record of each account slot of the instruction, by index.
    records: Mapping[int, Value] = field(default_factory=dict[int, Value])
    # Whether the instruction may change how long the data of accounts is.
    resizes: bool = False
    # Whether an account is of another class by now (1 or 0), by slot index.
    migrated: Mapping[int, StackSlot] = field(default_factory=dict[int, StackSlot])
    # Bumps found by search or known, by slot index.
    bumps: dict[int, Value] = field(default_factory=dict[int, Value])
    # Whether an account that may have been there is new (i1), by slot index.
    created: dict[int, Value] = field(default_factory=dict[int, Value])
    # Accounts whose field addresses are kept (field_addresses.py), by the reference of the account's value.
    tracked: dict[str, TrackedFields] = field(default_factory=dict[str, TrackedFields])

    def note_bump(self, slot: int, bump: Value) -> None:
        """The check of an address has found its bump; `bump` is the byte's address."""
        self.bumps[slot] = bump

    def note_created(self, slot: int, is_new: Value) -> None:
        """An account that may have been there is created if this holds."""
        self.created[slot] = is_new

    def track(self, value: Value, fields: TrackedFields) -> None:
        """Keep the field addresses of an account."""
        self.tracked[value.key] = fields


@dataclass
class FunctionNames:
    """The values of a function's names."""

    # Locals that are assigned once only: they need no variable.
    single: set[int] = field(default_factory=set[int])
    variables: dict[int, Variable] = field(default_factory=dict[int, Variable])
    # Locals that are never assigned again: their value, with no variable made.
    fixed: dict[int, Parts] = field(default_factory=dict[int, Parts])
    # The Empty parameter behind a variable that was given `empty.init(...)`, by the variable's id.
    init_of: dict[int, tree.Local] = field(default_factory=dict[int, tree.Local])
    # Values of `empty.init(...)`, by the Empty parameter's local id.
    initialized: dict[int, Parts] = field(default_factory=dict[int, Parts])

    def fix(self, local: tree.Local, parts: Parts) -> None:
        """A local stands for these parts, for good."""
        self.fixed[local.id] = parts

    def initialize(self, empty: tree.Local, account: Value) -> None:
        """`empty.init(...)` gives this account."""
        self.initialized[empty.id] = (account,)


@dataclass
class Ending:
    """How a function ends. `returns` receives the parts of a returned value and closes the block."""

    returns: Callable[[Parts, tree.Expr | None], None]
    # Work to do before accounts are given to another program or the instruction ends: write boxed fields back.
    flush: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    # Work to do at the end of the instruction, after that.
    at_end: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def write_before_calls(self, write: Callable[[], None]) -> None:
        """Write this whenever other code looks at the accounts: another program, or who reads the instruction's end."""
        self.flush.append(write)

    def write_at_end(self, write: Callable[[], None]) -> None:
        """Write this at the end of the instruction."""
        self.at_end.append(write)


class WaitingCalls(Protocol):
    """Postponed calls of the token program (`invoke.batches.TokenBatch`), as other code uses them."""

    plan: BatchPlan

    def put_off(
        self, number: int, records: list[Value], amount: Value, signer: tuple[object, Value, int] | None
    ) -> None: ...

    def make(self) -> None: ...

    def finish(self) -> None: ...

    # The knowledge at a place of the code, where a branch leaves it, and where several branches meet.
    def here(self) -> object: ...

    def go_on(self, state: object) -> None: ...

    def meet(self, states: list[object]) -> None: ...


@dataclass(frozen=True)
class Frame:
    """The function being written: facts about it, and what is known of its names, its accounts and its end.

    Another place of the function (inside a loop, say) has a frame of its own: `dataclasses.replace`.
    """

    unit: ProgramUnit
    f: FunctionBuilder
    eval_expr: Callable[[Frame, tree.Expr], Parts]
    ending: Ending
    instruction: ir.Instruction | None = None
    result: Type | None = None
    # Fields that the instruction's code names; None in functions, where accounts are checked already.
    uses: FieldUse | None = None
    names: FunctionNames = field(default_factory=FunctionNames)
    accounts: FrameAccounts = field(default_factory=FrameAccounts)
    # The innermost loop around this place.
    loop: Loop | None = None
    # Descriptions of accounts that the calls of the instruction share.
    infos: SharedInfos | None = None
    # Calls of the token program that the body postpones (invoke/batches.py), if it does.
    batch: WaitingCalls | None = None

    @property
    def span(self) -> Span:
        """The place that an error names when no better one is known."""
        return self.instruction.span if self.instruction else Span("", 0, 0, 0, 0)

    @property
    def errors(self) -> Errors:
        return self.unit.errors

    def eval(self, e: tree.Expr) -> Parts:
        return self.eval_expr(self, e)

    def one(self, e: tree.Expr) -> Value:
        """The value of an expression whose type has a single part."""
        return self.eval(e)[0]

    def declare(self, local: tree.Local, parts: Parts) -> None:
        """Give a local its value, making the variable when it is new."""
        if local.id in self.names.single and not holds_key(local.type):
            self.names.fix(local, parts)
        else:
            self.variable(local).set(local.type, parts)

    def variable(self, local: tree.Local) -> Variable:
        if local.id not in self.names.variables:
            if holds_key(local.type):
                self.names.variables[local.id] = Variable(self.f.alloca(memory_size(local.type)), [])
            else:
                self.names.variables[local.id] = Variable(None, [self.f.slot(ty) for ty in part_types(local.type)])
        return self.names.variables[local.id]

    def read(self, local: tree.Local) -> Parts:
        if local.id in self.names.fixed:
            return self.names.fixed[local.id]
        return self.variable(local).get(local.type)

    def overflow(self, cond: Value, span: Span) -> None:
        self.f.raise_if(cond, self.errors.program_error("ArithmeticOverflow", span))

    def invalid(self, cond: Value, span: Span) -> None:
        self.f.raise_if(cond, self.errors.program_error("InvalidArgument", span))


def class_key(t: Type) -> str:
    """The name of a type in the names of its helpers."""
    if isinstance(t, UnionType):
        return " | ".join(map(class_key, t.members))
    return f"{t.module}.{t.name}" if isinstance(t, ClassType | AccountType) else str(t)

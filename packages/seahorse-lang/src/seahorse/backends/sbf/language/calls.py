"""Functions, methods and constructors of the program.

A function returns a status in r0. Its value goes to memory that the caller gives, in the layout of `shapes.store`.
A call has at most five arguments in eBPF, so that more parts than fit travel in a block of memory. Small functions,
and those called once, are written where they are called.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records, field_addresses
from seahorse.backends.sbf.frame.frame import Ending, Frame, FrameAccounts, FunctionNames, assigned_once
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts, class_offset, class_size, load, memory_size, part_types, store
from seahorse.backends.sbf.frame.unit import ProgramUnit
from seahorse.backends.sbf.frame.variables import Variable
from seahorse.backends.sbf.language.statements import body
from seahorse.semantics import tree
from seahorse.semantics.tree.types import NONE, AccountType, ClassType, Type
from seahorse.semantics.tree.view_types import holds_key, holds_text
from seahorse.semantics.tree.walk import walk

_REGISTERS = 5


def _layout(types: list[Type], has_result: bool) -> bool:
    """Whether the arguments travel in registers."""
    return sum(len(part_types(t)) + ("i128" in part_types(t)) for t in types) + has_result <= _REGISTERS


def call(frame: Frame, e: tree.Call) -> Parts:
    args = [frame.eval(a) for a in e.args]
    return invoke(frame, e.function, args)


def invoke(frame: Frame, function: tree.Function, args: list[Parts]) -> Parts:
    """Call a user function with evaluated arguments."""
    if frame.unit.inlines(function, small=frame.f.small):
        return _in_place(frame, function, args)
    f = frame.f
    name = frame.unit.function(function)
    result = function.returns or NONE
    size = memory_size(result)
    types = [p.type for p in function.params]
    # Results and arguments that the code reads at once lie in memory that the next call uses again. A key stays where
    # it is, and a text of the result may lie in a key among the arguments: these get memory of their own.
    out = [f.alloca(size) if holds_key(result) else f.scratch(size, "result")] if size else []
    given = any(holds_key(t) for t in types) and holds_text(result)
    if _layout(types, bool(size)):
        flat = [part for own in args for part in own]
        frame.f.check(f.call_status(name, *out, *flat))
    else:
        total = sum(memory_size(t) for t in types)
        area = f.alloca(total) if given else f.scratch(total, "arguments")
        offset = 0
        for t, own in zip(types, args, strict=True):
            store(t, own, f.at(area, offset))
            offset += memory_size(t)
        frame.f.check(f.call_status(name, *out, area))
    moved = frame.unit.moved_by(function)
    if moved:
        field_addresses.refresh(frame, moved)
    return load(result, out[0]) if out else ()


def _in_place(frame: Frame, function: tree.Function, args: list[Parts]) -> Parts:
    """The body of a function where it is called: what is known of the caller's accounts is known in it."""
    f = frame.f
    result = function.returns or NONE
    value: Variable | None = None
    if part_types(result):
        owned = holds_key(result)
        value = Variable(
            f.alloca(memory_size(result)) if owned else None, [] if owned else [f.slot(t) for t in part_types(result)]
        )
    end = f.new_label()

    def returns(parts: Parts, _: tree.Expr | None) -> None:
        if value is not None:
            value.set(result, parts)
        f.jump(end)

    seen = FrameAccounts(tracked=dict(frame.accounts.tracked))
    names = FunctionNames(assigned_once(function.body))
    own = Frame(
        frame.unit, f, frame.eval_expr, Ending(returns), result=result, names=names, accounts=seen, infos=frame.infos
    )
    _bind(own, function, args)
    body(own, function.body)
    if value is not None and not f.closed:
        # The checker has proven that every path returns; this point is never reached.
        f.close("unreachable")
    f.start(end)
    return value.get(result) if value is not None else ()


def _bind(frame: Frame, function: tree.Function, args: list[Parts]) -> None:
    assigned = {node.local.id for node in walk(function.body) if isinstance(node, tree.VarTarget)}
    for param, parts in zip(function.params, args, strict=True):
        if param.id in assigned:
            frame.declare(param, parts)
        else:
            frame.names.fix(param, parts)
            if parts and parts[0].key not in frame.accounts.tracked:
                _track(frame, param.type, parts)


def write_function(unit: ProgramUnit, function: tree.Function, evaluate: Callable[[Frame, tree.Expr], Parts]) -> None:
    """Write a user function into the module."""
    result = function.returns or NONE
    size = memory_size(result)
    types = [p.type for p in function.params]
    in_registers = _layout(types, bool(size))
    params = ["ptr"] if size else []
    params += [p for t in types for p in part_types(t)] if in_registers else ["ptr"]
    name = unit.function(function)
    f = unit.module.function(name, params, attributes="noinline", small=unit.is_rare(function))
    out = f.params[0] if size else None

    def returns(parts: Parts, _: tree.Expr | None) -> None:
        if out is not None:
            store(result, parts, out)
        f.ret()

    frame = Frame(unit, f, evaluate, Ending(returns), result=result, names=FunctionNames(assigned_once(function.body)))
    given = f.params[1:] if size else f.params
    args: list[Parts] = []
    at = 0
    for param in function.params:
        if in_registers:
            n = len(part_types(param.type))
            args.append(tuple(given[at : at + n]))
            at += n
        else:
            args.append(load(param.type, f.at(given[0], at)))
            at += memory_size(param.type)
    _bind(frame, function, args)
    body(frame, function.body)
    if not f.closed:
        if size:
            # The checker has proven that every path returns; this point is never reached.
            f.close("unreachable")
        else:
            f.ret()


def _track(frame: Frame, t: Type, parts: Parts) -> None:
    """Find the fields of an account once for the whole function; what is not used costs nothing."""
    if isinstance(t, AccountType):
        field_addresses.track(frame, t, parts[0], account_records.record(frame, t, parts[0]))


def construct(frame: Frame, e: tree.Construct) -> Parts:
    """A new object: fields from the arguments, or made by the class's `__init__`."""
    t = e.type
    assert isinstance(t, ClassType)
    args = [frame.eval(a) for a in e.args]
    obj = allocate(frame, max(class_size(t), 1))
    if e.constructor is not None:
        invoke(frame, e.constructor, [(obj,), *args])
        return (obj,)
    for field, parts in zip(t.decl.all_fields(), args, strict=True):
        offset, _ = class_offset(t, field.name)
        store(field.type, parts, frame.f.at(obj, offset))
    return (obj,)

"""Expressions: one function for each node of the tree."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from seahorse.backends.sbf.builtins import registry
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts, is_text, part_types, split, zero
from seahorse.backends.sbf.invoke import typed_cpi
from seahorse.backends.sbf.language import calls
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.backends.sbf.objects import comparisons, sequences, text_of
from seahorse.backends.sbf.objects.places import copied, read_field, read_index
from seahorse.backends.sbf.scalars import floats, integers
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.handlers import Handlers
from seahorse.semantics.tree.types import (
    AccountType,
    BoolType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    TupleType,
    Type,
    U256Type,
    UnionType,
)
from seahorse.semantics.tree.view_types import is_view


def evaluate(frame: Frame, e: tree.Expr) -> Parts:
    """The parts of an expression's value."""
    parts = EXPRESSIONS.of(e)(frame, e)
    return copied(frame, e.type, parts) if is_view(e.type) and frame.unit.views.copies(e) else parts


def _int(frame: Frame, e: tree.IntLit) -> Parts:
    if isinstance(e.type, FloatType):
        return (_float_bits(frame, float(e.value)),)
    assert isinstance(e.type, IntType)
    return (frame.f.const(f"i{e.type.bits}", e.value),)


def _float_bits(frame: Frame, value: float) -> Value:
    return frame.f.i64(int.from_bytes(struct.pack("<d", value), "little"))


def _float(frame: Frame, e: tree.FloatLit) -> Parts:
    return (_float_bits(frame, e.value),)


def _bool(frame: Frame, e: tree.BoolLit) -> Parts:
    return (frame.f.bool(e.value),)


def _str(frame: Frame, e: tree.StrLit) -> Parts:
    data = e.value.encode()
    return (frame.f.bytes(data), frame.f.i64(len(data)))


def _bytes(frame: Frame, e: tree.BytesLit) -> Parts:
    return (frame.f.bytes(e.value), frame.f.i64(len(e.value)))


def _none(frame: Frame, e: tree.NoneLit) -> Parts:
    if not isinstance(e.type, OptionType):
        return ()
    return (frame.f.bool(False), *zero(e.type.inner, frame.f.i64(0)))


def _pubkey(frame: Frame, e: tree.PubkeyLit) -> Parts:
    return (frame.f.bytes(e.value),)


def _enum(frame: Frame, e: tree.EnumLit) -> Parts:
    return (frame.f.const("i8", e.ordinal),)


def _var(frame: Frame, e: tree.Var) -> Parts:
    return frame.read(e.local)


def _field(frame: Frame, e: tree.GetField) -> Parts:
    if isinstance(e.obj.type, AccountType | ClassType):
        return read_field(frame, e, frame.one(e.obj))
    return registry.attribute(frame, e)


def _arith(frame: Frame, e: tree.Arith) -> Parts:
    left = frame.one(e.left)
    right = frame.one(e.right)
    if isinstance(e.type, FloatType):
        return (floats.arith(frame, e.op, left, right, e.span),)
    assert isinstance(e.type, IntType)
    return (integers.arith(frame, e.type, e.op, left, right, e.span),)


def _negate(frame: Frame, e: tree.Negate) -> Parts:
    value = frame.one(e.value)
    if isinstance(e.type, FloatType):
        return (value ^ (1 << 63),)
    assert isinstance(e.type, IntType)
    return (integers.negate(frame, e.type, value, e.span),)


def _invert(frame: Frame, e: tree.Invert) -> Parts:
    return (frame.one(e.value).not_(),)


def _not(frame: Frame, e: tree.Not) -> Parts:
    return (frame.one(e.value).not_(),)


def _compare(frame: Frame, e: tree.Compare) -> Parts:
    return (comparisons.compare(frame, e),)


def _bool_op(frame: Frame, e: tree.BoolOp) -> Parts:
    f = frame.f
    done = f.new_label()
    incoming: list[tuple[Value, str]] = []
    for i, value in enumerate(e.values):
        v = frame.one(value)
        incoming.append((v, f.label))
        if i == len(e.values) - 1:
            f.jump(done)
        else:
            more = f.new_label()
            if e.op == "and":
                f.branch(v, more, done)
            else:
                f.branch(v, done, more)
            f.start(more)
    f.start(done)
    return (f.phi("i1", incoming),)


def _if(frame: Frame, e: tree.IfExp) -> Parts:
    f = frame.f
    yes, no, done = f.new_label(), f.new_label(), f.new_label()
    f.branch(frame.one(e.test), yes, no)
    arms: list[tuple[Parts, str]] = []
    for label, arm in ((yes, e.then), (no, e.orelse)):
        f.start(label)
        parts = tuple(p.now() for p in frame.eval(arm))
        arms.append((parts, f.label))
        f.jump(done)
    f.start(done)
    return tuple(f.phi(ty, [(parts[i], label) for parts, label in arms]) for i, ty in enumerate(part_types(e.type)))


def _coerce(frame: Frame, e: tree.Coerce) -> Parts:
    return coerce(frame, e.value.type, e.type, frame.eval(e.value), e)


def coerce(frame: Frame, source: Type, target: Type, parts: Parts, e: tree.Expr) -> Parts:
    """An implicit conversion."""
    f = frame.f
    if isinstance(target, OptionType):
        if isinstance(source, OptionType):
            return (parts[0], *coerce(frame, source.inner, target.inner, parts[1:], e))
        return (f.bool(True), *coerce(frame, source, target.inner, parts, e))
    if isinstance(target, U256Type) and isinstance(source, IntType):
        return (_as_u256(frame, source, parts[0]),)
    if isinstance(target, UnionType):
        return _as_union(frame, source, target, parts)
    if isinstance(target, TupleType) and isinstance(source, TupleType):
        out: Parts = ()
        for s, t, own in zip(source.elems, target.elems, split(source, parts), strict=True):
            out += coerce(frame, s, t, own, e)
        return out
    if isinstance(source, IntType) and isinstance(target, IntType):
        return (integers.convert(frame, source, target, parts[0], e.span),)
    if isinstance(source, IntType) and isinstance(target, FloatType):
        return (floats.from_int(frame, source, parts[0]),)
    return parts


def _as_u256(frame: Frame, source: IntType, value: Value) -> Value:
    """An unsigned integer as 32 bytes."""
    f = frame.f
    out = allocate(frame, 32)
    f.store(value if source.bits >= 64 else value.zext("i64"), out)
    for at in range(16 if source.bits == 128 else 8, 32, 8):
        f.store(f.i64(0), out, at)
    return out


def _from_u256(frame: Frame, target: IntType, number: Value, span: Span) -> Value:
    """A u256 as a smaller integer, when it fits."""
    f = frame.f
    frame.overflow((f.load("i64", number, 2 * WORD) | f.load("i64", number, 3 * WORD)).ne(0), span)
    return integers.convert(frame, IntType(128, False), target, f.load("i128", number), span)


def _as_union(frame: Frame, source: Type, target: UnionType, parts: Parts) -> Parts:
    """An object, of a class or of a smaller union, with its position in a union."""
    f = frame.f
    if isinstance(source, ClassType):
        return (f.const("i8", target.members.index(source)), parts[0])
    assert isinstance(source, UnionType)
    tag = f.const("i8", 0)
    for i, member in enumerate(source.members):
        tag = f.select(parts[0].eq(i), f.const("i8", target.members.index(member)), tag)
    return (tag, parts[1])


def _convert(frame: Frame, e: tree.Convert) -> Parts:
    source, target = e.value.type, e.type
    value = frame.one(e.value)
    f = frame.f
    match source, target:
        case U256Type(), IntType():
            return (_from_u256(frame, target, value, e.span),)
        case IntType(), IntType():
            return (integers.convert(frame, source, target, value, e.span),)
        case IntType(), FloatType():
            return (floats.from_int(frame, source, value),)
        case FloatType(), IntType():
            return (floats.to_int(frame, target, value, e.span),)
        case IntType(), BoolType():
            return (value.ne(0),)
        case FloatType(), BoolType():
            return ((value << 1).ne(0),)
        case BoolType(), IntType():
            return (value.zext(f"i{target.bits}"),)
        case BoolType(), FloatType():
            return (f.select(value, _float_bits(frame, 1.0), f.i64(0)),)
        case EnumType(), IntType():
            return (integers.convert(frame, IntType(8, False), target, value, e.span),)
        case _, BoolType() if is_text(source):
            return (frame.eval(e.value)[1].ne(0),)
        case _ if source == target:
            return (value,)
        case _:
            return registry.convert_other(frame, e, value)


def _is_none(frame: Frame, e: tree.IsNone) -> Parts:
    if not isinstance(e.value.type, OptionType):
        frame.eval(e.value)
        return (frame.f.bool(e.negate),)
    some = frame.eval(e.value)[0]
    return (some if e.negate else some.not_(),)


def _unwrap(frame: Frame, e: tree.Unwrap) -> Parts:
    parts = frame.eval(e.value)
    return parts[1:] if isinstance(e.value.type, OptionType) else parts


def _is_member(frame: Frame, e: tree.IsMember) -> Parts:
    assert isinstance(e.value.type, UnionType)
    return (frame.eval(e.value)[0].eq(e.value.type.members.index(e.member)),)


def _as_member(frame: Frame, e: tree.AsMember) -> Parts:
    parts = frame.eval(e.value)
    if not isinstance(e.type, UnionType):
        return parts[1:]
    # A smaller union, whose classes have other positions.
    assert isinstance(e.value.type, UnionType)
    known = [(i, e.type.members.index(m)) for i, m in enumerate(e.value.type.members) if m in e.type.members]
    tag = frame.f.const("i8", known[0][1])
    for old, new in known[1:]:
        tag = frame.f.select(parts[0].eq(old), frame.f.const("i8", new), tag)
    return (tag, parts[1])


def _tuple(frame: Frame, e: tree.TupleLit) -> Parts:
    out: Parts = ()
    for item in e.items:
        out += frame.eval(item)
    return out


def _init(frame: Frame, e: tree.InitAccount) -> Parts:
    return frame.names.initialized[e.param.id]


def _fstring(frame: Frame, e: tree.FString) -> Parts:
    return text_of.build(frame, e)


def _index(frame: Frame, e: tree.GetIndex) -> Parts:
    return read_index(frame, e)


_WRITERS: dict[type, Callable[[Frame, Any], Parts]] = {
    tree.IntLit: _int,
    tree.FloatLit: _float,
    tree.BoolLit: _bool,
    tree.StrLit: _str,
    tree.BytesLit: _bytes,
    tree.NoneLit: _none,
    tree.PubkeyLit: _pubkey,
    tree.EnumLit: _enum,
    tree.Var: _var,
    tree.GetField: _field,
    tree.GetIndex: _index,
    tree.GetSlice: sequences.slice_,
    tree.Arith: _arith,
    tree.Concat: sequences.concat,
    tree.Repeat: sequences.repeat,
    tree.Negate: _negate,
    tree.Invert: _invert,
    tree.Not: _not,
    tree.Compare: _compare,
    tree.Contains: sequences.contains,
    tree.BoolOp: _bool_op,
    tree.IfExp: _if,
    tree.Coerce: _coerce,
    tree.Convert: _convert,
    tree.IsNone: _is_none,
    tree.Unwrap: _unwrap,
    tree.IsMember: _is_member,
    tree.AsMember: _as_member,
    tree.Call: calls.call,
    tree.Construct: calls.construct,
    tree.ListLit: sequences.list_literal,
    tree.ArrayLit: sequences.array_literal,
    tree.TupleLit: _tuple,
    tree.ListComp: sequences.comprehension,
    tree.FString: _fstring,
    tree.Builtin: registry.call,
    tree.InitAccount: _init,
    tree.CpiCall: typed_cpi.call,
}
EXPRESSIONS = Handlers(
    "expressions in bytecode",
    tree.Expr,
    _WRITERS,
    elsewhere={tree.Lambda: "the functions that are given one", tree.SignerSeeds: "the calls that sign"},
)

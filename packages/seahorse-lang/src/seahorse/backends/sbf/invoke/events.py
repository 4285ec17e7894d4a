"""Events: discriminator and Borsh, logged with `sol_log_data`."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.buffers import done, serialize
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts, class_offset, load
from seahorse.ir.layout import event_discriminator
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ClassType, Type

_SLICE = 16


def emit(cx: Frame, e: tree.Expr) -> None:
    """Log an event. An event that is constructed in the `emit` itself is written directly from its arguments, without
    an object."""
    f = cx.f
    t = e.type
    assert isinstance(t, ClassType)
    fields = t.decl.all_fields()
    values: list[tuple[Type, Parts]]
    if isinstance(e, tree.Construct) and e.constructor is None:
        values = [(field.type, cx.eval(arg)) for field, arg in zip(fields, e.args, strict=True)]
    else:
        obj = cx.one(e)
        values = [(x.type, load(x.type, f.at(obj, class_offset(t, x.name)[0]))) for x in fields]
    with f.part("events"):
        buffer, size, marked = serialize(cx, event_discriminator(t.name), values, head=_SLICE)
        f.store(f.at(buffer, _SLICE), buffer)
        f.store(size, buffer, 8)
        f.call("sol_log_data", buffer, f.i64(1))
        done(cx, marked)

"""The heap: 32 KiB from a fixed address, allocated upwards and never freed.

The first eight bytes hold how much is in use; the runtime gives every invocation a heap of zeros. The next eight are 0,
or one more than the number of accounts given when that is too few.
"""

from __future__ import annotations

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.memory_map import FIRST_ADDRESS, HEAP_ADDRESS, HEAP_SIZE
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value


def allocate(frame: Frame, size: Value | int) -> Value:
    """Memory for `size` bytes, aligned to 8. Too little left: HeapExhausted."""
    f = frame.f
    amount = f.i64(size) if isinstance(size, int) else size
    ptr = f.slot("ptr")
    f.check(f.status("allocate", amount, ptr.ptr))
    return ptr.get()


def mark(frame: Frame) -> Value:
    """How much is in use now; see `release`."""
    return frame.f.load("i64", frame.f.const("ptr", HEAP_ADDRESS))


def release(frame: Frame, marked: Value) -> None:
    """Free everything allocated since `mark`. Memory that is allocated there afterwards is not zero."""
    frame.f.store(marked, frame.f.const("ptr", HEAP_ADDRESS))


def write_allocate(module: LlvmModule, exhausted: int) -> None:
    """`allocate(size, out) -> status`."""
    f = module.function("allocate", ["i64", "ptr"])
    size, out = f.params
    head = f.const("ptr", HEAP_ADDRESS)
    used = f.load("i64", head)
    # Sizes come from checked lengths, but a product may be anything: compare before adding.
    f.raise_if(size.ugt(HEAP_SIZE), exhausted)
    grown = used + ((size + 7) & -8)
    f.raise_if(grown.ugt(HEAP_SIZE - 16), exhausted)
    f.store(grown, head)
    f.store(f.at(f.const("ptr", FIRST_ADDRESS), used), out)
    f.ret()

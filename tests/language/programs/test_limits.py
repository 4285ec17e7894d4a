"""Heap, stack, return data and other limits: a clear error, at compile time or at run time."""

from __future__ import annotations

import pytest

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger, expect_error

HEADER = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"


@pytest.mark.vm_only("the heap of 32 KiB")
def test_the_heap_is_finite() -> None:
    p = Ledger().deploy_text(
        HEADER
        + """
@instruction
def fill(n: u64) -> u64:
    xs: List[u64] = []
    for i in range(n):
        xs.append(i)
    return sum(xs)

@instruction
def repeat(n: u64) -> u64:
    return len('abc' * n)

@instruction
def talk(n: u64):
    for i in range(n):
        print(f'{i} of {n} lines')
"""
    )
    assert p.fill(n=1000).value == 499500
    with expect_error(4200) as failed:
        p.fill(n=100_000)
    assert failed.result.messages == [
        "AnchorError occurred. Error Code: HeapExhausted. Error Number: 4200. "
        "Error Message: The instruction needs more than the 32 KiB of heap that it has."
    ]
    assert p.repeat(n=1000).value == 3000
    for n in (20_000, 2**40, 2**63 - 1):
        with expect_error(4200):
            p.repeat(n=n)
    # Python counts in 64 bits with a sign.
    with expect_error("ArithmeticOverflow"):
        p.repeat(n=2**63)
    # What is only printed does not stay on the heap.
    assert p.talk(n=600).messages[-1].endswith("599 of 600 lines")


def test_deep_calls_and_many_arguments() -> None:
    functions = "".join(
        f"def f{i}(a: u64, b: u128, c: str, d: Pubkey, e: Optional[u64], n: u64) -> Tuple[u64, str]:\n"
        f"    x, s = f{i + 1}(a + 1, b * 2, c + '{i % 10}', d, e, n)\n"
        f"    return x + n, s\n"
        for i in range(30)
    )
    p = Ledger().deploy_text(
        HEADER
        + functions
        + """
def f30(a: u64, b: u128, c: str, d: Pubkey, e: Optional[u64], n: u64) -> Tuple[u64, str]:
    k = 0 if e is None else e
    return a + u64(b) + k + u64(len(str(d))), c

@instruction
def run(key: Pubkey, n: u64) -> str:
    x, s = f0(1, 1, '', key, n, n)
    y, t = f0(1, 1, '', key, None, n)
    return f'{x} {s} {y} {t}'
"""
    )
    key = p.id
    digits = "".join(str(i % 10) for i in range(30))
    base = 31 + 2**30 + len(str(key))
    assert p.run(key=key, n=5).value == f"{base + 5 + 150} {digits} {base + 150} {digits}"


def test_a_frame_that_is_too_large_is_a_compile_error() -> None:
    """An instruction whose values alone need more than 4096 bytes of stack."""
    fields = "".join(f"    k{i}: Pubkey\n" for i in range(160))
    names = ", ".join(f"k{i}=a.key()" for i in range(160))
    text = HEADER + f"class Wide(Event):\n{fields}\n@instruction\ndef go(a: Signer):\n    Wide({names}).emit()\n"
    # An event of 5 KB is written on the heap: this compiles and runs.
    ledger = Ledger()
    assert len(ledger.deploy_text(text).go(a=ledger.signer()).events) == 1
    checks = "".join(f"    k{i}, b{i} = Pubkey.find_program_address(['x', u64({i}), a])\n" for i in range(140))
    total = "sum([" + ", ".join(f"u64(b{i})" for i in range(140)) + "])"
    text = HEADER + f"@instruction\ndef go(a: Signer) -> u64:\n{checks}    return {total}\n"
    with pytest.raises(CompileError, match="4096 bytes of stack"):
        ledger.deploy_text(text)


def test_return_data_is_limited_by_the_runtime() -> None:
    p = Ledger().deploy_text(HEADER + "@instruction\ndef big(n: u64) -> str:\n    return 'x' * n\n")
    assert len(p.big(n=1020).value) == 1020
    with expect_error("ProgramFailedToComplete"):
        p.big(n=1021)

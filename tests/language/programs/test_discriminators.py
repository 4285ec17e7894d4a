"""Instructions whose first 8 bytes the program says itself, as interfaces of other programs do."""

from __future__ import annotations

import pytest

from seahorse.diagnostics import CompileError
from seahorse.ir.layout import instruction_discriminator
from seahorse.testing import Ledger, expect_error
from seahorse.testing.compiling import compile_text

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

EXECUTE = b'\\x69\\x25\\x65\\xc5\\x4b\\xfb\\x66\\x1a'

@instruction(discriminator=EXECUTE)
def execute(a: Signer, amount: u64) -> u64:
    return amount * 2

@instruction(discriminator=[0, 0, 0, 0, 0, 0, 0, 1])
def other(a: Signer) -> u64:
    return 7

@instruction
def plain(a: Signer) -> u64:
    return 1
"""


def test_the_bytes_of_the_program_and_of_the_idl() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE)
    a = ledger.signer()
    assert p.execute(a=a, amount=4).value == 8
    assert p.other(a=a).value == 7
    assert p.plain(a=a).value == 1
    assert bytes(p.instructions["execute"]["discriminator"]) == bytes.fromhex("692565c54bfb661a")
    assert bytes(p.instructions["plain"]["discriminator"]) == instruction_discriminator("plain")


def test_the_bytes_of_the_name_mean_nothing_then() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE)
    a = ledger.signer()
    p.instructions["other"]["discriminator"] = list(instruction_discriminator("other"))
    with expect_error(101):
        p.other(a=a)


def test_two_instructions_do_not_begin_with_the_same_bytes() -> None:
    same = SOURCE.replace("[0, 0, 0, 0, 0, 0, 0, 1]", str(list(instruction_discriminator("plain"))))
    with pytest.raises(CompileError, match="the same discriminator"):
        compile_text(same)


def test_another_program_calls_it_by_its_bytes() -> None:
    caller = """
from seahorse.prelude import *
import program
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def twice(a: Signer, amount: u64) -> u64:
    return program.execute(a, amount) + program.other(a)
"""
    ledger = Ledger()
    ledger.deploy_text(SOURCE)
    p = ledger.deploy_text(caller, "caller", program=SOURCE)
    assert p.twice(a=ledger.signer(), amount=5).value == 17

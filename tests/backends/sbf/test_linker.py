"""The linker: the ELF that sBPF v3 asks for, and what it refuses."""

from __future__ import annotations

import struct

import pytest
from solders.compute_budget import ComputeBudget
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import Transaction

from seahorse.backends.sbf.link.compile import LlvmError, compile_module
from seahorse.backends.sbf.link.linker import LinkError, link
from seahorse.backends.sbf.llvm.syscalls import murmur3_32, syscall_hash

ATTRIBUTES = 'attributes #0 = { nounwind "no-builtins" }\n'
HELLO = """
@text = private unnamed_addr constant [5 x i8] c"Hello"
@table = private unnamed_addr constant [2 x ptr] [ptr @text, ptr @more]
@more = private unnamed_addr constant [6 x i8] c"Hello2"
declare i64 @sol_log_(ptr, i64)
define internal i64 @helper(i64 %a) noinline #0 {
  %x = mul i64 %a, 6148914691236517205
  ret i64 %x
}
define i64 @entrypoint(ptr %p) #0 {
  %n = load i64, ptr %p
  %at = getelementptr [2 x ptr], ptr @table, i64 0, i64 %n
  %text = load ptr, ptr %at
  %r = call i64 @sol_log_(ptr %text, i64 5)
  %x = call i64 @helper(i64 %n)
  ret i64 %x
}
"""


def run(code: bytes) -> list[str]:
    vm = LiteSVM().with_compute_budget(ComputeBudget(False))
    program, payer = Pubkey(bytes([9] * 32)), Keypair.from_seed(bytes([2] * 32))
    vm.add_program(program, code)
    vm.airdrop(payer.pubkey(), 10**9)
    message = Message([Instruction(program, b"", [])], payer.pubkey())
    done = vm.send_transaction(Transaction([payer], message, vm.latest_blockhash()))
    return list(done.logs())


def test_a_program_runs() -> None:
    code = link(compile_module(HELLO + ATTRIBUTES))
    assert any("Hello" in line for line in run(code))
    assert code[:4] == b"\x7fELF" and struct.unpack_from("<HHI", code, 16) == (3, 247, 1)
    entry, phoff = struct.unpack_from("<QQ", code, 24)
    flags, ehsize, phentsize, phnum = struct.unpack_from("<IHHH", code, 48)
    assert (phoff, flags, ehsize, phentsize, phnum) == (64, 3, 64, 56, 2)
    offset = 64 + 2 * 56
    for expected, address in ((4, 0), (1, 1 << 32)):
        kind, access, at, vaddr, paddr, size, memory, _ = struct.unpack_from(
            "<IIQQQQQQ", code, 64 + 56 * (expected == 1)
        )
        assert (kind, access, at, vaddr, paddr) == (1, expected, offset, address, address)
        assert size == memory and size % 8 == 0
        offset += size
    assert offset == len(code) and entry >= 1 << 32


def test_a_program_without_data_has_one_header() -> None:
    code = link(compile_module("define i64 @entrypoint(ptr %p) #0 {\n  ret i64 0\n}\n" + ATTRIBUTES))
    assert struct.unpack_from("<H", code, 56) == (1,)
    assert any("success" in line for line in run(code))


def test_syscall_hashes() -> None:
    """Values from the sbpf and agave sources."""
    assert murmur3_32(b"abort") == 0xB6FC1A11
    assert murmur3_32(b"sol_log_") == 0x207559BD
    assert syscall_hash("memcpy") == syscall_hash("sol_memcpy_") == 0x717CC4A3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("define i64 @start(ptr %p) #0 {\n  ret i64 0\n}\n", "entry point entrypoint is not defined"),
        (
            "declare i64 @nothing(i64)\ndefine i64 @entrypoint(ptr %p) #0 {\n  %x = call i64 @nothing(i64 1)\n  ret i64 %x\n}\n",
            "undefined function nothing",
        ),
        (
            "@g = global i64 5\ndefine i64 @entrypoint(ptr %p) #0 {\n  store i64 7, ptr @g\n  ret i64 0\n}\n",
            "writable data",
        ),
        (
            "declare i64 @sol_log_(ptr, i64)\n@e = external constant i64\n"
            "define i64 @entrypoint(ptr %p) #0 {\n  %x = call i64 @sol_log_(ptr @e, i64 1)\n  ret i64 %x\n}\n",
            "undefined symbol e",
        ),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(LinkError, match=message):
        link(compile_module(text + ATTRIBUTES))


def test_llvm_errors_are_ours() -> None:
    """Text that LLVM cannot parse, and code that its back end gives up on, which would end this process."""
    with pytest.raises(LlvmError, match="parsing error"):
        compile_module("this is not IR")
    division = "define i64 @entrypoint(ptr %p, i64 %n) #0 {\n  %m = load i64, ptr %p\n  %q = sdiv i64 %n, %m\n  ret i64 %q\n}\n"
    with pytest.raises(LlvmError):
        compile_module(division + ATTRIBUTES)

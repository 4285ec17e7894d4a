"""The syscalls: what each costs and does, as Agave's `SVMTransactionExecutionCost` and `syscalls` have it.

`invoke` is in `replay.py`: it needs the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from solders.pubkey import Pubkey

from seahorse.backends.sbf.llvm.syscalls import SYSCALLS, syscall_hash
from seahorse.engine.values import chain
from seahorse.ir.addresses import create_program_address, decode_base58
from seahorse.profiling.machine.memory import Memory
from seahorse.profiling.machine.meter import MachineFailure

BASE, MEMORY, BYTES_PER_UNIT = 100, 10, 250
INVOKE = 946
_HASH, _ADDRESS, _CURVE = 85, 1_500, {0: 159, 1: 169}
_POSEIDON, _POSEIDON_EACH = 542, 61
_RECOVER = 25_000
_ADDITION, _MULTIPLICATION, _PAIRING, _MORE_PAIRS, _PAIR_SIZE = 334, 3_840, 36_364, 12_121, 192
_CLOCK = decode_base58("SysvarC1ock11111111111111111111111111111111")
_RENT = decode_base58("SysvarRent111111111111111111111111111111111")
_RENT_SIZE = 24  # in memory, where the cost counts it; 17 bytes are written
_RETURN_LIMIT = 1024
NAMES = {syscall_hash(name): name for name in SYSCALLS}


class SyscallHost(Protocol):
    """The state of the transaction."""

    returned: tuple[bytes, bytes] | None

    def sysvar(self, key: bytes) -> bytes | None: ...


@dataclass
class Syscall:
    """One call: the arguments, the memory and the program that makes it. `charge` takes units, before the work; `left`
    counts those that remain."""

    args: list[int]
    memory: Memory
    program: bytes
    host: SyscallHost
    charge: Callable[[int], None]
    left: Callable[[], int]

    def read(self, address: int, size: int) -> bytes:
        return self.memory.read(address, size)

    def slices(self, at: int, count: int) -> list[bytes]:
        """Byte strings, given as a table of addresses and sizes."""
        number = [int.from_bytes(self.read(at + 8 * i, 8), "little") for i in range(2 * count)]
        return [self.read(number[2 * i], number[2 * i + 1]) for i in range(count)]


def _log(s: Syscall) -> int:
    s.charge(max(BASE, s.args[1]))
    s.read(s.args[0], s.args[1])
    return 0


def _log_something(s: Syscall) -> int:
    s.charge(BASE)
    return 0


def _units_left(s: Syscall) -> int:
    s.charge(BASE)
    return s.left()


def _log_data(s: Syscall) -> int:
    s.charge(BASE)
    s.charge(BASE * s.args[1])
    s.charge(sum(len(part) for part in s.slices(s.args[0], s.args[1])))
    return 0


def _hashing(compute: Callable[[bytes], bytes]) -> Callable[[Syscall], int]:
    def run(s: Syscall) -> int:
        s.charge(_HASH)
        parts = s.slices(s.args[0], s.args[1])
        for part in parts:
            s.charge(max(MEMORY, len(part) // 2))
        s.memory.write(s.args[2], compute(b"".join(parts)))
        return 0

    return run


def _computed(name: str, *args: object) -> bytes | None:
    """A function of the chain, computed by a program in a virtual machine of its own; None where it refuses."""
    try:
        value = chain.COMPUTE[0](name, args)
    except ValueError:
        return None
    return bytes([value]).ljust(32, b"\0")[::-1] if isinstance(value, bool) else bytes(value)


def _keccak(data: bytes) -> bytes:
    return _computed("keccak256", data) or b""


def _given(s: Syscall, value: bytes | None, to: int) -> int:
    if value is None:
        return 1
    s.memory.write(to, value)
    return 0


def _poseidon(s: Syscall) -> int:
    count = s.args[3]
    s.charge(_POSEIDON_EACH * count * count + _POSEIDON)
    return _given(s, _computed("poseidon", s.slices(s.args[2], count)), s.args[4])


def _recover(s: Syscall) -> int:
    s.charge(_RECOVER)
    message, signature = s.read(s.args[0], 32), s.read(s.args[2], 64)
    return _given(s, _computed("secp256k1_recover", message, s.args[1], signature), s.args[3])


def _bn128(s: Syscall) -> int:
    operation, at, size, to = s.args[:4]
    pairs = size // _PAIR_SIZE
    pairing = _PAIRING + _MORE_PAIRS * max(pairs - 1, 0) + _HASH + size + 32
    name, cost = {
        0: ("alt_bn128_addition", _ADDITION),
        2: ("alt_bn128_multiplication", _MULTIPLICATION),
        3: ("alt_bn128_pairing", pairing),
    }[operation]
    s.charge(cost)
    return _given(s, _computed(name, s.read(at, size)), to)


def _create_address(s: Syscall) -> int:
    s.charge(_ADDRESS)
    return _given(s, create_program_address(s.slices(s.args[0], s.args[1]), s.read(s.args[2], 32)), s.args[3])


def _find_address(s: Syscall) -> int:
    seeds, program = s.slices(s.args[0], s.args[1]), s.read(s.args[2], 32)
    for bump in range(255, 0, -1):
        s.charge(_ADDRESS)
        found = create_program_address([*seeds, bytes([bump])], program)
        if found is not None:
            s.memory.write(s.args[4], bytes([bump]))
            return _given(s, found, s.args[3])
    return 1


def _on_curve(s: Syscall) -> int:
    s.charge(_CURVE[s.args[0]])
    return 0 if Pubkey(s.read(s.args[1], 32)).is_on_curve() else 1


def _charge_memory(s: Syscall, size: int) -> None:
    s.charge(max(MEMORY, size // BYTES_PER_UNIT))


def _copy(s: Syscall) -> int:
    _charge_memory(s, s.args[2])
    s.memory.write(s.args[0], s.read(s.args[1], s.args[2]))
    return 0


def _fill(s: Syscall) -> int:
    _charge_memory(s, s.args[2])
    s.memory.write(s.args[0], bytes([s.args[1] & 0xFF]) * s.args[2])
    return 0


def _compare(s: Syscall) -> int:
    _charge_memory(s, s.args[2])
    a, b = s.read(s.args[0], s.args[2]), s.read(s.args[1], s.args[2])
    apart = next((x - y for x, y in zip(a, b, strict=True) if x != y), 0)
    s.memory.write(s.args[3], (apart & 0xFFFFFFFF).to_bytes(4, "little"))
    return 0


def _sysvar(s: Syscall) -> int:
    size = s.args[3]
    s.charge(BASE + 32 // BYTES_PER_UNIT + max(size // BYTES_PER_UNIT, MEMORY))
    data = s.host.sysvar(s.read(s.args[0], 32))
    if data is None:
        return 2
    if s.args[2] + size > len(data):
        return 1
    return _given(s, data[s.args[2] : s.args[2] + size], s.args[1])


def _clock(s: Syscall) -> int:
    data = s.host.sysvar(_CLOCK)
    assert data is not None
    s.charge(BASE + len(data))
    return _given(s, data, s.args[0])


def _rent(s: Syscall) -> int:
    s.charge(BASE + _RENT_SIZE)
    return _given(s, s.host.sysvar(_RENT), s.args[0])


def _set_return(s: Syscall) -> int:
    s.charge(s.args[1] // BYTES_PER_UNIT + BASE)
    if s.args[1] > _RETURN_LIMIT:
        raise MachineFailure("more than 1,024 bytes are returned")
    s.host.returned = (s.program, s.read(s.args[0], s.args[1]))
    return 0


def _get_return(s: Syscall) -> int:
    s.charge(BASE)
    program, data = s.host.returned or (bytes(32), b"")
    size = min(s.args[1], len(data))
    if size:
        s.charge((size + 32) // BYTES_PER_UNIT)
        s.memory.write(s.args[0], data[:size])
        s.memory.write(s.args[2], program)
    return len(data)


RUNS: dict[str, Callable[[Syscall], int]] = {
    "sol_log_": _log,
    "sol_log_64_": _log_something,
    "sol_log_pubkey": _log_something,
    "sol_log_compute_units_": _log_something,
    "sol_remaining_compute_units": _units_left,
    "sol_log_data": _log_data,
    "sol_sha256": _hashing(lambda data: hashlib.sha256(data).digest()),
    "sol_keccak256": _hashing(_keccak),
    "sol_poseidon": _poseidon,
    "sol_secp256k1_recover": _recover,
    "sol_alt_bn128_group_op": _bn128,
    "sol_create_program_address": _create_address,
    "sol_try_find_program_address": _find_address,
    "sol_curve_validate_point": _on_curve,
    "sol_memcpy_": _copy,
    "sol_memmove_": _copy,
    "sol_memset_": _fill,
    "sol_memcmp_": _compare,
    "sol_get_sysvar": _sysvar,
    "sol_get_clock_sysvar": _clock,
    "sol_get_rent_sysvar": _rent,
    "sol_set_return_data": _set_return,
    "sol_get_return_data": _get_return,
}

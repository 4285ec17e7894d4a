"""Replays a transaction: programs whose code is known instruction by instruction, all others by the virtual machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from seahorse.engine import AccountStates, CalledAccount, Native
from seahorse.ir.addresses import create_program_address, encode_base58
from seahorse.profiling.machine import labels
from seahorse.profiling.machine.calls import CallCount
from seahorse.profiling.machine.code import TracedCode
from seahorse.profiling.machine.interpreter import run
from seahorse.profiling.machine.memory import Fault, Memory
from seahorse.profiling.machine.meter import MachineFailure, OutOfUnits, UnitMeter
from seahorse.profiling.machine.syscalls import BYTES_PER_UNIT, INVOKE, NAMES, RUNS, Syscall

_META, _INFO = 34, 80  # bytes of an account in a call, as the cost counts them
_INVOKE = "sol_invoke_signed_c"
STOPPED = "stopped by the machine: the rest of the budget"


@dataclass
class Replay:
    """One transaction. `states`: every account that it names, changed as it runs.

    native: executes a call of a program that is not here. sysvar: a sysvar's bytes, by its address.
    consumed: for each call that ended, its program and units, as the runtime logs them.
    """

    programs: dict[bytes, TracedCode]
    states: AccountStates
    native: Callable[[bytes, list[CalledAccount], bytes, AccountStates], Native]
    read_sysvar: Callable[[bytes], bytes | None]
    meter: UnitMeter
    returned: tuple[bytes, bytes] | None = None
    consumed: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    _running: list[tuple[list[CalledAccount], bytes]] = field(default_factory=list[tuple[list[CalledAccount], bytes]])

    def sysvar(self, key: bytes) -> bytes | None:
        return self.read_sysvar(key)

    def execute(self, program: bytes, metas: list[CalledAccount], data: bytes, root: CallCount) -> None:
        """One instruction of the transaction. Raises MachineFailure when it fails."""
        self.returned = None
        self._run(program, metas, data, self._called(program, data, root, 0))

    def _called(self, program: bytes, data: bytes, by: CallCount, place: int) -> CallCount:
        code = self.programs.get(program)
        label = code.named(data) if code is not None else labels.named(program, data)
        return by.call(place, label, code, is_program=True)

    def _run(self, program: bytes, metas: list[CalledAccount], data: bytes, call: CallCount) -> None:
        before = self.meter.left
        try:
            if call.code is None:
                self._native(program, metas, data, call)
            else:
                self._bytecode(call.code, metas, data, call)
        finally:
            self.consumed.append((encode_base58(program), before - self.meter.left))

    def _native(self, program: bytes, metas: list[CalledAccount], data: bytes, call: CallCount) -> None:
        done = self.native(program, metas, data, self.states)
        taken = self.meter.take(done.units)
        call.own += taken
        if done.error is not None or taken < done.units:
            raise MachineFailure(str(done.error))
        for key, after in done.accounts.items():
            state = self.states[key]
            state.lamports, state.owner, state.executable = after.lamports, after.owner, after.executable
            state.data[:] = after.data
        self.returned = done.returned

    def _bytecode(self, code: TracedCode, metas: list[CalledAccount], data: bytes, call: CallCount) -> None:
        memory = Memory(code.constants, code.id, metas, data, self.states)
        self._running.append((metas, code.id))
        try:
            status = run(code, memory, self.meter, self, call.call(0, code.functions[code.entry], code))
            memory.give()
        except Fault as fault:
            call.syscalls[0, STOPPED] += self.meter.take(self.meter.left)
            raise MachineFailure(str(fault)) from fault
        finally:
            self._running.pop()
        if status:
            raise MachineFailure(f"status {status:#x}")

    # --- syscalls ---

    def syscall(self, name: int, registers: list[int], memory: Memory, call: CallCount, place: int) -> int:
        known = NAMES[name]

        def charge(units: int) -> None:
            taken = self.meter.take(units)
            call.syscalls[place, known] += taken
            if taken < units:
                raise OutOfUnits("the budget of compute units is used up")

        s = Syscall(registers[1:6], memory, self._running[-1][1], self, charge, lambda: self.meter.left)
        if known == _INVOKE:
            self._invoke(s, call, place)
            return 0
        return RUNS[known](s)

    def _invoke(self, s: Syscall, call: CallCount, place: int) -> None:
        at, infos, count, seeds, groups = s.args
        s.charge(INVOKE)
        program_at, metas_at, meta_count, data_at, data_size = (_word(s, at + 8 * i) for i in range(5))
        s.charge(meta_count * _META // BYTES_PER_UNIT)
        s.charge(data_size // BYTES_PER_UNIT)
        program, data = s.read(program_at, 32), s.read(data_at, data_size)
        metas = [_meta(s, metas_at + 16 * i) for i in range(meta_count)]
        signers = {self._signer(s, seeds + 16 * i) for i in range(groups)}
        s.memory.give()
        metas = self._allowed(program, metas, signers)
        s.charge(count * _INFO // BYTES_PER_UNIT)
        known = {s.read(_word(s, infos + 56 * i), 32) for i in range(count)}
        for key in dict.fromkeys(m.key for m in metas):
            state = self.states[key]
            if not state.executable and key not in known:
                raise MachineFailure("MissingAccount")
            s.charge(len(state.data) // BYTES_PER_UNIT)
        self.returned = None
        self._run(program, metas, data, self._called(program, data, call, place))
        s.memory.take({m.key for m in metas if m.writable})

    def _signer(self, s: Syscall, at: int) -> bytes:
        address = create_program_address(s.slices(_word(s, at), _word(s, at + 8)), s.program)
        if address is None:
            raise MachineFailure("InvalidSeeds")
        return address

    def _allowed(self, program: bytes, metas: list[CalledAccount], signers: set[bytes]) -> list[CalledAccount]:
        """The accounts of a call, one account given twice with the rights of both. Raises MachineFailure."""
        mine = self._running[-1][0]
        have = {m.key for m in mine}
        signs, writes = {m.key for m in mine if m.signer} | signers, {m.key for m in mine if m.writable}
        for meta in metas:
            if meta.key not in have:
                raise MachineFailure("MissingAccount")
            if (meta.signer and meta.key not in signs) or (meta.writable and meta.key not in writes):
                raise MachineFailure("PrivilegeEscalation")
        ids = [running for _, running in self._running]
        if program not in have:
            raise MachineFailure("MissingAccount")
        if program in ids[:-1] and ids[-1] != program:
            raise MachineFailure("ReentrancyNotAllowed")
        if len(ids) >= _MAX_DEPTH:
            raise MachineFailure("CallDepth")
        asked, wanted = {m.key for m in metas if m.signer}, {m.key for m in metas if m.writable}
        return [CalledAccount(m.key, m.key in asked, m.key in wanted) for m in metas]


_MAX_DEPTH = 5


def _word(s: Syscall, at: int) -> int:
    return int.from_bytes(s.read(at, 8), "little")


def _meta(s: Syscall, at: int) -> CalledAccount:
    writable, signer = s.read(at + 8, 2)
    return CalledAccount(s.read(_word(s, at), 32), bool(signer), bool(writable))

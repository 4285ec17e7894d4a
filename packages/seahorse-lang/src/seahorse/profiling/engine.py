"""The virtual machine, and beside it the same transactions instruction by instruction: both must count the same."""

from __future__ import annotations

import re

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.driver.compile import Artifacts
from seahorse.engine import AccountState, AccountStates
from seahorse.ir.addresses import decode_base58, encode_base58
from seahorse.profiling.machine.code import TracedCode
from seahorse.profiling.machine.meter import MachineFailure, UnitMeter
from seahorse.profiling.machine.replay import Replay
from seahorse.profiling.recording import Recording
from seahorse.testing.engines.choice import machine_of
from seahorse.testing.engines.python import INSTRUCTIONS, PythonEngine, instructions_sysvar, merged
from seahorse.testing.engines.virtual_machine import COMPUTE_LIMIT, Engine, Outcome

_CONSUMED = re.compile(r"^Program (\w+) consumed (\d+) of \d+ compute units$")
_INVOKED = re.compile(r"^Program (\w+) invoke")
_BUDGET = decode_base58("ComputeBudget111111111111111111111111111111")
_SET_LIMIT = 2


_running: list[Recording] = []


def begin(program: str) -> Recording:
    """New ledgers record this program from now on."""
    recording = Recording(program)
    _running.append(recording)
    machine_of(lambda compute_limit: ProfilingEngine(compute_limit, recording))
    return recording


def end() -> None:
    """New ledgers record nothing any more."""
    _running.clear()
    machine_of(None)


def running() -> Recording | None:
    return _running[-1] if _running else None


class ProfileDiffers(AssertionError):
    """The replay of a transaction took other units, or had another end, than on the virtual machine."""


class ProfilingEngine(PythonEngine):
    """Executes on the virtual machine; transactions that call the recorded program are replayed and counted too."""

    def __init__(self, compute_limit: int, recording: Recording) -> None:
        super().__init__(compute_limit)
        self._limit = compute_limit
        self._recording = recording
        self._codes: dict[bytes, TracedCode] = {}
        self._deployed: dict[bytes, Artifacts] = {}

    def deployed(self, built: Artifacts) -> None:
        if built.compiler is not None:
            self._deployed[built.compiler.program(built.name).id] = built

    def run(self, instructions: list[Instruction], payer: Keypair, signers: list[Keypair]) -> Outcome:
        states = self.states_of(instructions)
        done = Engine.run(self, instructions, payer, signers)
        invoked = {decode_base58(m[1]) for line in done.logs if (m := _INVOKED.match(line)) is not None}
        ours = {key: built for key, built in self._deployed.items() if key in invoked}
        if any(built.name == self._recording.program for built in ours.values()):
            self._codes = {key: self._recording.code(built) for key, built in ours.items()}
            self._recording.transactions += 1
            self._replay(instructions, states, done)
        return done

    def _replay(self, instructions: list[Instruction], states: AccountStates, done: Outcome) -> None:
        limit = _limit(instructions, self._limit)
        replay = Replay(self._codes, states, self.native, self._sysvar_data, UnitMeter(limit))
        called = {i.program_id for i in instructions}
        failure: MachineFailure | None = None
        for index, instruction in enumerate(instructions):
            if INSTRUCTIONS in states:
                states[INSTRUCTIONS].data[:] = instructions_sysvar(instructions, index)
            metas = merged(instruction.accounts, called)
            try:
                replay.execute(bytes(instruction.program_id), metas, bytes(instruction.data), self._recording.root)
            except MachineFailure as error:
                failure = error
                break
        self._compare(replay, limit - replay.meter.left, failure, done)

    def _compare(self, replay: Replay, units: int, failure: MachineFailure | None, done: Outcome) -> None:
        ours = [(p, n) for p, n in replay.consumed if decode_base58(p) in self._codes]
        told = [(m[1], int(m[2])) for line in done.logs if (m := _CONSUMED.match(line)) is not None]
        theirs = [(p, n) for p, n in told if decode_base58(p) in self._codes]
        fails = done.error is not None and "InsufficientFundsForRent" not in done.error
        problem = None
        if units != done.compute_units:
            problem = f"takes {units:,} compute units, and {done.compute_units:,} on the virtual machine"
        elif ours != theirs:
            problem = f"has calls of {ours}, and of {theirs} on the virtual machine"
        elif (failure is not None) != fails:
            problem = f"ends with {failure}, and with {done.error} on the virtual machine"
        elif done.error is None:
            apart = [key for key, state in replay.states.items() if self._is_other(key, state)]
            problem = f"leaves other accounts: {', '.join(map(encode_base58, apart))}" if apart else None
        if problem is not None:
            logs = "\n".join(f"    {line}" for line in done.logs)
            raise ProfileDiffers(f"the replay of a transaction {problem}\n{logs}")

    def _is_other(self, key: bytes, state: AccountState) -> bool:
        now = self.account(Pubkey(key))
        if key == INSTRUCTIONS or now is None or not now.lamports:
            return key != INSTRUCTIONS and bool(state.lamports)
        return not now.executable and (now.lamports, bytes(now.data)) != (state.lamports, bytes(state.data))

    def _sysvar_data(self, key: bytes) -> bytes | None:
        found = self.account(Pubkey(key))
        return None if found is None else bytes(found.data)


def _limit(instructions: list[Instruction], default: int) -> int:
    """A transaction's budget: what it asks for, or that of the ledger."""
    for instruction in instructions:
        data = bytes(instruction.data)
        if bytes(instruction.program_id) == _BUDGET and data[:1] == bytes([_SET_LIMIT]):
            return min(int.from_bytes(data[1:5], "little"), COMPUTE_LIMIT)
    return default

"""A third machine for vectors: the programs' own source in CPython."""

from __future__ import annotations

from typing import Any

from solders.account import Account
from solders.clock import Clock
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.backends.rust.equality.machines import events_in
from tests.backends.rust.equality.vector import ABSENT, Outcome, Stored, Vector, program_code

from seahorse.driver.compile import Artifacts
from seahorse.testing.engines.python import PythonEngine


class InPython:
    """As `Bytecode` of the equality tests: anybody may sign for any address."""

    def __init__(self, artifacts: list[Artifacts]) -> None:
        self.engine: Any = PythonEngine()
        for a in artifacts:
            assert a.compiler is not None
            self.engine._svm.add_program(Pubkey.from_string(a.idl["address"]), a.bytecode)
            self.engine.add(a.compiler.forms.program(a.name))
        self.payer = Keypair.from_seed(bytes([7] * 32))

    def run(self, vector: Vector) -> Outcome | None:
        """None: the transaction does not get as far as the program."""
        for key, stored in vector.accounts.items():
            if not stored.executable:
                self.engine.set_account(key, Account(stored.lamports, stored.data, stored.owner, False, 2**64 - 1))
        slot, start, epoch, leader, now = vector.clock
        self.engine._svm.set_clock(Clock(slot, start, epoch, leader, now))
        metas = [AccountMeta(m.key, m.signer, m.writable) for m in vector.metas]
        call = Instruction(vector.program, vector.data, metas)
        states = self.engine.states_of([call])
        done = self.engine.execute([call], self.payer, states)
        code = 0
        if done.error is not None:
            if "InstructionError" not in done.error:
                return None
            code = program_code(done.error["InstructionError"][1])
        value = (done.return_program, done.return_data) if done.return_data else None
        after = dict(vector.accounts) | {
            Pubkey(key): Stored(Pubkey(s.owner), s.lamports, bytes(s.data), s.executable) if s.lamports else ABSENT
            for key, s in states.items()
        }
        return Outcome(code, events_in(done.logs), value, after, done.logs)

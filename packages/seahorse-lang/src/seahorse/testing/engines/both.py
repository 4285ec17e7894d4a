"""Executes each transaction in both engines and compares them: the bytecode must do what CPython does."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from solders.instruction import Instruction
from solders.keypair import Keypair

from seahorse.engine import AccountState, AccountStates
from seahorse.engine.values.loops import TurnsUsedUp
from seahorse.ir.errors import AnchorError
from seahorse.testing.engines.python import PythonEngine
from seahorse.testing.engines.virtual_machine import Engine, Outcome
from seahorse.testing.result import emitted, printed

# Limits that only the virtual machine has: of heap, stack and compute units.
_LIMITS = ({"Custom": AnchorError.HeapExhausted}, "ComputationalBudgetExceeded", "MaxAccountsDataAllocationsExceeded")
_USED_UP = ("exceeded CUs meter", "exceeded max BPF to BPF call depth")
_TOLD = ("AnchorError", "ProgramError")


class EnginesDiffer(AssertionError):
    """One transaction, and two outcomes. The message tells the first difference, and the traceback CPython's side."""


class BothEngines(PythonEngine):
    """Executes the bytecode, then the same in CPython on the same accounts. The ledger goes on with the bytecode's."""

    def run(self, instructions: list[Instruction], payer: Keypair, signers: list[Keypair]) -> Outcome:
        states = self.states_of(instructions)
        done = Engine.run(self, instructions, payer, signers)
        if _is_limit(done):
            return done
        expected = self.execute(instructions, payer, states)
        if _used_up_turns(expected):
            # Of a loop without effects LLVM may leave nothing.
            return done
        told = self._difference(done, expected, states)
        if told is not None:
            logs = "\n".join(f"    {line}" for line in [*done.logs, "", *expected.logs])
            raise EnginesDiffer(f"{told}\n{logs}") from expected.cause
        return dataclasses.replace(done, cause=expected.cause)

    def _difference(self, done: Outcome, expected: Outcome, states: AccountStates) -> str | None:
        """The first difference in words."""
        if done.error != expected.error:
            return f"the bytecode gives {done.error}, Python {expected.error}"
        if done.error is None and done.event_calls != expected.event_calls:
            return f"events of the bytecode's calls: {done.event_calls}, of Python's: {expected.event_calls}"
        for what, of in (("printed", _printed), ("emitted", emitted)):
            if of(done.logs) != of(expected.logs):
                return f"{what} by the bytecode: {of(done.logs)}, by Python: {of(expected.logs)}"
        if done.error is not None:
            return None
        returned = [(o.return_data, o.return_data and o.return_program) for o in (done, expected)]
        if returned[0] != returned[1]:
            return f"the bytecode returns {done.return_data.hex()}, Python {expected.return_data.hex()}"
        now = self.states_of_keys(list(states))
        return next((told for key, state in states.items() if (told := _apart(now[key], state)) is not None), None)


def _is_limit(done: Outcome) -> bool:
    """Whether the bytecode stopped at a limit that only the virtual machine has."""
    error = cast("dict[str, Any]", done.error) if done.error is not None and not isinstance(done.error, str) else {}
    reason = error.get("InstructionError", [0, None])[1]
    return reason in _LIMITS or any(words in line for words in _USED_UP for line in done.logs)


def _used_up_turns(expected: Outcome) -> bool:
    return isinstance(expected.cause, TurnsUsedUp)


def _printed(logs: list[str]) -> list[str]:
    """The log lines of programs, without Anchor's line for an error."""
    texts: list[str] = []
    for text in printed(logs):
        if text.startswith(_TOLD):
            break
        texts.append(text)
    return texts


def _apart(done: AccountState, expected: AccountState) -> str | None:
    name = f"account {bytes(done.key).hex()}"
    if done.lamports != expected.lamports:
        return f"{name} holds {done.lamports} lamports with the bytecode, {expected.lamports} with Python"
    if done.lamports == 0:
        return None
    if done.owner != expected.owner:
        return f"{name} is owned by {done.owner.hex()} with the bytecode, by {expected.owner.hex()} with Python"
    if done.data != expected.data and not done.executable:
        pairs = zip(done.data, expected.data, strict=False)
        at = next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(done.data), len(expected.data)))
        told = f"{done.data[at : at + 64].hex()} with the bytecode, {expected.data[at : at + 64].hex()} with Python"
        return f"{name} differs at byte {at} of {len(done.data)}: {told}"
    return None

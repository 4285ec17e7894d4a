"""Executes transactions: calls of Python programs here, of all others by the virtual machine underneath."""

from __future__ import annotations

import base64
import traceback
from bdb import BdbQuit
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from seahorse.engine.code.program import ProgramCode
from seahorse.engine.runtime import idl_account
from seahorse.engine.runtime.account_data import require
from seahorse.engine.runtime.checks import Checks
from seahorse.engine.runtime.invocation import Invocation
from seahorse.engine.state.accounts import AccountState, CalledAccount, CallFrame
from seahorse.engine.state.context import RUNNING
from seahorse.engine.state.errors import InstructionError, custom, failure_of, line_of, message_of
from seahorse.engine.values.borsh import ByteReader, Misfit
from seahorse.ir.addresses import encode_base58
from seahorse.ir.errors import AnchorError
from seahorse.ir.idl_account import IDL_TAG
from seahorse.ir.layout import EVENT_TAG

MAX_DEPTH = 5


@dataclass
class Native:
    """The result of a call that the virtual machine executed. `error` is the cluster's JSON form, or None.

    `units`: the compute units that the called program took.
    """

    error: Any
    accounts: dict[bytes, AccountState]
    logs: list[str]
    returned: tuple[bytes, bytes] | None
    units: int


NativeCall = Callable[[bytes, list[CalledAccount], bytes, dict[bytes, AccountState]], Native]


@dataclass
class Machine:
    """The state of one transaction. `states`: every account that it names. `native`: executes other programs.

    `sysvars`: by their names in the prelude, with the fields as attributes.
    """

    programs: dict[bytes, ProgramCode]
    states: dict[bytes, AccountState]
    native: NativeCall
    minimum: Callable[[int], int]
    sysvars: dict[str, Any]
    logs: list[str] = field(default_factory=list[str])
    returned: tuple[bytes, bytes] | None = None
    frames: list[CallFrame] = field(default_factory=list[CallFrame])
    # Events that were calls of the program itself: its id, and the data behind the tag.
    event_calls: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    def log(self, text: str) -> None:
        self.logs.append(text)

    def rent(self, size: int) -> int:
        return self.minimum(size)

    def execute(self, program: bytes, metas: list[CalledAccount], data: bytes) -> None:
        """One instruction of the transaction. Raises InstructionError."""
        self.returned = None
        self._run(program, metas, data, 1)

    def call(
        self, frame: CallFrame, program: bytes, metas: list[CalledAccount], data: bytes, signers: set[bytes]
    ) -> None:
        """A call out of a program, with what the runtime checks of one. Raises InstructionError."""
        for meta in metas:
            if meta.key not in frame.states:
                raise InstructionError("MissingAccount")
            escalates = (meta.signer and meta.key not in frame.signers | signers) or (
                meta.writable and meta.key not in frame.writable
            )
            if escalates:
                raise InstructionError("PrivilegeEscalation")
        if program not in frame.states:
            raise InstructionError("MissingAccount")
        if any(f.program == program for f in self.frames[:-1]) and frame.program != program:
            raise InstructionError("ReentrancyNotAllowed")
        if frame.depth >= MAX_DEPTH:
            raise InstructionError("CallDepth")
        frame.verify()
        self.returned = None
        self._run(program, _merged(metas), data, frame.depth + 1)
        frame.remember()

    def _run(self, program: bytes, metas: list[CalledAccount], data: bytes, depth: int) -> None:
        code = self.programs.get(program)
        if code is None:
            self._native(program, metas, data, depth)
            return
        name = encode_base58(program)
        self.log(f"Program {name} invoke [{depth}]")
        frame = CallFrame(program, metas, self.states, depth)
        self.frames.append(frame)
        try:
            self._python(code, frame, data)
        except InstructionError as error:
            self.log(f"Program {name} failed: {error.words}")
            raise
        finally:
            self.frames.pop()
        if self.returned is not None and self.returned[0] == program:
            self.log(f"Program return: {name} {base64.b64encode(self.returned[1]).decode()}")
        self.log(f"Program {name} success")

    def _python(self, code: ProgramCode, frame: CallFrame, data: bytes) -> None:
        instruction = code.instruction(data)
        if code.event_authority is not None and data.startswith(EVENT_TAG):
            self._event(code.event_authority, frame)
            self.event_calls.append((code.id, data[len(EVENT_TAG) :]))
            return
        if code.ir.idl_account and data.startswith(IDL_TAG) and (instruction is None or instruction.fallback):
            self._idl(frame, data)
            return
        if instruction is None:
            self._say(custom(AnchorError.InstructionFallbackNotFound))
            raise custom(AnchorError.InstructionFallbackNotFound)
        code.refresh()
        call = Invocation(self, code, frame, instruction)
        RUNNING.append(call)
        try:
            self._handle(call, data)
        except InstructionError as error:
            self._say(error)
            raise
        except BdbQuit:
            # Leaving the debugger ends the test.
            raise
        except Exception as error:
            failure = failure_of(error)
            self._say_of(failure, error)
            raise failure from error
        finally:
            RUNNING.pop()
        self._end(frame)

    def _end(self, frame: CallFrame) -> None:
        """The checks of the runtime when a program has ended."""
        frame.verify()
        if not frame.balanced():
            raise InstructionError("UnbalancedInstruction")

    def _idl(self, frame: CallFrame, data: bytes) -> None:
        """An instruction for the account of the program's IDL."""
        try:
            idl_account.answer(self, frame, data)
        except InstructionError as error:
            self._say(error)
            raise
        self._end(frame)

    def _event(self, authority: bytes, frame: CallFrame) -> None:
        """An event that came as a call: only the program itself can sign for the event authority."""
        try:
            require(bool(frame.metas), AnchorError.AccountNotEnoughKeys)
            key = frame.metas[0].key
            require(key in frame.signers, AnchorError.ConstraintSigner)
            require(key == authority, AnchorError.ConstraintSeeds)
        except InstructionError as error:
            error.account = "event_authority" if frame.metas else None
            self._say(error)
            raise

    def _handle(self, call: Invocation, data: bytes) -> None:
        if call.instruction.fallback:
            call.values.update({a.name: data for a in call.instruction.args})
        else:
            self._arguments(call, data[len(call.instruction.discriminator) :])
        Checks(call).run()
        order = call.instruction.param_order
        value = call.code.function(call.instruction.name)(**{name: call.values[name] for name in order})
        call.write_back()
        call.give(call.instruction.returns, value)

    def _arguments(self, call: Invocation, data: bytes) -> None:
        reader = ByteReader(data, call.code, strict=True)
        try:
            call.values.update({a.name: reader.value(a.type) for a in call.instruction.args})
        except Misfit:
            raise custom(AnchorError.InstructionDidNotDeserialize) from None

    # --- logs of failures ---

    def _say(self, error: InstructionError) -> None:
        if not error.told:
            error.told = True
            self._say_of(error, error)

    def _say_of(self, failure: InstructionError, error: BaseException) -> None:
        """The program's text, if the error is one, and Anchor's line for it."""
        failure.told = True
        text = message_of(error)
        if text is not None:
            self.log(f"Program log: {text}")
        self.log(f"Program log: {line_of(failure, error, _place(error))}")
        for side, key in zip(("Left:", "Right:"), failure.keys or (), strict=False):
            self.log(f"Program log: {side}")
            self.log(f"Program log: {encode_base58(key)}")

    # --- programs that are not Python ---

    def _native(self, program: bytes, metas: list[CalledAccount], data: bytes, depth: int) -> None:
        done = self.native(program, metas, data, self.states)
        for line in done.logs:
            self.log(_deeper(line, depth - 1))
        if done.error is not None:
            # The virtual machine was asked for a transaction; the program asked for a call.
            raise InstructionError("UnsupportedProgramId" if done.error in _NO_PROGRAM else done.error, told=True)
        for key, after in done.accounts.items():
            state = self.states[key]
            state.lamports, state.owner, state.executable = after.lamports, after.owner, after.executable
            state.data[:] = after.data
        self.returned = done.returned


# What the cluster says of a transaction whose program is none.
_NO_PROGRAM = ("ProgramAccountNotFound", "InvalidProgramForExecution")


def _merged(metas: list[CalledAccount]) -> list[CalledAccount]:
    """One account given twice has the rights of both."""
    signs, writes = {m.key for m in metas if m.signer}, {m.key for m in metas if m.writable}
    return [CalledAccount(m.key, m.key in signs, m.key in writes) for m in metas]


def _deeper(line: str, levels: int) -> str:
    words = line.split()
    if len(words) == 4 and words[0] == "Program" and words[2] == "invoke":
        return f"Program {words[1]} invoke [{int(words[3][1:-1]) + levels}]"
    return line


def _place(error: BaseException) -> str:
    """Where the program's source raised an error, or which account it is about, as Anchor says it."""
    if isinstance(error, InstructionError) and error.account is not None:
        return f" caused by account: {error.account}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "/seahorse/engine/" not in frame.filename:
            return f" thrown in {frame.filename}:{frame.lineno}"
    return " occurred"

"""Programs under CPython: their own source, with the language's conversions added, on accounts as bytes."""

from seahorse.engine.code.program import Forms, ProgramCode
from seahorse.engine.runtime.machine import Machine, Native
from seahorse.engine.state.accounts import AccountState, AccountStates, CalledAccount
from seahorse.engine.state.errors import EngineFault

__all__ = ["AccountState", "AccountStates", "CalledAccount", "EngineFault", "Forms", "Machine", "Native", "ProgramCode"]

"""LiteSVM, the virtual machine of the cluster as a library: imported only when a test needs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from solders.account import Account
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from seahorse.ir.layout import EVENT_TAG

if TYPE_CHECKING:
    from solders.clock import Clock
    from solders.instruction import Instruction

    from seahorse.driver.compile import Artifacts

MIN_SOLDERS = (0, 29)
START_TIME = 1_750_000_000
"""Unix time (seconds) of a new ledger: 15 June 2025, the same in every run."""
COMPUTE_LIMIT = 1_400_000
COMPUTE_UNITS_LEFT = "5TuppMutoyzhUSfuYdhgzD47F92GL1g89KpCZQKqedxP"
"""The feature of the syscall behind `compute_units_left`: test validators have it, mainnet does not."""
"""The cluster's maximum for a transaction."""


class EngineMissing(ImportError):
    """This environment's solders cannot run sBPF v3 programs."""


class EnginePanic(RuntimeError):
    """The virtual machine itself failed: a fault of the machine, or of the program file."""


@dataclass(frozen=True)
class Outcome:
    """A transaction as the machine reports it. `error` is the cluster's JSON form, or None.

    compute_units: None where nothing counts them. cause: what CPython raised, if it ran the program.
    """

    error: Any
    logs: list[str]
    compute_units: int | None
    return_program: Pubkey
    return_data: bytes
    cause: BaseException | None = None
    # Events that were calls of the program itself: which program, and the event's data.
    event_calls: tuple[tuple[str, bytes], ...] = ()


def require_engine() -> None:
    """Raises EngineMissing, with what to install, when solders is too old."""
    found = metadata.version("solders")
    if tuple(int(part) for part in found.split(".")[:2]) < MIN_SOLDERS:
        raise EngineMissing(
            f"seahorse.testing runs sBPF v3, for which it needs solders 0.29 or newer; this environment has {found}: "
            "pip install 'solders>=0.29' (in an environment of its own where another package pins an older one)"
        )


class Engine:
    """One virtual machine with its accounts. The machine never refuses a transaction as a repetition."""

    def __init__(self, compute_limit: int = COMPUTE_LIMIT) -> None:
        require_engine()
        from solders import compute_budget, litesvm

        # As Any: type checkers may see an older solders, where these are others.
        make_budget: Any = compute_budget.ComputeBudget
        budget = make_budget(False)
        budget.compute_unit_limit = compute_limit
        svm: Any = litesvm.LiteSVM()
        svm.with_compute_budget(budget)
        svm.with_blockhash_check(False)
        svm.with_transaction_history(0)
        svm.with_log_bytes_limit(None)
        features = svm.mainnet_feature_set()
        features.activate(Pubkey.from_string(COMPUTE_UNITS_LEFT), 0)
        svm.with_feature_set(features)
        # What programs may do is settled when builtins are loaded.
        svm.with_builtins()
        self._svm = svm
        self.set_time(START_TIME)

    def deployed(self, built: Artifacts) -> None:
        """A program that was compiled here is on the ledger now."""

    def account(self, address: Pubkey) -> Account | None:
        return self._svm.get_account(address)

    def set_account(self, address: Pubkey, account: Account) -> None:
        self._guard(self._svm.set_account, address, account)

    def owned_by(self, program: Pubkey) -> list[tuple[Pubkey, Account]]:
        return list(self._svm.get_program_accounts(program))

    def rent(self, size: int) -> int:
        """The lamports that an account of `size` bytes of data must hold."""
        return self._svm.minimum_balance_for_rent_exemption(size)

    def clock(self) -> Clock:
        return self._svm.get_clock()

    def set_time(self, unix_timestamp: int, slots: int = 0) -> None:
        clock: Any = self._svm.get_clock()
        clock.unix_timestamp = unix_timestamp
        clock.slot += slots
        self._svm.set_clock(clock)

    def run(self, instructions: list[Instruction], payer: Keypair, signers: list[Keypair]) -> Outcome:
        """Executes one transaction. It undoes the changes of a failed transaction, except for the payer's fee."""
        message = MessageV0.try_compile(payer.pubkey(), instructions, [], Hash.default())
        keys = {k.pubkey(): k for k in [payer, *signers]}
        needed = message.account_keys[: message.header.num_required_signatures]
        sent = VersionedTransaction(message, [keys[k] for k in needed])
        result: Any = self._guard(self._svm.send_transaction, sent)
        failed = hasattr(result, "err")
        meta: Any = result.meta() if failed else result
        returned: Any = meta.return_data()
        return Outcome(
            error=json.loads(result.to_json())["err"] if failed else None,
            logs=list(meta.logs()),
            compute_units=meta.compute_units_consumed(),
            return_program=returned.program_id,
            return_data=bytes(returned.data),
            event_calls=() if failed else _event_calls(meta, message.account_keys),
        )

    @staticmethod
    def _guard(call: Any, *args: Any) -> Any:
        try:
            return call(*args)
        except BaseException as error:
            # A Rust panic arrives as a BaseException, which would end the test run.
            if type(error).__name__ != "PanicException":
                raise
            raise EnginePanic(str(error)) from None


def _event_calls(meta: Any, keys: list[Pubkey]) -> tuple[tuple[str, bytes], ...]:
    groups: list[list[Any]] = meta.inner_instructions()
    found: list[tuple[str, bytes]] = []
    for inner in (inner for group in groups for inner in group):
        call: Any = inner.instruction()
        data = bytes(call.data)
        if data.startswith(EVENT_TAG):
            index: int = call.program_id_index
            found.append((str(keys[index]), data[len(EVENT_TAG) :]))
    return tuple(found)

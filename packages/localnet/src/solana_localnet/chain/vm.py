"""LiteSVM, wrapped so that a panic inside it cannot leave half a transaction behind."""

import logging
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from solders.account import Account
from solders.clock import Clock
from solders.compute_budget import ComputeBudget
from solders.epoch_schedule import EpochSchedule
from solders.litesvm import FeatureSet, LiteSVM
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata, TransactionMetadata

from solana_localnet.chain.builtin import RENT_EPOCH, builtin_accounts
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.metering.extents import Extents, is_program_data
from solana_localnet.chain.metering.fees import message_fee
from solana_localnet.chain.programs import (
    CONFIG,
    FEATURE,
    LOADER_V2,
    LOADER_V4,
    NATIVE_LOADER,
    SYSTEM,
    SYSVAR_CLOCK,
    SYSVAR_EPOCH_REWARDS,
    SYSVAR_EPOCH_SCHEDULE,
    SYSVAR_FEES,
    SYSVAR_LAST_RESTART_SLOT,
    SYSVAR_OWNER,
    SYSVAR_RENT,
    SYSVAR_SLOT_HISTORY,
    SYSVAR_STAKE_HISTORY,
    TOKEN,
    UPGRADEABLE_LOADER,
)

log = logging.getLogger("localnet.vm")
Returned = TypeVar("Returned")

STAKE_HISTORY_SIZE, SLOT_HISTORY_SIZE = 16_392, 131_097
BUILT_IN_OWNERS = (NATIVE_LOADER, LOADER_V2, UPGRADEABLE_LOADER, LOADER_V4, SYSVAR_OWNER, FEATURE, CONFIG, TOKEN)
FEATURE_OF_GENESIS = b"\1" + bytes(8)
"""A feature that has been active since slot 0: Some(slot)."""
EMPTY = Account(0, b"", SYSTEM, False, 0)


class VmPanic(Exception):
    """The VM binding panicked. The accounts are as they were before the call."""


@dataclass(slots=True)
class Execution:
    """The result of running a transaction. err: the error in its JSON form, or None.

    post_accounts: only after a successful simulation.
    """

    err: Any
    meta: TransactionMetadata
    post_accounts: Sequence[tuple[Pubkey, Account]] = ()


def guarded(call: Callable[[], Returned]) -> Returned:
    """Runs `call`; a Rust panic, which arrives as a BaseException, becomes VmPanic."""
    try:
        return call()
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise VmPanic(str(error)) from error


def error_json(failure: FailedTransactionMetadata) -> Any:
    """The failure's error as serde writes it."""
    return orjson.loads(failure.to_json())["err"]


def no_metadata(decoded: Decoded, fee: int) -> TransactionMetadata:
    """The metadata of a transaction that was not run. fee: lamports that it still paid."""
    fields: dict[str, Any] = {
        "signature": str(decoded.signature),
        "logs": [],
        "inner_instructions": [],
        "compute_units_consumed": 0,
        "return_data": {"program_id": [0] * 32, "data": []},
        "fee": fee,
    }
    return TransactionMetadata.from_json(orjson.dumps(fields).decode())


COMPUTE_UNITS_LEFT = Pubkey.from_string("5TuppMutoyzhUSfuYdhgzD47F92GL1g89KpCZQKqedxP")
"""The feature of the syscall `sol_remaining_compute_units` (SIMD-0049): test validators have it, mainnet does not."""


def active_features(svm: LiteSVM) -> FeatureSet:
    """The features of mainnet, and what else a test validator lets programs do."""
    features = svm.mainnet_feature_set()
    features.activate(COMPUTE_UNITS_LEFT, 0)
    return features


class Vm:
    """The account store and the execution engine. Not thread-safe: the event loop's thread owns it."""

    def __init__(self, log_bytes_limit: int | None = 10_000) -> None:
        svm = LiteSVM()
        # Age and duplicates are checked by the chain, which knows 150 blockhashes where LiteSVM knows one.
        svm.with_blockhash_check(False)
        svm.with_transaction_history(0)
        svm.with_log_bytes_limit(log_bytes_limit)
        svm.set_epoch_schedule(EpochSchedule.without_warmup())
        svm.with_feature_set(active_features(svm))
        # What programs may do is settled when builtins are loaded.
        svm.with_builtins()
        self._svm = svm
        self.account = svm.get_account
        self.extents = Extents(svm.get_account)
        self.balance = svm.get_balance
        self.rent_exempt_minimum = svm.minimum_balance_for_rent_exemption
        self.owned_by = svm.get_program_accounts
        self._clock_lamports = self.rent_exempt_minimum(40)
        self._furnish()

    def built_in(self) -> frozenset[Pubkey]:
        """The accounts that there are before genesis writes its own: programs, sysvars, features."""
        return frozenset(key for owner in BUILT_IN_OWNERS for key, _ in self.owned_by(owner))

    def _furnish(self) -> None:
        """Puts a test validator's programs in the place of LiteSVM's, and gives sysvars the lamports of their size."""
        rent = self.rent_exempt_minimum
        for key, account in builtin_accounts(rent):
            self._svm.set_account(key, account)
        for key in (SYSVAR_RENT, SYSVAR_EPOCH_SCHEDULE, SYSVAR_LAST_RESTART_SLOT, SYSVAR_EPOCH_REWARDS):
            account = self.account(key)
            if account is not None:
                epoch = RENT_EPOCH if key == SYSVAR_EPOCH_REWARDS else 0
                self._svm.set_account(key, Account(rent(len(account.data)), account.data, SYSVAR_OWNER, False, epoch))
        fees = self.account(SYSVAR_FEES)
        if fees is not None:
            self._svm.set_account(SYSVAR_FEES, Account(0, fees.data, SYSVAR_OWNER, False, 0))
        self._svm.set_account(COMPUTE_UNITS_LEFT, Account(rent(9), FEATURE_OF_GENESIS, FEATURE, False, 0))
        for key, account in self.owned_by(FEATURE):
            # LiteSVM writes the slots of mainnet, which are in the future of a chain that has just begun.
            self._svm.set_account(
                key, Account(account.lamports, FEATURE_OF_GENESIS, FEATURE, False, account.rent_epoch)
            )
        self._svm.set_account(LOADER_V4, Account(1, b"loader_v4", NATIVE_LOADER, True, 0))
        for key, size in ((SYSVAR_STAKE_HISTORY, STAKE_HISTORY_SIZE), (SYSVAR_SLOT_HISTORY, SLOT_HISTORY_SIZE)):
            account = self.account(key)
            data = (b"" if account is None else account.data).ljust(size, b"\0")
            self._svm.set_account(key, Account(rent(size), data, SYSVAR_OWNER, False, 0))

    def set_epoch_length(self, slots: int) -> None:
        """Gives epochs another length than a cluster's."""
        self._svm.set_epoch_schedule(EpochSchedule.custom(slots, slots, False))
        account = self.account(SYSVAR_EPOCH_SCHEDULE)
        assert account is not None
        lamports = self.rent_exempt_minimum(len(account.data))
        self._svm.set_account(SYSVAR_EPOCH_SCHEDULE, Account(lamports, account.data, SYSVAR_OWNER, False, 0))

    def restrict(self, deactivated: Sequence[Pubkey], compute_unit_limit: int | None) -> None:
        """Takes features away, and gives every transaction the same compute limit."""
        if deactivated:
            features = active_features(self._svm)
            for feature in deactivated:
                features.deactivate(feature)
                self._svm.set_account(feature, EMPTY)
            self._svm.with_feature_set(features)
            # The VM decides what programs may do when it loads the builtins.
            self._svm.with_builtins()
        if compute_unit_limit is not None:
            budget = ComputeBudget(True)
            budget.compute_unit_limit = compute_unit_limit
            self._svm.with_compute_budget(budget)

    def set_clock(self, clock: Clock) -> None:
        """Writes the Clock sysvar."""
        data = struct.pack(
            "<QqQQq",
            clock.slot,
            clock.epoch_start_timestamp,
            clock.epoch,
            clock.leader_schedule_epoch,
            clock.unix_timestamp,
        )
        self._svm.set_account(SYSVAR_CLOCK, Account(self._clock_lamports, data, SYSVAR_OWNER, False, 0))

    def clock(self) -> Clock:
        """The Clock sysvar."""
        return self._svm.get_clock()

    def set_account(self, address: Pubkey, account: Account) -> None:
        """Writes an account as it is, past every runtime check. Zero lamports delete it.

        Raises ValueError when the account cannot exist: a program whose code does not load, a malformed sysvar.
        """
        self.extents.forget((address,))
        try:
            guarded(lambda: self._svm.set_account(address, account))
        except VmPanic:
            raise
        except Exception as error:
            raise ValueError(f"account {address} is refused: {error}") from error

    def snapshot(self, decoded: Decoded) -> list[Account | None]:
        """The accounts that the transaction may write, in key order; None for read-only keys and absent accounts."""
        read = self.account
        return [read(key) if writable else None for key, writable in zip(decoded.keys, decoded.writable, strict=True)]

    def balances(self, decoded: Decoded, accounts: Sequence[Account | None]) -> "array[int]":
        """Lamports of the transaction's accounts in key order (array of u64). accounts: a snapshot of now."""
        balance, writable = self.balance, decoded.writable
        lamports = [
            (0 if account is None else account.lamports) if writable[index] else balance(decoded.keys[index]) or 0
            for index, account in enumerate(accounts)
        ]
        return array("Q", lamports)

    def execute(
        self, decoded: Decoded, before: Sequence[Account | None], stand_in: VersionedTransaction | None = None
    ) -> Execution:
        """Runs the transaction and keeps its effects. `before` is its snapshot, put back should the VM panic.

        stand_in: what to run in its place, with signatures that were checked on the original.
        """
        try:
            if stand_in is None:
                result = guarded(lambda: self._svm.send_transaction(decoded.tx))
            else:
                result = self._unverified(lambda: self._svm.send_transaction(stand_in))
        except VmPanic as panic:
            log.error("the VM panicked on transaction %s: %s", decoded.signature, panic)
            self.restore(decoded, before)
            raise
        if isinstance(result, FailedTransactionMetadata):
            return Execution(error_json(result), result.meta())
        self.extents.forget(key for key, writable in zip(decoded.keys, decoded.writable, strict=True) if writable)
        if UPGRADEABLE_LOADER in decoded.keys:
            self._reload_programs(decoded)
        return Execution(None, result)

    def charge(self, decoded: Decoded, err: str) -> Execution:
        """Takes the fee of a transaction that is not run because of `err`; it has no logs."""
        payer = decoded.keys[0]
        account, fee = self.account(payer), message_fee(decoded.message)
        if account is None:
            return Execution("AccountNotFound", no_metadata(decoded, 0))
        if account.lamports < fee:
            return Execution("InsufficientFundsForFee", no_metadata(decoded, 0))
        left = Account(account.lamports - fee, account.data, account.owner, account.executable, account.rent_epoch)
        self.set_account(payer, left)
        return Execution(err, no_metadata(decoded, fee))

    def refused(self, decoded: Decoded, err: str) -> Execution:
        """The result that `charge` would give. It takes nothing."""
        account = self.account(decoded.keys[0])
        if account is None:
            err = "AccountNotFound"
        elif account.lamports < message_fee(decoded.message):
            err = "InsufficientFundsForFee"
        return Execution(err, no_metadata(decoded, message_fee(decoded.message)))

    def simulate(self, tx: VersionedTransaction, verify: bool) -> Execution:
        """Runs the transaction and forgets its effects. verify: check signatures."""
        if verify:
            result = guarded(lambda: self._svm.simulate_transaction(tx))
        else:
            result = self._unverified(lambda: self._svm.simulate_transaction(tx))
        if isinstance(result, FailedTransactionMetadata):
            return Execution(error_json(result), result.meta())
        return Execution(None, result.meta(), result.post_accounts())

    def _unverified(self, call: Callable[[], Returned]) -> Returned:
        self._svm.with_sigverify(False)
        try:
            return guarded(call)
        finally:
            self._svm.with_sigverify(True)

    def restore(self, decoded: Decoded, before: Sequence[Account | None]) -> None:
        """Puts the accounts of a snapshot back."""
        pairs = [
            (key, account or EMPTY)
            for key, writable, account in zip(decoded.keys, decoded.writable, before, strict=True)
            if writable
        ]
        self.put({key: account for key, account in pairs if (self.account(key) or EMPTY) != account})

    def put(self, accounts: Mapping[Pubkey, Account]) -> None:
        """Writes accounts that were there before; one that the VM refuses now is left as it is and logged."""
        # A program loads its code when it is written, so the code goes first.
        for key, account in sorted(accounts.items(), key=lambda pair: not is_program_data(pair[1])):
            try:
                self.set_account(key, account)
            except (ValueError, VmPanic) as error:
                log.error("account %s could not be put back: %s", key, error)

    def _reload_programs(self, decoded: Decoded) -> None:
        """LiteSVM keeps running a closed program when it sees the program account before its code is gone."""
        for key, writable in zip(decoded.keys, decoded.writable, strict=True):
            account = self.account(key) if writable else None
            if account is not None and account.executable and account.owner == UPGRADEABLE_LOADER:
                self.set_account(key, account)

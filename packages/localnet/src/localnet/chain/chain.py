"""The chain: it accepts transactions one at a time, moves its slots, and tells a listener what changed."""

import logging
import os
from array import array
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from solders.account import Account
from solders.clock import Clock
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

from localnet.chain import nonce, programs
from localnet.chain.blockhashes import BlockhashQueue, next_blockhash
from localnet.chain.clock import ChainClock
from localnet.chain.decoded import Decoded, decode
from localnet.chain.fees import LAMPORTS_PER_SIGNATURE
from localnet.chain.history import Block, History, Record
from localnet.chain.token_balances import token_balances
from localnet.chain.vm import Execution, Vm, is_program_data

log = logging.getLogger("localnet.chain")

SLOTS_PER_EPOCH = 432_000
FAUCET_LAMPORTS = 500_000_000 * 1_000_000_000
SLOT_HASHES_KEPT = 512
SYSVAR_LAMPORTS = 1_000_000_000
MAX_CAPTURES = 256
"""Transactions whose accounts, as they were before them, are remembered."""


class Rejected(Exception):
    """The transaction did not land. err: the TransactionError in its JSON form; meta: what it did, if it ran."""

    def __init__(self, err: Any, meta: TransactionMetadata | None = None) -> None:
        super().__init__(str(err))
        self.err = err
        self.meta = meta


class Listener(Protocol):
    """What hears of changes, in the order in which they happen."""

    def on_transaction(self, record: Record, decoded: Decoded) -> None:
        """A transaction has landed, successfully or not."""
        ...

    def on_slot(self, slot: int, parent: int) -> None:
        """`slot` is open now; `parent` is closed and final."""
        ...

    def on_account(self, address: Pubkey) -> None:
        """An account was written from outside any transaction."""
        ...


class Store(Protocol):
    """Where changes are made durable. Each call returns when the change will survive the process."""

    def save_transaction(self, record: Record, keys: Sequence[Pubkey], written: Sequence[Pubkey]) -> None:
        """A transaction, the addresses it names, and the accounts it may have written."""
        ...

    def save_block(self, block: Block) -> None:
        """An opened slot."""
        ...

    def save_accounts(self, touched: Sequence[Pubkey]) -> None:
        """Accounts written from outside any transaction."""
        ...

    def load_transaction(self, signature: Signature) -> Record | None:
        """A transaction from the past, or None."""
        ...

    def newest_for(self, address: Pubkey) -> Iterator[Record]:
        """Transactions that name `address`, newest first."""
        ...


@dataclass(slots=True)
class ChainSettings:
    """seed: what genesis hash and faucet follow from; history: transactions kept in memory.

    start_time: unix seconds at genesis, None for the wall's time. faucet: its key, None for one from the seed;
    faucet_lamports: what it has in genesis. deactivated: features that are not active. compute_unit_limit: units of
    every transaction, None for what it asks for.
    """

    seed: bytes
    history: int = 100_000
    log_bytes_limit: int | None = 10_000
    start_time: float | None = None
    faucet: Keypair | None = None
    faucet_lamports: int | None = None
    deactivated: tuple[Pubkey, ...] = ()
    compute_unit_limit: int | None = None


class Chain:
    """One bank that votes for itself: what has landed is final, so every commitment reads the same state."""

    def __init__(self, settings: ChainSettings) -> None:
        self.settings = settings
        self.genesis_hash = sha256(b"genesis" + settings.seed).digest()
        self.faucet = settings.faucet or Keypair.from_seed(sha256(b"faucet" + settings.seed).digest())
        self.listeners: list[Listener] = []
        self.store: Store | None = None
        self.clock = ChainClock.starting_at(settings.start_time)
        self._airdrops = 0
        self._start()

    def _start(self) -> None:
        self.vm = Vm(self.settings.log_bytes_limit)
        self.vm.restrict(self.settings.deactivated, self.settings.compute_unit_limit)
        self.history = History(self.settings.history)
        self.hashes = BlockhashQueue()
        self.captures: OrderedDict[Signature, list[tuple[Pubkey, Account]]] = OrderedDict()
        self.slot = 0
        self.height = 0
        self.unix_time = self.epoch_start_time = int(self.clock.now())
        self._salt = os.urandom(16)
        self._slot_hashes: deque[bytes] = deque(maxlen=SLOT_HASHES_KEPT)
        self.touched: set[Pubkey] = set()
        self.genesis: dict[Pubkey, Account] = {}
        lamports = self.settings.faucet_lamports
        lamports = FAUCET_LAMPORTS if lamports is None else lamports
        self.set_genesis(self.faucet.pubkey(), Account(lamports, b"", programs.SYSTEM, False, 2**64 - 1))
        self._open_slot(0, self.genesis_hash, self.genesis_hash)

    def restart(self) -> None:
        """Goes back to an empty chain at slot 0; genesis is written anew by the caller. Listeners stay."""
        store, self.store = self.store, None
        self.clock = ChainClock.starting_at(self.settings.start_time)
        self._start()
        self.store = store

    def resume(
        self, blocks: Sequence[Block], accounts: Sequence[tuple[Pubkey, Account]], epoch_start: int, total: int
    ) -> None:
        """Takes up a chain where a ledger left it: its last blocks, its accounts, its count of transactions."""
        self.history = History(self.settings.history)
        self.history.total = total
        self.hashes = BlockhashQueue()
        for block in blocks:
            self.history.add_block(block)
            self._slot_hashes.appendleft(block.slot.to_bytes(8, "little") + block.blockhash)
            self.hashes.register(block.blockhash, block.height)
            self.slot, self.height, self.unix_time = block.slot, block.height, block.time
        self.epoch_start_time = epoch_start
        self._write_slot_sysvars()
        self.refresh_clock()
        self.load_accounts(accounts)

    # -- genesis and accounts written from outside -------------------------------------------------------------

    def set_genesis(self, address: Pubkey, account: Account) -> None:
        """Writes an account that belongs to genesis: a reset brings it back."""
        self.vm.set_account(address, account)
        self.genesis[address] = account
        self.touched.add(address)

    def write_account(self, address: Pubkey, account: Account) -> None:
        """Writes an account past the runtime, durably, and tells the listener. Raises ValueError when refused."""
        self.vm.set_account(address, account)
        self.touched.add(address)
        if self.store is not None:
            self.store.save_accounts((address,))
        for listener in self.listeners:
            listener.on_account(address)

    # -- slots -----------------------------------------------------------------------------------------------------

    def advance_slot(self, slot: int | None = None) -> None:
        """Closes the open slot and opens the next one, or a later `slot` (the ones between are skipped)."""
        parent = self.slot
        target = parent + 1 if slot is None else slot
        previous = self.hashes.latest
        self.height += 1
        self._open_slot(target, next_blockhash(previous, target, self._salt), previous, parent)
        for listener in self.listeners:
            listener.on_slot(target, parent)

    def _open_slot(self, slot: int, blockhash: bytes, previous: bytes, parent: int = 0) -> None:
        if slot // SLOTS_PER_EPOCH != self.slot // SLOTS_PER_EPOCH:
            self.epoch_start_time = int(self.clock.now())
        self.slot = slot
        self.hashes.register(blockhash, self.height)
        # The open slot is among the hashes: what getSlot answers must do as the "recent slot" of a new lookup table.
        self._slot_hashes.appendleft(slot.to_bytes(8, "little") + blockhash)
        self._write_slot_sysvars()
        self.refresh_clock()
        block = Block(slot, self.height, blockhash, previous, parent, self.unix_time)
        self.history.add_block(block)
        if self.store is not None:
            self.store.save_block(block)

    def refresh_clock(self) -> None:
        """Sets the Clock sysvar to the wall's time plus what time travel added. Time never runs backwards."""
        self.unix_time = max(self.unix_time, int(self.clock.now()))
        epoch = self.epoch
        self.vm.set_clock(Clock(self.slot, self.epoch_start_time, epoch, epoch + 1, self.unix_time))

    def _write_slot_sysvars(self) -> None:
        entries = self._slot_hashes
        body = len(entries).to_bytes(8, "little") + b"".join(entries)
        size = 8 + SLOT_HASHES_KEPT * 40
        self.vm.set_account(
            programs.SYSVAR_SLOT_HASHES,
            Account(SYSVAR_LAMPORTS, body.ljust(size, b"\0"), programs.SYSVAR_OWNER, False, 0),
        )
        fee = LAMPORTS_PER_SIGNATURE.to_bytes(8, "little")
        recent = [blockhash + fee for blockhash in self.hashes.newest_first()][:150]
        self.vm.set_account(
            programs.SYSVAR_RECENT_BLOCKHASHES,
            Account(
                SYSVAR_LAMPORTS,
                len(recent).to_bytes(8, "little") + b"".join(recent),
                programs.SYSVAR_OWNER,
                False,
                0,
            ),
        )

    @property
    def epoch(self) -> int:
        """The epoch of the open slot; epochs have 432,000 slots and no warm-up."""
        return self.slot // SLOTS_PER_EPOCH

    # -- transactions ----------------------------------------------------------------------------------------------

    def decode(self, wire: bytes) -> Decoded:
        """Takes a serialized transaction apart; ValueError when it is none."""
        return decode(wire, self.vm.account)

    def age_error(self, decoded: Decoded) -> str | None:
        """Why the transaction may not run at this moment: BlockhashNotFound, AlreadyProcessed, or None."""
        blockhash = decoded.blockhash
        if self.hashes.valid(blockhash):
            if self.hashes.seen(blockhash, bytes(decoded.signature)):
                return "AlreadyProcessed"
            return None
        if self.history.get(decoded.signature) is not None:
            return "AlreadyProcessed"
        return None if nonce.usable(decoded, self.vm.account) else "BlockhashNotFound"

    def submit(self, decoded: Decoded, preflight: bool) -> Record:
        """Runs a transaction and keeps it.

        With `preflight`, one that fails is refused and costs nothing, exactly as if it had been simulated first: a
        failed transaction changes only the fee payer, whose fee is handed back. Without, it lands, pays and is
        recorded with its error. Raises Rejected when it does not land, VmPanic when the VM broke down.
        """
        age_error = self.age_error(decoded)
        if age_error is not None:
            raise Rejected(age_error)
        vm = self.vm
        before = vm.snapshot(decoded)
        balance = vm.balance
        pre = array("Q", [balance(key) or 0 for key in decoded.keys])
        execution = vm.execute(decoded, before)
        payer = decoded.keys[0]
        if execution.err is not None:
            charged = (balance(payer) or 0) < pre[0]
            if charged and preflight and before[0] is not None:
                vm.set_account(payer, before[0])
            if preflight or not charged:
                raise Rejected(execution.err, execution.meta)
            nonce.advance_after_failure(decoded, self.hashes, self.vm)
        return self._land(decoded, execution, before, pre)

    def _land(
        self, decoded: Decoded, execution: Execution, before: Sequence[Account | None], pre: "array[int]"
    ) -> Record:
        vm, balance = self.vm, self.vm.balance
        block = self.history.blocks[self.slot]
        tokens = token_balances(decoded, before, vm.account) if self._moves_tokens(decoded) else (None, None)
        has_lookups = len(decoded.keys) > decoded.static_count
        record = Record(
            signature=decoded.signature,
            slot=self.slot,
            block_time=self.unix_time,
            index=len(block.signatures),
            wire=decoded.wire,
            loaded=(decoded.loaded_writable, decoded.loaded_readonly) if has_lookups else None,
            meta=execution.meta,
            err=execution.err,
            pre_balances=pre,
            post_balances=array("Q", [balance(key) or 0 for key in decoded.keys]),
            pre_tokens=tokens[0],
            post_tokens=tokens[1],
        )
        written = [key for key, writable in zip(decoded.keys, decoded.writable, strict=True) if writable]
        self._save(record, decoded, before, written)
        self.hashes.remember(decoded.blockhash, bytes(decoded.signature))
        self.touched.update(written)
        self.history.add(record, decoded.keys)
        self._capture(decoded, before)
        for listener in self.listeners:
            listener.on_transaction(record, decoded)
        return record

    def _save(
        self, record: Record, decoded: Decoded, before: Sequence[Account | None], written: Sequence[Pubkey]
    ) -> None:
        """Makes a transaction durable. Where that fails it has not happened: its accounts are put back."""
        if self.store is None:
            return
        try:
            self.store.save_transaction(record, decoded.keys, written)
        except Exception:
            log.critical("transaction %s could not be written to the ledger", record.signature)
            self.vm.restore(decoded, before)
            raise

    def _capture(self, decoded: Decoded, before: Sequence[Account | None]) -> None:
        """Remembers what recent transactions found, for exportSnapshot's `preTransaction` scope."""
        pairs = zip(decoded.keys, before, strict=True)
        self.captures[decoded.signature] = [(key, account) for key, account in pairs if account is not None]
        if len(self.captures) > MAX_CAPTURES:
            self.captures.popitem(last=False)

    @staticmethod
    def _moves_tokens(decoded: Decoded) -> bool:
        return programs.TOKEN in decoded.keys or programs.TOKEN_2022 in decoded.keys

    def simulate(self, tx: VersionedTransaction, verify: bool) -> Execution:
        """Runs a transaction and forgets it. Age is the caller's to check."""
        return self.vm.simulate(tx, verify)

    def airdrop(self, address: Pubkey, lamports: int) -> Record:
        """Sends lamports from the faucet in a transaction of their own."""
        self._airdrops += 1
        payer = self.faucet
        # Transfers to oneself make airdrops of the same amount in the same slot different transactions.
        marker = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=payer.pubkey(), lamports=self._airdrops))
        gift = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=address, lamports=lamports))
        blockhash = Hash(self.hashes.latest)
        message = Message.new_with_blockhash([gift, marker], payer.pubkey(), blockhash)
        tx = VersionedTransaction(message, [payer])
        return self.submit(self.decode(bytes(tx)), preflight=True)

    def find(self, signature: Signature) -> Record | None:
        """A transaction that landed and is still remembered, in memory or in the ledger."""
        record = self.history.get(signature)
        if record is None and self.store is not None:
            return self.store.load_transaction(signature)
        return record

    def newest_for(self, address: Pubkey) -> Iterator[Record]:
        """Transactions that name `address`, newest first."""
        if self.store is not None:
            return self.store.newest_for(address)
        return self.history.newest_for(address)

    def block(self, slot: int) -> Block | None:
        """The block of `slot`, when it is still remembered."""
        return self.history.block(slot)

    # -- whole-state operations ------------------------------------------------------------------------------------

    def accounts(self) -> list[tuple[Pubkey, Account]]:
        """Every account that genesis or a later write put there; the VM's own sysvars and built-ins are not."""
        found = ((key, self.vm.account(key)) for key in self.touched)
        return [(key, account) for key, account in found if account is not None]

    def load_accounts(self, accounts: Sequence[tuple[Pubkey, Account]]) -> None:
        """Writes many accounts, code before the programs that need it. Raises ValueError naming one refused."""
        for key, account in sorted(accounts, key=lambda pair: not is_program_data(pair[1])):
            self.vm.set_account(key, account)
            self.touched.add(key)

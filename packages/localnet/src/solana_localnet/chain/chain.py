"""The chain: it accepts transactions one at a time, opens and closes slots, and notifies listeners of changes."""

import contextlib
import logging
import os
from array import array
from collections import OrderedDict, deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from solders.account import Account
from solders.clock import Clock
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

from solana_localnet.chain import programs
from solana_localnet.chain.admission import checks, nonce
from solana_localnet.chain.admission.blockhashes import BlockhashQueue, next_blockhash
from solana_localnet.chain.blocks.commitment import ROOT_DISTANCE, Level, Tip
from solana_localnet.chain.blocks.history import Block, History, TransactionRecord
from solana_localnet.chain.blocks.journal import Batch, Journal, View, account_before
from solana_localnet.chain.blocks.slot_sysvars import SLOT_HASHES_KEPT, slot_sysvars
from solana_localnet.chain.clock import ChainClock
from solana_localnet.chain.decoded import Decoded, decode
from solana_localnet.chain.gifts import gift, new_gift
from solana_localnet.chain.metering.cost import cost_units, loaded_bytes
from solana_localnet.chain.metering.extents import is_program_data
from solana_localnet.chain.metering.fees import signature_fee
from solana_localnet.chain.metering.token_balances import token_balances
from solana_localnet.chain.ports import Follower, Listener, Store
from solana_localnet.chain.settings import FAUCET_LAMPORTS, SLOTS_PER_EPOCH, ChainSettings
from solana_localnet.chain.validator import RENT_EPOCH, Validator
from solana_localnet.chain.vm import EMPTY, Execution, Vm

log = logging.getLogger("localnet.chain")

MAX_CAPTURES = 256
"""How many transactions are kept with their accounts as they were before."""


class Rejected(Exception):
    """The transaction did not land. err: the TransactionError in its JSON form; meta: what it did, if it ran."""

    def __init__(self, err: Any, meta: TransactionMetadata | None = None) -> None:
        super().__init__(str(err))
        self.err = err
        self.meta = meta


@dataclass(slots=True)
class Capture:
    """The accounts before and after a transaction, in key order; None for read-only keys and absent accounts."""

    decoded: Decoded
    before: Sequence[Account | None]
    after: Sequence[Account | None]

    def found(self) -> list[tuple[Pubkey, Account]]:
        """The accounts that it could write, as it found them."""
        pairs = zip(self.decoded.keys, self.before, strict=True)
        return [(key, account) for key, account in pairs if account is not None]


class Chain:
    """One bank that votes for itself. `processed` sees the open block, `confirmed` the last closed one, and so does
    `finalized` unless real finality is asked for."""

    def __init__(self, settings: ChainSettings) -> None:
        self.settings = settings
        self.slots_per_epoch = settings.slots_per_epoch
        self.genesis_hash = sha256(b"genesis" + settings.seed).digest()
        self.faucet = settings.faucet or Keypair.from_seed(sha256(b"faucet" + settings.seed).digest())
        self.validator = Validator.of(self.genesis_hash)
        self.node_key = Keypair.from_seed(self.genesis_hash)
        self.listeners: list[Listener] = []
        self.followers: list[Follower] = []
        self.store: Store | None = None
        self.clock = ChainClock.starting_at(settings.start_time)
        self._start()

    def _start(self) -> None:
        self.vm = Vm(self.settings.log_bytes_limit)
        self.vm.restrict(self.settings.deactivated, self.settings.compute_unit_limit)
        if self.slots_per_epoch != SLOTS_PER_EPOCH:
            self.vm.set_epoch_length(self.slots_per_epoch)
        self.history = History(self.settings.history)
        self.hashes = BlockhashQueue(self.settings.blockhash_seconds)
        self.captures: OrderedDict[Signature, Capture] = OrderedDict()
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
        for key, account in self.validator.accounts(self.vm.rent_exempt_minimum):
            self.vm.set_account(key, account)
        self._given = self.vm.built_in() | {self.validator.identity, self.validator.vote, self.validator.stake}
        self.hashes.register(self.genesis_hash, 0, self.clock.now())
        self._open_slot(0, self.genesis_hash, self.genesis_hash)
        self.journal = Journal(self.history.blocks[0])
        self._tips = [self._open_tip()] * 3

    def restart(self) -> None:
        """Goes back to an empty chain at slot 0; genesis is written anew by the caller. Listeners stay."""
        store, self.store = self.store, None
        self.clock = ChainClock.starting_at(self.settings.start_time)
        self._start()
        self.store = store

    def resume(
        self, blocks: Sequence[Block], accounts: Sequence[tuple[Pubkey, Account]], epoch_start: int, total: int
    ) -> None:
        """Continues a chain that a ledger holds: its last blocks, its accounts, its count of transactions."""
        self.history = History(self.settings.history)
        self.history.total = total
        self.hashes = BlockhashQueue(self.settings.blockhash_seconds)
        for block in blocks:
            self.history.add_block(block)
            self._slot_hashes.appendleft(block.slot.to_bytes(8, "little") + block.blockhash)
            self.hashes.register(block.blockhash, block.height, block.time)
            self.slot, self.height, self.unix_time = block.slot, block.height, block.time
        self.journal = Journal(blocks[-1])
        self._tips = [self._open_tip()] * 3
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
        """Writes an account without the runtime's checks, durably, and notifies listeners. Raises ValueError when the
        VM refuses it."""
        self.vm.set_account(address, account)
        self.journal.forget(address)
        self.touched.add(address)
        if self.store is not None:
            self.store.save_accounts((address,))
        for listener in self.listeners:
            listener.on_account(address)

    # -- slots -----------------------------------------------------------------------------------------------------

    def advance_slot(self, slot: int | None = None) -> None:
        """Closes the open slot and opens the next one, or a later `slot` (the ones between are skipped)."""
        parent, closing = self.slot, self.history.blocks[self.slot]
        self._reward(closing)
        target = parent + 1 if slot is None else slot
        self.hashes.register(closing.blockhash, closing.height, self.clock.now())
        closed = self._end_batch()
        self.height += 1
        self._open_slot(target, next_blockhash(closing.blockhash, target, self._salt), closing.blockhash, parent)
        self.journal.open.block = self.history.blocks[target]
        self._tell(closed)
        for listener in self.listeners:
            listener.on_slot(target, parent)

    def _reward(self, block: Block) -> None:
        """Gives the leader its share of the block's fees: half of what signatures cost, and all that was bid."""
        share = block.fees - block.signature_fees // 2
        if share == 0:
            return
        key = self.validator.identity
        account = self.vm.account(key) or EMPTY
        richer = Account(account.lamports + share, account.data, account.owner, account.executable, RENT_EPOCH)
        self.journal.open.before.setdefault(key, account)
        self.vm.set_account(key, richer)
        block.reward, block.leader_balance = share, richer.lamports
        if self.store is not None:
            self.store.save_accounts((key,))
            self.store.save_block(block)

    def settle(self) -> None:
        """Confirms and finalizes what has landed in the open slot while the slot stays open: for a clock that is
        paused, and for clients that want a transaction to be final when it is answered."""
        if self.journal.open.records or self._tips[Level.CONFIRMED].slot != self.slot:
            self._tell(self._end_batch())

    def _end_batch(self) -> Batch:
        closed = self.journal.open
        closed.tip = self._tips[Level.CONFIRMED] = self._open_tip()
        self.journal.closed.append(closed)
        self.journal.open = Batch(closed.block)
        return closed

    def _open_tip(self) -> Tip:
        return Tip(self.slot, self.height, self.hashes.latest, self.unix_time, self.history.total)

    def _tell(self, closed: Batch) -> None:
        """Notifies followers of the batch that has just ended, and of those that it makes final."""
        distance = ROOT_DISTANCE if self.settings.real_finality else 0
        if distance == 0 and len(self.journal.closed) == 1:
            self._finish(self.journal.closed[0], tuple(Level))
            return
        for follower in self.followers:
            follower.on_batch(closed, (Level.PROCESSED, Level.CONFIRMED))
        newest = closed.block.height
        while self.journal.closed and self.journal.closed[0].block.height <= newest - distance:
            self._finish(self.journal.closed[0], (Level.FINALIZED,))

    def _finish(self, batch: Batch, levels: Sequence[Level]) -> None:
        assert batch.tip is not None
        self._tips[Level.FINALIZED] = batch.tip
        for follower in self.followers:
            follower.on_batch(batch, levels)
        self.journal.closed.popleft()

    # -- commitment levels -----------------------------------------------------------------------------------------

    def tip(self, level: Level) -> Tip:
        """The newest block that `level` knows; for `processed` the open one."""
        return self._open_tip() if level is Level.PROCESSED else self._tips[level]

    def view(self, level: Level) -> View:
        """The accounts as `level` sees them."""
        newer = self.journal.newer(level)
        return View(level, self.tip(level), newer, self.vm.account, self.vm.balance, self.vm.owned_by)

    def account_at(self, batch: Batch, key: Pubkey) -> Account | None:
        """The account as it was after a batch, for followers that are being notified of it."""
        return account_before(self.journal.after(batch), key, self.vm.account)

    def level_at(self, slot: int) -> Level:
        """The highest level that has seen `slot`."""
        if slot <= self._tips[Level.FINALIZED].slot:
            return Level.FINALIZED
        return Level.CONFIRMED if slot <= self._tips[Level.CONFIRMED].slot else Level.PROCESSED

    def _open_slot(self, slot: int, blockhash: bytes, previous: bytes, parent: int = 0) -> None:
        if slot // self.slots_per_epoch != self.slot // self.slots_per_epoch:
            self.epoch_start_time = int(self.clock.now())
        self.slot = slot
        # The open slot is among the hashes: clients take it from getSlot as the "recent slot" of a new lookup table.
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
        for key, data in slot_sysvars(self._slot_hashes, self.hashes):
            lamports = self.vm.rent_exempt_minimum(len(data))
            self.vm.set_account(key, Account(lamports, data, programs.SYSVAR_OWNER, False, 0))

    @property
    def epoch(self) -> int:
        """The epoch of the open slot; epochs have no warm-up."""
        return self.slot // self.slots_per_epoch

    # -- transactions ----------------------------------------------------------------------------------------------

    def decode(self, wire: bytes) -> Decoded:
        """Takes a serialized transaction apart; ValueError when it is none."""
        return decode(wire, self.vm.account)

    def age_error(self, decoded: Decoded, height: int | None = None) -> str | None:
        """Why the transaction may not run at this moment: BlockhashNotFound, AlreadyProcessed, or None.

        height: the newest block of the commitment level that is asked; by default the open one.
        """
        blockhash = decoded.blockhash
        if self.hashes.valid(blockhash, height):
            return "AlreadyProcessed" if self.hashes.seen(blockhash, bytes(decoded.signature)) else None
        return None if nonce.usable(decoded, self.vm.account) else "BlockhashNotFound"

    def submit(self, decoded: Decoded, preflight: bool, view: View | None = None) -> TransactionRecord:
        """Runs a transaction and keeps it.

        With `preflight`, one that fails is refused and costs nothing, exactly as if it had been simulated first: a
        failed transaction changes only the fee payer, whose fee is handed back. Without, it lands, pays and is
        recorded with its error. view: the level of the preflight. Raises Rejected when it does not land, VmPanic when
        the VM broke down.
        """
        if preflight and not checks.signed(decoded):
            raise Rejected("SignatureFailure")
        age_error = self.age_error(decoded, view.tip.height if preflight and view else None)
        if age_error is not None:
            raise Rejected(age_error)
        if preflight and self.settings.real_finality:
            with self.seen_by(view, decoded):
                tried = self.try_out(decoded)
            if tried.err is not None:
                raise Rejected(tried.err, tried.meta)
        vm = self.vm
        before = vm.snapshot(decoded)
        pre = vm.balances(decoded, before)
        loaded = loaded_bytes(decoded, vm.extents)
        execution = self._execute(decoded, before, loaded, verified=preflight)
        payer = decoded.keys[0]
        if execution.err is not None:
            charged = (vm.balance(payer) or 0) < pre[0]
            if charged and preflight and before[0] is not None:
                vm.set_account(payer, before[0])
            if preflight or not charged:
                raise Rejected(execution.err, execution.meta)
            used = nonce.after_failure(decoded, self.hashes, vm.account)
            if used is not None:
                vm.set_account(*used)
        return self._land(decoded, execution, before, pre, loaded)

    def _execute(self, decoded: Decoded, before: Sequence[Account | None], loaded: int, verified: bool) -> Execution:
        err = checks.load_error(decoded, self.vm.extents, loaded)
        stand_in = checks.stand_in(decoded, self.hashes.latest, self.vm.account)
        if not verified and (err is not None or stand_in is not None) and not checks.signed(decoded):
            raise Rejected("SignatureFailure")
        if err is not None:
            return self.vm.charge(decoded, err)
        return self.vm.execute(decoded, before, stand_in or (decoded.tx if verified else None))

    def _land(
        self,
        decoded: Decoded,
        execution: Execution,
        before: Sequence[Account | None],
        pre: "array[int]",
        loaded_size: int,
    ) -> TransactionRecord:
        vm = self.vm
        after = vm.snapshot(decoded)
        self._exempt_from_rent(decoded, before, after)
        block = self.history.blocks[self.slot]
        tokens = token_balances(decoded, before, vm.account) if self._moves_tokens(decoded) else (None, None)
        has_lookups = len(decoded.keys) > decoded.static_count
        record = TransactionRecord(
            signature=decoded.signature,
            slot=self.slot,
            block_time=self.unix_time,
            index=len(block.signatures),
            wire=decoded.wire,
            loaded=(decoded.loaded_writable, decoded.loaded_readonly) if has_lookups else None,
            meta=execution.meta,
            err=execution.err,
            pre_balances=pre,
            post_balances=vm.balances(decoded, after),
            pre_tokens=tokens[0],
            post_tokens=tokens[1],
            cost=cost_units(
                decoded,
                0 if checks.is_fees_only(execution.err) else loaded_size,
                execution.meta.compute_units_consumed(),
            ),
        )
        written = [key for key, writable in zip(decoded.keys, decoded.writable, strict=True) if writable]
        present = {key for key, account in zip(decoded.keys, after, strict=True) if account is not None}
        self._save(record, decoded, before, written)
        self.hashes.remember(decoded.blockhash, bytes(decoded.signature))
        self.touched.update(written)
        # The chain forgets addresses of accounts that no longer exist.
        self.touched.difference_update(key for key in written if key not in present)
        block.fees += execution.meta.fee()
        block.signature_fees += signature_fee(decoded.message)
        self.history.add(record, decoded.keys)
        self.journal.note(record, decoded, before)
        self._capture(decoded, before, after)
        for listener in self.listeners:
            listener.on_transaction(record, decoded)
        return record

    def _exempt_from_rent(
        self, decoded: Decoded, before: Sequence[Account | None], after: list[Account | None]
    ) -> None:
        """Marks new accounts as clusters do since rent is no longer collected; LiteSVM leaves them at epoch 0."""
        for index, new in enumerate(after):
            if new is None or before[index] is not None or new.rent_epoch != 0:
                continue
            new = Account(new.lamports, new.data, new.owner, new.executable, RENT_EPOCH)
            self.vm.set_account(decoded.keys[index], new)
            after[index] = new

    def _save(
        self, record: TransactionRecord, decoded: Decoded, before: Sequence[Account | None], written: Sequence[Pubkey]
    ) -> None:
        """Makes a transaction durable. When that fails, the accounts are restored as if it had not happened."""
        if self.store is None:
            return
        try:
            self.store.save_transaction(record, decoded.keys, written)
        except Exception:
            log.critical("transaction %s could not be written to the ledger", record.signature)
            self.vm.restore(decoded, before)
            raise

    def _capture(self, decoded: Decoded, before: Sequence[Account | None], after: Sequence[Account | None]) -> None:
        """Keeps the accounts that recent transactions found and left, for `preTransaction` snapshots and profiles."""
        self.captures[decoded.signature] = Capture(decoded, before, after)
        if len(self.captures) > MAX_CAPTURES:
            self.captures.popitem(last=False)

    @staticmethod
    def _moves_tokens(decoded: Decoded) -> bool:
        return programs.TOKEN in decoded.keys or programs.TOKEN_2022 in decoded.keys

    def simulate(self, tx: VersionedTransaction, verify: bool) -> Execution:
        """Runs a transaction without keeping its effects. The caller checks its age."""
        return self.vm.simulate(tx, verify)

    @contextlib.contextmanager
    def seen_by(self, view: View | None, decoded: Decoded) -> Generator[None]:
        """Shows the VM the transaction's accounts as a commitment level sees them. Only under real finality: otherwise
        the levels differ only for a moment."""
        if view is None or view.level is Level.PROCESSED or not self.settings.real_finality:
            yield
            return
        keys = {*decoded.keys, *(code for key in decoded.keys if (code := self._code(key)) is not None)}
        present = {key: self.vm.account(key) for key in keys}
        changed = {key: old for key, now in present.items() if (old := view.account(key)) != now}
        self.vm.put({key: account or EMPTY for key, account in changed.items()})
        try:
            yield
        finally:
            self.vm.put({key: present[key] or EMPTY for key in changed})

    def _code(self, key: Pubkey) -> Pubkey | None:
        account = self.vm.account(key)
        return None if account is None else programs.code_of(account)

    def try_out(self, decoded: Decoded) -> Execution:
        """Runs a transaction as `submit` would, without keeping its effects. The caller checks age and signatures."""
        err = checks.load_error(decoded, self.vm.extents, loaded_bytes(decoded, self.vm.extents))
        if err is not None:
            return self.vm.refused(decoded, err)
        stand_in = checks.stand_in(decoded, self.hashes.latest, self.vm.account)
        return self.vm.simulate(stand_in or decoded.tx, verify=False)

    def airdrop(self, address: Pubkey, lamports: int, blockhash: bytes | None = None) -> Signature:
        """Sends lamports from the faucet in a plain transfer.

        Without a blockhash it uses the newest one under which the same transfer has not been made, and closes the
        block when there is none, so that nobody has to wait for a block between two equal gifts.
        """
        if blockhash is not None:
            tx = gift(self.faucet, address, lamports, blockhash)
        else:
            tx = new_gift(self.faucet, address, lamports, self.hashes)
            if tx is None and not self.clock.paused:
                self.advance_slot()
            tx = tx or gift(self.faucet, address, lamports, self.hashes.latest)
        with contextlib.suppress(Rejected):
            self.submit(self.decode(bytes(tx)), preflight=True)
        return tx.signatures[0]

    def find(self, signature: Signature) -> TransactionRecord | None:
        """A transaction that landed and is still remembered, in memory or in the ledger."""
        record = self.history.get(signature)
        if record is None and self.store is not None:
            return self.store.load_transaction(signature)
        return record

    def newest_for(self, address: Pubkey) -> Iterator[TransactionRecord]:
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

    def all_addresses(self) -> set[Pubkey]:
        """Every address that has, or had, an account: those of `accounts`, of the validator, and built-in ones."""
        return self.touched | self._given

    def load_accounts(self, accounts: Sequence[tuple[Pubkey, Account]]) -> None:
        """Writes many accounts, code before the programs that need it. Raises ValueError naming one refused."""
        for key, account in sorted(accounts, key=lambda pair: not is_program_data(pair[1])):
            self.vm.set_account(key, account)
            self.touched.add(key)

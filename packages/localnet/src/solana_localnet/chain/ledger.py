"""The ledger on disk: accounts, blocks and transactions in one SQLite file, in write-ahead-log mode.

Each transaction is committed before the client gets its answer, so every answered transaction survives a kill -9. Plain
sqlite3 rather than an ORM: four fixed statements run a thousand times a second.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_metadata import TransactionMetadata

from solana_localnet.chain.blocks.history import MAX_BLOCKS, Block, TokenBalance, TransactionRecord
from solana_localnet.chain.chain import Chain
from solana_localnet.chain.vm import EMPTY

FILE_NAME = "localnet.sqlite"
SCHEMA_VERSION = 2
PRUNE_EVERY = 64
WRAP = 1 << 64
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    address BLOB PRIMARY KEY, lamports INTEGER NOT NULL, owner BLOB NOT NULL, executable INTEGER NOT NULL,
    rent_epoch INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS blocks (
    slot INTEGER PRIMARY KEY, height INTEGER NOT NULL, blockhash BLOB NOT NULL, previous BLOB NOT NULL,
    parent INTEGER NOT NULL, time INTEGER NOT NULL, fees INTEGER NOT NULL, signature_fees INTEGER NOT NULL,
    reward INTEGER NOT NULL, leader_balance INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS transactions (
    sequence INTEGER PRIMARY KEY, signature BLOB NOT NULL UNIQUE, slot INTEGER NOT NULL, time INTEGER NOT NULL,
    position INTEGER NOT NULL, wire BLOB NOT NULL, meta BLOB NOT NULL, pre BLOB NOT NULL, post BLOB NOT NULL,
    rest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mentions (
    address BLOB NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (address, sequence)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mentions_by_age ON mentions (sequence);
"""


class LedgerError(Exception):
    """The ledger cannot be used. The text says why and what to do."""


def _signed(value: int) -> int:
    """SQLite's integers are signed; a u64 keeps its 64 bits."""
    return value - WRAP if value >= WRAP >> 1 else value


class SqliteLedger:
    """One chain's ledger. The process holds its file exclusively."""

    def __init__(self, directory: Path, reset: bool) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"{directory} cannot be the ledger: {error.strerror}") from None
        self.path = directory / FILE_NAME
        self.chain: Chain | None = None
        self._sequence = 0
        self._blocks_since_prune = 0
        try:
            self.db = sqlite3.connect(self.path, isolation_level=None, timeout=1.0)
            self.db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=NORMAL")
            # The first write takes the lock, so a second localnet on this directory fails here and not later.
            self.db.execute("BEGIN EXCLUSIVE")
            self.db.execute("COMMIT")
            self.db.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{self.path} cannot be opened ({error}); is another localnet using it?") from None
        if reset:
            self.clear()
        self._check_version()

    def close(self) -> None:
        """Writes the log back into the file and releases the lock."""
        self.db.close()

    def _check_version(self) -> None:
        version = self.get("version")
        if version is None:
            self.put("version", SCHEMA_VERSION)
        elif version != SCHEMA_VERSION:
            raise LedgerError(
                f"{self.path} was written by another version (format {version}, this is {SCHEMA_VERSION}); use --reset"
            )

    def get(self, key: str) -> Any:
        """A value of the ledger's own notes, or None."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, value: Any) -> None:
        """Notes a value."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    def clear(self) -> None:
        """Forgets everything."""
        self.db.execute("BEGIN")
        for table in ("meta", "accounts", "blocks", "transactions", "mentions"):
            self.db.execute(f"DELETE FROM {table}")
        self.db.execute("COMMIT")
        self._sequence = 0
        self.put("version", SCHEMA_VERSION)

    # -- writing (chain.Store) -------------------------------------------------------------------------------------

    def begin(self, chain: Chain) -> None:
        """Starts to follow a new chain: notes its seed and its accounts so far."""
        self.chain = chain
        self.put("seed", chain.settings.seed.hex())
        self.save_accounts(list(chain.touched))
        for block in chain.history.blocks.values():
            self.save_block(block)

    def save_accounts(self, touched: Sequence[Pubkey]) -> None:
        """Writes the accounts as they are now; a deleted account leaves a mark, so that genesis does not restore it."""
        self.db.execute("BEGIN")
        self._write_accounts(touched)
        self.db.execute("COMMIT")

    def _write_accounts(self, touched: Sequence[Pubkey]) -> None:
        assert self.chain is not None
        read = self.chain.vm.account
        rows: list[tuple[bytes, int, bytes, int, int, bytes]] = []
        for key in touched:
            account = read(key) or EMPTY
            rows.append(
                (
                    bytes(key),
                    _signed(account.lamports),
                    bytes(account.owner),
                    int(account.executable),
                    _signed(account.rent_epoch),
                    account.data,
                )
            )
        self.db.executemany("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?)", rows)

    def save_block(self, block: Block) -> None:
        """Writes an opened slot and, now and then, drops what is older than the chain remembers."""
        assert self.chain is not None
        clock = self.chain.clock
        self.db.execute("BEGIN")
        self.db.execute(
            "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                block.slot,
                block.height,
                block.blockhash,
                block.previous_blockhash,
                block.parent,
                block.time,
                block.fees,
                block.signature_fees,
                block.reward,
                block.leader_balance,
            ),
        )
        self.put("clock", {"offset": clock.offset, "epoch_start": self.chain.epoch_start_time})
        self._blocks_since_prune += 1
        if self._blocks_since_prune >= PRUNE_EVERY:
            self._prune()
        self.db.execute("COMMIT")

    def _prune(self) -> None:
        assert self.chain is not None
        self._blocks_since_prune = 0
        oldest = self._sequence - self.chain.history.cap
        self.db.execute("DELETE FROM transactions WHERE sequence <= ?", (oldest,))
        self.db.execute("DELETE FROM mentions WHERE sequence <= ?", (oldest,))
        self.db.execute("DELETE FROM blocks WHERE slot < ?", (self.chain.history.first_slot(),))

    def save_transaction(self, record: TransactionRecord, keys: Sequence[Pubkey], written: Sequence[Pubkey]) -> None:
        """Writes a transaction, the addresses that it names, and the accounts that it may have changed."""
        sequence = self._sequence + 1
        db = self.db
        db.execute("BEGIN")
        try:
            db.execute(
                "INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    sequence,
                    bytes(record.signature),
                    record.slot,
                    record.block_time,
                    record.index,
                    record.wire,
                    bytes(record.meta),
                    record.pre_balances.tobytes(),
                    record.post_balances.tobytes(),
                    _dump_rest(record),
                ),
            )
            db.executemany("INSERT INTO mentions VALUES (?, ?)", [(bytes(key), sequence) for key in keys])
            self._write_accounts(written)
            db.execute("COMMIT")
        except sqlite3.Error:
            db.execute("ROLLBACK")
            raise
        self._sequence = sequence

    # -- reading ---------------------------------------------------------------------------------------------------

    def load_transaction(self, signature: Signature) -> TransactionRecord | None:
        """A transaction from the past, or None."""
        row = self.db.execute("SELECT * FROM transactions WHERE signature = ?", (bytes(signature),)).fetchone()
        return None if row is None else _record(row)

    def newest_for(self, address: Pubkey) -> Iterator[TransactionRecord]:
        """Transactions that name `address`, newest first."""
        rows = self.db.execute(
            "SELECT sequence FROM mentions WHERE address = ? ORDER BY sequence DESC", (bytes(address),)
        ).fetchall()
        for (sequence,) in rows:
            row = self.db.execute("SELECT * FROM transactions WHERE sequence = ?", (sequence,)).fetchone()
            if row is not None:
                yield _record(row)

    def empty(self) -> bool:
        """Whether no chain has been written yet."""
        return self.get("seed") is None

    def restore(self, chain: Chain) -> None:
        """Brings a new `chain` to the state that the ledger holds, and records it from then on."""
        self.chain = chain
        accounts = [
            (
                Pubkey(address),
                Account(lamports % WRAP, data, Pubkey(owner), bool(executable), rent_epoch % WRAP),
            )
            for address, lamports, owner, executable, rent_epoch, data in self.db.execute("SELECT * FROM accounts")
        ]
        notes: dict[str, Any] = self.get("clock") or {"offset": 0.0, "epoch_start": chain.epoch_start_time}
        chain.clock.offset = notes["offset"]
        rows = self.db.execute("SELECT * FROM blocks ORDER BY slot DESC LIMIT ?", (MAX_BLOCKS,))
        blocks = [
            Block(slot, height, blockhash, previous, parent, time, [], fees, signature_fees, reward, balance)
            for slot, height, blockhash, previous, parent, time, fees, signature_fees, reward, balance in rows
        ][::-1]
        self._sequence = self.db.execute("SELECT COALESCE(MAX(sequence), 0) FROM transactions").fetchone()[0]
        chain.resume(blocks, accounts, notes["epoch_start"], self._sequence)
        self._restore_signatures(chain)

    def _restore_signatures(self, chain: Chain) -> None:
        first = chain.history.first_slot()
        rows = self.db.execute(
            "SELECT signature, slot, wire FROM transactions WHERE slot >= ? ORDER BY sequence", (first,)
        )
        oldest = chain.hashes.oldest_height()
        for signature, slot, wire in rows:
            block = chain.history.blocks.get(slot)
            if block is None:
                continue
            block.signatures.append(Signature(signature))
            if block.height >= oldest:
                chain.hashes.remember(chain.decode(wire).blockhash, signature)

    def seed(self) -> bytes:
        """The seed of the ledger's chain."""
        return bytes.fromhex(self.get("seed"))


def _dump_rest(record: TransactionRecord) -> str:
    loaded = record.loaded and [[str(key) for key in keys] for keys in record.loaded]
    return json.dumps(
        {
            "err": record.err,
            "loaded": loaded,
            "pre_tokens": _dump_tokens(record.pre_tokens),
            "post_tokens": _dump_tokens(record.post_tokens),
            "cost": record.cost,
        }
    )


def _dump_tokens(tokens: list[TokenBalance] | None) -> list[list[Any]] | None:
    if tokens is None:
        return None
    return [[t.account_index, str(t.mint), str(t.owner), str(t.program), t.amount, t.decimals] for t in tokens]


def _load_tokens(rows: list[list[Any]] | None) -> list[TokenBalance] | None:
    if rows is None:
        return None
    key = Pubkey.from_string
    return [TokenBalance(i, key(mint), key(owner), key(program), n, d) for i, mint, owner, program, n, d in rows]


def _keys(texts: list[str]) -> list[Pubkey]:
    return [Pubkey.from_string(text) for text in texts]


def _record(row: tuple[Any, ...]) -> TransactionRecord:
    _, signature, slot, time, position, wire, meta, pre, post, rest_text = row
    rest = json.loads(rest_text)
    loaded = rest["loaded"]
    balances: list[array[int]] = [array("Q"), array("Q")]
    balances[0].frombytes(pre)
    balances[1].frombytes(post)
    return TransactionRecord(
        signature=Signature(signature),
        slot=slot,
        block_time=time,
        index=position,
        wire=wire,
        loaded=None if loaded is None else (_keys(loaded[0]), _keys(loaded[1])),
        meta=TransactionMetadata.from_bytes(meta),
        err=rest["err"],
        pre_balances=balances[0],
        post_balances=balances[1],
        pre_tokens=_load_tokens(rest["pre_tokens"]),
        post_tokens=_load_tokens(rest["post_tokens"]),
        cost=rest["cost"],
    )

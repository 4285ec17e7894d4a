"""The lines that `--log` prints: each transaction with its result, its compute units and its logs."""

import logging

from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.history import TransactionRecord
from solana_localnet.chain.decoded import Decoded
from solana_localnet.codec.errors import transaction_error_text

log = logging.getLogger("localnet.transactions")


class TransactionLog:
    """A listener of the chain that writes to the log."""

    def on_transaction(self, record: TransactionRecord, decoded: Decoded) -> None:
        """One line for the transaction, and its own lines below."""
        result = "ok" if record.err is None else transaction_error_text(record.err)
        units = record.meta.compute_units_consumed()
        lines = "".join(f"\n    {line}" for line in record.meta.logs())
        log.info("slot %d %s %s, %d CU%s", record.slot, record.signature, result, units, lines)

    def on_slot(self, slot: int, parent: int) -> None:
        """Slots are too many to print."""

    def on_account(self, address: Pubkey) -> None:
        """An account written from outside."""
        log.info("account %s was written by a control method", address)

"""Instructions become a message that others can sign: it is built, simulated and remembered by its hash."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import cast

from solana.rpc.commitment import Confirmed
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.failures import TransactionFailed, explain

TRANSACTION_BYTES = 1232
"""The most that a packet of the network takes."""
SIGNATURE_BYTES = 64


class TransactionTooLarge(ValueError):
    """Instructions that do not fit into one transaction."""


@dataclass(frozen=True)
class Prepared:
    """A message that waits for signatures. `message` is in the wire's form; it can land up to `last_valid_height`."""

    message: bytes
    last_valid_height: int

    @cached_property
    def decoded(self) -> Message:
        """The message itself."""
        return Message.from_bytes(self.message)

    @property
    def hash(self) -> str:
        """The name of the content: SHA-256 of the message, hexadecimal."""
        return sha256(self.message).hexdigest()

    @property
    def fee_payer(self) -> Pubkey:
        """The payer of the fee."""
        return self.decoded.account_keys[0]

    @property
    def signers(self) -> tuple[Pubkey, ...]:
        """Whose signatures it needs, the fee payer's first."""
        return tuple(self.decoded.account_keys[: self.decoded.header.num_required_signatures])

    @property
    def unsigned(self) -> bytes:
        """The transaction without any signature, as wallets take it."""
        return bytes(Transaction.populate(self.decoded, [Signature.default()] * len(self.signers)))

    @property
    def base64(self) -> str:
        """`unsigned` as text."""
        return b64encode(self.unsigned).decode()


@dataclass(frozen=True, slots=True)
class MessageSimulation:
    """The results that a message would have: its compute units, its log, and the lamports that its fee payer would
    lose."""

    units: int
    logs: tuple[str, ...]
    payer_loss: int


async def prepare(client: Client, instructions: Sequence[Instruction], fee_payer: Pubkey) -> Prepared:
    """A message of these instructions under a fresh blockhash. Signs and sends no transaction.

    Raises TransactionTooLarge when they do not fit.
    """
    latest = (await client.connection.get_latest_blockhash(Confirmed)).value
    return build(instructions, fee_payer, latest.blockhash, latest.last_valid_block_height)


def build(instructions: Sequence[Instruction], fee_payer: Pubkey, blockhash: Hash, last_valid_height: int) -> Prepared:
    """A message of these instructions under a blockhash. Raises TransactionTooLarge when they do not fit."""
    message = Message.new_with_blockhash(list(instructions), fee_payer, blockhash)
    size = size_of(message)
    if size > TRANSACTION_BYTES:
        raise TransactionTooLarge(f"the transaction has {size} bytes, {TRANSACTION_BYTES} are allowed; split it")
    return Prepared(bytes(message), last_valid_height)


def size_of(message: Message) -> int:
    """Bytes of a transaction with this message and all its signatures."""
    return 1 + SIGNATURE_BYTES * message.header.num_required_signatures + len(bytes(message))


async def simulate(client: Client, prepared: Prepared) -> MessageSimulation:
    """A simulation of the message now, without signatures. Raises TransactionFailed when it would be refused."""
    config = {
        "encoding": "base64",
        "sigVerify": False,
        "commitment": str(client.commitment),
        "accounts": {"encoding": "base64", "addresses": [str(prepared.fee_payer)]},
    }
    before = (await client.connection.get_balance(prepared.fee_payer)).value
    answer = await client.connection.simulate_transaction(Transaction.from_bytes(prepared.unsigned))
    if answer.value.err is not None:
        raise TransactionFailed(explain(answer.value.err, answer.value.logs or (), client.programs), None)
    told = await client.call("simulateTransaction", prepared.base64, config)
    accounts = cast(list[dict[str, int] | None], told["value"].get("accounts") or [None])
    after = before if accounts[0] is None else accounts[0]["lamports"]
    logs = tuple(answer.value.logs or ())
    return MessageSimulation(answer.value.units_consumed or 0, logs, max(0, before - after))

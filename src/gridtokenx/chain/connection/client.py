"""A connection to one cluster: builds, signs, sends and confirms transactions, and reads accounts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

from solana.exceptions import SolanaRpcException
from solana.rpc.commitment import Commitment, Confirmed
from solana.rpc.core import RPCException
from solana.rpc.types import TxOpts
from solders.account import Account
from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.rpc.errors import SendTransactionPreflightFailureMessage
from solders.signature import Signature
from solders.transaction import Transaction
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from gridtokenx.chain.connection.confirm import Confirmer
from gridtokenx.chain.connection.transport import RpcUnavailable, connect
from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.interface import logs as log_reader
from gridtokenx.chain.interface.addresses import CLOCK_SYSVAR, Addresses
from gridtokenx.chain.interface.budget import MAX_UNITS, PriorityFees, unit_limit
from gridtokenx.chain.interface.failures import TransactionExpired, TransactionFailed, explain
from gridtokenx.chain.interface.programs import DecodedEvent, Programs

T = TypeVar("T")

BLOCKHASH_SECONDS = 5.0
"""How long a blockhash is used; it is valid for a minute on the chain."""
EXPIRY_ATTEMPTS = 3
ACCOUNTS_PER_REQUEST = 100
"""getMultipleAccounts takes no more."""
Guard = Callable[[Sequence[Instruction], Sequence[Pubkey]], None]

SETS_LIMIT = 2
"""The first byte of the compute budget's SetComputeUnitLimit."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction that landed and succeeded."""

    signature: Signature
    slot: int


@dataclass(frozen=True, slots=True)
class Details:
    """The results of a transaction: its log, compute units, fee in lamports, and the events of our programs.

    `truncated`: the log was cut off, and events may be missing. `error` is the runtime's word for a refusal.
    """

    logs: tuple[str, ...]
    units: int
    fee: int
    events: tuple[DecodedEvent, ...]
    return_data: bytes | None
    slot: int
    block_time: int | None
    error: str | None
    truncated: bool


@dataclass(slots=True)
class _Blockhash:
    hash: Hash
    last_valid_height: int
    fetched: float
    used: set[Signature] = field(default_factory=set[Signature])


class Client:
    """Everything that talks to the chain goes through one of these. Use it as an async context manager."""

    def __init__(
        self,
        url: str,
        payer: Keypair,
        workspace: Checkout,
        *,
        preflight: bool = True,
        priority_fee: int = 0,
        fees: PriorityFees | None = None,
        guard: Guard | None = None,
        commitment: Commitment = Confirmed,
        timeout: float = 30.0,
    ) -> None:
        """`payer` pays fees and rent. `priority_fee` is in micro-lamports per compute unit; `fees` asks the cluster for
        it instead. `guard` sees what is about to be signed, and by whom, and raises when it must not be. Without
        `preflight` nothing is simulated first: a mistake then costs its fee, and throughput
        doubles."""
        self.url = url
        self.payer = payer
        self.workspace = workspace
        self.commitment = commitment
        self.preflight = preflight
        self.priority_fee = priority_fee
        self.fees = fees
        self.guard = guard
        self.connection, self._provider = connect(url, commitment, timeout)
        self.programs = Programs(workspace, self.connection, payer)
        self.addresses = Addresses(workspace.program_ids)
        self._confirmer = Confirmer(self.connection, commitment)
        self._blockhash: _Blockhash | None = None
        self._blockhash_lock = asyncio.Lock()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection."""
        await self._confirmer.close()
        await self.connection.close()

    async def send(
        self, instructions: Instruction | Sequence[Instruction], *signers: Keypair, payer: Keypair | None = None
    ) -> Receipt:
        """Sends one transaction and waits until it landed. `payer` (default: the client's) signs first, then `signers`.

        Raises TransactionFailed when the chain refused it, TransactionExpired when it never landed, ClusterError when
        the cluster does not answer, and ValueError when a signer is missing.
        """
        batch = [instructions] if isinstance(instructions, Instruction) else list(instructions)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TransactionExpired), stop=stop_after_attempt(EXPIRY_ATTEMPTS), reraise=True
        )
        async for attempt in retrying:
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    self.forget_blockhash()
                return await self._send_once(batch, signers, payer or self.payer)
        raise AssertionError("the retrier returns or raises")

    async def _send_once(self, batch: list[Instruction], signers: Sequence[Keypair], payer: Keypair) -> Receipt:
        transaction, blockhash = await self._sign(batch, signers, payer)
        return await self.send_signed(bytes(transaction), transaction.signatures[0], blockhash.last_valid_height)

    async def send_signed(self, raw: bytes, signature: Signature, last_valid_height: int) -> Receipt:
        """Sends a transaction that has all its signatures, and waits until it landed. Raises as `send` does."""
        await self._submit(raw, signature)
        status = await self._confirmer.wait(signature, last_valid_height)
        if status.err is not None:
            raise TransactionFailed(explain(status.err, await self._logs(signature), self.programs), signature)
        return Receipt(signature, status.slot)

    async def _sign(
        self, batch: list[Instruction], signers: Sequence[Keypair], payer: Keypair
    ) -> tuple[Transaction, _Blockhash]:
        blockhash = await self._recent_blockhash()
        priced = await self.budgeted(batch)
        keys = list({k.pubkey(): k for k in (payer, *signers)}.values())
        if self.guard is not None:
            self.guard(priced, [pair.pubkey() for pair in keys])
        transaction = _transaction(priced, payer, keys, blockhash.hash)
        if transaction.signatures[0] in blockhash.used:
            # The same content under the same blockhash is the same transaction: the chain would take it once.
            unlimited = [one for one in priced if one.program_id != COMPUTE_BUDGET or one.data[0] != SETS_LIMIT]
            limit = set_compute_unit_limit(MAX_UNITS - len(blockhash.used) % MAX_UNITS)
            transaction = _transaction([limit, *unlimited], payer, keys, blockhash.hash)
        blockhash.used.add(transaction.signatures[0])
        return transaction, blockhash

    @property
    def pays_priority(self) -> bool:
        """Whether a limit and a price stand before a transaction's instructions."""
        return self.fees is not None or self.priority_fee > 0

    async def budgeted(self, batch: Sequence[Instruction]) -> list[Instruction]:
        """The instructions with what they pay to be taken: a fee for each compute unit, and a limit that fits, since
        the fee is for the units that are asked for, used or not."""
        price = self.priority_fee if self.fees is None else await self.fees.price(self, batch)
        if not self.pays_priority:
            return list(batch)
        limit = unit_limit(batch, self.programs)
        return [set_compute_unit_limit(limit), set_compute_unit_price(price), *batch]

    async def _submit(self, raw: bytes, signature: Signature) -> None:
        opts = TxOpts(skip_preflight=not self.preflight, preflight_commitment=self.commitment, max_retries=None)
        try:
            await self.connection.send_raw_transaction(raw, opts)
        except SolanaRpcException as error:
            raise ClusterError(f"{self.url} does not take transactions: {error.__cause__ or error}") from None
        except RPCException as error:
            self._refused(error, signature)

    def _refused(self, error: RPCException, signature: Signature) -> None:
        """Handles the result of the preflight. Returns when the transaction has in fact been sent."""
        message = error.args[0] if error.args else None
        if not isinstance(message, SendTransactionPreflightFailureMessage):
            raise ClusterError(f"{self.url} refused the transaction: {getattr(message, 'message', message)}") from None
        failure = explain(message.data.err, message.data.logs or (), self.programs)
        if failure.name == "BlockhashNotFound":
            raise TransactionExpired(f"{self.url} does not know the blockhash of {signature}") from None
        if failure.name == "AlreadyProcessed":
            return
        raise TransactionFailed(failure, None) from None

    async def _recent_blockhash(self) -> _Blockhash:
        async with self._blockhash_lock:
            known = self._blockhash
            if known is None or time.monotonic() - known.fetched > BLOCKHASH_SECONDS:
                value = (await self.connection.get_latest_blockhash()).value
                used = known.used if known is not None and known.hash == value.blockhash else set[Signature]()
                known = _Blockhash(value.blockhash, value.last_valid_block_height, time.monotonic(), used)
                self._blockhash = known
            return known

    def forget_blockhash(self) -> None:
        """Makes the next transaction ask for a new blockhash: after the chain's clock was moved, old ones may be
        invalid."""
        if self._blockhash is not None:
            self._blockhash.fetched = float("-inf")

    async def _logs(self, signature: Signature) -> tuple[str, ...]:
        try:
            return (await self.details(signature)).logs
        except ClusterError:
            return ()

    async def details(self, signature: Signature) -> Details:
        """The results of a landed transaction. Raises ClusterError when the node does not have it (any more)."""
        for pause in (0.0, 0.05, 0.2, 0.5, 1.0, 2.0):
            await asyncio.sleep(pause)
            answer = await self.connection.get_transaction(
                signature, encoding="base64", commitment=self.commitment, max_supported_transaction_version=0
            )
            if answer.value is not None and (meta := answer.value.transaction.meta) is not None:
                lines = tuple(meta.log_messages or ())
                found = tuple(log_reader.events(lines, self.programs))
                returned = bytes(meta.return_data.data) if meta.return_data is not None else None
                return Details(
                    lines,
                    meta.compute_units_consumed or 0,
                    meta.fee,
                    found,
                    returned,
                    answer.value.slot,
                    answer.value.block_time,
                    None if meta.err is None else str(meta.err),
                    log_reader.truncated(lines),
                )
        raise ClusterError(f"{self.url} has no transaction {signature}")

    async def view(self, call: Instruction, decode: Callable[[bytes], T]) -> T:
        """The value that an instruction returns, by simulation: nothing is sent. Raises TransactionFailed."""
        blockhash = await self._recent_blockhash()
        message = Message.new_with_blockhash([call], self.payer.pubkey(), blockhash.hash)
        answer = (await self.connection.simulate_transaction(Transaction.new_unsigned(message))).value
        if answer.err is not None:
            raise TransactionFailed(explain(answer.err, answer.logs or (), self.programs), None)
        if answer.return_data is None:
            raise ValueError(f"the instruction of {call.program_id} returned nothing")
        return decode(bytes(answer.return_data.data))

    async def account(self, address: Pubkey) -> Account | None:
        """The data that a program keeps at an address; None where nothing is but lamports, which anybody can send
        there."""
        found = (await self.connection.get_account_info(address)).value
        return found if found is not None and found.data else None

    async def raw_accounts(self, addresses: Iterable[Pubkey]) -> list[Account | None]:
        """Raw accounts in the order of `addresses`."""
        keys = list(addresses)
        found: list[Account | None] = []
        for start in range(0, len(keys), ACCOUNTS_PER_REQUEST):
            part = keys[start : start + ACCOUNTS_PER_REQUEST]
            found += (await self.connection.get_multiple_accounts(part)).value
        return found

    async def call(self, method: str, *params: Any) -> Any:
        """The result of an RPC method that solana-py does not know. Raises ClusterError with the node's words."""
        try:
            answer = await self._provider.call(method, *params)
        except (RpcUnavailable, ValueError) as error:
            raise ClusterError(f"{self.url} does not answer: {error}") from None
        if "error" in answer:
            raise ClusterError(f"{self.url} refuses {method}: {answer['error'].get('message')}")
        return answer.get("result")

    async def clock(self) -> int:
        """The chain's time, unix seconds."""
        account = await self.account(CLOCK_SYSVAR)
        if account is None:
            raise ClusterError(f"{self.url} has no Clock sysvar")
        return int.from_bytes(account.data[32:40], "little", signed=True)


def _transaction(batch: list[Instruction], payer: Keypair, keys: list[Keypair], blockhash: Hash) -> Transaction:
    message = Message.new_with_blockhash(batch, payer.pubkey(), blockhash)
    needed = message.account_keys[: message.header.num_required_signatures]
    known = {keypair.pubkey(): keypair for keypair in keys}
    if missing := [str(key) for key in needed if key not in known]:
        raise ValueError(f"not enough signers: {', '.join(missing)} must sign too")
    return Transaction([known[key] for key in needed], message, blockhash)

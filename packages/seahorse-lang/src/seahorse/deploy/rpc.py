"""JSON-RPC of a cluster: requests that are repeated over a bad connection, and transactions with their confirmation."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, cast

import httpx
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

log = logging.getLogger("seahorse.deploy")
COMMITMENT = "confirmed"
IN_FLIGHT = 24
"""Requests at a time: enough to fill a buffer quickly, few enough for a public node."""
ATTEMPTS = 6
STATUSES_PER_REQUEST = 256
POLL_SECONDS = (0.0, 0.05, 0.1, 0.2, 0.4)
"""How long to wait before each look at a transaction's status; the last one repeats."""
_RETRIED_STATUS = {408, 425, 429, 500, 502, 503, 504}
_NODE_BEHIND = -32005


class DeployError(Exception):
    """A deployment is not possible; the message says what to do."""


class DeployRpcError(DeployError):
    """The cluster answered a request with an error."""

    def __init__(self, method: str, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{method}: {message} ({code})")
        self.code = code
        self.data = data


class DeployTransactionFailed(DeployError):
    """A transaction was executed (or simulated) and failed. `error` is the cluster's JSON form; `logs` may be empty."""

    def __init__(self, error: Any, logs: list[str]) -> None:
        tail = "".join(f"\n    {line}" for line in logs[-6:])
        super().__init__(f"the transaction failed: {error}{tail}")
        self.error = error
        self.logs = logs


class Expired(DeployError):
    """A transaction was not executed before its blockhash grew too old."""


class _Retry(Exception):
    """A request did not get through; another attempt may."""


class Rpc:
    """A connection to a cluster: `async with Rpc(url) as rpc`."""

    def __init__(self, url: str, *, priority_fee: int = 0, timeout: float = 30.0) -> None:
        """`priority_fee`: micro-lamports for each compute unit, for every transaction."""
        self.url = url
        self.priority_fee = priority_fee
        limits = httpx.Limits(max_connections=IN_FLIGHT)
        self._http = httpx.AsyncClient(timeout=timeout, limits=limits)
        self._window = asyncio.Semaphore(IN_FLIGHT)

    async def __aenter__(self) -> Rpc:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    # --- requests ---

    async def call(self, method: str, *params: Any) -> Any:
        """The result of a method. Attempts again when the node is unreachable, busy or behind. Raises RpcError."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Retry),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            reraise=True,
        )
        try:
            return await retrying(self._call_once, method, list(params))
        except _Retry as error:
            raise DeployError(f"{self.url} does not answer ({error}); start the cluster or give another URL") from None

    async def _call_once(self, method: str, params: list[Any]) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            async with self._window:
                response = await self._http.post(self.url, json=body)
            if response.status_code in _RETRIED_STATUS:
                raise _Retry(f"HTTP {response.status_code}")
            answer: Any = response.json()
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise _Retry(str(error) or type(error).__name__) from None
        except ValueError:
            raise DeployError(f"{self.url} answers, but not with JSON-RPC; give a cluster's RPC address") from None
        if "error" in answer:
            error = answer["error"]
            if error.get("code") == _NODE_BEHIND:
                raise _Retry(error["message"])
            raise DeployRpcError(method, error.get("code", 0), error.get("message", ""), error.get("data"))
        return answer["result"]

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[tuple[Pubkey, bytes] | None]:
        """Owner and data of each account; None for one that does not exist."""
        config = {"encoding": "base64", "commitment": COMMITMENT}
        found: Any = await self.call("getMultipleAccounts", [str(a) for a in addresses], config)
        return [
            None if a is None else (Pubkey.from_string(a["owner"]), base64.b64decode(a["data"][0]))
            for a in found["value"]
        ]

    async def balance(self, address: Pubkey) -> int:
        """Lamports."""
        return cast("int", (await self.call("getBalance", str(address), {"commitment": COMMITMENT}))["value"])

    async def rent(self, size: int) -> int:
        """The lamports that an account with `size` bytes of data must hold."""
        return cast("int", await self.call("getMinimumBalanceForRentExemption", size))

    async def slot(self) -> int:
        return cast("int", await self.call("getSlot", {"commitment": COMMITMENT}))

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Ask the cluster's faucet for lamports, and wait for them."""
        signature = await self.call("requestAirdrop", str(address), lamports)
        height = await self.call("getBlockHeight", {"commitment": COMMITMENT})
        await self._wait([Signature.from_string(signature)], height + 150)

    # --- transactions ---

    async def blockhash(self) -> tuple[Hash, int]:
        """A recent blockhash, and the last block height at which it can be used."""
        value = (await self.call("getLatestBlockhash", {"commitment": COMMITMENT}))["value"]
        return Hash.from_string(value["blockhash"]), value["lastValidBlockHeight"]

    async def send(self, instructions: Sequence[Instruction], payer: Keypair, *signers: Keypair) -> Signature:
        """Execute a transaction and wait until the cluster confirms it.

        Raises TransactionFailed, and Expired when it was never executed.
        """
        blockhash, last_valid = await self.blockhash()
        transaction = self.sign(instructions, payer, signers, blockhash)
        signature = await self._submit(transaction)
        failure = (await self._wait([signature], last_valid))[0]
        if failure is not None:
            raise failure
        return signature

    async def send_all(
        self, batch: Sequence[Sequence[Instruction]], payer: Keypair, on_done: Callable[[int], None]
    ) -> list[int]:
        """Execute independent transactions at the same time. Returns the indexes of those that did not get through.

        `on_done` gets the index of each that did. Raises TransactionFailed for one that failed when executed.
        """
        blockhash, last_valid = await self.blockhash()
        signed = [self.sign(instructions, payer, [], blockhash) for instructions in batch]
        lost: list[int] = []

        async def submit(index: int) -> None:
            try:
                await self._submit(signed[index])
            except DeployTransactionFailed:
                raise
            except DeployError as error:
                log.debug("chunk %d was not sent: %s", index, error)
                lost.append(index)

        await asyncio.gather(*(submit(index) for index in range(len(signed))))
        sent = [index for index in range(len(signed)) if index not in lost]
        for start in range(0, len(sent), STATUSES_PER_REQUEST):
            part = sent[start : start + STATUSES_PER_REQUEST]
            outcomes = await self._wait([signed[index].signatures[0] for index in part], last_valid)
            for index, failure in zip(part, outcomes, strict=True):
                if failure is None:
                    on_done(index)
                elif isinstance(failure, Expired):
                    lost.append(index)
                else:
                    raise failure
        return sorted(lost)

    def sign(
        self, instructions: Sequence[Instruction], payer: Keypair, signers: Sequence[Keypair], blockhash: Hash
    ) -> Transaction:
        """A signed transaction, with the priority fee if one is set."""
        price = [_compute_unit_price(self.priority_fee)] if self.priority_fee else []
        message = Message.new_with_blockhash([*price, *instructions], payer.pubkey(), blockhash)
        return Transaction([payer, *signers], message, blockhash)

    async def _submit(self, transaction: Transaction) -> Signature:
        config = {"encoding": "base64", "preflightCommitment": COMMITMENT, "maxRetries": 5}
        try:
            text = base64.b64encode(bytes(transaction)).decode()
            return Signature.from_string(await self.call("sendTransaction", text, config))
        except DeployRpcError as error:
            data: Any = error.data
            if isinstance(data, dict) and data.get("err") is not None:  # pyright: ignore[reportUnknownMemberType]
                details = cast("dict[str, Any]", data)
                raise DeployTransactionFailed(details["err"], details.get("logs") or []) from None
            raise

    async def _wait(self, signatures: Sequence[Signature], last_valid: int) -> list[DeployError | None]:
        """The outcome of transactions: None for success."""
        outcomes: dict[int, DeployError | None] = {}
        attempt = 0
        while True:
            open_ones = [n for n in range(len(signatures)) if n not in outcomes]
            if not open_ones:
                return [outcomes[n] for n in range(len(signatures))]
            await asyncio.sleep(POLL_SECONDS[min(attempt, len(POLL_SECONDS) - 1)])
            attempt += 1
            # Ask for the height first: a transaction that is missing afterwards can no longer land.
            height = await self.call("getBlockHeight", {"commitment": COMMITMENT})
            config = {"searchTransactionHistory": height > last_valid}
            asked = [str(signatures[n]) for n in open_ones]
            statuses = (await self.call("getSignatureStatuses", asked, config))["value"]
            for n, status in zip(open_ones, statuses, strict=True):
                if status is not None and status["err"] is not None:
                    outcomes[n] = DeployTransactionFailed(status["err"], [])
                elif status is not None and status["confirmationStatus"] in ("confirmed", "finalized"):
                    outcomes[n] = None
                elif status is None and height > last_valid:
                    outcomes[n] = Expired(f"transaction {signatures[n]} was not executed in time; try again")


def _compute_unit_price(micro_lamports: int) -> Instruction:
    from solders.compute_budget import set_compute_unit_price

    return set_compute_unit_price(micro_lamports)

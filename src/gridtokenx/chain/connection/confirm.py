"""Waits for transactions: one poller for all that are in flight, however many there are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from solana.exceptions import SolanaRpcException
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment, Confirmed, Finalized, Processed
from solders.signature import Signature
from solders.transaction_status import TransactionConfirmationStatus, TransactionStatus

from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.interface.failures import TransactionExpired

STATUSES_PER_REQUEST = 256
"""getSignatureStatuses takes no more."""
FASTEST_POLL = 0.002
SLOWEST_POLL = 0.4
"""Seconds between polls: fast while transactions land, a slot's length when nothing happens."""
HEIGHT_EVERY = 2.0
"""Seconds between looks at the block height, which tells what can no longer land."""
TOLERATED_FAILURES = 8
"""Polls that may fail in a row before the cluster counts as gone."""

RANKS = {Processed: 0, Confirmed: 1, Finalized: 2}


@dataclass(slots=True)
class _Waiting:
    future: asyncio.Future[TransactionStatus]
    last_valid_height: int
    waiters: int = 0


def _rank(status: TransactionStatus) -> int:
    if status.confirmation_status == TransactionConfirmationStatus.Processed:
        return 0
    if status.confirmation_status == TransactionConfirmationStatus.Confirmed:
        return 1
    # Old nodes answer None for a rooted transaction.
    return 2


class Confirmer:
    """Resolves each signature's status at the wanted commitment. Its task runs only while somebody waits."""

    def __init__(self, connection: AsyncClient, commitment: Commitment = Confirmed) -> None:
        self._connection = connection
        self._rank = RANKS[commitment]
        self._waiting: dict[Signature, _Waiting] = {}
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def wait(self, signature: Signature, last_valid_height: int) -> TransactionStatus:
        """The status of a transaction that landed (its `err` says how it ended).

        Raises TransactionExpired when it can no longer land, ClusterError when the cluster stopped answering.
        """
        waiting = self._waiting.get(signature)
        if waiting is None:
            # A caller that sends a transaction again waits for the same status as the first one.
            waiting = self._waiting[signature] = _Waiting(asyncio.get_running_loop().create_future(), last_valid_height)
        waiting.waiters += 1
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._poll())
        try:
            return await asyncio.shield(waiting.future)
        finally:
            waiting.waiters -= 1
            if not waiting.waiters and self._waiting.get(signature) is waiting:
                del self._waiting[signature]

    async def close(self) -> None:
        """Stops polling; what is still waited for is cancelled."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for waiting in self._waiting.values():
            waiting.future.cancel()

    async def _poll(self) -> None:
        try:
            await self._poll_until_idle()
        except Exception as error:
            # An answer that nobody can read must not leave them waiting for ever.
            self._give_up(ClusterError(f"the cluster gave an answer that cannot be read: {error!r}"))

    async def _poll_until_idle(self) -> None:
        loop = asyncio.get_running_loop()
        pause, failures, looked = FASTEST_POLL, 0, loop.time()
        while self._waiting:
            try:
                landed = await self._look()
                if not landed and loop.time() - looked > HEIGHT_EVERY:
                    looked = loop.time()
                    await self._expire()
                failures = 0
            except (SolanaRpcException, OSError) as error:
                landed, failures = False, failures + 1
                if failures > TOLERATED_FAILURES:
                    self._give_up(ClusterError(f"the cluster stopped answering: {error.__cause__ or error}"))
                    return
            if self._news.is_set() or landed:
                self._news.clear()
                pause = FASTEST_POLL
            else:
                pause = min(pause * 2, SLOWEST_POLL)
            if self._waiting:
                await asyncio.sleep(pause)

    async def _look(self) -> bool:
        """Asks for everything that is waited for; whether anything landed."""
        signatures = list(self._waiting)
        landed = False
        for start in range(0, len(signatures), STATUSES_PER_REQUEST):
            batch = signatures[start : start + STATUSES_PER_REQUEST]
            answer = await self._connection.get_signature_statuses(batch)
            for signature, status in zip(batch, answer.value, strict=True):
                if status is None or _rank(status) < self._rank:
                    continue
                waiting = self._waiting.get(signature)
                if waiting is not None and not waiting.future.done():
                    waiting.future.set_result(status)
                    landed = True
        return landed

    async def _expire(self) -> None:
        height = (await self._connection.get_block_height()).value
        late = [s for s, w in self._waiting.items() if w.last_valid_height < height]
        if not late:
            return
        # One of them may have landed between the two requests.
        await self._look()
        for signature in late:
            waiting = self._waiting.get(signature)
            if waiting is not None and not waiting.future.done():
                message = f"transaction {signature} did not land before its blockhash expired; send it again"
                waiting.future.set_exception(TransactionExpired(message))

    def _give_up(self, error: Exception) -> None:
        for waiting in self._waiting.values():
            if not waiting.future.done():
                waiting.future.set_exception(error)

"""How much the faucet gives: to one request, and to one client in a stretch of time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LAMPORTS_PER_SOL = 1_000_000_000
DEFAULT_TIME_SLICE = 60
LOOPBACK = frozenset(("127.0.0.1", "::1"))


class GiftRefused(Exception):
    """The faucet does not give that much. The text says why."""


class RequestTooLarge(GiftRefused):
    """One request asks for more than any request may have."""


@dataclass(slots=True)
class Limits:
    """Caps in lamports, None for none. time_slice: seconds after which a client begins anew."""

    per_request: int | None = None
    per_time: int | None = None
    time_slice: int = DEFAULT_TIME_SLICE
    now: Callable[[], float] = time.monotonic
    _given: dict[str, int] = field(default_factory=dict[str, int])
    _since: float = float("-inf")

    def take(self, client: str, lamports: int) -> None:
        """Notes that `client` (an IP address or a pubkey) gets `lamports`. Raises Refused when a cap forbids it.

        As in Agave's faucet, a client on loopback has no cap per time.
        """
        if self.per_request is not None and lamports > self.per_request:
            raise RequestTooLarge(f"request too large; req: {_sol(lamports)}, cap: {_sol(self.per_request)}")
        if self.per_time is None or client in LOOPBACK:
            return
        if self.now() - self._since >= self.time_slice:
            self._given.clear()
            self._since = self.now()
        total = self._given.get(client, 0) + lamports
        if total > self.per_time:
            amounts = f"req: {_sol(lamports)}, {client} current: {_sol(total)}, cap: {_sol(self.per_time)}"
            raise GiftRefused(f"limit reached; {amounts}")
        self._given[client] = total


def _sol(lamports: int) -> str:
    return f"◎{lamports / LAMPORTS_PER_SOL}"

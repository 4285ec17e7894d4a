"""The faucet's TCP port: requests of fixed size in, signed transactions out, for as long as the client stays."""

import asyncio
import logging
from collections.abc import Callable

from solders.keypair import Keypair

from solana_localnet.faucet.limits import FaucetLimits, GiftRefused, RequestTooLarge
from solana_localnet.faucet.protocol import REFUSAL, REQUEST, airdrop_reply, memo_reply, read_request

log = logging.getLogger("localnet.faucet")


class FaucetPortInUse(Exception):
    """The faucet's port is taken. The text says which and what to do."""


class FaucetServer:
    """Serves one port. faucet: the key that pays, asked for at each request, since a reset may change it."""

    def __init__(self, faucet: Callable[[], Keypair], limits: FaucetLimits) -> None:
        self.faucet = faucet
        self.limits = limits
        self.port = 0
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def start(self, host: str, port: int) -> None:
        """Listens. Raises FaucetPortInUse."""
        try:
            self._server = await asyncio.start_server(self._serve, host, port)
        except OSError as error:
            raise FaucetPortInUse(
                f"{host}:{port} cannot be listened on: {error.strerror}; choose another --faucet-port"
            ) from None
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening and ends the connections there are."""
        if self._server is not None:
            self._server.close()
            for client in list(self._clients):
                client.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str((writer.get_extra_info("peername") or ("unknown",))[0])
        self._clients.add(writer)
        try:
            while True:
                raw = await reader.readexactly(REQUEST.size)
                writer.write(self.answer(raw, address))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            # The client has left: so every conversation ends.
            return
        finally:
            self._clients.discard(writer)
            writer.close()

    def answer(self, raw: bytes, client: str) -> bytes:
        """The answer to one request of `client`."""
        try:
            request = read_request(raw)
        except ValueError as error:
            log.warning("a faucet request from %s makes no sense: %s", client, error)
            return REFUSAL
        faucet = self.faucet()
        try:
            self.limits.take(client, request.lamports)
        except RequestTooLarge as error:
            return memo_reply(faucet, str(error), request.blockhash)
        except GiftRefused as error:
            log.warning("the faucet refuses %s: %s", client, error)
            return REFUSAL
        return airdrop_reply(faucet, request)

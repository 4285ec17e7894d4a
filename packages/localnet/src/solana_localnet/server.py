"""Starts everything and serves until told to stop."""

import asyncio
import logging
import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from solana_localnet.app import App
from solana_localnet.chain.admission.blockhashes import MAX_AGE
from solana_localnet.chain.chain import Chain
from solana_localnet.chain.ledger import SqliteLedger
from solana_localnet.chain.settings import SLOTS_PER_EPOCH, ChainSettings
from solana_localnet.control import Control
from solana_localnet.faucet.limits import FaucetLimits
from solana_localnet.faucet.server import FaucetServer
from solana_localnet.genesis import Genesis, read_genesis
from solana_localnet.idl.library import open_library
from solana_localnet.pubsub.hub import SubscriptionHub
from solana_localnet.pubsub.protocol import PushProtocol
from solana_localnet.rpc.landing import Landing
from solana_localnet.rpc.registry import Node
from solana_localnet.settings import ValidatorSettings
from solana_localnet.transaction_log import TransactionLog
from solana_localnet.validator.features import read_features
from solana_localnet.validator.flags import WITHOUT_EFFECT, ValidatorFlags
from solana_localnet.validator.genesis import add_cloned, add_local
from solana_localnet.validator.keys import ledger_faucet, write_ledger_keys

log = logging.getLogger("localnet.server")

BACKLOG = 2048
PAIR_ATTEMPTS = 16


class PortInUse(Exception):
    """The address to listen on is taken."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortInUse(f"{host}:{port} cannot be listened on: {error.strerror}; choose another --port") from None
    sock.setblocking(False)
    return sock


def listen_pair(host: str, port: int) -> list[socket.socket]:
    """Sockets for `port` and, when it is free, the next one, where web3.js looks for the WebSocket."""
    for _ in range(PAIR_ATTEMPTS if port == 0 else 1):
        first = listen(host, port)
        chosen = first.getsockname()[1]
        try:
            return [first, listen(host, chosen + 1)]
        except (PortInUse, OverflowError):
            if port != 0:
                return [first]
            first.close()
    return [listen(host, 0)]


def open_chain(settings: ValidatorSettings, genesis: Genesis, ledger: SqliteLedger | None) -> Chain:
    """The chain: from the ledger when there is one, else from genesis."""
    known = ledger is not None and not ledger.empty()
    seed = ledger.seed() if ledger is not None and known else os.urandom(32)
    if not known:
        add_cloned(genesis, settings.validator)
    chain = Chain(chain_settings(settings, seed))
    if ledger is None or not known:
        genesis.write(chain)
        if settings.validator.warp_slot is not None:
            chain.advance_slot(settings.validator.warp_slot)
        if ledger is not None:
            ledger.begin(chain)
    else:
        genesis.remember(chain)
        ledger.restore(chain)
        log.warning("continuing at slot %d from %s", chain.slot, ledger.path)
        if genesis.programs or genesis.accounts:
            log.warning("the programs and accounts of the command line are in genesis only; --reset goes back to it")
    chain.store = ledger
    chain.advance_slot()
    return chain


def chain_settings(settings: ValidatorSettings, seed: bytes) -> ChainSettings:
    """The settings of the chain. seed: the genesis hash and the faucet follow from it."""
    flags = settings.validator
    return ChainSettings(
        seed,
        settings.history,
        settings.log_bytes_limit,
        settings.start_time,
        real_finality=settings.finality == "real",
        blockhash_seconds=MAX_AGE * settings.slot_ms / 1000,
        faucet=None if settings.ledger is None or settings.reset else ledger_faucet(settings.ledger),
        faucet_lamports=flags.faucet_lamports,
        deactivated=read_features(flags),
        compute_unit_limit=flags.compute_unit_limit,
        slots_per_epoch=flags.slots_per_epoch or SLOTS_PER_EPOCH,
    )


Announcer = Callable[[ValidatorSettings, Chain, str, "Endpoints"], None]
"""Tells the world that everything is served: settings, chain, identity, addresses."""


@dataclass(slots=True)
class Endpoints:
    """Where a localnet can be reached, as URLs; faucet: host and port, None where nothing listens."""

    rpc: str
    ws: str
    faucet: str | None


async def serve(settings: ValidatorSettings, announcer: Announcer | None = None) -> None:
    """Serves until a signal comes or, with exit_with_stdin, the parent goes away."""
    for flag in settings.validator.ignored:
        log.warning("%s has no effect: %s", flag, WITHOUT_EFFECT[flag])
    genesis = read_genesis(settings)
    add_local(genesis, settings.validator)
    ledger = None if settings.ledger is None else SqliteLedger(settings.ledger, settings.reset)
    sockets = listen_pair(settings.host, settings.port)
    chain = open_chain(settings, genesis, ledger)
    control = Control(chain, settings, genesis, ledger)
    control.rpc_address = sockets[0].getsockname()[:2]
    hub = SubscriptionHub(
        chain, settings.max_unsent, settings.block_delay_ms > 0 and settings.block_production == "clock"
    )
    chain.listeners.append(hub)
    chain.followers.append(hub)
    if settings.log:
        chain.listeners.append(TransactionLog())
    landing = Landing(chain)
    chain.listeners.append(landing)
    app = App(Node(chain, control, open_library(settings), landing), hub, settings.max_body)
    server = uvicorn.Server(uvicorn_config(app))
    faucet = FaucetServer(lambda: chain.faucet, faucet_limits(settings.validator))
    addresses = Endpoints(address_of(sockets[0]), address_of(sockets[-1], "ws"), None)
    control.faucet_limits = faucet.limits
    if settings.validator.faucet_port is not None:
        await faucet.start(settings.host, settings.validator.faucet_port)
        addresses.faucet = f"{settings.host}:{faucet.port}"
    if settings.ledger is not None:
        write_ledger_keys(settings.ledger, chain.faucet, chain.validator)
    control.start()
    watcher = _watch_stdin(server) if settings.exit_with_stdin else None
    serving = asyncio.get_running_loop().create_task(server.serve(sockets))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        if server.started:
            if announcer is None:
                announce(addresses, settings, chain, genesis)
            else:
                announcer(settings, chain, str(control.identity), addresses)
            if settings.open_browser:
                await asyncio.to_thread(webbrowser.open, addresses.rpc)
        await serving
    finally:
        if watcher is not None:
            watcher.cancel()
        await control.stop()
        await faucet.stop()
        if ledger is not None:
            ledger.close()


def uvicorn_config(app: App) -> uvicorn.Config:
    """uvicorn with uvloop and httptools, and nothing between it and the application."""
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        http="httptools",
        ws=PushProtocol,
        ws_max_size=app.max_body,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


def address_of(sock: socket.socket, scheme: str = "http") -> str:
    """The URL of a listening socket."""
    host, port = sock.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def faucet_limits(flags: ValidatorFlags) -> FaucetLimits:
    """The faucet's caps."""
    return FaucetLimits(flags.faucet_per_request, flags.faucet_per_time, flags.faucet_time_slice)


def announce(addresses: Endpoints, settings: ValidatorSettings, chain: Chain, genesis: Genesis) -> None:
    """Prints the two addresses, one a line, for people and for parents that start a localnet."""
    lines = [f"rpc: {addresses.rpc}", f"ws: {addresses.ws}"]
    if not settings.quiet:
        lines += [f"program: {key} ({len(code)} bytes)" for key, code, _ in genesis.programs]
        lines.append(f"explorer: {addresses.rpc}/")
        if addresses.faucet is not None:
            lines.append(f"faucet port: {addresses.faucet}")
        lines.append(f"faucet: {chain.faucet.pubkey()}")
        if settings.ledger is not None:
            lines.append(f"ledger: {settings.ledger} at slot {chain.slot}")
    print("\n".join(lines), flush=True)


def _watch_stdin(server: uvicorn.Server) -> "asyncio.Task[None]":
    """Stops the server when standard input ends, which it does when the parent dies, however it dies."""

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.read(4096):
            pass
        server.should_exit = True

    return asyncio.get_running_loop().create_task(watch())


def raise_file_limit() -> None:
    """Lets this process hold as many connections as the system allows it to ask for."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(settings: ValidatorSettings, announcer: Announcer | None = None) -> None:
    """Serves in this process until it is stopped. announcer: who prints the addresses, in place of `announce`."""
    raise_file_limit()
    try:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings, announcer))
    except ImportError:
        asyncio.run(serve(settings, announcer))

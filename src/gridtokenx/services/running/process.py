"""The roles of one process, side by side: started with checked settings; the first that fails ends all."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import structlog
from solders.keypair import Keypair
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as DatabaseWaits

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.cluster import Cluster, check_cluster, parse_cluster
from gridtokenx.chain.errors import ClusterAway, GridTokenXError, WalletError, WorkspaceError
from gridtokenx.chain.files.wallet import load_keypair
from gridtokenx.chain.files.workspace import Checkout, find_workspace, installed
from gridtokenx.chain.interface.budget import PriorityFees
from gridtokenx.services.api.app import create_app
from gridtokenx.services.api.hub import EventHub
from gridtokenx.services.api.roles import ChainRoles
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.bridge.run import BridgeRole
from gridtokenx.services.config.settings import ProcessRole, Settings, SettingsError
from gridtokenx.services.crank.run import CrankRole
from gridtokenx.services.database.engine import Database
from gridtokenx.services.indexer.run import IndexerRole
from gridtokenx.services.intake.meters import MeterBook
from gridtokenx.services.keys.allowlist import GATEWAY, MATCHER, SPONSOR, Allowlist, guard_of
from gridtokenx.services.keys.sponsor import Sponsor
from gridtokenx.services.notices.run import NoticesRole
from gridtokenx.services.running.metrics import Metrics
from gridtokenx.services.running.web import Web

GRACE_SECONDS = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0

log = structlog.get_logger("process")


@dataclass(frozen=True)
class ServiceKeys:
    """The services' keys that this process has."""

    gateway: Keypair | None
    matcher: Keypair | None
    sponsor: Keypair | None


def load_keys(settings: Settings, roles: Collection[ProcessRole]) -> ServiceKeys:
    """The keys that the roles need, and no others. Raises SettingsError."""
    missing = settings.required(dict.fromkeys(roles, True))
    if missing:
        raise SettingsError("settings are missing: " + "; ".join(missing))
    wanted = set(roles)

    def load(setting: str, *needed: ProcessRole) -> Keypair | None:
        path: Path | None = getattr(settings, setting)
        if path is None or not wanted & set(needed):
            return None
        if not path.expanduser().exists():
            raise SettingsError(f"{setting}: there is no {path}; name a keypair file (GTX_{setting.upper()})")
        try:
            return load_keypair(path)
        except WalletError as error:
            raise SettingsError(f"{setting}: {error}") from None

    return ServiceKeys(
        gateway=load("gateway_key", ProcessRole.BRIDGE, ProcessRole.CRANK),
        matcher=load("matcher_key", ProcessRole.CRANK),
        sponsor=load("sponsor_key", ProcessRole.API, ProcessRole.CRANK),
    )


def workspace_of() -> Checkout:
    """The checkout, or what travels with the package."""
    try:
        found = find_workspace()
    except WorkspaceError:
        return installed()
    return found if found.built_programs else installed()


def guarded(client: Client, keys: ServiceKeys) -> None:
    """Lets the services' keys sign nothing but what they are for."""
    programs = client.programs
    lists: list[Allowlist] = []
    if keys.gateway is not None:
        lists.append(Allowlist(keys.gateway.pubkey(), "gateway", programs, GATEWAY))
    if keys.matcher is not None:
        lists.append(Allowlist(keys.matcher.pubkey(), "matcher", programs, MATCHER))
    if keys.sponsor is not None:
        closes = {**SPONSOR, "trading.close_order": frozenset(("payer", "closer"))}
        lists.append(Allowlist(keys.sponsor.pubkey(), "sponsor", programs, closes, token_accounts=True))
    client.guard = guard_of(lists)


@asynccontextmanager
async def connected(settings: Settings, keys: ServiceKeys) -> AsyncGenerator[tuple[Client, Cluster], None]:
    """A client whose cluster proved to be the one that the settings name, and whose keys have guards."""
    cluster = parse_cluster(settings.cluster)
    if settings.websocket is not None:
        cluster = replace(cluster, websocket_url=settings.websocket)
    payer = keys.gateway or keys.matcher or Keypair()
    fees = PriorityFees(settings.priority_fee_cap) if settings.priority_fee_cap else None
    async with Client(cluster.url, payer, workspace_of(), fees=fees) as client:
        await _wait_for(client, cluster)
        guarded(client, keys)
        yield client, cluster


async def _wait_for(client: Client, cluster: Cluster) -> None:
    """Waits for a node that is away; raises ClusterError for one that is of another cluster."""
    pause = FIRST_PAUSE
    while True:
        try:
            await check_cluster(client.connection, cluster)
        except ClusterAway as error:
            log.warning("node away", error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


async def serve(
    settings: Settings,
    roles: Collection[ProcessRole],
    ready: Callable[[int], None] = lambda _: None,
    ending: Callable[[], None] = lambda: None,
) -> None:
    """Runs the roles until it is cancelled, or SIGINT or SIGTERM come. Raises what ended a role. `ready` hears the
    API's port, `ending` that the end has come, before the roles end."""
    keys = load_keys(settings, roles)
    database = Database(settings.database)
    try:
        await database.migrate()
        async with connected(settings, keys) as (client, cluster):
            await database.belong_to(str((await client.connection.get_genesis_hash()).value))
            await _until_signal(_roles(settings, roles, keys, database, client, cluster, ready), ending)
    finally:
        await database.close()


def _roles(
    settings: Settings,
    roles: Collection[ProcessRole],
    keys: ServiceKeys,
    database: Database,
    client: Client,
    cluster: Cluster,
    ready: Callable[[int], None],
) -> dict[str, Coroutine[Any, Any, None]]:
    work: dict[str, Coroutine[Any, Any, None]] = {}
    if ProcessRole.INDEXER in roles:
        work["indexer"] = lasting("indexer", IndexerRole(client, database, cluster.websocket_url).run)
    if ProcessRole.CRANK in roles and keys.gateway is not None and keys.matcher is not None:
        crank = CrankRole(
            client,
            database,
            keys.gateway,
            keys.matcher,
            keys.sponsor,
            settings.epochs_ahead,
            settings.readings_patience,
        )
        work["crank"] = lasting("crank", crank.run)
    if ProcessRole.BRIDGE in roles and keys.gateway is not None:
        bridge = BridgeRole(
            client,
            database,
            keys.gateway,
            settings.zone,
            settings.ami_folder,
            settings.mqtt,
            settings.gap_patience,
            settings.mint_with_readings,
        )
        work["bridge"] = lasting("bridge", bridge.run)
    if ProcessRole.NOTICES in roles:
        work["notices"] = lasting("notices", NoticesRole(database, settings).run)
    if ProcessRole.API in roles:
        app = create_app(api_state(settings, keys, database, client))
        work["api"] = Web(app, settings.host, settings.port, ready).run()
        if settings.metrics_port:
            work["metrics"] = lasting("metrics", Metrics(database, settings.metrics_port).run)
    return work


async def lasting(name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A role that begins anew whenever the database was away: what it did not finish is in the tables."""
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            await run()
        except BaseException as error:
            if not _is_away(error):
                raise
            log.warning("database away", role=name, error=str(error))
        else:
            return
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _is_away(error: BaseException) -> bool:
    """Whether the database was away, and nothing else is wrong."""
    if isinstance(error, BaseExceptionGroup):
        found = cast(BaseExceptionGroup[BaseException], error)
        return all(_is_away(one) for one in found.exceptions)
    if isinstance(error, DBAPIError):
        return not isinstance(error, (DataError, IntegrityError, NotSupportedError, ProgrammingError))
    return isinstance(error, (DatabaseWaits, ConnectionError))


def api_state(settings: Settings, keys: ServiceKeys, database: Database, client: Client) -> ApiState:
    """The objects that the API's requests may use."""
    sponsor = None
    if keys.sponsor is not None:
        sponsor = Sponsor(client, keys.sponsor, settings.sponsor_user_daily, settings.sponsor_daily)
    return ApiState(settings, client, database, sponsor, EventHub(database), ChainRoles(client), MeterBook(client))


async def _until_signal(work: dict[str, Coroutine[Any, Any, None]], ending: Callable[[], None]) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(name, stop.set)
    tasks = {asyncio.create_task(one, name=name) for name, one in work.items()}
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            if task.exception() is not None:
                log.error("a role ended", role=task.get_name(), error=repr(task.exception()))
            await task
            raise GridTokenXError(f"the role {task.get_name()} ended by itself")
    finally:
        stopping.cancel()
        ending()
        # Whom `ending` told may have requests under way, which end before those who answer them.
        await asyncio.sleep(GRACE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.remove_signal_handler(name)

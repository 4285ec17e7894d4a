"""The operator's commands, one function each: what scripts/ runs and what `gridtokenx` offers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from rich.console import Console
from rich.table import Table

from gridtokenx.chain.errors import GridTokenXError, leaves
from gridtokenx.market.audit import audit, read_state
from gridtokenx.market.units import format_units
from gridtokenx.operator import initialize as sequence
from gridtokenx.operator.deployment import deploy_programs
from gridtokenx.operator.governed import govern_upgrades as govern
from gridtokenx.operator.governed import upgrade as upgrade_governed
from gridtokenx.operator.session import open_session, parse_key
from gridtokenx.operator.status import status_rows

ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster", help="localnet, devnet, testnet, mainnet, a URL, or URL#GENESIS_HASH (default: Anchor.toml)."
    ),
]
WalletOption = Annotated[
    str | None, typer.Option("--wallet", help="Keypair file that pays and signs (default: Anchor.toml).")
]
PriorityFee = Annotated[int, typer.Option("--priority-fee", min=0, help="Micro-lamports per compute unit.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def main(command: Callable[..., None]) -> None:
    """Runs one command as a script."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(command)
    app()


def run(work: Coroutine[Any, Any, None], loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> None:
    """Runs a command, in a loop of the kind that `loop` makes. For an error that a person can repair, prints one
    sentence on standard error and ends with exit status 1."""
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(work)
    except GridTokenXError as error:
        _stop(error)
    except ExceptionGroup as group:
        # Several things may fail at once when several were under way; the first says enough.
        causes = list(leaves(cast(Exception, group)))
        if not all(isinstance(cause, GridTokenXError) for cause in causes):
            raise
        _stop(causes[0])


def _stop(error: BaseException) -> NoReturn:
    err.print(f"error: {error}", markup=False)
    raise SystemExit(1) from None


def _report(steps: Sequence[sequence.InitializationStep]) -> None:
    for step in steps:
        if step.signature is None:
            out.print(f"{step.name}: exists already, nothing changed")
        else:
            out.print(f"{step.name}: created")
            out.print(f"  signature {step.signature}")
        out.print(f"  account   {step.account}")


def initialize_registry(
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    authority: Annotated[str | None, typer.Option(help="Who will administer it (default: the wallet).")] = None,
) -> None:
    """Create the registry: step 1. The wallet must be the program's upgrade authority."""

    async def work() -> None:
        key = None if authority is None else parse_key(authority, "--authority")
        async with open_session(cluster, wallet) as session:
            _report([await sequence.initialize_registry(session.client, session.wallet, key)])

    run(work())


def initialize_oracle(
    api_gateway: Annotated[str, typer.Option(help="Public key of the gateway that submits readings.")],
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
) -> None:
    """Create the oracle: step 2. The wallet must be the program's upgrade authority."""

    async def work() -> None:
        gateway = parse_key(api_gateway, "--api-gateway")
        async with open_session(cluster, wallet) as session:
            _report([await sequence.initialize_oracle(session.client, session.wallet, gateway)])

    run(work())


def initialize_token(cluster: ClusterOption = None, wallet: WalletOption = None) -> None:
    """Create GRID and its mint: step 3. The wallet must be the program's upgrade authority."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            _report(await sequence.initialize_token(session.client, session.wallet))

    run(work())


def initialize_market(
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    fee_bps: Annotated[
        int, typer.Option(help="The market's fee in basis points, 0 to 1000.")
    ] = sequence.DEFAULT_FEE_BPS,
    payment_mint: Annotated[str | None, typer.Option(help="SPL mint that pays (default: GRID).")] = None,
    matcher: Annotated[str | None, typer.Option(help="Who may settle matches (default: anyone).")] = None,
    price_floor: Annotated[
        int | None, typer.Option(help="The lowest price: base units per kWh, a multiple of 1000 (default: 0.001).")
    ] = None,
    price_tick: Annotated[
        int | None, typer.Option(help="From one of the 512 prices to the next, likewise (default: 0.001).")
    ] = None,
) -> None:
    """Create the market and its vaults: step 4. The wallet must be the program's upgrade authority."""

    async def work() -> None:
        mint = None if payment_mint is None else parse_key(payment_mint, "--payment-mint")
        key = None if matcher is None else parse_key(matcher, "--matcher")
        if (price_floor is None) != (price_tick is None):
            raise GridTokenXError("give --price-floor and --price-tick together, or neither")
        prices = None if price_floor is None or price_tick is None else (price_floor, price_tick)
        async with open_session(cluster, wallet) as session:
            _report(
                await sequence.initialize_market(
                    session.client, session.wallet, fee_bps=fee_bps, payment_mint=mint, matcher=key, prices=prices
                )
            )

    run(work())


def initialize_poa(
    authority: Annotated[str, typer.Option(help="Public key of the REC authority.")],
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
) -> None:
    """Create governance and open the market: step 5. The wallet must be the program's upgrade authority."""

    async def work() -> None:
        key = parse_key(authority, "--authority")
        async with open_session(cluster, wallet) as session:
            _report([await sequence.initialize_poa(session.client, session.wallet, key)])

    run(work())


def govern_upgrades(cluster: ClusterOption = None, wallet: WalletOption = None) -> None:
    """Hand the programs' upgrade authority to governance: step 6. The wallet must hold it, or governance already."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            for step in await govern(session.client, session.wallet):
                if step.signature is None:
                    out.print(f"{step.name}: governance holds it already, nothing changed")
                else:
                    out.print(f"{step.name}: handed to governance")
                    out.print(f"  signature {step.signature}")
            out.print(f"upgrade authority {session.client.addresses.upgrade_authority}")

    run(work())


def upgrade(
    program: Annotated[list[str] | None, typer.Option("--program", help="Only this program; repeatable.")] = None,
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    priority_fee: PriorityFee = 0,
) -> None:
    """Upgrade programs that governance holds to what is built. The wallet is the engineering authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            built = session.client.workspace.built_programs
            if unknown := [name for name in program or () if name not in built]:
                raise GridTokenXError(f"{', '.join(unknown)}: not built; run `make build`")
            async for name, signature in upgrade_governed(session.client, session.wallet, list(program or built)):
                out.print(f"{name}: upgraded")
                out.print(f"  signature {signature}")

    run(work())


def deploy(
    program: Annotated[list[str] | None, typer.Option("--program", help="Only this program; repeatable.")] = None,
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    program_keypairs: Annotated[
        Path | None, typer.Option(help="Folder with NAME-keypair.json, for first deployments.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Upgrade even to the code that is there already.")] = False,
    priority_fee: PriorityFee = 0,
) -> None:
    """Deploy or upgrade the built programs through BPFLoaderUpgradeable. Skips programs whose code is there already."""

    async def work() -> None:
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            results = deploy_programs(session.client, program or (), keypairs=program_keypairs, force=force)
            async for name, result in results:
                out.print(f"{name}: {result.action}, {result.bytes:,} bytes")
                if result.signature is not None:
                    out.print(f"  signature {result.signature} (after {result.writes} writes)")
                out.print(f"  account   {result.program}")

    run(work())


def audit_chain(
    cluster: ClusterOption = None,
    burned: Annotated[int | None, typer.Option(help="GRID burned so far, base units, if known.")] = None,
    withdrawn_fees: Annotated[int | None, typer.Option(help="Fees withdrawn so far, if known.")] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Refuse tokens sent to a vault as a gift, and burns past energy_token, too.")
    ] = False,
) -> None:
    """Check every total on the chain against every account, to the last unit. Exit status 1 when one differs."""

    async def work() -> None:
        async with open_session(cluster, None, reads_only=True) as session:
            state = await read_state(session.client)
        result = audit(state, burned=burned, withdrawn_fees=withdrawn_fees, exact=exact)
        table = Table("equation", "expected", "actual", "")
        for check in result.checks:
            mark = "ok" if check.holds else "[red]differs[/]"
            table.add_row(check.name, f"{check.expected:,}", f"{check.actual:,}", mark)
        out.print(table)
        out.print(f"burned {format_units(result.burned)} GRID, fees withdrawn {result.withdrawn_fees} base units")
        if result.unrecorded_burns > 0:
            out.print(f"burned past energy_token, not recorded yet: {format_units(result.unrecorded_burns)} GRID")
        for vault, gift in result.gifts.items():
            if gift > 0:
                out.print(
                    f"in the {vault} beyond locks and fees: {gift} base units that somebody sent, which stay there"
                )
        if not result.ok:
            raise GridTokenXError(f"{len(result.failures)} of {len(result.checks)} equations do not hold")
        out.print(f"audit: all {len(result.checks)} equations hold")

    run(work())


def status(cluster: ClusterOption = None) -> None:
    """Show what is on the cluster."""

    async def work() -> None:
        async with open_session(cluster, None, reads_only=True) as session:
            table = Table.grid(padding=(0, 2))
            async for subject, text in status_rows(session.client):
                table.add_row(f"[bold]{subject}[/]", text)
            out.print(table)

    run(work())

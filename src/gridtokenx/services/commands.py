"""The services' commands: `gridtokenx up`, `gridtokenx serve`, `gridtokenx config show`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from gridtokenx.operator.commands import run
from gridtokenx.services.campus.up import CampusPlan
from gridtokenx.services.campus.up import up as bring_up
from gridtokenx.services.config.settings import ProcessRole, load_settings, shown
from gridtokenx.services.running import logs
from gridtokenx.services.running.loop import event_loop
from gridtokenx.services.running.process import load_keys
from gridtokenx.services.running.process import serve as serve_roles

out = Console(highlight=False, soft_wrap=True)
config = typer.Typer(no_args_is_help=True, help="The services' settings.")


def serve(
    role: Annotated[
        list[ProcessRole] | None, typer.Option("--role", help="Only this role; repeatable (default: all).")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Check settings and keys, and end.")] = False,
) -> None:
    """Run the services, by the settings of GTX_* and gridtokenx.toml, until Ctrl-C."""
    roles = role or list(ProcessRole)

    async def work() -> None:
        settings = load_settings()
        if check:
            load_keys(settings, roles)
            out.print("settings and keys can be used")
            return
        await serve_roles(settings, roles, lambda port: out.print(f"listening on {settings.host}:{port}"))

    logs.configure()
    run(work(), event_loop)


def up(
    quarter: Annotated[float, typer.Option(min=2, help="Seconds that a quarter-hour takes.")] = 15.0,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The page's port.")] = 8080,
    database: Annotated[str | None, typer.Option(help="SQLAlchemy's URL (default: a new SQLite file).")] = None,
    folder: Annotated[Path, typer.Option(help="Where keys and tables are kept.")] = Path("target/up"),
    cluster: Annotated[
        str | None, typer.Option(help="Another cluster than a localnet: then as `serve`, without a simulator.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell what the services do.")] = False,
) -> None:
    """Bring up a whole campus: localnet, programs, people, meters, services, a page. Ctrl-C ends it."""
    logs.configure(quiet=not verbose)

    async def work() -> None:
        if cluster is not None:
            told = {"cluster": cluster} | ({} if database is None else {"database": database})
            settings = load_settings(**told)
            await serve_roles(
                settings, list(ProcessRole), lambda at: out.print(f"open       http://{settings.host}:{at}/")
            )
            return
        plan = CampusPlan(folder.resolve(), quarter, port, database)
        await bring_up(plan, lambda line: out.print(line, markup=False))
        out.print("everything ended")

    run(work(), event_loop)


@config.command("show")
def show() -> None:
    """Print every setting with its value and meaning; secrets are hidden."""

    async def work() -> None:
        table = Table(*(Column(name, overflow="fold") for name in ("setting", "value", "meaning")))
        for name, (value, meaning) in shown(load_settings()).items():
            table.add_row(name, value, meaning)
        out.print(table)
        await asyncio.sleep(0)

    run(work())

"""The `gridtokenx` command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridtokenx.operator import commands, service
from gridtokenx.services import commands as services

app = typer.Typer(
    help="GridTokenX: operate the campus energy market on a Solana cluster.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("deploy")(commands.deploy)
app.command("initialize-registry")(commands.initialize_registry)
app.command("initialize-oracle")(commands.initialize_oracle)
app.command("initialize-token")(commands.initialize_token)
app.command("initialize-market")(commands.initialize_market)
app.command("initialize-poa")(commands.initialize_poa)
app.command("govern-upgrades")(commands.govern_upgrades)
app.command("upgrade")(commands.upgrade)
app.command("submit-readings")(service.submit_readings)
app.command("open-epochs")(service.open_epochs)
app.command("clear")(service.clear)
app.command("match")(service.match)
app.command("pause")(service.pause)
app.command("unpause")(service.unpause)
app.command("maintenance")(service.maintenance)
app.command("status")(commands.status)
app.command("audit")(commands.audit_chain)
app.command("up")(services.up)
app.command("serve")(services.serve)
app.add_typer(services.config, name="config")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gridtokenx {version('gridtokenx')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """GridTokenX: operate the campus energy market on a Solana cluster."""


@app.command()
def demo(
    picture: Annotated[Path | None, typer.Option(help="Folder for the picture of the day (target/demo).")] = None,
) -> None:
    """Live the whole life of the market on one day of campus data, on an embedded localnet."""
    from gridtokenx.demo.run import run_demo

    raise SystemExit(run_demo(picture))


def main() -> None:
    """Entry point of the console script."""
    app()

"""The options of `seahorse idl`. Each command loads its modules when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


idl = typer.Typer(help="IDLs on the chain, where clients and explorers look for them.", no_args_is_help=True)


@idl.command("upload")
def upload_idl(
    programs: Annotated[list[str] | None, typer.Argument(help="Names of programs; without any, all.")] = None,
    to: Annotated[
        str,
        typer.Option(help="anchor: the account that the program keeps. metadata: the Program Metadata program."),
    ] = "anchor",
    legacy: Annotated[bool, typer.Option("--legacy", help="The older form, which AnchorPy reads.")] = False,
    cluster: Annotated[str | None, typer.Option(help="localnet, devnet, testnet, mainnet or a URL.")] = None,
    wallet: Annotated[Path | None, typer.Option(help="Key file that pays, and is or becomes the authority.")] = None,
) -> None:
    """Write the IDLs of built programs to the chain. Anchor.toml gives the defaults of the options."""
    from seahorse.deploy import DeployError
    from seahorse.deploy.idl.command import IdlPlace, Upload, upload
    from seahorse.driver.project import ProjectError, find_project

    try:
        place = Upload(IdlPlace(to), legacy)
    except ValueError:
        _stop(f"error: --to takes anchor or metadata, not {to}")
    try:
        for name, address in upload(find_project(Path.cwd()), programs or [], place, cluster, wallet):
            typer.echo(f"{name}  {address}")
    except (ProjectError, DeployError) as error:
        _stop(f"error: {error}")


@idl.command("fetch")
def fetch_idl(
    program: Annotated[str, typer.Argument(help="The program's address.")],
    source: Annotated[
        str | None, typer.Option("--from", help="anchor or metadata; without it, wherever it is.")
    ] = None,
    cluster: Annotated[str, typer.Option(help="localnet, devnet, testnet, mainnet or a URL.")] = "localnet",
    out: Annotated[Path | None, typer.Option(help="Where to write it; without it, to the terminal.")] = None,
) -> None:
    """Read the IDL that the chain has of a program."""
    from seahorse.deploy import DeployError
    from seahorse.deploy.idl.command import IdlPlace, fetch

    try:
        place = None if source is None else IdlPlace(source)
    except ValueError:
        _stop(f"error: --from takes anchor or metadata, not {source}")
    try:
        text = fetch(program, cluster, place)
    except DeployError as error:
        _stop(f"error: {error}")
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")

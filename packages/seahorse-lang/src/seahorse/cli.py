"""The `seahorse` command: init, build, check, size, add, client, test, profile, keys, deploy, lsp, idl."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seahorse.diagnostics import CompileError
from seahorse.driver.building import build_one, build_project, readable, relative, report, stop, warn
from seahorse.driver.project import ProjectError, find_project
from seahorse.idl_commands import idl
from seahorse.syntax import programs_root

if TYPE_CHECKING:
    from seahorse.driver.keys import ProgramKey

app = typer.Typer(
    help="Solana programs in Python: compile Seahorse sources to sBPF bytecode and IDLs.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_NO_IDL = "Leave out Anchor's IDL instructions, as `no-idl = true` in [features] of Anchor.toml does: fewer bytes."
_ANCHOR = (
    "The version of Anchor that the crates are for; written to [toolchain] of Anchor.toml, by which later builds go. "
    "With --emit rust: what it prints."
)
_BY = (
    "Print the bytes of the bytecode instead: by part of the file, by function, by what the compiler wrote the code "
    "for, or by line of source."
)
_DENY = "Stop, and write nothing, when there is a warning."


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"seahorse {version('seahorse-lang')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Solana programs in Python: compile Seahorse sources to sBPF bytecode and IDLs."""


class BytesBy(StrEnum):
    """The groups in which `seahorse size --by` sums the bytes of the bytecode."""

    SECTION = "section"
    FUNCTION = "function"
    RULE = "rule"
    LINE = "line"


class Anchor(StrEnum):
    """The versions of Anchor that `seahorse build --anchor` writes crates for."""

    BEFORE_1 = "0.32"
    ONE = "1"


class Stage(StrEnum):
    """The stages that `seahorse build --emit` prints, in the order of the compiler."""

    TREE = "tree"
    CHECKS = "checks"
    LLVM = "llvm"
    ASM = "asm"
    RUST = "rust"


@app.command()
def build(
    file: Annotated[Path | None, typer.Argument(help="One program's .py file; without it, the whole project.")] = None,
    out_dir: Annotated[Path | None, typer.Option(help="Where FILE.so and FILE.json go (with FILE only).")] = None,
    rust: Annotated[bool, typer.Option(help="Write the Anchor crates in programs/ too (project only).")] = True,
    batch: Annotated[
        bool, typer.Option(help="Make consecutive calls of the token program as one; the cluster needs p-token for it.")
    ] = True,
    quiet_errors: Annotated[
        bool, typer.Option("--quiet-errors", help="Errors keep their code, without text and place: fewer bytes.")
    ] = False,
    no_idl: Annotated[bool, typer.Option("--no-idl", help=_NO_IDL)] = False,
    anchor: Annotated[Anchor | None, typer.Option(help=_ANCHOR)] = None,
    emit: Annotated[
        Stage | None, typer.Option(help="Print this stage of FILE with its source lines, and write no file.")
    ] = None,
    only: Annotated[str | None, typer.Option(help="With --emit: only this instruction or function.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Build again whenever a source changes.")] = False,
    deny_warnings: Annotated[bool, typer.Option("--deny-warnings", help=_DENY)] = False,
    cache: Annotated[bool, typer.Option(help="Use results of earlier builds in target/.cache (project only).")] = True,
) -> None:
    """Compile the project to bytecode, IDLs and Anchor Rust; or one file to bytecode and IDLs."""
    if emit is not None:
        if file is None:
            stop("error: --emit needs FILE: the path of one program's .py file")
        _show(emit, file, only, batch=batch, quiet=quiet_errors, anchor=anchor)
        return
    if only is not None:
        stop("error: --only chooses what --emit prints; add --emit and a stage")
    if file is None and out_dir is not None:
        stop("error: --out-dir needs FILE; without FILE the project's target/ folder is used")
    if anchor is not None and (file is not None or not rust):
        stop("error: --anchor chooses the crates of a project; build without FILE and without --no-rust")
    from seahorse.driver.cache import Flags

    if file is not None:
        _once_or_always(
            file, watch, lambda: build_one(file, out_dir, Flags(batch, quiet_errors, False, not no_idl), deny_warnings)
        )
    else:
        flags = Flags(batch, quiet_errors, rust, not no_idl, anchor)
        _once_or_always(None, watch, lambda: build_project(flags, deny_warnings, use_cache=cache))


def _once_or_always(file: Path | None, watch: bool, run: Callable[[], None]) -> None:
    """Run a command once; when watching, again after every change of a source, also when it found mistakes."""
    if not watch:
        run()
        return
    from seahorse.driver.watching import run_and_watch

    try:
        folder = programs_root(file) if file is not None else find_project(Path.cwd()).sources
    except ProjectError as error:
        stop(f"error: {error}")

    def again() -> None:
        with suppress(SystemExit):
            run()
        typer.echo(f"watching {relative(folder)}; Ctrl-C ends")

    run_and_watch(folder, again)


def _show(stage: Stage, file: Path, only: str | None, *, batch: bool, quiet: bool, anchor: Anchor | None) -> None:
    from seahorse.driver.compile import Compiler
    from seahorse.driver.project import anchor_of
    from seahorse.inspection import NothingToShow, show

    try:
        version = anchor or (anchor_of(file.parent) if stage == Stage.RUST else Anchor.BEFORE_1)
    except ProjectError as error:
        stop(f"error: {error}")
    compiler = Compiler(batch=batch, quiet_errors=quiet, anchor=version)
    try:
        typer.echo(show(stage.value, compiler, relative(readable(file)), only), nl=False)
    except CompileError as error:
        report(error, compiler.sources)
    except NothingToShow as error:
        stop(f"error: {error}")


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="One program's .py file; without it, the whole project.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a source changes.")] = False,
    deny_warnings: Annotated[bool, typer.Option("--deny-warnings", help=_DENY)] = False,
) -> None:
    """Only diagnose: no file is written."""
    _once_or_always(file, watch, lambda: _check(file, deny_warnings))


def _check(file: Path | None, deny: bool) -> None:
    from seahorse.driver.compile import Compiler

    compiler = Compiler()
    try:
        paths = [readable(file)] if file is not None else [relative(p) for p in find_project(Path.cwd()).programs()]
        warn(compiler, paths, deny)
    except CompileError as error:
        report(error, compiler.sources)
    except ProjectError as error:
        stop(f"error: {error}")
    for path in paths:
        typer.echo(f"{path}: ok")


@app.command()
def size(
    program: Annotated[Path, typer.Argument(help="A program's .py file, or its name in the project.")],
    fields: Annotated[bool, typer.Option("--fields", help="Show every field, too.")] = False,
    by: Annotated[BytesBy | None, typer.Option(help=_BY)] = None,
    only: Annotated[str | None, typer.Option(help="With --by: only this instruction or function.")] = None,
    quiet_errors: Annotated[
        bool, typer.Option("--quiet-errors", help="With --by: as `seahorse build` has it.")
    ] = False,
) -> None:
    """Print a program's accounts: bytes, and the rent that whoever creates one deposits. With --by: where the bytes of
    its bytecode are."""
    from seahorse.driver.compile import Compiler
    from seahorse.driver.sizes import account_sizes, size_table
    from seahorse.inspection import NothingToShow
    from seahorse.inspection.code_sizes import code_sizes, size_lines
    from seahorse.inspection.selection import Selection

    if by is None and (only is not None or quiet_errors):
        stop("error: --only and --quiet-errors are for the bytecode; add --by section, function, rule or line")
    compiler = Compiler(quiet_errors=quiet_errors)
    try:
        path = program if program.is_file() else find_project(Path.cwd()).program(str(program))
        lowered = compiler.lower(relative(path))
        if by is None:
            typer.echo(size_table(account_sizes(lowered), fields), nl=False)
        else:
            selection = Selection(lowered, compiler.sources, only, quiet=quiet_errors)
            typer.echo(size_lines(code_sizes(selection, by.value)), nl=False)
    except NothingToShow as error:
        stop(f"error: {error}")
    except CompileError as error:
        report(error, compiler.sources)
    except ProjectError as error:
        stop(f"error: {error}")


@app.command()
def add(
    source: Annotated[str, typer.Argument(help="The file of an Anchor IDL, or a program's address.")],
    name: Annotated[str | None, typer.Option(help="The module's name; without it, the program's.")] = None,
    address: Annotated[str | None, typer.Option(help="The program's address, where the IDL does not say it.")] = None,
    cluster: Annotated[
        str, typer.Option(help="Where the program of an address is: localnet, devnet, testnet, mainnet or a URL.")
    ] = "mainnet",
) -> None:
    """Write a program of others as a module of the project, for programs to import and call."""
    from seahorse.stubs import StubError, add_program

    try:
        added = add_program(find_project(Path.cwd()).sources, source, name, address, cluster)
    except (ProjectError, StubError) as error:
        stop(f"error: {error}")
    for what, reason in added.left_out:
        typer.echo(f"left out: {what}: {reason}")
    typer.echo(
        f"{'wrote' if added.changed else 'unchanged:'} {relative(added.path)}; use it with: import {added.path.stem}"
    )


@app.command()
def client(
    out: Annotated[Path, typer.Option(help="The folder that becomes the client, a Python package.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="A program's .py file, the file of an Anchor IDL, a program's address, or several; without any, the "
            "project's programs."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The program's name; without it, the IDL's.")] = None,
    address: Annotated[str | None, typer.Option(help="The program's address, where the IDL does not say it.")] = None,
    cluster: Annotated[
        str, typer.Option(help="Where the program of an address is: localnet, devnet, testnet, mainnet or a URL.")
    ] = "mainnet",
    sync: Annotated[bool, typer.Option("--sync", help="Functions that ask a node wait for it, without async.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail where something would change.")] = False,
) -> None:
    """Write a typed Python client of the project's programs, or of programs of others."""
    from seahorse.client.command import ClientSources, programs_of, write_client
    from seahorse.client.package import client_of
    from seahorse.driver.compile import Compiler
    from seahorse.stubs import StubError

    compiler = Compiler()
    try:
        given = sources or [str(path) for path in find_project(Path.cwd()).relative_programs()]
        made = client_of(programs_of(ClientSources(given, name, address, cluster), compiler), sync=sync)
        run = write_client(made, out, check=check)
    except CompileError as error:
        report(error, compiler.sources)
    except (ProjectError, StubError) as error:
        stop(f"error: {error}")
    for what, reason in run.left_out:
        typer.echo(f"left out: {what}: {reason}")
    typer.echo(f"{relative(out)}: {len(made.files)} files, {len(run.written)} written, {len(run.removed)} removed")


@app.command("test", context_settings={"ignore_unknown_options": True})
def run_tests(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, tests and options, as pytest takes them.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="vm: the bytecode (default). python: the source in CPython. both: compared.")
    ] = None,
    cov: Annotated[bool, typer.Option("--cov", help="Measure which lines of the programs ran (with CPython).")] = False,
) -> None:
    """Run the tests with pytest; with --cov, show which lines of the programs they do not reach."""
    from seahorse.driver.testing import TestRun, run

    try:
        code = run(TestRun(paths or [], engine, cov), Path.cwd())
    except ProjectError as error:
        stop(f"error: {error}")
    raise typer.Exit(code)


@app.command(context_settings={"ignore_unknown_options": True})
def profile(
    program: Annotated[str, typer.Argument(help="The program's name.")],
    tests: Annotated[list[str] | None, typer.Argument(help="Files, folders and options, as pytest takes them.")] = None,
    chosen: Annotated[str | None, typer.Option("-k", help="Only the tests that match, as pytest's -k.")] = None,
    only: Annotated[str | None, typer.Option(help="Only this instruction of the program.")] = None,
    out_dir: Annotated[Path | None, typer.Option(help="Where the files go; by default target/profile.")] = None,
) -> None:
    """Run the tests and show where the program's compute units go: tables, an annotated source, a flame graph (SVG)."""
    from seahorse.profiling.command import NothingMeasured, ProfileRun
    from seahorse.profiling.command import profile as measure

    run = ProfileRun(program.removesuffix(".py").rpartition("/")[2], tests or [], chosen, only)
    try:
        told, written = measure(run, Path.cwd(), out_dir or Path("target", "profile"))
    except (ProjectError, NothingMeasured) as error:
        stop(f"error: {error}")
    typer.echo(told)
    for path in written:
        typer.echo(str(path))


@app.command()
def init(name: Annotated[Path, typer.Argument(help="The new folder; the program is named after it.")]) -> None:
    """Make a project that builds, tests and deploys as it is."""
    from seahorse.deploy import DeployError
    from seahorse.scaffold import create_project

    try:
        for path in create_project(name):
            typer.echo(str(path))
    except (ProjectError, DeployError) as error:
        stop(f"error: {error}")
    typer.echo(f"made {name}; go on with: cd {name} && pip install -e . && seahorse build && python -m pytest")


@app.command()
def deploy(
    programs: Annotated[list[str] | None, typer.Argument(help="Names of programs; without any, all.")] = None,
    cluster: Annotated[str | None, typer.Option(help="localnet, devnet, testnet, mainnet or a URL.")] = None,
    wallet: Annotated[Path | None, typer.Option(help="Key file that pays, and is the upgrade authority.")] = None,
    program_keypair: Annotated[
        Path | None, typer.Option(help="Key file of the program's address, for its first deployment.")
    ] = None,
    priority_fee: Annotated[int, typer.Option(min=0, help="Micro-lamports for each compute unit.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Deploy even if the chain has the same program.")] = False,
) -> None:
    """Deploy or upgrade built programs. Anchor.toml gives the defaults of the options."""
    from rich.console import Console

    from seahorse.deploy.command import DeployError, Options, deploy_project

    options = Options(cluster, wallet, program_keypair, priority_fee, force)
    try:
        deploy_project(find_project(Path.cwd()), programs or [], options, Console())
    except (ProjectError, DeployError) as error:
        stop(f"error: {error}")


@app.command()
def lsp() -> None:
    """Serve an editor on standard input and output: diagnostics, hover, completion, definitions, quick fixes."""
    try:
        from seahorse.lsp.server import run
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        stop("error: the language server needs pygls: pip install 'seahorse-lang[lsp]'")
    run()


app.add_typer(idl, name="idl")

keys = typer.Typer(help="Addresses of programs, and key files.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("list")
def list_keys() -> None:
    """Every program with the address it declares, and whether its key file agrees."""
    from seahorse.driver.keys import program_keys

    try:
        found = program_keys(find_project(Path.cwd()))
    except ProjectError as error:
        stop(f"error: {error}")
    for key in found:
        agrees = "no key file" if key.generated is None else "" if key.generated == key.declared else key.generated
        typer.echo(f"{key.name}: {key.declared}" + (f"  (key file: {agrees})" if agrees else ""))


@keys.command("sync")
def sync() -> None:
    """Write the address of every program's key file (made when missing) into its declare_id and Anchor.toml."""
    from seahorse.driver.keys import sync_keys

    try:
        changes = sync_keys(find_project(Path.cwd()))
    except ProjectError as error:
        stop(f"error: {error}")
    for key, new in changes:
        typer.echo(f"{key.name}: {key.declared} -> {new}")
    typer.echo("run `seahorse build` now" if changes else "all addresses agree")


@keys.command("new")
def new_key(
    file: Annotated[Path | None, typer.Argument(help="Where to write the key file.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="A key file for every program of the project that has none.")
    ] = False,
) -> None:
    """Make a key file, such as a wallet; or one for every program, which `seahorse keys sync` then uses."""
    from solders.keypair import Keypair

    from seahorse.deploy import DeployError, save_keypair

    if every == (file is not None):
        stop("error: give a FILE to write, or --all for one of every program")
    try:
        files = [file] if file is not None else [key.keypair for key in _without_key()]
        for path in files:
            pair = Keypair()
            save_keypair(pair, path)
            typer.echo(f"{pair.pubkey()}  {relative(path)}" if every else f"{pair.pubkey()}")
    except (DeployError, ProjectError) as error:
        stop(f"error: {error}")
    if every:
        typer.echo("run `seahorse keys sync` now" if files else "every program has a key file")


def _without_key() -> list[ProgramKey]:
    from seahorse.driver.keys import program_keys

    return [key for key in program_keys(find_project(Path.cwd())) if key.generated is None]


def main() -> None:
    """Run the command of `sys.argv`."""
    app()


if __name__ == "__main__":
    main()

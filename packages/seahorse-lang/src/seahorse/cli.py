"""The `seahorse` command: build, check."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from seahorse.build.project import ProjectError, find_project
from seahorse.diagnostics import CompileError, Sources, render

app = typer.Typer(
    help="Solana programs in Python: compile Seahorse sources to sBPF bytecode and IDLs.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _stop(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _report(error: CompileError, sources: Sources) -> NoReturn:
    for diagnostic in error.diagnostics:
        typer.echo(render(diagnostic, sources), err=True)
    count = len(error.diagnostics)
    _stop(f"{count} error{'s' if count != 1 else ''}")


def _readable(file: Path) -> Path:
    if not file.is_file():
        _stop(f"error: {file} is not a file; give the path of a program's .py file")
    return file


@app.command()
def build(
    file: Annotated[Path | None, typer.Argument(help="One program's .py file; without it, the whole project.")] = None,
    out_dir: Annotated[Path | None, typer.Option(help="Where FILE.so and FILE.json go (with FILE only).")] = None,
) -> None:
    """Compile the project, or one file, to bytecode and IDLs."""
    from seahorse.build.compile import Compiler
    from seahorse.build.output import write_project, write_single

    started = time.perf_counter()
    compiler = Compiler()
    try:
        if file is not None:
            written = [write_single(out_dir or Path.cwd(), compiler.build([_readable(file)])[0])]
        elif out_dir is not None:
            _stop("error: --out-dir needs FILE; without FILE the project's target/ folder is used")
        else:
            project = find_project(Path.cwd())
            written = write_project(project, compiler.build([_relative(p) for p in project.programs()]))
    except CompileError as error:
        _report(error, compiler.sources)
    except ProjectError as error:
        _stop(f"error: {error}")
    for path in written:
        typer.echo(f"{_relative(path)}  {path.stat().st_size:,} bytes")
    typer.echo(f"built {len(written)} program(s) in {time.perf_counter() - started:.2f} s")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The program's .py file.")]) -> None:
    """Only diagnose: no file is written."""
    from seahorse.build.compile import Compiler

    compiler = Compiler()
    try:
        compiler.lower(_readable(file))
    except CompileError as error:
        _report(error, compiler.sources)
    typer.echo(f"{file}: ok")


def _relative(path: Path) -> Path:
    """The path as seen from the current folder, which is how diagnostics and logs name sources."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    sys.exit(main())

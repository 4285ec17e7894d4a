"""The commands that build, and what every command tells. They load no library that reads options: that takes time."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from seahorse.diagnostics import CompileError, Sources, render
from seahorse.driver.files import write_file
from seahorse.driver.project import ProjectError, find_project, has_idl_account

if TYPE_CHECKING:
    from seahorse.driver.cache import BuildCache, Flags
    from seahorse.driver.compile import Compiler
    from seahorse.driver.project import Project


def _echo(text: str, to: TextIO | None = None) -> None:
    print(text, file=to, flush=True)


def stop(message: str, code: int = 1) -> NoReturn:
    """Say why the command ends. Raises SystemExit."""
    _echo(message, sys.stderr)
    raise SystemExit(code)


def report(error: CompileError, sources: Sources, note: str | None = None) -> NoReturn:
    """Print mistakes of a program. Raises SystemExit."""
    for diagnostic in error.diagnostics:
        _echo(render(diagnostic, sources), sys.stderr)
    if note is not None:
        _echo(f"note: {note}", sys.stderr)
    count = len(error.diagnostics)
    stop(f"{count} error{'s' if count != 1 else ''}")


def readable(file: Path) -> Path:
    """The path of a file that is there. Raises SystemExit."""
    if not file.is_file():
        stop(f"error: {file} is not a file; give the path of a program's .py file")
    return file


def build_one(file: Path, out_dir: Path | None, flags: Flags, deny: bool) -> None:
    """`seahorse build FILE`. Raises SystemExit when something is wrong, after telling it."""
    from seahorse.driver.compile import Compiler, without_collector
    from seahorse.driver.output import write_single

    started = time.perf_counter()
    try:
        with_idl = flags.idl_account and has_idl_account(readable(file).parent)
    except ProjectError as error:
        stop(f"error: {error}")
    compiler = Compiler(batch=flags.batch, quiet_errors=flags.quiet_errors, idl_account=with_idl)
    try:
        paths = [file]
        with without_collector():
            bytecode = compiler.start(paths)
            found = _warnings(compiler, paths)
            artifacts = bytecode()
    except CompileError as error:
        report(error, compiler.sources)
    _tell_warnings(found, deny)
    _tell_built([write_single(out_dir or Path.cwd(), artifacts[0])], started)


def build_project(flags: Flags, deny: bool, *, use_cache: bool) -> None:
    """`seahorse build` without FILE. Raises SystemExit when something is wrong, after telling it."""
    from seahorse.driver.cache import BuildCache

    started = time.perf_counter()
    try:
        project = find_project(Path.cwd())
        paths = project.relative_programs()
        toml = _anchor_toml(project, flags.anchor)
        flags = flags.of_project(project)
    except ProjectError as error:
        stop(f"error: {error}")
    cache = BuildCache(project.target / ".cache") if use_cache else None
    known = cache.unchanged(paths, flags) if cache is not None else None
    if known is not None:
        _tell_warnings(known.warnings, deny)
        for line in known.told(time.perf_counter() - started):
            _echo(line)
    else:
        _tell_built(_build_anew(project, paths, flags, deny, cache), started)
    if toml is not None:
        write_file(project.root / "Anchor.toml", toml.encode())
        _echo(f"Anchor.toml: Anchor {flags.anchor}")


def _anchor_toml(project: Project, anchor: str | None) -> str | None:
    """The Anchor.toml for crates of a version of Anchor; None when it stays as it is. Raises ProjectError."""
    if anchor is None:
        return None
    from seahorse.backends.anchor import DIALECTS

    changed = project.with_anchor_version(DIALECTS[anchor].version)
    return None if changed == (project.root / "Anchor.toml").read_text(encoding="utf-8") else changed


def _build_anew(project: Project, paths: list[Path], flags: Flags, deny: bool, cache: BuildCache | None) -> list[Path]:
    """Compile and write a project; returns the bytecode files."""
    from seahorse.driver.compile import Compiler, without_collector
    from seahorse.driver.output import rust_folders, write_project, write_rust

    compiler = Compiler(
        batch=flags.batch,
        quiet_errors=flags.quiet_errors,
        before=cache,
        idl_account=flags.idl_account,
        anchor=flags.anchor or "0.32",
    )
    try:
        with without_collector():
            bytecode = compiler.start(paths)
            try:
                # While LLVM compiles in other processes.
                found = _warnings(compiler, paths)
                crates = compiler.rust(paths) if flags.rust else {}
            except CompileError as error:
                # The errors of forms without bytecode come before those of forms without Rust.
                bytecode()
                note = "bytecode can do this: `seahorse build --no-rust` leaves the Anchor crates out"
                report(error, compiler.sources, note)
            artifacts = bytecode()
    except CompileError as error:
        report(error, compiler.sources)
    _tell_warnings(found, deny)
    written = write_project(project, artifacts)
    write_rust(project, crates)
    if cache is not None:
        outputs = [*written, *(project.root / name for name in crates)]
        cache.record(paths, flags, compiler.workspace, outputs, rust_folders(project, crates), found)
        cache.prune()
    return written[: len(artifacts)]


def _tell_built(written: list[Path], started: float) -> None:
    for path in written:
        _echo(f"{relative(path)}  {path.stat().st_size:,} bytes")
    _echo(f"built {len(written)} program(s) in {time.perf_counter() - started:.2f} s")


def warn(compiler: Compiler, paths: list[Path], deny: bool) -> None:
    """Print the warnings; with `deny`, they stop the command before it writes anything."""
    _tell_warnings(_warnings(compiler, paths), deny)


def _warnings(compiler: Compiler, paths: list[Path]) -> list[str]:
    return [render(diagnostic, compiler.sources) for diagnostic in compiler.warnings(paths)]


def _tell_warnings(found: list[str], deny: bool) -> None:
    for text in found:
        _echo(text, sys.stderr)
    if found:
        count = f"{len(found)} warning{'s' if len(found) != 1 else ''}"
        if deny:
            stop(f"error: {count}, and --deny-warnings is given; correct them, or `# seahorse: allow[NAME]`")
        _echo(count, sys.stderr)


def relative(path: Path) -> Path:
    """The path relative to the current folder, as diagnostics and logs name sources."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path

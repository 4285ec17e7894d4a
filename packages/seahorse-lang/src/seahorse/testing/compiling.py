"""Compiles programs for tests, each version of a source once in a process."""

from __future__ import annotations

import tempfile
from pathlib import Path

from seahorse.diagnostics import CompileError, Sources, render
from seahorse.driver.compile import Artifacts, Compiler, without_collector
from seahorse.driver.project import has_idl_account
from seahorse.syntax import programs_root

_compiled: dict[tuple[str, float], Artifacts] = {}


def compile_file(path: str | Path) -> Artifacts:
    """A program's bytecode and IDLs. Raises CompileError whose text is the compiler's, with source lines."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file; give the path of a program's .py file")
    path = path.resolve()
    # Imported files lie beside the program, so the newest file there tells whether to compile again.
    key = (str(path), max(f.stat().st_mtime for f in programs_root(path).rglob("*.py")))
    if key not in _compiled:
        _compiled[key] = _compile(path)
    return _compiled[key]


def _compile(path: Path) -> Artifacts:
    sources = Sources()
    try:
        with without_collector():
            return Compiler(sources, idl_account=has_idl_account(path.parent)).build([path])[0]
    except CompileError as error:
        error.args = ("\n" + "\n".join(render(d, sources) for d in error.diagnostics),)
        raise


def compile_text(text: str, name: str = "program", **modules: str) -> Artifacts:
    """The same for source text. `modules` are the files it imports: compile_text("import other ...", other="...").

    A dotted name is a file in a folder: `**{"bank.__init__": "...", "bank.rules": "..."}` is a program `bank`.

    Raises CompileError.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {module: Path(folder, *module.split(".")).with_suffix(".py") for module in (name, *modules)}
        for module, content in {name: text, **modules}.items():
            paths[module].parent.mkdir(exist_ok=True)
            paths[module].write_text(content, encoding="utf-8")
        return _compile(paths[name])

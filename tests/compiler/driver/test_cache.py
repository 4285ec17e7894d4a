"""A build of unchanged sources does nothing, and the cache never changes what a build leaves."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seahorse import start
from seahorse.backends.sbf.link.compile import Compilation
from seahorse.cli import app
from seahorse.driver import cache

FIRST = """from seahorse.prelude import *
from shared import twice

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Tally(Account):
    n: u64


@instruction
def add(owner: Signer, box: Tally, by: u64) -> u64:
    box.n += twice(by)
    return box.n
"""
SECOND = """from seahorse.prelude import *

declare_id("DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE")


@instruction
def hello(owner: Signer) -> None:
    print("hello")
"""
SHARED = """from seahorse.prelude import *


def twice(n: u64) -> u64:
    return n * 2
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Anchor.toml").write_text("[programs.localnet]\n")
    sources = tmp_path / "programs_py"
    sources.mkdir()
    for name, text in (("first", FIRST), ("second", SECOND), ("shared", SHARED)):
        (sources / f"{name}.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*options: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["build", *options])
    assert result.exit_code == code, result.output
    return result.output


def outputs(project: Path) -> dict[str, bytes]:
    """All that builds leave, without the cache."""
    files = [p for p in project.rglob("*") if p.is_file() and ".cache" not in p.parts and "programs_py" not in p.parts]
    return {str(p.relative_to(project)): p.read_bytes() for p in files}


def fresh(project: Path) -> dict[str, bytes]:
    """The same from a build without the cache, of a copy."""
    build("--no-cache")
    return outputs(project)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by a text for each program that LLVM compiles."""
    texts: list[str] = []
    original = Compilation.__init__

    def counted(self: Compilation, text: str, *rest: object, **more: object) -> None:
        texts.append(text)
        original(self, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Compilation, "__init__", counted)
    return texts


def test_a_second_build_does_nothing_and_says_so(project: Path, compiled: list[str]) -> None:
    assert "built 2 program(s)" in build()
    first = outputs(project)
    assert len(compiled) == 2
    assert "unchanged: 2 program(s)" in build()
    assert outputs(project) == first
    assert len(compiled) == 2


def test_a_changed_program_is_the_only_one_that_llvm_compiles(project: Path, compiled: list[str]) -> None:
    build()
    source = project / "programs_py/second.py"
    source.write_text(source.read_text().replace("hello", "goodbye"))
    assert "built 2 program(s)" in build()
    assert len(compiled) == 3
    assert outputs(project) == fresh(project)


def replace_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        path = project / name
        path.write_text(path.read_text().replace(old, new))

    return change


def package_in_front(project: Path) -> None:
    """A file of the same name nearer to the program than the one that it imports now."""
    folder = project / "programs_py/second"
    folder.mkdir()
    shutil.move(project / "programs_py/second.py", folder / "__init__.py")


CHANGES: dict[str, Callable[[Path], None]] = {
    "a source": replace_in("programs_py/first.py", "+= twice", "+= 1 + twice"),
    "an imported module": replace_in("programs_py/shared.py", "n * 2", "n * 2 + 1"),
    "a comment, which only Rust shows": replace_in("programs_py/first.py", "    box.n +=", "    # more\n    box.n +="),
    "an output is gone": lambda p: (p / "target/deploy/first.so").unlink(),
    "an output was changed": lambda p: (p / "target/deploy/first.so").write_bytes(b"no program"),
    "an IDL was changed": replace_in("target/idl/first.json", "box", "bix"),
    "Rust was changed": replace_in("programs/first/src/lib.rs", "mod", "mud"),
    "a Rust file too many": lambda p: (p / "programs/first/src/other.rs").write_text("fn x() {}"),
    "another program": lambda p: shutil.copy(p / "programs_py/second.py", p / "programs_py/third.py"),
    "a program less": lambda p: (p / "programs_py/second.py").unlink(),
    "a program becomes a folder": package_in_front,
    "an entry is half written": lambda p: halve(p / "target/.cache/build"),
    "an entry is not JSON": lambda p: seal(p / "target/.cache/build", b"{"),
    "an entry of another form": lambda p: seal(p / "target/.cache/build", b'{"inputs": {}}'),
    "compiled programs are half written": lambda p: [halve(e) for e in (p / "target/.cache/elf").iterdir()],
    "compiled programs are empty": lambda p: [e.write_bytes(b"") for e in (p / "target/.cache/elf").iterdir()],
}


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def seal(path: Path, data: bytes) -> None:
    path.write_bytes(cache._sealed(data))


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_a_build_leaves_what_it_leaves_without_a_cache(project: Path, change: str) -> None:
    build()
    CHANGES[change](project)
    if change.startswith("compiled"):
        (project / "target/.cache/build").unlink()
    assert "built" in build()
    with_cache = outputs(project)
    assert with_cache == fresh(project)
    assert "unchanged" in build()


def test_flags_and_the_compiler_belong_to_the_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    assert "built" in build("--no-batch")
    assert "built" in build("--no-rust")
    assert "unchanged" in build("--no-rust")
    assert "built" in build("--no-rust", "--quiet-errors")
    assert "unchanged" in build("--no-rust", "--quiet-errors")
    assert "built" in build("--no-rust")
    monkeypatch.setattr(cache, "compiler_identity", lambda: b"another compiler")
    assert "built" in build("--no-rust")
    assert "unchanged" in build("--no-rust")
    assert "built" in build("--no-rust", "--no-cache")


def test_a_build_that_failed_is_not_remembered(project: Path) -> None:
    build()
    (project / "programs_py/shared.py").unlink()
    assert "shared" in build(code=1)
    assert "shared" in build(code=1)
    (project / "programs_py/shared.py").write_text(SHARED.replace("n * 2", "n * 3"))
    assert "built" in build()
    assert outputs(project) == fresh(project)


def test_mistakes_and_warnings_are_told_again(project: Path) -> None:
    source = project / "programs_py/second.py"
    source.write_text(SECOND.replace('print("hello")', "unused = 1"))
    first = build()
    assert "is assigned and never used" in first
    again = build()
    assert "is assigned and never used" in again
    assert "unchanged" in again
    assert "--deny-warnings is given" in build("--deny-warnings", code=1)
    source.write_text(SECOND.replace('print("hello")', "nothing()"))
    assert [("nothing" in build(code=1)) for _ in range(2)] == [True, True]
    source.write_text(SECOND)
    assert "built" in build()


def test_a_cache_that_cannot_be_written_stops_nothing(project: Path) -> None:
    (project / "target").mkdir()
    (project / "target/.cache").write_text("a file where the folder would be")
    assert "built" in build()
    assert "built" in build()


def test_only_so_many_compiled_programs_are_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT", 3)
    source = project / "programs_py/second.py"
    for word in ("one", "two", "three", "four"):
        source.write_text(SECOND.replace("hello", word))
        build("--no-rust")
    assert len(list((project / "target/.cache/elf").iterdir())) == 3


def test_the_short_way_of_the_command(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["seahorse", "build", *words])
        start.main()
        return capsys.readouterr().out

    assert "built" in told()
    monkeypatch.setattr("seahorse.cli.main", lambda: pytest.fail("the long way"))
    monkeypatch.setattr("seahorse.cli.app", lambda: pytest.fail("the long way"))
    short = told()
    assert "unchanged: 2 program(s)" in short
    assert "target/deploy/first.so" in short
    assert "built" in told("--no-batch")
    (project / "programs_py/shared.py").unlink()
    with pytest.raises(SystemExit) as end:
        told()
    assert end.value.code == 1

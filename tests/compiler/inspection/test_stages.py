"""`seahorse build --emit`: every stage of every program is shown, and shows what is built."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.backends.bytecode_alone import BYTECODE_ALONE
from typer.testing import CliRunner

from seahorse.backends.anchor import UnsupportedError
from seahorse.backends.sbf.link.bytecode import CALL, EXIT, decode, places
from seahorse.cli import Stage, app
from seahorse.driver.compile import Compiler
from seahorse.inspection import STAGES, NothingToShow, show
from seahorse.inspection.assembly import code_of, linked
from seahorse.inspection.disassembly import mnemonic
from seahorse.inspection.selection import Selection
from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk

ROOT = Path(__file__).parents[3]
PROGRAMS = [
    path
    for path in sorted([*ROOT.glob("examples/*/*.py"), *ROOT.glob("programs_py/*/*.py")])
    if "declare_id(" in path.read_text() and not path.name.startswith("test_")
]
COUNTER = ROOT / "examples/counter/counter.py"


@pytest.fixture(scope="module")
def compilers() -> dict[Path, Compiler]:
    """One for each folder: programs there call each other."""
    return {folder: Compiler() for folder in {path.parent for path in PROGRAMS}}


def test_the_command_offers_every_stage() -> None:
    assert [stage.value for stage in Stage] == list(STAGES)
    assert len(PROGRAMS) >= 13


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_the_tree_shows_every_statement_below_its_line(path: Path, compilers: dict[Path, Compiler]) -> None:
    text = show("tree", compilers[path.parent], path)
    lines = path.read_text().splitlines()
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef) and any(
            getattr(d, "id", "") == "instruction" for d in function.decorator_list
        ):
            body = [
                n
                for n in ast.walk(function)
                if isinstance(n, ast.Assign | ast.AugAssign | ast.Assert | ast.Raise | ast.If)
            ]
            for statement in body:
                assert f"{statement.lineno} | {lines[statement.lineno - 1].strip()}\n" in text


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_the_checks_are_all_there_in_their_order(path: Path, compilers: dict[Path, Compiler]) -> None:
    program = compilers[path.parent].lower(path)
    for instruction in program.instructions:
        text = show("checks", compilers[path.parent], path, instruction.name)
        shown = re.findall(r"^    (\w+): (\w+)", text, re.MULTILINE)
        assert shown == [(instruction.slots[c.slot].name, type(c).__name__) for c in instruction.checks]
        assert all(f"account {slot.index} {slot.name}: " in text for slot in instruction.slots)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_the_assembly_is_that_of_the_build_and_loses_nothing(path: Path, compilers: dict[Path, Compiler]) -> None:
    compiler = compilers[path.parent]
    elf, layout, _ = linked(Selection(compiler.lower(path), compiler.sources))
    assert elf == compiler.build([path])[0].bytecode
    code = code_of(elf)
    # Instructions with one text are one instruction: with targets by their place, the code could be written again.
    ops = decode(code)
    assert len(ops) == len(layout.origins)
    slots = places(ops)
    names = {op: f"slot{slots[op]}" for op in ops}
    known: dict[str, tuple[object, ...]] = {}
    for op in ops:
        called = op.target is not None and op.code == CALL
        # Where an exit was a jump, its offset is left over; nothing reads it.
        off = 0 if op.target or op.code == EXIT else op.off
        own = (op.code, op.dst, op.src, off, 0 if called else op.imm, op.target)
        assert known.setdefault(mnemonic(op, names, names), own) == own


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_the_assembly_counts_every_instruction_once(path: Path, compilers: dict[Path, Compiler]) -> None:
    compiler = compilers[path.parent]
    text = show("asm", compiler, path)
    totals = sum(int(n) for n in re.findall(r"^; (\d+) instructions:", text, re.MULTILINE))
    listed = len(re.findall(r"^    [a-z]", text, re.MULTILINE))
    lines = sum(int(n) for n in re.findall(r"^;   +(\d+)  ", text, re.MULTILINE))
    assert totals == listed == lines == len(decode(code_of(compiler.build([path])[0].bytecode)))


@pytest.mark.parametrize("stage", ["llvm", "asm"])
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_code_stands_below_the_lines_that_it_comes_from(
    path: Path, stage: str, compilers: dict[Path, Compiler]
) -> None:
    """What changes a field or emits an event becomes code, wherever it stands in the program."""
    program = compilers[path.parent].lower(path)
    text = show(stage, compilers[path.parent], path)
    assert "!dbg" not in text
    assert all(re.search(rf"^(i_{i.name}:|define .*@i_{i.name}\()", text, re.MULTILINE) for i in program.instructions)
    own = program.path
    quoted = {(file or own, int(n)) for file, n in re.findall(r"^  ; (?:(\S+):)?(\d+) \| ", text, re.MULTILINE)}
    acting = [n for i in program.instructions for n in walk(i.body) if isinstance(n, tree.AugAssign | tree.Emit)]
    assert {(n.span.file, n.span.line) for n in acting} <= quoted


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_rust_is_that_of_the_build_below_its_source(path: Path, compilers: dict[Path, Compiler]) -> None:
    compiler = compilers[path.parent]
    if path.stem in BYTECODE_ALONE:
        with pytest.raises(UnsupportedError):
            show("rust", compiler, path)
        return
    text = show("rust", compiler, path)
    for name, content in compiler.rust([path]).items():
        if name.startswith(f"programs/{path.stem}/") and name.endswith(".rs"):
            assert content.rstrip() in text
    for instruction in compiler.lower(path).instructions:
        assert f"// {instruction.span.line} | " in show("rust", compiler, path, instruction.name)


# --- the command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", list(Stage))
def test_the_command_prints_and_writes_no_file(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counter.py").write_text(COUNTER.read_text())
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["build", "counter.py", "--emit", stage.value, "--only", "increment"])
    assert done.exit_code == 0, done.output
    assert done.output == show(stage.value, Compiler(), Path("counter.py"), "increment")
    assert "increment" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["counter.py"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--emit", "tree"], "--emit needs FILE"),
        (["counter.py", "--only", "increment"], "add --emit"),
        (["counter.py", "--emit", "asm", "--only", "nothing"], "has no `nothing`; it has create, increment"),
        (["missing.py", "--emit", "asm"], "missing.py is not a file"),
        (["bad.py", "--emit", "tree"], "bad.py:3:5: error: "),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "counter.py").write_text(COUNTER.read_text())
    bad = 'from seahorse.prelude import *\ndeclare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")\nx = unknown\n'
    (tmp_path / "bad.py").write_text(bad)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["build", *arguments])
    assert done.exit_code == 1
    assert message in done.output


def test_a_function_that_is_written_where_it_is_called_says_so() -> None:
    for stage in ("llvm", "asm"):
        assert "is written where it is called" in show(stage, Compiler(), COUNTER, "room")
    with pytest.raises(NothingToShow):
        show("tree", Compiler(), COUNTER, "rooms")

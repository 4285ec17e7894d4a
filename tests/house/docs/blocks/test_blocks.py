"""Every code block of every Markdown file is executed, compiled, parsed, or compared with what it shows.

A block whose kind is unknown fails, so nothing can be added that nobody checks. What marks there are: reading.py.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from seahorse.driver.compile import Compiler

from .lines import commands, wrong_gridtokenx, wrong_line
from .reading import ROOT, Block, blocks_of, documents
from .shell import Shell, compare, shell

BLOCKS = [block for document in documents() for block in blocks_of(document)]
PRELUDE = "from seahorse.prelude import *"
DECLARED = 'declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")'
# Shell lines of these begin work in the scratch folder of their document, in order.
PROFILED = "seahorse profile trading tests/market/bench/test_cu.py -k every_row --only match_orders"
EXECUTED = ("seahorse", "cd", "localnet")
# Lines that need more than a scratch folder, by document, each with what executes it where there is more.
ELSEWHERE = {
    ("README.md", ".venv/bin/seahorse build"): "Makefile",
    ("docs/testing.md", "seahorse test"): "tests/packages/test_from_wheels.py",
    ("docs/testing.md", "seahorse test --engine python"): "tests/packages/test_from_wheels.py",
    ("docs/testing.md", "seahorse test --cov"): "tests/packages/test_from_wheels.py",
    ("docs/profiling.md", PROFILED): "tests/house/docs/test_profiling.py",
}


def of(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages and block.mark != "checked by"]


def named(blocks: list[Block]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks, ids=str)


def acts(block: Block) -> bool:
    """Whether the block is part of what its document does in the scratch folder."""
    if block.mark in ("file", "needs", "run", "command", "command fails"):
        return True
    if block.mark == "checked by":
        return False
    if block.language == "python":
        return program(block) is None
    return block.language == "sh" or (block.language == "text" and block.text.startswith("$ "))


def wrong_kind(block: Block) -> str:
    """What is wrong with the kind of a block; empty when something checks it."""
    if block.language is None:
        return "is indented: fence it, and say its language"
    if block.language in ("python", "sh", "toml", "json", "hidden") or block.mark == "checked by":
        return ""
    if block.language != "text":
        return f"has the unknown language {block.language!r}: check it in {Path(__file__).name}, or `checked by` a test"
    if block.mark in ("file", "command", "command fails", "picture") or block.text.startswith("$ "):
        return ""
    return "is text of an unknown kind: mark it (reading.py says how)"


@named(BLOCKS)
def test_each_block_is_of_a_known_kind(block: Block) -> None:
    assert wrong_kind(block) == ""


@named([block for block in BLOCKS if block.mark == "checked by"])
def test_the_test_that_checks_a_block_names_the_document(block: Block) -> None:
    assert Path(block.document).name in (ROOT / block.value).read_text(encoding="utf-8")


def test_what_is_executed_elsewhere_is() -> None:
    for (document, line), place in ELSEWHERE.items():
        assert line in [told for block in blocks_of(document) for told in commands(block)], line
        assert line.split("/")[-1].split()[-1] in (ROOT / place).read_text(encoding="utf-8"), place


@named([block for block in BLOCKS if block.mark == "picture"])
def test_a_drawing_is_drawn(block: Block) -> None:
    assert re.search("[│┌└├─▼►]", block.text)


def program(block: Block) -> str | None:
    """The program of the language that a block of Python is or belongs to; None when it is other Python."""
    text = block.whole()
    if PRELUDE in text:
        return text
    if re.search(r"^from [a-z_]+(\.\w+)* import |^def test_", text, re.MULTILINE):
        return None
    return f"{PRELUDE}\n\n{DECLARED}\n\n{text}"


PROGRAMS = [(block, text) for block in of("python") if block.mark != "file" and (text := program(block)) is not None]


@pytest.mark.parametrize(("block", "text"), PROGRAMS, ids=[str(block) for block, _ in PROGRAMS])
def test_a_program_compiles(block: Block, text: str, tmp_path: Path) -> None:
    for path in (ROOT / "programs_py").iterdir():
        (tmp_path / path.name).symlink_to(path)
    shown = tmp_path / "shown.py"
    shown.write_text(text, encoding="utf-8")
    (made,) = Compiler().build([shown])
    assert made.bytecode


@named(of("toml"))
def test_toml_can_be_read(block: Block) -> None:
    assert tomllib.loads(block.text)


@named(of("json"))
def test_json_can_be_read(block: Block) -> None:
    assert json.loads(block.text) is not None


@named(of("sh"))
def test_what_a_shell_line_names_is_there(block: Block) -> None:
    lines = list(commands(block))
    assert lines
    assert {line: told for line in lines if (told := wrong_line(line))} == {}


def test_the_operators_commands_have_these_parameters() -> None:
    lines = [line for block in of("sh") for line in commands(block) if re.match(r"(\S*/)?gridtokenx ", line)]
    lines += [line for block in BLOCKS for line in re.findall(r"^\$ (gridtokenx .*)", block.text, re.MULTILINE)]
    assert len(lines) > 12
    assert wrong_gridtokenx(lines) == []
    assert wrong_gridtokenx(["gridtokenx deploy --nowhere", "gridtokenx no-such-command"]) != []


def copied(told: str, folder: Path) -> None:
    """Copies a file or a folder of the repository to the same place in `folder`, or to the one behind `=`."""
    path, _, place = told.partition("=")
    target = folder / (place or path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / path).is_dir():
        shutil.copytree(ROOT / path, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(ROOT / path, target)


def is_executed(line: str, document: str, folder: Path) -> bool:
    """Whether a line of a shell block is executed here. Tests are when the document has brought them along."""
    plain = re.sub(r"^\.venv(-localnet)?/bin/", "", line)
    if plain.startswith("python -m pytest"):
        named = [word for word in plain.split()[3:] if not word.startswith("-")]
        return any(folder.rglob("test_*.py")) and all((folder / word).exists() for word in named)
    return plain.startswith(EXECUTED) and (document, line) not in ELSEWHERE


def act(block: Block, run: Shell) -> None:
    """Does what a block says, in the folder where the shell stands."""
    if block.mark == "needs":
        for path in block.value.split():
            copied(path, run.folder)
    elif block.mark == "run":
        run.succeed(block.value, block)
    elif block.mark == "file":
        (run.folder / block.value).parent.mkdir(parents=True, exist_ok=True)
        (run.folder / block.value).write_text(block.text, encoding="utf-8")
        if PRELUDE in block.text:
            run.succeed(f"seahorse check {block.value}", block)
    elif block.mark.startswith("command"):
        status, printed = run.run(block.value)
        assert (status != 0) == (block.mark == "command fails"), f"{block}: {printed}"
        compare(block.value, block.text, printed)
    elif block.language == "python":
        name = f"test_line_{block.line}.py"
        (run.folder / name).write_text(block.whole(), encoding="utf-8")
        run.succeed(f"python -m pytest -q {name}" if "\ndef test_" in block.text else f"python {name}", block)
    elif block.language == "text":
        run.session(block.text)
    else:
        for line in commands(block):
            if is_executed(line, block.document, run.folder):
                run.succeed(line, block)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("document", sorted({block.document for block in BLOCKS if acts(block)}))
def test_what_a_document_does(document: str, tmp_path: Path) -> None:
    """Writes the document's files and executes its lines, in their order, in one folder."""
    with shell(tmp_path) as run:
        for block in filter(acts, blocks_of(document)):
            act(block, run)

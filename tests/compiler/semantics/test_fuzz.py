"""Whatever a program looks like, the front end answers with a checked program or with diagnostics."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.compiler.semantics.corpus import OTHER, PROGRAMS
from tests.compiler.semantics.mutate import mutate_text, mutate_tree

from seahorse.diagnostics import CompileError, Sources, render
from seahorse.semantics import check_program
from seahorse.syntax import Source


def survives(folder: Path, text: str) -> None:
    """Check a program; the only exception is a CompileError whose diagnostics lie in the source and can be shown."""
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    (folder / "other.py").write_text(OTHER, encoding="utf-8")
    sources = Sources()
    try:
        check_program(path, sources)
    except CompileError as error:
        found = error.diagnostics
    else:
        return
    assert found
    for diagnostic in found:
        span = diagnostic.span
        assert 1 <= span.line <= span.end_line <= len(Source(span.file, sources.text[span.file]).lines)
        assert span.col >= 1
        assert diagnostic.message
        assert diagnostic.hint
        assert render(diagnostic, sources)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("text", PROGRAMS)
def test_corpus_is_valid(folder: Path, text: str) -> None:
    (folder / "program.py").write_text(text, encoding="utf-8")
    (folder / "other.py").write_text(OTHER, encoding="utf-8")
    check_program(folder / "program.py", Sources())


FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(seed=st.integers(0, 2**32), program=st.sampled_from(PROGRAMS))
def test_mutated_text(folder: Path, seed: int, program: str) -> None:
    survives(folder, mutate_text(program, seed))


@FUZZ
@given(seed=st.integers(0, 2**32), program=st.sampled_from(PROGRAMS))
def test_mutated_trees(folder: Path, seed: int, program: str) -> None:
    survives(folder, mutate_tree(program, seed))


@FUZZ
@given(text=st.text())
def test_any_text(folder: Path, text: str) -> None:
    survives(folder, text.encode("utf-8", "replace").decode())

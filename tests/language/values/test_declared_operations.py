"""The examples of `library/operations.py`: bytecode, CPython's engine and plain Python give the values that they show."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import pytest

from seahorse import prelude
from seahorse.library import operations
from seahorse.semantics.tree.declared import DECLARED, declared_in
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.testing import DeployedProgram, Ledger

HEAD = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"


def examples() -> Iterator[tuple[str, str, str]]:
    """Each example: the name of its operation, the expression, and its value as Python writes it."""
    for name in DECLARED:
        for example in doctest.DocTestParser().get_examples(getattr(operations, name).__doc__):
            yield name, example.source.strip(), example.want.strip()


EXAMPLES = list(examples())


def instruction(index: int, source: str, want: str) -> str:
    """An instruction that tells whether an expression has its value."""
    head = f"\n@instruction\ndef example_{index}() -> bool:\n"
    if not want:
        return f"{head}    {source}\n    return True\n"
    return f"{head}    return ({source}) == {want}\n"


@pytest.fixture(scope="module")
def program() -> DeployedProgram:
    source = "".join(instruction(i, source, want) for i, (_, source, want) in enumerate(EXAMPLES))
    return Ledger().deploy_text(HEAD + source, "examples")


@pytest.mark.parametrize("index", range(len(EXAMPLES)), ids=[name for name, *_ in EXAMPLES])
def test_an_example_is_true(program: DeployedProgram, index: int) -> None:
    name, source, want = EXAMPLES[index]
    assert program.call(f"example_{index}").value is True
    if not DECLARED[name].on_chain:
        assert repr(eval(source, vars(prelude))) == want


def test_every_operation_has_an_example() -> None:
    assert {name for name, *_ in EXAMPLES} == set(DECLARED) != set()


def test_an_example_that_is_wrong_is_found() -> None:
    wrong = Ledger().deploy_text(HEAD + instruction(0, "size('abc')", "4"), "wrong")
    assert wrong.call("example_0").value is False


def test_a_declaration_says_all_of_the_record() -> None:
    assert {name: OPERATIONS[name].fails for name in ("size", "poseidon")} == {"size": False, "poseidon": True}
    assert OPERATIONS["return_data"].reads == "chain"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("@operation\ndef f() -> None: ...", "decorator"),
        ("@operation()\ndef f(a: u8 = 1) -> u8: ...", "plain ones without defaults"),
        ("@operation()\ndef f(*a: u8) -> u8: ...", "plain ones without defaults"),
        ("@operation()\ndef f(a) -> u8: ...", "a missing annotation"),
        ("@operation()\ndef f(a: u8): ...", "a missing annotation"),
        ("@operation()\ndef f(a: set[u8]) -> u8: ...", r"`set\[u8\]` is not among the types"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_its_line(source: str, message: str) -> None:
    with pytest.raises(LookupError, match=rf"operations.py, line \d: `f`: .*{message}"):
        declared_in(source)

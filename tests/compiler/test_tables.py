"""Tables that must agree: account kinds, functions and methods of the language, its prelude, its documentation."""

from __future__ import annotations

import builtins
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from seahorse import prelude, pyth
from seahorse.backends.anchor.expressions import iterators, registry
from seahorse.backends.sbf.builtins import chain
from seahorse.engine.values.names import NAMES
from seahorse.ir import checks, lower
from seahorse.semantics.calls.builtins.registry import TABLE
from seahorse.semantics.names import prelude_names
from seahorse.semantics.names.prelude_names import PRELUDE
from seahorse.semantics.names.written import WRITTEN
from seahorse.semantics.scope.method_table import METHODS, SPECIAL
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.types import BuiltinAccountType, Type

ROOT = Path(__file__).parents[2]
LANGUAGE = (ROOT / "docs/language.md").read_text()


# --- account kinds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACCOUNT_KINDS)
def test_an_account_kind_has_a_slot_kind_and_a_place_in_the_documentation(name: str) -> None:
    kind = ACCOUNT_KINDS[name]
    assert prelude_names.TYPES[name] == BuiltinAccountType(name)
    slot = lower._KINDS[name]
    assert (slot == checks.SlotKind.SYSVAR) == (kind.sysvar is not None)
    assert f"| `{name}`" in LANGUAGE or f", `{name}`" in LANGUAGE
    if kind.sysvar is not None:
        assert set(kind.sysvar.offsets) == set(kind.reads)
        assert max(kind.sysvar.offsets.values()) < kind.sysvar.size


# --- functions and methods ------------------------------------------------------------------------------------


def test_the_prelude_exports_what_the_compiler_knows() -> None:
    """Names of Python itself need no export; `Any` is there for annotations that only an editor reads, and the checker
    knows `Callable` by its form."""
    exported = set(prelude.__all__) | set(pyth.__all__)
    assert {name for name in PRELUDE - exported if not hasattr(builtins, name)} == set()
    assert exported - PRELUDE == {"Any", "Callable"}


def test_every_function_can_be_called() -> None:
    """A function is a line of the table, or one of those that only stand at certain places."""
    elsewhere = {"Exception", "ValueError", "super", "tuple"}
    assert elsewhere.isdisjoint(TABLE)
    assert set(TABLE) | elsewhere >= prelude_names.FUNCTIONS
    assert set(TABLE) <= PRELUDE


def owner_of(kind: str) -> Any:
    """The class in the prelude, or of Python, that has the methods of a kind."""
    return getattr(prelude, kind, None) or getattr(pyth, kind, None) or getattr(builtins, kind.lower())


def test_cpython_runs_every_function() -> None:
    """Python has it, or the engine's prelude, or it is written in the language."""
    missing = {n for n in prelude_names.FUNCTIONS if not hasattr(builtins, n)} - set(NAMES) - WRITTEN
    assert missing == set(), "add them to NAMES of engine/values/names.py"


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_function_that_is_written_in_the_language_is_the_one_that_editors_see(name: str) -> None:
    written = getattr(prelude, name)
    assert written.__module__ == "seahorse.library.functions"
    assert written.__doc__
    assert "return" in written.__annotations__
    assert set(inspect.signature(written).parameters) | {"return"} == set(written.__annotations__)


# Methods that have a rule of their own: signatures (`calls/signers.py`) and what needs no receiver (`calls/builtins.py`).
OWN_RULE = {"signer", "get", "find_program_address", "create_program_address"}


@pytest.mark.parametrize("kind", METHODS)
def test_the_prelude_has_the_methods_that_the_compiler_has(kind: str) -> None:
    """The same methods, with the same parameters in the same order, and the same result."""
    owner = owner_of(kind)
    special = {name for of, name in SPECIAL if of == kind}
    assert [m for m in METHODS[kind] if not hasattr(owner, m)] == []
    if not owner.__module__.startswith("seahorse"):
        return
    public = {m for m in dir(owner) if inspect.isfunction(getattr(owner, m)) and not m.startswith("_")}
    assert public - set(METHODS[kind]) - special <= OWN_RULE
    for name, method in METHODS[kind].items():
        written = getattr(owner, name)
        if not inspect.isfunction(written):
            continue  # `owner` of an account class: a field of a program's account may have that name
        signature = inspect.signature(written)
        parameters = list(signature.parameters.values())[1:]
        assert [p.name for p in parameters] == [p.name for p in method.params], name
        assert [p.default is not p.empty for p in parameters] == [p.optional for p in method.params], name
        assert spelled(signature.return_annotation) == spelled(method.returns), name


def spelled(result: Type | str | Any) -> str:
    """A result as both the prelude and the compiler can write it."""
    text = result.__name__ if isinstance(result, type) else str(result)
    text = re.sub(r"Optional\[(\w+)\]", r"\1 | None", text.replace("seahorse.prelude.values.pubkey.", ""))
    # Integers are `int` for editors, so that a literal is one.
    return re.sub(r"\b[ui](8|16|32|64|128)\b", "int", {"f64": "float"}.get(text, text))


@pytest.mark.parametrize("name", sorted(PRELUDE - set(prelude_names.HINTS)))
def test_the_language_document_names_what_the_prelude_has(name: str) -> None:
    assert re.search(rf"\b{name}\b", LANGUAGE)


@pytest.mark.parametrize("kind", METHODS)
def test_the_language_document_names_every_method(kind: str) -> None:
    assert [m for m in METHODS[kind] if not re.search(rf"\b{m}\b", LANGUAGE)] == []


# --- builtin operations ---------------------------------------------------------------------------------------


def test_rust_has_every_operation() -> None:
    """`tests/compiler/ir/test_operations.py` holds the same of the checker, the README and the bytecode."""
    rust = set(iterators._ITERATORS)
    for table in registry._MODULES:
        rust |= set(table.BUILTINS)
    # What only the chain computes has no Rust form.
    assert set(OPERATIONS) - rust - set(chain.BUILTINS) == set()


def test_a_sysvar_can_be_read_in_the_prelude_too() -> None:
    for name in SYSVARS:
        assert callable(getattr(prelude, name).get)

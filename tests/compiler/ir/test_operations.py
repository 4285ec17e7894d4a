"""Every operation that the checker can produce has a record, and every record is of an operation that there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import seahorse.semantics
from seahorse.backends.sbf.builtins import registry as sbf
from seahorse.semantics.expressions.attributes import PRICE_FIELDS
from seahorse.semantics.scope.method_table import METHODS, PROPERTIES
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVAR_GETS, SYSVARS
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.operations import OPERATIONS, Operation, operation

SEMANTICS = Path(seahorse.semantics.__file__).parent
# Where the name of an operation is computed, the names that it can be.
COMPUTED = {
    "method.builtin": {m.builtin for methods in METHODS.values() for m in methods.values()},
    "builtin": {m.builtin for methods in METHODS.values() for m in methods.values()},
    "operation.name": set(DECLARED),
    "'floor' if name == 'trunc' else name": {"round", "floor", "ceil"},
    "f'price.{attr}'": {f"price.{a}" for a in PRICE_FIELDS},
    "f'{ACCOUNT_KINDS[name].group}.get'": set(SYSVAR_GETS),
    "account.name": {"cpi_account"},
    "node.attr": set(PROPERTIES),
}


def produced() -> set[str]:
    """The second argument of every `Builtin(...)` in semantics."""
    found: set[str] = set()
    for path in SEMANTICS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Builtin", "tree.Builtin"):
                name = node.args[2]
                if isinstance(name, ast.Constant):
                    found.add(str(name.value))
                elif isinstance(name, ast.Name) and name.id == "name":
                    continue  # registered by name: `registered` below
                else:
                    found |= COMPUTED[ast.unparse(name)]
    return found


def registered() -> set[str]:
    """Those whose checker is made for several names."""
    return {"min", "max", "round", "floor", "ceil", "all", "any", "find_program_address", "create_program_address"}


def test_what_the_checker_produces_has_a_record() -> None:
    names = produced() | registered()
    assert len(names) > 80
    assert names - set(OPERATIONS) == set()


def test_a_record_is_of_an_operation_that_the_readme_explains() -> None:
    table = (SEMANTICS / "README.md").read_text().split("## Builtin operations")[1]
    named = set(re.findall(r"`([a-z0-9_.*]+)`", table))
    # The row of a sysvar says its operations: one for each field, and the syscall.
    groups = {ACCOUNT_KINDS[name].group for name in SYSVARS}
    unexplained = {
        n
        for n in OPERATIONS.keys() - DECLARED
        if n.split(".")[0] not in groups and n not in named and n.split(".")[0] + ".*" not in named
    }
    assert unexplained == set()


def test_the_bytecode_has_every_operation() -> None:
    lazy = {o.name for o in OPERATIONS.values() if o.lazy}
    # An iterator is written by who goes through it.
    assert set(OPERATIONS) - lazy == set(sbf.OPERATIONS)


def test_a_name_without_a_record_is_refused() -> None:
    with pytest.raises(LookupError, match=r"list\.rotate"):
        operation("list.rotate")
    with pytest.raises(TypeError):
        Operation("list.rotate", (0,), False)  # type: ignore[call-arg]


def test_records_agree_with_themselves() -> None:
    for o in OPERATIONS.values():
        assert not (o.resizes or o.moves_items or o.stores) or o.changes, o.name
        assert not o.programs or o.calls, o.name
        assert not (o.lazy and o.effects), o.name
        assert not (o.fresh and o.changes), o.name

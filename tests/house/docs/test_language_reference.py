"""The reference in docs/language.md is what the compiler's own tables say: functions, methods, values, parameters, errors.

After a change of the tables: `python -m tests.house.docs.test_language_reference` writes the reference anew; read the diff.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seahorse import library, prelude
from seahorse.backends.sbf.builtins import addresses, chain
from seahorse.engine.code.facts import ASCII_ONLY
from seahorse.ir.errors import AnchorError
from seahorse.semantics.names import prelude_names
from seahorse.semantics.names.special_methods import SPECIAL_METHODS
from seahorse.semantics.scope.library import METHODS_OF
from seahorse.semantics.scope.method_table import METHODS, PROPERTIES, SPECIAL, MethodParameter
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.types import INTS, U256, Type

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/language.md"
TABLE = re.compile(r"(<!-- table: ([\w-]+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)
# What a method may take that is no type.
KINDS_OF_PARAMETERS = {
    "account": "any account",
    "authority": "account, or x.signer()",
    "signer": "list of seeds",
    "signers": "list of accounts that sign",
    "index": "integer",
    "elem": "an item",
    "list": "list of items",
}
CALL, SYSCALL, LENGTH, FEW = "a call of another program", "a syscall", "grows with the length", "a few units"
# Of these the whole list or text is looked at, or moved.
_WHOLE = ("List", "str", "bytes", "bytearray", "dict", "set")
_OF_ITEMS = {
    *("all", "any", "array", "bin", "blake3", "bytes", "format", "hex", "int", "len", "max", "min", "oct", "print"),
    *("repr", "sum", "tuple"),
}
_AT_ONCE = {"append", "pop", "clear", "encode", "decode", "isascii"}


def functions_of(module: str) -> dict[str, ast.FunctionDef]:
    """The functions of a module of the language's library."""
    path = Path(str(library.__file__)).with_name(f"{module}.py")
    found = ast.parse(path.read_text(encoding="utf-8")).body
    return {n.name: n for n in found if isinstance(n, ast.FunctionDef)}


def shown(kind: Type | str) -> str:
    return _plain(str(kind)) if isinstance(kind, Type) else KINDS_OF_PARAMETERS.get(kind, kind)


def _plain(text: str) -> str:
    """A type in a cell of a table, whose bars would end the cell."""
    return text.replace("|", "or")


def parameters(params: tuple[MethodParameter, ...]) -> str:
    return ", ".join(f"`{p.name}`{'?' if p.optional else ''} ({shown(p.kind)})" for p in params) or "none"


def cost(kind: str, name: str, builtin: str | None) -> str:
    """The cost class of an operation, from what its record says."""
    record = OPERATIONS.get(builtin or "")
    if record is not None and record.calls:
        return CALL
    if builtin in {*chain.BUILTINS, *addresses.BUILTINS} or (builtin or "").endswith(".get"):
        return SYSCALL
    if kind in _WHOLE and name not in _AT_ONCE:
        return LENGTH
    if record is not None and (record.lazy or record.shares or record.moves_items):
        return LENGTH
    return FEW


def difference(kind: str, name: str) -> str:
    if f"{kind}.{name}" in ASCII_ONLY:
        return "text beyond ASCII stops the instruction"
    told = {
        ("str", "upper"): "ASCII letters",
        ("str", "lower"): "ASCII letters",
        ("str", "strip"): "ASCII white space",
        ("str", "split"): "ASCII white space",
        ("str", "replace"): "an empty `old` stops the instruction",
        ("set", "remove"): "what is not there stops the instruction",
    }
    return told.get((kind, name), "")


def methods() -> Iterator[str]:
    yield "| receiver | method | parameters | result | cost | differs from Python |"
    yield "|---|---|---|---|---|---|"
    for kind in sorted({*METHODS, *(k for k, _ in SPECIAL), *METHODS_OF}, key=str.lower):
        rows: dict[str, tuple[str, str, str]] = {}
        for name, method in METHODS.get(kind, {}).items():
            result = (
                "an item"
                if method.returns == "elem"
                else "its type"
                if method.returns == "self"
                else f"`{_plain(str(method.returns))}`"
            )
            rows[name] = (parameters(method.params), result, cost(kind, name, method.builtin))
        for name in (n for k, n in SPECIAL if k == kind):
            rows.setdefault(
                name, (*_signature(getattr(getattr(prelude, kind, None), name, None)), cost(kind, name, name))
            )
        for name, node in functions_of(METHODS_OF[kind]).items() if kind in METHODS_OF else ():
            if name.startswith(f"{kind}_"):
                taken = ", ".join(
                    f"`{a.arg}` ({ast.unparse(a.annotation)})" for a in node.args.args[1:] if a.annotation
                )
                returns = ast.unparse(node.returns) if node.returns is not None else "None"
                rows.setdefault(name[len(kind) + 1 :], (taken or "none", f"`{returns}`", LENGTH))
        for name in sorted(rows):
            taken, result, price = rows[name]
            yield f"| `{kind}` | `{name}` | {taken} | {result} | {price} | {difference(kind, name)} |"


def functions() -> Iterator[str]:
    yield "| function | parameters | result | cost |"
    yield "|---|---|---|---|"
    written = {n for m in ("numbers", "items", "text", "raw", "chain", "hashes") for n in functions_of(m)}
    for name in sorted(prelude_names.FUNCTIONS):
        taken, result = _signature(None if hasattr(builtins, name) else getattr(prelude, name, None))
        price = cost("", name, name)
        grows = name in written or name in _OF_ITEMS
        yield f"| `{name}` | {taken} | {result} | {LENGTH if grows else price} |"


def _signature(function: Any) -> tuple[str, str]:
    """The parameters and the result of a function of the prelude; of Python's own, that it is Python's."""
    if not inspect.isfunction(function):
        return "as in Python", "as in Python"
    signature = inspect.signature(function)
    given = [p for p in signature.parameters.values() if p.name != "self"]
    optional = inspect.Parameter.empty
    names = (f"`{p.name}`{'' if p.default is optional else '?'} ({_annotation(p.annotation)})" for p in given)
    return ", ".join(names) or "none", f"`{_annotation(signature.return_annotation)}`"


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return "Any"
    is_class = inspect.isclass(annotation) and not getattr(annotation, "__args__", None)
    text = annotation.__name__ if is_class else str(annotation)
    text = re.sub(r"\b(seahorse|typing|collections)(\.\w+)*\.", "", text)
    return "None" if text in ("NoneType", "None") else _plain(text)


def integers() -> Iterator[str]:
    yield "| type | least | most | bytes |"
    yield "|---|---|---|---|"
    for name, t in INTS.items():
        yield f"| `{name}` | {t.min} | {t.max} | {t.fixed_size} |"
    yield f"| `{U256}` | 0 | {(1 << 256) - 1} | {U256.fixed_size} |"


def account_types() -> Iterator[str]:
    yield "| parameter type | values that it gives | cost of one |"
    yield "|---|---|---|"
    for name, kind in ACCOUNT_KINDS.items():
        values = [f"`{r}()`: `{_plain(str(t))}`" for r, t in kind.reads.items()]
        given = ", ".join(values) if values else "those of every account"
        yield f"| `{name}` | {given} | {FEW} |"
    for name, t in PROPERTIES.items():
        yield f"| every account | `{name}`: `{t}` | {FEW} |"


def special_methods() -> Iterator[str]:
    yield ", ".join(f"`{name}`" for name in sorted(SPECIAL_METHODS))


def errors() -> Iterator[str]:
    yield "| number | Anchor's name |"
    yield "|---|---|"
    for error in sorted(AnchorError, key=lambda e: e.value):
        yield f"| {error.value} | {error.name} |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "account-types": account_types,
    "errors": errors,
    "functions": functions,
    "integers": integers,
    "methods": methods,
    "special-methods": special_methods,
}


def renewed(document: str) -> str:
    def written(match: re.Match[str]) -> str:
        lines = "\n".join(re.sub(r"\| \|$", "| |", line) for line in TABLES[match[2]]())
        return f"{match[1]}{lines}\n{match[4]}"

    return TABLE.sub(written, document)


def test_the_reference_is_fresh() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == renewed(document)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_stands_there_once(name: str) -> None:
    found = [m for m in TABLE.findall(DOCUMENT.read_text(encoding="utf-8")) if m[1] == name]
    assert len(found) == 1
    assert found[0][2].count("\n") >= 1


def test_every_method_has_a_row() -> None:
    text = "\n".join(methods())
    assert all(f"| `{kind}` | `{name}` |" in text for kind, own in METHODS.items() for name in own)
    assert all(f"| `{kind}` | `{name}` |" in text for kind, name in SPECIAL)


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

"""What CPython takes by position only is by position only here too: all functions and methods that the language has of
Python's, with each name of a parameter that CPython does not take."""

from __future__ import annotations

import ast
import builtins
import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seahorse.diagnostics import CompileError
from seahorse.driver.compile import Compiler
from seahorse.semantics.calls.builtins.registry import PATHS, TABLE
from seahorse.semantics.program import program
from seahorse.semantics.scope.by_name import FUNCTIONS, METHODS
from seahorse.semantics.scope.method_table import METHODS as OWN
from seahorse.semantics.scope.method_table import SPECIAL

LIBRARY = Path(inspect.getfile(Compiler)).parents[1] / "library"
RECEIVERS: dict[str, tuple[str, Any]] = {
    "str": ("'ab'", "ab"),
    "bytes": ("b'ab'", b"ab"),
    "bytearray": ("bytearray(b'ab')", bytearray(b"ab")),
    "List": ("[n]", [1]),
    "dict": ("{n: n}", {1: 1}),
    "set": ("{n}", {1}),
    "f64": ("f64(n)", 1.5),
}
# What a refusal of a name says in CPython; all other TypeErrors are about what the function is given.
REFUSALS = (
    "takes no keyword arguments",
    "unexpected keyword argument",
    "invalid keyword argument",
    "does not take keyword",
)


# What a function without a signature needs before it looks at the names.
POSITIONAL: dict[Any, tuple[Any, ...]] = {min: ([1],), max: ([1],)}


def functions() -> dict[str, Callable[..., Any]]:
    """The functions of Python that the language has, by the name in the tables."""
    found = {n: getattr(builtins, n) for n in (*TABLE, *PATHS) if hasattr(builtins, n)}
    paths = (n for n in PATHS if n.startswith("math.") and hasattr(math, n[5:]))
    return found | {n: getattr(math, n[5:]) for n in paths}


def methods() -> dict[tuple[str, str], Callable[..., Any]]:
    """The methods of Python's types that the language has."""
    names = {(kind, name) for kind in RECEIVERS for name in OWN.get(kind, {})}
    names |= {(kind, name) for kind, name in SPECIAL if kind in RECEIVERS}
    for kind, module in (("str", "text"), ("bytes", "raw")):
        text = (LIBRARY / f"{module}.py").read_text(encoding="utf-8")
        head = f"def {kind}_"
        names |= {(kind, line.split("(")[0][len(head) :]) for line in text.splitlines() if line.startswith(head)}
    return {(kind, name): getattr(RECEIVERS[kind][1], name) for kind, name in names}


def taken_by_name(function: Callable[..., Any], candidates: set[str]) -> set[str] | None:
    """Which of some names CPython takes; None when it takes any."""
    accepted = {name for name in {*candidates, "certainly_none"} if not _is_refused(function, name)}
    return None if "certainly_none" in accepted else accepted


def _is_refused(function: Callable[..., Any], name: str) -> bool:
    try:
        kinds = {p.name: p.kind for p in inspect.signature(function).parameters.values()}
    except ValueError:
        try:
            function(*POSITIONAL.get(function, ()), **{name: object()})
        except TypeError as error:
            return any(refusal in str(error) for refusal in REFUSALS)
        except StopIteration:
            return False
        return False
    open_ended = inspect.Parameter.VAR_KEYWORD in kinds.values()
    return not open_ended and kinds.get(name) not in (
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    )


# Names that CPython's documentation, typeshed or this language give to parameters.
NAMES = {
    *("iterable", "value", "x", "y", "number", "ndigits", "obj", "object", "item", "index", "key", "default", "start"),
    *("stop", "end", "step", "sub", "prefix", "suffix", "old", "new", "count", "sep", "maxsplit", "chars", "width"),
    *("fillchar", "fillbyte", "tabsize", "keepends", "encoding", "errors", "other", "others", "source", "a", "b", "n"),
    *("function", "func", "sequence", "i", "c", "base", "exp", "mod", "strict", "reverse", "bytes_per_sep", "delete"),
    *("rel_tol", "abs_tol", "file", "flush", "format_spec", "iterator", "string", "text", "values", "self", "data"),
}


@pytest.mark.parametrize("name", sorted(functions()))
def test_the_table_of_functions_is_cpythons(name: str) -> None:
    own = FUNCTIONS[name] if not name.startswith("math.") else FUNCTIONS.get(name, ())
    found = taken_by_name(functions()[name], NAMES)
    assert (None if own is None else set(own)) == found


@pytest.mark.parametrize(("kind", "name"), sorted(methods()))
def test_the_table_of_methods_is_cpythons(kind: str, name: str) -> None:
    own = METHODS[kind].get(name, ())
    found = taken_by_name(methods()[kind, name], NAMES)
    assert (None if own is None else set(own)) == found


def test_a_name_that_cpython_does_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each function or method, and each name that it has here: each line has a diagnostic."""
    monkeypatch.setattr(program, "MAX_DIAGNOSTICS", 10_000)
    likely = ("iterable", "x", "value")
    calls = [f"{n}({k}=n)" for n, function in functions().items() for k in likely if _is_refused(function, k)]
    calls += [
        f"({RECEIVERS[kind][0]}).{n}({k}=n)"
        for (kind, n), function in sorted(methods().items())
        for k in (*likely, *names_here(kind, n))
        if _is_refused(function, k)
    ]
    assert len(calls) > 500
    head = "import math\nfrom seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
    text = head + "".join(f"@instruction\ndef call_{i}(n: u8):\n    {call}\n" for i, call in enumerate(calls))
    path = tmp_path / "named.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CompileError) as caught:
        Compiler().check(path)
    told = {d.span.line for d in caught.value.diagnostics}
    left = [call for i, call in enumerate(calls) if 6 + 3 * i not in told]
    assert not left, f"{len(left)} are accepted, as {left[:5]}"


def names_here(kind: str, name: str) -> list[str]:
    """The parameters of a method in the language's own table, or of its function in the library."""
    own = OWN.get(kind, {}).get(name)
    if own is not None:
        return [p.name for p in own.params]
    module = {"str": "text", "bytes": "raw"}.get(kind)
    if module is None:
        return ["other", "item", "key", "default"]
    tree = ast.parse((LIBRARY / f"{module}.py").read_text(encoding="utf-8"))
    found = [f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == f"{kind}_{name}"]
    return [a.arg for f in found for a in f.args.args[1:]]

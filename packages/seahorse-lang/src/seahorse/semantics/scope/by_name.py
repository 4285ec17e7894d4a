"""Which parameters of Python's own functions and methods CPython takes by name: no others are taken by name here."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from seahorse.diagnostics import fail
from seahorse.semantics.scope.body import BodyChecker

# CPython takes any name: they are names of fields, or keys.
ANY: Final = None
_SPLIT, _CODEC = ("sep", "maxsplit"), ("encoding", "errors")
# As `inspect.signature` of Python 3.11 tells them, which is the oldest Python that runs a program.
FUNCTIONS: Mapping[str, tuple[str, ...] | None] = {
    **dict.fromkeys(("abs", "all", "any", "bin", "bool", "chr", "divmod", "filter", "float", "format"), ()),
    **dict.fromkeys(
        ("hash", "hex", "isinstance", "len", "list", "map", "next", "oct", "ord", "range", "repr", "reversed", "set"),
        (),
    ),
    "bytearray": ("source", *_CODEC),
    "bytes": ("source", *_CODEC),
    "dict": ANY,
    "enumerate": ("iterable", "start"),
    "int": ("base",),
    "max": ("key", "default"),
    "min": ("key", "default"),
    "pow": ("base", "exp", "mod"),
    "print": ("sep", "end", "file", "flush"),
    "round": ("number", "ndigits"),
    "sorted": ("key", "reverse"),
    "str": ("object", *_CODEC),
    "sum": ("start",),
    "zip": ("strict",),
    "math.isclose": ("a", "b", "rel_tol", "abs_tol"),
    "math.prod": ("start",),
}
_OF_BYTES: Mapping[str, tuple[str, ...] | None] = {
    "split": _SPLIT,
    "rsplit": _SPLIT,
    "splitlines": ("keepends",),
    "expandtabs": ("tabsize",),
    "decode": _CODEC,
    "hex": ("sep", "bytes_per_sep"),
    "translate": ("delete",),
}
# By the kind of the receiver (`scope/method_table.py`). A method that is not here takes nothing by name.
METHODS: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {
    "str": {
        "split": _SPLIT,
        "rsplit": _SPLIT,
        "splitlines": ("keepends",),
        "expandtabs": ("tabsize",),
        "encode": _CODEC,
        "format": ANY,
    },
    "bytes": _OF_BYTES,
    "bytearray": _OF_BYTES,
    "List": {"sort": ("key", "reverse")},
    "dict": {"update": ANY},
    "set": {},
    "f64": {},
}


def require_function_keywords(body: BodyChecker, node: ast.Call, name: str) -> None:
    """Raises CompileError where a call of a builtin gives by name what CPython takes by position only."""
    if name in FUNCTIONS:
        _require(body, node, name, FUNCTIONS[name])
    elif name.startswith("math."):
        _require(body, node, name, ())


def require_method_keywords(body: BodyChecker, node: ast.Call, kind: str, name: str) -> None:
    """The same of a call of a method of one of Python's own types."""
    if kind in METHODS:
        _require(body, node, name, METHODS[kind].get(name, ()))


def _require(body: BodyChecker, node: ast.Call, name: str, known: tuple[str, ...] | None) -> None:
    for keyword in node.keywords if known is not None else ():
        assert known is not None
        if keyword.arg is not None and keyword.arg not in known:
            listed = ", ".join(f"`{k}`" for k in known)
            hint = f"by name it takes {listed} only" if known else f"write the value alone, without `{keyword.arg}=`"
            alone = body.source.instead(keyword, body.source.text_of(keyword.value)) if not known else None
            raise fail(body.span(keyword), f"Python's `{name}` takes no `{keyword.arg}` by name", hint, alone)

"""One name, one thing: no name of a class or type alias stands for two things, and names are spelled out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("packages/seahorse-lang/src", "packages/localnet/src", "src", "programs_py", "bench")
# Programs of the language, each with names of its own.
PROGRAMS = ("bench/families/[!_]*.py", "scaffold/template/**/*.py")
# What generated clients have, with the names that users of a client read there.
OF_CLIENTS = ("packages/seahorse-lang/src/seahorse/client/support/", "src/gridtokenx/clients/")
# Pairs of places that show one thing from two sides, each with its reason. A name may stand once in each place.
TWO_SIDES = {
    "what an editor reads of a class of the language, and what the engine makes of it": (
        ("packages/seahorse-lang/src/seahorse/prelude/", "packages/seahorse-lang/src/seahorse/pyth.py"),
        (
            "packages/seahorse-lang/src/seahorse/engine/values/",
            "packages/seahorse-lang/src/seahorse/engine/state/keys.py",
        ),
    ),
    "an account or enum of the market, and the record that clients get of it": (
        ("programs_py/",),
        ("src/gridtokenx/market/",),
    ),
}
# Names that are the same in two distributions that must not know each other, each with its reason.
SHARED = {"Json": "dict[str, Any] in the compiler's IDLs and in the client"}
# What earlier versions called things; the second is what they are called.
ABBREVIATIONS = {
    "Cx": "Frame",
    "cx": "frame",
    "V": "Value",
    "Fn": "FunctionBuilder",
    "fn": "function",
    "Val": "RustValue",
    "val": "rust_value",
    "ev": "translate",
    "rec": "record",
    "Unit": "ProgramUnit",
    "cfg": "settings",
    "ctx": "what the context is of",
    "tmp": "what it holds",
}
# In the market a REC is who signs Renewable Energy Certificates.
REC = ("src/", "bench/")
ALIAS = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")


@cache
def modules() -> dict[str, ast.Module]:
    """Path from the root -> syntax of every module that is not a program of the language."""
    paths = [path for top in SOURCES for path in sorted((ROOT / top).rglob("*.py"))]
    kept = [path for path in paths if not any(path.match(program) for program in PROGRAMS)]
    kept = [path for path in kept if not path.relative_to(ROOT).as_posix().startswith(OF_CLIENTS)]
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in kept}


def defined(tree: ast.Module) -> Iterator[str]:
    """Names of classes, at any depth, and of type aliases."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if ALIAS.fullmatch(name):
                    yield name
            case _:
                pass


def bound(tree: ast.Module) -> Iterator[str]:
    """Names of variables, parameters, attributes, functions and classes that a module binds."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case _:
                pass


def one_thing(homes: list[str]) -> bool:
    """Whether the classes in these modules are one thing: in one module, or seen from two sides."""
    for first, second in TWO_SIDES.values():
        sides = [sum(home.startswith(side) for home in homes) for side in (first, second)]
        if sides == [1, 1] and len(homes) == 2:
            return True
    return len(set(homes)) == 1


def test_no_name_of_a_class_or_alias_stands_for_two_things() -> None:
    homes: dict[str, list[str]] = {}
    for path, tree in modules().items():
        for name in defined(tree):
            homes.setdefault(name, []).append(path)
    assert len(homes) > 500
    doubled = {name: found for name, found in homes.items() if not one_thing(found)}
    assert {name: found for name, found in doubled.items() if name not in SHARED} == {}, "rename one of each"
    assert doubled.keys() == SHARED.keys(), "an exception that nothing needs"


def test_names_are_spelled_out() -> None:
    short = {
        f"{path}: {name}, write {ABBREVIATIONS[name]}"
        for path, tree in modules().items()
        for name in bound(tree)
        if name in ABBREVIATIONS and not (name == "rec" and path.startswith(REC))
    }
    assert short == set()

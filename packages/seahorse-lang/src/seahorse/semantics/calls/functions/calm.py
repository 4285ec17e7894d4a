"""Functions whose source shows that they assign no field and no element. After a call of one, facts that tests have
proven about fields still hold."""

from __future__ import annotations

import ast

from seahorse.semantics.names.symbols import ClassInfo
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.method_table import METHODS, SPECIAL
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.types import INTS

# Functions and methods that change nothing that they are given.
_FUNCTIONS = {*INTS, *(name for name in DECLARED if not OPERATIONS[name].effects)} | {
    "abs", "all", "any", "bin", "bool", "bytes", "chr", "divmod", "enumerate", "f64", "float", "hex", "int",
    "isinstance", "len", "list", "max", "min", "mul_div", "ord", "pow", "print", "range", "repr", "reversed",
    "round", "set", "sorted", "str", "sum", "tuple", "zip",
}  # fmt: skip
_METHODS = {
    "amount", "authority", "count", "decimals", "encode", "endswith", "epoch", "find", "get", "items", "key", "keys",
    "lamports", "lower", "mint", "minimum_balance", "slot", "split", "startswith", "strip", "supply", "to_bytes",
    "unix_timestamp", "upper", "values",
}  # fmt: skip
_CHANGING = ({n for table in METHODS.values() for n in table} | {n for _, n in SPECIAL}) - _METHODS
# Methods that only constructions run, which are calls of names that are none of the above.
_OTHER = {"__init__", "__post_init__"}


def is_calm(body: BodyChecker, syntax: ast.FunctionDef) -> bool:
    """Whether a call cannot change an account or an object that there is."""
    infos = list(body.checker.infos.values())
    asked = [syntax]
    # Methods that an operator, a loop or an index may run.
    asked += [m for i in infos for name, (m, _) in i.methods.items() if name.startswith("__") and name not in _OTHER]
    seen: set[ast.FunctionDef] = set()
    while asked:
        node = asked.pop()
        if node in seen:
            continue
        seen.add(node)
        for part in (p for statement in node.body for p in ast.walk(statement)):
            if not _changes_nothing(part, infos, asked):
                return False
    return True


def _changes_nothing(part: ast.AST, infos: list[ClassInfo], asked: list[ast.FunctionDef]) -> bool:
    """Whether a node changes nothing by itself; what it may run is added to what is `asked`."""
    match part:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return False
        case ast.Call(func=ast.Name(id=name)):
            return name in _FUNCTIONS
        case ast.Call(func=ast.Attribute(attr=name)):
            own = [i.methods[name][0] for i in infos if name in i.methods]
            asked += own
            return name in _METHODS or (bool(own) and name not in _CHANGING)
        case ast.Call():
            return False
        case ast.Attribute(attr=name):
            # It may be a property.
            asked += [i.methods[name][0] for i in infos if name in i.methods]
            return True
        case _:
            return True

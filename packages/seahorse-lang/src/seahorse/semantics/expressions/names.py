"""Names: variables, symbols of modules, programs."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.literals import named_constant
from seahorse.semantics.names.prelude_names import ADDRESSES, MATH_CONSTANTS
from seahorse.semantics.names.symbols import (
    ConstSymbol,
    ErrorSymbol,
    FunctionSymbol,
    InstructionSymbol,
    ModuleSymbol,
    PackageSymbol,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.tree import (
    BoolLit,
    Expr,
    FloatLit,
    PubkeyLit,
)
from seahorse.semantics.tree.types import (
    BOOL,
    F64,
    PUBKEY,
    Type,
)


@handles(ast.Name)
def name(body: BodyChecker, node: ast.Name, expected: Type | None) -> Expr:
    binding = body.variable(node)
    if binding is not None and binding.cpi is not None:
        return _cpi_value(body, node, binding.cpi)
    if binding is not None:
        return body.read(binding, node)
    if node.id in body.local_functions:
        raise body.error(node, f"`{node.id}` is a function, and functions are not values", f"call it: `{node.id}(...)`")
    symbol = body.scope.lookup(node.id)
    if symbol is None or node.id in body.hoisting.assigned:
        raise body.undefined(node)
    return symbol_value(body, symbol, node, node.id, expected)


def _cpi_value(body: BodyChecker, node: ast.Name, cpi: Expr | list[Expr]) -> Expr:
    if isinstance(cpi, Expr):
        return cpi
    raise body.error(
        node, f"`{node.id}` is a list of CpiAccounts, which no value can hold", "pass it to `invoke`, or append"
    )


def symbol_value(body: BodyChecker, symbol: Symbol, node: ast.expr, label: str, expected: Type | None) -> Expr:
    """A module-level symbol used as a value: only constants are values."""
    match symbol:
        case ConstSymbol():
            return named_constant(body, symbol, node, expected)
        case FunctionSymbol() | InstructionSymbol():
            raise body.error(node, f"`{label}` is a function, and functions are not values", f"call it: `{label}(...)`")
        case ModuleSymbol() | PackageSymbol():
            raise body.error(node, f"`{label}` is a module, not a value", f"write `{label}.name`")
        case ErrorSymbol():
            raise body.error(node, f"`{label}` is an error class, not a value", f"`assert condition, {label}.CODE`")
        case PreludeSymbol(name=known) if known in ADDRESSES:
            return PubkeyLit(PUBKEY, body.span(node), ADDRESSES[known])
        case PreludeSymbol(name="TYPE_CHECKING"):
            return BoolLit(BOOL, body.span(node), False)
        case PreludeSymbol(name=known) if known.removeprefix("math.") in MATH_CONSTANTS and known.startswith("math."):
            return FloatLit(F64, body.span(node), MATH_CONSTANTS[known.removeprefix("math.")])
        case PreludeSymbol(name="arg"):
            raise body.error(node, "`arg` works only inside `Seeds(...)`", "write the parameter's name")
        case PreludeSymbol():
            raise body.error(node, f"`{label}` is not a value", f"call it: `{label}(...)`")
        case _:
            raise body.error(node, f"`{label}` is a class, not a value", "use a member of it, or construct it")

"""`rent.minimum_balance(data_len)`: what exempts an account from rent, by the formula of Solana's Rent."""

from __future__ import annotations

import ast

from seahorse.diagnostics import before
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Arith, Builtin, Coerce, Convert, Expr, IntLit
from seahorse.semantics.tree.types import F64, U64

# Bytes that an account costs beside its data (solana ACCOUNT_STORAGE_OVERHEAD).
OVERHEAD = 128


def minimum_balance(body: BodyChecker, node: ast.Call, receiver: Expr) -> Expr:
    bound = bind(body, node, ["data_len"], [], "minimum_balance")
    size = body.typed(bound["data_len"], U64, "parameter `data_len`")
    at = before(body.span(node))
    rate = Builtin(U64, at, "rent.lamports_per_byte_year", [receiver])
    years = Builtin(F64, at, "rent.exemption_threshold", [receiver])
    yearly = Arith(U64, at, "*", Arith(U64, at, "+", size, IntLit(U64, at, OVERHEAD)), rate)
    return Convert(U64, body.span(node), Arith(F64, at, "*", Coerce(F64, at, yearly), years))

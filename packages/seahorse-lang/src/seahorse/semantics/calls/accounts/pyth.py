"""Pyth price accounts: which address a product has."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.pyth_products import PRODUCTS
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.declarations.constants import fold
from seahorse.semantics.names.base58 import decode_address
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Builtin, Expr, PubkeyLit
from seahorse.semantics.tree.types import PUBKEY, PriceFeedType

CLUSTERS = ("mainnet", "devnet", "testnet")


def validate_price_feed(body: BodyChecker, node: ast.Call, account: Expr) -> Expr:
    """`price_account.validate_price_feed('[cluster-]BASE/QUOTE')`: the product decides the address at compile time."""
    bound = bind(body, node, ["product"], [], "validate_price_feed")
    constant = fold(body.scope, bound["product"])
    if constant is None or not isinstance(constant.value, str):
        raise body.error(
            bound["product"], "the product must be a string literal", "write `'SOL/USD'` or `'devnet-SOL/USD'`"
        )
    cluster, dash, product = constant.value.partition("-")
    if not dash or cluster not in CLUSTERS:
        cluster, product = "mainnet", constant.value
    address = PRODUCTS.get((cluster, product))
    if address is None:
        known = ", ".join(sorted(p for c, p in PRODUCTS if c == cluster)[:8])
        raise body.error(
            bound["product"], f"the compiler knows no {cluster} price feed of `{product}`", f"some that are: {known}"
        )
    key = decode_address(address)
    assert key is not None
    return Builtin(
        PriceFeedType("PriceFeed"),
        body.span(node),
        "price.validate_price_feed",
        [account, PubkeyLit(PUBKEY, body.span(node), key)],
    )

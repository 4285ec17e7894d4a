"""Methods that add lamports up: the supply, and who has most of it."""

import heapq
from typing import Any

from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.journal import View
from solana_localnet.chain.non_circulating import non_circulating
from solana_localnet.chain.programs import STAKE
from solana_localnet.rpc.params import U64_MAX, Params
from solana_localnet.rpc.registry import Node, method

LARGEST_ACCOUNTS = 20


def held_back(node: Node, view: View) -> dict[Pubkey, int]:
    """Lamports of the accounts that do not circulate; most of these do not exist here."""
    keys = non_circulating(lambda: view.owned_by(STAKE), node.chain.vm.clock())
    return {key: view.balance(key) for key in keys}


def largest(lamports: dict[Pubkey, int]) -> list[dict[str, Any]]:
    """The richest of these accounts."""
    least = heapq.nlargest(LARGEST_ACCOUNTS, lamports.values())[-1:] or [1]
    rows = [(-amount, str(key)) for key, amount in lamports.items() if amount >= max(least[0], 1)]
    return [{"address": key, "lamports": -amount} for amount, key in sorted(rows)[:LARGEST_ACCOUNTS]]


@method("getLargestAccounts")
def get_largest_accounts(node: Node, params: Params) -> Any:
    """The 20 richest accounts."""
    config = params.config(0)
    kind = config.choice("filter", ("circulating", "nonCirculating"), "")
    view = node.view(config)
    held = held_back(node, view)
    if kind == "nonCirculating":
        lamports = held
    else:
        lamports = {key: view.balance(key) for key in node.chain.all_addresses()}
        if kind == "circulating":
            lamports = {key: amount for key, amount in lamports.items() if key not in held}
    return node.with_context(largest(lamports), view)


@method("getSupply")
def get_supply(node: Node, params: Params) -> Any:
    """Lamports in existence and in circulation; or what a control method set."""
    config = params.config(0)
    hidden: dict[str, Any] = {"nonCirculatingAccounts": []} if config.flag("excludeNonCirculatingAccountsList") else {}
    view = node.view(config)
    held = held_back(node, view)
    # A control method may write any number of lamports into an account; the sums must still be u64.
    total = min(U64_MAX, sum(view.balance(key) for key in node.chain.all_addresses()))
    kept = min(total, sum(held.values()))
    found: dict[str, Any] = {
        "total": total,
        "circulating": total - kept,
        "nonCirculating": kept,
        "nonCirculatingAccounts": [str(key) for key in held],
    }
    return node.with_context(found | node.overrides.supply | hidden, view)

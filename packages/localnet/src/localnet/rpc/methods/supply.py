"""Methods that add lamports up: the supply, and who has most of it."""

from typing import Any

from localnet.chain.blocks.journal import View
from localnet.chain.non_circulating import non_circulating
from localnet.chain.programs import STAKE
from localnet.rpc.params import U64_MAX, Params
from localnet.rpc.registry import Node, method

LARGEST_ACCOUNTS = 20


def held_back(node: Node, view: View) -> dict[str, int]:
    """Lamports of the accounts that do not circulate, by address; most of these do not exist here."""
    keys = non_circulating(lambda: view.owned_by(STAKE), node.chain.vm.clock())
    return {str(key): view.balance(key) for key in keys}


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
        lamports = {str(key): view.balance(key) for key in node.chain.all_addresses()}
        if kind == "circulating":
            lamports = {key: amount for key, amount in lamports.items() if key not in held}
    rows = sorted(((-amount, key) for key, amount in lamports.items() if amount))
    found = [{"address": key, "lamports": -amount} for amount, key in rows[:LARGEST_ACCOUNTS]]
    return node.with_context(found, view)


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
        "nonCirculatingAccounts": list(held),
    }
    return node.with_context(found | node.overrides.supply | hidden, view)

"""Methods that read accounts."""

from typing import Any

from localnet.codec.accounts import encode_account
from localnet.rpc.errors import invalid_params
from localnet.rpc.params import Params, check_context, parse_pubkey
from localnet.rpc.registry import MAX_MULTIPLE_ACCOUNTS, Node, method
from localnet.rpc.views import account_filters, account_view

LARGEST_ACCOUNTS = 20


@method("getAccountInfo")
def get_account_info(node: Node, params: Params) -> Any:
    """One account, or null."""
    address, config = params.pubkey(0), params.config(1)
    check_context(config, node.chain.slot)
    view = account_view(config, "binary")
    read = node.chain.vm.account
    account = read(address)
    return node.with_context(None if account is None else encode_account(address, account, view, read))


@method("getMultipleAccounts")
def get_multiple_accounts(node: Node, params: Params) -> Any:
    """Up to 100 accounts, null for each that does not exist."""
    values, config = params.sequence(0), params.config(1)
    if len(values) > MAX_MULTIPLE_ACCOUNTS:
        raise invalid_params(f"Too many inputs provided; max {MAX_MULTIPLE_ACCOUNTS}")
    check_context(config, node.chain.slot)
    view = account_view(config, "base64")
    read = node.chain.vm.account
    found = [(address, read(address)) for address in map(parse_pubkey, values)]
    return node.with_context(
        [None if account is None else encode_account(key, account, view, read) for key, account in found]
    )


@method("getBalance")
def get_balance(node: Node, params: Params) -> Any:
    """Lamports of an account, 0 when it does not exist."""
    address = params.pubkey(0)
    check_context(params.config(1), node.chain.slot)
    return node.with_context(node.chain.vm.balance(address) or 0)


@method("getProgramAccounts")
def get_program_accounts(node: Node, params: Params) -> Any:
    """All accounts of a program that pass the filters."""
    program, config = params.pubkey(0), params.config(1)
    check_context(config, node.chain.slot)
    view, filters = account_view(config, "binary"), account_filters(config)
    read = node.chain.vm.account
    rows = [
        {"pubkey": str(key), "account": encode_account(key, account, view, read)}
        for key, account in node.chain.vm.owned_by(program)
        if all(accept(account) for accept in filters)
    ]
    if config.flag("sortResults", True):
        rows.sort(key=lambda row: str(row["pubkey"]))
    return node.with_context(rows) if config.flag("withContext") else rows


@method("getMinimumBalanceForRentExemption")
def get_minimum_balance(node: Node, params: Params) -> Any:
    """Lamports that an account of so many data bytes must hold."""
    size = params.u64(0)
    check_context(params.config(1), node.chain.slot)
    return node.chain.vm.rent_exempt_minimum(size)


@method("getLargestAccounts")
def get_largest_accounts(node: Node, params: Params) -> Any:
    """The 20 richest accounts. The faucet is what a cluster calls non-circulating."""
    config = params.config(0)
    check_context(config, node.chain.slot)
    kind = config.choice("filter", ("circulating", "nonCirculating"), "")
    faucet = node.chain.faucet.pubkey()
    rows = [
        (account.lamports, str(key))
        for key, account in node.chain.accounts()
        if not kind or (key == faucet) == (kind == "nonCirculating")
    ]
    rows.sort(key=lambda row: (-row[0], row[1]))
    return node.with_context([{"address": key, "lamports": lamports} for lamports, key in rows[:LARGEST_ACCOUNTS]])


@method("getSupply")
def get_supply(node: Node, params: Params) -> Any:
    """Lamports in existence; those in the faucet do not circulate."""
    config = params.config(0)
    check_context(config, node.chain.slot)
    faucet = node.chain.faucet.pubkey()
    total = sum(account.lamports for _, account in node.chain.accounts())
    held = node.chain.vm.balance(faucet) or 0
    listed = [] if config.flag("excludeNonCirculatingAccountsList") else [str(faucet)]
    return node.with_context(
        {
            "total": total,
            "circulating": total - held,
            "nonCirculating": held,
            "nonCirculatingAccounts": listed,
        }
    )

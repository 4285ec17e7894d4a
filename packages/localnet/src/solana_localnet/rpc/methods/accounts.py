"""Methods that read accounts."""

from typing import Any

from solana_localnet.codec.accounts import encode_account
from solana_localnet.rpc.errors import INVALID_REQUEST, RpcError, invalid_params
from solana_localnet.rpc.params import Params, parse_pubkey
from solana_localnet.rpc.registry import MAX_MULTIPLE_ACCOUNTS, Node, method
from solana_localnet.rpc.turns import Writer, turns
from solana_localnet.rpc.views import account_filters, account_view, check_token_filters

MAX_ACCOUNT_BYTES = 10 << 20


@method("getAccountInfo")
def get_account_info(node: Node, params: Params) -> Any:
    """One account, or null."""
    address, config = params.pubkey(0), params.config(1, "RpcAccountInfoConfig")
    form, view = account_view(config, "binary"), node.view(config)
    account = view.account(address)
    return node.with_context(None if account is None else encode_account(address, account, form, view.account), view)


@method("getMultipleAccounts")
async def get_multiple_accounts(node: Node, params: Params) -> Any:
    """Up to 100 accounts, null for each that does not exist."""
    values, config = params.sequence(0), params.config(1)
    if len(values) > MAX_MULTIPLE_ACCOUNTS:
        raise invalid_params(f"Too many inputs provided; max {MAX_MULTIPLE_ACCOUNTS}")
    form, view = account_view(config, "base64"), node.view(config)
    addresses = [parse_pubkey(value) for value in values]
    found = {address: view.account(address) for address in set(addresses)}
    write = Writer()
    rows = [
        None if (account := found[key]) is None else write(encode_account(key, account, form, view.account))
        async for key in turns(addresses)
    ]
    return node.with_context(rows, view)


@method("getBalance")
def get_balance(node: Node, params: Params) -> Any:
    """Lamports of an account, 0 when it does not exist."""
    address = params.pubkey(0)
    view = node.view(params.config(1))
    return node.with_context(view.balance(address), view)


@method("getProgramAccounts")
async def get_program_accounts(node: Node, params: Params) -> Any:
    """All accounts of a program that pass the filters."""
    program, config = params.pubkey(0), params.config(1)
    form, filters = account_view(config, "binary"), account_filters(config)
    view = node.view(config)
    check_token_filters(config, program)
    write = Writer()
    found = {
        (name := str(key)): write({"pubkey": name, "account": encode_account(key, account, form, view.account)})
        async for key, account in turns(list(view.owned_by(program)))
        if all(accept(account) for accept in filters)
    }
    rows = [found[name] for name in (sorted(found) if config.flag("sortResults", True) else found)]
    return node.with_context(rows, view) if config.flag("withContext") else rows


@method("getMinimumBalanceForRentExemption")
def get_minimum_balance(node: Node, params: Params) -> Any:
    """Lamports that an account of so many data bytes must hold."""
    size = params.u64(0, "usize")
    params.commitment_config(1)
    if size > MAX_ACCOUNT_BYTES:
        raise RpcError(INVALID_REQUEST, "Invalid request")
    return node.chain.vm.rent_exempt_minimum(size)

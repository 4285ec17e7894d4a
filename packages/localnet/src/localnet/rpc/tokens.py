"""Methods about SPL tokens."""

from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from localnet.chain.programs import TOKEN, TOKEN_2022, TOKEN_PROGRAMS
from localnet.codec.accounts import encode_account
from localnet.codec.token_layout import Mint, TokenAccount, parse_mint, parse_token_account, ui_amount
from localnet.rpc.errors import invalid_params
from localnet.rpc.params import Params, as_config, check_context, parse_pubkey
from localnet.rpc.registry import Node, method
from localnet.rpc.views import account_view

LARGEST_HOLDERS = 20


def _mint(node: Node, address: Pubkey) -> tuple[Mint, Account]:
    account = node.chain.vm.account(address)
    if account is None:
        raise invalid_params("Invalid param: could not find mint")
    mint = parse_mint(account.data) if account.owner in TOKEN_PROGRAMS else None
    if mint is None:
        raise invalid_params("Invalid param: not a Token mint")
    return mint, account


def _holdings(node: Node, program: Pubkey) -> list[tuple[Pubkey, Account, TokenAccount]]:
    rows = [(key, account, parse_token_account(account.data)) for key, account in node.chain.vm.owned_by(program)]
    return [(key, account, holding) for key, account, holding in rows if holding is not None]


@method("getTokenAccountBalance")
def get_token_account_balance(node: Node, params: Params) -> Any:
    """The amount in one token account."""
    address = params.pubkey(0)
    check_context(params.config(1), node.chain.slot)
    account = node.chain.vm.account(address)
    if account is None:
        raise invalid_params("Invalid param: could not find account")
    holding = parse_token_account(account.data) if account.owner in TOKEN_PROGRAMS else None
    if holding is None:
        raise invalid_params("Invalid param: not a Token account")
    mint, _ = _mint(node, holding.mint)
    return node.with_context(ui_amount(holding.amount, mint.decimals))


@method("getTokenSupply")
def get_token_supply(node: Node, params: Params) -> Any:
    """How much of a mint exists."""
    address = params.pubkey(0)
    check_context(params.config(1), node.chain.slot)
    mint, _ = _mint(node, address)
    return node.with_context(ui_amount(mint.supply, mint.decimals))


@method("getTokenLargestAccounts")
def get_token_largest_accounts(node: Node, params: Params) -> Any:
    """The 20 largest holders of a mint."""
    address = params.pubkey(0)
    check_context(params.config(1), node.chain.slot)
    mint, account = _mint(node, address)
    rows = [(h.amount, str(key)) for key, _, h in _holdings(node, account.owner) if h.mint == address]
    rows.sort(key=lambda row: (-row[0], row[1]))
    return node.with_context(
        [{"address": key} | ui_amount(amount, mint.decimals) for amount, key in rows[:LARGEST_HOLDERS]]
    )


def _by_mint_or_program(node: Node, value: Any) -> tuple[Pubkey, Pubkey | None]:
    """The token program to search and the mint to look for, from {"mint": …} or {"programId": …}."""
    fields = as_config(value)
    if ("mint" in fields) == ("programId" in fields):
        raise invalid_params("Invalid params: give either {`mint`: address} or {`programId`: address}.")
    if "mint" in fields:
        mint = parse_pubkey(fields.any("mint"))
        return _mint(node, mint)[1].owner, mint
    program = parse_pubkey(fields.any("programId"))
    if program not in (TOKEN, TOKEN_2022):
        raise invalid_params("Invalid param: unrecognized Token program id")
    return program, None


def _token_accounts(node: Node, params: Params, role: str) -> Any:
    person, config = params.pubkey(0), params.config(2)
    program, mint = _by_mint_or_program(node, params.required(1))
    check_context(config, node.chain.slot)
    view = account_view(config, "binary")
    read = node.chain.vm.account
    rows = [
        {"pubkey": str(key), "account": encode_account(key, account, view, read)}
        for key, account, holding in _holdings(node, program)
        if (holding.owner if role == "owner" else holding.delegate) == person and (mint is None or holding.mint == mint)
    ]
    return node.with_context(sorted(rows, key=lambda row: str(row["pubkey"])))


@method("getTokenAccountsByOwner")
def get_token_accounts_by_owner(node: Node, params: Params) -> Any:
    """Token accounts that a wallet owns."""
    return _token_accounts(node, params, "owner")


@method("getTokenAccountsByDelegate")
def get_token_accounts_by_delegate(node: Node, params: Params) -> Any:
    """Token accounts that a wallet may spend from."""
    return _token_accounts(node, params, "delegate")

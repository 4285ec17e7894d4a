"""Methods about SPL tokens."""

from collections.abc import AsyncIterator
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.journal import View
from solana_localnet.chain.programs import SYSVAR_CLOCK, TOKEN_PROGRAMS
from solana_localnet.codec.accounts import encode_account
from solana_localnet.codec.parsed.extensions import amount_scale, chain_time
from solana_localnet.codec.token_layout import Mint, TokenHolding, parse_mint, parse_token_account, ui_amount
from solana_localnet.rpc.errors import invalid_params
from solana_localnet.rpc.params import Params, as_config, parse_pubkey, unknown_variant
from solana_localnet.rpc.registry import Node, method
from solana_localnet.rpc.turns import Writer, turns
from solana_localnet.rpc.views import account_view

LARGEST_HOLDERS = 20


def _mint(view: View, address: Pubkey, unreadable: str, any_owner: bool = False) -> tuple[Mint, Account]:
    """A mint and its account. unreadable: what Agave says here of an account that is no mint; any_owner: of those of
    other programs, too."""
    account = view.account(address)
    if account is None:
        raise invalid_params("Invalid param: could not find mint")
    if account.owner not in TOKEN_PROGRAMS and not any_owner:
        raise invalid_params("Invalid param: not a Token mint")
    mint = parse_mint(account.data)
    if mint is None or account.owner not in TOKEN_PROGRAMS:
        raise invalid_params(f"Invalid param: {unreadable}")
    return mint, account


UNREADABLE = "Token mint could not be unpacked"


async def holdings(view: View, program: Pubkey) -> AsyncIterator[tuple[Pubkey, Account, TokenHolding]]:
    """The token accounts of a token program."""
    async for key, account in turns(list(view.owned_by(program))):
        holding = parse_token_account(account.data)
        if holding is not None:
            yield key, account, holding


@method("getTokenAccountBalance")
def get_token_account_balance(node: Node, params: Params) -> Any:
    """The amount in one token account."""
    config, address = params.commitment_config(1), params.pubkey(0)
    view = node.view(config)
    account = view.account(address)
    if account is None:
        raise invalid_params("Invalid param: could not find account")
    holding = parse_token_account(account.data) if account.owner in TOKEN_PROGRAMS else None
    if holding is None:
        raise invalid_params("Invalid param: not a Token account")
    mint, mint_account = _mint(view, holding.mint, UNREADABLE)
    return node.with_context(_amount(view, holding.amount, mint, mint_account), view)


def _amount(view: View, amount: int, mint: Mint, account: Account) -> dict[str, object]:
    clock = view.account(SYSVAR_CLOCK)
    return ui_amount(amount, mint.decimals, amount_scale(account.data, chain_time(clock)))


@method("getTokenSupply")
def get_token_supply(node: Node, params: Params) -> Any:
    """How much of a mint exists."""
    config, address = params.commitment_config(1), params.pubkey(0)
    view = node.view(config)
    if view.account(address) is None:
        raise invalid_params("Invalid param: could not find account")
    mint, account = _mint(view, address, "mint could not be unpacked")
    return node.with_context(_amount(view, mint.supply, mint, account), view)


@method("getTokenLargestAccounts")
async def get_token_largest_accounts(node: Node, params: Params) -> Any:
    """The 20 largest holders of a mint."""
    config, address = params.commitment_config(1), params.pubkey(0)
    view = node.view(config)
    mint, account = _mint(view, address, UNREADABLE)
    rows = [(h.amount, str(key)) async for key, _, h in holdings(view, account.owner) if h.mint == address]
    rows.sort(key=lambda row: (-row[0], row[1]))
    found = [{"address": key} | _amount(view, amount, mint, account) for amount, key in rows[:LARGEST_HOLDERS]]
    return node.with_context(found, view)


async def _token_accounts(node: Node, params: Params, role: str) -> Any:
    person, config = params.pubkey(0), params.config(2)
    wanted = as_config(params.required(1))
    if len(wanted.fields) != 1:
        raise invalid_params("Invalid params: invalid value: map, expected map with a single key.")
    (kind,) = wanted.fields
    if kind not in ("mint", "programId"):
        raise invalid_params(f"Invalid params: {unknown_variant(kind, ('mint', 'programId'))}.")
    key = parse_pubkey(wanted.any(kind))
    form, view = account_view(config, "binary"), node.view(config)
    if kind == "mint":
        program = _mint(view, key, UNREADABLE, any_owner=True)[1].owner
    elif key in TOKEN_PROGRAMS:
        program = key
    else:
        raise invalid_params("Invalid param: unrecognized Token program id")
    write = Writer()
    rows = {
        (name := str(address)): write({"pubkey": name, "account": encode_account(address, account, form, view.account)})
        async for address, account, holding in holdings(view, program)
        if (holding.owner if role == "owner" else holding.delegate) == person
        and (kind != "mint" or holding.mint == key)
    }
    return node.with_context([rows[name] for name in sorted(rows)], view)


@method("getTokenAccountsByOwner")
async def get_token_accounts_by_owner(node: Node, params: Params) -> Any:
    """Token accounts that a wallet owns."""
    return await _token_accounts(node, params, "owner")


@method("getTokenAccountsByDelegate")
async def get_token_accounts_by_delegate(node: Node, params: Params) -> Any:
    """Token accounts that a wallet may spend from."""
    return await _token_accounts(node, params, "delegate")

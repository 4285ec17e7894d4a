"""GRID: minting what was generated, sending and burning it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from solders.pubkey import Pubkey

from gridtokenx.market.actions import energy_token, tokens
from gridtokenx.market.actions.tokens import amount_of
from gridtokenx.market.read import require
from gridtokenx.market.records import Market
from gridtokenx.services.api.identity import ActiveUser, Wallet
from gridtokenx.services.api.prepared import payer_for, prepare_for
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import State
from gridtokenx.services.api.values import Body, KeyText, MeterId, Positive

router = new_router("tokens")


class MintBody(Body):
    """Document A's body; the owner's signature comes with the second step."""

    meter_id: MeterId
    meter_owner_signature: Annotated[str | None, Field(max_length=100)] = None
    pays_itself: bool = False


class TransferBody(Body):
    """GRID to send, base units."""

    recipient: KeyText
    amount: Positive
    pays_itself: bool = False


class BurnBody(Body):
    """GRID to burn, base units."""

    amount: Positive
    pays_itself: bool = False


@router.post("/api/tokens/mint", status_code=202)
async def mint(body: MintBody, wallet: ActiveUser, state: State) -> dict[str, Any]:
    """Turns a meter's unminted net generation into GRID for its owner."""
    key, payer = Pubkey.from_string(wallet), payer_for(state, wallet, body.pays_itself)
    instructions = [
        tokens.create_associated_token_account(payer, key, state.client.addresses.energy_mint),
        energy_token.mint_grid_tokens(state.client, key, body.meter_id),
    ]
    return await prepare_for(state, wallet, "mint_grid_tokens", instructions, payer, {"meter_id": body.meter_id})


@router.post("/api/tokens/transfer", status_code=202)
async def transfer(body: TransferBody, wallet: Wallet, state: State) -> dict[str, Any]:
    """Sends GRID to somebody who has an account for it."""
    key, payer = Pubkey.from_string(wallet), payer_for(state, wallet, body.pays_itself)
    move = energy_token.transfer_tokens(state.client, key, Pubkey.from_string(body.recipient), body.amount)
    return await prepare_for(state, wallet, "transfer_tokens", [move], payer)


@router.post("/api/tokens/burn", status_code=202)
async def burn(body: BurnBody, wallet: Wallet, state: State) -> dict[str, Any]:
    """Destroys one's own GRID."""
    key, payer = Pubkey.from_string(wallet), payer_for(state, wallet, body.pays_itself)
    gone = energy_token.burn_tokens(state.client, key, body.amount)
    return await prepare_for(state, wallet, "burn_tokens", [gone], payer)


@router.get("/api/balances")
async def balances(wallet: Wallet, state: State) -> dict[str, Any]:
    """The wallet's balances: GRID, payment tokens (base units), lamports."""
    key, client = Pubkey.from_string(wallet), state.client
    market = await require(client, Market, client.addresses.market, "initialize the market")
    addresses = [key, client.addresses.grid_account(key)]
    addresses.append(tokens.associated_token_address(key, market.payment_mint))
    own, grid, payment = await client.raw_accounts(addresses)
    return {
        "lamports": str(0 if own is None else own.lamports),
        "grid": str(0 if grid is None else amount_of(grid.data)),
        "payment": str(0 if payment is None else amount_of(payment.data)),
        "payment_mint": str(market.payment_mint),
    }

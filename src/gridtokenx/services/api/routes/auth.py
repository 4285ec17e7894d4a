"""Signing in with a wallet, and who one is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from gridtokenx.services.api import identity
from gridtokenx.services.api.identity import COOKIE, SESSION_SECONDS, MaybeSession, Wallet
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import State
from gridtokenx.services.api.values import Body, KeyText

router = new_router("auth")


class ChallengeBody(Body):
    """The wallet that wants to sign in."""

    wallet: KeyText


class LoginBody(Body):
    """A challenge, and the wallet's signature of it (base64 or base58)."""

    message: Annotated[str, Field(min_length=1, max_length=2_000)]
    signature: Annotated[str, Field(min_length=64, max_length=100)]


@router.post("/api/auth/challenge")
async def challenge(body: ChallengeBody, state: State) -> dict[str, Any]:
    """A text for the wallet to sign, once, within five minutes."""
    text, until = await identity.challenge(state, body.wallet)
    return {"message": text, "expires_at": until}


@router.post("/api/auth/login")
async def login(body: LoginBody, state: State, response: Response) -> dict[str, Any]:
    """Opens a session: an HttpOnly cookie, and the CSRF token that every change sends along."""
    token, csrf, wallet = await identity.login(state, body.message, body.signature)
    secure = state.settings.origin.startswith("https://")
    response.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, secure=secure, samesite="strict")
    return {"wallet": wallet, "csrf_token": csrf, "roles": sorted(await state.roles.of(wallet))}


@router.post("/api/auth/logout")
async def logout(request: Request, _: Wallet, state: State, response: Response) -> dict[str, Any]:
    """Ends the session."""
    await identity.logout(state, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)
    return {"success": True}


@router.get("/api/me")
async def me(session: MaybeSession, wallet: Wallet, state: State) -> dict[str, Any]:
    """The caller: the wallet, its roles on the chain, its account."""
    member = await state.roles.member(wallet)
    account = None
    if member is not None:
        account = {
            "user_type": str(member.user_type),
            "status": str(member.status),
            "location": member.location,
            "affiliation": str(member.affiliation),
            "meter_count": member.meter_count,
            "registered_at": member.registered_at,
        }
    csrf = None if session is None else session.csrf
    return {"wallet": wallet, "csrf_token": csrf, "roles": sorted(await state.roles.of(wallet)), "user": account}

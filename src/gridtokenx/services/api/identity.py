"""Sign-In With Solana: a wallet signs a text for this host, once; a cookie and a CSRF token follow."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit

from based58 import b58decode
from fastapi import Depends, Request
from solders.pubkey import Pubkey
from solders.signature import Signature
from sqlalchemy import delete, func, select

from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.config.settings import Settings
from gridtokenx.services.database.service_tables import Nonce, SessionRow

COOKIE = "gridtokenx_session"
CSRF_HEADER = "x-csrf-token"
NONCE_SECONDS = 300
SESSION_SECONDS = 12 * 3_600
MOST_NONCES = 10_000
SIGNATURE_BYTES = 64
SAFE = ("GET", "HEAD", "OPTIONS")


def challenge_text(settings: Settings, wallet: str, nonce: str, now: int) -> str:
    """The text that a wallet signs: for this host and this chain, once, for five minutes."""

    def when(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    return (
        f"{urlsplit(settings.origin).netloc} wants you to sign in with your Solana account:\n{wallet}\n\n"
        "Sign in to GridTokenX. This sends no transaction and costs nothing.\n\n"
        f"URI: {settings.origin}\nVersion: 1\nChain ID: {settings.cluster.split('#', maxsplit=1)[0]}\nNonce: {nonce}\n"
        f"Issued At: {when(now)}\nExpiration Time: {when(now + NONCE_SECONDS)}"
    )


async def challenge(state: ApiState, wallet: str) -> tuple[str, int]:
    """A text to sign, and until when."""
    now, nonce = int(time.time()), secrets.token_urlsafe(24)
    text = challenge_text(state.settings, wallet, nonce, now)
    async with state.database.write() as session:
        await session.execute(delete(Nonce).where(Nonce.expires_at <= now))
        if (await session.scalar(select(func.count()).select_from(Nonce)) or 0) >= MOST_NONCES:
            raise Problem(429, "too many sign-ins", "wait five minutes")
        session.add(Nonce(value=nonce, wallet=wallet, message=text, expires_at=now + NONCE_SECONDS))
    return text, now + NONCE_SECONDS


async def login(state: ApiState, message: str, signature: str) -> tuple[str, str, str]:
    """Opens a session for who signed a challenge: cookie, CSRF token, wallet. A challenge is used up in any case."""
    nonce = next((line.removeprefix("Nonce: ") for line in message.splitlines() if line.startswith("Nonce: ")), "")
    async with state.database.write() as session:
        row = await session.get(Nonce, nonce, with_for_update=True)
        if row is not None:
            await session.delete(row)
    if row is None or row.expires_at <= time.time():
        raise Problem(401, "the challenge is not valid", "it was used or is older than five minutes; ask for another")
    if not hmac.compare_digest(row.message.encode(), message.encode()):
        raise Problem(401, "the text differs", "sign the challenge as it was given")
    if not _signed(row.wallet, message, signature):
        raise Problem(401, "the signature is wrong", f"sign the challenge with {row.wallet}")
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    async with state.database.write() as session:
        now = int(time.time())
        await session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
        session.add(SessionRow(token_hash=_hash(token), wallet=row.wallet, csrf=csrf, expires_at=now + SESSION_SECONDS))
    return token, csrf, row.wallet


async def logout(state: ApiState, token: str) -> None:
    """Ends a session."""
    async with state.database.write() as session:
        await session.execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def decoded(text: str) -> bytes:
    """Bytes that came as base64 or base58. Raises ValueError."""
    try:
        found = b64decode(text, validate=True)
    except ValueError:
        found = b""
    if len(found) == SIGNATURE_BYTES:
        return found
    try:
        found = b58decode(text.encode("ascii"))
    except Exception:  # based58 raises its own kinds.
        found = b""
    if len(found) == SIGNATURE_BYTES:
        return bytes(found)
    raise ValueError("no signature of 64 bytes")


def _signed(wallet: str, message: str, signature: str) -> bool:
    try:
        return Signature.from_bytes(decoded(signature)).verify(Pubkey.from_string(wallet), message.encode())
    except ValueError:
        return False


async def session_of(request: Request, state: State) -> SessionRow | None:
    """The caller, or None. Raises Problem for a change without the session's CSRF token."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with state.database.read() as session:
        row = await session.get(SessionRow, _hash(token))
    if row is None or row.expires_at <= time.time():
        return None
    if request.method not in SAFE:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), row.csrf.encode()):
            raise Problem(403, "the CSRF token is missing or wrong", "send X-CSRF-Token as /api/auth/login gave it")
    return row


MaybeSession = Annotated[SessionRow | None, Depends(session_of)]


async def signed_in(session: MaybeSession) -> str:
    """The wallet of the caller. Raises Problem for somebody who is not signed in."""
    if session is None:
        raise Problem(401, "not signed in", "POST /api/auth/challenge, then /api/auth/login")
    return session.wallet


Wallet = Annotated[str, Depends(signed_in)]


class Requires:
    """A dependency: the wallet of the caller, which must have one of these roles on the chain."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    async def __call__(self, wallet: Wallet, state: State) -> str:
        """The wallet."""
        if not set(self.roles) & await state.roles.of(wallet):
            raise Problem(
                403, "not yours to do", f"this needs the role {' or '.join(self.roles)} on the chain", wallet=wallet
            )
        return wallet


ActiveUser = Annotated[str, Depends(Requires("active"))]
RecOffice = Annotated[str, Depends(Requires("rec"))]

"""Errors as RFC 9457 problems: what is wrong, what to do, and the on-chain name, code and program, if any."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from solana.exceptions import SolanaRpcException
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as DatabaseWaits
from starlette.exceptions import HTTPException

from gridtokenx.chain.errors import ClusterError, GridTokenXError, StateError
from gridtokenx.chain.interface.failures import TransactionExpired, TransactionFailed
from gridtokenx.chain.signing.cosign import MessageDiffers, NotATransaction, SignatureWrong
from gridtokenx.chain.signing.prepare import TransactionTooLarge
from gridtokenx.services.keys.allowlist import NotAllowed
from gridtokenx.services.keys.sponsor import SponsorDeclines

TYPE = "application/problem+json"
UNREADABLE = "There was an error parsing the body"
"""FastAPI's word."""
log = structlog.get_logger("api")


class Problem(Exception):
    """An answer that is an error. `extra` goes into the document."""

    def __init__(self, status: int, title: str, detail: str, **extra: Any) -> None:
        super().__init__(f"{title}: {detail}")
        self.status, self.title, self.detail, self.extra = status, title, detail, extra


def answer(problem: Problem) -> JSONResponse:
    """The problem as a response."""
    body = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    return JSONResponse(body | problem.extra, problem.status, media_type=TYPE)


def of_error(error: Exception) -> Problem:
    """The problem that an error of the library is for a caller."""
    if isinstance(error, TransactionFailed):
        failure = error.failure
        told = {"error": failure.name, "code": failure.code, "program": failure.program}
        paused = failure.name in ("SystemPaused", "MaintenanceMode")
        return Problem(503 if paused else 422, "the chain refuses", str(error), **told)
    if isinstance(error, TransactionExpired):
        return Problem(410, "too late", "the transaction did not land in time; prepare it again")
    if isinstance(error, MessageDiffers):
        return Problem(409, "not what was prepared", str(error))
    if isinstance(error, (NotATransaction, SignatureWrong, TransactionTooLarge)):
        return Problem(422, "this cannot be sent", str(error))
    if isinstance(error, SponsorDeclines):
        return Problem(429, "the sponsor declines", str(error))
    if isinstance(error, NotAllowed):
        return Problem(403, "the sponsor does not sign this", str(error))
    if isinstance(error, (ClusterError, SolanaRpcException)):
        return Problem(503, "the chain does not answer", "nothing was done; try again in a moment")
    if isinstance(error, IntegrityError):
        return Problem(409, "another request was faster", "nothing was done; look at how things stand, and ask again")
    if isinstance(error, (SQLAlchemyError, OSError)):
        return Problem(503, "the database does not answer", "nothing was done; try again in a moment")
    if isinstance(error, StateError):
        return Problem(409, "not as things stand", str(error))
    return Problem(422, "this cannot be done", str(error))


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""

    async def problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return answer(error)

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        parts = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        if any(tuple(e["loc"]) == ("body",) for e in error.errors()):
            parts.append("send a JSON object, with Content-Type: application/json")
        fields = jsonable_encoder([{"field": list(e["loc"]), "message": e["msg"]} for e in error.errors()])
        return answer(Problem(422, "the request is malformed", "; ".join(parts)[:2_000], fields=fields))

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):  # while the body was read
            return answer(error.__cause__)
        if error.detail == UNREADABLE:
            return answer(Problem(400, "the body cannot be read", "send one JSON object in UTF-8, not deeply nested"))
        response = answer(Problem(error.status_code, str(error.detail), _advice(error.status_code)))
        response.headers.update(error.headers or {})
        return response

    async def library(_: Request, error: Exception) -> JSONResponse:
        problem = of_error(error)
        if problem.status >= 500:
            log.warning(problem.title, error=str(error))
        return answer(problem)

    async def fault(_: Request, error: Exception) -> JSONResponse:
        log.error("a fault", error=repr(error), exc_info=error)
        return answer(Problem(500, "a fault of the service", "it is in the log; tell who runs the services"))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, fault)
    kinds: tuple[type[Exception], ...] = (
        GridTokenXError,
        MessageDiffers,
        NotATransaction,
        SignatureWrong,
        TransactionTooLarge,
        SolanaRpcException,
        DBAPIError,
        DatabaseWaits,
        OSError,
    )
    for kind in kinds:
        app.add_exception_handler(kind, library)


def _advice(status: int) -> str:
    return {
        404: "there is no such address; /openapi.json lists all",
        405: "this address takes other methods; /openapi.json lists them",
    }.get(status, "see /openapi.json")

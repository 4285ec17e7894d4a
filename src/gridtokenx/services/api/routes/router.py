"""A router whose changes are done once for each Idempotency-Key."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from gridtokenx.services.api.idempotency import IdempotentRoute
from gridtokenx.services.api.problems import TYPE

PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457): what is wrong, and what to do.",
    "content": {
        TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {"4XX": PROBLEM, "503": PROBLEM}


def new_router(tag: str) -> APIRouter:
    """A router for the routes of one subject."""
    return APIRouter(tags=[tag], route_class=IdempotentRoute, responses=RESPONSES)

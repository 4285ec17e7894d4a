"""Types of fields: energy, keys, ids. u64 come as text or number, and go as text: JavaScript's numbers end at 2^53."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)
from solders.pubkey import Pubkey

from gridtokenx.market.ami import BYTES_PER_CHARACTER, LOCATION_MAX
from gridtokenx.market.units import U64_MAX

MOST_TIME = 2**53 - 1


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("give a whole number")
    if isinstance(value, str) and 1 <= len(value) <= 20 and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, int):
        # Pydantic's own words would round the limit.
        if value > U64_MAX:
            raise ValueError(f"give {U64_MAX} at most")
        return value
    raise ValueError("give a whole number, 0 or more, as a number or as text")


def _key(value: str) -> str:
    try:
        return str(Pubkey.from_string(value))
    except ValueError:
        raise ValueError("give a base58 public key") from None


def _id(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("give printable ASCII characters")
    return value


def _words(value: str) -> str:
    if not value.isprintable() or len(value.encode()) > BYTES_PER_CHARACTER * LOCATION_MAX:
        raise ValueError(f"give printable characters, {BYTES_PER_CHARACTER * LOCATION_MAX} bytes at most")
    return value


U64_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "integer", "minimum": 0, "maximum": U64_MAX}, {"type": "string", "pattern": "^[0-9]{1,20}$"}]}
)
U64 = Annotated[int, BeforeValidator(_whole), Field(ge=0), PlainSerializer(str, str), U64_SCHEMA]
Positive = Annotated[int, BeforeValidator(_whole), Field(gt=0), PlainSerializer(str, str), U64_SCHEMA]
Second = Annotated[int | None, Query(ge=0, le=2**53)]
Time = Annotated[int, Field(ge=0, le=MOST_TIME)]
KeyText = Annotated[str, Field(min_length=32, max_length=44), AfterValidator(_key)]
MeterId = Annotated[str, Field(min_length=1, max_length=50), AfterValidator(_id)]
CertificateId = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_id)]
Location = Annotated[str, Field(min_length=1, max_length=LOCATION_MAX), AfterValidator(_words)]


class Body(BaseModel):
    """A request's body: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def without_nul(cls, value: Any) -> Any:
        """PostgreSQL keeps no text with NUL in it."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("text cannot have the character NUL in it")
        return value

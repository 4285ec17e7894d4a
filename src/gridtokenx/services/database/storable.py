"""Words of strangers as every database keeps them."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with what PostgreSQL or UTF-8 cannot hold, NUL and lone surrogates, spelled out."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")

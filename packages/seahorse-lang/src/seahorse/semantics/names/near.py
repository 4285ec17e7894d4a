"""Suggests a known name for an unknown one, where one is similar enough."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# Two names are near when so much of them is the same (difflib's ratio): `amout` and `amount` are 0.91, `u256` and
# `sha256` 0.6.
_NEAR = 0.75


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely to mean; None when none is near.

    Names that differ in capitals and underscores only are near, and so are names that differ by one typing mistake. A
    number is never taken for a typing mistake: `u256` does not mean `sha256` or `u128`.

    >>> near("amout", ["amount", "account"]), near("getBump", ["get_bump"]), near("u256", ["sha256", "u128"])
    ('amount', 'get_bump', None)
    """
    names = [k for k in known if _digits(k) == _digits(name)]
    same = [k for k in names if _plain(k) == _plain(name)]
    close = same or difflib.get_close_matches(name, names, n=1, cutoff=_NEAR)
    return close[0] if close else None


# What other languages and libraries call things.
_OTHER_NAMES = {
    "push": ("append",),
    "add": ("append",),
    "push_back": ("append",),
    "delete": ("remove", "discard"),
    "transfer": ("transfer_lamports",),
    "send": ("transfer_lamports", "transfer"),
    "mint_to": ("mint",),
    "pubkey": ("key",),
    "address": ("key",),
    "balance": ("amount", "lamports"),
    "toUpperCase": ("upper",),
    "toLowerCase": ("lower",),
    "trim": ("strip",),
}


def near_member(name: str, known: Iterable[str]) -> str | None:
    """The method or field that `name` is most likely to mean, also where another language calls it so.

    >>> near_member("push", ["append", "pop"]), near_member("transfer", ["key", "transfer_lamports"])
    ('append', 'transfer_lamports')
    """
    names = list(known)
    return near(name, names) or next((k for k in _OTHER_NAMES.get(name, ()) if k in names), None)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _digits(name: str) -> str:
    return "".join(c for c in name if c.isdigit())

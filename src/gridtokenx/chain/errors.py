"""Errors for people: one base class, so that a command prints a sentence and not a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast


class GridTokenXError(Exception):
    """An error that a person can fix. The message says what is wrong and what to do."""


class WorkspaceError(GridTokenXError):
    """The project's files are missing or damaged: Anchor.toml, an IDL, a program."""


class WalletError(GridTokenXError):
    """A keypair file that cannot be used."""


class ClusterError(GridTokenXError):
    """A cluster that does not answer, or is not the one that the caller named."""


class ClusterAway(ClusterError):
    """No node answers at a cluster's address. It may, later."""


class StateError(GridTokenXError):
    """The chain's state contradicts what was asked for."""


def leaves(error: Exception) -> Iterator[Exception]:
    """The errors inside a group (several tasks may fail at once), or the error itself."""
    if isinstance(error, ExceptionGroup):
        for inner in cast("ExceptionGroup[Exception]", error).exceptions:
            yield from leaves(inner)
    else:
        yield error

"""A localnet on this machine, by the package `solana-localnet`, which this one cannot depend on.

localnet runs on a later solders than AnchorPy takes (docs/decisions/two-environments.md), so pip cannot install both
with their dependencies. Its module that starts it needs the standard library alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING

from gridtokenx.chain.errors import GridTokenXError

if TYPE_CHECKING:
    from solana_localnet.spawn import Localnet

MISSING = (
    "localnet is not installed; give it an environment of its own, and this one the module that starts it:\n"
    "  python3 -m venv .venv-localnet\n"
    "  .venv-localnet/bin/pip install solana-localnet\n"
    "  pip install --no-deps solana-localnet"
)


class NoLocalnet(GridTokenXError):
    """A localnet that is not installed, or that did not start. The text holds what it said."""


def start_localnet(
    *,
    port: int = 0,
    upgradeable_programs: Iterable[tuple[str, str | PathLike[str], str]] = (),
    start_time: int | None = None,
    block_delay_ms: int | None = 0,
) -> Localnet:
    """A localnet that answers. upgradeable_programs: id, file and authority of each; start_time: Unix seconds; the
    others as `solana_localnet.spawn.spawn` has them.

    Raises NoLocalnet when it is not installed or does not start.
    """
    try:
        from solana_localnet.spawn import LocalnetError, spawn
    except ModuleNotFoundError:
        raise NoLocalnet(MISSING) from None
    try:
        return spawn(
            port=port,
            upgradeable_programs=upgradeable_programs,
            start_time=start_time,
            block_delay_ms=block_delay_ms,
        )
    except LocalnetError as error:
        raise NoLocalnet(str(error)) from None

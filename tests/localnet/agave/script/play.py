"""Plays the whole script against one validator."""

import sys
from collections.abc import Callable

from tests.localnet.agave.script import accounts, blocks, programs, refusals, tokens, wire
from tests.localnet.agave.script.keys import FINALIZED
from tests.localnet.agave.script.recorder import Json, Recorder, name_keys, until

SECTIONS: tuple[Callable[[Recorder], None], ...] = (
    tokens.fund,
    tokens.system,
    tokens.memos,
    tokens.tokens,
    tokens.token_2022,
    refusals.nonces,
    refusals.lookup_tables,
    refusals.failures,
    programs.simulations,
    programs.precompiles,
    programs.programs,
    programs.stakes_and_votes,
    Recorder.settle,
    accounts.read_accounts,
    blocks.read_transactions,
    blocks.read_blocks,
    blocks.read_cluster,
    wire.protocol,
    wire.subscriptions,
)


def play(url: str, ws: str) -> list[Json]:
    """The steps with their answers. The validator must be fresh: the script's keys are fixed."""
    recorder = Recorder(url, ws)
    until(lambda: recorder.ask("getSlot", FINALIZED) > 1, 60)  # transactions with the genesis block's hash are free
    name_keys(recorder)
    for section in SECTIONS:
        section(recorder)
        print(f"{len(recorder.steps):4} steps after {section.__name__}", file=sys.stderr)
    return recorder.steps

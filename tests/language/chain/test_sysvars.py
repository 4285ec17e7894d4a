"""Every sysvar of the table: by syscall, from the account, as the runtime itself tells it; and a wrong account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.testing import Ledger, expect_error

NOW = 1_900_000_000


def source(name: str) -> str:
    """A program that returns every field of a sysvar: alone, all at once, from the account, in a function."""
    kind = ACCOUNT_KINDS[name]
    result = ", ".join(str(t) for t in kind.reads.values())
    fields = "".join(f"value.{field}(), " for field in kind.reads)
    alone = "".join(
        f"@instruction\ndef only_{field}() -> {t}:\n    return {name}.get().{field}()\n\n"
        for field, t in kind.reads.items()
    )
    return f"""
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

def fields(value: {name}) -> Tuple[{result}]:
    return ({fields})

{alone}
@instruction
def at_once() -> Tuple[{result}]:
    return fields({name}.get())

@instruction
def account(value: {name}) -> Tuple[{result}]:
    return ({fields})

@instruction
def address(value: {name}) -> Pubkey:
    return value.key()
"""


# What LiteSVM says of its own sysvars, in the order of the table's fields.
TOLD: dict[str, Callable[[Any], list[Any]]] = {
    "Clock": lambda svm: [
        (clock := svm.get_clock()).slot,
        clock.epoch,
        clock.epoch_start_timestamp,
        clock.leader_schedule_epoch,
        clock.unix_timestamp,
    ],
    "EpochSchedule": lambda svm: [
        (schedule := svm.get_epoch_schedule()).slots_per_epoch,
        schedule.leader_schedule_slot_offset,
        schedule.warmup,
        schedule.first_normal_epoch,
        schedule.first_normal_slot,
    ],
    "Rent": lambda svm: [(rent := svm.get_rent()).lamports_per_byte, rent.exemption_threshold, rent.burn_percent],
}


@pytest.mark.parametrize("name", SYSVARS)
def test_a_sysvar(name: str) -> None:
    ledger = Ledger()
    ledger.set_time(NOW)
    program = ledger.deploy_text(source(name))
    expected = TOLD[name](ledger._engine._svm)
    assert len(set(expected)) > 1 or len(expected) == 1
    assert [program.call(f"only_{field}").value for field in ACCOUNT_KINDS[name].reads] == expected
    assert list(program.call("at_once").value) == expected
    address = Pubkey.from_string(SYSVARS[name].address)
    assert list(program.call("account", value=address).value) == expected
    assert program.call("address", value=address).value == address
    with expect_error(3015):
        program.call("account", value=ledger.signer().pubkey())

"""Reading logs: who wrote a line, which events there are, what a call cost, and why a transaction failed."""

from __future__ import annotations

from base64 import b64encode

import pytest
from solders.pubkey import Pubkey
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
)

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface import logs
from gridtokenx.chain.interface.failures import TransactionFailed, explain
from gridtokenx.chain.interface.programs import DecodedEvent


def status_event(client: Client, active: bool) -> tuple[str, DecodedEvent]:
    """The log line of an OracleStatusUpdated, and what it says."""
    layout = client.programs["oracle"].anchor.coder.events
    discriminator = next(d for d, name in layout.discriminators.items() if name == "OracleStatusUpdated")
    key, at = client.payer.pubkey(), 1_778_472_900
    data = discriminator + bytes(key) + bytes([active]) + at.to_bytes(8, "little", signed=True)
    said = DecodedEvent("oracle", "OracleStatusUpdated", {"authority": key, "active": active, "timestamp": at})
    return f"Program data: {b64encode(data).decode()}", said


@pytest.fixture
def ids(client: Client) -> dict[str, str]:
    return {name: str(client.programs.ids[name]) for name in ("oracle", "registry")}


async def test_events_are_read_only_from_the_program_that_may_emit_them(client: Client, ids: dict[str, str]):
    line, event = status_event(client, True)
    lines = [
        f"Program {ids['oracle']} invoke [1]",
        f"Program {ids['registry']} invoke [2]",
        line,  # forged: registry has no such event
        f"Program {ids['registry']} success",
        "Program data: not base64!",
        "Program data: AAAA",
        line,
        f"Program {ids['oracle']} success",
        line,  # outside any program
    ]
    assert logs.events(lines, client.programs) == [event]
    assert event["active"] is True


async def test_lines_belong_to_the_program_that_runs(ids: dict[str, str]):
    oracle, registry = ids["oracle"], ids["registry"]
    lines = [
        f"Program {oracle} invoke [1]",
        "Program log: one",
        f"Program {registry} invoke [2]",
        "Program log: two",
        f"Program {registry} consumed 700 of 199000 compute units",
        f"Program {registry} success",
        "Program log: three",
        f"Program {oracle} consumed 2500 of 200000 compute units",
        f"Program {oracle} success",
        f"Program {registry} invoke [1]",
        f"Program {registry} consumed 40 of 197500 compute units",
        f"Program {registry} success",
    ]
    owners = {line.text: str(line.program) for line in logs.attribute(lines) if "log:" in line.text}
    assert owners == {"Program log: one": oracle, "Program log: two": registry, "Program log: three": oracle}
    assert [(str(call.program), call.units) for call in logs.calls(lines)] == [(oracle, 2500), (registry, 40)]
    assert logs.said(lines) == ["one", "two", "three"]


def custom(code: int) -> TransactionErrorInstructionError:
    return TransactionErrorInstructionError(1, InstructionErrorCustom(code))


def failed(program: str, code: int) -> list[str]:
    return [f"Program {program} invoke [1]", f"Program {program} failed: custom program error: {code:#x}"]


async def test_a_programs_own_error_is_named(client: Client, ids: dict[str, str]):
    failure = explain(custom(6201), failed(ids["oracle"], 6201), client.programs)
    assert (failure.program, failure.name, failure.code) == ("oracle", "UnauthorizedGateway", 6201)
    assert failure.instruction == 1
    assert str(TransactionFailed(failure, None)) == "oracle: UnauthorizedGateway (6201): Unauthorized API Gateway"


async def test_another_programs_and_anchors_errors_are_named(client: Client, ids: dict[str, str]):
    assert explain(custom(6401), failed(ids["oracle"], 6401), client.programs).name == "SystemPaused"
    assert explain(custom(2006), failed(ids["oracle"], 2006), client.programs).name == "ConstraintSeeds"
    assert explain(custom(9), failed(ids["oracle"], 9), client.programs).name == "custom error 0x9"


async def test_the_first_program_to_fail_is_the_culprit(client: Client, ids: dict[str, str]):
    lines = [
        f"Program {ids['oracle']} invoke [1]",
        f"Program {ids['registry']} invoke [2]",
        f"Program {ids['registry']} failed: custom program error: {6003:#x}",
        f"Program {ids['oracle']} failed: custom program error: {6003:#x}",
    ]
    failure = explain(custom(6003), lines, client.programs)
    assert (failure.program, failure.name) == ("registry", "InvalidMeterStatus")


async def test_a_strangers_error_is_not_taken_for_ours(client: Client):
    stranger = str(Pubkey.new_unique())
    failure = explain(custom(6201), failed(stranger, 6201), client.programs)
    assert (failure.program, failure.name) == (stranger, "custom error 0x1839")


async def test_what_the_runtime_says_is_kept(client: Client):
    assert explain(TransactionErrorFieldless.BlockhashNotFound, [], client.programs).name == "BlockhashNotFound"
    inner = TransactionErrorInstructionError(0, InstructionErrorFieldless.MissingRequiredSignature)
    failure = explain(inner, ["Program log: please sign"], client.programs)
    assert (failure.name, failure.message, failure.code) == ("MissingRequiredSignature", "please sign", None)

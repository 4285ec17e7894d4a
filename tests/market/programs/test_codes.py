"""Over all suites: every error code is provoked, named as documented, and decoded by AnchorPy. Runs last."""

from __future__ import annotations

from pathlib import Path

import anchorpy
import pytest
from anchorpy.error import ProgramError
from anchorpy.program.event import EventParser
from solana.rpc.types import TxOpts
from solders.pubkey import Pubkey
from tests.support import calls, campus, errors
from tests.support.campus import People
from tests.support.chain import NAMES, PROVOKED, load_idl
from tests.support.world import World

DOCUMENTED = {
    name: {code.value: code.name.title().replace("_", "") for code in codes}
    for name, codes in errors.OF_PROGRAM.items()
}


@pytest.mark.parametrize("program", NAMES)
def test_codes_are_the_documented_ones(program: str) -> None:
    """A program declares all codes of its own, and those of others that it passes on, each under its name."""
    declared = {error.code: error.name for error in load_idl(program).errors}
    everybodys = {code: name for codes in DOCUMENTED.values() for code, name in codes.items()}
    assert DOCUMENTED[program].items() <= declared.items() <= everybodys.items()


@pytest.mark.parametrize("program", NAMES)
def test_every_code_was_provoked(program: str, request: pytest.FixtureRequest) -> None:
    folder = Path(__file__).parent
    suites = set(folder.glob("*/test_*.py"))
    ran = {item.path for item in request.session.items}
    if not suites <= ran or hasattr(request.config, "workerinput"):
        pytest.skip("says something only about a run of all suites in one process")
    missing = {code.name for code in errors.OF_PROGRAM[program] if code not in PROVOKED[program]}
    assert missing == set()


async def test_anchorpy_decodes_errors(town: World, who: People) -> None:
    """What a caller of `program.rpc` sees is the program's own error, by number and text."""
    call = calls.submit_meter_reading(town, campus.SOLAR, 1, 0, await town.now() + 1)
    stolen = call.signed_by(api_gateway=who.mallory)
    with pytest.raises(ProgramError) as raised:
        await stolen.program.rpc[stolen.name](*stolen.args, ctx=stolen.context())
    assert (raised.value.code, raised.value.msg) == (6201, "Unauthorized API Gateway")
    wrong = call.with_accounts(oracle_data=town.at.market)
    with pytest.raises(ProgramError) as raised:
        await wrong.program.rpc[wrong.name](*wrong.args, ctx=wrong.context())
    assert raised.value.code == errors.Framework.ACCOUNT_OWNED_BY_WRONG_PROGRAM


async def test_anchorpy_decodes_events(town: World, who: People) -> None:
    """AnchorPy's own parser finds the events of the program that was called."""
    now = await town.now() + 1
    call = calls.submit_meter_reading(town, campus.GRID_METER, 0, 7, now)
    options = TxOpts(skip_confirmation=True)
    signature = await call.program.rpc[call.name](*call.args, ctx=call.context(options=options))
    found = await town.provider.connection.get_transaction(signature, max_supported_transaction_version=0)
    events: list[anchorpy.Event] = []
    parser = EventParser(call.program.program_id, call.program.coder)
    parser.parse_logs(list(found.value.transaction.meta.log_messages), events.append)
    assert [event.name for event in events] == ["MeterReadingSubmitted"]
    assert events[0].data.energy_consumed == 7
    assert events[0].data.submitter == who.gateway.pubkey()


async def test_accounts_are_found_by_their_owner(town: World, who: People) -> None:
    """Document B's "users to meters": an account filter over the owner, at the place that the layout gives it."""
    program = town.programs["registry"]
    meters = await program.account["MeterAccount"].all()
    mine = [found.account.meter_id for found in meters if found.account.owner == who.alice.pubkey()]
    assert mine == [campus.SOLAR]
    assert {type(found.public_key) for found in meters} == {Pubkey}

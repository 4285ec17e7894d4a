"""What travels with the package is what the build says, and suffices for a client without a checkout."""

from __future__ import annotations

import json

from solders.keypair import Keypair

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.release import FOLDER, compute_units
from gridtokenx.chain.files.release.packaged import files
from gridtokenx.chain.files.workspace import Checkout, installed
from gridtokenx.chain.interface.budget import MAX_UNITS, ROOM, ROOM_SHARE, unit_limit
from gridtokenx.market.actions import oracle, registry
from gridtokenx.market.ami import Affiliation, UserType


def test_the_files_are_fresh(workspace: Checkout):
    for name, text in files(workspace).items():
        if name == "compute_units.json":
            continue
        assert (FOLDER / name).read_text(encoding="utf-8") == text, (
            f"{name} is old: run chain/files/release/packaged.py"
        )


def test_the_figures_are_near_enough_for_limits_that_leave_room(workspace: Checkout):
    """They change with every change of the compiler; a limit is twice the figure, and some."""
    told = json.loads(files(workspace)["compute_units.json"])
    small = [name for name, units in told.items() if ROOM_SHARE * compute_units().get(name, 0) + ROOM < 1.2 * units]
    assert small == [], "run python -m gridtokenx.chain.files.release.packaged"


async def test_a_client_needs_no_checkout(client: Client):
    user = Keypair().pubkey()
    async with Client("http://127.0.0.1:9", Keypair(), installed()) as other:
        built = [
            registry.register_user(
                c, user, user_type=UserType.PROSUMER, location="Hall 1", affiliation=Affiliation.STUDENT
            )
            for c in (client, other)
        ]
        assert built[0] == built[1]


async def test_a_limit_fits_what_is_called(client: Client):
    reading = oracle.submit_meter_reading(
        client, client.payer.pubkey(), meter_id="METER_001", produced=1, consumed=2, timestamp=900
    )
    one, eleven = unit_limit([reading], client.programs), unit_limit([reading] * 11, client.programs)
    assert 2_400 < one < 20_000
    assert one < eleven < MAX_UNITS

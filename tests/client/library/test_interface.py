"""What travels with the package is what the build says, and suffices for a client without a checkout."""

from __future__ import annotations

from solders.keypair import Keypair

from gridtokenx.chain.client import Client
from gridtokenx.chain.interface import FOLDER
from gridtokenx.chain.interface.packaged import files
from gridtokenx.chain.signing.budget import MAX_UNITS, unit_limit
from gridtokenx.chain.workspace import Checkout, installed
from gridtokenx.market.actions import oracle, registry
from gridtokenx.market.ami import Affiliation, UserType


def test_the_files_are_fresh(workspace: Checkout):
    for name, text in files(workspace).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name} is old: run chain/interface/packaged.py"


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

"""The typed records are the programs' accounts, field by field, as the IDLs define them."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.interface.layout import field_offset
from gridtokenx.market import read, records
from gridtokenx.market.ami import Affiliation, MeterType, UserType

RECORDS = get_args(records.Record)
ENUMS = {
    "registry": [UserType, Affiliation, MeterType, records.UserStatus, records.MeterStatus],
    "trading": [records.OrderType, records.OrderStatus],
    "governance": [records.ErcStatus],
}


def type_named(idl: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry["type"] for entry in idl["types"] if entry["name"] == name)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_has_the_fields_of_its_account_in_order(workspace: Checkout, record: type[Any]):
    idl = workspace.load_idl(record.PROGRAM)
    assert record.__name__ in {entry["name"] for entry in idl["accounts"]}
    fields = [field["name"] for field in type_named(idl, record.__name__)["fields"]]
    assert [field.name for field in dataclasses.fields(record)] == fields


@pytest.mark.parametrize("program", ENUMS)
def test_enums_have_the_variants_of_the_program_in_order(workspace: Checkout, program: str):
    idl = workspace.load_idl(program)
    for kind in ENUMS[program]:
        assert [str(variant) for variant in kind] == [v["name"] for v in type_named(idl, kind.__name__)["variants"]]


def test_every_account_type_of_the_five_programs_has_a_record(workspace: Checkout):
    # An IDL lists the account types of other programs too, where its instructions receive them.
    built = {entry["name"] for name in workspace.built_programs for entry in workspace.load_idl(name)["accounts"]}
    assert {record.__name__ for record in RECORDS} == built


async def test_an_account_is_decoded_from_its_bytes(client: Client):
    key = client.payer.pubkey()
    data = client.programs["trading"].account_discriminator("TradingAccount") + bytes(key)
    data += (7).to_bytes(4, "little") + (1_778_472_900).to_bytes(8, "little", signed=True) + bytes([254])
    record = read.decode(client, records.TradingAccount, data + bytes(16))
    assert record == records.TradingAccount(key, 7, 1_778_472_900, 254)


async def test_bytes_of_another_type_are_not_decoded(client: Client):
    data = client.programs["trading"].account_discriminator("TradingAccount") + bytes(100)
    with pytest.raises(ValueError, match="a TradingAccount, not a Market"):
        read.decode(client, records.Market, data)
    with pytest.raises(ValueError, match="no account type of trading starts with 0000000000000000"):
        read.decode(client, records.Market, bytes(200))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_offset_of_a_field_is_where_its_bytes_are(client: Client, record: type[Any]):
    """A byte that is changed there changes this field alone; fields behind one of variable size have no offset."""
    program = client.programs[record.PROGRAM]
    empty = program.account_discriminator(record.__name__) + bytes(20_000)
    before = read.decode(client, record, empty)
    fields = [f.name for f in dataclasses.fields(record)]
    found = 0
    for name in fields:
        try:
            offset = field_offset(program.idl, record.__name__, name)
        except ValueError:
            break
        changed = bytearray(empty)
        changed[offset] = 1
        after = read.decode(client, record, bytes(changed))
        assert [n for n in fields if getattr(after, n) != getattr(before, n)] == [name]
        found += 1
    assert found
    with pytest.raises(KeyError, match="no field nothing"):
        field_offset({"types": [{"name": "A", "type": {"fields": []}}]}, "A", "nothing")

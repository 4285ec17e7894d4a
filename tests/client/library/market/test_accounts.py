"""The typed records are the programs' accounts, field by field, as the IDLs define them."""

from __future__ import annotations

import dataclasses
from functools import partial
from inspect import signature
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from based58 import b58decode
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.market import records
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


def test_an_account_is_decoded_from_its_bytes():
    key = Pubkey.new_unique()
    data = records.TradingAccount.DISCRIMINATOR + bytes(key)
    data += (7).to_bytes(4, "little") + (1_778_472_900).to_bytes(8, "little", signed=True) + bytes([254])
    record = records.TradingAccount.decode(data + bytes(16))
    assert record == records.TradingAccount(key, 7, 1_778_472_900, 254)
    assert type(record) is records.TradingAccount


def test_bytes_of_another_type_are_not_decoded():
    data = records.TradingAccount.DISCRIMINATOR + bytes(100)
    with pytest.raises(ValueError, match="no Market begins with"):
        records.Market.decode(data)
    with pytest.raises(ValueError, match="no Market begins with 0000000000000000"):
        records.Market.decode(bytes(200))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_discriminators_are_those_of_the_idl(workspace: Checkout, record: type[Any]):
    told = {entry["name"]: bytes(entry["discriminator"]) for entry in workspace.load_idl(record.PROGRAM)["accounts"]}
    assert told[record.__name__] == record.DISCRIMINATOR


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
async def test_the_node_is_asked_for_a_field_where_its_bytes_are(client: Client, record: type[Any]):
    """Each filter of `fetch_all` names bytes which, set in an empty account, change this field alone."""
    empty = record.DISCRIMINATOR + bytes(20_000)
    before = record.decode(empty)
    names = [f.name for f in dataclasses.fields(record)]
    filters = [name for name in signature(record.fetch_all).parameters if name in names]
    assert filters
    for name in filters:
        asked: list[Any] = []
        where = SimpleNamespace(get_program_accounts=partial(_nothing, asked))
        assert await record.fetch_all(where, **{name: getattr(before, name)}) == {}
        [(_, kind), (offset, value)] = asked
        assert b58decode(kind) == record.DISCRIMINATOR
        assert empty[offset:].startswith(b58decode(value))
        changed = bytearray(empty)
        changed[offset] = 1
        try:
            after = record.decode(bytes(changed))
        except ValueError:
            # An option or a list that is there now, without the bytes of what is in it.
            continue
        differs = [n for n in names if getattr(after, n) != getattr(before, n)]
        assert differs[0] == name


async def _nothing(asked: list[Any], program: Pubkey, *, encoding: str, filters: list[Any]) -> SimpleNamespace:
    assert encoding == "base64"
    asked += [(one.offset, one.bytes.encode()) for one in filters]
    return SimpleNamespace(value=[])

"""Borsh by IDL: what goes in comes out, in the layout that Borsh defines."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from seahorse.testing import CodecError, DecodedRecord
from seahorse.testing.codec import Codec, DataReader

IDL: dict[str, Any] = {
    "types": [
        {"name": "Side", "type": {"kind": "enum", "variants": [{"name": "FarLeft"}, {"name": "Right"}]}},
        {
            "name": "Pair",
            "type": {
                "kind": "struct",
                "fields": [
                    {"name": "side", "type": {"defined": {"name": "Side"}}},
                    {"name": "n", "type": "i16"},
                ],
            },
        },
        {"name": "Both", "type": {"kind": "struct", "fields": ["u8", {"option": "u16"}]}},
    ]
}
CODEC = Codec(IDL)
KEY = Pubkey(bytes(range(32)))

integers = {
    f"{sign}{bits}": st.integers(-(1 << bits - 1) if sign == "i" else 0, (1 << (bits - (sign == "i"))) - 1)
    for sign in "ui"
    for bits in (8, 16, 32, 64, 128)
}
simple: list[tuple[Any, st.SearchStrategy[Any]]] = [
    *integers.items(),
    ("bool", st.booleans()),
    ("f64", st.floats(allow_nan=False)),
    ("string", st.text()),
    ("bytes", st.binary()),
    ("pubkey", st.binary(min_size=32, max_size=32).map(Pubkey)),
    ({"defined": {"name": "Side"}}, st.sampled_from(["FarLeft", "Right"])),
]


def typed() -> st.SearchStrategy[tuple[Any, Any]]:
    """A type of the IDL, and a value of it."""
    base = st.sampled_from(simple).flatmap(lambda pair: st.tuples(st.just(pair[0]), st.lists(pair[1], max_size=4)))

    def wrap(pair: tuple[Any, list[Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
        kind, values = pair
        options: list[tuple[Any, Any]] = [
            ({"vec": kind}, values),
            ({"array": [kind, len(values)]}, values),
            ({"option": {"vec": kind}}, values),
            ({"option": kind}, None),
            ({"vec": {"option": kind}}, [*values, None]),
        ]
        return st.sampled_from(options + ([(kind, values[0])] if values else []))

    return base.flatmap(wrap)


@given(typed())
def test_what_goes_in_comes_out(pair: tuple[Any, Any]):
    kind, value = pair
    data = CODEC.encode(kind, value)
    reader = DataReader(data)
    assert CODEC.decode(kind, reader) == value
    assert reader.at == len(data)
    # No prefix of it is a value: every byte counts.
    if data:
        with pytest.raises(CodecError):
            CODEC.decode(kind, DataReader(data[:-1]))


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("u8", 255, "ff"),
        ("i16", -2, "feff"),
        ("u128", 1, "01" + "00" * 15),
        ("f64", 1.5, struct.pack("<d", 1.5).hex()),
        ("bool", True, "01"),
        ("string", "aé", "0300000061c3a9"),
        ("bytes", [1, 2], "020000000102"),
        ("pubkey", KEY, bytes(KEY).hex()),
        ({"option": "u16"}, None, "00"),
        ({"option": "u16"}, 3, "010300"),
        ({"vec": "u8"}, [7], "0100000007"),
        ({"array": ["u8", 2]}, [7, 8], "0708"),
        ({"defined": {"name": "Side"}}, "Right", "01"),
        ({"defined": {"name": "Side"}}, "FAR_LEFT", "00"),
        ({"defined": {"name": "Pair"}}, {"side": 1, "n": 2}, "010200"),
        ({"defined": {"name": "Both"}}, (1, 2), "01010200"),
    ],
)
def test_the_layout(kind: Any, value: Any, data: str):
    assert CODEC.encode(kind, value).hex() == data


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("u8", 256, "value: 256 does not fit u8"),
        ("u8", -1, "value: -1 does not fit u8"),
        ("i8", 128, "value: 128 does not fit i8"),
        ("u8", True, "value: True is not an integer"),
        ("u8", 1.0, r"value: 1\.0 is not an integer"),
        ("bool", 1, "value: 1 is not a bool"),
        ("string", b"x", "value: b'x' is not a string"),
        ({"vec": "u8"}, [1, 300], r"value\[1\]: 300 does not fit u8"),
        ({"vec": "u8"}, "abc", "value: 'abc' is not a list"),
        ({"array": ["u8", 2]}, [1], "1 elements given, the array has 2"),
        ({"defined": {"name": "Side"}}, "Left", "Side has no variant 'Left'; it has FarLeft, Right"),
        ({"defined": {"name": "Side"}}, 2, "has no variant 2"),
        ({"defined": {"name": "Pair"}}, {"side": 0}, "the field 'n' is missing"),
        ({"defined": {"name": "Pair"}}, {"side": 0, "n": 1 << 15}, r"value\.n: 32768 does not fit i16"),
        ({"defined": {"name": "Both"}}, (1,), "1 values given, the tuple has 2"),
        ({"defined": {"name": "Pair"}}, 5, "5 has no field 'side'; give a dict"),
    ],
)
def test_values_that_do_not_fit(kind: Any, value: Any, message: str):
    with pytest.raises(CodecError, match=message):
        CODEC.encode(kind, value)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("bool", "02", "a bool is 0 or 1, not 2"),
        ({"option": "u8"}, "02", "starts with 0 or 1"),
        ({"defined": {"name": "Side"}}, "02", "Side has no variant 2"),
        ({"vec": "u8"}, "ffffffff", "4294967295 elements cannot be"),
        ("string", "05000000", "the data ends"),
    ],
)
def test_bytes_that_are_not_of_the_type(kind: Any, data: str, message: str):
    with pytest.raises(CodecError, match=message):
        CODEC.decode(kind, DataReader(bytes.fromhex(data)))


def test_records():
    record = CODEC.decode({"defined": {"name": "Pair"}}, DataReader(b"\1\2\0"))
    assert isinstance(record, DecodedRecord)
    assert repr(record) == "Pair(side='Right', n=2)"
    assert record == DecodedRecord("Pair", {"side": "Right", "n": 2}) == {"side": "Right", "n": 2}
    assert record != DecodedRecord("Twin", {"side": "Right", "n": 2})
    assert list(record) == ["side", "n"]
    assert CODEC.encode_struct("Pair", record) == b"\1\2\0"


def test_a_struct_without_names_is_a_tuple():
    assert CODEC.decode({"defined": {"name": "Both"}}, DataReader(b"\1\0")) == (1, None)


def test_not_a_number_survives():
    assert math.isnan(CODEC.decode("f64", DataReader(CODEC.encode("f64", math.nan))))

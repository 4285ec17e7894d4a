"""Borsh values by the types of an IDL: whatever an encoder writes is read back, and nothing else is read at all."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from solana_localnet.idl.document import IdlError, read_idl, snake_case
from solana_localnet.idl.types import INTEGERS, IdlValue, Mismatch, ValueReader

Case = tuple[Any, bytes, Any]
"""A type, the bytes of a value of it, and the value as the reader must show it."""


def integers(name: str) -> st.SearchStrategy[Case]:
    bits, signed = 8 * INTEGERS[name], name[0] == "i"
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return st.integers(low, high).map(
        lambda n: (name, n.to_bytes(bits // 8, "little", signed=signed), n if bits < 64 else str(n))
    )


SIMPLE: st.SearchStrategy[Case] = st.one_of(
    *[integers(name) for name in INTEGERS],
    st.booleans().map(lambda b: ("bool", bytes([b]), b)),
    st.binary(min_size=32, max_size=32).map(lambda raw: ("pubkey", raw, str(Pubkey(raw)))),
    st.text(max_size=8).map(lambda t: ("string", struct.pack("<I", len(t.encode())) + t.encode(), t)),
    st.binary(max_size=8).map(lambda raw: ("bytes", struct.pack("<I", len(raw)) + raw, raw.hex())),
)


def wrapped(inner: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    some = inner.map(lambda case: ({"option": case[0]}, b"\1" + case[1], case[2]))
    none = inner.map(lambda case: ({"option": case[0]}, b"\0", None))
    c_some = inner.map(lambda case: ({"coption": case[0]}, b"\1\0\0\0" + case[1], case[2]))
    repeated = st.tuples(inner.filter(lambda case: case[0] != "u8"), st.integers(0, 3))
    vec = repeated.map(lambda r: ({"vec": r[0][0]}, struct.pack("<I", r[1]) + r[0][1] * r[1], [r[0][2]] * r[1]))
    array = repeated.map(lambda r: ({"array": [r[0][0], r[1]]}, r[0][1] * r[1], [r[0][2]] * r[1]))
    blob = st.binary(max_size=5).map(lambda raw: ({"array": ["u8", len(raw)]}, raw, raw.hex()))
    return st.one_of(some, none, c_some, vec, array, blob)


CASES = st.recursive(SIMPLE, wrapped, max_leaves=4)


@settings(max_examples=400, deadline=None)
@given(CASES)
def test_what_is_written_is_read(case: Case) -> None:
    kind, raw, plain = case
    reader = ValueReader(raw + b"rest", {})
    assert reader.read(kind).plain == plain
    assert reader.at == len(raw)


@settings(max_examples=200, deadline=None)
@given(st.lists(CASES, min_size=1, max_size=4), st.integers(0, 2), st.booleans())
def test_structs_and_enums(cases: list[Case], variant: int, named: bool) -> None:
    fields = [{"name": f"f{i}", "type": case[0]} if named else case[0] for i, case in enumerate(cases)]
    plain = {(f"f{i}" if named else str(i)): case[2] for i, case in enumerate(cases)}
    raw = b"".join(case[1] for case in cases)
    variants: list[dict[str, Any]] = [{"name": f"V{i}"} for i in range(3)]
    variants[variant]["fields"] = fields
    types = {
        "S": {"name": "S", "type": {"kind": "struct", "fields": fields}},
        "E": {"name": "E", "type": {"kind": "enum", "variants": variants}},
        "A": {"name": "A", "type": {"kind": "type", "alias": {"defined": "S"}}},
        "G": {
            "name": "G",
            "generics": [{"kind": "type", "name": "T"}, {"kind": "const", "name": "N", "type": "usize"}],
            "type": {
                "kind": "struct",
                "fields": [{"name": "x", "type": {"array": [{"generic": "T"}, {"generic": "N"}]}}],
            },
        },
    }
    assert ValueReader(raw, types).read({"defined": "S"}).plain == plain
    assert ValueReader(raw, types).read({"defined": {"name": "A"}}).plain == plain
    assert ValueReader(bytes([variant]) + raw, types).read({"defined": {"name": "E"}}).plain == {
        "kind": f"V{variant}",
        "fields": plain,
    }
    other = (variant + 1) % 3
    assert ValueReader(bytes([other]), types).read({"defined": {"name": "E"}}).plain == f"V{other}"
    arguments = [{"kind": "type", "type": {"defined": {"name": "S"}}}, {"kind": "const", "value": "2"}]
    assert ValueReader(raw * 2, types).read({"defined": {"name": "G", "generics": arguments}}).plain == {
        "x": [plain] * 2
    }


@settings(max_examples=300, deadline=None)
@given(CASES, st.data())
def test_too_few_bytes_are_refused(case: Case, data: st.DataObject) -> None:
    kind, raw, _ = case
    if raw:
        cut = data.draw(st.integers(0, len(raw) - 1))
        with pytest.raises(Mismatch):
            ValueReader(raw[:cut], {}).read(kind)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("bool", b"\2"),
        ({"option": "u8"}, b"\2\0"),
        ("f16", b"\0\0"),
        ({"defined": "Nowhere"}, b""),
        ({"defined": "Loop"}, b"\1" * 200),
        ({"vec": {"defined": "Nothing"}}, b"\xff\xff\xff\xff"),
        ({"hashMap": ["u8", "u8"]}, b"\0\0\0\0"),
        ({"array": ["u8", {"generic": "N"}]}, b"\0"),
        ({}, b""),
        (None, b""),
    ],
)
def test_nonsense_is_refused(kind: Any, raw: bytes) -> None:
    types = {
        "Loop": {"type": {"kind": "struct", "fields": [{"name": "x", "type": {"option": {"defined": "Loop"}}}]}},
        "Nothing": {"type": {"kind": "struct", "fields": []}},
    }
    with pytest.raises(Mismatch):
        ValueReader(raw, types).read(kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 300) | st.text(max_size=4) | st.sampled_from(["u8", "name", "struct"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "type", "kind", "fields", "defined", "vec", "option", "array", "variants", "accounts", "args"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(st.lists(JSON, max_size=2), st.lists(JSON, max_size=2), st.lists(JSON, max_size=2), st.binary(max_size=40))
def test_a_strange_idl_is_refused_or_reads_nothing(instructions: Any, accounts: Any, types: Any, data: bytes) -> None:
    """No document and no data end in anything but a value, None or IdlError."""
    try:
        idl = read_idl({"instructions": instructions, "accounts": accounts, "types": types})
    except IdlError:
        return
    for layout in [*idl.instructions, *idl.accounts]:
        for found in (idl.instruction(layout.discriminator + data), idl.account(layout.discriminator + data)):
            assert found is None or found[1] is None or isinstance(found[1], IdlValue)
            if found is not None and found[1] is not None:
                json.dumps(found[1].tree("x"))


def test_the_old_format_is_read() -> None:
    from hashlib import sha256

    document = {
        "version": "0.1.0",
        "name": "old",
        "instructions": [
            {
                "name": "openOrder2",
                "accounts": [
                    {"name": "owner", "isMut": True, "isSigner": True},
                    {"name": "pair", "accounts": [{"name": "left", "isMut": False, "isSigner": False}]},
                ],
                "args": [{"name": "amount", "type": "u64"}],
            }
        ],
        "accounts": [{"name": "Order", "type": {"kind": "struct", "fields": [{"name": "by", "type": "publicKey"}]}}],
        "events": [{"name": "Opened", "fields": [{"name": "amount", "type": "u64", "index": False}]}],
        "metadata": {"address": str(Pubkey.default())},
    }
    idl = read_idl(document)
    assert idl.address == Pubkey.default()
    found = idl.instruction(sha256(b"global:open_order2").digest()[:8] + struct.pack("<Q", 5))
    assert found is not None
    assert found[1] is not None
    assert found[1].plain == {"amount": "5"}
    assert [(slot.name, slot.writable, slot.signer) for slot in found[0].accounts] == [
        ("owner", True, True),
        ("pair.left", False, False),
    ]
    stored = idl.account(sha256(b"account:Order").digest()[:8] + bytes(32))
    event = idl.event(sha256(b"event:Opened").digest()[:8] + struct.pack("<Q", 6))
    assert stored is not None and stored[1] is not None and stored[1].plain == {"by": str(Pubkey.default())}
    assert event is not None and event[1] is not None and event[1].plain == {"amount": "6"}


@pytest.mark.parametrize(
    ("camel", "snake"),
    [("initialize", "initialize"), ("openOrder2", "open_order2"), ("setURLOf", "set_url_of"), ("a_b", "a_b")],
)
def test_snake_case(camel: str, snake: str) -> None:
    assert snake_case(camel) == snake

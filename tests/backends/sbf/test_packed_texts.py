"""Texts of errors: packed and unpacked they are what they were, whatever bytes they hold; on the chain too."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seahorse.backends.sbf.frame.packed_texts import pack, unpack
from seahorse.testing import Ledger, expect_error

WORDS = ["account", "aaaaaaaa", "the ", "not", "é", "価格", "🔋", " ", ":", "", "not the account", "\x7f"]
SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Refusal(Error):
{members}

@instruction
def refuse(which: u16):
{raises}
"""


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map("".join)))
def test_texts_come_back(texts: list[str]) -> None:
    given_texts = [text.encode() for text in texts]
    packed = pack(given_texts)
    assert [unpack(packed, i) for i in range(len(texts))] == given_texts
    assert len(packed.data) + 2 * len(packed.pairs) <= sum(map(len, given_texts))
    assert all(start <= end for start, end in pairwise(packed.starts))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bytes_come_back(texts: list[bytes]) -> None:
    packed = pack(texts)
    assert [unpack(packed, i) for i in range(len(texts))] == texts


@pytest.mark.parametrize(
    "form",
    [
        "The account number {} is not the account that was expected",
        "価格 {} は口座の価格ではない",
        "🔋 {} 🔋🔋🔋🔋🔋🔋🔋",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "{}",
    ],
)
def test_a_program_tells_every_text(form: str) -> None:
    texts = [form.format(i) for i in range(24)]
    members = "\n".join(f"    MEMBER_{i} = {6000 + i}, {text!r}" for i, text in enumerate(texts))
    raises = "\n".join(f"    assert which != {i}, Refusal.MEMBER_{i}" for i in range(len(texts)))
    ledger = Ledger(engine="vm")
    program = ledger.deploy_text(SOURCE.format(members=members, raises=raises))
    for i, text in enumerate(texts):
        with expect_error(6000 + i) as failed:
            program.refuse(which=i)
        assert failed.result.messages == [
            f"AnchorError thrown in program.py:{9 + len(texts) + i}. Error Code: Member{i}. "
            f"Error Number: {6000 + i}. Error Message: {text}."
        ]

"""Addresses computed at compile time agree with Solana's own code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from seahorse.ir import addresses

keys = st.binary(min_size=32, max_size=32)


@given(st.lists(st.binary(max_size=32), max_size=15), keys)
def test_find_program_address_is_solanas(seeds: list[bytes], program: bytes) -> None:
    expected, bump = Pubkey.find_program_address(seeds, Pubkey(program))
    assert addresses.find_program_address(seeds, program) == (bytes(expected), bump)


@given(keys)
def test_curve_membership_is_solanas(key: bytes) -> None:
    assert addresses.is_on_curve(key) == Pubkey(key).is_on_curve()


@given(keys)
def test_base58_round_trip(key: bytes) -> None:
    text = addresses.encode_base58(key)
    assert text == str(Pubkey(key))
    assert addresses.decode_base58(text) == key


def test_base58_refuses_letters_outside_the_alphabet() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        addresses.decode_base58("0OIl")


@pytest.mark.parametrize("seeds", [[b""] * 16, [bytes(33)]])
def test_limits_of_seeds(seeds: list[bytes]) -> None:
    with pytest.raises(ValueError, match="at most 15 seeds"):
        addresses.find_program_address(seeds, bytes(32))


def test_well_known_ids() -> None:
    assert addresses.encode_base58(addresses.TOKEN_PROGRAM_ID) == "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
    assert addresses.encode_base58(addresses.SYSTEM_PROGRAM_ID) == "1" * 32

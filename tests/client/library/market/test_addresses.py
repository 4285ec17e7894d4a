"""Addresses: document A's seeds, long identifiers in chunks, and identifiers that the programs refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.interface.addresses import Addresses, associated_token_address, id_chunks, program_data_address

printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=64)


@pytest.fixture
def addresses(workspace: Checkout) -> Addresses:
    return Addresses(workspace.program_ids)


def find(seeds: list[bytes], program: Pubkey) -> Pubkey:
    return Pubkey.find_program_address(seeds, program)[0]


def test_short_identifiers_have_the_seeds_of_document_a(addresses: Addresses, workspace: Checkout):
    ids = workspace.program_ids
    assert addresses.meter("METER_001") == find([b"meter", b"METER_001"], ids["registry"])
    assert addresses.certificate("ERC-2025-11-07-001") == find(
        [b"erc_certificate", b"ERC-2025-11-07-001"], ids["governance"]
    )


def test_long_identifiers_are_split_into_chunks_of_32_bytes(addresses: Addresses, workspace: Checkout):
    name = "m" * 32 + "n" * 18
    assert addresses.meter(name) == find([b"meter", b"m" * 32, b"n" * 18], workspace.program_ids["registry"])


@given(printable)
def test_chunks_are_the_identifier(text: str):
    chunks = id_chunks(text, 64)
    assert b"".join(chunks).decode() == text
    assert all(len(chunk) <= 32 for chunk in chunks)


@pytest.mark.parametrize("text", ["", "x" * 51, "café", "tab\t", "line\n", "\x7f"])
def test_identifiers_that_the_registry_refuses_have_no_address(addresses: Addresses, text: str):
    with pytest.raises(ValueError, match="1 to 50 printable ASCII characters"):
        addresses.meter(text)


def test_an_order_id_is_eight_bytes_little_endian(addresses: Addresses, workspace: Checkout):
    assert addresses.order(258) == find([b"order", bytes([2, 1, 0, 0, 0, 0, 0, 0])], workspace.program_ids["trading"])
    with pytest.raises(OverflowError):
        addresses.order(2**64)


def test_an_epoch_is_its_number_and_a_trade_the_sequences_of_its_orders(addresses: Addresses, workspace: Checkout):
    trading = workspace.program_ids["trading"]
    assert addresses.epoch(258) == find([b"epoch", bytes([2, 1, 0, 0, 0, 0, 0, 0])], trading)
    assert addresses.trade(1, 2) == find([b"trade", bytes([1, *[0] * 7]), bytes([2, *[0] * 7])], trading)
    assert addresses.trade(1, 2) != addresses.trade(2, 1)
    assert addresses.upgrade_authority == find([b"upgrade_authority"], workspace.program_ids["governance"])


def test_well_known_addresses():
    usdc = Pubkey.from_string("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
    owner = Pubkey.from_string("11111111111111111111111111111111")
    from spl.token.instructions import get_associated_token_address

    assert associated_token_address(owner, usdc) == get_associated_token_address(owner, usdc)
    loader = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
    assert program_data_address(usdc) == find([bytes(usdc)], loader)

"""A program that names its tokens by Metaplex's Token Metadata program, called through its stub.

`token_metadata.json` is the part of its IDL that the program needs, in the form of Shank. At the program's address stands one
that tells what it is called with.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.stubs import add_program
from seahorse.testing import Ledger

HERE = Path(__file__).parent
METADATA = Pubkey.from_string("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")
TELLS = f"""
from seahorse.prelude import *
declare_id("{METADATA}")


@instruction(fallback=True)
def anything(accounts: List[UncheckedAccount], data: bytes):
    print(data.hex())
    for account in accounts:
        print(account.key(), account.is_signer, account.is_writable)
"""
PROGRAM = """
import token_metadata
from token_metadata import CollectionDetailsV1, CreateMetadataAccountArgsV3, Creator, DataV2, UpdateMetadataAccountArgsV2
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Studio(Account):
    artist: Pubkey
    count: u32
    bump: u8


StudioPda = Annotated[Studio, Seeds("studio", arg.artist, bump=arg.studio.bump)]
MetadataPda = Annotated[
    UncheckedAccount, Seeds("metadata", token_metadata.ID, arg.mint, program=token_metadata.ID), Mut()
]


def described(name: str, number: u32, artist: Pubkey) -> DataV2:
    return DataV2(
        name=f"{name} #{number}",
        symbol="ART",
        uri=f"ipfs://{number:04}",
        seller_fee_basis_points=500,
        creators=[Creator(artist, False, 100)],
        collection=None,
        uses=None,
    )


@instruction
def open_studio(artist: Signer, studio: Empty[Studio]):
    s = studio.init(payer=artist, seeds=["studio", artist])
    s.artist = artist.key()


@instruction
def name_mint(
    artist: Signer, studio: StudioPda, mint: UncheckedAccount, metadata: MetadataPda, system: Program, name: str, size: Optional[u64]
):
    studio.count += 1
    token_metadata.create_metadata_account_v3(
        metadata=metadata,
        mint=mint,
        mint_authority=studio.signer(),
        payer=artist,
        update_authority=studio,
        system_program=system,
        rent=None,
        create_metadata_account_args_v3=CreateMetadataAccountArgsV3(
            described(name, studio.count, artist.key()),
            True,
            CollectionDetailsV1(size) if size is not None else None,
        ),
    )


@instruction
def freeze(artist: Signer, studio: StudioPda, metadata: UncheckedAccount):
    arguments = UpdateMetadataAccountArgsV2(None, None, True, False)
    token_metadata.update_metadata_account_v2(metadata, studio.signer(), arguments)
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("project")
    added = add_program(folder, str(HERE / "token_metadata.json"))
    assert added.left_out == []
    ledger = Ledger()
    ledger.deploy_text(TELLS, name="token_metadata")
    program = ledger.deploy_text(PROGRAM, name="studio", token_metadata=added.path.read_text())
    artist = ledger.signer()
    studio = program.address("studio", artist)
    program.open_studio(artist=artist, studio=studio)
    return ledger, program, artist, studio


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode()


@pytest.mark.parametrize("size", [None, 7])
def test_the_metadata_program_gets_what_its_idl_says(world: Any, size: int | None) -> None:
    ledger, program, artist, studio = world
    mint = ledger.signer().pubkey()
    metadata = Pubkey.find_program_address([b"metadata", bytes(METADATA), bytes(mint)], METADATA)[0]
    before = program.account(studio).count
    system = Pubkey.from_string("11111111111111111111111111111111")
    done = program.name_mint(artist=artist, studio=studio, mint=mint, system=system, name="Sunrise", size=size)
    number = before + 1
    data = text(f"Sunrise #{number}") + text("ART") + text(f"ipfs://{number:04}") + struct.pack("<H", 500)
    data += b"\1" + struct.pack("<I", 1) + bytes(artist.pubkey()) + b"\0\x64" + b"\0\0"
    details = b"\0" if size is None else b"\1\0" + struct.pack("<Q", size)
    told, *accounts = done.messages
    assert bytes.fromhex(told) == b"\x21" + data + b"\1" + details
    assert accounts == [
        f"{metadata} False True",
        f"{mint} False False",
        f"{studio} True False",
        f"{artist.pubkey()} True True",
        f"{studio} True False",
        f"{system} False False",
        f"{METADATA} False False",
    ]


def test_an_update(world: Any) -> None:
    ledger, program, artist, studio = world
    metadata = ledger.signer().pubkey()
    told, *accounts = program.freeze(artist=artist, studio=studio, metadata=metadata).messages
    assert told == "0f" + "00" + "00" + "0101" + "0100"
    assert accounts == [f"{metadata} False True", f"{studio} True False"]


def test_variants_with_data_are_classes(world: Any, tmp_path: Path) -> None:
    lines = add_program(tmp_path, str(HERE / "token_metadata.json")).path.read_text().splitlines()
    assert "CollectionDetails = CollectionDetailsV1 | CollectionDetailsV2" in lines
    assert "    padding: Array[u8, 8]" in lines

"""IDLs on the chain: `seahorse idl`, and the instructions of the Program Metadata program as its package makes them."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.deploy import DeployError, DeployTransactionFailed, Rpc, deploy_program, save_keypair
from seahorse.deploy.idl.anchor_account import fetch_idl, idl_address, upload_idl
from seahorse.deploy.idl.metadata import (
    PROGRAM_METADATA,
    Instructions,
    fetch_metadata,
    unpack_metadata,
    upload_metadata,
)
from seahorse.scaffold import create_project
from seahorse.testing.compiling import compile_text
from solana_localnet.spawn import Localnet

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "program_metadata.json").read_text())
PROGRAM = Pubkey.from_string("4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe")
AUTHORITY = Pubkey.from_string("GUkHRLwRwaP478Atr347e64acc86cscDh69qfGJN6t6K")
BUFFER = Pubkey.from_string("94G1r674LmRDmLN2UPjDFD8Eh7zT8JaSaxv9v68GyEur")
SOURCE = """
from seahorse.prelude import *

declare_id("{id}")


@instruction
def go() -> None:
    print("gone")
"""


@pytest.fixture
async def program(rpc: Rpc, wallet: Keypair) -> Pubkey:
    """A deployed program that keeps its IDL."""
    key = Keypair()
    code = compile_text(SOURCE.format(id=key.pubkey())).bytecode
    await deploy_program(rpc, code, wallet, key)
    return key.pubkey()


def text(size: int) -> str:
    """A text that compression makes no shorter than `size` bytes."""
    return json.dumps({"docs": "".join(str(Keypair().pubkey()) for _ in range(size // 30 + 1))})


async def test_an_idl_takes_the_place_of_another(rpc: Rpc, wallet: Keypair, program: Pubkey) -> None:
    """Also of one that is longer, and of one for which the account has no room; more than one transaction each."""
    assert await fetch_idl(rpc, program) is None
    before = None
    for wanted in (text(3_000), text(5_000), text(100), text(14_000)):
        address = await upload_idl(rpc, program, wanted, wallet)
        assert address == idl_address(program)
        assert await fetch_idl(rpc, program) == wanted
        found = (await rpc.accounts([address]))[0]
        assert found is not None
        assert found[0] == program
        assert found[1][8:40] == bytes(wallet.pubkey())
        before = found
    assert before is not None
    assert len(before[1]) > 10_000


async def test_buffers_are_closed(rpc: Rpc, wallet: Keypair, program: Pubkey) -> None:
    await upload_idl(rpc, program, text(100), wallet)
    await upload_idl(rpc, program, text(120), wallet)
    config = {"encoding": "base64", "commitment": "confirmed"}
    owned = await rpc.call("getProgramAccounts", str(program), config)
    assert [entry["pubkey"] for entry in owned] == [str(idl_address(program))]


async def test_a_stranger_changes_nothing(rpc: Rpc, wallet: Keypair, program: Pubkey) -> None:
    await upload_idl(rpc, program, "{}", wallet)
    stranger = Keypair()
    await rpc.airdrop(stranger.pubkey(), 10**9)
    with pytest.raises(DeployError, match=f"use the wallet of {wallet.pubkey()}"):
        await upload_idl(rpc, program, text(10), stranger)
    assert await fetch_idl(rpc, program) == "{}"


async def test_a_program_without_the_instructions_says_so(rpc: Rpc, wallet: Keypair) -> None:
    with pytest.raises(DeployTransactionFailed):
        await upload_idl(rpc, Keypair().pubkey(), "{}", wallet)


async def test_the_most_that_fits(rpc: Rpc, wallet: Keypair, program: Pubkey) -> None:
    with pytest.raises(DeployError, match="the most is"):
        await upload_idl(rpc, program, text(80_000), wallet)


def test_the_command(net: Localnet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upload, fetch, and the older form; the places that there are."""
    create_project(tmp_path / "notes")
    monkeypatch.chdir(tmp_path / "notes")
    run = CliRunner().invoke
    where = ["--cluster", net.rpc_url]
    assert "run `seahorse build`" in run(app, ["idl", "upload", *where]).output
    for line in (["build", "--no-rust"], ["deploy", *where], ["idl", "upload", *where]):
        done = run(app, line)
        assert done.exit_code == 0, done.output
    built = json.loads(Path("target/idl/notes.json").read_text())
    fetched = run(app, ["idl", "fetch", built["address"], *where])
    assert json.loads(fetched.output) == built
    assert run(app, ["idl", "upload", "--legacy", *where]).exit_code == 0
    assert run(app, ["idl", "fetch", built["address"], "--out", "older.json", *where]).exit_code == 0
    assert json.loads(Path("older.json").read_text()) == json.loads(Path("target/idl/legacy/notes.json").read_text())
    for line in (["upload", "--to", "metadata"], ["fetch", built["address"], "--from", "metadata"]):
        refused = run(app, ["idl", *line, *where])
        assert refused.exit_code == 1
        assert "has no Program Metadata program" in refused.output
    assert "not elsewhere" in run(app, ["idl", "upload", "--to", "elsewhere", *where]).output
    assert "no IDL was built of other" in run(app, ["idl", "upload", "other", *where]).output
    assert "has no IDL on" in run(app, ["idl", "fetch", str(Keypair().pubkey()), *where]).output
    save_keypair(Keypair(), Path("stranger.json"))
    refused = run(app, ["idl", "upload", "--wallet", "stranger.json", *where])
    assert "may not change the IDL" in refused.output


# --- the Program Metadata program ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECORDED["instructions"])
def test_instructions_are_those_of_the_package(name: str) -> None:
    make = Instructions(PROGRAM, AUTHORITY)
    made = {
        "allocate": make.allocate,
        "extend": lambda: make.extend(10_240),
        "write": lambda: make.write(make.metadata, 800, bytes([1, 2, 3, 4, 5])),
        "initialize": make.initialize,
        "allocate_buffer": lambda: make.allocate_buffer(BUFFER),
        "give_buffer": lambda: make.give_buffer(BUFFER),
        "set_data": lambda: make.set_data(BUFFER),
        "close": lambda: make.close(BUFFER),
        "trim": make.trim,
    }[name]()
    recorded = RECORDED["instructions"][name]
    assert str(made.program_id) == recorded["program"]
    assert made.data.hex() == recorded["data"]
    metas = [[str(m.pubkey), m.is_signer, m.is_writable] for m in made.accounts]
    assert metas == recorded["accounts"]


def test_the_account_is_read_as_the_package_writes_it() -> None:
    data = bytes.fromhex(RECORDED["account"])
    packed = zlib.compress(b'{"a": 1}')
    head = data[:87] + len(packed).to_bytes(4, "little") + data[91:96]
    assert unpack_metadata(head + packed + bytes(20)) == '{"a": 1}'
    with pytest.raises(DeployError, match="holds no IDL"):
        unpack_metadata(data)
    with pytest.raises(DeployError, match="upload again"):
        unpack_metadata(b"\0" + data[1:])
    with pytest.raises(DeployError, match="not text in the account itself"):
        unpack_metadata(data[:86] + b"\1" + data[87:])


async def test_a_cluster_without_the_program(rpc: Rpc, wallet: Keypair, program: Pubkey) -> None:
    assert (await rpc.accounts([PROGRAM_METADATA]))[0] is None
    for call in (upload_metadata(rpc, program, "{}", wallet), fetch_metadata(rpc, program)):
        with pytest.raises(DeployError, match="--to anchor"):
            await call

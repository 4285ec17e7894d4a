"""The `solana-test-validator` command: launched by name, it says, writes and does what scripts wait for."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.system_program import TransferParams, transfer
from tests.localnet.client import Rpc

COMMAND = Path(sys.executable).parent / "solana-test-validator"


@contextmanager
def validator(folder: Path, *args: str) -> Iterator[tuple[Rpc, list[str]]]:
    """A validator launched by name with `folder` as home and working directory; what it printed until it was ready."""
    environment = os.environ | {"HOME": str(folder), "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"}
    line = ["solana-test-validator", "--rpc-port", "0", "--faucet-port", "0", "--block-delay", "0", *args]
    with (folder / "output").open("w+") as output:
        process = subprocess.Popen(line, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 20
            said = ""
            while "Explorer: " not in said and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                said = (folder / "output").read_text()
            found = re.search(r"^JSON RPC URL: (http://127\.0\.0\.1:\d+)$", said, re.MULTILINE)
            assert found, said
            yield Rpc(found[1]), said.splitlines()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def wallet(folder: Path, name: str = ".config/solana/id.json") -> Keypair:
    keypair = Keypair()
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(list(bytes(keypair))))
    return keypair


def test_it_says_and_leaves_what_a_validator_does(tmp_path: Path) -> None:
    owner = wallet(tmp_path)
    with validator(tmp_path) as (rpc, lines):
        ledger = tmp_path / "test-ledger"
        said = dict(line.split(": ", 1) for line in lines if ": " in line)
        assert said["Ledger location"] == "test-ledger"
        assert said["Log"] == "test-ledger/validator.log"
        assert said["Identity"] == rpc("getIdentity")["identity"]
        assert said["Genesis Hash"] == rpc("getGenesisHash")
        assert said["Version"] == rpc("getVersion")["solana-core"]
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+", said["WebSocket PubSub URL"])
        assert (ledger / "validator.log").is_symlink()
        log = (ledger / "validator.log").read_text()
        (node,) = rpc("getClusterNodes")
        for line in (
            f"genesis hash: {said['Genesis Hash']}",
            f"identity pubkey: {said['Identity']}",
            f"local gossip address: {node['gossip']}",
            f"rpc bound to {node['rpc']}",
            f"shred_version: {node['shredVersion']}",
            f"agave-validator {node['version']} (src:00000000; feat:{node['featureSet']:x},",
        ):
            assert line in log
        assert rpc.value("getBalance", str(owner.pubkey())) == 500_000_000 * 10**9
        keys = {
            file.name: Keypair.from_bytes(bytes(json.loads(file.read_text()))) for file in ledger.glob("*keypair.json")
        }
        assert str(keys["validator-keypair.json"].pubkey()) == said["Identity"]
        assert {stat.S_IMODE((ledger / name).stat().st_mode) for name in keys} == {0o600}
        faucet, to = keys["faucet-keypair.json"], Keypair().pubkey()
        assert rpc.value("getBalance", str(faucet.pubkey())) == 1_000_000 * 10**9
        rpc.run([transfer(TransferParams(from_pubkey=faucet.pubkey(), to_pubkey=to, lamports=10**9))], faucet)
        assert rpc.value("getBalance", str(to)) == 10**9


def test_a_ledger_goes_on_until_it_is_reset(tmp_path: Path) -> None:
    with validator(tmp_path) as (rpc, lines):
        assert "Notice! No wallet available. `solana airdrop` localnet SOL after creating one" in lines
        genesis, payer = rpc("getGenesisHash"), rpc.funded()
    with validator(tmp_path) as (rpc, _):
        assert rpc("getGenesisHash") == genesis
        assert rpc.value("getBalance", str(payer.pubkey())) > 0
    with validator(tmp_path, "--reset", "--log") as (rpc, lines):
        assert rpc("getGenesisHash") != genesis
        assert rpc.value("getBalance", str(payer.pubkey())) == 0
        assert not any(line.startswith("Log:") for line in lines)


def test_the_faucet_key_that_is_there_already_is_used(tmp_path: Path) -> None:
    faucet = wallet(tmp_path, "test-ledger/faucet-keypair.json")
    with validator(tmp_path) as (rpc, _):
        assert rpc.value("getBalance", str(faucet.pubkey())) == 1_000_000 * 10**9
        assert rpc.value("getBalance", str(rpc.funded(10**9).pubkey())) == 10**9


def test_the_wallet_of_a_configuration_gets_the_mint(tmp_path: Path) -> None:
    owner = wallet(tmp_path, "keys/mine.json")
    config = tmp_path / "config.yml"
    config.write_text(f"---\njson_rpc_url: http://localhost:8899\nkeypair_path: {tmp_path}/keys/mine.json\n")
    with validator(tmp_path, "-C", str(config), "--ledger", "elsewhere") as (rpc, lines):
        assert "Ledger location: elsewhere" in lines
        assert rpc.value("getBalance", str(owner.pubkey())) == 500_000_000 * 10**9


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--bpf-program", "x", "y"], "Error: --bpf-program: 'x' is neither"),
        (["--clone", "x"], "need --url"),
        (["--ledger", "/proc/none"], "Error: "),
    ],
)
def test_mistakes(tmp_path: Path, args: list[str], text: str) -> None:
    done = subprocess.run([COMMAND, "--rpc-port", "0", *args], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert text in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_quiet_says_nothing(tmp_path: Path) -> None:
    line = [COMMAND, "--rpc-port", "0", "--faucet-port", "0", "--quiet"]
    process = subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + 20
    while not list(tmp_path.glob("test-ledger/validator-keypair.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[0] == ""

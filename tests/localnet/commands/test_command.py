"""The command line, and starting a localnet as a child process."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc

from solana_localnet.spawn import Localnet, LocalnetError, command, find_python, spawn


def run(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "solana_localnet", *args], capture_output=True, text=True, timeout=20)


def calls(rpc: Rpc, program: str) -> list[str]:
    payer = rpc.funded()
    signature = rpc.run([Instruction(Pubkey.from_string(program), b"", [])], payer)
    return rpc("getTransaction", signature)["meta"]["logMessages"]


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    """A workspace with one program at a fixed id, upgradeable by its wallet."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "one.so").write_bytes(tiny_program.logging(b"from Anchor.toml"))
    (tmp_path / "wallet.json").write_text(json.dumps(list(bytes(Keypair()))))
    fixture = {
        "account": {
            "lamports": 123,
            "data": [base64.b64encode(b"abc").decode(), "base64"],
            "owner": str(Pubkey.default()),
            "executable": False,
            "rentEpoch": 0,
        }
    }
    (tmp_path / "account.json").write_text(json.dumps(fixture))
    file = tmp_path / "Anchor.toml"
    file.write_text(
        '[provider]\nwallet = "wallet.json"\n'
        f'[[test.genesis]]\naddress = "{Pubkey.new_unique()}"\nprogram = "deploy/one.so"\nupgradeable = true\n'
        f'[[test.validator.account]]\naddress = "{Pubkey.new_unique()}"\nfilename = "account.json"\n'
    )
    return file


def test_anchor_toml(anchor: Path) -> None:
    import tomllib

    document = tomllib.loads(anchor.read_text())
    program = document["test"]["genesis"][0]["address"]
    stored = document["test"]["validator"]["account"][0]["address"]
    wallet = Keypair.from_bytes(bytes(json.loads((anchor.parent / "wallet.json").read_text())))
    with spawn(python=sys.executable, anchor_toml=anchor) as net:
        rpc = Rpc(net.rpc_url)
        assert "Program log: from Anchor.toml" in calls(rpc, program)
        home = loader.program_data(Pubkey.from_string(program))
        info = rpc.value("getAccountInfo", str(home), {"encoding": "jsonParsed"})["data"]["parsed"]["info"]
        assert info["authority"] == str(wallet.pubkey())
        assert rpc.value("getBalance", stored) == 123
        rpc("requestAirdrop", str(wallet.pubkey()), 10**10)
        loader.upgrade(rpc, wallet, Pubkey.from_string(program), tiny_program.returning(0))
    heir = Keypair().pubkey()
    with spawn(python=sys.executable, anchor_toml=anchor, args=["--upgrade-authority", str(heir)]) as net:
        info = Rpc(net.rpc_url).value("getAccountInfo", str(home), {"encoding": "jsonParsed"})["data"]["parsed"]["info"]
        assert info["authority"] == str(heir)


def test_programs_and_accounts_of_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "p.so"
    file.write_bytes(tiny_program.logging(b"fixed"))
    fixed, mine, authority, stored = (str(Pubkey.new_unique()) for _ in range(4))
    account = {"lamports": 9, "data": ["", "base64"], "owner": authority, "executable": False, "rentEpoch": 0}
    (tmp_path / "a.json").write_text(json.dumps({"pubkey": stored, "account": account}))
    with spawn(
        python=sys.executable,
        programs={fixed: file},
        upgradeable_programs=[(mine, file, authority)],
        accounts=[("-", tmp_path / "a.json"), (authority, tmp_path / "a.json")],
    ) as net:
        rpc = Rpc(net.rpc_url)
        assert "Program log: fixed" in calls(rpc, fixed)
        for program, owner in ((fixed, None), (mine, authority)):
            home = loader.program_data(Pubkey.from_string(program))
            info = rpc.value("getAccountInfo", str(home), {"encoding": "jsonParsed"})["data"]["parsed"]["info"]
            assert info["authority"] == owner
        assert [rpc.value("getBalance", key) for key in (stored, authority)] == [9, 9]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--bpf-program", "nobody", "file.so"], "'nobody' is neither an address nor a keypair file"),
        (["--bpf-program", str(Pubkey.new_unique()), "missing.so"], "missing.so cannot be read"),
        (["--bpf-program", str(Pubkey.new_unique()), __file__], "must be an ELF"),
        (["--account", "-", __file__], "cannot be read as JSON"),
        (["--clone-from", "missing.json"], "cannot be read as JSON"),
        (["--anchor-toml", __file__], "cannot be read"),
        (["--port", "99999"], "is not a port"),
        (["--slot-time", "0"], "is not a positive number"),
        (["--what"], "unrecognized arguments"),
        (["--host", "203.0.113.1"], "cannot be listened on"),
    ],
)
def test_mistakes_are_told_without_a_traceback(args: list[str], text: str) -> None:
    done = run("--port", "0", *args)
    assert done.returncode != 0
    assert text in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "document", ['{"pubkey": 1}', '{"account": {"lamports": "x"}}', "[]", '{"a": {"lamports": 1}}', '"text"']
)
def test_files_that_hold_something_else(tmp_path: Path, document: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(document)
    for args in (["--account", "-", str(file)], ["--clone-from", str(file)]):
        done = run("--port", "0", *args) if document != "[]" or args[0] == "--account" else None
        if done is not None:
            assert done.returncode == 1
            assert "is not a" in done.stderr
            assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port))
        with pytest.raises(LocalnetError, match="choose another --port"):
            spawn(python=sys.executable, port=port)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr


def test_it_listens_on_loopback_only(net: Localnet) -> None:
    port = f"{int(net.rpc_url.rsplit(':', 1)[1]):04X}"
    rows = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert {row.split(":")[0] for row in rows if row.endswith(":" + port)} == {"0100007F"}


def test_quiet_prints_the_addresses_alone(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "solana_localnet", "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert lines[0].startswith("rpc: http://127.0.0.1:")
        assert lines[1].startswith("ws: ws://127.0.0.1:")
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=10)[0]
    assert rest == ""


def test_log_shows_transactions() -> None:
    with spawn(python=sys.executable, args=["--log"]) as net:
        rpc = Rpc(net.rpc_url)
        rpc.funded()
        assert "Program 11111111111111111111111111111111 success" in net.output()
        assert " ok, 150 CU" in net.output()


def test_history_in_memory_has_a_cap() -> None:
    from tests.localnet.test_transactions import payment

    with spawn(python=sys.executable, args=["--history", "20"]) as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded()
        sent = [rpc.run([payment(payer, payer.pubkey(), amount)], payer) for amount in range(1, 26)]
        assert rpc("getTransaction", sent[0]) is None
        assert rpc("getTransaction", sent[-1]) is not None
        rows = rpc("getSignaturesForAddress", str(payer.pubkey()))
        assert [row["signature"] for row in rows] == sent[:-21:-1]
        assert rpc("getTransactionCount") == 26


def process_is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_it_ends_when_its_parent_is_killed() -> None:
    code = "from solana_localnet.spawn import spawn; net = spawn(); print(net.pid, flush=True); import time; time.sleep(60)"
    environment = os.environ | {"LOCALNET_PYTHON": sys.executable}
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not process_is_gone(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while not process_is_gone(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process_is_gone(child)


def test_it_ends_with_the_block_and_can_be_closed_twice() -> None:
    with spawn(python=sys.executable) as net:
        assert net.running()
        assert net.call("getHealth") == "ok"
        with pytest.raises(LocalnetError, match=r"Method not found \(-32601\)"):
            net.call("nothing")
    assert process_is_gone(net.pid)
    net.close()


def test_the_interpreter_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCALNET_PYTHON", "/somewhere/python")
    assert find_python() == "/somewhere/python"
    assert command(port=7, slot_ms=5)[:5] == ["/somewhere/python", "-m", "solana_localnet", "--port", "7"]
    monkeypatch.delenv("LOCALNET_PYTHON")
    python = tmp_path / ".venv-localnet" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert find_python(tmp_path / "deep" / "er") == str(python)


def test_spawn_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; import solana_localnet.spawn;"
        "print([m for m in sys.modules if m.split('.')[0] in ('solders', 'uvicorn', 'orjson', 'websockets')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

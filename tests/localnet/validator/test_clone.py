"""--clone and its relatives, from a second localnet."""

import http.server
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc
from tests.localnet.surfnet.test_surfnet import make_mint
from tests.localnet.test_transactions import make_lookup_table

from solana_localnet.spawn import LocalnetError, spawn

SBPF_V3_FEATURE = "5cC3foj77CWun58pC51ebHFUWavHWKarWyR5UUik7dnC"
UPGRADEABLE = "BPFLoaderUpgradeab1e11111111111111111111111"


@dataclass
class Source:
    """A localnet with something to copy."""

    rpc: Rpc
    url: str
    payer: Keypair
    mint: Pubkey
    program: Pubkey
    table: Pubkey
    named: Pubkey


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    from tests.localnet.conftest import next_slot

    with spawn(python=sys.executable) as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded(10**12)
        named = Pubkey.new_unique()
        rpc("surfnet_setAccount", str(named), {"lamports": 77, "data": "0102"})
        program = loader.deploy(rpc, payer, tiny_program.logging(b"cloned"))
        table = make_lookup_table(rpc, payer, [named, Pubkey.new_unique()], next_slot)
        yield Source(rpc, net.rpc_url, payer, make_mint(rpc, payer), program, table, named)


def clone(source: Source, *args: str) -> Any:
    return spawn(python=sys.executable, args=["--url", source.url, *args])


def same(source: Source, copy: Rpc, *keys: Pubkey) -> None:
    for key in keys:
        found = source.rpc.account(key)
        assert found is not None
        assert copy.account(key) == found


def test_accounts_are_copied_as_they_are(source: Source) -> None:
    with clone(source, "--clone", str(source.mint), str(source.payer.pubkey()), "-c", str(source.named)) as net:
        copy = Rpc(net.rpc_url)
        same(source, copy, source.mint, source.payer.pubkey(), source.named)
        assert copy.value("getTokenSupply", str(source.mint)) == source.rpc.value("getTokenSupply", str(source.mint))
        copy("surfnet_resetNetwork")
        same(source, copy, source.mint)


@pytest.mark.parametrize("flag", ["--clone-upgradeable-program", "--clone"])
def test_a_program_comes_with_its_code_and_can_be_upgraded(
    source: Source, flag: str, next_slot: Callable[[Rpc], int]
) -> None:
    with clone(source, flag, str(source.program)) as net:
        copy = Rpc(net.rpc_url)
        same(source, copy, source.program, loader.program_data(source.program))
        copy("requestAirdrop", str(source.payer.pubkey()), 10**12)
        logs = copy("getTransaction", copy.run([Instruction(source.program, b"", [])], source.payer))["meta"][
            "logMessages"
        ]
        assert "Program log: cloned" in logs
        copy("surfnet_timeTravel", {"absoluteSlot": source.rpc("getSlot") + 100})
        next_slot(copy)
        loader.upgrade(copy, source.payer, source.program, tiny_program.logging(b"better"))
        next_slot(copy)
        logs = copy("getTransaction", copy.run([Instruction(source.program, b"", [])], source.payer))["meta"][
            "logMessages"
        ]
        assert "Program log: better" in logs
    assert source.rpc.account(source.program) is not None


def test_a_lookup_table_comes_with_what_it_names(source: Source) -> None:
    with clone(source, "--deep-clone-address-lookup-table", str(source.table)) as net:
        same(source, Rpc(net.rpc_url), source.table, source.named)


def test_what_is_not_there(source: Source) -> None:
    nobody = str(Pubkey.new_unique())
    with pytest.raises(LocalnetError, match=f"has no account {nobody}.*--maybe-clone"):
        clone(source, "--clone", nobody)
    with clone(source, "--maybe-clone", nobody, str(source.named)) as net:
        same(source, Rpc(net.rpc_url), source.named)
        assert Rpc(net.rpc_url).account(Pubkey.from_string(nobody)) is None
    with pytest.raises(LocalnetError, match="is not an upgradeable program; use --clone"):
        clone(source, "--clone-upgradeable-program", str(source.mint))
    with pytest.raises(LocalnetError, match="is not a lookup table"):
        clone(source, "--deep-clone-address-lookup-table", str(source.mint))


def test_more_accounts_than_one_request_carries(source: Source) -> None:
    keys = [str(Pubkey(number.to_bytes(2, "big") * 16)) for number in range(1, 251)]
    for number, key in enumerate(keys):
        source.rpc("surfnet_setAccount", key, {"lamports": 1_000 + number})
    with clone(source, "--clone", *keys) as net:
        copy = Rpc(net.rpc_url)
        assert [copy.value("getBalance", key) for key in keys] == [1_000 + number for number in range(250)]


def test_the_slot_of_the_remote(source: Source) -> None:
    source.rpc("surfnet_timeTravel", {"absoluteSlot": 50_000})
    with clone(source, "--warp-slot") as net:
        assert Rpc(net.rpc_url)("getSlot") >= 50_000


def test_its_features(tmp_path: Path) -> None:
    with spawn(python=sys.executable, args=["--deactivate-feature", SBPF_V3_FEATURE]) as net:
        key = Pubkey.from_string(SBPF_V3_FEATURE)
        with spawn(python=sys.executable, args=["--url", net.rpc_url]) as plain:
            assert Rpc(plain.rpc_url).account(key) is not None
        with spawn(python=sys.executable, args=["--url", net.rpc_url, "--clone-feature-set"]) as copy:
            assert Rpc(copy.rpc_url).account(key) is None
        (tmp_path / "p.so").write_bytes(tiny_program.logging(b"v3"))
        with pytest.raises(LocalnetError, match="must be an ELF"):
            spawn(
                python=sys.executable,
                programs={str(key): tmp_path / "p.so"},
                args=["--url", net.rpc_url, "--clone-feature-set"],
            )


def test_a_ledger_that_is_there_asks_nobody(source: Source, tmp_path: Path) -> None:
    ledger, args = tmp_path / "ledger", ["--clone", str(source.named), "--url"]
    with spawn(python=sys.executable, ledger=ledger, args=[*args, source.url]) as net:
        same(source, Rpc(net.rpc_url), source.named)
    with spawn(python=sys.executable, ledger=ledger, args=[*args, "http://127.0.0.1:1"]) as net:
        same(source, Rpc(net.rpc_url), source.named)


@pytest.mark.parametrize(
    "answer", [b"no json", b"[]", b'{"error": 1}', b'{"result": 5}', b'{"result": {"value": [{}]}}']
)
def test_a_remote_that_is_no_rpc(answer: bytes) -> None:
    class Strange(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Strange)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(LocalnetError, match=r"refuses|does not answer|no list of accounts") as refused:
            spawn(
                python=sys.executable, args=["--url", f"http://127.0.0.1:{server.server_port}", "--clone", UPGRADEABLE]
            )
        assert "Traceback" not in str(refused.value)
        assert json.dumps(answer.decode())
    finally:
        server.shutdown()

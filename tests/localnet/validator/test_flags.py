"""solana-test-validator's flags: what they say to localnet, and what becomes of those that cannot be followed."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import tiny_program
from tests.localnet.client import Rpc, RpcFailure

from solana_localnet.cli import read_settings
from solana_localnet.spawn import LocalnetError, spawn

KEY = str(Pubkey(bytes([3] * 32)))
SBPF_V3_FEATURE = "5cC3foj77CWun58pC51ebHFUWavHWKarWyR5UUik7dnC"


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        ("--rpc-port 1234", "port", 1234),
        ("--bind-address 0.0.0.0", "host", "0.0.0.0"),
        ("--gossip-host 0.0.0.0", "host", "0.0.0.0"),
        ("-l somewhere", "ledger", Path("somewhere")),
        ("-r", "reset", True),
        ("-q", "quiet", True),
        ("--log", "log", True),
        ("--ticks-per-slot 8", "slot_ms", 50),
        ("--ticks-per-slot 1", "slot_ms", 6),
        ("", "slot_ms", 400),
        ("--log-messages-bytes-limit 5", "log_bytes_limit", 5),
        (f"--mint {KEY}", "validator.mint", KEY),
        ("--account-dir a b --account-dir c", "validator.account_dirs", [Path("a"), Path("b"), Path("c")]),
        (f"--clone {KEY} {KEY} -c {KEY} -u localhost", "validator.clone", [KEY] * 3),
        ("--slots-per-epoch 64", "validator.slots_per_epoch", 64),
        ("-w 7", "validator.warp_slot", 7),
        ("-w -u l", "validator.warp_to_remote", True),
        ("--faucet-sol 1.5", "validator.faucet_lamports", 1_500_000_000),
        ("--faucet-port 9900", "validator.faucet_port", 9900),
        ("--max-compute-units 5", "validator.compute_unit_limit", 5),
        ("--limit-ledger-size 9 --gossip-port 8", "validator.ignored", ["--limit-ledger-size", "--gossip-port"]),
    ],
)
def test_flags_are_understood(arguments: str, field: str, value: Any) -> None:
    found: Any = read_settings(arguments.split())
    for name in field.split("."):
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--clone", KEY], "need --url"),
        (["--warp-slot"], "need --url"),
        (["--clone", KEY, "--url", "moon"], "'moon' is neither a URL"),
        (["--clone", "x", "--url", "http://127.0.0.1:1"], "--clone: 'x' is not an address"),
        (["--clone", KEY, "--url", "http://127.0.0.1:1"], "does not answer getMultipleAccounts"),
        (["--slots-per-epoch", "31"], "not a whole number from 32 on"),
        (["--ticks-per-slot", "8", "--slot-time", "50"], "say the same thing"),
        (["--faucet-sol", "-1"], "is not an amount of SOL"),
        (["--faucet-sol", "99999999999999"], "is not an amount of SOL"),
        (["--faucet-port", "70000"], "is not a port"),
        (["--mint", "nobody"], "neither an address nor a keypair file"),
        (["--mint", __file__], "is not a keypair file"),
        (["--account-dir", __file__], "is not a folder"),
        (["--deactivate-feature", "x"], "'x' is not an address"),
        (["--deactivate-feature", KEY], f"no feature {KEY} is active"),
        (["--geyser-plugin-config", "x.json"], "no Geyser plugins"),
        (["--enable-rpc-bigtable-ledger-storage"], "no Bigtable"),
        (["--bpf-program", KEY, "missing.so"], "missing.so cannot be read"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: list[str], text: str) -> None:
    line = [sys.executable, "-m", "solana_localnet", "--port", "0", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_genesis_holds_what_the_flags_name(tmp_path: Path) -> None:
    mint, program, authority = Keypair(), Keypair(), Keypair()
    for name, key in (("mint", mint), ("program", program), ("authority", authority)):
        (tmp_path / f"{name}.json").write_text(json.dumps(list(bytes(key))))
    (tmp_path / "accounts").mkdir()
    stored = [str(Pubkey.new_unique()) for _ in range(3)]
    for number, key in enumerate(stored):
        body = {"lamports": 10 + number, "data": ["", "base64"], "owner": KEY, "executable": False, "rentEpoch": 0}
        (tmp_path / "accounts" / f"{number}.json").write_text(json.dumps({"pubkey": key, "account": body}))
    (tmp_path / "accounts" / "notes.txt").write_text("not an account")
    (tmp_path / "p.so").write_bytes(tiny_program.logging(b"hello"))
    args = ["--mint", str(tmp_path / "mint.json"), "--account-dir", str(tmp_path / "accounts"), "--faucet-sol", "7"]
    upgradeable = [(str(tmp_path / "program.json"), tmp_path / "p.so", str(tmp_path / "authority.json"))]
    with spawn(python=sys.executable, upgradeable_programs=upgradeable, args=[*args, "--warp-slot", "1000"]) as net:
        rpc = Rpc(net.rpc_url)
        assert 1000 <= rpc("getSlot") < 1100
        assert rpc.value("getBalance", str(mint.pubkey())) == 500_000_000 * 10**9
        assert [rpc.value("getBalance", key) for key in stored] == [10, 11, 12]
        signature = rpc.run([Instruction(program.pubkey(), b"", [])], mint)
        assert "Program log: hello" in rpc("getTransaction", signature)["meta"]["logMessages"]
        rows = rpc.value(
            "getProgramAccounts",
            "BPFLoaderUpgradeab1e11111111111111111111111",
            {"encoding": "jsonParsed", "withContext": True},
        )
        infos = [row["account"]["data"]["parsed"]["info"] for row in rows]
        assert str(authority.pubkey()) in [info.get("authority") for info in infos]
        # A faucet that has no more than seven SOL gives no eight.
        rpc("requestAirdrop", KEY, 8 * 10**9)
        assert rpc.value("getBalance", KEY) == 0
        rpc("surfnet_resetNetwork")
        assert rpc.value("getBalance", str(mint.pubkey())) == 500_000_000 * 10**9


def test_ticks_set_the_pace() -> None:
    with spawn(python=sys.executable, args=["--ticks-per-slot", "4"]) as net:
        rpc = Rpc(net.rpc_url)
        first, began = rpc("getSlot"), time.monotonic()
        time.sleep(1.0)
        slots, seconds = rpc("getSlot") - first, time.monotonic() - began
        assert slots == pytest.approx(seconds / 0.025, rel=0.35)


def test_epochs_have_the_length_that_is_asked_for() -> None:
    with spawn(python=sys.executable, args=["--slots-per-epoch", "40", "--warp-slot", "79"], slot_ms=100_000) as net:
        rpc = Rpc(net.rpc_url)
        assert rpc("getEpochSchedule") | {"firstNormalSlot": 0} == {
            "slotsPerEpoch": 40,
            "leaderScheduleSlotOffset": 40,
            "warmup": False,
            "firstNormalEpoch": 0,
            "firstNormalSlot": 0,
        }
        info = rpc("getEpochInfo", {"commitment": "processed"})
        assert (info["epoch"], info["slotIndex"], info["slotsInEpoch"]) == (2, info["absoluteSlot"] - 80, 40)
        schedule = rpc.value(
            "getAccountInfo", "SysvarEpochSchedu1e111111111111111111111111", {"encoding": "jsonParsed"}
        )
        assert schedule["data"]["parsed"]["info"]["slotsPerEpoch"] == 40
        clock = rpc.value("getAccountInfo", "SysvarC1ock11111111111111111111111111111111", {"encoding": "jsonParsed"})
        assert clock["data"]["parsed"]["info"]["epoch"] == 2
        assert len(next(iter(rpc("getLeaderSchedule").values()))) == 40
        rpc("surfnet_timeTravel", {"absoluteEpoch": 9})
        assert rpc("getEpochInfo", {"commitment": "processed"})["absoluteSlot"] == 360
        rpc("surfnet_resetNetwork")
        assert rpc("getEpochSchedule")["slotsPerEpoch"] == 40


def test_the_rpc_asks_the_faucet_within_its_caps() -> None:
    with spawn(python=sys.executable, args=["--faucet-per-request-sol-cap", "2"]) as net:
        rpc = Rpc(net.rpc_url)
        rpc.funded(2 * 10**9)
        with pytest.raises(RpcFailure, match=r"request too large; req: ◎3\.0, cap: ◎2\.0"):
            rpc("requestAirdrop", KEY, 3 * 10**9)


def test_a_compute_limit_binds_every_transaction(tmp_path: Path) -> None:
    (tmp_path / "p.so").write_bytes(tiny_program.logging(b"hello"))
    with spawn(python=sys.executable, programs={KEY: tmp_path / "p.so"}, args=["--compute-unit-limit", "320"]) as net:
        rpc = Rpc(net.rpc_url)
        calls = [Instruction(Pubkey.from_string(KEY), bytes([number]), []) for number in range(4)]
        for _ in range(2):
            payer = rpc.funded()
            rpc.run(calls[:3], payer)
            with pytest.raises(RpcFailure, match="Computational budget exceeded"):
                rpc.run(calls, payer)
            # The limit outlives a reset.
            rpc("surfnet_resetNetwork")


def test_a_deactivated_feature_is_not_there(tmp_path: Path) -> None:
    """Programs of sBPF v3 run only where that feature is active; everything else goes on as before."""
    from tests.localnet.surfnet.test_surfnet import make_mint

    file = tmp_path / "v3.so"
    file.write_bytes(tiny_program.logging(b"hello"))
    without = ["--deactivate-feature", SBPF_V3_FEATURE]
    with pytest.raises(LocalnetError, match="must be an ELF that this chain's runtime loads"):
        spawn(python=sys.executable, programs={KEY: file}, args=without)
    with spawn(python=sys.executable, args=without) as net:
        rpc = Rpc(net.rpc_url)
        assert rpc.account(Pubkey.from_string(SBPF_V3_FEATURE)) is None
        payer = rpc.funded()
        mint = make_mint(rpc, payer)
        rpc("surfnet_setTokenAccount", str(payer.pubkey()), str(mint), {"amount": 5})
        assert rpc.value("getTokenSupply", str(mint))["decimals"] >= 0
    with spawn(python=sys.executable, programs={KEY: file}) as net:
        assert Rpc(net.rpc_url).account(Pubkey.from_string(SBPF_V3_FEATURE)) is not None


def test_flags_without_effect_are_said_to_have_none() -> None:
    with spawn(python=sys.executable, args=["--limit-ledger-size", "10000"]) as net:
        assert "--limit-ledger-size has no effect" in net.output()


def test_a_second_start_says_what_it_ignores(tmp_path: Path) -> None:
    args = ["--mint", KEY]
    with spawn(python=sys.executable, ledger=tmp_path / "ledger", args=args) as net:
        genesis = net.call("getGenesisHash")
    with spawn(python=sys.executable, ledger=tmp_path / "ledger", args=args) as net:
        assert net.call("getGenesisHash") == genesis
        assert "are in genesis only" in net.output()

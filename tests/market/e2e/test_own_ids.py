"""The five programs under one's own ids, by the commands of docs/operations.md: nobody has the keys of the published ones."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from solders.keypair import Keypair
from tests.house.docs.blocks.reading import blocks_of

from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.chain.files.workspace import PROGRAM_NAMES, find_workspace
from solana_localnet.spawn import spawn

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = Path(sys.executable).parent
SECONDS = 300


def told(url: str) -> list[list[str]]:
    """The document's lines, with the cluster of this test; `make build` builds what Make knows of, so it is spelled out."""
    text = next(b.text for b in blocks_of("docs/operations.md") if "seahorse keys new --all" in b.text)
    lines = [line.split("#")[0].split() for line in text.splitlines() if line.strip()]
    plain = [["seahorse", "build", "--no-rust"] if line == ["make", "build"] else line for line in lines]
    return [[url if word == "devnet" else word for word in line] for line in plain]


def run(folder: Path, line: list[str]) -> str:
    done = subprocess.run(
        [COMMANDS / line[0], *line[1:]], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_programs_run_under_ids_of_ones_own(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "programs_py", tmp_path / "programs_py", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Anchor.toml", tmp_path)
    deployer = Keypair()
    save_keypair(deployer, tmp_path / "deployer.json")
    published = {str(find_workspace(ROOT).program_ids[name]) for name in PROGRAM_NAMES}
    with spawn() as net:
        net.call("requestAirdrop", str(deployer.pubkey()), 10**12)
        for line in told(net.rpc_url):
            run(tmp_path, line)
        ids = tomllib.loads((tmp_path / "Anchor.toml").read_text())["programs"]["localnet"]
        assert set(ids) == set(PROGRAM_NAMES)
        assert not published & set(ids.values())
        for address in ids.values():
            assert net.call("getAccountInfo", address)["value"]["executable"]
        line = ["gridtokenx", "initialize-registry", "--cluster", net.rpc_url, "--wallet", "deployer.json"]
        made = re.findall(r"^registry: (\w+)$", run(tmp_path, line), re.MULTILINE)
        assert made == ["created"]
        owned = net.call("getProgramAccounts", ids["registry"], {"encoding": "base64"})
        assert len(owned) == 1

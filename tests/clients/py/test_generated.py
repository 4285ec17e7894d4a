"""A generated client talks to its program: the code of docs/clients.md as it stands there, and plain solders of today."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from solders.keypair import Keypair

from solana_localnet.spawn import Localnet, find_python, spawn

ROOT = Path(__file__).resolve().parents[3]
VM = find_python(ROOT)
SEAHORSE = Path(VM).with_name("seahorse")
ADDRESS = "4fV4rJbUSv52gV75XNJxHYiL1vcMEKwCVQFvuVKSVvkL"


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program, the client as `seahorse client` writes it, and the code of the page."""
    made = tmp_path_factory.mktemp("voting")
    page = (ROOT / "docs/clients.md").read_text()
    code = re.findall(r"<!-- code: voting -->\n<!-- checked by: \S+ -->\n```python\n(.*?)```", page, re.DOTALL)
    (made / "shown.py").write_text(code[0])
    source = ROOT / "examples/voting/voting.py"
    run(SEAHORSE, "build", source, "--out-dir", made, folder=ROOT)
    run(SEAHORSE, "client", source, "--out", made / "voting_client", folder=ROOT)
    run(SEAHORSE, "client", source, "--out", made / "waiting_client", "--sync", folder=ROOT)
    return made


@pytest.fixture
def net(folder: Path) -> Iterator[Localnet]:
    with spawn(programs={ADDRESS: folder / "voting.so"}) as running:
        yield running


def test_the_code_of_the_page_is_typed(folder: Path):
    strict = {"strict": ["shown.py", "voting_client"], "include": ["shown.py"], "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(strict))
    run(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", folder, folder=folder)


def test_the_code_of_the_page_runs(folder: Path, net: Localnet, monkeypatch: pytest.MonkeyPatch):
    me = Keypair()
    net.call("requestAirdrop", str(me.pubkey()), 10**10)
    monkeypatch.syspath_prepend(folder)
    import shown  # pyright: ignore[reportMissingImports]

    asyncio.run(shown.run(net.rpc_url, me))  # pyright: ignore[reportUnknownMemberType]


# Without solana-py: a node is asked in JSON, and solders reads what it answers.
PLAIN = """
import base64, json, sys, urllib.request
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.rpc.responses import GetAccountInfoResp, GetProgramAccountsResp, SimulateTransactionResp
from solders.transaction import Transaction
from waiting_client.voting.accounts import Ballot, Poll
from waiting_client.voting.addresses import find_poll
from waiting_client.voting.errors import SameChoice, error_in
from waiting_client.voting.events import Voted, events_in
from waiting_client.voting.instructions import create, vote


def ask(method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


class Node:
    def get_account_info(self, pubkey):
        return GetAccountInfoResp.from_json(ask("getAccountInfo", str(pubkey), {"encoding": "base64"}))

    def get_program_accounts(self, pubkey, *, encoding, filters):
        told = [{"memcmp": {"offset": one.offset, "bytes": one.bytes}} for one in filters]
        return GetProgramAccountsResp.from_json(
            ask("getProgramAccounts", str(pubkey), {"encoding": encoding, "filters": told})
        )


me, node = Keypair(), Node()
ask("requestAirdrop", str(me.pubkey()), 10**10)


def simulated_then_sent(instruction):
    recent = Hash.from_string(json.loads(ask("getLatestBlockhash"))["result"]["value"]["blockhash"])
    message = Message.new_with_blockhash([instruction], me.pubkey(), recent)
    raw = base64.b64encode(bytes(Transaction([me], message, recent))).decode()
    found = SimulateTransactionResp.from_json(ask("simulateTransaction", raw, {"encoding": "base64"})).value
    if found.err is None:
        assert "error" not in json.loads(ask("sendTransaction", raw, {"encoding": "base64"}))
    return found


where = find_poll(me.pubkey(), 7)
asked = dict(creator=me.pubkey(), number=7, question="Q?", seconds=99)
refused = simulated_then_sent(create(choices=["a", "a"], **asked))
assert isinstance(error_in(refused.err, refused.logs), SameChoice)
assert Poll.fetch(node, where) is None
assert simulated_then_sent(create(choices=["a", "b"], **asked)).err is None
voted = simulated_then_sent(vote(voter=me.pubkey(), poll=where, choice=1))
assert events_in(voted.logs) == [Voted(where, me.pubkey(), 1)]
poll = Poll.fetch(node, where)
assert (poll.question, poll.votes, Poll.decode(poll.encode())) == ("Q?", [0, 1], poll)
assert [ballot.voter for ballot in Ballot.fetch_all(node, poll=where, choice=1).values()] == [me.pubkey()]
assert Ballot.fetch_all(node, poll=where, choice=0) == {}
"""


@pytest.mark.parametrize("python", [sys.executable, VM], ids=["client", "localnet"])
def test_plain_solders_of_either_environment_will_do(folder: Path, net: Localnet, python: str):
    (folder / "plain.py").write_text(PLAIN)
    run(python, "plain.py", net.rpc_url, folder=folder)

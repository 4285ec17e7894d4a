"""Checks of what the `solana` command reads of a cluster, and of what it listens to."""

import json
import subprocess
import time

from tests.official import tools
from tests.official.checks import Desk, Failed, check, expect


@check("cluster-version, genesis-hash, epoch-info")
def about_the_cluster(desk: Desk) -> None:
    """The answers that every session begins with."""
    expect(desk.solana("cluster-version").strip()[:1].isdigit(), "a version is a number")
    expect(len(desk.solana("genesis-hash").strip()) > 40, "a genesis hash has 44 characters")
    info = desk.solana_json("epoch-info")
    expect(info["absoluteSlot"] > 0, "a slot is open")
    expect("Epoch:" in desk.solana("epoch-info"), "epoch-info names the epoch")


@check("slot, block-height, block, block-time")
def blocks(desk: Desk) -> None:
    """The newest block of each level can be read at once."""
    for _ in range(3):
        block = desk.solana_json("block")
        expect(block["blockhash"] != block["previousBlockhash"], "each block has a blockhash of its own")
    slot = int(desk.solana("slot"))
    expect(int(desk.solana("block-height")) <= slot + 32, "the height does not pass the slot")
    expect(str(slot) in desk.solana("block", str(slot)), "the block of `slot` is there")
    expect("Date" in desk.solana("block-time"), "block-time gives a date")
    expect("Block" in desk.solana("cluster-date"), "cluster-date gives a block")
    expect(int(desk.solana("first-available-block")) <= slot, "the first block is before the last")


@check("validators, gossip, block-production, leader-schedule")
def validators(desk: Desk) -> None:
    """A cluster of one, which leads every slot."""
    found = desk.solana_json("validators")
    expect(len(found["validators"]) >= 1, "there is a validator")
    expect(not found["validators"][0]["delinquent"], "the validator votes")
    expect(found["totalActiveStake"] > 0, "it has stake")
    identity = found["validators"][0]["identityPubkey"]
    expect(identity in desk.solana("gossip"), "it is in gossip")
    expect(identity in desk.solana("block-production"), "it produced blocks")
    expect(identity in desk.solana("leader-schedule"), "it leads")


@check("supply, largest-accounts, inflation, stakes, stake-history")
def economy(desk: Desk) -> None:
    """What there is, and who has it."""
    expect("Circulating" in desk.solana("supply", "--print-accounts"), "the supply is divided")
    expect(len(desk.solana("largest-accounts").splitlines()) > 10, "there are twenty largest accounts")
    expect("Initial rate" in desk.solana("inflation"), "inflation has a governor")
    expect("Delegated Vote Account Address" in desk.solana("stakes"), "the validator's stake is listed")
    desk.solana("stake-history")


@check("feature status, rent, recent-prioritization-fees")
def settings(desk: Desk) -> None:
    """The rules of the cluster."""
    expect("active since" in desk.solana("feature", "status"), "features are active")
    expect("0.00203928 SOL" in desk.solana("rent", "165"), "a token account costs what it does on clusters")
    expect("Fees in recent" in desk.solana("recent-prioritization-fees"), "priority fees are summed up")


@check("ping")
def ping(desk: Desk) -> None:
    """Three transfers, each confirmed."""
    said = desk.solana("ping", "--count", "3", "--interval", "0")
    expect("3 transactions submitted, 3 transactions confirmed" in said, said)


@check("confirm, transaction-history, transaction-count, decode-transaction")
def history(desk: Desk) -> None:
    """A transaction is found by its signature and by its address."""
    before = int(desk.solana("transaction-count"))
    to = desk.address("reader")
    sent = desk.solana_json("transfer", to, "0.01", "--allow-unfunded-recipient", "--with-memo", "hello")
    signature = sent["signature"]
    said = desk.solana("confirm", "-v", signature)
    expect("Status: Ok" in said and "hello" in said, said)
    expect(signature in desk.solana("transaction-history", to), "the address has the transaction")
    expect("hello" in desk.solana("transaction-history", to, "-v"), "its memo is shown")
    expect(int(desk.solana("transaction-count")) > before, "transactions are counted")
    account = desk.solana_json("account", to)
    expect(account["account"]["lamports"] == 10_000_000, "the transfer arrived")


@check("logs")
def logs(desk: Desk) -> None:
    """A listener hears of a transaction that is sent after it has begun to listen."""
    where = ("--url", desk.cluster.rpc_url, "--ws", desk.cluster.ws_url)
    line = [str(tools.SOLANA.path), *where, "logs", desk.address("heard")]
    listener = subprocess.Popen(
        line, env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        time.sleep(2)
        desk.solana("transfer", desk.address("heard"), "0.01", "--allow-unfunded-recipient")
        deadline = time.monotonic() + 20
        said = ""
        assert listener.stdout is not None
        while "Status: Ok" not in said:
            if time.monotonic() > deadline or listener.poll() is not None:
                raise Failed(f"solana logs said only: {said}")
            said += listener.stdout.readline()
    finally:
        listener.kill()
        listener.wait()


@check("live-slots")
def live_slots(desk: Desk) -> None:
    """Slots go by on the screen."""
    where = ("--url", desk.cluster.rpc_url, "--ws", desk.cluster.ws_url)
    line = ["timeout", "4", str(tools.SOLANA.path), *where, "live-slots"]
    done = subprocess.run(line, env=desk.environment(), capture_output=True, text=True)
    expect(done.returncode == 124, f"live-slots ended by itself: {done.stdout[-300:]}{done.stderr[-300:]}")


@check("keys of the programs of genesis")
def genesis_programs(desk: Desk) -> None:
    """Programs that clients call without deploying them."""
    for address in (
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
        "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
        "AddressLookupTab1e1111111111111111111111111",
    ):
        found = json.loads(desk.solana("account", address, "--output", "json"))
        expect(found["account"]["executable"], f"{address} can be called")

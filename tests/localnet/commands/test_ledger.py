"""`--ledger`: what a client heard survives a restart and a kill -9."""

import sqlite3
import sys
import threading
from pathlib import Path

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure
from tests.localnet.test_transactions import associated, create_associated, make_mint, mint_to, payment

from solana_localnet.spawn import Localnet, LocalnetError, spawn


def started(ledger: Path, *args: str) -> tuple[Localnet, Rpc]:
    net = spawn(python=sys.executable, ledger=ledger, args=args)
    return net, Rpc(net.rpc_url)


@pytest.mark.parametrize("crash", [False, True], ids=["restart", "kill -9"])
def test_state_and_history_survive(tmp_path: Path, crash: bool) -> None:
    net, rpc = started(tmp_path / "ledger")
    payer, to = rpc.funded(), Keypair().pubkey()
    program = loader.deploy(rpc, payer, tiny_program.logging(b"still here"))
    mint = make_mint(rpc, payer)
    holding = associated(to, mint)
    rpc.run([create_associated(payer.pubkey(), to, mint)], payer)
    minted = rpc.run([mint_to(mint, holding, payer.pubkey(), 77)], payer)
    pay = rpc.build([payment(payer, to, 10**7)], payer)
    paid = rpc.submit(pay)
    gone = Pubkey.new_unique()
    rpc("surfnet_setAccount", str(gone), {"lamports": 1})
    rpc("surfnet_setAccount", str(gone), {"lamports": 0})
    rpc("surfnet_timeTravel", {"absoluteSlot": 5_000})
    genesis, count = rpc("getGenesisHash"), rpc("getTransactionCount")
    before = {signature: rpc("getTransaction", signature) for signature in (minted, paid)}
    rows = rpc("getSignaturesForAddress", str(to))
    if crash:
        net.kill()
    else:
        net.close()

    net, rpc = started(tmp_path / "ledger")
    with net:
        assert rpc("getGenesisHash") == genesis
        assert rpc("getSlot") > 5_000
        assert rpc("getTransactionCount") == count
        assert {signature: rpc("getTransaction", signature) for signature in before} == before
        assert rpc("getSignaturesForAddress", str(to)) == rows
        assert rpc("getSignaturesForAddress", str(to), {"limit": 1, "before": paid}) == rows[1:2]
        assert rpc.value("getBalance", str(to)) == 10**7
        assert rpc.value("getTokenAccountBalance", str(holding))["amount"] == "77"
        assert rpc.account(gone) is None
        block = rpc("getBlock", before[paid]["slot"], {"transactionDetails": "signatures"})
        assert paid in block["signatures"]
        # The blockhash still lives, and so does the memory of what used it.
        with pytest.raises(RpcFailure, match="already been processed"):
            rpc.submit(pay)
        logs = rpc("getTransaction", rpc.run([Instruction(program, b"", [])], payer))["meta"]["logMessages"]
        assert "Program log: still here" in logs


def test_every_answered_transaction_is_there_after_a_kill_in_full_flight(tmp_path: Path) -> None:
    net, rpc = started(tmp_path / "ledger", "--quiet")
    payers = [rpc.funded() for _ in range(4)]
    answered: list[tuple[str, Pubkey]] = []

    def send(payer: Keypair) -> None:
        own = Rpc(net.rpc_url)
        try:
            while True:
                to = Keypair().pubkey()
                answered.append((own.run([payment(payer, to, 10**6)], payer), to))
        except Exception:
            return

    threads = [threading.Thread(target=send, args=(payer,)) for payer in payers]
    for thread in threads:
        thread.start()
    while len(answered) < 300:
        threads[0].join(0.01)
    net.kill()
    for thread in threads:
        thread.join()
    net, rpc = started(tmp_path / "ledger")
    with net:
        for at in range(0, len(answered), 100):
            part = answered[at : at + 100]
            statuses = rpc.value("getSignatureStatuses", [signature for signature, _ in part])
            assert all(status is not None and status["err"] is None for status in statuses)
            accounts = rpc.value("getMultipleAccounts", [str(to) for _, to in part])
            assert {account["lamports"] for account in accounts} == {10**6}


def test_reset_starts_anew(tmp_path: Path) -> None:
    net, rpc = started(tmp_path / "ledger")
    payer = rpc.funded()
    genesis = rpc("getGenesisHash")
    net.close()
    net, rpc = started(tmp_path / "ledger", "--reset")
    with net:
        assert rpc.account(payer.pubkey()) is None
        assert rpc("getGenesisHash") != genesis
        rpc("surfnet_resetNetwork")
        payer = rpc.funded()
    net, rpc = started(tmp_path / "ledger")
    with net:
        assert rpc.account(payer.pubkey()) is not None


def test_two_localnets_cannot_share_a_ledger(tmp_path: Path) -> None:
    net, _ = started(tmp_path / "ledger")
    with net, pytest.raises(LocalnetError, match="is another localnet using it"):
        started(tmp_path / "ledger")


def test_a_ledger_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalnetError, match="cannot be the ledger"):
        started(tmp_path / "file")
    (tmp_path / "localnet.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(LocalnetError, match="cannot be opened"):
        started(tmp_path)


def test_a_ledger_of_another_version(tmp_path: Path) -> None:
    net, _ = started(tmp_path)
    net.close()
    with sqlite3.connect(tmp_path / "localnet.sqlite") as db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'version'")
    db.close()
    with pytest.raises(LocalnetError, match="use --reset"):
        started(tmp_path)
    started(tmp_path, "--reset")[0].close()


def test_history_on_disk_has_a_cap(tmp_path: Path) -> None:
    net, rpc = started(tmp_path / "ledger", "--history", "50", "--slot-time", "5")
    payer = rpc.funded()
    first = rpc.run([payment(payer, payer.pubkey(), 1)], payer)
    for amount in range(60):
        rpc.run([payment(payer, payer.pubkey(), 2 + amount)], payer)
    rpc("surfnet_timeTravel")
    slot = rpc("getSlot")
    while rpc("getSlot") < slot + 70:
        pass
    assert rpc("getTransaction", first) is None
    net.close()
    with sqlite3.connect(tmp_path / "ledger" / "localnet.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM transactions").fetchone()[0] == 50
        assert db.execute("SELECT COUNT(DISTINCT sequence) FROM mentions").fetchone()[0] == 50
    db.close()

"""Surfpool's control methods, in Surfpool's spellings."""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure, encoded
from tests.localnet.test_transactions import TOKEN, associated, make_mint, mint_to, payment

from solana_localnet.chain.programs import (
    CONFIG,
    NATIVE_LOADER,
    NATIVE_MINT,
    STAKE,
    UPGRADEABLE_LOADER,
    VOTE,
    program_data_address,
)
from solana_localnet.spawn import Localnet, spawn

WRAPPED_SOL = str(NATIVE_MINT)


def test_set_account_changes_only_what_is_named(rpc: Rpc) -> None:
    address, owner = Pubkey.new_unique(), Pubkey.new_unique()
    assert rpc.value("surfnet_setAccount", str(address), {"lamports": 5, "owner": str(owner), "data": "0aff"}) is None
    rpc("surfnet_setAccount", str(address), {"lamports": 7})
    account = rpc.account(address)
    assert account is not None
    assert (account["lamports"], account["owner"], account["data"]) == (7, str(owner), b"\x0a\xff")
    rpc("surfnet_setAccount", str(address), {"lamports": 0})
    assert rpc.account(address) is None


@pytest.mark.parametrize(
    ("update", "text"),
    [
        ({"data": "xyz"}, "Invalid hex data"),
        ({"lamports": -1}, "expected u64"),
        ({"owner": "nobody"}, "Invalid param"),
        ({"executable": "yes"}, "expected a boolean"),
        (None, "at least 2"),
    ],
)
def test_set_account_refuses_what_makes_no_sense(rpc: Rpc, update: object, text: str) -> None:
    params = [str(Pubkey.new_unique())] + ([] if update is None else [update])
    with pytest.raises(RpcFailure, match=text) as caught:
        rpc("surfnet_setAccount", *params)
    assert caught.value.code == -32602


def test_a_broken_program_is_refused_and_nothing_is_written(rpc: Rpc) -> None:
    address = Pubkey.new_unique()
    update = {"lamports": 10**9, "owner": str(loader.LOADER), "executable": True, "data": "02000000" + "11" * 32}
    rpc("surfnet_setAccount", str(address), update | {"executable": False})
    with pytest.raises(RpcFailure, match="is refused"):
        rpc("surfnet_setAccount", str(address), {"data": "0900", "executable": True})
    account = rpc.account(address)
    assert account is not None
    assert not account["executable"]


def test_set_token_account_creates_updates_and_can_be_spent(rpc: Rpc) -> None:
    payer, owner = rpc.funded(), rpc.funded()
    mint = make_mint(rpc, payer)
    rpc(
        "surfnet_setTokenAccount",
        str(owner.pubkey()),
        str(mint),
        {"amount": 500, "closeAuthority": str(payer.pubkey())},
    )
    rpc("surfnet_setTokenAccount", str(owner.pubkey()), str(mint), {"state": "frozen", "closeAuthority": "null"})
    rows = rpc.value("getTokenAccountsByOwner", str(owner.pubkey()), {"mint": str(mint)}, {"encoding": "jsonParsed"})
    info = rows[0]["account"]["data"]["parsed"]["info"]
    assert (info["tokenAmount"]["amount"], info["state"]) == ("500", "frozen")
    assert "closeAuthority" not in info
    rpc("surfnet_setTokenAccount", str(owner.pubkey()), str(mint), {"state": "initialized"})
    holding = associated(owner.pubkey(), mint)
    rpc.run([mint_to(mint, holding, payer.pubkey(), 1)], payer)
    assert rpc.value("getTokenAccountBalance", str(holding))["amount"] == "501"
    with pytest.raises(RpcFailure, match="unrecognized Token program"):
        rpc("surfnet_setTokenAccount", str(owner.pubkey()), str(mint), {}, str(owner.pubkey()))


def test_wrapped_sol_is_backed_by_lamports(rpc: Rpc) -> None:
    owner, mint = Pubkey.new_unique(), Pubkey.from_string("So11111111111111111111111111111111111111112")
    rpc("surfnet_setTokenAccount", str(owner), str(mint), {"amount": 10**9})
    account = rpc.account(associated(owner, mint))
    assert account is not None
    assert account["lamports"] == 10**9 + rpc("getMinimumBalanceForRentExemption", 165)
    assert account["owner"] == str(TOKEN)


def test_write_program_in_chunks_and_run_it(rpc: Rpc) -> None:
    payer, program = rpc.funded(), Pubkey.new_unique()
    code = tiny_program.logging(b"written in two parts")
    rpc("surfnet_writeProgram", str(program), code[:100].hex(), 0)
    rpc("surfnet_writeProgram", str(program), code[100:].hex(), 100, str(payer.pubkey()))
    signature = rpc.run([Instruction(program, b"", [])], payer)
    assert "Program log: written in two parts" in rpc("getTransaction", signature)["meta"]["logMessages"]
    data = rpc.value("getAccountInfo", str(loader.program_data(program)), {"encoding": "jsonParsed"})["data"]
    assert data["parsed"]["info"]["authority"] == str(payer.pubkey())
    copy = Pubkey.new_unique()
    rpc("surfnet_cloneProgramAccount", str(program), str(copy))
    rpc("surfnet_setProgramAuthority", str(copy))
    rpc.run([Instruction(copy, b"", [])], payer)
    data = rpc.value("getAccountInfo", str(loader.program_data(copy)), {"encoding": "jsonParsed"})["data"]
    assert data["parsed"]["info"]["authority"] is None


def test_profile_by_instruction(rpc: Rpc) -> None:
    payer, first, second = rpc.funded(10**9), Keypair().pubkey(), Keypair().pubkey()
    tx = rpc.build([payment(payer, first, 10**7), payment(payer, second, 10**6)], payer)
    value = rpc.value("surfnet_profileTransaction", encoded(tx), "tagged", {"encoding": "base64"})
    whole, steps = value["transactionProfile"], value["instructionProfiles"]
    assert whole["computeUnitsConsumed"] == sum(step["computeUnitsConsumed"] for step in steps) == 300
    assert whole["errorMessage"] is None
    assert whole["logMessages"] == steps[0]["logMessages"] + steps[1]["logMessages"]
    created = steps[0]["accountStates"][str(first)]
    assert created["type"] == "writable"
    assert created["accountChange"]["type"] == "create"
    assert created["accountChange"]["data"]["lamports"] == 10**7
    assert str(second) not in steps[0]["accountStates"]
    change = steps[1]["accountStates"][str(payer.pubkey())]["accountChange"]
    assert change["type"] == "update"
    assert change["data"][0]["lamports"] - change["data"][1]["lamports"] == 10**6
    assert str(Pubkey.default()) in value["readonlyAccountStates"]
    assert rpc.value("getBalance", str(first)) == 0
    assert rpc.value("surfnet_getTransactionProfile", value["key"], {"encoding": "base64"}) == value
    tagged = rpc.value("surfnet_getProfileResultsByTag", "tagged", {"encoding": "base64", "depth": "transaction"})
    assert "instructionProfiles" not in tagged[0]
    assert rpc.value("surfnet_getProfileResultsByTag", "nothing") is None


def test_profile_of_a_failing_transaction_says_where(rpc: Rpc) -> None:
    payer, to = rpc.funded(10**9), Keypair().pubkey()
    tx = rpc.build([payment(payer, to, 10**7), payment(payer, to, 10**12), payment(payer, to, 1)], payer)
    value = rpc.value("surfnet_profileTransaction", encoded(tx))
    assert "custom program error: 0x1" in value["transactionProfile"]["errorMessage"]
    assert [step["errorMessage"] is None for step in value["instructionProfiles"]] == [True, False]


def test_local_signatures_are_the_newest(rpc: Rpc) -> None:
    payer = rpc.funded()
    signature = rpc.run([payment(payer, payer.pubkey(), 1)], payer)
    rows = rpc.value("surfnet_getLocalSignatures", 1)
    assert [row["signature"] for row in rows] == [signature]
    assert rpc.value("surfnet_getLocalSignatures", 0) == []


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Localnet, Rpc, Pubkey]]:
    """A localnet of this test's own with one program in genesis."""
    file = tmp_path / "program.so"
    file.write_bytes(tiny_program.logging(b"genesis"))
    program = Pubkey.new_unique()
    with spawn(python=sys.executable, programs={str(program): file}) as net:
        yield net, Rpc(net.rpc_url), program


def test_reset_account(own: tuple[Localnet, Rpc, Pubkey]) -> None:
    _, rpc, program = own
    payer = rpc.funded()
    owned = Pubkey.new_unique()
    rpc("surfnet_setAccount", str(owned), {"lamports": 10**9, "owner": str(program), "data": "01"})
    rpc("surfnet_writeProgram", str(program), tiny_program.logging(b"changed").hex(), 0)
    signature = rpc.run([Instruction(program, b"", [])], payer)
    assert "Program log: changed" in rpc("getTransaction", signature)["meta"]["logMessages"]
    rpc("surfnet_resetAccount", str(program), {"includeOwnedAccounts": True})
    signature = rpc.run([Instruction(program, b"\1", [])], payer)
    assert "Program log: genesis" in rpc("getTransaction", signature)["meta"]["logMessages"]
    assert rpc.account(owned) is None
    rpc("surfnet_resetAccount", str(payer.pubkey()))
    assert rpc.account(payer.pubkey()) is None


def everything(rpc: Rpc) -> dict[str, Any]:
    """Every account of genesis but the sysvars, which the chain writes in every slot, and what fees move."""
    found: dict[str, Any] = {}
    for owner in (UPGRADEABLE_LOADER, TOKEN, STAKE, VOTE, CONFIG, NATIVE_LOADER):
        for row in rpc("getProgramAccounts", str(owner), {"encoding": "base64"}):
            found[row["pubkey"]] = row["account"]
    return found


def test_reset_account_restores_what_every_chain_has(own: tuple[Localnet, Rpc, Pubkey]) -> None:
    """Programs, the mint of wrapped SOL, the validator's own accounts: a reset never takes them away."""
    _, rpc, _ = own
    genesis = everything(rpc)
    assert len(genesis) > 15
    for key, account in genesis.items():
        rpc.raw("surfnet_setAccount", key, {"lamports": account["lamports"] + 1})
        rpc("surfnet_resetAccount", key)
    assert everything(rpc) == genesis
    payer = rpc.funded()
    rpc("surfnet_setTokenAccount", str(payer.pubkey()), WRAPPED_SOL, {"amount": 5})
    rpc.run([payment(payer, payer.pubkey(), 1)], payer)


@pytest.mark.parametrize("sysvar", ["C1ock", "Rent", "S1otHashes", "StakeHistory", "RecentB1ockHashes"])
def test_sysvars_are_the_chains_own(own: tuple[Localnet, Rpc, Pubkey], sysvar: str) -> None:
    _, rpc, _ = own
    key = f"Sysvar{sysvar}".ljust(43, "1")
    before = rpc.value("getAccountInfo", key, {"encoding": "base64"})
    assert before is not None
    for call in (("surfnet_resetAccount", key), ("surfnet_writeProgram", key, "00", 0)):
        with pytest.raises(RpcFailure) as failure:
            rpc(*call)
        assert failure.value.code == -32602
        assert key in failure.value.message
    assert rpc.value("getAccountInfo", str(program_data_address(Pubkey.from_string(key)))) is None
    assert rpc.value("getAccountInfo", key, {"encoding": "base64"})["space"] == before["space"]


@pytest.mark.parametrize("amount", [2**64 - 1, 2**64 - 2_039_280])
def test_more_wrapped_sol_than_lamports_can_be(rpc: Rpc, amount: int) -> None:
    with pytest.raises(RpcFailure) as failure:
        rpc("surfnet_setTokenAccount", str(Pubkey.new_unique()), WRAPPED_SOL, {"amount": amount})
    assert failure.value.code == -32602
    assert str(amount) in failure.value.message


def test_reset_network(own: tuple[Localnet, Rpc, Pubkey]) -> None:
    _, rpc, program = own
    payer = rpc.funded()
    signature = rpc.run([payment(payer, payer.pubkey(), 1)], payer)
    rpc("surfnet_timeTravel", {"absoluteSlot": 10_000})
    rpc("surfnet_resetNetwork")
    assert rpc("getSlot") < 100
    assert rpc("getTransaction", signature) is None
    assert rpc.account(payer.pubkey()) is None
    assert rpc("getTransactionCount") == 0
    again = rpc.funded()
    logs = rpc("getTransaction", rpc.run([Instruction(program, b"", [])], again))["meta"]["logMessages"]
    assert "Program log: genesis" in logs


def test_export_snapshot_starts_another_localnet(own: tuple[Localnet, Rpc, Pubkey], tmp_path: Path) -> None:
    _, rpc, program = own
    payer = rpc.funded()
    mint = make_mint(rpc, payer)
    plain = rpc.value("surfnet_exportSnapshot")
    assert str(program) not in plain
    assert plain[str(payer.pubkey())]["lamports"] > 0
    assert set(plain[str(mint)]) == {"lamports", "owner", "executable", "rentEpoch", "data", "parsedData"}
    config = {"includeParsedAccounts": True, "filter": {"includeProgramAccounts": True, "excludeAccounts": [str(mint)]}}
    full = rpc.value("surfnet_exportSnapshot", config)
    assert str(program) in full
    assert str(mint) not in full
    assert full[str(program)]["parsedData"]["program"] == "bpf-upgradeable-loader"
    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(full))
    with spawn(python=sys.executable, args=["--clone-from", str(file)]) as clone:
        other = Rpc(clone.rpc_url)
        assert other.value("getBalance", str(payer.pubkey())) == rpc.value("getBalance", str(payer.pubkey()))
        logs = other("getTransaction", other.run([Instruction(program, b"", [])], payer))["meta"]["logMessages"]
        assert "Program log: genesis" in logs


def test_export_of_what_a_transaction_found(rpc: Rpc) -> None:
    payer, to = rpc.funded(10**9), Keypair().pubkey()
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=10**7))
    signature = rpc.run([pay], payer)
    found = rpc.value("surfnet_exportSnapshot", {"scope": {"preTransaction": signature}})
    assert found[str(payer.pubkey())]["lamports"] == 10**9
    assert str(to) not in found
    assert base64.b64decode(found[str(payer.pubkey())]["data"]) == b""
    with pytest.raises(RpcFailure, match="scope is"):
        rpc("surfnet_exportSnapshot", {"scope": "galaxy"})

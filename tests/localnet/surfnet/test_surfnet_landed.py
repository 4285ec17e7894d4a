"""Profiles of transactions that have landed, found by running them again where they began."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer
from tests.localnet import tiny_program
from tests.localnet.client import Rpc, encoded

from solana_localnet.spawn import spawn

SOL = 10**9


@pytest.fixture(scope="module")
def landed() -> Iterator[Rpc]:
    with spawn(python=sys.executable) as net:
        yield Rpc(net.rpc_url)


def profile(rpc: Rpc, signature: str, **config: Any) -> dict[str, Any]:
    return rpc.value("surfnet_getTransactionProfile", signature, config or None)


def pay(payer: Keypair, to: Pubkey, lamports: int) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=lamports))


def change(step: dict[str, Any], key: Pubkey) -> Any:
    return step["accountStates"][str(key)]["accountChange"]


def two_states(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The account before and after; one that is not there has no lamports."""
    kind, data, nothing = found["type"], found["data"], {"lamports": 0}
    if kind == "update":
        return data
    if kind == "unchanged":
        return [data or nothing] * 2
    return [nothing, data] if kind == "create" else [data, nothing]


def test_each_instruction_is_told_as_it_was(landed: Rpc) -> None:
    payer, to, fresh = landed.funded(10 * SOL), Keypair().pubkey(), Keypair()
    rent = landed("getMinimumBalanceForRentExemption", 8)
    create = create_account(
        CreateAccountParams(from_pubkey=payer.pubkey(), to_pubkey=fresh.pubkey(), lamports=rent, space=8, owner=to)
    )
    signature = landed.run([pay(payer, to, SOL), create, pay(payer, to, 2 * SOL)], payer, fresh)
    # What happens later changes nothing in what happened then.
    landed.run([pay(payer, to, SOL)], payer)
    body = profile(landed, signature)
    assert (body["key"], body["slot"]) == (signature, landed("getTransaction", signature)["slot"])
    steps = body["instructionProfiles"]
    assert [step["computeUnitsConsumed"] for step in steps] == [150] * 3
    assert change(steps[0], to)["type"] == "create"
    assert change(steps[0], to)["data"]["lamports"] == SOL
    assert change(steps[1], fresh.pubkey())["data"]["space"] == 8
    assert [row["lamports"] for row in change(steps[2], to)["data"]] == [SOL, 3 * SOL]
    whole = body["transactionProfile"]
    assert whole["computeUnitsConsumed"] == 450
    assert change(whole, to)["data"]["lamports"] == 3 * SOL
    balances = [row["lamports"] for row in change(whole, payer.pubkey())["data"]]
    assert balances == [10 * SOL, 7 * SOL - rent - 10_000]
    assert landed.value("getBalance", str(to)) == 4 * SOL


def test_a_failed_transaction_stops_where_it_failed(landed: Rpc) -> None:
    payer, to = landed.funded(SOL), Keypair().pubkey()
    tx = [pay(payer, to, SOL // 10), pay(payer, to, 5 * SOL), pay(payer, to, 1)]
    signature = landed.run(tx, payer, skipPreflight=True)
    body = profile(landed, signature)
    assert [step["errorMessage"] is None for step in body["instructionProfiles"]] == [True, False]
    assert "custom program error: 0x1" in body["transactionProfile"]["errorMessage"]
    assert change(body["transactionProfile"], to) == {"type": "unchanged", "data": None}


def test_the_options_of_profiles_hold(landed: Rpc) -> None:
    payer = landed.funded(SOL)
    signature = landed.run([pay(payer, payer.pubkey(), 1)], payer)
    assert "instructionProfiles" not in profile(landed, signature, depth="transaction")
    data = change(profile(landed, signature, encoding="base64")["transactionProfile"], payer.pubkey())["data"][0][
        "data"
    ]
    assert data == ["", "base64"]


def test_a_program_that_changed_since_has_no_steps(landed: Rpc) -> None:
    payer, program = landed.funded(SOL), Pubkey.new_unique()
    landed("surfnet_writeProgram", str(program), tiny_program.logging(b"then").hex(), 0)
    signature = landed.run([Instruction(program, b"", [])], payer)
    (step,) = profile(landed, signature)["instructionProfiles"]
    assert "Program log: then" in step["logMessages"]
    landed("surfnet_writeProgram", str(program), tiny_program.logging(b"now!").hex(), 0)
    body = profile(landed, signature)
    assert "instructionProfiles" not in body
    assert "Program log: then" in body["transactionProfile"]["logMessages"]
    logs = landed("getTransaction", landed.run([Instruction(program, b"\1", [])], payer))["meta"]["logMessages"]
    assert "Program log: now!" in logs


def test_what_is_not_known(landed: Rpc) -> None:
    for key in ("1" * 64, "no signature", "", "5" * 88):
        assert landed.value("surfnet_getTransactionProfile", key) is None
    payer = landed.funded(SOL)
    tx = landed.build([pay(payer, payer.pubkey(), 1)], payer)
    assert landed.value("surfnet_getTransactionProfile", str(tx.signatures[0])) is None
    before = landed.value("surfnet_profileTransaction", encoded(tx))
    landed.submit(tx)
    after = profile(landed, str(tx.signatures[0]))
    assert (
        after["instructionProfiles"][0]["computeUnitsConsumed"]
        == before["instructionProfiles"][0]["computeUnitsConsumed"]
    )


def test_only_recent_ones_are_kept(landed: Rpc) -> None:
    payer = landed.funded(SOL)
    sent = [landed.run([pay(payer, payer.pubkey(), amount)], payer) for amount in range(1, 259)]
    assert profile(landed, sent[0]) is None
    assert profile(landed, sent[-1]) is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_the_chain_is_as_it_was_after_any_profile(landed: Rpc, plan: list[list[tuple[int, int, int]]]) -> None:
    """Whatever was sent and profiled: the steps add up, and nobody's balance moves."""
    keys = [landed.funded(SOL) for _ in range(4)]
    sent: list[str] = []
    for moves in plan:
        instructions = [pay(keys[a], keys[b].pubkey(), amount * SOL // 5) for a, b, amount in moves]
        payer = keys[moves[0][0]]
        signers = {str(keys[a].pubkey()): keys[a] for a, _, _ in moves if keys[a] != payer}
        sent.append(landed.run(instructions, payer, *signers.values(), skipPreflight=True))
    addresses = [str(key.pubkey()) for key in keys]
    before = [landed.value("getBalance", key) for key in addresses]
    for signature in sent:
        record = landed("getTransaction", signature)
        if record is None:
            continue
        body = profile(landed, signature)
        steps, meta = body["instructionProfiles"], record["meta"]
        assert sum(step["computeUnitsConsumed"] for step in steps) == meta["computeUnitsConsumed"]
        assert [line for step in steps for line in step["logMessages"]] == meta["logMessages"]
        for key, old, new in zip(
            record["transaction"]["message"]["accountKeys"], meta["preBalances"], meta["postBalances"], strict=True
        ):
            if key in body["transactionProfile"]["accountStates"]:
                rows = two_states(change(body["transactionProfile"], Pubkey.from_string(key)))
                assert [row["lamports"] for row in rows] == [old, new]
    assert [landed.value("getBalance", key) for key in addresses] == before

"""Every method answers in the shape that solders' typed responses read, and Agave's error codes come back."""

from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.rpc import responses
from solders.system_program import TransferParams, transfer
from tests.localnet.client import Rpc, RpcFailure, encoded

from localnet.spawn import Localnet

ANYONE = str(Pubkey.new_unique())

SHAPES: list[tuple[str, list[Any], Any]] = [
    ("getAccountInfo", [ANYONE, {"encoding": "base64"}], responses.GetAccountInfoResp),
    ("getBalance", [ANYONE], responses.GetBalanceResp),
    ("getBlockHeight", [], responses.GetBlockHeightResp),
    ("getBlockProduction", [], responses.GetBlockProductionResp),
    ("getBlockCommitment", [0], responses.GetBlockCommitmentResp),
    ("getBlocks", [0], responses.GetBlocksResp),
    ("getBlocksWithLimit", [0, 3], responses.GetBlocksWithLimitResp),
    ("getBlockTime", [0], responses.GetBlockTimeResp),
    ("getClusterNodes", [], responses.GetClusterNodesResp),
    ("getEpochInfo", [], responses.GetEpochInfoResp),
    ("getEpochSchedule", [], responses.GetEpochScheduleResp),
    ("getFirstAvailableBlock", [], responses.GetFirstAvailableBlockResp),
    ("getGenesisHash", [], responses.GetGenesisHashResp),
    ("getHealth", [], responses.GetHealthResp),
    ("getIdentity", [], responses.GetIdentityResp),
    ("getInflationGovernor", [], responses.GetInflationGovernorResp),
    ("getInflationRate", [], responses.GetInflationRateResp),
    ("getInflationReward", [[ANYONE]], responses.GetInflationRewardResp),
    ("getLargestAccounts", [], responses.GetLargestAccountsResp),
    ("getLatestBlockhash", [], responses.GetLatestBlockhashResp),
    ("getMaxRetransmitSlot", [], responses.GetMaxRetransmitSlotResp),
    ("getMaxShredInsertSlot", [], responses.GetMaxShredInsertSlotResp),
    ("getMinimumBalanceForRentExemption", [165], responses.GetMinimumBalanceForRentExemptionResp),
    ("getMultipleAccounts", [[ANYONE], {"encoding": "base64"}], responses.GetMultipleAccountsResp),
    ("getProgramAccounts", [ANYONE, {"encoding": "base64"}], responses.GetProgramAccountsResp),
    ("getRecentPerformanceSamples", [4], responses.GetRecentPerformanceSamplesResp),
    ("getSignaturesForAddress", [ANYONE], responses.GetSignaturesForAddressResp),
    ("getSlot", [], responses.GetSlotResp),
    ("getSlotLeader", [], responses.GetSlotLeaderResp),
    ("getSlotLeaders", [0, 4], responses.GetSlotLeadersResp),
    ("getSupply", [], responses.GetSupplyResp),
    ("getTransactionCount", [], responses.GetTransactionCountResp),
    ("getVersion", [], responses.GetVersionResp),
    ("getVoteAccounts", [], responses.GetVoteAccountsResp),
    ("minimumLedgerSlot", [], responses.MinimumLedgerSlotResp),
]


@pytest.mark.parametrize(("method", "params", "shape"), SHAPES, ids=[row[0] for row in SHAPES])
def test_shape(rpc: Rpc, method: str, params: list[Any], shape: Any) -> None:
    import json

    answer = rpc.raw(method, *params)
    assert "error" not in answer
    parsed = shape.from_json(json.dumps(answer))
    assert isinstance(parsed, shape), parsed


def failure(rpc: Rpc, method: str, *params: Any) -> RpcFailure:
    with pytest.raises(RpcFailure) as caught:
        rpc(method, *params)
    return caught.value


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("noSuchMethod", [], -32601, "Method not found"),
        ("getBalance", [], -32602, "at least 1 argument"),
        ("getBalance", ["xyz"], -32602, "Invalid param: WrongSize"),
        ("getBalance", ["0" * 44], -32602, "Invalid param: Invalid"),
        ("getBalance", [7], -32602, "invalid type: integer `7`"),
        ("getBalance", [ANYONE, {"commitment": "sometime"}], -32602, "unknown variant `sometime`"),
        ("getBalance", [ANYONE, {"minContextSlot": 10**9}], -32016, "Minimum context slot"),
        ("getBalance", [ANYONE, "confirmed"], -32602, "expected a map"),
        ("getAccountInfo", [ANYONE, {"encoding": "hex"}], -32602, "unknown variant `hex`"),
        ("getMultipleAccounts", [[ANYONE] * 101], -32602, "Too many inputs provided; max 100"),
        ("getProgramAccounts", [ANYONE, {"filters": [{"dataSize": 1}] * 5}], -32602, "Too many filters"),
        ("getProgramAccounts", [ANYONE, {"filters": [{"nothing": 1}]}], -32602, "a filter is one of"),
        ("getSignaturesForAddress", [ANYONE, {"limit": 1001}], -32602, "Invalid limit; max 1000"),
        ("getSignatureStatuses", [["x"]], -32602, "Invalid param"),
        ("getTransaction", ["1" * 40], -32602, "Invalid param: WrongSize"),
        ("getBlock", [10**9], -32004, "Block not available for slot 1000000000"),
        ("getSlotLeaders", [0, 5001], -32602, "Invalid limit"),
        ("getTokenSupply", [ANYONE], -32602, "could not find mint"),
        ("getTokenAccountBalance", [ANYONE], -32602, "could not find account"),
        ("getTokenAccountsByOwner", [ANYONE, {}], -32602, "give either"),
        ("sendTransaction", ["!!!", {"encoding": "base64"}], -32602, "invalid base64 encoding"),
        ("sendTransaction", ["0OIl"], -32602, "invalid base58 encoding"),
        ("sendTransaction", ["AAAA", {"encoding": "base64"}], -32602, "failed to deserialize"),
        ("sendTransaction", ["A" * 4000, {"encoding": "base64"}], -32602, "too large"),
        ("getHighestSnapshotSlot", [], -32008, "No snapshot"),
        ("getMinimumBalanceForRentExemption", [-1], -32602, "expected u64"),
        ("requestAirdrop", [ANYONE, 2**64 - 1], -32600, "the faucet cannot send"),
    ],
)
def test_errors(rpc: Rpc, method: str, params: list[Any], code: int, text: str) -> None:
    error = failure(rpc, method, *params)
    assert error.code == code
    assert text in error.message


def test_all_commitments_are_accepted(rpc: Rpc) -> None:
    for commitment in ("processed", "confirmed", "finalized", "recent", "max"):
        assert rpc.value("getBalance", ANYONE, {"commitment": commitment}) == 0


def test_first_answer_comes_within_a_second(net: Localnet) -> None:
    import sys
    import time

    from localnet.spawn import spawn

    def start() -> float:
        begun = time.perf_counter()
        with spawn(python=sys.executable) as fresh:
            assert fresh.call("getHealth") == "ok"
            return time.perf_counter() - begun

    # Other tests may run beside this one: one undisturbed start in ten is enough.
    assert any(start() < 1.0 for _ in range(10))


def test_health_endpoint_cors_and_other_verbs(net: Localnet) -> None:
    import urllib.error
    import urllib.request

    with urllib.request.urlopen(net.rpc_url + "/health") as answer:
        assert answer.read() == b"ok"
    options = urllib.request.Request(net.rpc_url, method="OPTIONS")
    with urllib.request.urlopen(options) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.status == 204
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(net.rpc_url + "/other")
    assert refused.value.code == 405


def test_block_holds_its_transactions_in_every_detail(rpc: Rpc, next_slot: Any) -> None:
    payer = rpc.funded()
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=Keypair().pubkey(), lamports=10**7))
    signature = rpc.run([pay], payer)
    slot = rpc.value("getSignatureStatuses", [signature])[0]["slot"]
    next_slot(rpc)
    full = rpc("getBlock", slot, {"maxSupportedTransactionVersion": 0})
    assert signature in [entry["transaction"]["signatures"][0] for entry in full["transactions"]]
    assert full["parentSlot"] < slot
    assert full["previousBlockhash"] != full["blockhash"]
    signatures = rpc("getBlock", slot, {"transactionDetails": "signatures", "rewards": False})
    assert signature in signatures["signatures"]
    assert "rewards" not in signatures
    accounts = rpc("getBlock", slot, {"transactionDetails": "accounts"})
    keys = [key["pubkey"] for entry in accounts["transactions"] for key in entry["transaction"]["accountKeys"]]
    assert str(payer.pubkey()) in keys
    none = rpc("getBlock", slot, {"transactionDetails": "none"})
    assert "transactions" not in none
    assert slot in rpc("getBlocks", 0)
    assert rpc("getBlockTime", slot) == none["blockTime"]


def test_batches_answer_each_request_and_skip_notifications(rpc: Rpc) -> None:
    import json

    batch = [
        {"jsonrpc": "2.0", "id": "a", "method": "getSlot"},
        {"jsonrpc": "2.0", "method": "getSlot"},
        {"jsonrpc": "2.0", "id": 2, "method": "nothing"},
        7,
    ]
    status, body = rpc.post(json.dumps(batch).encode())
    assert status == 200
    answers = json.loads(body)
    assert [answer["id"] for answer in answers] == ["a", 2, None]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32601, -32600]


def test_prioritization_fees_and_leader_schedule(rpc: Rpc) -> None:
    fees = rpc("getRecentPrioritizationFees", [])
    assert {fee["prioritizationFee"] for fee in fees} == {0}
    identity = rpc("getIdentity")["identity"]
    assert list(rpc("getLeaderSchedule")) == [identity]
    assert rpc("getLeaderSchedule", None, {"identity": ANYONE}) == {}
    assert rpc.value("getStakeMinimumDelegation") == 1


def test_encoded_transaction_helper_matches_the_wire(rpc: Rpc) -> None:
    payer = rpc.funded()
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=payer.pubkey(), lamports=1))
    tx = rpc.build([pay], payer)
    signature = rpc.submit(tx)
    assert rpc("getTransaction", signature, "base64")["transaction"] == [encoded(tx), "base64"]

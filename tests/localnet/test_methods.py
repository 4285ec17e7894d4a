"""Every method answers in the shape that solders' typed responses read, and Agave's error codes come back."""

from typing import Any

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.rpc import responses
from solders.system_program import TransferParams, transfer
from tests.localnet.client import Rpc, RpcFailure, encoded

from solana_localnet.spawn import Localnet

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
        ("getBalance", [ANYONE, {"commitment": 1}], -32602, "invalid type: integer `1`"),
        ("getBalance", [ANYONE, {}, 1], -32602, "Invalid parameters: Expected from 1 to 2 parameters."),
        ("getHealth", [{"a": [1, None]}], -32602, "Invalid parameters: No parameters were expected"),
        ("getInflationReward", [[ANYONE]], -32004, "Block not available for slot 432000"),
        ("getBalance", [ANYONE, {"minContextSlot": 10**9}], -32016, "Minimum context slot"),
        ("getBalance", [ANYONE, "confirmed"], -32602, "expected a map"),
        ("getAccountInfo", [ANYONE, {"encoding": "hex"}], -32602, "unknown variant `hex`"),
        ("getMultipleAccounts", [[ANYONE] * 101], -32602, "Too many inputs provided; max 100"),
        ("getProgramAccounts", [ANYONE, {"filters": [{"dataSize": 1}] * 5}], -32602, "Too many filters"),
        ("getProgramAccounts", [ANYONE, {"filters": [{"nothing": 1}]}], -32602, "unknown variant `nothing`"),
        ("getSignaturesForAddress", [ANYONE, {"limit": 1001}], -32602, "Invalid limit; max 1000"),
        ("getSignatureStatuses", [["x"]], -32602, "Invalid param"),
        ("getTransaction", ["1" * 40], -32602, "Invalid param: WrongSize"),
        ("getBlock", [10**9], -32004, "Block not available for slot 1000000000"),
        ("getSlotLeaders", [0, 5001], -32602, "Invalid limit"),
        ("getTokenSupply", [ANYONE], -32602, "could not find account"),
        ("getTokenAccountBalance", [ANYONE], -32602, "could not find account"),
        ("getTokenAccountsByOwner", [ANYONE, {}], -32602, "expected map with a single key"),
        ("sendTransaction", ["!!!", {"encoding": "base64"}], -32602, "invalid base64 encoding"),
        ("sendTransaction", ["0OIl"], -32602, "invalid base58 encoding"),
        ("sendTransaction", ["AAAA", {"encoding": "base64"}], -32602, "failed to deserialize"),
        ("sendTransaction", ["A" * 4000, {"encoding": "base64"}], -32602, "too large"),
        ("getMinimumBalanceForRentExemption", [-1], -32602, "expected usize"),
    ],
)
def test_errors(rpc: Rpc, method: str, params: list[Any], code: int, text: str) -> None:
    error = failure(rpc, method, *params)
    assert error.code == code
    assert text in error.message


ADDRESS = "So11111111111111111111111111111111111111112"
BARE_COMMITMENT: list[tuple[str, list[Any]]] = [
    ("getInflationGovernor", []),
    ("getMinimumBalanceForRentExemption", [10]),
    ("getTokenAccountBalance", [ADDRESS]),
    ("getTokenLargestAccounts", [ADDRESS]),
    ("getTokenSupply", [ADDRESS]),
]


@pytest.mark.parametrize(("method", "params"), BARE_COMMITMENT, ids=[row[0] for row in BARE_COMMITMENT])
def test_where_a_commitment_is_all_that_can_be_said_it_must_be(rpc: Rpc, method: str, params: list[Any]) -> None:
    """Agave reads a CommitmentConfig here, which has no other field and no default."""
    answer = rpc.raw(method, *params, {})
    assert (answer["error"]["code"], answer["error"]["message"]) == (
        -32602,
        "Invalid params: missing field `commitment`.",
    )
    stated = rpc.raw(method, *params, {"commitment": "confirmed"})
    assert "commitment" not in stated.get("error", {}).get("message", "")
    assert rpc.raw(method, *params).keys() == stated.keys()


def test_an_airdrop_that_the_faucet_cannot_pay_never_lands(rpc: Rpc) -> None:
    signature = rpc("requestAirdrop", ANYONE, 2**64 - 1)
    assert rpc.value("getSignatureStatuses", [signature]) == [None]
    assert rpc.value("getBalance", ANYONE) == 0


def test_equal_airdrops_do_not_wait_for_a_block(rpc: Rpc) -> None:
    key = str(Keypair().pubkey())
    signatures = {rpc("requestAirdrop", key, 10**9) for _ in range(5)}
    assert len(signatures) == 5
    assert rpc.value("getBalance", key) == 5 * 10**9


def test_a_control_method_may_write_any_number_of_lamports(rpc: Rpc) -> None:
    keys = [str(Keypair().pubkey()) for _ in range(2)]
    for key in keys:
        rpc("surfnet_setAccount", key, {"lamports": 2**64 - 1})
    assert rpc.value("getSupply")["total"] == 2**64 - 1
    for key in keys:
        rpc("surfnet_resetAccount", key)


def test_all_commitments_are_accepted(rpc: Rpc) -> None:
    for commitment in ("processed", "confirmed", "finalized", "recent", "max"):
        assert rpc.value("getBalance", ANYONE, {"commitment": commitment}) == 0


def test_first_answer_comes_within_a_second(net: Localnet) -> None:
    """A second of the processor: how long that takes on a busy machine says nothing of localnet."""
    import resource
    import sys

    from solana_localnet.spawn import spawn

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with spawn(python=sys.executable) as fresh:
        assert fresh.call("getHealth") == "ok"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert 0 < after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_health_endpoint_cors_and_other_verbs(net: Localnet) -> None:
    import urllib.error
    import urllib.request

    with urllib.request.urlopen(net.rpc_url + "/health") as answer:
        assert answer.read() == b"ok"
    asked = {"Origin": "http://a.test", "Access-Control-Request-Headers": "content-type"}
    options = urllib.request.Request(net.rpc_url, headers=asked, method="OPTIONS")
    with urllib.request.urlopen(options) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "http://a.test"
        assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
        assert answer.status == 200
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
        {"jsonrpc": "2.0", "id": 3, "method": "getSlot", "more": 1},
    ]
    status, body = rpc.post(json.dumps(batch).encode())
    assert status == 200
    answers = json.loads(body)
    assert [answer["id"] for answer in answers] == ["a", 2, 3]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32601, -32600]
    # What is no request object at all spoils the whole batch, as it does on a validator.
    assert json.loads(rpc.post(json.dumps([*batch, 7]).encode())[1])["error"]["code"] == -32700


def test_prioritization_fees_and_leader_schedule(rpc: Rpc, next_slot: Any) -> None:
    payer = rpc.funded()
    price = Instruction(
        Pubkey.from_string("ComputeBudget111111111111111111111111111111"), b"\3" + bytes([7] + [0] * 7), []
    )
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=payer.pubkey(), lamports=1))
    next_slot(rpc)
    rpc.run([price, pay], payer)
    fees = rpc("getRecentPrioritizationFees", [str(payer.pubkey())])
    assert {fee["prioritizationFee"] for fee in fees} == {0, 7}
    identity = rpc("getIdentity")["identity"]
    assert list(rpc("getLeaderSchedule")) == [identity]
    assert rpc("getLeaderSchedule", None, {"identity": ANYONE}) == {}
    assert rpc.value("getStakeMinimumDelegation") == 10**9


def test_encoded_transaction_helper_matches_the_wire(rpc: Rpc) -> None:
    payer = rpc.funded()
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=payer.pubkey(), lamports=1))
    tx = rpc.build([pay], payer)
    signature = rpc.submit(tx)
    assert rpc("getTransaction", signature, "base64")["transaction"] == [encoded(tx), "base64"]

"""Sections of the script: reading transactions, blocks and the cluster."""

import base64
from collections.abc import Callable

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from tests.localnet.agave.script.keys import (
    ALICE,
    BOB,
    COMPUTE_BUDGET,
    CONFIRMED,
    FINALIZED,
    KEYS,
    NOBODY,
    PROCESSED,
    Json,
    keypair,
    transfer,
    u8,
    u32,
    u64,
)
from tests.localnet.agave.script.normal import Slot
from tests.localnet.agave.script.recorder import Recorder, first_shape, shape


def read_transactions(rec: Recorder) -> None:
    rec.section = "transaction"
    moved, failed = rec.sent["transfer / transfer"], rec.sent["refused / transfer too much, skipping preflight"]
    zero, table = rec.sent["transfer / transfer of version 0"], rec.sent["lookup table / transfer through the table"]
    inner = rec.sent["token / create associated account"]
    unknown = str(Keypair.from_seed(bytes(32)).sign_message(b"unknown"))
    rec.names.add(unknown, "<unknown signature>")
    version = {"maxSupportedTransactionVersion": 0}
    for name, params in {
        "no options": [moved], "json": [moved, {"encoding": "json"}], "jsonParsed": [moved, {"encoding": "jsonParsed"}],
        "base58": [moved, {"encoding": "base58"}], "base64": [moved, {"encoding": "base64"}], "binary": [moved, {"encoding": "binary"}],
        "encoding alone": [moved, "base64"], "unknown encoding": [moved, {"encoding": "hex"}], "base64+zstd": [moved, {"encoding": "base64+zstd"}],
        "failed": [failed], "version 0 without saying so": [zero], "version 0": [zero, version], "version 0, base64": [zero, {**version, "encoding": "base64"}],
        "legacy for a client of version 0": [moved, version], "table, json": [table, version], "table, jsonParsed": [table, {**version, "encoding": "jsonParsed"}],
        "inner instructions, json": [inner, version], "processed": [moved, PROCESSED], "confirmed": [moved, CONFIRMED],
        "unknown": [unknown], "bad signature": ["x"], "signature not base58": ["0" * 88], "nothing": [], "version 255": [zero, {"maxSupportedTransactionVersion": 255}],
        "version 256": [zero, {"maxSupportedTransactionVersion": 256}],
    }.items():  # fmt: skip
        rec.read(name, "getTransaction", *params)
    rec.section = "signature statuses"
    history = {"searchTransactionHistory": True}
    for name, params in {
        "final": [[moved]], "failed and unknown": [[failed, unknown], history], "none": [[]], "one twice": [[moved, moved], history],
        "257 of them": [[moved] * 257], "bad signature": [["x"]], "not a list": [moved], "unknown option": [[moved], {"x": 1}],
    }.items():  # fmt: skip
        rec.read(name, "getSignatureStatuses", *params)
    rec.section = "signatures for address"
    wallet = str(KEYS["memo payer"].pubkey())
    first = rec.sent["memo / memo"]
    for name, params in {
        "of a wallet": [wallet], "limit": [wallet, {"limit": 2}], "limit of 0": [wallet, {"limit": 0}], "limit of 1001": [wallet, {"limit": 1_001}],
        "before": [wallet, {"before": rec.sent["memo / two memos"]}], "until": [wallet, {"until": first}], "before and until": [wallet, {"before": rec.sent["memo / two memos"], "until": first}],
        "before an unknown one": [wallet, {"before": unknown}], "until an unknown one": [wallet, {"until": unknown, "limit": 1}], "bad before": [wallet, {"before": "x"}],
        "confirmed": [wallet, {**CONFIRMED, "limit": 1}], "processed": [wallet, PROCESSED], "nobody": [str(NOBODY.pubkey())],
        "through a table": [str(BOB.pubkey()), {"limit": 1_000, "until": rec.sent["lookup table / create"]}], "bad address": ["x"], "minContextSlot ahead": [wallet, {"minContextSlot": 1 << 40}],
    }.items():  # fmt: skip
        rec.read(name, "getSignaturesForAddress", *params, tidy=only_known(rec))
    rec.section = "fee for message"
    payer, recent = KEYS["alice"], rec.blockhash(FINALIZED)

    def message(*instructions: Instruction, blockhash: Hash = recent) -> str:
        made = base64.b64encode(
            to_bytes_versioned(Message.new_with_blockhash(list(instructions), payer.pubkey(), blockhash))
        ).decode()
        rec.names.add(made, f"<message of {len(instructions)} instructions>")
        return made

    two = transfer(BOB, NOBODY, 1)
    priced = [
        Instruction(COMPUTE_BUDGET, u8(2) + u32(1_000), []),
        Instruction(COMPUTE_BUDGET, u8(3) + u64(1_000_001), []),
        two,
    ]
    zero_message = MessageV0.try_compile(payer.pubkey(), [two], [], recent)
    zero_wire = base64.b64encode(to_bytes_versioned(zero_message)).decode()
    rec.names.add(zero_wire, "<message of version 0>")
    for name, params in {
        "two signers": [message(two)], "price": [message(*priced)], "version 0": [zero_wire], "unknown blockhash": [message(two, two, blockhash=Hash(bytes([5] * 32)))],
        "with commitment": [message(two), PROCESSED], "not base64": ["$"], "empty": [""], "nothing": [], "cut short": [base64.b64encode(bytes(20)).decode()],
    }.items():  # fmt: skip
        rec.read(name, "getFeeForMessage", *params)
    rec.section = "blockhash"
    for name, params in {
        "no options": [],
        "processed": [PROCESSED],
        "confirmed": [CONFIRMED],
        "bad commitment": [{"commitment": "x"}],
        "minContextSlot ahead": [{"minContextSlot": 1 << 40}],
    }.items():
        rec.read(f"latest, {name}", "getLatestBlockhash", *params)
    rec.names.add(recent, "<blockhash>")
    unknown_hash = str(Hash(bytes([6] * 32)))
    for name, params in {
        "recent": [str(recent)],
        "recent, processed": [str(recent), PROCESSED],
        "unknown": [unknown_hash],
        "bad": ["x"],
        "nothing": [],
    }.items():
        rec.read(f"valid, {name}", "isBlockhashValid", *params)
    rec.section = "prioritization fees"
    for name, params in {
        "all": [],
        "of accounts": [[str(ALICE.pubkey())]],
        "129 accounts": [[str(ALICE.pubkey())] * 129],
        "bad address": [["x"]],
        "none": [[]],
    }.items():
        rec.read(name, "getRecentPrioritizationFees", *params, tidy=first_shape)
    rec.section = "transaction count"
    for name, params in {
        "no options": [],
        "processed": [PROCESSED],
        "bad commitment": [{"commitment": "x"}],
        "minContextSlot ahead": [{"minContextSlot": 1 << 40}],
    }.items():
        rec.read(name, "getTransactionCount", *params)


def only_known(rec: Recorder) -> Callable[[Json], Json]:
    """Signatures of the script alone, in the order in which they came."""
    return lambda result: [row for row in result if row["signature"] in rec.names.texts]


def read_blocks(rec: Recorder) -> None:
    rec.section = "block"
    options = {"maxSupportedTransactionVersion": 0}
    where = Slot(rec.ask("getTransaction", rec.sent["memo / memo"], options)["slot"], "<slot of memo>")
    before, after = Slot(where - 1, "<slot before memo>"), Slot(where + 2, "<slot of memo + 2>")
    failed = rec.sent["memo / memo not UTF-8, skipping preflight"]
    failed_at = Slot(rec.ask("getTransaction", failed, options)["slot"], "<slot of the failed memo>")
    wanted, wires = rec.sent["memo / memo"], ("<memo / memo, base58>", "<memo / memo, base64>")

    def ours(block: Json) -> Json:
        """A block with one transaction of the script and no other: what else is in it depends on how blocks were cut."""
        if "signatures" in block:
            block["signatures"] = [item for item in block["signatures"] if item == wanted]
        if "transactions" in block:
            block["transactions"] = [item for item in block["transactions"] if known(item)]
        for reward in block.get("rewards") or []:
            reward["lamports"], reward["postBalance"] = "<lamports>", "<lamports>"
        return block

    def known(item: Json) -> bool:
        tx = item["transaction"]
        if isinstance(tx, dict):
            return tx["signatures"][0] == wanted
        return rec.names.texts.get(tx[0] if isinstance(tx, list) else tx) in wires

    for name, extra in {
        "no options": None, "full": {}, "accounts": {"transactionDetails": "accounts"}, "signatures": {"transactionDetails": "signatures"},
        "none": {"transactionDetails": "none"}, "no rewards": {"rewards": False, "transactionDetails": "none"}, "jsonParsed": {"encoding": "jsonParsed"},
        "base64": {"encoding": "base64"}, "base58": {"encoding": "base58"}, "confirmed": {"commitment": "confirmed", "transactionDetails": "signatures"},
        "processed": {"commitment": "processed"}, "unknown details": {"transactionDetails": "x"}, "accounts, jsonParsed": {"transactionDetails": "accounts", "encoding": "jsonParsed"},
    }.items():  # fmt: skip
        rec.read(name, "getBlock", where, *([] if extra is None else [{**options, **extra}]), tidy=ours)
    for name, params in {
        "ahead": [1 << 40],
        "above u64": [1 << 64],
        "negative": [-1],
        "text": ["1"],
        "nothing": [],
        "genesis": [0, {"transactionDetails": "none"}],
        "encoding alone": [where, "base64"],
    }.items():
        rec.read(name, "getBlock", *params, tidy=ours)
    for name, params in {"of a slot": [where], "ahead": [1 << 40], "genesis": [0], "nothing": []}.items():
        rec.read(f"time {name}", "getBlockTime", *params)
        rec.read(f"commitment {name}", "getBlockCommitment", *params, tidy=shape)
    wanted = failed
    rec.read("with a failed transaction", "getBlock", failed_at, options, tidy=ours)
    rec.section = "blocks"
    for name, params in {
        "range": [where, after], "one": [where, where], "from a slot": [where], "ahead": [1 << 40], "backwards": [where, before], "too wide": [0, 500_001],
        "processed": [where, after, PROCESSED], "confirmed": [where, after, CONFIRMED], "nothing": [], "commitment second": [where, CONFIRMED], "end null": [where, None, CONFIRMED],
    }.items():  # fmt: skip
        rec.read(name, "getBlocks", *params)
    for name, params in {
        "three": [where, 3],
        "none": [where, 0],
        "too many": [where, 500_001],
        "ahead": [1 << 40, 1],
        "nothing": [],
        "processed": [where, 1, PROCESSED],
    }.items():
        rec.read(f"with limit, {name}", "getBlocksWithLimit", *params)
    rec.section = "slot"
    for method in ("getSlot", "getBlockHeight", "getSlotLeader", "getEpochInfo"):
        for name, params in {
            "no options": [],
            "processed": [PROCESSED],
            "bad commitment": [{"commitment": "x"}],
            "minContextSlot ahead": [{"minContextSlot": 1 << 40}],
            "options null": [None],
        }.items():
            rec.read(f"{method}, {name}", method, *params)
    for method in (
        "getFirstAvailableBlock",
        "minimumLedgerSlot",
        "getEpochSchedule",
        "getMaxRetransmitSlot",
        "getMaxShredInsertSlot",
    ):
        rec.read(f"{method}", method)
        rec.read(f"{method}, one argument too many", method, 1)


def read_cluster(rec: Recorder) -> None:
    rec.section = "cluster"
    here = Slot(rec.ask("getSlot"), "<slot>")
    identity = rec.ask("getIdentity")["identity"]
    vote = rec.ask("getVoteAccounts", PROCESSED)
    voters = [item["votePubkey"] for item in vote["current"] + vote["delinquent"]]
    vote_key = voters[0] if voters else str(keypair("no vote account").pubkey())
    rec.names.add(vote_key, "<vote account>")
    unknown = str(NOBODY.pubkey())
    for name, method, params, tidy in (
        ("health", "getHealth", [], None), ("version", "getVersion", [], None), ("identity", "getIdentity", [], None), ("genesis", "getGenesisHash", [], None),
        ("nodes", "getClusterNodes", [], first_shape), ("votes", "getVoteAccounts", [], shape), ("votes of one", "getVoteAccounts", [{"votePubkey": vote_key}], shape),
        ("votes of nobody", "getVoteAccounts", [{"votePubkey": unknown}], None), ("votes, bad key", "getVoteAccounts", [{"votePubkey": "x"}], None),
        ("votes with options", "getVoteAccounts", [{"keepUnstakedDelinquents": True, "delinquentSlotDistance": 10}], shape),
        ("leaders", "getSlotLeaders", [here, 3], None), ("leaders, none", "getSlotLeaders", [here, 0], None), ("leaders, too many", "getSlotLeaders", [here, 5_001], None),
        ("leaders ahead", "getSlotLeaders", [1 << 40, 2], None), ("leaders, nothing", "getSlotLeaders", [], None),
        ("schedule", "getLeaderSchedule", [], schedule), ("schedule of nobody", "getLeaderSchedule", [None, {"identity": unknown}], None),
        ("schedule of the node", "getLeaderSchedule", [None, {"identity": identity}], schedule), ("schedule ahead", "getLeaderSchedule", [1 << 40], None),
        ("schedule, bad key", "getLeaderSchedule", [None, {"identity": "x"}], None), ("schedule by options alone", "getLeaderSchedule", [{"identity": identity}], schedule),
        ("production", "getBlockProduction", [], shape), ("production of nobody", "getBlockProduction", [{"identity": unknown}], shape),
        ("production, bad range", "getBlockProduction", [{"range": {"firstSlot": 1 << 40}}], shape), ("production, backwards", "getBlockProduction", [{"range": {"firstSlot": 5, "lastSlot": 2}}], shape),
        ("inflation governor", "getInflationGovernor", [], None), ("inflation rate", "getInflationRate", [], None), ("inflation rate, argument", "getInflationRate", [1], None),
        ("inflation reward", "getInflationReward", [[unknown]], None), ("inflation reward of epoch 0", "getInflationReward", [[unknown], {"epoch": 0}], None),
        ("inflation reward ahead", "getInflationReward", [[unknown], {"epoch": 1 << 40}], None), ("inflation reward, bad key", "getInflationReward", [["x"]], None), ("inflation reward, none", "getInflationReward", [[]], None),
        ("minimum delegation", "getStakeMinimumDelegation", [], None), ("minimum delegation, confirmed", "getStakeMinimumDelegation", [CONFIRMED], None),
        ("snapshot", "getHighestSnapshotSlot", [], shape), ("samples", "getRecentPerformanceSamples", [], first_shape), ("samples, limit of 0", "getRecentPerformanceSamples", [0], None),
        ("samples, limit of 721", "getRecentPerformanceSamples", [721], None), ("samples, text", "getRecentPerformanceSamples", ["1"], None), ("health, argument", "getHealth", [1], None),
        ("version, argument", "getVersion", [1], None),
    ):  # fmt: skip
        rec.read(name, method, *params, tidy=tidy)
    rec.section = "removed or unknown"
    for method in (
        "getRecentBlockhash", "getFees", "getFeeRateGovernor", "getFeeCalculatorForBlockhash", "getSnapshotSlot", "getStakeActivation",
        "getConfirmedBlock", "getConfirmedTransaction", "getConfirmedBlocks", "getConfirmedSignaturesForAddress2", "confirmTransaction",
        "getAccountsInfo", "getsolt", "", "accountSubscribe",
    ):  # fmt: skip
        rec.read(method or "empty name", method)


def schedule(result: Json) -> Json:
    """A leader schedule: who, not when."""
    return {key: f"<{len(slots)} slots>" for key, slots in result.items()}

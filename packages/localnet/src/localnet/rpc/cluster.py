"""Methods about the node and the cluster of one that it forms."""

from typing import Any

from solders.hash import Hash

from localnet.chain.chain import SLOTS_PER_EPOCH
from localnet.rpc.errors import RpcError, invalid_params
from localnet.rpc.params import Params, check_context, parse_pubkey
from localnet.rpc.registry import API_VERSION, FEATURE_SET, Node, method

NO_SNAPSHOT = -32008
MAX_SLOT_LEADERS = 5_000
MAX_SAMPLES = 720
SAMPLE_SECONDS = 60


@method("getHealth")
def get_health(node: Node, params: Params) -> Any:
    """`ok`: a node without peers is never behind."""
    return "ok"


@method("getVersion")
def get_version(node: Node, params: Params) -> Any:
    """The release of Agave whose runtime executes here."""
    return {"solana-core": API_VERSION, "feature-set": FEATURE_SET}


@method("getGenesisHash")
def get_genesis_hash(node: Node, params: Params) -> Any:
    """The hash that names this chain."""
    return str(Hash(node.chain.genesis_hash))


@method("getIdentity")
def get_identity(node: Node, params: Params) -> Any:
    """The node's key."""
    return {"identity": str(node.control.identity)}


@method("getClusterNodes")
def get_cluster_nodes(node: Node, params: Params) -> Any:
    """This node alone. Without a TPU address: transactions come through RPC."""
    host, port = node.control.rpc_address
    return [
        {
            "pubkey": str(node.control.identity),
            "gossip": None,
            "tpu": None,
            "tpuQuic": None,
            "tpuForwards": None,
            "tpuForwardsQuic": None,
            "tpuVote": None,
            "tvu": None,
            "serveRepair": None,
            "rpc": f"{host}:{port}",
            "pubsub": f"{host}:{port}",
            "version": API_VERSION,
            "featureSet": FEATURE_SET,
            "shredVersion": 1,
        }
    ]


@method("getVoteAccounts")
def get_vote_accounts(node: Node, params: Params) -> Any:
    """Nobody stakes here."""
    check_context(params.config(0), node.chain.slot)
    return {"current": [], "delinquent": []}


@method("getSlotLeader")
def get_slot_leader(node: Node, params: Params) -> Any:
    """The leader of the open slot, which is always this node."""
    check_context(params.config(0), node.chain.slot)
    return str(node.control.identity)


@method("getSlotLeaders")
def get_slot_leaders(node: Node, params: Params) -> Any:
    """The leaders of `limit` slots from `start`."""
    params.u64(0)
    limit = params.u64(1)
    if limit > MAX_SLOT_LEADERS:
        raise invalid_params(f"Invalid limit; max {MAX_SLOT_LEADERS}")
    return [str(node.control.identity)] * limit


@method("getLeaderSchedule")
def get_leader_schedule(node: Node, params: Params) -> Any:
    """This node leads every slot of the epoch; null for an epoch that has not come."""
    first = params.at(0)
    config = params.config(0 if isinstance(first, dict) else 1)
    slot = None if isinstance(first, dict) else params.optional_u64(0)
    check_context(config, node.chain.slot)
    identity = config.text("identity")
    if identity is not None:
        parse_pubkey(identity)
    if slot is not None and slot // SLOTS_PER_EPOCH > node.chain.epoch + 1:
        return None
    if identity not in (None, str(node.control.identity)):
        return {}
    return {str(node.control.identity): list(range(SLOTS_PER_EPOCH))}


@method("getInflationGovernor")
def get_inflation_governor(node: Node, params: Params) -> Any:
    """No inflation."""
    check_context(params.config(0), node.chain.slot)
    return {"initial": 0.0, "terminal": 0.0, "taper": 0.0, "foundation": 0.0, "foundationTerm": 0.0}


@method("getInflationRate")
def get_inflation_rate(node: Node, params: Params) -> Any:
    """No inflation."""
    return {"total": 0.0, "validator": 0.0, "foundation": 0.0, "epoch": node.chain.epoch}


@method("getInflationReward")
def get_inflation_reward(node: Node, params: Params) -> Any:
    """No rewards: null for each address."""
    addresses = [parse_pubkey(value) for value in params.sequence(0)]
    check_context(params.config(1), node.chain.slot)
    return [None for _ in addresses]


@method("getStakeMinimumDelegation")
def get_stake_minimum_delegation(node: Node, params: Params) -> Any:
    """One lamport, as clusters have it."""
    check_context(params.config(0), node.chain.slot)
    return node.with_context(1)


@method("getHighestSnapshotSlot")
def get_highest_snapshot_slot(node: Node, params: Params) -> Any:
    """There are no validator snapshots here; surfnet_exportSnapshot writes the accounts."""
    raise RpcError(NO_SNAPSHOT, "No snapshot")


@method("getMaxRetransmitSlot")
def get_max_retransmit_slot(node: Node, params: Params) -> Any:
    """The open slot: there is nobody to retransmit to."""
    return node.chain.slot


@method("getMaxShredInsertSlot")
def get_max_shred_insert_slot(node: Node, params: Params) -> Any:
    """The open slot."""
    return node.chain.slot


@method("getBlockProduction")
def get_block_production(node: Node, params: Params) -> Any:
    """This node led every slot of the epoch and missed none."""
    config = params.config(0)
    check_context(config, node.chain.slot)
    identity = config.text("identity")
    if identity is not None:
        parse_pubkey(identity)
    first = node.chain.epoch * SLOTS_PER_EPOCH
    led = node.chain.slot - first + 1
    mine = str(node.control.identity)
    by_identity = {mine: [led, led]} if identity in (None, mine) else {}
    return node.with_context({"byIdentity": by_identity, "range": {"firstSlot": first, "lastSlot": node.chain.slot}})


@method("getRecentPerformanceSamples")
def get_recent_performance_samples(node: Node, params: Params) -> Any:
    """Slots and transactions per minute, newest first, counted from the blocks still remembered."""
    limit = params.optional_u64(0)
    limit = MAX_SAMPLES if limit is None else limit
    if limit > MAX_SAMPLES:
        raise invalid_params(f"Invalid limit; max {MAX_SAMPLES}")
    samples: dict[int, list[int]] = {}
    for block in node.chain.history.blocks.values():
        sample = samples.setdefault(block.time // SAMPLE_SECONDS, [block.slot, 0, 0])
        sample[0] = block.slot
        sample[1] += 1
        sample[2] += len(block.signatures)
    newest = sorted(samples.items(), reverse=True)[:limit]
    return [
        {
            "slot": slot,
            "numSlots": slots,
            "numTransactions": transactions,
            "numNonVoteTransactions": transactions,
            "samplePeriodSecs": SAMPLE_SECONDS,
        }
        for _, (slot, slots, transactions) in newest
    ]

"""Methods about the node and the cluster of one that it forms."""

from typing import Any

from solders.hash import Hash
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.commitment import ROOT_DISTANCE
from solana_localnet.chain.programs import VOTE
from solana_localnet.chain.validator import STAKED_LAMPORTS
from solana_localnet.codec.parsed.stakes import vote_state
from solana_localnet.rpc.errors import BLOCK_NOT_AVAILABLE, RpcError, invalid_params
from solana_localnet.rpc.params import Config, Params, missing_field, parse_pubkey
from solana_localnet.rpc.registry import API_VERSION, FEATURE_SET, SHRED_VERSION, Node, method

# Agave's Inflation::default and the slots of a year of 400 ms.
INITIAL, TERMINAL, TAPER, FOUNDATION, FOUNDATION_YEARS = 0.08, 0.015, 0.15, 0.05, 7.0
SLOTS_PER_YEAR = 365.242_199 * 86_400 / 0.4
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
            "gossip": f"{host}:{port}",
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
            "shredVersion": SHRED_VERSION,
            "clientId": "localnet",
        }
    ]


@method("getVoteAccounts")
def get_vote_accounts(node: Node, params: Params) -> Any:
    """The node's own vote account, which always votes; other vote accounts, which never vote, when the client asks for
    them."""
    config = params.config(0, "RpcGetVoteAccountsConfig")
    wanted = config.text("votePubkey")
    only = None if wanted is None else parse_pubkey(wanted)
    config.integer("delinquentSlotDistance")
    view = node.view(config)
    epoch = view.slot // node.chain.slots_per_epoch
    current: list[dict[str, Any]] = []
    delinquent: list[dict[str, Any]] = []
    for key, account in view.owned_by(VOTE):
        if only is not None and key != only:
            continue
        state = vote_state(account.data)
        if state is None:
            continue
        if key == node.chain.validator.vote:
            current.append(_vote_row(key, state, STAKED_LAMPORTS, view.slot, epoch))
        elif config.flag("keepUnstakedDelinquents"):
            delinquent.append(_vote_row(key, state, 0, 0, epoch))
    return {"current": current, "delinquent": delinquent}


def _vote_row(key: Pubkey, state: dict[str, Any], stake: int, slot: int, epoch: int) -> dict[str, Any]:
    """An RpcVoteAccountInfo of an account that has voted up to `slot`, in `epoch`, with a credit for each vote."""
    return {
        "votePubkey": str(key),
        "nodePubkey": state["nodePubkey"],
        "activatedStake": stake,
        "epochVoteAccount": stake > 0,
        "commission": state["commission"],
        "lastVote": slot,
        "rootSlot": max(0, slot - ROOT_DISTANCE),
        "epochCredits": [[epoch, slot, 0]] if stake else [],
    }


@method("getSlotLeader")
def get_slot_leader(node: Node, params: Params) -> Any:
    """The leader of the open slot, which is always this node."""
    node.view(params.config(0, "RpcContextConfig"))
    return str(node.control.identity)


@method("getSlotLeaders")
def get_slot_leaders(node: Node, params: Params) -> Any:
    """The leaders of `limit` slots from `start`."""
    start, limit = params.u64(0), params.u64(1)
    if limit > MAX_SLOT_LEADERS:
        raise invalid_params(f"Invalid limit; max {MAX_SLOT_LEADERS}")
    if (epoch := start // node.chain.slots_per_epoch) > node.chain.epoch + 1:
        raise invalid_params(f"Invalid slot range: leader schedule for epoch {epoch} is unavailable")
    return [str(node.control.identity)] * limit


@method("getLeaderSchedule")
def get_leader_schedule(node: Node, params: Params) -> Any:
    """This node leads every slot of the epoch; null for an epoch that has not come."""
    first = params.at(0)
    config = params.config(0 if isinstance(first, dict) else 1)
    slot = None if isinstance(first, dict) else params.optional_u64(0)
    node.view(config)
    identity = config.text("identity")
    if identity is not None:
        parse_pubkey(identity)
    if slot is not None and slot // node.chain.slots_per_epoch > node.chain.epoch + 1:
        return None
    if identity not in (None, str(node.control.identity)):
        return {}
    return {str(node.control.identity): list(range(node.chain.slots_per_epoch))}


@method("getInflationGovernor")
def get_inflation_governor(node: Node, params: Params) -> Any:
    """The inflation that a genesis configures; nothing is paid out here."""
    node.view(params.commitment_config(0))
    return {
        "initial": INITIAL,
        "terminal": TERMINAL,
        "taper": TAPER,
        "foundation": FOUNDATION,
        "foundationTerm": FOUNDATION_YEARS,
    }


@method("getInflationRate")
def get_inflation_rate(node: Node, params: Params) -> Any:
    """Yearly inflation in the present epoch, by the governor's formula."""
    year = node.chain.epoch * node.chain.slots_per_epoch / SLOTS_PER_YEAR
    total = max(TERMINAL, INITIAL * (1 - TAPER) ** year)
    foundation = total * FOUNDATION if year < FOUNDATION_YEARS else 0.0
    return {
        "total": total,
        "validator": total - foundation,
        "foundation": foundation,
        "epoch": node.chain.epoch,
    }


@method("getInflationReward")
def get_inflation_reward(node: Node, params: Params) -> Any:
    """No epoch of the past gave rewards: null for each address."""
    addresses, config = [parse_pubkey(value) for value in params.sequence(0)], params.config(1, "RpcEpochConfig")
    node.view(config)
    epoch = config.integer("epoch")
    epoch = max(0, node.chain.epoch - 1) if epoch is None else epoch
    if epoch >= node.chain.epoch:
        slot = (epoch + 1) * node.chain.slots_per_epoch
        raise RpcError(BLOCK_NOT_AVAILABLE, f"Block not available for slot {slot}")
    return [None for _ in addresses]


@method("getStakeMinimumDelegation")
def get_stake_minimum_delegation(node: Node, params: Params) -> Any:
    """One SOL, as validators answer, though the stake program itself takes any amount."""
    view = node.view(params.config(0, "RpcContextConfig"))
    return node.with_context(1_000_000_000, view)


@method("getHighestSnapshotSlot")
def get_highest_snapshot_slot(node: Node, params: Params) -> Any:
    """Genesis is the one state that is kept whole; surfnet_exportSnapshot writes the present accounts."""
    return {"full": 0, "incremental": None}


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
    """This node led every slot of the range, by default the epoch's, and missed none."""
    config = params.config(0, "RpcBlockProductionConfig")
    view = node.view(config)
    identity = config.text("identity")
    if identity is not None:
        parse_pubkey(identity)
    first, last = _slot_range(config, view.slot, node.chain.slots_per_epoch)
    mine = str(node.control.identity)
    led = last - first + 1
    by_identity = {mine: [led, led]} if identity in (None, mine) else {}
    return node.with_context({"byIdentity": by_identity, "range": {"firstSlot": first, "lastSlot": last}}, view)


def _slot_range(config: Config, newest: int, epoch: int) -> tuple[int, int]:
    section = config.section("range")
    if section is None:
        return newest // epoch * epoch, newest
    if "firstSlot" not in section:
        raise missing_field("firstSlot")
    first = section.integer("firstSlot") or 0
    end = section.integer("lastSlot")
    last = newest if end is None else end
    if last < first:
        raise invalid_params(f"lastSlot, {last}, cannot be less than firstSlot, {first}")
    if last > newest:
        raise invalid_params(f"lastSlot, {last}, is too large; max {newest}")
    return first, last


@method("getRecentPerformanceSamples")
def get_recent_performance_samples(node: Node, params: Params) -> Any:
    """Slots and transactions per minute, newest first, counted from the blocks still remembered."""
    limit = params.optional_u64(0, "usize")
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

"""Instructions and accounts of the stake and vote programs (agave `parse_stake.rs`, `parse_vote.rs`)."""

import base64
import struct
from typing import Any

from solders.pubkey import Pubkey

from solana_localnet.codec.parsed.fields import Fields, kind, named

Parsed = dict[str, Any]
STAKE_AUTHORITIES = ("Staker", "Withdrawer")
VOTE_AUTHORITIES = ("Voter", "Withdrawer")
COMMISSION_KINDS = ("InflationRewards", "BlockRevenue")
DATA_FORMS = {"commission": "B", "commissionBps": "H"}
VOTE_STATE_V3, VOTE_STATE_V4 = 2, 3
PRIOR_VOTERS = 32
# tag: name, accounts, account that may follow, what the data holds
STAKE: dict[int, tuple[str, str, str, str]] = {
    1: ("authorize", "stakeAccount clockSysvar authority", "custodian", "newAuthority authorityType"),
    2: (
        "delegate",
        "stakeAccount voteAccount clockSysvar stakeHistorySysvar stakeConfigAccount stakeAuthority",
        "",
        "",
    ),
    3: ("split", "stakeAccount newSplitAccount stakeAuthority", "", "lamports"),
    4: (
        "withdraw",
        "stakeAccount destination clockSysvar stakeHistorySysvar withdrawAuthority",
        "custodian",
        "lamports",
    ),
    5: ("deactivate", "stakeAccount clockSysvar stakeAuthority", "", ""),
    7: ("merge", "destination source clockSysvar stakeHistorySysvar stakeAuthority", "", ""),
    9: ("initializeChecked", "stakeAccount rentSysvar staker withdrawer", "", ""),
    10: ("authorizeChecked", "stakeAccount clockSysvar authority newAuthority", "custodian", "authorityType"),
    14: ("deactivateDelinquent", "stakeAccount voteAccount referenceVoteAccount", "", ""),
    16: ("moveStake", "source destination stakeAuthority", "", "lamports"),
    17: ("moveLamports", "source destination stakeAuthority", "", "lamports"),
}
VOTE: dict[int, tuple[str, str, str]] = {
    1: ("authorize", "voteAccount clockSysvar authority", "newAuthority authorityType"),
    3: ("withdraw", "voteAccount destination withdrawAuthority", "lamports"),
    4: ("updateValidatorIdentity", "voteAccount newValidatorIdentity withdrawAuthority", ""),
    5: ("updateCommission", "voteAccount withdrawAuthority", "commission"),
    7: ("authorizeChecked", "voteAccount clockSysvar authority newAuthority", "authorityType"),
    17: ("updateCommissionCollector", "voteAccount newCollector withdrawAuthority", "commissionKind"),
    18: ("updateCommissionBps", "voteAccount withdrawAuthority", "commissionBps commissionKind"),
    19: ("depositDelegatorRewards", "voteAccount source", "deposit"),
}
BALLOTS = {
    2: ("vote", "vote", False),
    6: ("voteSwitch", "vote", True),
    8: ("updatevotestate", "voteStateUpdate", False),
    9: ("updatevotestateswitch", "voteStateUpdate", True),
    12: ("compactupdatevotestate", "voteStateUpdate", False),
    13: ("compactupdatevotestateswitch", "voteStateUpdate", True),
    14: ("towersync", "towerSync", False),
    15: ("towersyncswitch", "towerSync", True),
}
"""Votes by tag: name, field, and whether the hash of a proof that switches the fork follows."""
NO_ROOT = 2**64 - 1
BLS_KEY, BLS_PROOF = 48, 96


def _data(names: str, data: Fields, authorities: tuple[str, str]) -> Parsed:
    info: Parsed = {}
    for name in names.split():
        if name == "newAuthority":
            info[name] = data.key()
        elif name == "authorityType":
            info[name] = _authority_type(data, authorities)
        elif name == "commissionKind":
            info[name] = COMMISSION_KINDS[data.number("I")]
        else:
            info[name] = data.number(DATA_FORMS.get(name, "Q"))
    return info


def _authority_type(data: Fields, authorities: tuple[str, str]) -> str | Parsed:
    """A kind of authority as serde writes it; votes know a third one, which brings a key for aggregated signatures."""
    tag = data.number("I")
    if tag == len(authorities) and authorities is VOTE_AUTHORITIES:
        key, proof = list(data.take(BLS_KEY)), list(data.take(BLS_PROOF))
        return {"VoterWithBLS": {"bls_pubkey": key, "bls_proof_of_possession": proof}}
    return authorities[tag]


def parse_stake(keys: list[str], data: Fields) -> Parsed | None:
    """One instruction of the stake program, None when its tag is unknown."""
    tag = data.number("I")
    if tag in STAKE:
        name, accounts, extra, content = STAKE[tag]
        info = named(accounts, keys) | _data(content, data, STAKE_AUTHORITIES)
        count = len(accounts.split())
        return kind(name, info | ({extra: keys[count]} if extra and len(keys) > count else {}))
    if tag == 0:
        authorized = {"staker": data.key(), "withdrawer": data.key()}
        lockup = {"unixTimestamp": data.number("q"), "epoch": data.number("Q"), "custodian": data.key()}
        info = named("stakeAccount rentSysvar", keys)
        return kind("initialize", info | {"authorized": authorized, "lockup": lockup})
    if tag in (6, 12):
        return _set_lockup(tag, keys, data)
    if tag in (8, 11):
        return _stake_with_seed(tag, keys, data)
    return None


def _set_lockup(tag: int, keys: list[str], data: Fields) -> Parsed:
    lockup: Parsed = {}
    if data.number("B"):
        lockup["unixTimestamp"] = data.number("q")
    if data.number("B"):
        lockup["epoch"] = data.number("Q")
    if tag == 12:
        lockup |= {"custodian": keys[2]} if len(keys) > 2 else {}
    elif (custodian := data.optional_key()) is not None:
        lockup["custodian"] = custodian
    info = named("stakeAccount custodian", keys) | {"lockup": lockup}
    return kind("setLockup" if tag == 6 else "setLockupChecked", info)


def _stake_with_seed(tag: int, keys: list[str], data: Fields) -> Parsed:
    info = named("stakeAccount authorityBase", keys)
    rest = keys[2:]
    if tag == 8:
        info["newAuthorized"] = data.key()
        names = ("clockSysvar", "custodian")
    else:
        names = ("clockSysvar", "newAuthorized", "custodian")
    info |= {
        "authorityType": STAKE_AUTHORITIES[data.number("I")],
        "authoritySeed": data.text(),
        "authorityOwner": data.key(),
    }
    info |= dict(zip(names, rest, strict=False))
    return kind("authorizeWithSeed" if tag == 8 else "authorizeCheckedWithSeed", info)


def parse_vote(keys: list[str], data: Fields) -> Parsed | None:
    """One instruction of the vote program, None when its tag is unknown."""
    tag = data.number("I")
    if tag in BALLOTS:
        return _ballot(tag, keys, data)
    if tag in VOTE:
        name, accounts, content = VOTE[tag]
        return kind(name, named(accounts, keys) | _data(content, data, VOTE_AUTHORITIES))
    if tag == 0:
        info = named("voteAccount rentSysvar clockSysvar node", keys)
        data.take(32)
        info |= {"authorizedVoter": data.key(), "authorizedWithdrawer": data.key(), "commission": data.number("B")}
        return kind("initialize", info)
    if tag == 16:
        return _initialize_vote_v2(keys, data)
    if tag in (10, 11):
        info = {
            "authorityType": _authority_type(data, VOTE_AUTHORITIES),
            "authorityOwner": data.key(),
            "authoritySeed": data.text(),
        }
        if tag == 10:
            info |= named("voteAccount clockSysvar authorityBaseKey", keys) | {"newAuthority": data.key()}
            return kind("authorizeWithSeed", info)
        return kind(
            "authorizeCheckedWithSeed", info | named("voteAccount clockSysvar authorityBaseKey newAuthority", keys)
        )
    return None


def _initialize_vote_v2(keys: list[str], data: Fields) -> Parsed:
    info = named("voteAccount node", keys)
    data.take(32)
    info["authorizedVoter"] = data.key()
    data.take(BLS_KEY + BLS_PROOF)
    info["authorizedWithdrawer"] = data.key()
    info |= {"inflationRewardsCommissionBps": data.number("H"), "inflationRewardsCollector": data.key()}
    info |= {"blockRevenueCommissionBps": data.number("H"), "blockRevenueCollector": data.key()}
    return kind("initializeV2", info)


def _ballot(tag: int, keys: list[str], data: Fields) -> Parsed:
    """A vote in one of the forms that it has had since the first."""
    name, field, switches = BALLOTS[tag]
    oldest = "voteAccount slotHashesSysvar clockSysvar voteAuthority"
    info = named(oldest if field == "vote" else "voteAccount voteAuthority", keys)
    if field == "vote":
        vote: Parsed = {"slots": [data.number("Q") for _ in range(data.number("Q"))]}
    elif tag in (8, 9):
        lockouts = [_lockout(data.number("Q"), data.number("I")) for _ in range(data.number("Q"))]
        vote = {"lockouts": lockouts, "root": data.number("Q") if data.number("B") else None}
    else:
        vote = _compact_lockouts(data)
    vote |= {"hash": data.key(), "timestamp": data.number("q") if data.number("B") else None}
    if field == "towerSync":
        vote["blockId"] = data.key()
    return kind(name, info | {field: vote} | ({"hash": data.key()} if switches else {}))


def _lockout(slot: int, count: int) -> Parsed:
    return {"slot": slot, "confirmation_count": count}


def _compact_lockouts(data: Fields) -> Parsed:
    """Slots as distances from the one before, the first from the root."""
    root = data.number("Q")
    slot = 0 if root == NO_ROOT else root
    lockouts: list[Parsed] = []
    for _ in range(data.short()):
        slot += data.short()
        lockouts.append(_lockout(slot, data.number("B")))
    return {"lockouts": lockouts, "root": None if root == NO_ROOT else root}


def stake_account(data: bytes) -> Parsed | None:
    """A StakeStateV2 in jsonParsed form."""
    fields = Fields(data)
    tag = fields.number("I")
    if tag in (0, 3):
        return {"type": ("uninitialized", "", "", "rewardsPool")[tag]}
    if tag not in (1, 2):
        return None
    meta = {
        "rentExemptReserve": str(fields.number("Q")),
        "authorized": {"staker": fields.key(), "withdrawer": fields.key()},
        "lockup": {"unixTimestamp": fields.number("q"), "epoch": fields.number("Q"), "custodian": fields.key()},
    }
    if tag == 1:
        return {"type": "initialized", "info": {"meta": meta, "stake": None}}
    voter = fields.key()
    stake, activation, deactivation = (str(fields.number("Q")) for _ in range(3))
    (rate,) = struct.unpack("<d", fields.take(8))
    delegation = {
        "voter": voter,
        "stake": stake,
        "activationEpoch": activation,
        "deactivationEpoch": deactivation,
        "warmupCooldownRate": rate,
    }
    info = {"meta": meta, "stake": {"delegation": delegation, "creditsObserved": fields.number("Q")}}
    return {"type": "delegated", "info": info}


def vote_state(data: bytes, address: str = "") -> Parsed | None:
    """A VoteState of version 3 or 4 in jsonParsed form, None for one that is older or not initialized."""
    try:
        fields = Fields(data)
        version = fields.number("I")
        if version not in (VOTE_STATE_V3, VOTE_STATE_V4):
            return None
        return _vote_state(fields, version, address)
    except (struct.error, ValueError):
        return None


def _vote_state(fields: Fields, version: int, address: str) -> Parsed:
    node, withdrawer = fields.key(), fields.key()
    info: Parsed = {"nodePubkey": node, "authorizedWithdrawer": withdrawer}
    if version == VOTE_STATE_V4:
        info |= {"inflationRewardsCollector": fields.key(), "blockRevenueCollector": fields.key()}
        inflation, revenue = fields.number("H"), fields.number("H")
        pending = fields.number("Q")
        bls = base64.b64encode(fields.take(48)).decode() if fields.number("B") else None
    else:
        info |= {"inflationRewardsCollector": address, "blockRevenueCollector": node}
        inflation, revenue, pending, bls = fields.number("B") * 100, 10_000, 0, None
    info |= {
        "commission": inflation // 100,
        "inflationRewardsCommissionBps": inflation,
        "blockRevenueCommissionBps": revenue,
        "pendingDelegatorRewards": str(pending),
        "blsPubkeyCompressed": bls,
    }
    votes: list[Parsed] = []
    for _ in range(fields.number("Q")):
        latency, slot, count = struct.unpack("<BQI", fields.take(13))
        votes.append({"latency": latency, "slot": slot, "confirmationCount": count})
    root = fields.number("Q") if fields.number("B") else None
    voters = [{"epoch": fields.number("Q"), "authorizedVoter": fields.key()} for _ in range(fields.number("Q"))]
    if version == VOTE_STATE_V3:
        fields.take(PRIOR_VOTERS * 48 + 9)
    credits = [struct.unpack("<QQQ", fields.take(24)) for _ in range(fields.number("Q"))]
    return info | {
        "votes": votes,
        "rootSlot": root,
        "authorizedVoters": voters,
        "priorVoters": [],
        "epochCredits": [
            {"epoch": epoch, "credits": str(now), "previousCredits": str(before)} for epoch, now, before in credits
        ],
        "lastTimestamp": {"slot": fields.number("Q"), "timestamp": fields.number("q")},
    }


def vote_account(data: bytes, address: Pubkey) -> Parsed | None:
    """A vote account in jsonParsed form."""
    state = vote_state(data, str(address))
    return None if state is None else {"type": "vote", "info": state}

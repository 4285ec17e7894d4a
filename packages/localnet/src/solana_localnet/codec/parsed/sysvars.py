"""Sysvars and configuration accounts in jsonParsed form (agave `parse_sysvar.rs`, `parse_config.rs`)."""

import json
import struct
from collections.abc import Callable
from typing import Any

from solders.hash import Hash
from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.codec.parsed.fields import Fields

Parsed = dict[str, Any]
VALIDATOR_INFO = "Va1idator1nfo111111111111111111111111111111"
HISTORY_WORDS = 16_384


def _clock(data: bytes) -> Parsed:
    slot, start, epoch, leader, now = struct.unpack_from("<QqQQq", data)
    return {
        "slot": slot,
        "epoch": epoch,
        "epochStartTimestamp": start,
        "leaderScheduleEpoch": leader,
        "unixTimestamp": now,
    }


def _rent(data: bytes) -> Parsed:
    rate, threshold, burn = struct.unpack_from("<QdB", data)
    return {"lamportsPerByteYear": str(rate), "exemptionThreshold": threshold, "burnPercent": burn}


def _epoch_schedule(data: bytes) -> Parsed:
    per_epoch, offset, warmup, first_epoch, first_slot = struct.unpack_from("<QQ?QQ", data)
    return {
        "slotsPerEpoch": per_epoch,
        "leaderScheduleSlotOffset": offset,
        "warmup": warmup,
        "firstNormalEpoch": first_epoch,
        "firstNormalSlot": first_slot,
    }


def _slot_hashes(data: bytes) -> list[Parsed]:
    (count,) = struct.unpack_from("<Q", data)
    rows = [struct.unpack_from("<Q32s", data, 8 + 40 * i) for i in range(count)]
    return [{"slot": slot, "hash": str(Hash(blockhash))} for slot, blockhash in rows]


def _recent_blockhashes(data: bytes) -> list[Parsed]:
    (count,) = struct.unpack_from("<Q", data)
    rows = [struct.unpack_from("<32sQ", data, 8 + 40 * i) for i in range(count)]
    return [
        {"blockhash": str(Hash(blockhash)), "feeCalculator": {"lamportsPerSignature": str(fee)}}
        for blockhash, fee in rows
    ]


def _epoch_rewards(data: bytes) -> Parsed:
    height, partitions, parent = struct.unpack_from("<QQ32s", data)
    points, total, distributed = int.from_bytes(data[48:64], "little"), *struct.unpack_from("<QQ", data, 64)
    return {
        "distributionStartingBlockHeight": height,
        "numPartitions": partitions,
        "parentBlockhash": str(Hash(parent)),
        "totalPoints": str(points),
        "totalRewards": str(total),
        "distributedRewards": str(distributed),
        "active": bool(data[80]),
    }


def _slot_history(data: bytes) -> Parsed:
    """Bits of the last million slots, oldest first as Rust's BitVec prints them, and the slot that comes next."""
    words = struct.unpack_from(f"<{HISTORY_WORDS}Q", data, 9)
    bits = "".join(f"{word:064b}"[::-1] for word in words)
    (following,) = struct.unpack_from("<Q", data, 9 + HISTORY_WORDS * 8 + 8)
    return {"nextSlot": following, "bits": bits}


def _stake_history(data: bytes) -> list[Parsed]:
    (count,) = struct.unpack_from("<Q", data)
    rows = [struct.unpack_from("<QQQQ", data, 8 + 32 * i) for i in range(count)]
    return [
        {
            "epoch": epoch,
            "stakeHistory": {"effective": effective, "activating": activating, "deactivating": deactivating},
        }
        for epoch, effective, activating, deactivating in rows
    ]


_SYSVARS: dict[Pubkey, tuple[str, Callable[[bytes], Any]]] = {
    programs.SYSVAR_CLOCK: ("clock", _clock),
    programs.SYSVAR_RENT: ("rent", _rent),
    programs.SYSVAR_EPOCH_SCHEDULE: ("epochSchedule", _epoch_schedule),
    programs.SYSVAR_SLOT_HASHES: ("slotHashes", _slot_hashes),
    programs.SYSVAR_RECENT_BLOCKHASHES: ("recentBlockhashes", _recent_blockhashes),
    programs.SYSVAR_EPOCH_REWARDS: ("epochRewards", _epoch_rewards),
    programs.SYSVAR_SLOT_HISTORY: ("slotHistory", _slot_history),
    programs.SYSVAR_STAKE_HISTORY: ("stakeHistory", _stake_history),
    programs.SYSVAR_LAST_RESTART_SLOT: (
        "lastRestartSlot",
        lambda data: {"lastRestartSlot": int.from_bytes(data[:8], "little")},
    ),
}


def sysvar(address: Pubkey, data: bytes) -> Parsed | None:
    """A sysvar, None for an address that is none of them."""
    known = _SYSVARS.get(address)
    return None if known is None else {"type": known[0], "info": known[1](data)}


def config_account(address: Pubkey, data: bytes) -> Parsed | None:
    """The configuration of stakes, or what a validator publishes about itself."""
    fields = Fields(data)
    keys = [{"pubkey": fields.key(), "signer": bool(fields.number("B"))} for _ in range(fields.short())]
    if address == programs.STAKE_CONFIG:
        rate, penalty = struct.unpack("<dB", fields.take(9))
        return {"type": "stakeConfig", "info": {"warmupCooldownRate": rate, "slashPenalty": penalty}}
    if not keys or keys[0]["pubkey"] != VALIDATOR_INFO:
        return None
    return {"type": "validatorInfo", "info": {"keys": keys, "configData": json.loads(fields.text())}}

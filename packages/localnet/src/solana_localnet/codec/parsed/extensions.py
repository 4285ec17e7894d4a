"""Token-2022 extensions of mints and accounts in jsonParsed form (agave `parse_token_extension.rs`)."""

import base64
import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.codec.parsed.fields import rust_float
from solana_localnet.codec.token_layout import ACCOUNT_STATES, KIND_OFFSET, Scale

EXTENSION_NAMES = [
    "uninitialized",
    "transferFeeConfig",
    "transferFeeAmount",
    "mintCloseAuthority",
    "confidentialTransferMint",
    "confidentialTransferAccount",
    "defaultAccountState",
    "immutableOwner",
    "memoTransfer",
    "nonTransferable",
    "interestBearingConfig",
    "cpiGuard",
    "permanentDelegate",
    "nonTransferableAccount",
    "transferHook",
    "transferHookAccount",
    "confidentialTransferFeeConfig",
    "confidentialTransferFeeAmount",
    "metadataPointer",
    "tokenMetadata",
    "groupPointer",
    "tokenGroup",
    "groupMemberPointer",
    "tokenGroupMember",
    "confidentialMintBurn",
    "scaledUiAmountConfig",
    "pausableConfig",
    "pausableAccount",
]
INTEREST, SCALED = 10, 25
SECONDS_PER_YEAR = 31_556_736
HEADER = struct.Struct("<HH")
State = dict[str, Any]


def parse_extensions(data: bytes) -> list[State]:
    """Every extension behind the base layout, in order; one that is not known here is named unparseable."""
    return [_extension(kind, body) for kind, body in _raw_extensions(data)]


def _raw_extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = KIND_OFFSET + 1
    while at + HEADER.size <= len(data):
        kind, size = HEADER.unpack_from(data, at)
        at += HEADER.size
        if kind == 0 or at + size > len(data):
            break
        yield kind, data[at : at + size]
        at += size


def _extension(kind: int, body: bytes) -> State:
    known = _KINDS.get(kind)
    if known is None:
        return {"extension": "unparseableExtension"}
    name, parse = known
    if parse is None:
        return {"extension": name}
    try:
        return {"extension": name, "state": parse(body)}
    except (struct.error, IndexError, ValueError):
        return {"extension": "unparseableExtension"}


def _key(body: bytes, offset: int) -> str | None:
    """An address; all zeros stand for none."""
    key = Pubkey(body[offset : offset + 32])
    return None if key == Pubkey.default() else str(key)


def _fee(body: bytes, offset: int) -> State:
    epoch, maximum, points = struct.unpack_from("<QQH", body, offset)
    return {"epoch": epoch, "maximumFee": maximum, "transferFeeBasisPoints": points}


def _fee_config(body: bytes) -> State:
    (withheld,) = struct.unpack_from("<Q", body, 64)
    return {
        "transferFeeConfigAuthority": _key(body, 0),
        "withdrawWithheldAuthority": _key(body, 32),
        "withheldAmount": withheld,
        "olderTransferFee": _fee(body, 72),
        "newerTransferFee": _fee(body, 90),
    }


def _interest(body: bytes) -> State:
    started, before, updated, rate = struct.unpack_from("<qhqh", body, 32)
    return {
        "rateAuthority": _key(body, 0),
        "initializationTimestamp": started,
        "preUpdateAverageRate": before,
        "lastUpdateTimestamp": updated,
        "currentRate": rate,
    }


def _metadata(body: bytes) -> State:
    def text(at: int) -> tuple[str, int]:
        (size,) = struct.unpack_from("<I", body, at)
        return body[at + 4 : at + 4 + size].decode(), at + 4 + size

    name, at = text(64)
    symbol, at = text(at)
    uri, at = text(at)
    (count,) = struct.unpack_from("<I", body, at)
    at += 4
    pairs: list[list[str]] = []
    for _ in range(count):
        key, at = text(at)
        value, at = text(at)
        pairs.append([key, value])
    return {
        "updateAuthority": _key(body, 0),
        "mint": str(Pubkey(body[32:64])),
        "name": name,
        "symbol": symbol,
        "uri": uri,
        "additionalMetadata": pairs,
    }


def _scaled(body: bytes) -> State:
    multiplier, moment, following = struct.unpack_from("<dqd", body, 32)
    return {
        "authority": _key(body, 0),
        "multiplier": rust_float(multiplier),
        "newMultiplierEffectiveTimestamp": moment,
        "newMultiplier": rust_float(following),
    }


def _group(body: bytes) -> State:
    size, largest = struct.unpack_from("<QQ", body, 64)
    return {"updateAuthority": _key(body, 0), "mint": str(Pubkey(body[32:64])), "size": size, "maxSize": largest}


def _group_member(body: bytes) -> State:
    (number,) = struct.unpack_from("<Q", body, 64)
    return {"mint": str(Pubkey(body[:32])), "group": str(Pubkey(body[32:64])), "memberNumber": number}


def _confidential_mint(body: bytes) -> State:
    auditor = body[33:65]
    return {
        "authority": _key(body, 0),
        "autoApproveNewAccounts": bool(body[32]),
        "auditorElgamalPubkey": base64.b64encode(auditor).decode() if any(auditor) else None,
    }


_KINDS: dict[int, tuple[str, Callable[[bytes], State] | None]] = {
    1: ("transferFeeConfig", _fee_config),
    2: ("transferFeeAmount", lambda body: {"withheldAmount": struct.unpack_from("<Q", body)[0]}),
    3: ("mintCloseAuthority", lambda body: {"closeAuthority": _key(body, 0)}),
    6: ("defaultAccountState", lambda body: {"accountState": ACCOUNT_STATES[body[0]]}),
    7: ("immutableOwner", None),
    8: ("memoTransfer", lambda body: {"requireIncomingTransferMemos": bool(body[0])}),
    9: ("nonTransferable", None),
    10: ("interestBearingConfig", _interest),
    11: ("cpiGuard", lambda body: {"lockCpi": bool(body[0])}),
    12: ("permanentDelegate", lambda body: {"delegate": _key(body, 0)}),
    13: ("nonTransferableAccount", None),
    14: ("transferHook", lambda body: {"authority": _key(body, 0), "programId": _key(body, 32)}),
    15: ("transferHookAccount", lambda body: {"transferring": bool(body[0])}),
    18: ("metadataPointer", lambda body: {"authority": _key(body, 0), "metadataAddress": _key(body, 32)}),
    4: ("confidentialTransferMint", _confidential_mint),
    19: ("tokenMetadata", _metadata),
    20: ("groupPointer", lambda body: {"authority": _key(body, 0), "groupAddress": _key(body, 32)}),
    21: ("tokenGroup", _group),
    22: ("groupMemberPointer", lambda body: {"authority": _key(body, 0), "memberAddress": _key(body, 32)}),
    23: ("tokenGroupMember", _group_member),
    25: ("scaledUiAmountConfig", _scaled),
    26: ("pausableConfig", lambda body: {"authority": _key(body, 0), "paused": bool(body[32])}),
    27: ("pausableAccount", None),
}


def chain_time(clock: Account | None) -> int:
    """Unix seconds on the chain, from the account of the Clock sysvar."""
    return 0 if clock is None else struct.unpack_from("<q", clock.data, 32)[0]


def amount_scale(data: bytes, now: int) -> Scale | None:
    """How a mint's amounts are shown at unix time `now`: None unless it has a multiplier or pays interest."""
    for kind, body in _raw_extensions(data):
        if kind == SCALED:
            multiplier, moment, following = struct.unpack_from("<dqd", body, 32)
            return _scaler(following if now >= moment else multiplier, whole=True)
        if kind == INTEREST:
            started, before, updated, rate = struct.unpack_from("<qhqh", body, 32)
            year = SECONDS_PER_YEAR * 10_000
            return _scaler(math.exp(before * (updated - started) / year) * math.exp(rate * (now - updated) / year))
    return None


def _scaler(factor: float, whole: bool = False) -> Scale:
    def scale(amount: int, decimals: int) -> tuple[float, str]:
        total = amount * factor
        number = (math.trunc(total) if whole else total) / 10**decimals
        text = f"{number:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if decimals else text
        return float(text), text

    return scale

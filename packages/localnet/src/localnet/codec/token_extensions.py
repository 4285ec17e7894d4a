"""Token-2022 extensions of mints and accounts in jsonParsed form (agave `parse_token_extension.rs`)."""

import struct
from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

from localnet.codec.token_layout import ACCOUNT_STATES, KIND_OFFSET

HEADER = struct.Struct("<HH")
State = dict[str, Any]


def parse_extensions(data: bytes) -> list[State]:
    """Every extension behind the base layout, in order; one that is not known here is named unparseable."""
    found: list[State] = []
    at = KIND_OFFSET + 1
    while at + HEADER.size <= len(data):
        kind, size = HEADER.unpack_from(data, at)
        at += HEADER.size
        if kind == 0 or at + size > len(data):
            break
        found.append(_extension(kind, data[at : at + size]))
        at += size
    return found


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
    19: ("tokenMetadata", _metadata),
    26: ("pausableConfig", lambda body: {"authority": _key(body, 0), "paused": bool(body[32])}),
    27: ("pausableAccount", None),
}

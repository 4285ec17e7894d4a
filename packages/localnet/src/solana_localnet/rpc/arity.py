"""How many arguments each method takes, and the texts with which Agave's JSON-RPC layer refuses another number."""

import json
from typing import Any, cast

from solana_localnet.rpc.errors import INVALID_REQUEST, RpcError, invalid_params

# method: (fewest, most); equal numbers: exactly so many, none of them optional.
_NONE, _OPTION, _ONE = (0, 0), (0, 1), (1, 2)
ARITY: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        [
            "getFirstAvailableBlock",
            "minimumLedgerSlot",
            "getEpochSchedule",
            "getHealth",
            "getVersion",
            "getGenesisHash",
            "getIdentity",
            "getClusterNodes",
            "getInflationRate",
            "getHighestSnapshotSlot",
            "getMaxRetransmitSlot",
            "getMaxShredInsertSlot",
            "slotSubscribe",
            "rootSubscribe",
            "slotsUpdatesSubscribe",
            "voteSubscribe",
        ],
        _NONE,
    ),
    **dict.fromkeys(
        [
            "getLargestAccounts",
            "getSupply",
            "getTransactionCount",
            "getLatestBlockhash",
            "getRecentPrioritizationFees",
            "getSlot",
            "getBlockHeight",
            "getEpochInfo",
            "getVoteAccounts",
            "getSlotLeader",
            "getBlockProduction",
            "getInflationGovernor",
            "getStakeMinimumDelegation",
            "getRecentPerformanceSamples",
        ],
        _OPTION,
    ),
    **dict.fromkeys(
        [
            "getAccountInfo",
            "getMultipleAccounts",
            "getBalance",
            "getProgramAccounts",
            "getMinimumBalanceForRentExemption",
            "getTokenAccountBalance",
            "getTokenSupply",
            "getTokenLargestAccounts",
            "sendTransaction",
            "simulateTransaction",
            "getTransaction",
            "getSignatureStatuses",
            "getSignaturesForAddress",
            "isBlockhashValid",
            "getFeeForMessage",
            "getBlock",
            "getInflationReward",
            "accountSubscribe",
            "programSubscribe",
            "logsSubscribe",
            "signatureSubscribe",
            "blockSubscribe",
        ],
        _ONE,
    ),
    **dict.fromkeys(("getTokenAccountsByOwner", "getTokenAccountsByDelegate", "requestAirdrop"), (2, 3)),
    "getBlocksWithLimit": (2, 3),
    "getBlocks": (1, 3),
    "getLeaderSchedule": (0, 2),
    "getBlockTime": (1, 1),
    "getBlockCommitment": (1, 1),
    "getSlotLeaders": (2, 2),
}


def arguments(method: str, params: Any) -> list[Any]:
    """The positional arguments of a call. Raises RpcError when there are too few or too many for the method."""
    fewest, most = (1, 1) if method.endswith("Unsubscribe") else ARITY.get(method, (0, 1 << 30))
    if params is not None and not isinstance(params, list | dict):
        raise RpcError(INVALID_REQUEST, "Invalid request")
    if most == 0:
        if params:
            raise RpcError(-32602, "Invalid parameters: No parameters were expected", _debug(params))
        return []
    if fewest == most:
        if not isinstance(params, list):
            kind = "null" if params is None else "map"
            raise invalid_params(f"Invalid params: invalid type: {kind}, expected a tuple of size {most}.")
        values = cast(list[Any], params)
        if len(values) != most:
            raise invalid_params(f"Invalid params: invalid length {len(values)}, expected a tuple of size {most}.")
        return values
    if isinstance(params, dict):
        raise invalid_params("`params` should be an array")
    given = cast(list[Any], params or [])
    if len(given) < fewest:
        raise invalid_params(f"`params` should have at least {fewest} argument(s)")
    if len(given) > most:
        text = f"Invalid parameters: Expected from {fewest} to {most} parameters."
        raise RpcError(-32602, text, f'"Got: {len(given)}"')
    return given


def _debug(value: Any) -> str:
    """A JSON value as Rust's Debug prints it, which is what Agave puts into `data`."""
    if value is None:
        return "Null"
    if isinstance(value, bool):
        return f"Bool({str(value).lower()})"
    if isinstance(value, int | float):
        return f"Number({value})"
    if isinstance(value, str):
        return f"String({json.dumps(value, ensure_ascii=False)})"
    if isinstance(value, list):
        return f"Array([{', '.join(_debug(item) for item in cast(list[Any], value))}])"
    fields = cast(dict[str, Any], value).items()
    inside = ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_debug(item)}" for key, item in fields)
    return f"Map({{{inside}}})"

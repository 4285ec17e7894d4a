"""Control methods about the clock and the state of the chain, as Surfpool spells them: travel, a pause, a reset."""

import sys
from itertools import islice
from typing import Any

from solana_localnet.chain.programs import SYSVAR_OWNER
from solana_localnet.control import TravelError
from solana_localnet.memory import give_back
from solana_localnet.rpc.errors import INTERNAL_ERROR, RpcError, invalid_params
from solana_localnet.rpc.methods.blocks import epoch_info
from solana_localnet.rpc.params import Params, parse_pubkey, require_u64
from solana_localnet.rpc.registry import Node, method
from solana_localnet.rpc.turns import RowWriter, turns

HOUR_MS = 3_600_000
DEFAULT_SIGNATURES = 50


@method("surfnet_timeTravel")
def time_travel(node: Node, params: Params) -> Any:
    """Moves to {absoluteTimestamp: ms} | {absoluteSlot} | {absoluteEpoch}, or an hour ahead; answers the EpochInfo."""
    control, config = node.control, params.config(0)
    chosen = [name for name in ("absoluteTimestamp", "absoluteSlot", "absoluteEpoch") if name in config]
    if params.at(0) is not None and (len(chosen) != 1 or len(config.fields) != 1):
        raise invalid_params(
            "Invalid params: give one of `absoluteEpoch`, `absoluteSlot`, `absoluteTimestamp` (milliseconds)."
        )
    try:
        if not chosen:
            control.travel_to_timestamp(int(node.chain.clock.now() * 1000) + HOUR_MS)
        else:
            target = require_u64(config.any(chosen[0]))
            travel = {
                "absoluteTimestamp": control.travel_to_timestamp,
                "absoluteSlot": control.travel_to_slot,
                "absoluteEpoch": control.travel_to_epoch,
            }
            travel[chosen[0]](target)
    except TravelError as error:
        raise RpcError(INTERNAL_ERROR, str(error)) from None
    return epoch_info(node)


@method("surfnet_pauseClock")
def pause_clock(node: Node, params: Params) -> Any:
    """Stops slots and time; transactions still run."""
    node.control.pause()
    return epoch_info(node)


@method("surfnet_resumeClock")
def resume_clock(node: Node, params: Params) -> Any:
    """Lets slots and time run on from where they stood."""
    node.control.resume()
    return epoch_info(node)


@method("surfnet_resetNetwork")
def reset_network(node: Node, params: Params) -> Any:
    """Goes back to genesis. Deletes the history and the answers that control methods set; keeps subscriptions and
    closed methods."""
    node.control.reset()
    node.overrides.supply.clear()
    node.idls.forget_registered()
    if node.landing is not None:
        node.landing.forget()
    give_back()
    return node.with_context(None)


@method("surfnet_getLocalSignatures")
async def get_local_signatures(node: Node, params: Params) -> Any:
    """The newest transactions with their logs, 50 unless told otherwise."""
    limit = params.optional_u64(0)
    limit = DEFAULT_SIGNATURES if limit is None else limit
    write, newest = RowWriter(), list(islice(reversed(node.chain.history.records.values()), min(limit, sys.maxsize)))
    rows = [
        write({"signature": str(record.signature), "err": record.err, "logs": record.meta.logs()})
        async for record in turns(newest)
    ]
    return node.with_context(rows)


@method("surfnet_resetAccount")
def reset_account(node: Node, params: Params) -> Any:
    """Brings an account back to genesis, or removes it; with {includeOwnedAccounts: true} also what it owns."""
    address, config = parse_pubkey(params.required(0)), params.config(1)
    account = node.chain.vm.account(address)
    if account is not None and account.owner == SYSVAR_OWNER:
        raise invalid_params(f"Invalid params: {address} is a sysvar, which the chain itself writes in every slot.")
    owned = config.flag("includeOwnedAccounts") or config.flag("include_owned_accounts")
    node.control.reset_account(address, owned)
    return node.with_context(None)

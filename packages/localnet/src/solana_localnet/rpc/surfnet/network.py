"""Control methods about the network itself, as Surfpool spells them: IDLs, the supply, which methods are open."""

from typing import Any, cast

from solana_localnet.idl.document import IdlError, read_idl
from solana_localnet.rpc.errors import invalid_params
from solana_localnet.rpc.params import Params, as_config, parse_pubkey
from solana_localnet.rpc.registry import METHODS, Node, method

PREFIX = "surfnet_"
GATES = frozenset(("surfnet_enableCheatcode", "surfnet_disableCheatcode"))


@method("surfnet_registerIdl")
def register_idl(node: Node, params: Params) -> Any:
    """Makes an IDL the one of the program that it names, from a slot on (the open one)."""
    slot = params.optional_u64(1)
    try:
        node.idls.register(read_idl(params.required(0)), node.chain.slot if slot is None else slot)
    except IdlError as error:
        raise invalid_params(f"Invalid params: {error}") from None
    return node.with_context(None)


@method("surfnet_getActiveIdl")
def get_active_idl(node: Node, params: Params) -> Any:
    """The IDL of a program as of a slot (now), or null: registered, from a file, or published on the chain."""
    program, slot = params.pubkey(0), params.optional_u64(1)
    idl = node.idls.find(program, node.chain.vm.account, slot)
    return node.with_context(None if idl is None else idl.source)


@method("surfnet_setSupply")
def set_supply(node: Node, params: Params) -> Any:
    """Sets what getSupply answers: {total, circulating, nonCirculating, nonCirculatingAccounts}; the rest stays."""
    update = as_config(params.required(0))
    found: dict[str, Any] = {}
    for name, older in (("total", "total"), ("circulating", "circulating"), ("nonCirculating", "non_circulating")):
        amount = update.integer(name if name in update else older)
        if amount is not None:
            found[name] = amount
    for name in ("nonCirculatingAccounts", "non_circulating_accounts"):
        if name in update:
            found["nonCirculatingAccounts"] = [str(parse_pubkey(item)) for item in update.items(name)]
    node.overrides.supply |= found
    return node.with_context(None)


@method("surfnet_getSurfnetInfo")
def get_surfnet_info(node: Node, params: Params) -> Any:
    """The runbooks that ran at the start: none, since only Surfpool has runbooks."""
    return node.with_context({"runbookExecutions": []})


@method("surfnet_enableCheatcode")
def enable_cheatcode(node: Node, params: Params) -> Any:
    """Opens control methods again: "all", or a list of names."""
    node.overrides.disabled -= _chosen(params)
    return node.with_context(None)


@method("surfnet_disableCheatcode")
def disable_cheatcode(node: Node, params: Params) -> Any:
    """Closes control methods: "all", or a list of names. Only {lockout: true} closes the two methods for this too,
    and then nothing opens them again."""
    chosen = _chosen(params)
    value = params.at(1)
    lockout = False if value is None else as_config(value).flag("lockout")
    node.overrides.disabled |= chosen if lockout else chosen - GATES
    return node.with_context(None)


def _chosen(params: Params) -> set[str]:
    value = params.required(0)
    known = {name for name in METHODS if name.startswith(PREFIX)}
    if value == "all":
        return known
    names = cast(list[Any], value) if isinstance(value, list) else [None]
    unknown = [name for name in names if not isinstance(name, str) or name not in known]
    if unknown:
        raise invalid_params(f'Invalid params: give "all" or a list of control methods; {unknown[0]!r} is none')
    return set(cast(list[str], names))

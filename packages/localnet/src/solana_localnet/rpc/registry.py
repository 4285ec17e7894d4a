"""Where RPC methods register themselves, and what they are given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.blocks.journal import View
from solana_localnet.chain.chain import Chain
from solana_localnet.idl.library import Library
from solana_localnet.rpc.errors import MIN_CONTEXT_SLOT_NOT_REACHED, RpcError, invalid_params
from solana_localnet.rpc.landing import Landing
from solana_localnet.rpc.overrides import Overrides
from solana_localnet.rpc.params import Config, Params

if TYPE_CHECKING:
    from solana_localnet.control import Control

API_VERSION = "4.1.0"
FEATURE_SET = 0x10CA1
SHRED_VERSION = 1
MAX_MULTIPLE_ACCOUNTS = 100
MAX_SIGNATURE_STATUSES = 256


@dataclass(slots=True)
class Node:
    """The state that methods read and change: the chain, the control of its clock and genesis, the IDLs of programs,
    the accounts before and after recent transactions, and the answers that control methods replaced."""

    chain: Chain
    control: "Control"
    idls: Library = field(default_factory=Library)
    landing: Landing | None = None
    overrides: Overrides = field(default_factory=Overrides)

    def view(self, config: Config, commitment: str = "commitment", floor: Level = Level.PROCESSED) -> View:
        """The chain at the commitment level of a method's configuration; its `minContextSlot` is checked.

        floor: the lowest level that the method reads. Raises RpcError.
        """
        level = config.level(commitment)
        if level < floor:
            raise invalid_params("Method does not support commitment below `confirmed`")
        view = self.chain.view(level)
        minimum = config.integer("minContextSlot")
        if minimum is not None and minimum > view.slot:
            text = "Minimum context slot has not been reached"
            raise RpcError(MIN_CONTEXT_SLOT_NOT_REACHED, text, {"contextSlot": view.slot})
        return view

    def with_context(self, value: Any, view: View | None = None) -> dict[str, Any]:
        """A response value with its context; without a view, that of the open slot."""
        return self.in_context(value, self.chain.slot if view is None else view.slot)

    def in_context(self, value: Any, slot: int) -> dict[str, Any]:
        """A response value in the context of a slot."""
        return {"context": {"apiVersion": API_VERSION, "slot": slot}, "value": value}


MethodHandler = Callable[[Node, Params], Any]
METHODS: dict[str, MethodHandler] = {}


def method(name: str) -> Callable[[MethodHandler], MethodHandler]:
    """Registers a function as the RPC method `name`."""

    def register(handler: MethodHandler) -> MethodHandler:
        METHODS[name] = handler
        return handler

    return register

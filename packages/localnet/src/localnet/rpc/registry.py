"""Where RPC methods register themselves, and what they are given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localnet.chain.chain import Chain
from localnet.idl.library import Library
from localnet.rpc.params import Params

if TYPE_CHECKING:
    from localnet.control import Control

API_VERSION = "4.1.0"
FEATURE_SET = 0x10CA1
MAX_MULTIPLE_ACCOUNTS = 100
MAX_SIGNATURE_STATUSES = 256


@dataclass(slots=True)
class Node:
    """What a method works on: the chain, the control of its clock and genesis, and the IDLs of programs."""

    chain: Chain
    control: "Control"
    idls: Library = field(default_factory=Library)

    def context(self) -> dict[str, Any]:
        """The `context` member of a response."""
        return {"apiVersion": API_VERSION, "slot": self.chain.slot}

    def with_context(self, value: Any) -> dict[str, Any]:
        """A response value with its context."""
        return {"context": self.context(), "value": value}


Handler = Callable[[Node, Params], Any]
METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Registers a function as the RPC method `name`."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = handler
        return handler

    return register

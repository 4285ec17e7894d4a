"""Tables of handlers by the class of a node. A node without a handler is a fault of the compiler, and the error says
so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from seahorse.diagnostics import Span

H = TypeVar("H", bound=Callable[..., Any])


class UnhandledNodeError(Exception):
    """The compiler has no handler for a node of the tree: a fault of its own, whatever the program says."""


class Handlers(Generic[H]):
    """A table: how one phase handles each class of node below `base`.

    `task`: what the phase does, for the error. `elsewhere`: classes that the handlers of their parents deal with, each
    with the name of that handler. A test checks that both together are every class of the tree.
    """

    def __init__(
        self,
        task: str,
        base: type,
        handlers: Mapping[type, H] | None = None,
        elsewhere: Mapping[type, str] | None = None,
    ) -> None:
        self.task = task
        self.base = base
        self.elsewhere = dict(elsewhere or {})
        self._handlers: dict[type, H] = dict(handlers or {})

    def __iter__(self) -> Iterator[type]:
        return iter(self._handlers)

    def of(self, node: object) -> H:
        """The handler of a node. Raises UnhandledNodeError when its class has none."""
        found = self._handlers.get(type(node))
        if found is None:
            raise UnhandledNodeError(self._message(node))
        return found

    def _message(self, node: object) -> str:
        name, span = type(node).__name__, getattr(node, "span", None)
        where = f" (the program's {span.file}:{span.line})" if isinstance(span, Span) else ""
        known = self.elsewhere.get(type(node))
        reason = f"that is left to {known}" if known is not None else f"the table of {self.task} has no handler for it"
        return f"fault of the compiler: a node {name} is not expected here, {reason}{where}"

    def add(self, *nodes: type) -> Callable[[H], H]:
        """Register the handler of classes, as a decorator."""

        def register(handler: H) -> H:
            for node in nodes:
                self._handlers[node] = handler
            return handler

        return register

"""The plugin for mypy: it tells mypy what `String[N]`, `Array[T, N]` and `List[T, N]` are.

In pyproject.toml: `[tool.mypy]`, then `plugins = ["seahorse.mypy_plugin"]`. pyright and Pylance need nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.plugin import AnalyzeTypeContext, Plugin
from mypy.types import Type, UnboundType


def _string(context: AnalyzeTypeContext) -> Type:
    """`String[N]` is a str: its length is the compiler's matter."""
    return context.api.named_type("builtins.str", [])


def _sequence(name: str) -> Callable[[AnalyzeTypeContext], Type]:
    def analyze(context: AnalyzeTypeContext) -> Type:
        """The first argument is the type of the elements. mypy ignores a length behind it: the compiler checks
        lengths."""
        unbound = context.type
        element = unbound.args[0] if unbound.args else UnboundType("Any")
        return context.api.named_type(name, [context.api.analyze_type(element)])

    return analyze


class SeahorsePlugin(Plugin):
    """Analyzes the types of the language that take a number."""

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        match fullname:
            case "seahorse.prelude.values.text.String":
                return _string
            case "seahorse.prelude.values.collections.Array":
                return _sequence("seahorse.prelude.values.collections.Array")
            case "typing.List":
                return _sequence("builtins.list")
            case _:
                return None


def plugin(version: str) -> type[Plugin]:
    """The class of the plugin: mypy calls this function."""
    return SeahorsePlugin

"""Names of an IDL as Python can have them: no name of others becomes code, and no two become one."""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Iterable

from seahorse.stubs import StubError

# What generated modules use by these names: a field or parameter of the name would hide it.
_USED = {
    *("bool", "bytes", "classmethod", "dict", "float", "int", "list", "property", "staticmethod", "str", "tuple"),
    *("addresses", "codec", "fetching", "logs", "metas", "types", "cls", "self"),
    *("Any", "Callable", "ClassVar", "Final", "Self", "Sequence", "StrEnum", "TypeAlias", "dataclass"),
    *("AccountMeta", "Connection", "Instruction", "PROGRAMS", "Programs", "Pubkey", "UNSET", "Unset", "Exception"),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*")
_LONGEST = 200


def check_name(name: object, what: str, *, path: bool = False) -> str:
    """The name as it is. Raises StubError when it could not be one in Rust; `path`: also with `::` in it."""
    pattern = _TYPE_NAME if path else _NAME
    if not isinstance(name, str) or not pattern.fullmatch(name) or len(name) > _LONGEST or not name.strip("_"):
        shown = repr(name) if len(repr(name)) < 80 else f"{repr(name)[:76]}..."
        raise StubError(f"this IDL has {what} of the name {shown}, which is no name: letters, digits and `_`")
    return name


class Scope:
    """Names in one place, each given once."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*_USED, *reserved}

    def give(self, wanted: str, alternative: str = "") -> str:
        """A name for `wanted`: itself; or, where Python or this place has that for something else, `alternative`, or
        `wanted` with `_` or a number behind it."""
        base = f"_{wanted.lstrip('_')}" if wanted.startswith("__") else wanted
        for name in (base, alternative, f"{base}_", *(f"{base}_{i}" for i in range(2, 10_000))):
            if name and not keyword.iskeyword(name) and name not in self._taken:
                self._taken.add(name)
                return name
        raise StubError(f"this IDL has too many things of the name `{wanted}`")

    def give_class(self, wanted: str) -> str:
        """A name for a class: `wanted`, or that with a number behind it, since classes have no `_` in their names."""
        return self.give(wanted, next(n for i in itertools.count(2) if (n := f"{wanted}{i}") not in self._taken))


def class_name(name: str) -> str:
    """`order_status`, `my::OrderStatus` -> `OrderStatus`; the path stands before it: `MyOrderStatus`."""
    parts = [part for part in re.split(r"_+|::", name) if part]
    joined = "".join(part[:1].upper() + part[1:] for part in parts)
    return joined if joined[:1].isalpha() else f"N{joined}"


def upper_name(snake: str) -> str:
    """The name of a constant or variant: `_x_` would mean something to an enum."""
    plain = snake.upper().strip("_")
    return plain if plain[:1].isalpha() else f"N{plain}"

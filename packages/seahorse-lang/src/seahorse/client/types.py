"""Types of an IDL as Python has them: annotation, codec, size; and which of them cannot be had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from seahorse.client.names import Scope, check_name, class_name
from seahorse.stubs import StubError
from seahorse.stubs.document import IdlDocument, IdlField, IdlType

_INTS = {f"{s}{bits}": bits // 8 for s in "ui" for bits in (8, 16, 32, 64, 128, 256)}
_SIZES = {**_INTS, "bool": 1, "f32": 4, "f64": 8, "pubkey": 32}
_PLAIN = {
    **dict.fromkeys(_INTS, "int"),
    "f32": "float",
    "f64": "float",
    "bool": "bool",
    "string": "str",
    "bytes": "bytes",
    "pubkey": "Pubkey",
}
_MAX_LENGTH = 10_000_000
_DEEPEST = 32
_LONGEST = 5_000
MAX_VARIANTS = 256


class LeftOut(Exception):
    """A type that the client cannot have; the message says why."""


@dataclass(frozen=True)
class Written:
    """A type in Python: its annotation, its codec, and the classes and constants that both name."""

    text: str
    codec: str
    uses: frozenset[str]


class ClientTypes:
    """The types of one IDL. Raises StubError for names that are none."""

    def __init__(self, document: IdlDocument) -> None:
        self.all = document.types
        scope = Scope()
        self.classes = {name: scope.give_class(class_name(check_name(name, "a type", path=True))) for name in self.all}
        self.codecs = {
            name: scope.give_class(f"{self.classes[name]}Codec") if self.has_data(t) else self.classes[name]
            for name, t in self.all.items()
        }
        self._scope = scope
        # Types that are not written yet, where one is written that has them.
        self.pending: set[str] = set()
        self._sizes: dict[str, int | None] = {}
        self._finite: set[str] = set()
        self._reasons = {name: reason for name, t in self.all.items() if (reason := self._own_reason(t)) is not None}
        self._spread()

    def give_class(self, name: str) -> str:
        """A new name for a class beside those of the types."""
        return self._scope.give_class(name)

    def reason(self, name: str) -> str | None:
        """Why a type cannot be had; None when it can."""
        return self._reasons.get(name)

    def has_data(self, t: IdlType) -> bool:
        """Whether an enum has a variant with data."""
        return t.kind == "enum" and any(v.fields for v in t.variants)

    def written(self, t: Any, depth: int = 0) -> Written:
        """A type in Python. Raises LeftOut."""
        if depth > _DEEPEST:
            raise LeftOut("a type is nested too deeply")
        match t:
            case "publicKey":
                return self.written("pubkey")
            case str() if t in _PLAIN:
                uses = {"Pubkey"} if t == "pubkey" else set[str]()
                return Written(_PLAIN[t], f"codec.{t.upper()}", frozenset(uses))
            case {"option": inner}:
                one = self.written(inner, depth + 1)
                # Python has no None within None.
                if one.text.endswith("| None"):
                    raise LeftOut("an option of an option")
                return Written(f"{one.text} | None", f"codec.option({one.codec})", one.uses)
            case {"coption": inner}:
                one, size = self.written(inner, depth + 1), self.size(inner)
                if size is None:
                    raise LeftOut(f"`{inner}` in a COption has no fixed size")
                return Written(f"{one.text} | None", f"codec.coption({one.codec}, {size})", one.uses)
            case {"vec": "u8"}:
                return self.written("bytes")
            case {"vec": inner}:
                one = self.written(inner, depth + 1)
                return Written(f"list[{one.text}]", f"codec.vec({one.codec})", one.uses)
            case {"array": ["u8", int() as length]} if 0 <= length <= _MAX_LENGTH:
                return Written("bytes", f"codec.fixed_bytes({length})", frozenset())
            case {"array": [inner, int() as length]} if 0 <= length <= _MAX_LENGTH:
                one = self.written(inner, depth + 1)
                return Written(f"list[{one.text}]", f"codec.array({one.codec}, {length})", one.uses)
            case {"tuple": [_, *_] as inners}:
                parts = [self.written(inner, depth + 1) for inner in inners]
                uses = frozenset[str]().union(*(part.uses for part in parts))
                codecs = ", ".join(part.codec for part in parts)
                if len(codecs) > _LONGEST:
                    raise LeftOut("a type is too large to be written")
                return Written(f"tuple[{', '.join(p.text for p in parts)}]", f"codec.tuple_of({codecs})", uses)
            case {"defined": {"name": str() as name}} | {"defined": str() as name}:
                return self._defined(name, depth)
            case _:
                raise LeftOut(f"there is no type for {_shown(t)}")

    def _defined(self, name: str, depth: int) -> Written:
        known = self.all.get(name)
        if known is None:
            raise LeftOut(f"the IDL does not define {_shown(name)}")
        if (reason := self._reasons.get(name)) is not None:
            raise LeftOut(reason)
        if known.kind == "type":
            return self.written(known.fields[0].type, depth + 1)
        codec = f"codec.later(lambda: {self.codecs[name]})" if name in self.pending else self.codecs[name]
        return Written(self.classes[name], codec, frozenset({self.classes[name], self.codecs[name]}))

    def size(self, t: Any, depth: int = 0) -> int | None:
        """Bytes of every value of a type; None when they differ."""
        if depth > _DEEPEST:
            return None
        match t:
            case str():
                return _SIZES.get("pubkey" if t == "publicKey" else t)
            case {"coption": inner}:
                one = self.size(inner, depth + 1)
                return None if one is None else 4 + one
            case {"array": [inner, int() as length]}:
                one = self.size(inner, depth + 1)
                return None if one is None else one * length
            case {"tuple": inners}:
                return self._sum(list(inners), depth)
            case {"defined": {"name": str() as name}} | {"defined": str() as name} if name in self.all:
                if name not in self._sizes:
                    known = self.all[name]
                    fields = [f.type for f in known.fields]
                    one = None if self.has_data(known) else 1
                    self._sizes[name] = one if known.kind == "enum" else self._sum(fields, depth)
                return self._sizes[name]
            case _:
                return None

    def _sum(self, types: list[Any], depth: int) -> int | None:
        total = 0
        for t in types:
            one = self.size(t, depth + 1)
            if one is None:
                return None
            total += one
        return total

    def mentioned(self) -> set[str]:
        """The types that stand in another, an argument or a result."""
        return self._mentioned

    def ordered(self) -> list[IdlType]:
        """The types, those first that others have in them; of some that have each other, in the IDL's order."""
        found: list[IdlType] = []
        seen: set[str] = set()
        written: set[str] = set()
        for start in self.all:
            stack = [start]
            while stack:
                name = stack[-1]
                seen.add(name)
                inner = (n for f in fields_of(self.all[name]) for n in names_in(f.type))
                following = next((n for n in inner if n in self.all and n not in seen), None)
                if following is not None:
                    stack.append(following)
                    continue
                stack.pop()
                if name not in written:
                    written.add(name)
                    found.append(self.all[name])
        return found

    def note_mentions(self, fields: Iterable[Any]) -> None:
        """Tells types of arguments and results."""
        self._mentioned.update(name for t in fields for name in names_in(t) if name in self.all)

    def _own_reason(self, t: IdlType) -> str | None:
        if t.generic:
            return f"`{t.name}` is generic"
        if t.layout is not None:
            return f"`{t.name}` is laid out by {_shown(t.layout)}, and not by Borsh"
        if t.kind not in ("struct", "enum", "type"):
            return f"`{t.name}` is of a kind that is not known: {_shown(t.kind)}"
        if t.kind == "enum" and len(t.variants) > MAX_VARIANTS:
            return f"`{t.name}` has more than {MAX_VARIANTS} variants"
        return None

    def _spread(self) -> None:
        """A type with one in it that cannot be had cannot be had either."""
        mentioned = {name for t in self.all.values() for f in fields_of(t) for name in names_in(f.type)}
        self._mentioned = mentioned & set(self.all)
        for name in self.all:
            if self._holds_itself(name, ()):
                self._reasons.setdefault(name, f"`{name}` holds itself, without end")
        changed = True
        while changed:
            changed = False
            for name, t in self.all.items():
                if name in self._reasons:
                    continue
                try:
                    for field in fields_of(t):
                        self.written(field.type)
                except LeftOut as error:
                    self._reasons[name] = str(error)
                    changed = True

    def _holds_itself(self, name: str, seen: tuple[str, ...]) -> bool:
        if name in seen:
            return True
        t = self.all.get(name)
        if t is None or t.kind == "enum" or name in self._finite:
            return False
        inside = {inner for f in t.fields for inner in _directly(f.type)}
        if any(self._holds_itself(inner, (*seen, name)) for inner in sorted(inside)):
            return True
        self._finite.add(name)
        return False


def fields_of(t: IdlType) -> list[IdlField]:
    """The fields of a type, of all variants of an enum."""
    return [*t.fields, *(f for v in t.variants for f in v.fields)]


def _shown(t: object) -> str:
    text = repr(t)
    return text if len(text) < 80 else f"{text[:76]}..."


def _directly(t: Any) -> list[str]:
    """The types whose bytes are among those of `t` whatever its value."""
    match t:
        case {"array": [inner, length]} if length:
            return _directly(inner)
        case {"tuple": inners}:
            return [name for inner in inners for name in _directly(inner)]
        case {"defined": {"name": str() as name}} | {"defined": str() as name}:
            return [name]
        case {"coption": inner}:
            return _directly(inner)
        case _:
            return []


def names_in(t: Any) -> list[str]:
    """The names of the types in a type."""
    match t:
        case {"defined": {"name": str() as name}} | {"defined": str() as name}:
            return [name]
        case {"option": inner} | {"coption": inner} | {"vec": inner} | {"array": [inner, _]}:
            return names_in(inner)
        case {"tuple": inners}:
            return [name for inner in inners for name in names_in(inner)]
        case _:
            return []


def unique(names: Iterable[str], what: str) -> None:
    """Raises StubError when a name comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise StubError(f"this IDL has {what} `{name}` twice")
        seen.add(name)

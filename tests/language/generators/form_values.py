"""Expressions of random instructions that use many forms (`forms.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.language.generators.views import ViewGenerator

SPECS = ("", ">9", "*^7", "<5", ".2")
NUMBER_SPECS = ("", "05", ",", "x", "#b", "+", ">6", "_<4")
NEW_TYPES = (
    "Dict[str, u64]", "Dict[u64, str]", "Dict[Pubkey, str]", "Dict[str, List[u64]]", "Set[str]", "Set[u64]", "Set[Pubkey]",
    "bytearray", "Spot", "Spot", "Pair", "Pair", "Rank", "Stack[str]", "i64", "List[Spot]", "List[Pair]", "List[Rank]",
)  # fmt: skip
KEYS = {
    "Dict[str, u64]": ("str", "u64"), "Dict[u64, str]": ("u64", "str"), "Dict[Pubkey, str]": ("Pubkey", "str"),
    "Dict[str, List[u64]]": ("str", "List[u64]"),
}  # fmt: skip
ITEMS = {"Set[str]": "str", "Set[u64]": "u64", "Set[Pubkey]": "Pubkey"}
OBJECTS = {"List[Spot]": "Spot", "List[Pair]": "Pair", "List[Rank]": "Rank"}
PLAIN = ("str", "u64", "bytes", "Pubkey")
LISTS_OF = ("List[u64]",)
# What Rust has no form of, but for the types: functions of the language's own library, and recursion.
LIBRARY = re.compile(
    r"remove(pre|suf)fix|partition|rsplit|zfill|center|title|fromhex|[lr]just|, 1\)|endswith\(\(|lstrip|default=|"
    r"down\(|climbed\(|b'-'\.join|\.format\(|[rl]?strip\(\)|str\(\(|::|:-|divmod|mul_div|from_bytes|\.find\(|!r|\.count\(|"
    r"(upper|lower)\(|replace\(b"
)


class NotInRust(Exception):
    """An expression was chosen that Rust has no form of."""


class FormValues(ViewGenerator):
    """Expressions of many forms: each is made when it is chosen, since they hold others."""

    def __init__(self, seed: int, *, rust: bool = False) -> None:
        super().__init__(seed)
        # Whether to say what Rust has a form of, as far as one expression tells it.
        self.rust = rust
        made: dict[str, Callable[[int], str]] = {
            "Spot": self._spot, "Pair": self._pair, "Rank": self._rank, "Stack[str]": self._stack, "i64": self._signed,
            "bytearray": self._bytearray, **dict.fromkeys(KEYS, self._never), **dict.fromkeys(ITEMS, self._never),
        }  # fmt: skip
        self._new_makers = made
        self._more: dict[str, Callable[[int], str]] = {
            "str": self._more_str, "bytes": self._more_bytes, "u64": self._more_int, "bool": self._more_bool, "Pubkey": self._more_key,
        }  # fmt: skip

    def value(self, t: str, depth: int) -> str:
        if self.rust and (t in KEYS or t in ITEMS or t == "bytearray"):
            raise NotInRust
        if t in KEYS:
            return self._known_or(t, depth, lambda: self._dict(t, depth))
        if t in ITEMS:
            return self._known_or(t, depth, lambda: self._set(t, depth))
        if t in OBJECTS:
            return self._known_or(t, depth, lambda: self._objects(t, depth))
        if t in self._new_makers:
            return self._known_or(t, depth, lambda: self._new_makers[t](depth))
        if depth > 0 and t in self._more and self.r.random() < 0.4:
            return self._more[t](depth)
        if depth > 0 and t == "List[str]" and self.r.random() < 0.25:
            return self._more_texts(depth)
        return super().value(t, depth)

    def _never(self, depth: int) -> str:
        raise AssertionError(depth)

    def _known_or(self, t: str, depth: int, make: Callable[[], str]) -> str:
        known = self._known(t)
        return self.r.choice(known) if known and (depth <= 0 or self.r.random() < 0.5) else make()

    def _of(self, *makers: Callable[[], str]) -> str:
        for _ in range(50 if self.rust else 0):
            names = len(self._names)
            try:
                text = self.r.choice(makers)()
            except NotInRust:
                del self._names[names:]
                continue
            if LIBRARY.search(text) is None:
                return text
        return self.r.choice(makers)()

    # --- values of the types that are new ---

    def _spot(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0:
            return f"Spot({self.r.randint(0, 5)}, n, {self.value('str', 0)})"
        return self._of(
            lambda: f"Spot({v('u64')}, {v('u64')}, {v('str')})",
            lambda: f"Spot.flat({v('u64')})",
            lambda: f"({v('Spot')} + {v('Spot')})",
            lambda: f"({v('Spot')} * ({v('u64')}))",
            lambda: f"(({v('u64')}) * {v('Spot')})",
            lambda: f"either({v('Spot')}, {v('Spot')}, {v('bool')})",
            lambda: f"max({v('Spot')}, {v('Spot')}, key=lambda q: q.x)",
            lambda: f"replace({self._plain('Spot', 'Spot(n, n, s)')}, s={self.r.choice([repr('new'), v('str')])})",
            lambda: f"{v('List[Spot]')}[{self._index()}]",
        )

    def _pair(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0:
            return f"Pair({self.value('str', 0)})"
        return self._of(
            lambda: f"Pair({v('str')}, {v('u64')})",
            lambda: f"Pair(s={v('str')})",
            lambda: f"{self._plain('Pair', 'Pair(s)')}._replace(s={v('str')})",
            lambda: f"pair_of({self._card()}, {v('str')})",
            lambda: f"Pair(n=n, s={self.value('str', 0)})",
            lambda: f"{v('List[Pair]')}[{self._index()}]",
        )

    def _rank(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0:
            return "Rank(n)"
        return self._of(
            lambda: f"Rank({v('u64')}, {v('str')})",
            lambda: f"min({v('Rank')}, {v('Rank')})",
            lambda: f"Rank({v('u64')})",
        )

    def _stack(self, depth: int) -> str:
        return f"Stack[str]({self.value('str', depth - 1)} + '')"

    def _signed(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0:
            return self.r.choice(["i64(-7)", "i64(n) - 4", "i64(3)"])
        small = self.r.choice(["3", "-3", "7", "(-2)"])
        return self._of(
            lambda: f"({v('i64')} % 40 - {v('i64')} % 40)",
            lambda: f"({v('i64')} // {small})",
            lambda: f"({v('i64')} % {small})",
            lambda: f"({v('str')}).find({v('str')})",
            lambda: f"(-({v('i64')}))",
            lambda: f"(i64({v('u64')} % 90) - 40)",
            lambda: f"({v('i64')} >> 1)",
            lambda: f"abs({v('i64')})",
            lambda: f"divmod({v('i64')}, {small})[{self.r.choice('01')}]",
        )

    def _bytearray(self, depth: int) -> str:
        return f"bytearray({self.value('bytes', depth - 1)}){self.r.choice(['', '[1:]', '[::-1]', '.copy()'])}"

    def _dict(self, t: str, depth: int) -> str:
        key, item = KEYS[t]
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0 or item in LISTS_OF:
            return f"{{{self.value(key, depth - 1)}: {self.value(item, depth - 1)}}}"
        listed = {"str": "List[str]", "u64": "List[u64]", "Pubkey": "List[Pubkey]"}
        return self._of(
            lambda: f"{{{v(key)}: {v(item)}, {v(key)}: {v(item)}}}",
            lambda: f"{{k: {self._element(item, depth, k=key)} for k in {v(listed[key])}}}",
            lambda: (
                f"{{{self._element(key, depth, k=key)}: {self._element(item, depth, k=key)} for k in {v(listed[key])}}}"
            ),
            lambda: f"dict(zip({v(listed[key])}, {v(listed[item])}))",
            lambda: f"({v(t)} | {v(t)})",
            lambda: f"{{**{v(t)}, {v(key)}: {v(item)}}}",
            lambda: f"{v(t)}.copy()",
            lambda: f"dict.fromkeys({v(listed[key])}, {v(item)})",
        )

    def _set(self, t: str, depth: int) -> str:
        item = ITEMS[t]
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        if depth <= 0:
            return f"{{{self.value(item, 0)}}}"
        return self._of(
            lambda: f"set({v(f'List[{item}]')})",
            lambda: f"{{{v(item)}, {v(item)}}}",
            lambda: f"{{{self._element(item, depth, k=item)} for k in {v(f'List[{item}]')}}}",
            lambda: f"({v(t)} {self.r.choice('|&-^')} {v(t)})",
        )

    def _objects(self, t: str, depth: int) -> str:
        item = OBJECTS[t]
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        made = [lambda: f"[{v(item)}, {v(item)}]"]
        if depth > 0:
            made.append(lambda: f"sorted({v(t)}, key=lambda q: {'q.s' if item != 'Spot' else 'q.x'})")
            made.append(lambda: f"[{self._element(item, depth, k='str')} for k in {v('List[str]')}]")
            made.append(lambda: f"({v(t)} + [{v(item)}])")
            if item == "Rank":
                made.append(lambda: f"sorted({v(t)}, reverse=True)")
        return self._of(*made)

    # --- more values of the types that there are ---

    def _spec(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        return self._of(
            lambda: f"{{{v('str')}:{self.r.choice(SPECS)}}}",
            lambda: f"{{{v('u64')}:{self.r.choice(NUMBER_SPECS)}}}",
            lambda: f"{{{v('str')}!r}}",
            lambda: f"{{{v('str')}:>{{{self._effect()} % 9}}}}",
            lambda: f"{{{v('i64')}:{self.r.choice(('+', '05', ',', ''))}}}",
            lambda: f"{{{v('Rank')}}}",
            lambda: f"{{{v('Pair')}}}",
            lambda: f"{{{v('bool')}}}",
        )

    def _more_str(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        a, word = self._card(), self.r.choice(["'a'", "'b'", "' '", "'ab'", "'-'"])
        table = self.r.choice(list(KEYS)[1:3])
        return self._of(
            lambda: f"f'{self._outside_quotes(lambda: self._spec(depth) + ':' + self._spec(depth))}'",
            lambda: f"{v('Spot')}.word",
            lambda: (
                f"{self._plain('Spot', 'Spot(n, n, s).word')}{'' if not self._known('Spot') else '(' + v('str') + ')'}"
            ),
            lambda: f"{v('Spot')}[{self._index_number()}]",
            lambda: f"str({v('Spot')})",
            lambda: f"Spot.joined({v('str')}, t={v('str')})",
            lambda: f"{v('Pair')}.s",
            lambda: f"{v('Pair')}[0]",
            lambda: f"{v('Pair')}.doubled()",
            lambda: f"{v('Rank')}.s",
            lambda: f"{v('Stack[str]')}.push({v('str')})",
            lambda: f"{v('Stack[str]')}.replaced({v('str')})",
            lambda: f"{v('Stack[str]')}.items[-1]",
            lambda: f"either({v('str')}, {v('str')}, {v('bool')})",
            lambda: f"last_of({v('List[str]')}, {v('str')})",
            lambda: f"down({a}, {v('str')}, {v('u64')} % 4)",
            lambda: f"early({a}, {v('str')})",
            lambda: f"starred({v('str')}, {v('str')}, {v('str')})",
            lambda: f"starred(*({v('str')}, {v('str')}))",
            lambda: f"{v(table)}.get({v(KEYS[table][0])}, {v('str')})",
            lambda: f"{v('Dict[u64, str]')}.setdefault({v('u64')}, {v('str')})",
            lambda: f"{v('Dict[u64, str]')}.pop({v('u64')}, {v('str')})",
            lambda: f"'|'.join({v('Dict[str, u64]')})",
            lambda: f"'|'.join({v('Dict[u64, str]')}.values())",
            lambda: f"str({v('Dict[u64, str]')})",
            lambda: f"','.join(sorted({v('Set[str]')}))",
            lambda: f"{v('str')}.{self.r.choice(['lower()', 'lstrip()', 'title()', 'zfill(4)', 'center(7, chr(42))'])}",
            lambda: (
                f"{v('str')}.{self.r.choice(['partition', 'rpartition'])}({word})[{self.r.choice(['0', '1', '2', '-1'])}]"
            ),
            lambda: f"{v('str')}.removeprefix({v('str')})",
            lambda: f"{v('str')}.{self.r.choice(['rjust', 'ljust'])}({v('u64')} % 9, '.')",
            lambda: f"{v('str')}.replace({word}, {v('str')}, 1)",
            lambda: f"{v('str')}[{self.r.choice(['::-1', '::2', '-2:', ':-1', '-1::-2', '3:0:-1'])}]",
            lambda: f"({v('str')} * ({v('u64')} % 3))",
            lambda: f"{v('bytes')}.hex()",
            lambda: f"{v('bytearray')}.hex()",
            lambda: f"max({v('List[str]')}, key=lambda q: {self._element('u64', depth, q='str')}, default={v('str')})",
            lambda: f"min({v('List[str]')}, key=len)",
            lambda: f"({self.value('str', 0)} {self.r.choice(['or', 'and'])} {v('str')})",
            lambda: f"'{{}}-{{}}'.format({v('str')}, {v('u64')})",
            lambda: f"f'{{{a}.n}}{{{a}.tag}}{{bump({a}):03}}{{{a}.tag}}'",
            lambda: f"{a}.tag",
            *self._calls("str", depth),
        )

    def _outside_quotes(self, make: Callable[[], str]) -> str:
        """What stands in an f-string may not have its quotes (before Python 3.12)."""
        for _ in range(20):
            text = make()
            if "'" not in text and "\\" not in text:
                return text
        return "{n:3}"

    def _calls(self, t: str, depth: int) -> list[Callable[[], str]]:
        """Calls of functions of this instruction."""
        found: list[Callable[[], str]] = []
        for name in self._known(f"def {t}"):
            call = lambda name=name: f"{name}({self.value(t, depth - 1)})"  # noqa: E731
            found += [call] * 6
        return found

    def _plain(self, t: str, otherwise: str) -> str:
        """A variable, where the language takes no more."""
        known = self._known(t)
        return self.r.choice(known) if known else otherwise

    def _index_number(self) -> str:
        return self.r.choice(["u64(0)", "n % 2", "u64(1)"])

    def _more_bytes(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        return self._of(
            lambda: f"bytes({v('bytearray')})",
            lambda: f"{v('bytes')}.replace(b'a', {v('bytes')})",
            lambda: f"{v('bytes')}.{self.r.choice(['strip()', 'upper()', 'lower()', 'rjust(6)'])}",
            lambda: f"{v('bytes')}[{self.r.choice(['::-1', '::2', '-3:', '1:3'])}]",
            lambda: f"b'-'.join([{v('bytes')}, {v('bytes')}])",
            lambda: f"({v('u64')}).to_bytes({self.r.choice(['8', '9'])}, '{self.r.choice(['big', 'little'])}')",
            lambda: f"({v('bytes')} * ({v('u64')} % 3))",
            lambda: f"either({v('bytes')}, {v('bytes')}, {v('bool')})",
            lambda: f"bytes.fromhex({v('bytes')}.hex())",
            lambda: f"sha256({v('bytes')})[:4]",
        )

    def _more_int(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        kind = self.r.choice([*KEYS, *ITEMS, *OBJECTS, "bytearray", "Spot", "bytes", "Stack[str]"])
        a = self._card()
        return self._of(
            lambda: f"len({v(kind)}{'.items' if kind == 'Stack[str]' else ''})",
            lambda: f"{v('Dict[str, u64]')}.get({v('str')}, {v('u64')})",
            lambda: f"{v('Dict[str, u64]')}.pop({v('str')}, {v('u64')})",
            lambda: f"{v('Dict[str, u64]')}[{v('str')}]",
            lambda: f"counted({v('Dict[str, u64]')}, {v('str')})",
            lambda: f"sum({v('Dict[str, u64]')}.values()) % 91",
            lambda: f"sum(x % 9 for x in {v('Set[u64]')})",
            lambda: f"{v('Spot')}.total",
            lambda: f"{v('Pair')}.n",
            lambda: f"{v('Pair')}[1]",
            lambda: f"{v('Rank')}.n",
            lambda: f"{v('str')}.count({v('str')})",
            lambda: f"u64({v('bytes')}[{self._index()}])",
            lambda: f"u64({v('bytearray')}[{self._index()}])",
            lambda: f"u64({v('i64')} % 9)",
            lambda: f"u64.from_bytes({v('bytes')}[:8], 'little') % 95",
            lambda: f"u64(str({v('u64')}))",
            lambda: f"sum(i * q % 9 for i, q in enumerate({v('List[u64]')}, {self._effect()}))",
            lambda: f"(bump({a}) * 3 + {a}.n) % 51",
            lambda: f"either({v('u64')}, {v('u64')}, {v('bool')})",
            lambda: f"min({v('List[u64]')}, key=lambda q: keyed({a}, q), default={v('u64')})",
            lambda: f"max({v('u64')}, {v('u64')}, key=lambda q: keyed({a}, q))",
            lambda: f"({self.value('u64', 0)} {self.r.choice(['or', 'and'])} {v('u64')})",
            lambda: f"mul_div({v('u64')}, {v('u64')}, {v('u64')} % 9 + 1) % 99",
            lambda: f"(({v('u64')} {self.r.choice('&|^')} {v('u64')}) % 64)",
            *self._calls("u64", depth),
        )

    def _more_key(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        return self._of(
            lambda: f"either({v('Pubkey')}, {v('Pubkey')}, {v('bool')})",
            lambda: f"last_of({v('List[Pubkey]')}, {v('Pubkey')})",
            lambda: f"max({v('Pubkey')}, {v('Pubkey')})",
            lambda: f"min({v('List[Pubkey]')}, default={v('Pubkey')})",
            *self._calls("Pubkey", depth),
        )

    def _more_bool(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        t, s = self.r.choice(list(KEYS)), self.r.choice(list(ITEMS))
        order = self.r.choice(["Rank", "Pair", "Spot"])
        sign = self.r.choice(["<", "==", "!="])
        a = self._card()
        return self._of(
            lambda: f"({v(KEYS[t][0])} {self.r.choice(['in', 'not in'])} {v(t)})",
            lambda: f"({v(ITEMS[s])} {self.r.choice(['in', 'not in'])} {v(s)})",
            lambda: f"({v(s)} {self.r.choice(['<=', '==', '<', '!='])} {v(s)})",
            lambda: f"({v(order)} {sign} {v(order)})",
            lambda: f"({v('str')} in {v('Spot')})",
            lambda: f"bool({v(self.r.choice(['Spot', 'str', 'u64', t, s]))})",
            lambda: f"(bump({a}) < {self.value('u64', 0)} <= {a}.n != bump({a}))",
            lambda: f"({v('i64')} < {v('i64')})",
            lambda: f"{v('str')}.endswith(({v('str')}, {v('str')}))",
            lambda: f"(({v('str')}, {v('u64')}) < ({v('str')}, {v('u64')}))",
            lambda: f"({v('bytearray')} == {v('bytes')})",
            lambda: f"{v('Dict[str, u64]')} == {v('Dict[str, u64]')}",
        )

    def _more_texts(self, depth: int) -> str:
        v = lambda t: self.value(t, depth - 1)  # noqa: E731
        return self._of(
            lambda: f"[*{v('List[str]')}, {v('str')}, *{v('List[str]')}]",
            lambda: f"climbed({v('List[str]')}, {v('u64')} % 4)",
            lambda: f"list({v('Dict[str, u64]')})",
            lambda: f"list({v('Dict[u64, str]')}.values())",
            lambda: f"sorted({v('Set[str]')})",
            lambda: f"[q.s for q in {v(self.r.choice(list(OBJECTS)))}]",
            lambda: f"{v('str')}.rsplit({self.r.choice(['None', repr('b')])}, 1)",
            lambda: f"[f'{{k}}{{q}}' for k, q in {v('Dict[u64, str]')}.items()]",
            lambda: f"{v('List[str]')}[{self.r.choice(['::-1', '::2', '-2:', '1:', '-1::-2'])}]",
            lambda: f"({v('List[str]')} * 2)[:4]",
            lambda: f"{v('Stack[str]')}.items",
            lambda: f"either({v('List[str]')}, {v('List[str]')}, {v('bool')})",
            lambda: f"sorted({v('List[str]')}, key=lambda q: ({self._element('u64', 1, q='str')}, q))",
        )

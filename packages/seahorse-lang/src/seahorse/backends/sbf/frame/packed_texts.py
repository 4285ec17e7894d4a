"""Texts in fewer bytes: frequent pairs of bytes have a byte of their own (byte-pair encoding), as have pairs of those.

The texts of errors are a tenth of a program, and are read only when it fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import StackSlot, Value

# A pair takes two bytes of the table, so fewer occurrences gain little.
_LEAST = 4
# What unpacking takes more bytes than copying; texts that save no more stay as they are.
_UNPACKING = 120
# Pairs of pairs, so that what waits while a text is unpacked has a known size.
_DEPTH = 30
_Pair = tuple[int, int]


@dataclass(frozen=True)
class PackedTexts:
    """`data`: all texts one behind the other; `starts`: where each begins, and the end of the last. A byte of `first`
    or more stands for the two bytes `pairs[byte - first]`."""

    data: bytes
    starts: list[int]
    first: int
    pairs: list[_Pair]


def pack(texts: Sequence[bytes]) -> PackedTexts:
    """Pack texts, if that makes them smaller. Bytes above the largest that they hold stand for pairs."""
    plain = PackedTexts(b"".join(texts), _starts(texts), 256, [])
    first = max(plain.data, default=0) + 1
    packed, pairs = _merged(texts, first)
    saved = len(plain.data) - sum(map(len, packed)) - 2 * len(pairs)
    return PackedTexts(b"".join(packed), _starts(packed), first, pairs) if saved > _UNPACKING else plain


def unpack(packed: PackedTexts, index: int) -> bytes:
    """One of the texts."""

    def spelled(byte: int) -> bytes:
        if byte < packed.first:
            return bytes([byte])
        return b"".join(map(spelled, packed.pairs[byte - packed.first]))

    return b"".join(map(spelled, packed.data[packed.starts[index] : packed.starts[index + 1]]))


def _starts(texts: Sequence[bytes]) -> list[int]:
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text))
    return starts


def _merged(texts: Sequence[bytes], first: int) -> tuple[list[bytes], list[_Pair]]:
    """Replace the most frequent pair by a new byte, as long as there are bytes and frequent pairs."""
    symbols = _Symbols(texts)
    pairs: list[_Pair] = []
    depths = dict.fromkeys(range(first), 0)
    while first + len(pairs) < 256 and (pair := symbols.most_frequent()) is not None:
        depth = max(depths[symbol] for symbol in pair) + 1
        if depth <= _DEPTH:
            made = first + len(pairs)
            depths[made] = depth
            pairs.append(pair)
            symbols.replace(pair, made)
        else:
            symbols.places.pop(pair)
    return symbols.texts(), pairs


class _Symbols:
    """Texts as one list of symbols, with a gap behind each, and the places of every pair of neighbours.

    A replaced pair stands where its first symbol stood; the other place is empty.
    """

    _GAP, _EMPTY = -1, -2

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.symbols = [symbol for text in texts for symbol in (*text, self._GAP)]
        # The neighbours' places; before the first one is the last, a gap.
        self.after = list(range(1, len(self.symbols) + 1))
        self.before = list(range(-1, len(self.symbols) - 1))
        self.places: defaultdict[_Pair, set[int]] = defaultdict(set)
        for at, pair in enumerate(pairwise(self.symbols)):
            if self._GAP not in pair:
                self.places[pair].add(at)
        # The most frequent first; a pair has an entry for each number of places that it had.
        self.queue = [(-len(found), pair) for pair, found in self.places.items() if len(found) >= _LEAST]
        heapify(self.queue)

    def most_frequent(self) -> _Pair | None:
        while self.queue:
            count, pair = heappop(self.queue)
            if len(self.places[pair]) == -count:
                return pair
        return None

    def replace(self, pair: _Pair, made: int) -> None:
        symbols, after, before = self.symbols, self.after, self.before
        for at in sorted(self.places.pop(pair)):
            second = after[at]
            # Of `aaa` only one pair is replaced.
            if symbols[at] != pair[0] or symbols[second] != pair[1]:
                continue
            left, right = before[at], after[second]
            self._forget((symbols[left], pair[0]), left)
            self._forget((pair[1], symbols[right]), second)
            symbols[at], symbols[second] = made, self._EMPTY
            after[at], before[right] = right, at
            self._note((symbols[left], made), left)
            self._note((made, symbols[right]), at)

    def _forget(self, pair: _Pair, at: int) -> None:
        if at in self.places[pair]:
            self.places[pair].remove(at)
            self._changed(pair)

    def _note(self, pair: _Pair, at: int) -> None:
        if self._GAP not in pair:
            self.places[pair].add(at)
            self._changed(pair)

    def _changed(self, pair: _Pair) -> None:
        if len(self.places[pair]) >= _LEAST:
            heappush(self.queue, (-len(self.places[pair]), pair))

    def texts(self) -> list[bytes]:
        """What the texts are now."""
        found: list[bytes] = []
        text = bytearray()
        for symbol in self.symbols:
            if symbol == self._GAP:
                found.append(bytes(text))
                text.clear()
            elif symbol != self._EMPTY:
                text.append(symbol)
        return found


def write_unpack(f: FunctionBuilder, packed: PackedTexts, to: Value, start: Value, end: Value) -> Value:
    """Write the text that lies from `start` to `end`; where what is written ends."""
    if not packed.pairs:
        size = f.address(end) - f.address(start)
        f.copy_bytes(to, start, size)
        return f.at(to, size)
    table = f.bytes(bytes(byte for pair in packed.pairs for byte in pair))
    waiting = f.alloca(_DEPTH + 2)
    out, at, top, byte = f.slot("ptr", to), f.slot("ptr", start), f.slot("ptr", waiting), f.slot("i64")
    look = f.new_label()

    def take(place: StackSlot) -> None:
        byte.set(f.load("i8", place.get()).zext("i64"))

    def two() -> None:
        both = f.at(table, (byte.get() - packed.first) << 1)
        f.store(f.load("i8", both, 1), top.get())
        top.set(f.at(top.get(), 1))
        byte.set(f.load("i8", both).zext("i64"))
        f.jump(look)

    def waited() -> None:
        top.set(f.at(top.get(), -1))
        take(top)
        f.jump(look)

    def one() -> None:
        take(at)
        at.set(f.at(at.get(), 1))
        f.start(look)
        f.if_(byte.get().uge(packed.first), two)
        f.store(byte.get().trunc("i8"), out.get())
        out.set(f.at(out.get(), 1))
        f.if_(top.get().ne(waiting), waited)

    f.while_(lambda: at.get().ne(end), one)
    return out.get()

"""Methods of `bytes` that are written in the language itself. Each takes the bytes first, as a method its receiver."""

from seahorse.prelude.values import *

END: i128 = 1 << 126


def require(ok: bool) -> None:
    """Fails with InvalidArgument, as Python raises ValueError, unless `ok`."""
    if not ok:
        _nothing = b""[0]


def index(n: i128) -> i64:
    """A width or a count, which CPython takes as 64 bits: what is beyond is an overflow."""
    return i64(n)


def clamped(at: i128, size: u64) -> u64:
    """A bound of a slice as Python understands it."""
    if at < 0:
        return u64(max(at + size, 0))
    # Behind the end is behind the end, however far.
    return u64(at) if at <= size else size + 1


def matches(data: bytes, at: u64, part: bytes) -> bool:
    return data[at : at + len(part)] == part


def forward(data: bytes, part: bytes, first: u64, end: u64) -> i64:
    """Where `part` begins in data[first:end], from the left; -1 when it does not occur."""
    size = len(part)
    if first > end or end - first < size:
        return -1
    for at in range(first, end - size + 1):
        if matches(data, at, part):
            return i64(at)
    return -1


def backward(data: bytes, part: bytes, first: u64, end: u64) -> i64:
    """The same from the right."""
    size = len(part)
    if first > end or end - first < size:
        return -1
    at = end - size
    while True:
        if matches(data, at, part):
            return i64(at)
        if at == first:
            return -1
        at -= 1


def occurrences(data: bytes, part: bytes, first: u64, end: u64) -> u64:
    """How often `part` is in data[first:end], not overlapping; an empty one is between all bytes."""
    if first > end:
        return 0
    if len(part) == 0:
        return end - first + 1
    total: u64 = 0
    at = forward(data, part, first, end)
    while at >= 0:
        total += 1
        at = forward(data, part, u64(at) + len(part), end)
    return total


def zeros(size: i128) -> bytes:
    require(index(size) >= 0)
    return b"\0" * size


def contains(data: bytes, part: bytes) -> bool:
    return forward(data, part, 0, len(data)) >= 0


def bytes_find(self: bytes, sub: bytes, start: i128 = 0, end: i128 = END) -> i64:
    size = len(self)
    return forward(self, sub, clamped(start, size), min(clamped(end, size), size))


def bytes_rfind(self: bytes, sub: bytes, start: i128 = 0, end: i128 = END) -> i64:
    size = len(self)
    return backward(self, sub, clamped(start, size), min(clamped(end, size), size))


def bytes_index(self: bytes, sub: bytes, start: i128 = 0, end: i128 = END) -> u64:
    at = bytes_find(self, sub, start, end)
    require(at >= 0)
    return u64(at)


def bytes_rindex(self: bytes, sub: bytes, start: i128 = 0, end: i128 = END) -> u64:
    at = bytes_rfind(self, sub, start, end)
    require(at >= 0)
    return u64(at)


def bytes_count(self: bytes, sub: bytes, start: i128 = 0, end: i128 = END) -> u64:
    size = len(self)
    return occurrences(self, sub, clamped(start, size), min(clamped(end, size), size))


def bytes_startswith(self: bytes, prefix: bytes) -> bool:
    return self[: len(prefix)] == prefix


def bytes_endswith(self: bytes, suffix: bytes) -> bool:
    return len(suffix) <= len(self) and self[len(self) - len(suffix) :] == suffix


def bytes_removeprefix(self: bytes, prefix: bytes) -> bytes:
    if bytes_startswith(self, prefix):
        return self[len(prefix) :]
    return self


def bytes_removesuffix(self: bytes, suffix: bytes) -> bytes:
    if bytes_endswith(self, suffix):
        return self[: len(self) - len(suffix)]
    return self


def is_space(byte: u8) -> bool:
    """The white space of bytes."""
    return byte == 32 or 9 <= byte <= 13


def holds(data: bytes, byte: u8) -> bool:
    for other in data:
        if other == byte:
            return True
    return False


def bytes_lstrip(self: bytes, chars: bytes = b" \t\n\r\x0b\x0c") -> bytes:
    first: u64 = 0
    while first < len(self) and holds(chars, self[first]):
        first += 1
    return self[first:]


def bytes_rstrip(self: bytes, chars: bytes = b" \t\n\r\x0b\x0c") -> bytes:
    end = len(self)
    while end > 0 and holds(chars, self[end - 1]):
        end -= 1
    return self[:end]


def bytes_strip(self: bytes, chars: bytes = b" \t\n\r\x0b\x0c") -> bytes:
    return bytes_lstrip(bytes_rstrip(self, chars), chars)


def bytes_split(self: bytes, sep: bytes, maxsplit: i128 = -1) -> List[bytes]:
    left: i128 = index(maxsplit)
    require(len(sep) > 0)
    parts: List[bytes] = []
    first: u64 = 0
    while left != 0:
        at = forward(self, sep, first, len(self))
        if at < 0:
            break
        parts.append(self[first:at])
        first = u64(at) + len(sep)
        left -= 1
    parts.append(self[first:])
    return parts


def bytes_rsplit(self: bytes, sep: bytes, maxsplit: i128 = -1) -> List[bytes]:
    left: i128 = index(maxsplit)
    require(len(sep) > 0)
    parts: List[bytes] = []
    end = len(self)
    while left != 0:
        at = backward(self, sep, 0, end)
        if at < 0:
            break
        parts.append(self[u64(at) + len(sep) : end])
        end = u64(at)
        left -= 1
    parts.append(self[:end])
    parts.reverse()
    return parts


def bytes_partition(self: bytes, sep: bytes) -> Tuple[bytes, bytes, bytes]:
    require(len(sep) > 0)
    at = forward(self, sep, 0, len(self))
    if at < 0:
        return (self, b"", b"")
    return (self[:at], sep, self[u64(at) + len(sep) :])


def bytes_rpartition(self: bytes, sep: bytes) -> Tuple[bytes, bytes, bytes]:
    require(len(sep) > 0)
    at = backward(self, sep, 0, len(self))
    if at < 0:
        return (b"", b"", self)
    return (self[:at], sep, self[u64(at) + len(sep) :])


def bytes_join(self: bytes, items: List[bytes]) -> bytes:
    return bytes([byte for i, item in enumerate(items) for byte in (self + item if i > 0 else item)])


def bytes_replace(self: bytes, old: bytes, new: bytes, count: i128 = -1) -> bytes:
    if len(old) == 0:
        return spread(self, new, count)
    return bytes_join(new, bytes_split(self, old, count))


def spread(data: bytes, new: bytes, count: i128) -> bytes:
    """`new` before each of the first `count` bytes, and behind the last one."""
    out: List[u8] = []
    left: i128 = index(count)
    for byte in data:
        if left != 0:
            out.extend(list(new))
            left -= 1
        out.append(byte)
    if left != 0:
        out.extend(list(new))
    return bytes(out)


def padding(size: u64, width: i128) -> u64:
    """How much is missing to a width."""
    return u64(max(index(width) - i128(size), 0))


def bytes_ljust(self: bytes, width: i128, fillbyte: bytes = b" ") -> bytes:
    missing = padding(len(self), width)
    require(len(fillbyte) == 1)
    return self + fillbyte * missing


def bytes_rjust(self: bytes, width: i128, fillbyte: bytes = b" ") -> bytes:
    missing = padding(len(self), width)
    require(len(fillbyte) == 1)
    return fillbyte * missing + self


def bytes_zfill(self: bytes, width: i128) -> bytes:
    missing = padding(len(self), width)
    if len(self) > 0 and (self[0] == 43 or self[0] == 45):
        return self[:1] + b"0" * missing + self[1:]
    return b"0" * missing + self


def bytes_hex(self: bytes) -> str:
    digits = b"0123456789abcdef"
    return bytes([digits[byte >> 4 if high else byte & 15] for byte in self for high in [True, False]]).decode()


def digit_value(byte: u8) -> u8:
    """The value of a digit of a base up to 36; 255 when it is no digit."""
    if 48 <= byte <= 57:
        return byte - 48
    if 97 <= byte <= 122:
        return byte - 87
    if 65 <= byte <= 90:
        return byte - 55
    return 255


def bytes_fromhex(text: str) -> bytes:
    """`bytes.fromhex`: pairs of digits, with white space between them."""
    out: List[u8] = []
    data = text.encode()
    at: u64 = 0
    while at < len(data):
        if is_space(data[at]):
            at += 1
            continue
        require(at + 1 < len(data))
        high, low = digit_value(data[at]), digit_value(data[at + 1])
        require(high < 16 and low < 16)
        out.append(high * 16 + low)
        at += 2
    return bytes(out)


def bytes_upper(self: bytes) -> bytes:
    return bytes([byte - 32 if 97 <= byte <= 122 else byte for byte in self])


def bytes_lower(self: bytes) -> bytes:
    return bytes([byte + 32 if 65 <= byte <= 90 else byte for byte in self])


def bytes_isascii(self: bytes) -> bool:
    return all(byte < 128 for byte in self)


def bytes_isdigit(self: bytes) -> bool:
    return len(self) > 0 and all(48 <= byte <= 57 for byte in self)


def is_letter(byte: u8) -> bool:
    return 65 <= byte <= 90 or 97 <= byte <= 122


def bytes_isalpha(self: bytes) -> bool:
    return len(self) > 0 and all(is_letter(byte) for byte in self)


def bytes_isalnum(self: bytes) -> bool:
    return len(self) > 0 and all(is_letter(byte) or 48 <= byte <= 57 for byte in self)


def bytes_isspace(self: bytes) -> bool:
    return len(self) > 0 and all(is_space(byte) for byte in self)


def bytes_isupper(self: bytes) -> bool:
    return any(65 <= byte <= 90 for byte in self) and not any(97 <= byte <= 122 for byte in self)


def bytes_islower(self: bytes) -> bool:
    return any(97 <= byte <= 122 for byte in self) and not any(65 <= byte <= 90 for byte in self)

"""Methods of `str` that are written in the language itself. Each takes the text first, as a method its receiver.

They work on the text's UTF-8: a position in bytes becomes one in characters at the end.
"""

from seahorse.library.raw import (
    END,
    backward,
    bytes_isalnum,
    bytes_isalpha,
    bytes_isdigit,
    bytes_islower,
    bytes_isupper,
    bytes_join,
    bytes_rsplit,
    bytes_split,
    forward,
    index,
    is_letter,
    occurrences,
    padding,
    require,
)
from seahorse.prelude.values import *


def begin(text: str, start: i128) -> i64:
    """The byte of a first character; -1 when it lies behind the end."""
    if start > 0 and start > len(text):
        return -1
    return i64(size(text[:start])) if start != 0 else 0


def finish(text: str, end: i128) -> u64:
    return size(text[:end]) if end < END else size(text)


def characters(text: str, at: i64) -> i64:
    """The character that a byte belongs to; -1 stays."""
    if at < 0:
        return -1
    return i64(len(text.encode()[:at].decode()))


def str_find(self: str, sub: str, start: i128 = 0, end: i128 = END) -> i64:
    first = begin(self, start)
    if first < 0:
        return -1
    return characters(self, forward(self.encode(), sub.encode(), u64(first), finish(self, end)))


def str_rfind(self: str, sub: str, start: i128 = 0, end: i128 = END) -> i64:
    first = begin(self, start)
    if first < 0:
        return -1
    return characters(self, backward(self.encode(), sub.encode(), u64(first), finish(self, end)))


def str_index(self: str, sub: str, start: i128 = 0, end: i128 = END) -> u64:
    at = str_find(self, sub, start, end)
    require(at >= 0)
    return u64(at)


def str_rindex(self: str, sub: str, start: i128 = 0, end: i128 = END) -> u64:
    at = str_rfind(self, sub, start, end)
    require(at >= 0)
    return u64(at)


def str_count(self: str, sub: str, start: i128 = 0, end: i128 = END) -> u64:
    first = begin(self, start)
    if first < 0:
        return 0
    last = finish(self, end)
    if len(sub) == 0:
        return len(self.encode()[first:last].decode()) + 1 if u64(first) <= last else 0
    return occurrences(self.encode(), sub.encode(), u64(first), last)


def str_startswith(self: str, prefix: str, start: i128 = 0, end: i128 = END) -> bool:
    first = begin(self, start)
    last = finish(self, end)
    if first < 0 or u64(first) > last:
        return False
    part, wanted = self.encode()[first:last], prefix.encode()
    return part[: len(wanted)] == wanted


def str_endswith(self: str, suffix: str, start: i128 = 0, end: i128 = END) -> bool:
    first = begin(self, start)
    last = finish(self, end)
    if first < 0 or u64(first) > last:
        return False
    part, wanted = self.encode()[first:last], suffix.encode()
    return len(wanted) <= len(part) and part[len(part) - len(wanted) :] == wanted


def starts_with_any(self: str, prefixes: List[str], start: i128 = 0, end: i128 = END) -> bool:
    return any(str_startswith(self, prefix, start, end) for prefix in prefixes)


def ends_with_any(self: str, suffixes: List[str], start: i128 = 0, end: i128 = END) -> bool:
    return any(str_endswith(self, suffix, start, end) for suffix in suffixes)


def str_removeprefix(self: str, prefix: str) -> str:
    if self.startswith(prefix):
        return self[len(prefix) :]
    return self


def str_removesuffix(self: str, suffix: str) -> str:
    if self.endswith(suffix):
        return self[: len(self) - len(suffix)]
    return self


def is_space(letter: str) -> bool:
    """The white space of Unicode, as `str.isspace` of one character."""
    code = code_point(letter)
    if code < 128:
        return 9 <= code <= 13 or 28 <= code <= 32
    if code < 0x2000:
        return code == 0x85 or code == 0xA0 or code == 0x1680
    return code <= 0x200A or code == 0x2028 or code == 0x2029 or code == 0x202F or code == 0x205F or code == 0x3000


def str_isspace(self: str) -> bool:
    return len(self) > 0 and all(is_space(letter) for letter in self)


def white_lstrip(self: str) -> str:
    at: u64 = 0
    for letter in self:
        if not is_space(letter):
            break
        at += size(letter)
    return self.encode()[at:].decode()


def white_rstrip(self: str) -> str:
    at: u64 = 0
    end: u64 = 0
    for letter in self:
        at += size(letter)
        if not is_space(letter):
            end = at
    return self.encode()[:end].decode()


def chars_lstrip(self: str, chars: str) -> str:
    at: u64 = 0
    for letter in self:
        if letter not in chars:
            break
        at += size(letter)
    return self.encode()[at:].decode()


def chars_rstrip(self: str, chars: str) -> str:
    at: u64 = 0
    end: u64 = 0
    for letter in self:
        at += size(letter)
        if letter not in chars:
            end = at
    return self.encode()[:end].decode()


def str_lstrip(self: str, chars: str | None = None) -> str:
    if chars is None:
        return white_lstrip(self)
    return chars_lstrip(self, chars)


def str_rstrip(self: str, chars: str | None = None) -> str:
    if chars is None:
        return white_rstrip(self)
    return chars_rstrip(self, chars)


def str_strip(self: str, chars: str | None = None) -> str:
    if chars is None:
        return white_lstrip(white_rstrip(self))
    return chars_lstrip(chars_rstrip(self, chars), chars)


def decoded(parts: List[bytes]) -> List[str]:
    return [part.decode() for part in parts]


def white_split(self: str, maxsplit: i128) -> List[str]:
    words: List[str] = []
    rest = white_lstrip(self)
    left: i128 = index(maxsplit)
    while rest != "":
        if left == 0:
            words.append(rest)
            break
        at: u64 = 0
        for letter in rest:
            if is_space(letter):
                break
            at += size(letter)
        words.append(rest.encode()[:at].decode())
        rest = white_lstrip(rest.encode()[at:].decode())
        left -= 1
    return words


def white_rsplit(self: str, maxsplit: i128) -> List[str]:
    words: List[str] = []
    rest = white_rstrip(self)
    left: i128 = index(maxsplit)
    while rest != "":
        if left == 0:
            words.append(rest)
            break
        at: u64 = 0
        first: u64 = 0
        for letter in rest:
            at += size(letter)
            if is_space(letter):
                first = at
        words.append(rest.encode()[first:].decode())
        rest = white_rstrip(rest.encode()[:first].decode())
        left -= 1
    words.reverse()
    return words


def str_split(self: str, sep: str | None = None, maxsplit: i128 = -1) -> List[str]:
    if sep is None:
        return white_split(self, maxsplit)
    return decoded(bytes_split(self.encode(), sep.encode(), maxsplit))


def str_rsplit(self: str, sep: str | None = None, maxsplit: i128 = -1) -> List[str]:
    if sep is None:
        return white_rsplit(self, maxsplit)
    return decoded(bytes_rsplit(self.encode(), sep.encode(), maxsplit))


def ends_line(code: u32) -> bool:
    return 10 <= code <= 13 or 28 <= code <= 30 or code == 0x85 or code == 0x2028 or code == 0x2029


def str_splitlines(self: str, keepends: bool = False) -> List[str]:
    lines: List[str] = []
    data = self.encode()
    first: u64 = 0
    at: u64 = 0
    before: u32 = 0
    for letter in self:
        code = code_point(letter)
        at += size(letter)
        if code == 10 and before == 13:
            if keepends:
                lines[-1] = lines[-1] + letter
            first = at
        elif ends_line(code):
            lines.append(data[first : at if keepends else at - size(letter)].decode())
            first = at
        before = code
    if first < len(data):
        lines.append(data[first:].decode())
    return lines


def str_partition(self: str, sep: str) -> Tuple[str, str, str]:
    require(len(sep) > 0)
    data = self.encode()
    at = forward(data, sep.encode(), 0, len(data))
    if at < 0:
        return (self, "", "")
    return (data[:at].decode(), sep, data[u64(at) + size(sep) :].decode())


def str_rpartition(self: str, sep: str) -> Tuple[str, str, str]:
    require(len(sep) > 0)
    data = self.encode()
    at = backward(data, sep.encode(), 0, len(data))
    if at < 0:
        return ("", "", self)
    return (data[:at].decode(), sep, data[u64(at) + size(sep) :].decode())


def str_replace(self: str, old: str, new: str, count: i128 = -1) -> str:
    if old == "":
        return between(self, new, count)
    return bytes_join(new.encode(), bytes_split(self.encode(), old.encode(), count)).decode()


def between(text: str, new: str, count: i128) -> str:
    """`new` before each of the first `count` characters, and behind the last one."""
    parts: List[str] = []
    left: i128 = index(count)
    for letter in text:
        if left != 0:
            parts.append(new)
            left -= 1
        parts.append(letter)
    if left != 0:
        parts.append(new)
    return "".join(parts)


def str_ljust(self: str, width: i128, fillchar: str = " ") -> str:
    missing = padding(len(self), width)
    require(len(fillchar) == 1)
    return self + fillchar * missing


def str_rjust(self: str, width: i128, fillchar: str = " ") -> str:
    missing = padding(len(self), width)
    require(len(fillchar) == 1)
    return fillchar * missing + self


def str_center(self: str, width: i128, fillchar: str = " ") -> str:
    missing = padding(len(self), width)
    require(len(fillchar) == 1)
    # As CPython does it: an odd rest goes to the left of an odd width.
    left = missing // 2 + (missing & u64(width & 1) if missing > 0 else 0)
    return fillchar * left + self + fillchar * (missing - left)


def str_zfill(self: str, width: i128) -> str:
    zeros = "0" * padding(len(self), width)
    if self.startswith("-") or self.startswith("+"):
        return self[:1] + zeros + self[1:]
    return zeros + self


def str_expandtabs(self: str, tabsize: i128 = 8) -> str:
    parts: List[str] = []
    column: u64 = 0
    # An int of C, which has 32 bits.
    stop: i64 = i32(tabsize)
    for letter in self:
        if letter == "\t":
            if stop > 0:
                blanks = u64(stop) - column % u64(stop)
                parts.append(" " * blanks)
                column += blanks
        else:
            parts.append(letter)
            column = 0 if letter == "\n" or letter == "\r" else column + 1
    return "".join(parts)


# --- what depends on the kind of a character: of ASCII only ---


def ascii(text: str) -> bytes:
    """The bytes of a text of ASCII alone. Only Unicode's tables classify other characters."""
    require(text.isascii())
    return text.encode()


def str_isdigit(self: str) -> bool:
    return bytes_isdigit(ascii(self))


def str_isdecimal(self: str) -> bool:
    return bytes_isdigit(ascii(self))


def str_isnumeric(self: str) -> bool:
    return bytes_isdigit(ascii(self))


def str_isalpha(self: str) -> bool:
    return bytes_isalpha(ascii(self))


def str_isalnum(self: str) -> bool:
    return bytes_isalnum(ascii(self))


def str_isupper(self: str) -> bool:
    return bytes_isupper(ascii(self))


def str_islower(self: str) -> bool:
    return bytes_islower(ascii(self))


def str_isprintable(self: str) -> bool:
    return all(32 <= byte < 127 for byte in ascii(self))


def str_isidentifier(self: str) -> bool:
    data = ascii(self)
    if len(data) == 0 or 48 <= data[0] <= 57:
        return False
    return all(is_letter(byte) or 48 <= byte <= 57 or byte == 95 for byte in data)


def str_istitle(self: str) -> bool:
    inside = False
    seen = False
    for byte in ascii(self):
        if is_letter(byte):
            if inside == (byte < 97):
                return False
            inside = True
            seen = True
        else:
            inside = False
    return seen


def str_title(self: str) -> str:
    out: List[u8] = []
    inside = False
    for byte in ascii(self):
        if not is_letter(byte):
            inside = False
            out.append(byte)
        elif inside:
            out.append(byte | 32)
        else:
            inside = True
            out.append(byte & 95)
    return bytes(out).decode()


def str_capitalize(self: str) -> str:
    data = ascii(self).decode()
    return data[:1].upper() + data[1:].lower()


def str_swapcase(self: str) -> str:
    return bytes([byte ^ 32 if is_letter(byte) else byte for byte in ascii(self)]).decode()


def str_casefold(self: str) -> str:
    return ascii(self).decode().lower()


# --- characters and numbers ---


def code_point(letter: str) -> u32:
    """The number of the first character."""
    data = letter.encode()
    first = u32(data[0])
    if first < 0x80:
        return first
    if first < 0xE0:
        return (first & 0x1F) << 6 | u32(data[1]) & 0x3F
    if first < 0xF0:
        return (first & 0x0F) << 12 | (u32(data[1]) & 0x3F) << 6 | u32(data[2]) & 0x3F
    return (first & 0x07) << 18 | (u32(data[1]) & 0x3F) << 12 | (u32(data[2]) & 0x3F) << 6 | u32(data[3]) & 0x3F


def ord_of(letter: str) -> u32:
    require(len(letter) == 1)
    return code_point(letter)


def chr_of(code: i128) -> str:
    # Half of a surrogate pair is a character of Python, but none of UTF-8.
    require(0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF)
    c = u32(code)
    if c < 0x80:
        return bytes([u8(c)]).decode()
    if c < 0x800:
        return bytes([u8(0xC0 | c >> 6), u8(0x80 | c & 0x3F)]).decode()
    if c < 0x10000:
        return bytes([u8(0xE0 | c >> 12), u8(0x80 | c >> 6 & 0x3F), u8(0x80 | c & 0x3F)]).decode()
    return bytes(
        [u8(0xF0 | c >> 18), u8(0x80 | c >> 12 & 0x3F), u8(0x80 | c >> 6 & 0x3F), u8(0x80 | c & 0x3F)]
    ).decode()


def magnitude(n: i128) -> u128:
    if n >= 0:
        return u128(n)
    return u128(-(n + 1)) + 1


def in_base(magnitude: u128, negative: bool, base: u8, prefix: str) -> str:
    """The text of `bin`, `oct` and `hex`."""
    digits = b"0123456789abcdef"
    out: List[u8] = []
    rest = magnitude
    while True:
        out.append(digits[rest % base])
        rest //= base
        if rest == 0:
            break
    out.reverse()
    return ("-" if negative else "") + prefix + bytes(out).decode()


def signed_in_base(n: i128, base: u8, prefix: str) -> str:
    return in_base(magnitude(n), n < 0, base, prefix)


def ascii_encode(text: str) -> bytes:
    return ascii(text)


def ascii_decode(data: bytes) -> str:
    require(all(byte < 128 for byte in data))
    return data.decode()

"""u256, as four numbers of 64 bits, the lowest first. A result that does not fit is an overflow, as for any integer."""

from seahorse.library.raw import require
from seahorse.prelude import *


def limbs_of(x: u256) -> List[u64]:
    return [u256_part(x, 0), u256_part(x, 1), u256_part(x, 2), u256_part(x, 3)]


def low(x: u128) -> u64:
    return u64(x & 0xFFFFFFFFFFFFFFFF)


def none_left(limbs: List[u64]) -> None:
    """Overflow, when a limb behind the fourth is not zero."""
    rest: u64 = 0
    for limb in limbs[4:]:
        rest |= limb
    zero: u64 = 0
    zero -= rest


def of_limbs(limbs: List[u64]) -> u256:
    none_left(limbs)
    return u256_of(limbs[0], limbs[1], limbs[2], limbs[3])


def add(a: u256, b: u256) -> u256:
    s0 = u128(u256_part(a, 0)) + u256_part(b, 0)
    s1 = u128(u256_part(a, 1)) + u256_part(b, 1) + (s0 >> 64)
    s2 = u128(u256_part(a, 2)) + u256_part(b, 2) + (s1 >> 64)
    s3 = u128(u256_part(a, 3)) + u256_part(b, 3) + (s2 >> 64)
    return u256_of(low(s0), low(s1), low(s2), u64(s3))


def sub(a: u256, b: u256) -> u256:
    room: u128 = 1 << 64
    d0 = room + u256_part(a, 0) - u256_part(b, 0)
    d1 = room + u256_part(a, 1) - u256_part(b, 1) - (1 - (d0 >> 64))
    d2 = room + u256_part(a, 2) - u256_part(b, 2) - (1 - (d1 >> 64))
    d3 = u128(u256_part(a, 3)) - u256_part(b, 3) - (1 - (d2 >> 64))
    return u256_of(low(d0), low(d1), low(d2), u64(d3))


def product(a: List[u64], b: List[u64]) -> List[u64]:
    """All eight limbs of a product."""
    out: List[u64] = [0] * 8
    for i in range(4):
        if a[i] > 0:
            carry: u128 = 0
            for j in range(4):
                total = u128(a[i]) * b[j] + out[i + j] + carry
                out[i + j] = low(total)
                carry = total >> 64
            out[i + 4] = u64(carry)
    return out


def mul(a: u256, b: u256) -> u256:
    return of_limbs(product(limbs_of(a), limbs_of(b)))


def divided_by_small(n: List[u64], d: u64) -> Tuple[List[u64], u64]:
    out: List[u64] = [0] * len(n)
    rest: u128 = 0
    for i in reversed(range(len(n))):
        part = (rest << 64) | n[i]
        out[i] = u64(part // d)
        rest = part % d
    return (out, u64(rest))


def not_less(a: List[u64], b: List[u64]) -> bool:
    for i in range(3, -1, -1):
        if a[i] != b[i]:
            return a[i] > b[i]
    return True


def divided(n: List[u64], d: List[u64]) -> Tuple[List[u64], List[u64]]:
    """The quotient, of as many limbs as `n`, and the rest, of four."""
    if d[1] | d[2] | d[3] == 0:
        quotient, small = divided_by_small(n, d[0])
        return (quotient, [small, 0, 0, 0])
    out: List[u64] = [0] * len(n)
    rest: List[u64] = [0, 0, 0, 0]
    for at in reversed(range(len(n))):
        limb = n[at]
        bits: u64 = 0
        for _ in range(64):
            # One more bit of the number comes down; what is lost at the top makes the rest larger than any divisor.
            lost = rest[3] >> 63
            rest[3] = ((rest[3] & 0x7FFFFFFFFFFFFFFF) << 1) | (rest[2] >> 63)
            rest[2] = ((rest[2] & 0x7FFFFFFFFFFFFFFF) << 1) | (rest[1] >> 63)
            rest[1] = ((rest[1] & 0x7FFFFFFFFFFFFFFF) << 1) | (rest[0] >> 63)
            rest[0] = ((rest[0] & 0x7FFFFFFFFFFFFFFF) << 1) | (limb >> 63)
            limb = (limb & 0x7FFFFFFFFFFFFFFF) << 1
            bits = (bits & 0x7FFFFFFFFFFFFFFF) << 1
            if lost > 0 or not_less(rest, d):
                bits |= 1
                borrow: u128 = 0
                for i in range(4):
                    taken = (u128(1) << 64) + rest[i] - d[i] - borrow
                    rest[i] = low(taken)
                    borrow = 1 - (taken >> 64)
        out[at] = bits
    return (out, rest)


def floordiv(a: u256, b: u256) -> u256:
    quotient, _ = divided(limbs_of(a), limbs_of(b))
    return of_limbs(quotient)


def mod(a: u256, b: u256) -> u256:
    _, rest = divided(limbs_of(a), limbs_of(b))
    return of_limbs(rest)


def mul_div(a: u256, b: u256, c: u256) -> u256:
    quotient, _ = divided(product(limbs_of(a), limbs_of(b)), limbs_of(c))
    return of_limbs(quotient)


def power(base: u256, exponent: u32) -> u256:
    result = u256_of(1, 0, 0, 0)
    square = base
    left = exponent
    while left > 0:
        if left & 1 == 1:
            result = mul(result, square)
        left >>= 1
        if left > 0:
            square = mul(square, square)
    return result


def and_(a: u256, b: u256) -> u256:
    x, y = limbs_of(a), limbs_of(b)
    return u256_of(x[0] & y[0], x[1] & y[1], x[2] & y[2], x[3] & y[3])


def or_(a: u256, b: u256) -> u256:
    x, y = limbs_of(a), limbs_of(b)
    return u256_of(x[0] | y[0], x[1] | y[1], x[2] | y[2], x[3] | y[3])


def xor(a: u256, b: u256) -> u256:
    x, y = limbs_of(a), limbs_of(b)
    return u256_of(x[0] ^ y[0], x[1] ^ y[1], x[2] ^ y[2], x[3] ^ y[3])


def lshift(a: u256, distance: u32) -> u256:
    """Bits that leave at the top are an overflow, as with every integer."""
    x = limbs_of(a)
    whole, bits = u64(distance // 64), distance % 64
    out: List[u64] = [0] * 9
    for i in range(4):
        wide = u128(x[i]) << bits
        if wide > 0:
            none_far(whole)
            out[i + whole] |= low(wide)
            out[i + whole + 1] |= low(wide >> 64)
    return of_limbs(out)


def none_far(whole: u64) -> None:
    """Overflow, when a number moves by more limbs than there are."""
    room: u64 = 4
    room -= whole


def rshift(a: u256, distance: u32) -> u256:
    x = limbs_of(a) + [0, 0, 0, 0, 0]
    whole, bits = u64(distance // 64), distance % 64
    if whole > 3:
        return u256_of(0, 0, 0, 0)
    out: List[u64] = []
    for i in range(4):
        wide = (u128(x[i + whole + 1]) << 64) | x[i + whole]
        out.append(low(wide >> bits))
    return of_limbs(out)


def less(a: u256, b: u256) -> bool:
    return not not_less(limbs_of(a), limbs_of(b))


def bit_length(x: u256) -> u64:
    limbs = limbs_of(x)
    for i in range(3, -1, -1):
        if limbs[i] > 0:
            return u64(i) * 64 + limbs[i].bit_length()
    return 0


def text(x: u256) -> str:
    left = limbs_of(x)
    parts = ""
    while left[1] | left[2] | left[3] > 0:
        left, rest = divided_by_small(left, 10_000_000_000_000_000_000)
        parts = str(rest).zfill(19) + parts
    return str(left[0]) + parts if left[0] > 0 or parts == "" else parts.lstrip("0")


def to_bytes(x: u256, length: u64, big: bool) -> bytes:
    data = bytes(x)
    rest: u64 = 0
    for byte in data[length:]:
        rest |= byte
    zero: u64 = 0
    zero -= rest
    little = data[:length] + bytes([0]) * (length - min(length, 32))
    return little[::-1] if big else little


def from_bytes(data: bytes, big: bool) -> u256:
    little = data[::-1] if big else data
    rest: u64 = 0
    for byte in little[32:]:
        rest |= byte
    zero: u64 = 0
    zero -= rest
    whole = little[:32] + bytes([0]) * (32 - min(len(little), 32))
    require(len(whole) == 32)
    limbs = [u64.from_bytes(whole[at : at + 8], "little") for at in range(0, 32, 8)]
    return of_limbs(limbs)

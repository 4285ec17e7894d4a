"""Functions of numbers that are written in the language itself. T is the integer type that a call works on."""

from seahorse.library.raw import digit_value, require
from seahorse.library.text import magnitude, white_lstrip, white_rstrip
from seahorse.prelude.values import *


def parse_signed(text: str, base: i128 = 10) -> T:
    """`int(text, base)` of a signed type: counted on the number's own side of zero, so that the least value fits."""
    data = white_lstrip(white_rstrip(text)).encode()
    negative = len(data) > 0 and data[0] == 45
    digits, radix = digits_of(data, base)
    total: T = 0
    for digit in digits:
        total = total * radix - digit if negative else total * radix + digit
    return total


def parse_unsigned(text: str, base: i128 = 10) -> T:
    data = white_lstrip(white_rstrip(text)).encode()
    digits, radix = digits_of(data, base)
    total: T = 0
    for digit in digits:
        total = total * radix + digit
    if len(data) > 0 and data[0] == 45 and total > 0:
        # No unsigned type has it.
        total = 0
        total -= 1
    return total


def digits_of(data: bytes, base: i128) -> Tuple[List[T], T]:
    """The digits of a number behind its sign and prefix, and their base. An underscore stands between two digits."""
    require(base == 0 or 2 <= base <= 36)
    at: u64 = 0
    if len(data) > 0 and (data[0] == 43 or data[0] == 45):
        at = 1
    radix = base
    if at + 1 < len(data) and data[at] == 48:
        letter = data[at + 1] | 32
        named: i128 = 16 if letter == 120 else 8 if letter == 111 else 2 if letter == 98 else 0
        if named > 0 and (base == 0 or base == named):
            radix = named
            at += 2
            if at < len(data) and data[at] == 95:
                at += 1
    strict = radix == 0
    if strict:
        radix = 10
    digits: List[T] = []
    between = False
    zeros = True
    first = at
    while at < len(data):
        value = digit_value(data[at])
        if data[at] == 95:
            require(between)
            between = False
        else:
            require(value < radix)
            digits.append(T(value))
            zeros = zeros and value == 0
            between = True
        at += 1
    require(between)
    # As in source text: no number but 0 begins with 0.
    require(not strict or zeros or data[first] != 48)
    return (digits, T(radix))


def isqrt(n: u128) -> u128:
    if n < 2:
        return n
    shift: u32 = 1
    while shift < 64 and n >> 2 * shift > 0:
        shift += 1
    root: u128 = 1 << shift
    while True:
        better = root + n // root >> 1
        if better >= root:
            return root
        root = better


def isqrt_of_signed(n: i128) -> u128:
    require(n >= 0)
    return isqrt(u128(n))


def gcd(a: u128, b: u128) -> u128:
    x, y = a, b
    while y > 0:
        x, y = y, x % y
    return x


def lcm(a: u128, b: u128) -> u128:
    if a == 0 or b == 0:
        return 0
    return a // gcd(a, b) * b


def factorial(n: i128) -> u128:
    require(n >= 0)
    total: u128 = 1
    for i in range(2, n + 1):
        total *= u128(i)
    return total


def comb(n: i128, k: i128) -> u128:
    require(n >= 0 and k >= 0)
    if k > n:
        return 0
    chosen = min(k, n - k)
    total: u128 = 1
    for i in range(chosen):
        # total * (n - i) is divisible by i + 1: the common factor goes first, so that what fits in the end fits here.
        top, below = u128(n - i), u128(i + 1)
        common = gcd(top, below)
        top //= common
        below //= common
        total = total // below * top
    return total


def perm(n: i128, k: i128) -> u128:
    require(n >= 0 and k >= 0)
    if k > n:
        return 0
    total: u128 = 1
    for i in range(k):
        total *= u128(n - i)
    return total


def bit_length(n: u128) -> u64:
    count: u64 = 0
    rest = n
    while rest >= 0x10000:
        rest >>= 16
        count += 16
    while rest > 0:
        rest >>= 1
        count += 1
    return count


def bit_count(n: u128) -> u64:
    count: u64 = 0
    rest = n
    while rest > 0:
        rest &= rest - 1
        count += 1
    return count


def multiply_mod(a: u128, b: u128, m: u128) -> u128:
    """a * b % m of numbers below m, without more than 128 bits in between."""
    if a < 1 << 64 and b < 1 << 64:
        return a * b % m
    total: u128 = 0
    x, y = a, b
    while y > 0:
        if y & 1 == 1:
            total = total - (m - x) if total >= m - x else total + x
        x = x - (m - x) if x >= m - x else x + x
        y >>= 1
    return total


def power_mod(base: u128, exponent: u128, m: u128) -> u128:
    """base ** exponent % m, with base below m."""
    total = 1 % m
    square = base
    rest = exponent
    while rest > 0:
        if rest & 1 == 1:
            total = multiply_mod(total, square, m)
        rest >>= 1
        if rest > 0:
            square = multiply_mod(square, square, m)
    return total


def pow_unsigned(base: u128, exponent: u128, m: u128) -> T:
    require(m != 0)
    return T(power_mod(base % m, exponent, m))


def pow_signed(base: i128, exponent: i128, m: i128) -> T:
    """`pow` with three arguments: the result has the sign of `m`; a negative exponent needs an inverse."""
    require(m != 0)
    size = magnitude(m)
    start = magnitude(base) % size
    if base < 0 and start > 0:
        start = size - start
    count = magnitude(exponent)
    if exponent < 0:
        start = inverse(start, size)
    result = power_mod(start, count, size)
    if m < 0 and result > 0:
        return T(i128(result) + m)
    return T(result)


def inverse(a: u128, m: u128) -> u128:
    """The x with a * x % m == 1 % m, by the extended algorithm of Euclid; numbers stay below m."""
    old, new = m, a % m
    x, y = u128(0), 1 % m
    while new > 0:
        quotient = old // new
        old, new = new, old - quotient * new
        product = multiply_mod(quotient % m, y, m)
        x, y = y, (x - product if x >= product else x + (m - product))
    require(old == 1)
    return x


def round_to(n: i128, digits: i128) -> T:
    """`round(n, digits)` of an integer: to the nearest multiple of 10 ** -digits, a half to the even one."""
    if digits >= 0:
        return T(n)
    if digits < -38:
        return T(0)
    unit: i128 = 10 ** u32(-digits)
    rest = n % unit
    down = n - rest
    odd = down // unit % 2 == 1
    if rest > unit - rest or (rest == unit - rest and odd):
        return T(down + unit)
    return T(down)


def to_bytes(n: i128, length: i128, big: bool) -> bytes:
    """The bytes of a number that fits `i128`, in two's complement; the caller has looked at its sign."""
    require(length >= 0)
    rest = n
    out: List[u8] = []
    for _ in range(length):
        out.append(u8(rest & 0xFF))
        rest >>= 8
    return in_order(out, big)


def too_large(length: i128) -> u8:
    """Fails: a number does not fit in so many bytes."""
    return u8(length + 256)


def in_order(little: List[u8], big: bool) -> bytes:
    if big:
        little.reverse()
    return bytes(little)


def unsigned_bytes(n: u128, length: i128, big: bool) -> bytes:
    require(length >= 0)
    rest = n
    out: List[u8] = []
    for _ in range(length):
        out.append(u8(rest & 0xFF))
        rest >>= 8
    if rest > 0:
        out.append(too_large(length))
    return in_order(out, big)


def signed_bytes(n: i128, length: i128, big: bool) -> bytes:
    require(length >= 0)
    rest = n
    out: List[u8] = []
    last: u8 = 0
    for _ in range(length):
        last = u8(rest & 0xFF)
        out.append(last)
        rest >>= 8
    fits = rest == -1 and last >= 128 or rest == 0 and last < 128
    if not fits:
        out.append(too_large(length))
    return in_order(out, big)


def unsigned_from(data: bytes, big: bool) -> T:
    total: T = 0
    for i in range(len(data)):
        total = total * 256 + data[i if big else len(data) - 1 - i]
    return total


def signed_from(data: bytes, big: bool) -> T:
    size = len(data)
    if size == 0:
        return T(0)
    total: i128 = data[0 if big else size - 1]
    if total >= 128:
        total -= 256
    for i in range(1, size):
        total = total * 256 + data[i if big else size - 1 - i]
    return T(total)


def is_nan(x: f64) -> bool:
    return x != x


def is_close(a: f64, b: f64, rel_tol: f64 = 1e-09, abs_tol: f64 = 0.0) -> bool:
    require(rel_tol >= 0.0 and abs_tol >= 0.0)
    if a == b:
        return True
    distance = abs(a - b)
    largest = max(abs(a), abs(b))
    if largest > 1.7976931348623157e308:
        return False
    return distance <= abs(rel_tol * b) or distance <= abs(rel_tol * a) or distance <= abs_tol


def float_remainder(x: f64, y: f64) -> f64:
    """`math.fmod`: the remainder has the sign of x."""
    if x != x or y != y:
        return x + y
    require(y != 0.0 and abs(x) <= 1.7976931348623157e308)
    if x == 0.0:
        # Zero keeps its sign.
        return x
    rest = abs(x) % abs(y)
    return -rest if x < 0.0 else rest


def nearest_remainder(x: f64, y: f64) -> f64:
    """`math.remainder`: what is left of the nearest multiple of y, the even one of two."""
    if x != x or y != y:
        return x + y
    require(y != 0.0 and abs(x) <= 1.7976931348623157e308)
    if x == 0.0 or abs(y) > 1.7976931348623157e308:
        return x
    size, part = abs(x), abs(y)
    rest = size % part
    missing = part - rest
    if rest > missing:
        rest = -missing
    elif rest == missing:
        rest -= 2.0 * (0.5 * (size - rest) % part)
    return -rest if x < 0.0 else rest


def float_parts(x: f64) -> Tuple[f64, f64]:
    """`math.modf`: the fraction and the whole part, both with the sign of x."""
    if x != x:
        return x, x
    if abs(x) > 1.7976931348623157e308:
        return 0.0 if x > 0.0 else -0.0, x
    rest = float_remainder(x, 1.0)
    whole = x - rest
    return rest, 0.0 * x if whole == 0.0 else whole


def float_power(x: f64, y: f64) -> f64:
    """`math.pow`, for which zero has no negative power, though `0.0 ** y` divides by zero."""
    require(x != 0.0 or y >= 0.0 or y < -1.7976931348623157e308 or y != y)
    return x**y


def is_whole(x: f64) -> bool:
    if abs(x) >= 9007199254740992.0:
        return abs(x) <= 1.7976931348623157e308
    return x % 1.0 == 0.0


def mul_div_128(a: u128, b: u128, c: u128) -> u128:
    """a * b // c with 256 bits in between: a quotient that does not fit is an overflow, as is c == 0."""
    mask: u128 = 0xFFFFFFFFFFFFFFFF
    low = (a & mask) * (b & mask)
    one = (a >> 64) * (b & mask)
    two = (a & mask) * (b >> 64)
    middle = (low >> 64) + (one & mask) + (two & mask)
    bottom = low & mask | (middle & mask) << 64
    top = (a >> 64) * (b >> 64) + (one >> 64) + (two >> 64) + (middle >> 64)
    if top == 0:
        return bottom // c
    if top >= c:
        # Neither has a quotient of 128 bits.
        return u128(256) // c + u128.MAX + 1
    quotient: u128 = 0
    rest = top
    for i in range(128):
        carry = rest >> 127 == 1
        rest = (rest & (u128.MAX >> 1)) << 1 | bottom >> u32(127 - i) & 1
        quotient <<= 1
        if carry or rest >= c:
            rest = rest + (u128.MAX - c + 1) if carry else rest - c
            quotient |= 1
    return quotient


def mul_div_i128(a: i128, b: i128, c: i128) -> i128:
    """a * b // c with 256 bits in between, rounded down as Python does."""
    x, y, z = magnitude(a), magnitude(b), magnitude(c)
    quotient = mul_div_128(x, y, z)
    if ((a < 0) != (b < 0)) == (c < 0):
        return i128(quotient)
    # What is left is less than c: nothing is, when the lower halves are equal.
    if lower_product(quotient, z) != lower_product(x, y):
        quotient += 1
    return 0 if quotient == 0 else -1 - i128(quotient - 1)


def lower_product(a: u128, b: u128) -> u128:
    """The lower 128 bits of a * b."""
    mask: u128 = 0xFFFFFFFFFFFFFFFF
    low = (a & mask) * (b & mask)
    middle = (low >> 64) + ((a >> 64) * (b & mask) & mask) + ((a & mask) * (b >> 64) & mask) & mask
    return middle << 64 | low & mask

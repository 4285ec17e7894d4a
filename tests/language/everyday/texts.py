"""Methods of text as a Python person writes them: each function becomes an instruction, and plain Python says what is right."""

def t_lstrip(s: str, c: str) -> List[str]:
    return [s.lstrip(), s.rstrip(), s.strip(None), s.strip(c), s.lstrip(c), s.rstrip(c)]
def t_split(s: str, sep: str, n: i64) -> List[List[str]]:
    return [s.split(sep, n), s.split(sep, maxsplit=n), s.rsplit(sep), s.rsplit(sep, n)]
def t_split_ws(s: str, n: i64) -> List[List[str]]:
    return [s.split(None, n), s.rsplit(), s.splitlines()]
def t_partition(s: str, sep: str) -> List[str]:
    a, b, c = s.partition(sep)
    d, e, f = s.rpartition(sep)
    return [a, b, c, d, e, f]
def t_find(s: str, p: str, i: i64, j: i64) -> List[i64]:
    return [s.find(p), s.find(p, i), s.find(p, i, j), s.rfind(p), s.rfind(p, i), s.rfind(p, i, j), i64(s.count(p)), i64(s.count(p, i)), i64(s.count(p, i, j))]
def t_index(s: str, p: str) -> i64:
    return i64(s.index(p)) * 1000 + i64(s.rindex(p))
def t_replace(s: str, a: str, b: str, n: i64) -> List[str]:
    return [s.replace(a, b) if a != '' else '', s.replace(a, b, n)]
def t_starts(s: str, a: str, b: str, i: i64) -> List[bool]:
    return [s.startswith((a, b)), s.endswith((a, b)), s.startswith(a, i), s.endswith(b, 0, i), s.startswith(a, 1, i)]
def t_pad(s: str, n: i64, c: str) -> List[str]:
    return [s.zfill(n), s.ljust(n), s.rjust(n), s.center(n), s.ljust(n, '*'), s.rjust(n, '*'), s.center(n, '-')]
def t_padc(s: str, n: i64, c: str) -> List[str]:
    return [s.ljust(n, c), s.rjust(n, c), s.center(n, c)]
def t_is(s: str) -> List[bool]:
    if not s.isascii():
        return []
    return [s.isascii(), s.isdigit(), s.isdecimal(), s.isalpha(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.isidentifier(), s.istitle(), s.isnumeric(), s.isprintable()]
def t_case(s: str) -> List[str]:
    if not s.isascii():
        return []
    return [s.upper(), s.lower(), s.capitalize(), s.title(), s.swapcase(), s.casefold()]
def t_remove(s: str, a: str) -> List[str]:
    return [s.removeprefix(a), s.removesuffix(a), s.expandtabs(4)]
def t_ord(s: str) -> List[u64]:
    return [ord(c) for c in s]
def t_chr(n: u32) -> str:
    return chr(n)
def t_int(s: str) -> i64:
    return int(s)
def t_u64(s: str) -> u64:
    return u64(s)
def t_i8(s: str) -> i8:
    return i8(s)
def t_int_base(s: str, b: u8) -> i64:
    return int(s, b)
def t_int16(s: str) -> i64:
    return int(s, 16) + int("-10", base=2)
def t_bin(n: i64, m: u128) -> List[str]:
    return [bin(n), hex(n), oct(n), bin(m), hex(m), oct(m)]
def t_repr(s: str) -> List[str]:
    return [repr(s), f"{s!r}", str([s])]
def t_format(n: i64, m: u64, s: str) -> List[str]:
    return [f"{n:5}", f"{n:<5}|", f"{n:^7}|", f"{n:+}", f"{n:05}", f"{n:,}", f"{m:_}", f"{m:x}", f"{m:#x}", f"{m:08b}", f"{s:>10}", f"{s:*^10}", f"{s:.3}", f"{n:>+8}", f"{m:#010x}", f"{m:o}", f"{m:X}"]
def t_format2(n: i64, w: u8, s: str) -> List[str]:
    return [f"{n:{w}}", f"{s:{w}}", format(n, "05"), "{} and {}".format(n, s), "{0}-{1}-{0}".format(n, s), "{:>8}".format(s), "{n}".format(n=n)]
def t_join(a: List[str], b: str) -> List[str]:
    return [b.join(a), b.join(x.lstrip() for x in a), ",".join(["x", "y"]), b.join(sorted(a)), "".join(reversed(a)), b.join("abc")]
def t_textmul(s: str, n: i64) -> List[str]:
    return [s * n, n * s, s[::-1], s[1:-1], s + s]
def t_cmp(a: str, b: str) -> List[bool]:
    return [a < b, a == b, a >= b, min(a, b) == a, max(a, b) == a, a in b, a not in b]
def t_minmax(xs: List[str]) -> List[str]:
    return [min(xs), max(xs), min(xs, key=len), max(xs, key=lambda s: len(s)), max(xs, key=lambda s: s[::-1])]
def t_textmin(s: str) -> List[str]:
    return [min(s), max(s), "".join(sorted(s)), max(s, default="?")]
def t_white(s: str, n: i64) -> List[List[str]]:
    wide = "\u3000" + s + "\u2003\u00a0b\x85"
    return [wide.split(None, n), wide.rsplit(None, n), wide.rsplit(), [wide.lstrip(), wide.rstrip(), wide.strip(None)], wide.splitlines()]

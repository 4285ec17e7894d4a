"""Functions of numbers as a Python person writes them."""

def n_isqrt(n: u64, m: u128) -> List[u128]:
    return [math.isqrt(n), math.isqrt(m)]
def n_isqrt_signed(n: i64, m: i128, k: i8) -> List[i128]:
    return [math.isqrt(n), math.isqrt(m), math.isqrt(k)]
def n_gcd(a: i64, b: i64, c: i64) -> List[i64]:
    return [math.gcd(a, b), math.gcd(a, b, c), math.lcm(a, b) if abs(a) < 1000 and abs(b) < 1000 else 0, math.gcd(a), math.gcd()]
def n_comb(n: u8, k: u8) -> List[u128]:
    return [math.comb(n, k), math.perm(k, 2)]
def n_fact(n: u8) -> u128:
    return math.factorial(n)
def n_float(x: f64, y: f64) -> List[f64]:
    return [math.fabs(x), math.sqrt(abs(x)), x * 2]
def n_fmod(x: f64, y: f64) -> f64:
    return math.fmod(x, y)
def n_sqrt(x: f64) -> f64:
    return math.sqrt(x)
def n_ftoi(x: f64) -> List[i64]:
    return [i64(math.floor(x)), i64(math.ceil(x)), i64(math.trunc(x)), i64(round(x)), i64(int(x))]
def n_fclass(x: f64) -> List[bool]:
    return [math.isnan(x), math.isinf(x), math.isfinite(x), x.is_integer(), x == math.inf, math.isclose(x, x + 1e-12)]
def n_const(x: f64) -> List[f64]:
    return [math.pi, math.e, math.tau, math.inf, x * math.pi]
def n_prod(a: List[u64]) -> List[u64]:
    return [math.prod(a), sum(a, 5), sum(a, start=7), sum(x * 2 for x in a), sum([x for x in a], 0)]
def n_sumf(a: List[f64]) -> f64:
    return sum(a, 0.5)
def n_pow(a: u64, b: u64, m: u64) -> List[u64]:
    return [pow(a, b, m), pow(a, 2)]
def n_powi(a: i64, b: u8, m: i64) -> i64:
    return pow(a, b, m)
def n_powinv(a: i64, m: i64) -> i64:
    return pow(a, -1, m)
def n_divmod(a: i64, b: i64) -> List[i64]:
    q, r = divmod(a, b)
    return [q, r]
def n_divmodf(a: f64, b: f64) -> List[f64]:
    q, r = divmod(a, b)
    return [q, r, a // b, a % b]
def n_bits(n: u64, m: i64) -> List[u64]:
    return [n.bit_length(), m.bit_length(), n.bit_count(), m.bit_count()]
def n_abs(a: i64, x: f64) -> List[f64]:
    return [f64(abs(a)), abs(x), f64(round(a, -1))]
def n_roundn(a: i64) -> List[i64]:
    return [round(a, -2), round(a, 2)]
def n_minmax(a: i64, b: i64, c: i64) -> List[i64]:
    return [min(a, b, c), max(a, b, c), min([a, b, c], key=abs), max([a, b], key=lambda v: -v), min(a, b, key=abs), min((a, b)), max((a, b, c))]
def n_default(a: List[i64]) -> List[i64]:
    return [min(a, default=5), max(a, default=-1), max((x for x in a if x > 3), default=0), min([abs(x) for x in a], default=9)]
def n_tuples(a: List[u64], b: List[u64]) -> List[u64]:
    x = max(zip(a, b))
    y = min((p, q) for q, p in zip(a, b))
    i, v = max(enumerate(a), key=lambda t: t[1])
    return [x[0], x[1], y[0], y[1], i, v]
def n_minkey(a: List[Pubkey]) -> Pubkey:
    return min(a)
def n_sorted(a: List[i64]) -> List[List[i64]]:
    return [sorted(a, reverse=True), sorted(a, key=abs), sorted(a, key=lambda x: (x % 3, -x)), sorted(a, key=lambda x: -x, reverse=True), list(reversed(sorted(a)))]
def n_sortedp(a: List[Pubkey]) -> List[Pubkey]:
    return sorted(a, reverse=True)
def n_anyall(a: List[i64]) -> List[bool]:
    return [any(x > 2 for x in a), all(x > 2 for x in a), any(a), all(a), any([x == 1 for x in a])]
def n_zip(a: List[u64], b: List[u64]) -> List[u64]:
    return [x * y for x, y in zip(a, b)] + [i + x for i, x in enumerate(a, 1)] + [i for i, _ in enumerate(b, start=3)] + list(reversed(range(3))) + [x for x, y, i in zip(a, b, range(10))]
def n_maxmin() -> List[u128]:
    return [u8.MAX, u16.MAX, u64.MAX, u128.MAX, u64.MIN, u128(i64.MAX)]
def n_maxmini(a: i64) -> List[i128]:
    return [i64.MIN, i128.MIN, i128.MAX, i8.MIN, max(a, i64.MIN)]
def n_muldiv(a: u64, b: u64, c: u64) -> u64:
    return mul_div(a, b, c)
def n_muldiv128(a: u128, b: u128, c: u128) -> u128:
    return mul_div(a, b, c)
def n_bool(a: bool, b: bool) -> List[u64]:
    return [sum([a, b]), int(a), u64(a) * 2, sum(1 for x in [a, b] if x)]
def n_cmpchain(a: i64) -> bool:
    return 0 < a <= 10 != 5
def n_clamp(a: i64) -> i64:
    return max(0, min(a, 100))
def n_sumgen(n: u8) -> List[u64]:
    return [sum(range(n)), sum(i * i for i in range(n)), len([i for i in range(n) if i % 2]), max(range(n), default=0), sum(map(lambda x: x + 1, range(n)))]

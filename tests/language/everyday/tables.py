"""dict and set as a Python person writes them."""

class Kind(Enum):
    A = 0
    B = 1
    C = 2

def bump(d: Dict[u64, u64], k: u64) -> None:
    d[k] = d.get(k, 0) + 1

def total(d: Dict[u64, u64]) -> u64:
    return sum(k * n for k, n in d.items())

def inverted(d: Dict[str, u64]) -> Dict[u64, str]:
    return {v: k for k, v in d.items()}

def d_basic(ks: List[u64], vs: List[u64]) -> List[u64]:
    d: Dict[u64, u64] = {}
    for k, v in zip(ks, vs):
        d[k] = v
    return [len(d), d.get(1, 99), sum(d.values()), sum(d), max(d, default=0)] + list(d.keys()) + [v for v in d.values()]
def d_lower(ks: List[u64]) -> List[u64]:
    d: dict[u64, u64] = dict()
    for k in ks:
        d[k] = d.get(k, 0) + 1
    out: List[u64] = []
    for k, n in d.items():
        out.append(k * 10 + n)
    return out
def d_infer(words: List[str]) -> List[str]:
    counts = {}
    for w in words:
        if w in counts:
            counts[w] += 1
        else:
            counts[w] = 1
    return [f"{w}={n}" for w, n in counts.items()] + [f"{counts}", str(counts), str(len(counts))]
def d_missing(k: u64) -> u64:
    d = {1: 10, 2: 20}
    return d[k]
def d_del(ks: List[u64], x: u64) -> List[u64]:
    d = {k: k + 1 for k in ks}
    del d[x]
    return list(d) + list(d.values())
def d_pop(ks: List[u64], x: u64) -> List[u64]:
    d = {k: k + 1 for k in ks}
    a = d.pop(x, 77)
    b = d.pop(3)
    return [a, b] + list(d)
def d_popitem(ks: List[u64]) -> List[u64]:
    d = {k: k + 1 for k in ks}
    k, v = d.popitem()
    return [k, v] + list(d)
def d_get(k: u64) -> List[u64]:
    d = {1: 10, 2: 20}
    v = d.get(k)
    if v is None:
        return []
    return [v, u64(k in d), u64(k not in d)]
def d_setdefault(ks: List[u64]) -> List[u64]:
    d: Dict[u64, List[u64]] = {}
    for i, k in enumerate(ks):
        d.setdefault(k, []).append(i)
    return [len(v) for v in d.values()] + [d[k][0] for k in d]
def d_update(a: List[u64], b: List[u64]) -> List[u64]:
    d = {k: 1 for k in a}
    e = {k: 2 for k in b}
    f = d | e
    d.update(e)
    d |= {100: 3}
    return list(d) + list(d.values()) + list(f) + list(f.values()) + [len(e)]
def d_eq(a: List[u64], b: List[u64]) -> List[bool]:
    d = {k: 1 for k in a}
    e = {k: 1 for k in b}
    return [d == e, d != e, d == d.copy(), list(d) == list(e), bool(d), not d]
def d_copy(k: u64) -> List[u64]:
    d = {1: 2}
    e = d
    f = d.copy()
    g = dict(d)
    d[k] = 5
    e.clear()
    return [len(d), len(e), len(f), len(g)]
def d_change(k: u64) -> u64:
    d = {1: 1, 2: 2}
    n = 0
    for x in d:
        if x == k:
            d[9] = 1
        n += 1
    return n
def d_change2(k: u64, m: u64) -> List[u64]:
    d = {1: 1, 2: 2, 3: 3}
    out = []
    for x in d:
        out.append(x)
        if x == k:
            del d[m]
            d[9] = 1
    return out
def d_change3(k: u64) -> u64:
    d = {1: 1, 2: 2}
    n = 0
    for x, y in d.items():
        d[x] = y + k
        n += y
    for x in list(d):
        if x == k:
            del d[x]
    return n + sum(d.values()) + len(d)
def d_texts(a: List[str], b: str) -> List[str]:
    d = {s: s + '!' for s in a}
    d[b] = "x"
    return list(d.keys()) + list(d.values()) + [d.get("q", "none"), str(d), str(b in d)]
def d_tuple(a: List[u64]) -> List[u64]:
    d: Dict[Tuple[u64, u64], u64] = {}
    for i in range(len(a)):
        d[(a[i], i % 2)] = i
    for (x, y), z in d.items():
        a.append(x + y + z)
    return a + [d.get((1, 1), 0), u64((1, 0) in d)]
def d_fromzip(a: List[u64], b: List[str]) -> List[str]:
    d = dict(zip(a, b))
    return [d[k] for k in sorted(d)] + [str(d)]
def d_pairs(a: u64) -> str:
    d = dict([(a, "x"), (2, "y")])
    return str(d) + str(sorted(d.items(), reverse=True)) + str(sorted(d.values()))
def d_kw(a: u64) -> str:
    return str(dict(x=a, y=2))
def d_nested(a: u64, b: u64) -> List[u64]:
    d: Dict[u64, Dict[u64, u64]] = {}
    d[a] = {b: 1}
    d[a][b] += 5
    d.setdefault(b, {})[a] = 7
    return [d[a][b], d[b][a], len(d)] + [k for inner in d.values() for k in inner]
def d_param(ks: List[u64]) -> u64:
    d = {}
    for k in ks:
        bump(d, k)
    return total(d)
def d_lit(a: u64) -> List[u64]:
    d = {"a": a, "b": a + 1, "a": 9}
    return [d["a"], d["b"], len(d)]
def d_enum(n: u8) -> List[u64]:
    d = {Kind.A: 1, Kind.B: 2}
    d[Kind.A] += 1
    return [d[Kind.A], d[Kind.B], len(d), u64(Kind.C in d)]
def d_best(a: List[str], b: List[u64]) -> str:
    d = dict(zip(a, b))
    k = max(d, key=lambda x: d[x])
    m = max(d, key=d.get)
    return k + m + min(d) + str(max(d.values()))
def d_unpack(a: u64) -> str:
    d = {1: 2, a: 3}
    return str({**d, 5: 6})
def d_bool(a: List[u64]) -> u64:
    d = {x: True for x in a}
    if d:
        return len(d)
    if not d:
        return 100
    return 5
def d_fromkeys(a: List[u64]) -> str:
    return str(dict.fromkeys(a, 0))
def d_in_items(a: u64) -> List[bool]:
    d = {1: 2, a: 4}
    return [(1, 2) in d.items(), 4 in d.values(), a in d.keys()]
def d_rev(a: List[u64]) -> str:
    d = {x: 1 for x in a}
    return str(list(reversed(d))) + str({v: k for k, v in d.items()})
def s_basic(a: List[u64], b: List[u64]) -> List[List[u64]]:
    s = set(a)
    t = set(b)
    return [sorted(s | t), sorted(s & t), sorted(s - t), sorted(s ^ t), sorted(s.union(t)), sorted(s.intersection(t)), sorted(s.difference(t)), sorted(s.symmetric_difference(t)), [len(s), sum(s)]]
def s_rel(a: List[u64], b: List[u64]) -> List[bool]:
    s = set(a)
    t = {x for x in b}
    return [s == t, s != t, s <= t, s < t, s >= t, s > t, s.issubset(t), s.issuperset(t), s.isdisjoint(t), 3 in s, 3 not in s, bool(s)]
def s_change(a: List[u64], x: u64) -> List[u64]:
    s: Set[u64] = set()
    for v in a:
        s.add(v)
    s.add(x)
    s.discard(1)
    t = s.copy()
    s.update([7, 8])
    s |= {9}
    s -= {8}
    s &= t | {9}
    return sorted(s) + sorted(t)
def s_remove(a: List[u64], x: u64) -> List[u64]:
    s = set(a)
    s.remove(x)
    return sorted(s)
def s_lit(a: u64) -> List[u64]:
    s = {1, 2, a}
    n = 0
    for x in s:
        n += x
    s.clear()
    return [n, len(s)]
def s_texts(a: List[str]) -> str:
    s = set(a)
    seen = set()
    out = ""
    for w in a:
        if w not in seen:
            seen.add(w)
            out += w
    return out + str(len(s)) + ",".join(sorted(s)) + str(seen == s)
def s_change_iter(k: u64) -> u64:
    s = {1, 2}
    n = 0
    for x in s:
        n += x
        if x == k:
            s.add(9)
    return n
def s_keys(a: List[Pubkey], p: Pubkey) -> List[bool]:
    s = set(a)
    return [p in s, len(s) == len(a)]
def s_frozen(a: List[u64]) -> u64:
    return len(set(a)) + len({1, 1, 2})
def s_dedupe(a: List[u64]) -> List[u64]:
    return list(dict.fromkeys(a, True))

def d_returned(a: List[str], b: List[u64]) -> str:
    return str(inverted(dict(zip(a, b))))
def d_lists(a: List[u64], b: List[str]) -> str:
    d: Dict[str, List[u64]] = {"": []}
    for k, v in zip(b, a):
        if k not in d:
            d[k] = []
        d[k].append(v)
        d[k] += [1]
        d[""].insert(0, v)
    first = d.setdefault("x", [7])
    first.append(8)
    return str(d) + str(len(d["x"]))
def d_aug(a: List[i64], b: List[i64]) -> str:
    d: Dict[i64, i64] = {}
    for k, v in zip(a, b):
        d.setdefault(k, 0)
        d[k] += v
        d[k] -= 3
        d[k] *= 2
        d[k % 3] = d.get(k % 3, 0) ^ 5
    return str(d)
def d_floats(a: List[f64]) -> str:
    d: Dict[bool, f64] = {True: 0.0, False: 0.5}
    for x in a:
        d[x > 0.0] += x
    return str(d)
def d_keys_bytes(a: List[bytes], k: bytes) -> str:
    d = {x: len(x) for x in a}
    return str(d) + str(d.get(k, 0)) + str(k in d)
def d_pubkeys(a: List[Pubkey], k: Pubkey) -> List[u64]:
    d: Dict[Pubkey, u64] = {}
    for i, key in enumerate(a):
        d[key] = d.get(key, 0) + i
    if k in d:
        del d[k]
    return [v for _, v in d.items()] + [len(d)]
def d_many(n: u8) -> List[u64]:
    d: Dict[u64, u64] = {}
    for i in range(n):
        d[i * 7 % 13] = i
    while len(d) > 5:
        k, v = d.popitem()
        d[k // 2] = v
        if k // 2 == k:
            del d[k]
    return list(d.keys()) + list(d.values())
def d_iterates(a: List[u64]) -> List[u64]:
    d = {x: x * 2 % 7 for x in a if x < 1000}
    out = [i * 100 + k for i, k in enumerate(d)]
    out += [k + v for (k, v), i in zip(d.items(), range(2))]
    out += sorted(d, reverse=True) + sorted(d.values()) + [x for x in reversed(d)]
    out += [u64(any(d.values())), u64(all(k > 1 for k in d)), max(d.values(), default=0)]
    return out
def d_walrus(a: List[u64], k: u64) -> u64:
    d = {x: x for x in a}
    if (v := d.get(k)) is not None:
        return v
    return 99
def d_match(k: u64) -> str:
    names = {0: "none", 1: "one"}
    match k:
        case 0 | 1:
            return names[k]
        case _:
            return names.get(k, "many")
def d_popped(a: List[u64], b: u64) -> List[u64]:
    d = {x: [x] for x in a}
    taken = d.pop(b, [0])
    taken.append(5)
    return taken + [len(d)]
def d_whilechange(a: List[u64], b: u64) -> List[u64]:
    d = {x: 1 for x in a}
    seen = []
    for k in d:
        seen.append(k)
        if k == b:
            d.pop(k)
            d[k] = 2
            break
    return seen + list(d)
def s_aug(a: List[u64], b: List[u64]) -> str:
    s, t = set(a), set(b)
    u = s
    s |= t
    s ^= {1, 2}
    s -= {3}
    u &= {x for x in range(12)}
    s.difference_update([4])
    s.symmetric_difference_update(t)
    s.intersection_update([x for x in s if x != 7])
    return str(sorted(s)) + str(sorted(u)) + str(sorted(t)) + str(len(s) == len(u))
def s_tuples(a: List[u64], b: List[u64]) -> u64:
    pairs = {(x % 3, y % 2) for x, y in zip(a, b)}
    pairs.add((1, 1))
    return len(pairs) + u64((0, 0) in pairs) * 10
def s_removed(a: List[u64]) -> List[u64]:
    s = set(a)
    for x in sorted(s):
        if x % 2 == 0:
            s.discard(x)
    return sorted(s)

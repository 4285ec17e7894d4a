"""Methods of bytes as a Python person writes them."""

def b_hex(b: bytes) -> List[str]:
    return [b.hex(), b.hex().upper(), bytes(b).hex()]
def b_fromhex(s: str) -> bytes:
    return bytes.fromhex(s)
def b_join(a: List[bytes], s: bytes) -> bytes:
    return s.join(a) + b"-".join([s, s])
def b_find(b: bytes, p: bytes) -> List[i64]:
    return [b.find(p), b.rfind(p), i64(b.count(p)), i64(b.startswith(p)), i64(b.endswith(p)), i64(p in b)]
def b_ops(b: bytes, p: bytes) -> List[bytes]:
    return [b.strip(p), b.replace(p, b"xy"), b[::-1], b * 2, b + p, b.ljust(8, b"\0"), b.rjust(8, b"\0"), b.removeprefix(p)]
def b_split(b: bytes, p: bytes) -> List[bytes]:
    return b.split(p)
def b_in(b: bytes, n: u8) -> List[bool]:
    return [n in b, b == bytes([n]), b < bytes([n, n])]
def b_make(n: u8, m: u16) -> List[bytes]:
    return [bytes(n), bytes([n, n]), bytes(range(u8(n))), bytes(i for i in range(n)), bytes()]
def b_tobytes(n: u64, m: i32) -> List[bytes]:
    return [n.to_bytes(8, "little"), n.to_bytes(16, "big"), m.to_bytes(4, "little", signed=True), n.to_bytes(8), m.to_bytes(8, "big", signed=True)]
def b_tobytes_small(n: u64) -> bytes:
    return n.to_bytes(2, "big")
def b_frombytes(b: bytes) -> List[i64]:
    return [int.from_bytes(b, "little"), int.from_bytes(b, "big", signed=True), i64(int.from_bytes(b, byteorder="big"))]
def b_u64from(b: bytes) -> u64:
    return u64.from_bytes(b, "little")
def b_decode(b: bytes) -> str:
    return b.decode("utf-8") + b.decode()
def b_encode(s: str) -> bytes:
    return s.encode("utf-8") + s.encode()
def b_iter(b: bytes) -> u64:
    t = 0
    for i, x in enumerate(b):
        t += i * x
    return t + sum(b) + max(b, default=0)
def b_is(b: bytes) -> List[bool]:
    return [b.isdigit(), b.isalpha(), b.isascii(), b.upper() == b, b.lower() == b]
def b_blake3(b: bytes, p: bytes) -> List[bytes]:
    return [blake3(b), blake3(data=p * 9)]

"""BLAKE3, written in the language itself: no cluster has switched on the syscall for it.

A state of 16 words, and the words of a block, are made once and used for every block, since memory is never freed.
"""

from seahorse.prelude.values import *

MASK = 0xFFFFFFFF
CHUNK_START = 1
CHUNK_END = 2
PARENT = 4
ROOT = 8
# Which word of the block each step of the seven rounds takes.
SCHEDULE = (
    b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
    b"\x02\x06\x03\x0a\x07\x00\x04\x0d\x01\x0b\x0c\x05\x09\x0e\x0f\x08"
    b"\x03\x04\x0a\x0c\x0d\x02\x07\x0e\x06\x05\x09\x00\x0b\x0f\x08\x01"
    b"\x0a\x07\x0c\x09\x0e\x03\x0d\x0f\x04\x00\x0b\x02\x05\x08\x01\x06"
    b"\x0c\x0d\x09\x0b\x0f\x0a\x0e\x08\x07\x02\x05\x03\x00\x01\x06\x04"
    b"\x09\x0e\x0b\x05\x08\x0c\x0f\x01\x0d\x03\x00\x0a\x02\x06\x04\x07"
    b"\x0b\x0f\x05\x00\x01\x09\x08\x06\x0e\x0a\x02\x0c\x03\x04\x07\x0d"
)


def initial() -> List[u64]:
    return [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19]


def turned(x: u64, by: u32) -> u64:
    return x >> by | (x << (32 - by)) & MASK


def quarter(s: List[u64], a: u64, b: u64, c: u64, d: u64, x: u64, y: u64) -> None:
    first = (s[a] + s[b] + x) & MASK
    fourth = turned(s[d] ^ first, 16)
    third = (s[c] + fourth) & MASK
    second = turned(s[b] ^ third, 12)
    first = (first + second + y) & MASK
    fourth = turned(fourth ^ first, 8)
    third = (third + fourth) & MASK
    s[a], s[c], s[d] = first, third, fourth
    s[b] = turned(second ^ third, 7)


def compress(s: List[u64], chain: List[u64], words: List[u64], counter: u64, size: u64, flags: u64) -> None:
    """Seven rounds: the chaining value becomes the next one."""
    start = initial()
    for i in range(8):
        s[i] = chain[i]
        s[8 + i] = start[i]
    s[12] = counter & MASK
    s[13] = counter >> 32
    s[14] = size
    s[15] = flags
    at: u64 = 0
    for _ in range(7):
        for i in range(4):
            quarter(s, i, 4 + i, 8 + i, 12 + i, words[SCHEDULE[at]], words[SCHEDULE[at + 1]])
            at += 2
        for i in range(4):
            j, k, n = 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4
            quarter(s, i, j, k, n, words[SCHEDULE[at]], words[SCHEDULE[at + 1]])
            at += 2
    for i in range(8):
        chain[i] = s[i] ^ s[i + 8]


def read_block(words: List[u64], data: bytes, start: u64) -> None:
    """The words of 64 bytes of the data; behind its end stand zeros."""
    for i in range(16):
        word: u64 = 0
        for j in range(4):
            at = start + 4 * i + 3 - j
            word = word << 8 | (u64(data[at]) if at < len(data) else 0)
        words[i] = word


def chunk(s: List[u64], words: List[u64], data: bytes, start: u64, counter: u64, last: u64) -> List[u64]:
    """The chaining value of up to 1024 bytes. `last`: ROOT when there is no other chunk."""
    chain = initial()
    left = min(len(data) - start, 1024)
    blocks = max((left + 63) // 64, 1)
    for i in range(blocks):
        flags = CHUNK_START if i == 0 else 0
        if i == blocks - 1:
            flags |= CHUNK_END | last
        read_block(words, data, start + 64 * i)
        compress(s, chain, words, counter, min(left - 64 * i, 64), flags)
    return chain


def joined(s: List[u64], words: List[u64], left: List[u64], right: List[u64], flags: u64) -> List[u64]:
    """The chaining value above two subtrees."""
    for i in range(8):
        words[i] = left[i]
        words[8 + i] = right[i]
    chain = initial()
    compress(s, chain, words, 0, 64, PARENT | flags)
    return chain


def blake3_of(data: bytes) -> bytes:
    s: List[u64] = [0] * 16
    words: List[u64] = [0] * 16
    chunks = max((len(data) + 1023) // 1024, 1)
    if chunks == 1:
        return spelled(chunk(s, words, data, 0, 0, ROOT))
    # Subtrees that wait for their right sides: one for each 1 in the number of chunks so far.
    waiting: List[List[u64]] = []
    for i in range(chunks - 1):
        value = chunk(s, words, data, 1024 * i, i, 0)
        total = i + 1
        while total % 2 == 0:
            value = joined(s, words, waiting.pop(), value, 0)
            total //= 2
        waiting.append(value)
    value = chunk(s, words, data, 1024 * (chunks - 1), chunks - 1, 0)
    while len(waiting) > 1:
        value = joined(s, words, waiting.pop(), value, 0)
    return spelled(joined(s, words, waiting.pop(), value, ROOT))


def spelled(chain: List[u64]) -> bytes:
    return bytes([u8(word >> u32(8 * i) & 0xFF) for word in chain for i in range(4)])

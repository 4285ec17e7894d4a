"""bytearray as a Python person writes it."""

def filled(a: bytearray, n: u8) -> bytearray:
    a.append(n)
    return bytearray([n, n]) + a[:2]
def b_array(b: bytes, n: u8) -> bytes:
    a = bytearray(b)
    a.append(n)
    a.extend(b)
    a += b"zz"
    a[0] = 7
    return bytes(a)
def b_array2(n: u8) -> bytes:
    a = bytearray(4)
    a[n] = 1
    a.pop()
    a.reverse()
    return bytes(a)
def b_array3(n: u8) -> List[str]:
    a = bytearray(b"hello")
    del a[0]
    return [a.hex(), a.decode(), str(len(a)), str(a == b"ello"), str(n in a), str(a == bytearray(b"x")), a[1:3].hex(), (a + b"!").decode(), (a * 2).hex(), str(a.find(b"l")), str(bool(a))]
def b_array4(b: bytes, c: bytes) -> bytes:
    a = bytearray()
    for x in b:
        a.insert(0, x)
    e = a
    e += c
    d = a.copy()
    d.clear()
    a.extend([1, 2])
    a += bytearray(x for x in c)
    assert len(d) == 0 and a != c
    return bytes(a) + bytes(filled(a, 3))

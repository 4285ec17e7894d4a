from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def run(xs: List[u64]) -> None:
    s = set(xs)
    print(list(reversed(s)))
    b = bytearray(b"a")
    b += [1]
    c = b + [1]
    b.extend([1])
    print(bytes(b).hex(), bytes(c).hex(), round(True, 2))

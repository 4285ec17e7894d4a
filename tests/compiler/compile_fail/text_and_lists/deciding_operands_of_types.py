from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def run(s: str, n: u64, xs: List[u64]) -> bool:
    first = s or n
    fine = bool(s) or n > 2
    if s or n and xs:
        print(first, fine)
    return s and n > 2

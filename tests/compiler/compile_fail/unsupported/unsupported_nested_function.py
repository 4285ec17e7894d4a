from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def run(owner: Signer, n: u64) -> None:
    def inner(x) -> u64:
        return x

    def count() -> None:
        nonlocal n
        n += 1

    def later() -> u64:
        return total

    class Inner:
        x: u64

    print(inner(1))
    print(later())
    if n > 1:
        def third() -> u64:
            return 3
    else:
        def third() -> u64:
            return 4
    print(third())
    total = n

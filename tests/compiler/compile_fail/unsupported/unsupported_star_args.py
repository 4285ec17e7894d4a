from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

def total(*values: u64) -> u64:
    values.append(1)
    return 0


def untyped(*values) -> u64:
    return 0


def named(**values: u64) -> u64:
    return 0


def plain(a: u64, *, b: u64) -> u64:
    return a + b


@instruction
def many(owner: Signer, *values: u64) -> None:
    pass


@instruction
def run(owner: Signer, items: List[u64]) -> None:
    print(total(1))
    print(plain(*items))
    print(plain(1, 2))
    print(plain(**items))

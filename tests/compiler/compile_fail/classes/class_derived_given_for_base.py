from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Base:
    x: u64


@dataclass
class Derived(Base):
    y: u64


def f(b: Base) -> u64:
    return b.x


@instruction
def run(owner: Signer):
    print(f(Derived(1, 2)))

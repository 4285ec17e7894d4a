from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass(eq=False)
class A:
    x: u64


@dataclass(frozen=1)
class B:
    x: u64


@dataclass
class C:
    x: u64 = field(default=1, repr=False)


@dataclass(order=True)
class D:
    x: u64

    def __lt__(self, other: 'D') -> bool:
        return True


@instruction
def run(owner: Signer) -> None:
    pass

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

X: TypeAlias = 5
Side = Literal['buy', 1]
Number = Literal[n]
Name = NewType('Name')
Amount = NewType('Amount', u64)


class P:
    x: Final


def f(x: Final) -> u64:
    return 1


@instruction
def run(owner: Signer, text: str) -> Self:
    print(Amount(text))

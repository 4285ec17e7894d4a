from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Color(Enum):
    RED = 0
    BLUE = 1


@instruction
def run(owner: Signer, colors: List[Color]):
    print(min(colors))
    print(max(Color.RED, Color.BLUE))
    print(min(colors, order=1))

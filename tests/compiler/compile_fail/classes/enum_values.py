from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Mixed(Enum):
    A = 1
    B = 'b'


class Same(Enum):
    A = 'x'
    B = 'x'


class Counted(Enum):
    A = 'x'
    B = auto()


class Level(IntEnum):
    LOW = 'low'


class Good(Enum):
    A = 1

    def __init__(self, n: u64) -> None:
        pass


class Color(Enum):
    RED = 1

    def hot(self) -> bool:
        return True


@instruction
def run(owner: Signer) -> None:
    print(Color['GREEN'])
    print(Color.hot)
    print(Color.RED.warm())
    print(Color.RED + 1)

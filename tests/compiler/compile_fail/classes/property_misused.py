from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Box:
    side: u64

    def __init__(self) -> None:
        self.side = 1

    @property
    def area(self) -> u64:
        return self.side * self.side

    @property
    def scaled(self, by: u64) -> u64:
        return self.side * by

    @width.setter
    def width(self, value: u64) -> None:
        self.side = value

    @width.setter
    def height(self, value: u64) -> None:
        self.side = value


@instruction
def run(owner: Signer) -> None:
    box = Box()
    print(box.area())
    box.area = 4
    box.area += 1
    print(Box.area)

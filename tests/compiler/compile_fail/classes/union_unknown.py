from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Circle:
    r: u64


@dataclass
class Square:
    a: u64

    def area(self) -> u64:
        return self.a * self.a


class Other:
    pass


Shape = Circle | Square


def side(shape: Shape) -> u64:
    return shape.a


def area(shape: Shape) -> u64:
    return shape.area()


def after(shape: Shape) -> u64:
    if isinstance(shape, Circle):
        return shape.r
    shape = Circle(1)
    return shape.r


def cases(shape: Shape) -> u64:
    match shape:
        case Circle(r):
            return r


@instruction
def run(owner: Signer, n: u64, x: u64 | Circle):
    shapes: List[Shape] = [Other(), Circle(n)]
    print(len(shapes), shapes[0] < shapes[1], isinstance(shapes[0], u64))

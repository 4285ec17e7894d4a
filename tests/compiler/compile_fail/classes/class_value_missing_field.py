from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Point:
    x: f64
    y: f64


@instruction
def run(owner: Signer):
    p = Point(1)

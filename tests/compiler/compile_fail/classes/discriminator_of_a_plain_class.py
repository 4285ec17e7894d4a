from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Point(discriminator=b"p"):
    x: u64


class Kind(Enum, discriminator=b"p"):
    A = 1


@instruction
def read(owner: Signer) -> u64:
    return 1

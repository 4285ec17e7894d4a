from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction(discriminant=b"abc")
def one(owner: Signer):
    pass


@instruction(b"abc")
def two(owner: Signer):
    pass


@instruction(fallback=1)
def three(owner: Signer):
    pass


@instruction(discriminator=b"")
def four(owner: Signer):
    pass


@instruction(discriminator=five)
def five(owner: Signer):
    pass

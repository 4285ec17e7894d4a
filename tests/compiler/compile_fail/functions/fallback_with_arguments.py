from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction(fallback=True)
def first(owner: Signer, amount: u64):
    pass


@instruction(fallback=True)
def second(owner: Signer, data: bytes, more: bytes):
    pass


@instruction(fallback=True)
def third(owner: Signer) -> u64:
    return 1


@instruction(fallback=True, discriminator=b"abc")
def fourth(owner: Signer):
    pass

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction(discriminator=b'abc')
def short(a: Signer):
    pass


@instruction(discriminator=[1, 2, 3, 4, 5, 6, 7, 256])
def large(a: Signer):
    pass


@instruction(name='x')
def named(a: Signer):
    pass


@instruction()
def empty(a: Signer):
    pass

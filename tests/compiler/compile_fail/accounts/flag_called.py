from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def f(a: UncheckedAccount):
    assert a.is_signer(), 'must sign'

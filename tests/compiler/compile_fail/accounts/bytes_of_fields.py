from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Note(Account):
    n: u64


@instruction
def f(a: Note, b: UncheckedAccount, payer: Signer):
    a.data[8] = 1
    payer.data[0:2] = b'ab'
    b.data[0:4:2] = b'ab'
    b.data[0] = 'a'
    b.data[0:2] += b'a'
    payer.data[0] += 1
    b.data = b'abc'

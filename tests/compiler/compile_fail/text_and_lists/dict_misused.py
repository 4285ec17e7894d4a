from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, n: u64):
    d = {n: 'a'}
    s = {n}
    print(d['a'])
    print(d < d)
    print(d + d)
    print(s * 2)
    print(s[0])
    print(s)
    print([d])
    print(d.sort())
    print(s.pop())
    d[n] = 5
    (d[n], m), k = ('b', 1), 2
    s += {1}
    print(d.get(n) + 'x')
    print(d[1:])

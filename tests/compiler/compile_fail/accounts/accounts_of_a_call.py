from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def f(p: Program, v: UncheckedAccount, bump: u8, remaining_accounts: List[UncheckedAccount]):
    signing = [CpiAccount(x, seeds=['v', bump]) for x in remaining_accounts]
    metas = [CpiAccount(v)]
    for x in remaining_accounts:
        metas.append(CpiAccount(x, seeds=['v', bump]))
    p.invoke(accounts=remaining_accounts, data=b'')
    p.invoke(accounts=metas + [v], data=b'')
    p.invoke(accounts=[CpiAccount(v, mut=1)], data=b'')

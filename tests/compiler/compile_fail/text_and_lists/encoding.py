from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, t: str):
    print(len(t.encode('latin-1')))
    print(t.encode().decode('utf-8', 'ignore'))

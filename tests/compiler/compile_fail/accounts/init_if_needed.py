from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Box(Account):
    n: u64


@instruction
def keyed(owner: Signer, box: Empty[Box]):
    b = box.init(payer=owner, init_if_needed=True)


@instruction
def asked(owner: Signer, box: Empty[Box], often: bool):
    b = box.init(payer=owner, seeds=['box'], init_if_needed=often)


@instruction
def always_new(owner: Signer, box: Empty[Box]):
    b = box.init(payer=owner, seeds=['box'])
    print(box.is_new())

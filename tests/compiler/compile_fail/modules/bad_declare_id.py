from seahorse.prelude import *

declare_id('not-an-address')


@instruction
def run(owner: Signer):
    pass

from seahorse.prelude import *


@instruction
def run(owner: Signer):
    pass

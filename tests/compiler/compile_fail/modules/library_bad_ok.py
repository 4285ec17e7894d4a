"""A library module with an instruction, which has no place there."""

from seahorse.prelude import *


@instruction
def misplaced(owner: Signer):
    pass


def helper(owner: Signer):
    print(owner.key())

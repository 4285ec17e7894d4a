from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class AError(Error):
    NOT_OWNER = 6000, 'not the owner'


@instruction
def run(owner: Signer):
    raise AError.NOT_OWNR

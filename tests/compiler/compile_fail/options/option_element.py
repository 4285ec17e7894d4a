from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, items: List[Optional[u64]], keys: List[Optional[Pubkey]]):
    print(items[0] + 1, keys[0].to_bytes())

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from seahorse.pyth import *


@instruction
def run(owner: Signer, price: PriceAccount):
    feed = price.validate_price_feed('CATS/DOGS')

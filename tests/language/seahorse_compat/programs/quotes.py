# Prices of Pyth: one of devnet, one of mainnet.

from seahorse.prelude import *
from seahorse.pyth import *

declare_id('8DwQAiWCHmbd57qaNK83s59cJszXqhv82Sy3rumef99W')


@instruction
def show(quote: PriceAccount):
    feed = quote.validate_price_feed('devnet-SOL/USD')
    price = feed.get_price()
    price = price.num()
    print(price)


@instruction
def show_parts(quote: PriceAccount):
    price = quote.validate_price_feed('ETH/USD').get_price()
    p: i64 = price.price
    c: u64 = price.conf
    e: i32 = price.expo
    print(p, c, e)

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Card(Account):
    n: u64


def step(card: Card) -> u64:
    card.n += 1
    return card.n


@instruction
def run(card: Card, small: u8) -> u64:
    more = lambda x: [x, 300]

    def pair(x: u64, y: u64) -> u64:
        return x * 10 + y

    print(more(small))
    return pair(y=step(card), x=card.n) + pair(y=2, x=card.n)

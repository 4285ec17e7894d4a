from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Card(Account):
    n: u64


@dataclass
class Bag:
    n: u64

    def __contains__(self, n: u64) -> bool:
        return self.n == n

    def __rmul__(self, n: u64) -> u64:
        return self.n * n


def step(card: Card) -> u64:
    card.n += 1
    return card.n


def bag(card: Card) -> Bag:
    return Bag(step(card))


@instruction
def run(card: Card) -> bool:
    fine = 1 in Bag(2) and 2 in bag(card)
    return fine and step(card) in bag(card) and card.n * bag(card) > 3

# Events: with a generated constructor, and with one of their own.

from seahorse.prelude import *

declare_id('HpztfWn2w5EfRYqUXyQ2sei753fqHsE3CAbEVoJ6NBGp')


@dataclass
class Proclaimed(Event):
    rank: u8
    words: str
    herald: Pubkey


class Counted(Event):
    votes: List[i32]
    total: i64

    def __init__(self, votes: List[i32]):
        self.votes = votes
        self.total = i64(0)
        for vote in votes:
            self.total += vote


@instruction
def proclaim(herald: Signer, rank: u8, words: str):
    news = Proclaimed(rank, words, herald.key())
    news.emit()


@instruction
def count(herald: Signer, first: i32, second: i32):
    result = Counted([first, second, first - second])
    result.emit()
    print(result.total)

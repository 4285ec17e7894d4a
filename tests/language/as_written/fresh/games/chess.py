"""A chess clock with stakes: moves are strings, the clock decides."""
from enum import Enum
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

FILES = "abcdefgh"
RANKS = "12345678"


class Side(Enum):
    WHITE = "white"
    BLACK = "black"

    @property
    def other(self) -> "Side":
        return Side.BLACK if self is Side.WHITE else Side.WHITE


class Result(Enum):
    WHITE_WINS = "1-0"
    BLACK_WINS = "0-1"
    DRAW = "1/2"


@dataclass
class Square:
    file: u8
    rank: u8

    @staticmethod
    def parse(text: str) -> "Square":
        assert len(text) == 2 and text[0] in FILES and text[1] in RANKS, f"not a square: {text}"
        return Square(FILES.index(text[0]), RANKS.index(text[1]))

    def __str__(self) -> str:
        return FILES[self.file] + RANKS[self.rank]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Square) and (self.file, self.rank) == (other.file, other.rank)


class Game(Account):
    white: Pubkey
    black: Optional[Pubkey]
    stake: u64
    clocks: Array[i64, 2]
    increment: i64
    turn: Side
    last: i64
    moves: List[String[5], 60]
    result: Optional[Result]
    offer: Optional[Side]

    def player(self, side: Side) -> Pubkey:
        if side == Side.WHITE:
            return self.white
        assert self.black is not None, "nobody plays black"
        return self.black

    def side_of(self, who: Pubkey) -> Side:
        if who == self.white:
            return Side.WHITE
        if who == self.black:
            return Side.BLACK
        raise Exception("not a player")

    def tick(self, now: i64):
        i = 0 if self.turn is Side.WHITE else 1
        self.clocks[i] -= now - self.last
        self.last = now

    def finish(self, winner: Optional[Side]):
        match winner:
            case None:
                self.result = Result.DRAW
            case Side.WHITE:
                self.result = Result.WHITE_WINS
            case Side.BLACK:
                self.result = Result.BLACK_WINS


@instruction
def challenge(white: Signer, game: Empty[Game], stake: u64, minutes: u16, increment: u8 = 0):
    g = game.init(payer=white, seeds=["game", white])
    g.white = white.key()
    g.stake = stake
    g.clocks = array(minutes * 60, minutes * 60)
    g.increment = increment
    g.turn = Side.WHITE
    white.transfer_lamports(g, stake)


@instruction
def accept(black: Signer, game: Game):
    assert game.black is None and black.key() != game.white
    game.black = black.key()
    game.last = Clock.get().unix_timestamp()
    black.transfer_lamports(game, game.stake)


@instruction
def move(player: Signer, game: Game, text: str) -> str:
    assert game.result is None, "over"
    side = game.side_of(player.key())
    assert side == game.turn, f"it is {game.turn.value}'s turn"
    start, end = Square.parse(text[:2]), Square.parse(text[2:4])
    promotion = text[4:]
    assert start != end
    assert promotion in ("", "q", "r", "b", "n"), "cannot promote to that"
    game.tick(Clock.get().unix_timestamp())
    i = 0 if side is Side.WHITE else 1
    if game.clocks[i] < 0:
        game.finish(side.other)
        return f"{side.value} lost on time"
    game.clocks[i] += game.increment
    game.moves.append(f"{start}{end}{promotion}")
    game.turn = side.other
    game.offer = None
    number = (len(game.moves) + 1) // 2
    dots = "." if side is Side.WHITE else "..."
    return f"{number}{dots} {start}-{end}"


@instruction
def offer_draw(player: Signer, game: Game):
    side = game.side_of(player.key())
    if game.offer is not None and game.offer != side:
        game.finish(None)
    else:
        game.offer = side


@instruction
def resign(player: Signer, game: Game):
    game.finish(game.side_of(player.key()).other)


@instruction
def settle(game: Game, white: UncheckedAccount, black: UncheckedAccount):
    assert white.key() == game.white and black.key() == game.black
    if game.result is None:
        raise Exception("still playing")
    pot = game.stake * 2
    to_white = {Result.WHITE_WINS: pot, Result.BLACK_WINS: 0, Result.DRAW: pot // 2}[game.result]
    for account, amount in ((white, to_white), (black, pot - to_white)):
        if amount > 0:
            game.transfer_lamports(account, amount)
    game.close(white)

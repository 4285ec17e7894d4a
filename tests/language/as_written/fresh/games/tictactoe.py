"""Tic-tac-toe for two players with a stake."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import List, Optional, Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

SIZE = 3
LINES = [
    (0, 1, 2), (3, 4, 5), (6, 7, 8),
    (0, 3, 6), (1, 4, 7), (2, 5, 8),
    (0, 4, 8), (2, 4, 6),
]


class GameError(Error):
    FULL = 6000, "The game is full"
    OVER = 6001, "The game is over"
    NOT_YOUR_TURN = 6002, "It is not your turn"
    TAKEN = 6003, "This cell is taken"
    OUTSIDE = 6004, "This cell is outside of the board"


class Cell(Enum):
    EMPTY = " "
    X = "X"
    O = "O"

    @property
    def other(self) -> Cell:
        return Cell.O if self is Cell.X else Cell.X


class Outcome(Enum):
    PLAYING = 0
    WON = 1
    DRAW = 2


@dataclass
class Move:
    row: u8
    col: u8

    def __post_init__(self):
        assert self.row < SIZE and self.col < SIZE, GameError.OUTSIDE

    @property
    def index(self) -> int:
        return self.row * SIZE + self.col


class Game(Account):
    players: List[Pubkey, 2]
    board: Array[Cell, 9]
    turn: u8
    outcome: Outcome
    winner: Optional[Pubkey]
    stake: u64
    moves: List[Move, 9]
    bump: u8

    @property
    def mark(self) -> Cell:
        return (Cell.X, Cell.O)[self.turn % 2]

    @property
    def current(self) -> Pubkey:
        return self.players[self.turn % 2]

    def rows(self) -> List[str]:
        return ["|".join(c.value for c in self.board[i * SIZE:(i + 1) * SIZE]) for i in range(SIZE)]

    def wins(self, mark: Cell) -> bool:
        return any(all(self.board[i] == mark for i in line) for line in LINES)

    def is_full(self) -> bool:
        return Cell.EMPTY not in self.board

    def play(self, move: Move) -> Outcome:
        if self.board[move.index] != Cell.EMPTY:
            raise GameError.TAKEN
        mark = self.mark
        self.board[move.index] = mark
        self.moves.append(move)
        if self.wins(mark):
            self.winner = self.current
            return Outcome.WON
        elif self.is_full():
            return Outcome.DRAW
        self.turn += 1
        return Outcome.PLAYING


@instruction
def create(host: Signer, game: Empty[Game], game_id: u32, stake: u64 = 0):
    g = game.init(payer=host, seeds=["game", host, game_id])
    g.players = [host.key()]
    g.board = Array([Cell.EMPTY for _ in range(9)], 9)
    g.stake = stake
    if stake > 0:
        host.transfer_lamports(game, stake)


@instruction
def join(guest: Signer, game: Game):
    if len(game.players) == 2:
        raise GameError.FULL
    assert guest.key() not in game.players, "you are in already"
    game.players.append(guest.key())
    guest.transfer_lamports(game, game.stake)


@instruction
def move(player: Signer, game: Game, row: u8, col: u8) -> Outcome:
    assert game.outcome == Outcome.PLAYING, GameError.OVER
    assert len(game.players) == 2
    assert player.key() == game.current, GameError.NOT_YOUR_TURN
    game.outcome = game.play(Move(row, col))
    for i, line in enumerate(game.rows()):
        print(f"{i}: {line}")
    match game.outcome:
        case Outcome.WON:
            print(f"{player.key()} wins after {len(game.moves)} moves")
            game.transfer_lamports(player, game.stake * 2)
        case Outcome.DRAW:
            print("draw")
        case _:
            print(f"next: {game.mark.value}")
    return game.outcome


@instruction
def history(game: Game) -> List[Tuple[u8, u8]]:
    return [(m.row, m.col) for m in game.moves]

"""Tic-tac-toe: a game between two people who need not trust each other.

The board is an array of nine cells, counted row by row from 0 to 8. X opens the game, O joins it,
and they move in turns until somebody has three in a row or the board is full. Who lets the other
wait for a day has lost.
"""

from seahorse.prelude import *

declare_id("6BCAqATCihYWBLuYAafzozSyNm3uSgYjQRg9JNUqMxSv")

CELLS = 9
PATIENCE = 24 * 60 * 60  # seconds


class Mark(Enum):
    """What a cell holds; also who moves, and who has won."""

    NONE = 0
    X = 1
    O = 2  # noqa: E741


class State(Enum):
    """How far the game is."""

    OPEN = 0
    RUNNING = 1
    WON = 2
    DRAWN = 3


class Game(Account):
    """A game. PDA: ["game", x, number]."""

    x: Pubkey
    o: Pubkey
    number: u32
    board: Array[Mark, 9]
    turn: Mark
    state: State
    winner: Mark
    moved_at: i64  # unix time
    bump: u8

    def player(self) -> Pubkey:
        """Whose turn it is."""
        return self.x if self.turn == Mark.X else self.o

    def has_row(self, mark: Mark, start: u8, step: u8) -> bool:
        """Whether three cells, from `start` at steps of `step`, all hold a mark."""
        board = self.board
        return board[start] == mark and board[start + step] == mark and board[start + 2 * step] == mark

    def has_won(self, mark: Mark) -> bool:
        """Whether a mark has three in a row."""
        for i in range(3):
            if self.has_row(mark, i * 3, 1) or self.has_row(mark, i, 3):
                return True
        return self.has_row(mark, 0, 4) or self.has_row(mark, 2, 2)


class GameOver(Event):
    """A game has ended; nobody has won a drawn one."""

    game: Pubkey
    winner: Mark


class GameError(Error):
    """What is against the rules."""

    NOT_OPEN = 6000, "Somebody has joined this game already"
    SAME_PLAYER = 6001, "Nobody plays against himself"
    NOT_RUNNING = 6002, "This game is not being played"
    NOT_YOUR_TURN = 6003, "It is not your turn"
    NO_SUCH_CELL = 6004, "Cells are numbered from 0 to 8"
    CELL_TAKEN = 6005, "The cell is taken"
    TOO_EARLY = 6006, "The other player still has time"


@instruction
def create(x: Signer, game: Empty[Game], number: u32):
    """Open a game; its number tells it from the player's others."""
    made = game.init(payer=x, seeds=["game", x, number])
    made.x = x.key()
    made.number = number
    made.turn = Mark.X


@instruction
def join(o: Signer, game: Game):
    """Become the other player."""
    assert game.state == State.OPEN, GameError.NOT_OPEN
    assert o.key() != game.x, GameError.SAME_PLAYER
    game.o = o.key()
    game.state = State.RUNNING
    game.moved_at = Clock.get().unix_timestamp()


@instruction
def move(player: Signer, game: Game, cell: u8) -> State:
    """Put the player's mark into a cell."""
    assert game.state == State.RUNNING, GameError.NOT_RUNNING
    assert player.key() == game.player(), GameError.NOT_YOUR_TURN
    assert cell < CELLS, GameError.NO_SUCH_CELL
    assert game.board[cell] == Mark.NONE, GameError.CELL_TAKEN
    game.board[cell] = game.turn
    game.moved_at = Clock.get().unix_timestamp()
    if game.has_won(game.turn):
        finish(game, State.WON, game.turn)
    elif Mark.NONE not in game.board:
        finish(game, State.DRAWN, Mark.NONE)
    else:
        game.turn = other(game.turn)
    return game.state


@instruction
def claim(game: Game):
    """End a game whose next player has stopped playing. Everybody may."""
    assert game.state == State.RUNNING, GameError.NOT_RUNNING
    assert Clock.get().unix_timestamp() > game.moved_at + PATIENCE, GameError.TOO_EARLY
    finish(game, State.WON, other(game.turn))


def other(mark: Mark) -> Mark:
    """The other player's mark."""
    return Mark.O if mark == Mark.X else Mark.X


def finish(game: Game, state: State, winner: Mark):
    """End the game and announce it."""
    game.state = state
    game.winner = winner
    GameOver(game=game.key(), winner=winner).emit()

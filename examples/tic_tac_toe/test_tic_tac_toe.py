"""Whole games, and every rule."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error

DAY = 86_400
ROWS = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


class Table:
    """Two players at a running game."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.game = self.ledger.deploy(Path(__file__).with_name("tic_tac_toe.py"))
        self.x, self.o = self.ledger.signer(), self.ledger.signer()
        self.game.create(x=self.x, game=self.place, number=7)

    @property
    def place(self) -> Pubkey:
        return self.game.address("game", self.x, (7).to_bytes(4, "little"))

    def start(self) -> None:
        self.game.join(o=self.o, game=self.place)

    def move(self, player: Keypair, cell: int) -> Result:
        return self.game.move(player=player, game=self.place, cell=cell)

    def play(self, *cells: int) -> Result:
        """Moves in turns, X first."""
        results = [self.move(self.o if n % 2 else self.x, cell) for n, cell in enumerate(cells)]
        return results[-1]


@pytest.fixture
def table() -> Table:
    table = Table()
    table.start()
    return table


def test_an_open_game():
    table = Table()
    game = table.game.account(table.place)
    assert (game.x, game.number, game.turn, game.state, game.winner) == (table.x.pubkey(), 7, "X", "Open", "None")
    assert game.board == ["None"] * 9
    with expect_error("NotRunning"):
        table.move(table.x, 0)


def test_joining(table: Table):
    game = table.game.account(table.place)
    assert (game.o, game.state, game.moved_at) == (table.o.pubkey(), "Running", table.ledger.now)
    with expect_error("NotOpen"):
        table.game.join(o=table.ledger.signer(), game=table.place)


def test_nobody_plays_against_himself():
    table = Table()
    with expect_error("SamePlayer"):
        table.game.join(o=table.x, game=table.place)


@pytest.mark.parametrize("row", ROWS)
def test_three_in_a_row_win(table: Table, row: tuple[int, int, int]):
    a, b, c = row
    # O's two cells lie outside of the row, so that only X can win.
    d, e = [cell for cell in range(9) if cell not in row][:2]
    result = table.play(a, d, b, e, c)

    assert result.value == "Won"
    assert result.events == [{"game": table.place, "winner": "X"}]
    game = table.game.account(table.place)
    assert (game.state, game.winner) == ("Won", "X")
    with expect_error("NotRunning"):
        table.move(table.o, 8)


def test_o_can_win_too(table: Table):
    result = table.play(0, 3, 1, 4, 8, 5)
    assert result.events == [{"game": table.place, "winner": "O"}]


def test_marks_go_where_they_are_put(table: Table):
    assert table.play(4, 0, 8).value == "Running"
    board = ["O", "None", "None", "None", "X", "None", "None", "None", "X"]
    game = table.game.account(table.place)
    assert (game.board, game.turn) == (board, "O")


def test_a_full_board_is_a_draw(table: Table):
    result = table.play(0, 1, 2, 4, 3, 5, 7, 6, 8)
    assert result.value == "Drawn"
    assert result.events == [{"game": table.place, "winner": "None"}]


def test_a_row_in_the_last_cell_is_no_draw(table: Table):
    assert table.play(0, 1, 2, 3, 4, 5, 7, 6, 8).value == "Won"


def test_moving_out_of_turn(table: Table):
    with expect_error("NotYourTurn"):
        table.move(table.o, 0)
    with expect_error("NotYourTurn"):
        table.move(table.ledger.signer(), 0)
    table.move(table.x, 0)
    with expect_error("NotYourTurn"):
        table.move(table.x, 1)


def test_cells(table: Table):
    table.move(table.x, 8)
    with expect_error("CellTaken"):
        table.move(table.o, 8)
    with expect_error("NoSuchCell"):
        table.move(table.o, 9)


def test_who_stops_playing_loses(table: Table):
    table.ledger.warp(DAY)
    table.move(table.x, 0)
    table.ledger.warp(DAY)
    with expect_error("TooEarly"):
        table.game.claim(game=table.place)

    table.ledger.warp(1)
    result = table.game.claim(game=table.place)
    assert result.events == [{"game": table.place, "winner": "X"}]
    with expect_error("NotRunning"):
        table.game.claim(game=table.place)

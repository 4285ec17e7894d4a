"""A program of the kind that people write: objects in lists in an account, inheritance, defaults, text."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error


@pytest.fixture
def todo(deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    return deploy("todo")


@pytest.fixture
def mine(todo: DeployedProgram, alice: Keypair) -> Pubkey:
    todo.init(owner=alice)
    return todo.address("todos", alice)


def item(title: str, votes: int, status: str = "Open") -> dict[str, object]:
    return {"title": title, "status": status, "votes": votes}


def test_adding(todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    for title in ("one", "zwei", "三"):
        todo.add(owner=alice, todo_list=mine, title=title)
    kept = todo.account(mine)
    assert kept.todos == [item("one", 0), item("zwei", 0), item("三", 0)]
    assert (kept.total, kept.players) == (3, [alice.pubkey()])


def test_changing_an_object_in_a_list(todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    for title in ("one", "two", "three"):
        todo.add(owner=alice, todo_list=mine, title=title)
    result = todo.update(owner=alice, todo_list=mine, index=2, status="DOING")
    assert result.messages == ["['one', 'two', 'three'] 3"]
    assert todo.account(mine).todos == [item("one", 10), item("two", 10), item("three", 11, "Doing")]

    result = todo.update(owner=alice, todo_list=mine, index=1, status="DONE")
    assert result.messages == ["two is Status.DONE", "['one', 'three'] 2"]
    assert todo.account(mine).todos == [item("one", 20), item("three", 21, "Doing")]


def test_an_index_that_is_not_there(todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    todo.add(owner=alice, todo_list=mine, title="one")
    with expect_error("InvalidArgument"):
        todo.update(owner=alice, todo_list=mine, index=1, status="DONE")


def test_votes_overflow(todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    todo.add(owner=alice, todo_list=mine, title="one")
    for _ in range(23):
        todo.update(owner=alice, todo_list=mine, index=0, status="OPEN")
    assert todo.account(mine).todos == [item("one", 253)]
    with expect_error("ArithmeticOverflow"):
        todo.update(owner=alice, todo_list=mine, index=0, status="OPEN")


def test_texts_of_assertions(ledger: Ledger, todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    todo.add(owner=alice, todo_list=mine, title="é" * 50)
    with expect_error(2500) as failed:
        todo.add(owner=alice, todo_list=mine, title="é" * 51)
    assert "Title too long: 51" in failed.result.messages
    with expect_error(2500):
        todo.add(owner=ledger.signer(), todo_list=mine, title="x")


def test_nested_arrays(todo: DeployedProgram, alice: Keypair, mine: Pubkey):
    result = todo.matrix(owner=alice, todo_list=mine)
    assert result.messages == ["-3.0 [[1.5, 0.0], [0.0, -2.0]]", "[[2.5, 1.0], [1.0, -1.0]]"]
    assert todo.account(mine).matrix == [[2.5, 1.0], [1.0, -1.0]]


def test_the_rest_of_the_language(todo: DeployedProgram, alice: Keypair):
    assert todo.misc(owner=alice).messages == [
        "Rex says woof on 4 legs ['sit', 'roll'] Cat says nothing on 4 legs",
        "3 2 (3, 0)",
        "a! b!b! c? d!d!d!",
        "[0, 2, 4, 6] 25 Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS abc",
        "2 13 4 32 64 -6",
        "['a', 'b', 'c'] HELLO hello x el o True",
        "x y aaa heLLo True 2 True",
        "1 a",
        "2 b",
        "True True 1",
        "12 12x 00012 1.500 ff",
        "True 2",
        "[1, 2, 3, 4] [1, 2, 3, 4] [1, 2, 3, 4, 5] True False",
        "[[0, 0, 0], [0, 0, 7]] 5 2 0.75",
        "True 3.5 3.0 0.5 0.5 3.0 3 -3",
        "7.0 3 4 2 2.5 1e+20 1e-07 0.30000000000000004",
        "['b', 'a'] [3, 2, 1] True False",
    ]

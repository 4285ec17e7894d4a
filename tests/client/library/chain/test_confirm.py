"""Waiting for transactions: who waits hears of it, whoever else waits for the same, whatever the node answers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from solana.rpc.async_api import AsyncClient
from solders.signature import Signature
from solders.transaction_status import TransactionConfirmationStatus, TransactionStatus

from gridtokenx.chain.connection.confirm import Confirmer
from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.interface.failures import TransactionExpired

LANDED = TransactionStatus(7, None, None, None, TransactionConfirmationStatus.Confirmed)
ONE, TWO = Signature(bytes([1] * 64)), Signature(bytes([2] * 64))


class Node:
    """Answers with what it is given; an exception is raised."""

    def __init__(self) -> None:
        self.known: dict[Signature, TransactionStatus] = {}
        self.height = 10
        self.odd: Exception | None = None

    async def get_signature_statuses(self, signatures: list[Signature]) -> Any:
        await asyncio.sleep(0)
        if self.odd is not None:
            raise self.odd
        return SimpleNamespace(value=[self.known.get(one) for one in signatures])

    async def get_block_height(self) -> Any:
        return SimpleNamespace(value=self.height)


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def confirmer(node: Node) -> Confirmer:
    return Confirmer(cast(AsyncClient, node))


async def told(*waits: asyncio.Task[TransactionStatus]) -> list[Any]:
    async with asyncio.timeout(10):
        return await asyncio.gather(*waits, return_exceptions=True)


async def test_all_who_wait_for_one_signature_are_told(node: Node, confirmer: Confirmer):
    waits = [asyncio.create_task(confirmer.wait(ONE, 100)) for _ in range(3)]
    await asyncio.sleep(0.05)
    waits += [asyncio.create_task(confirmer.wait(ONE, 100)), asyncio.create_task(confirmer.wait(TWO, 100))]
    waits[1].cancel()
    await asyncio.sleep(0.05)
    node.known = {ONE: LANDED, TWO: LANDED}
    first, cancelled, *others = await told(*waits)
    assert isinstance(cancelled, asyncio.CancelledError)
    assert [first, *others] == [LANDED] * 4


async def test_all_hear_that_it_expired(node: Node, confirmer: Confirmer):
    node.height = 101
    waits = [asyncio.create_task(confirmer.wait(ONE, 100)) for _ in range(2)]
    assert [type(one) for one in await told(*waits)] == [TransactionExpired] * 2


@pytest.mark.parametrize("error", [ValueError("no JSON"), KeyError("value"), RuntimeError("odd")])
async def test_an_answer_that_cannot_be_read_leaves_nobody_waiting(node: Node, confirmer: Confirmer, error: Exception):
    node.odd = error
    waits = [asyncio.create_task(confirmer.wait(one, 100)) for one in (ONE, TWO)]
    assert [type(one) for one in await told(*waits)] == [ClusterError] * 2
    node.odd, node.known = None, {ONE: LANDED}
    assert await told(asyncio.create_task(confirmer.wait(ONE, 100))) == [LANDED]

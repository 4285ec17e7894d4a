"""Chains for the suites: one localnet per test module, brought to where the module's tests begin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from tests.support import campus
from tests.support.call import Call
from tests.support.campus import People
from tests.support.guards import Recipe
from tests.support.world import World

CAMPUS = "campus"

Chains = Callable[[str], Awaitable[World]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives every test of a Guards class each of its recipes."""
    if "recipe" in metafunc.fixturenames and metafunc.cls is not None:
        entries = metafunc.cls.recipes.values()
        metafunc.parametrize("recipe", entries, ids=[entry.name for entry in entries], scope="class")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the test of all codes behind the suites that provoke them."""
    items.sort(key=lambda item: item.path.name == "test_codes.py")


@pytest_asyncio.fixture(scope="module")
async def chains() -> AsyncIterator[Chains]:
    """Chains by name: each is started when first asked for, and ends with the module. Only CAMPUS is initialized."""
    started: dict[str, World] = {}

    async def chain(name: str) -> World:
        if name not in started:
            started[name] = await World.start()
            if name == CAMPUS:
                await campus.initialize(started[name])
                await campus.populate(started[name])
        return started[name]

    yield chain
    for world in started.values():
        await world.close()


@pytest_asyncio.fixture(scope="module")
async def bare(chains: Chains) -> World:
    """A chain with the programs deployed and nothing initialized."""
    return await chains("bare")


@pytest_asyncio.fixture(scope="module")
async def town(chains: Chains) -> World:
    """A chain with the whole campus on it."""
    return await chains(CAMPUS)


@pytest_asyncio.fixture(scope="module")
async def who(town: World) -> People:
    """The people of the campus."""
    return await campus.people(town)


@pytest_asyncio.fixture(scope="class")
async def world(recipe: Recipe, chains: Chains) -> World:
    """The chain on which a recipe's call is good: the campus, or a bare chain of the recipe's own."""
    return await chains(recipe.name if recipe.initializer else CAMPUS)


@pytest_asyncio.fixture(scope="class")
async def good(recipe: Recipe, world: World) -> Call:
    """The recipe's good call; it stays good, because what is refused changes nothing."""
    return await recipe.make(world)

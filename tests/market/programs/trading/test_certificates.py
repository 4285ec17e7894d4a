"""Trading: sell orders that a renewable energy certificate backs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import Trading
from tests.support.world import NOBODY, World

DAY = 86_400
PRICE = 150_000_000


def configure(world: World, require_erc: bool):
    return world.call("trading", "update_market_config", NOBODY, 900, 50, require_erc, DAY, authority=world.deployer)


@pytest_asyncio.fixture
async def strict(town: World) -> AsyncIterator[World]:
    """The campus while its market requires certificates."""
    await town.run(configure(town, True))
    yield town
    await town.run(configure(town, False))


async def issued(world: World, certificate: str, energy: int = 1000, *, validated: bool = True) -> str:
    await world.run(calls.issue_erc(world, certificate, campus.SOLAR, energy))
    if validated:
        await world.run(calls.validate_erc(world, await world.wallet("rec"), certificate))
    return certificate


async def test_a_certificate_is_noted_in_the_order(town: World, who: People) -> None:
    certificate = await issued(town, "NOTED")
    done = await town.done(calls.create_sell_order(town, who.alice, 1, 1000, PRICE, certificate))
    order = await town.account("trading", "Order", town.at.order(1))
    assert order["erc_certificate"] == town.at.certificate(certificate)
    assert town.at.certificate(certificate) not in done.changed


async def test_a_certificate_may_be_required(strict: World, who: People) -> None:
    certificate = await issued(strict, "REQUIRED")
    await strict.refused(calls.create_sell_order(strict, who.alice, 2, 1000, PRICE), Trading.CERTIFICATE_REQUIRED)
    await strict.run(calls.create_sell_order(strict, who.alice, 2, 1000, PRICE, certificate))
    await strict.run(calls.create_buy_order(strict, who.bob, 3, 1000, PRICE))


async def test_a_certificate_covers_the_amount(town: World, who: People) -> None:
    certificate = await issued(town, "COVERS", 1000)
    more = calls.create_sell_order(town, who.alice, 4, 1001, PRICE, certificate)
    await town.refused(more, Trading.INVALID_CERTIFICATE)
    await town.run(more.with_args(4, 1000, PRICE))


async def test_a_certificate_is_the_sellers_own(town: World, who: People) -> None:
    certificate = await issued(town, "ALICES")
    theirs = calls.create_sell_order(town, who.carol, 5, 1000, PRICE, certificate)
    await town.refused(theirs, Trading.INVALID_CERTIFICATE)


async def test_a_certificate_is_validated_for_trading(town: World, who: People) -> None:
    certificate = await issued(town, "UNVALIDATED", validated=False)
    call = calls.create_sell_order(town, who.alice, 6, 1000, PRICE, certificate)
    await town.refused(call, Trading.INVALID_CERTIFICATE)
    await town.run(calls.validate_erc(town, who.alice, certificate), call)


async def test_a_revoked_certificate_backs_nothing(town: World, who: People) -> None:
    certificate = await issued(town, "REVOKED")
    await town.run(calls.revoke_erc(town, certificate, "meter was tampered with"))
    call = calls.create_sell_order(town, who.alice, 7, 1000, PRICE, certificate)
    await town.refused(call, Trading.INVALID_CERTIFICATE)


async def test_a_certificate_past_its_time_backs_nothing(town: World, who: People) -> None:
    limits = town.call("governance", "update_erc_limits", 100, 1_000_000, DAY, authority=town.deployer)
    await town.run(limits)
    certificate = await issued(town, "EXPIRES")
    call = calls.create_sell_order(town, who.alice, 8, 1000, PRICE, certificate)
    await town.travel(DAY)
    assert await town.simulated(call) is None
    await town.travel(1)
    await town.refused(call, Trading.INVALID_CERTIFICATE)
    await town.run(town.call("governance", "expire_erc", erc_certificate=town.at.certificate(certificate)))
    await town.refused(call, Trading.INVALID_CERTIFICATE)

"""Trading: sell orders that a renewable energy certificate backs; it is counted once."""

from __future__ import annotations

from dataclasses import replace

from tests.support import calls, campus
from tests.support.calls import Offer
from tests.support.campus import People
from tests.support.errors import Governance, Trading
from tests.support.events import Event
from tests.support.world import World

DAY = 86_400


async def issued(world: World, who: People, certificate: str, energy: int = 1000, *, validated: bool = True) -> str:
    await world.run(calls.issue_erc(world, certificate, (campus.SOLAR, who.alice), energy))
    if validated:
        await world.run(calls.validate_erc(world, who.alice, certificate))
    return certificate


async def counts(world: World, certificate: str) -> tuple[int, int]:
    """What is reserved and retired of a certificate, in Wh."""
    account = await world.account("governance", "ErcCertificate", world.at.certificate(certificate))
    return account["reserved_amount"], account["retired_amount"]


async def test_an_order_reserves_and_cancelling_releases(town: World, who: People) -> None:
    certificate = await issued(town, who, "RESERVED")
    offer = Offer(who.alice, 1, await campus.open_quarter(town), 600, certificate=certificate)
    key, now = town.at.certificate(certificate), await town.now()
    done = await town.done(calls.create_sell_order(town, offer))
    assert key in done.changed
    assert (await town.account("trading", "Order", town.at.order(1)))["erc_certificate"] == key
    fields = {"certificate_id": certificate, "amount": 600, "reserved_amount": 600, "timestamp": now}
    assert done.events[0] == Event("governance", "ErcReserved", fields)
    assert done.events[1].fields["erc_certificate"] == key
    more = replace(offer, order_id=2, amount=401)
    await town.refused(calls.create_sell_order(town, more), Governance.INSUFFICIENT_CERTIFIED_ENERGY)
    await town.refused(calls.cancel_order(town, replace(offer, certificate=None)), Trading.INVALID_CERTIFICATE)
    done = await town.done(calls.cancel_order(town, offer))
    fields = {"certificate_id": certificate, "amount": 600, "reserved_amount": 0, "timestamp": now}
    assert done.events[0] == Event("governance", "ErcReleased", fields)
    await town.run(calls.create_sell_order(town, replace(more, amount=1000)))


async def test_a_match_retires_and_names_the_certificate(town: World, who: People) -> None:
    certificate = await issued(town, who, "RETIRED")
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 11, epoch, 1000, certificate=certificate), Offer(who.bob, 12, epoch, 400)
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    await campus.clear_quarter(town, epoch)
    match, now = await campus.match(town, who.carol, sell, buy), await town.now()
    await town.refused(match.with_accounts(erc_certificate=town.ids["trading"]), Trading.INVALID_CERTIFICATE)
    done = await town.done(match)
    key = town.at.certificate(certificate)
    fields = {
        "certificate_id": certificate,
        "beneficiary": who.bob.pubkey(),
        "amount": 400,
        "retired_amount": 400,
        "timestamp": now,
    }
    assert done.events[0] == Event("governance", "ErcRetired", fields)
    assert done.events[1].fields["erc_certificate"] == key
    record = await town.account("trading", "TradeRecord", match.accounts["trade_record"])
    assert record["erc_certificate"] == key
    assert await counts(town, certificate) == (600, 400)
    await town.run(calls.cancel_order(town, sell))
    assert await counts(town, certificate) == (0, 400)


async def test_a_certificate_may_be_required(town: World, who: People) -> None:
    certificate = await issued(town, who, "REQUIRED")
    await town.run(calls.update_market_config(town, require_erc=True))
    epoch = await campus.next_quarter(town)
    await town.run(calls.update_market_config(town))
    sell = Offer(who.alice, 21, epoch, 1000)
    await town.refused(calls.create_sell_order(town, sell), Trading.CERTIFICATE_REQUIRED)
    await town.run(calls.create_sell_order(town, replace(sell, certificate=certificate)))
    await town.run(calls.create_buy_order(town, Offer(who.bob, 22, epoch, 1000)))


async def test_a_certificate_is_the_sellers_own_and_validated(town: World, who: People) -> None:
    certificate = await issued(town, who, "OWN", validated=False)
    offer = Offer(who.alice, 31, await campus.open_quarter(town), 1000, certificate=certificate)
    await town.refused(calls.create_sell_order(town, offer), Governance.CERTIFICATE_NOT_VALIDATED)
    await town.run(calls.validate_erc(town, who.alice, certificate))
    theirs = replace(offer, owner=who.carol)
    await town.refused(calls.create_sell_order(town, theirs), Governance.UNAUTHORIZED_AUTHORITY)
    await town.run(calls.create_sell_order(town, offer))


async def test_a_revoked_certificate_sells_nothing(town: World, who: People) -> None:
    """Neither in a new order, nor in one that stands; that one is taken back at once."""
    certificate = await issued(town, who, "REVOKED")
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 41, epoch, 500, certificate=certificate), Offer(who.bob, 42, epoch, 500)
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    await campus.clear_quarter(town, epoch)
    await town.refused(calls.cancel_order(town, sell), Trading.ORDER_NOT_CANCELLABLE)
    await town.run(calls.revoke_erc(town, certificate, "meter was tampered with"))
    await town.refused(await campus.match(town, who.carol, sell, buy), Governance.CERTIFICATE_REVOKED)
    again = Offer(who.alice, 43, await campus.open_quarter(town), 500, certificate=certificate)
    await town.refused(calls.create_sell_order(town, again), Governance.CERTIFICATE_REVOKED)
    await town.run(calls.cancel_order(town, sell))
    assert await counts(town, certificate) == (0, 0)


async def test_a_certificate_past_its_time_sells_nothing(town: World, who: People) -> None:
    limits = town.call("governance", "update_erc_limits", 100, 1_000_000, DAY, authority=town.deployer)
    await town.run(limits)
    certificate = await issued(town, who, "EXPIRES")
    await town.travel(DAY)
    epoch = await campus.open_quarter(town)
    call = calls.create_sell_order(town, Offer(who.alice, 51, epoch, 1000, certificate=certificate))
    assert await town.simulated(call) is None
    await town.travel(1)
    await town.refused(call, Governance.CERTIFICATE_EXPIRED)
    await town.run(town.call("governance", "expire_erc", erc_certificate=town.at.certificate(certificate)))
    await town.refused(call, Governance.CERTIFICATE_EXPIRED)

"""Statements of any month: a file, or a problem that says what a month is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.services.support.browser import Site, opened
from tests.services.support.campus import Campus

YEARS = ("0000", "0001", "0999", "1969", "1970", "1971", "2026", "9998", "9999")


@pytest.fixture(scope="module")
async def site(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(campus, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.mark.parametrize("kind", ["campus", "statements"])
async def test_every_month_is_answered(campus: Campus, site: Site, kind: str):
    async with site.visitor(campus.people[0].keys) as member:
        for year in YEARS:
            for month in range(14):
                answer = await member.get(f"/api/{kind}/{year}-{month:02}.csv")
                there = 1971 <= int(year) <= 9998 and 1 <= month <= 12
                assert answer.status_code == (200 if there else 422), (year, month, answer.text)
                kind_of_answer = "text/csv" if there else "application/problem+json"
                assert answer.headers["content-type"].startswith(kind_of_answer)


async def test_an_operator_sees_the_statement_of_anybody_and_nobody_else_does(campus: Campus, site: Site):
    await site.indexer.step()
    one, other = campus.people[0].keys, campus.people[1].keys
    url = "/api/statements/2025-11.csv"
    async with site.visitor(one) as owner, site.visitor(other) as member, site.visitor(campus.keys.rec) as office:
        own = await owner.get(url)
        assert (await owner.get(url, params={"of": owner.wallet})).text == own.text
        assert (await office.get(url, params={"of": owner.wallet})).text == own.text
        refused = await member.get(url, params={"of": owner.wallet})
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert (await office.get(url, params={"of": "nobody"})).status_code == 422


async def test_a_number_past_64_bits_is_told_the_right_limit(campus: Campus, site: Site):
    async with site.visitor(campus.people[0].keys) as member:
        body = {"side": "buy", "energy_wh": str(2**64), "price_per_kwh": 2**64}
        answer = await member.post("/api/orders", body)
        assert answer.status_code == 422
        assert answer.json()["detail"].count(f"give {2**64 - 1} at most") == 2

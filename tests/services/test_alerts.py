"""Alerts that a person saw to: discarded for everybody, back when their cause is still there."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import pytest
from tests.services.support.browser import Site, opened
from tests.services.support.campus import Campus

from gridtokenx.services.api.state import ApiState

NAMES = [
    "gap", "late epochs", "funds of gateway", "file readings 2026-01.csv", "file 100%25 \u0e44\u0e17\u0e22 #1?.csv",
    "file <b>&amp;\"'.csv", "file ..", "file a+b;c=d.csv", "x" * 260,
]  # fmt: skip


@pytest.fixture(scope="module")
async def site(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(campus, tmp_path_factory.mktemp("site")) as found:
        yield found


async def lasting(state: ApiState) -> set[str]:
    return {alert.name for alert in await state.alerts.all()}


@pytest.mark.parametrize("name", NAMES)
async def test_the_pages_button_discards_the_alert_whatever_its_name_is(campus: Campus, site: Site, name: str):
    await site.state.alerts.tell("stays", "words", "what to do")
    await site.state.alerts.tell(name, "words", "what to do")
    async with site.visitor(campus.keys.deployer) as operator, site.visitor(campus.people[0].keys) as member:
        page = (await operator.get("/operator")).text
        buttons = {html.unescape(one) for one in re.findall(r'data-post="(/api/alerts/[^"]*)"', page)}
        assert len(buttons) == 2
        (button,) = buttons - {"/api/alerts/stays/discard"}
        assert (await member.post(button)).status_code == 403
        assert await lasting(site.state) == {"stays", name}
        told = (await operator.post(button)).json()
        assert told == {"success": True, "name": name}
        assert await lasting(site.state) == {"stays"}
        again = await operator.post(button)
        assert again.status_code == 404
        assert again.headers["content-type"] == "application/problem+json"
        # Its cause is still there.
        assert await site.state.alerts.tell(name, "words", "what to do")
        assert await lasting(site.state) == {"stays", name}
        assert (await operator.post(button)).status_code == 200

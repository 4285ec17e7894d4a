"""Every route with every role: nobody does what is not his, and whatever is sent, no answer is a 5xx."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solders.keypair import Keypair
from tests.services.support.browser import Browser, Site, opened
from tests.services.support.campus import Campus

from gridtokenx.services.api import document
from gridtokenx.services.api.app import create_app

ROOT = Path(__file__).parents[2]
PUBLIC = {
    "/api/auth/challenge", "/api/auth/login", "/api/market", "/api/epochs", "/api/epochs/{index}/curves", "/api/trades",
    "/api/candles", "/api/campus/{month}.csv", "/api/stream", "/api/status", "/healthz", "/readyz",
}  # fmt: skip
METERS = {"/api/oracle/meter-reading", "/api/oracle/meter-readings", "/api/readings/{reading_id}"}
OFFICES = {
    "/api/admin/pause": "rec",
    "/api/admin/unpause": "rec",
    "/api/admin/maintenance": "deployer",
    "/api/admin/oracle/status": "deployer",
    "/api/admin/oracle/gateway": "deployer",
    "/api/admin/market": "deployer",
    "/api/admin/authorities": "deployer",
    "/api/admin/users/status": "deployer",
    "/api/admin/meters/status": "deployer",
    "/api/admin/meters/enrol": "deployer",
    "/api/admin/meters/keys": "deployer",
    "/api/admin/meters/keys/revoke": "deployer",
    "/api/admin/log": "deployer rec",
    "/api/admin/oracle": "deployer rec",
    "/api/alerts/{name}/discard": "deployer rec",
    "/api/deadletters": "deployer rec",
    "/api/deadletters/{letter_id}/retry": "deployer rec",
    "/api/deadletters/{letter_id}/discard": "deployer rec",
    "/api/governance/erc/requests/{request_id}/approve": "rec",
    "/api/governance/erc/requests/{request_id}/reject": "rec",
    "/api/certificates/{certificate_id}/revoke": "rec",
}
MEMBERS = {
    "/api/meters",
    "/api/tokens/mint",
    "/api/orders",
    "/api/governance/erc/issue",
    "/api/certificates/{certificate_id}/validate",
}
DOCUMENT = create_app().openapi()
ROUTES = [(path, method.upper()) for path, methods in DOCUMENT["paths"].items() for method in methods]


@pytest.fixture(scope="module")
async def site(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(campus, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
async def people(campus: Campus, site: Site) -> AsyncIterator[dict[str, Browser]]:
    keys = {
        "nobody": Keypair(),
        "stranger": Keypair(),
        "member": campus.people[0].keys,
        "rec": campus.keys.rec,
        "deployer": campus.keys.deployer,
    }
    found: dict[str, Browser] = {}
    visits = [(name, site.visitor(pair, sign_in=name != "nobody")) for name, pair in keys.items()]
    for name, visit in visits:
        found[name] = await visit.__aenter__()
    yield found
    for _, visit in visits:
        await visit.__aexit__(None, None, None)


def body_of(method: str, path: str) -> object:
    """A body that is well formed, so that only the role decides."""
    entry = DOCUMENT["paths"][path][method.lower()]
    name = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    if not name:
        return None
    fields = DOCUMENT["components"]["schemas"][name.rsplit("/", 1)[-1]]
    given: dict[str, object] = {}
    key = str(Keypair().pubkey())
    samples = {"wallet": key, "new_gateway": key, "new_authority": key, "new_owner": key, "beneficiary": key, "recipient": key,
               "enabled": True, "program": "registry", "status": "Active", "meter_type": "Solar", "side": "sell"}  # fmt: skip
    for field in fields.get("required", []):
        given[field] = samples.get(
            field, 1 if field in ("energy_amount", "energy_wh", "price_per_kwh", "amount") else "x"
        )
    return given


@pytest.mark.parametrize(("path", "method"), ROUTES)
async def test_who_may_do_what(people: dict[str, Browser], path: str, method: str):
    if path == "/api/stream":
        return
    url = re.sub(
        r"{\w+}", "7" if "orders" in path or "epochs" in path else "2026-01" if "{month}" in path else "x", path
    )
    got: dict[str, int] = {}
    for name, browser in people.items():
        if path == "/api/auth/logout" and name != "nobody":
            continue
        answer = await browser.post(url, body_of(method, path), method)
        got[name] = answer.status_code
        assert answer.status_code < 500 or path == "/readyz", (name, answer.text)
    if path in PUBLIC:
        assert not {401, 403} & set(got.values()) or path == "/api/auth/login", got
        return
    assert got["nobody"] == 401, got
    if path in METERS:
        return
    if path in OFFICES:
        allowed = set(OFFICES[path].split())
        assert all((got[name] == 403) == (name not in allowed) for name in got if name != "nobody"), got
    elif path in MEMBERS and method == "POST":
        assert got["stranger"] == 403, got
        assert got["member"] in (202, 403, 404, 409, 422), got


EVIL = ["a\x00b", "\ud800", "\u202e", "x" * 10_000, "9" * 400]
WITH_BODY = [(path, method) for path, method in ROUTES if "requestBody" in DOCUMENT["paths"][path][method.lower()]]


@pytest.mark.parametrize(("path", "method"), WITH_BODY)
async def test_evil_words_are_refused_or_kept_but_never_a_fault(people: dict[str, Browser], path: str, method: str):
    """Every field of every body gets each of them, by who may call the route."""
    whole = body_of(method, path)
    assert isinstance(whole, dict)
    name = DOCUMENT["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = DOCUMENT["components"]["schemas"][name.rsplit("/", 1)[-1]]["properties"]
    who = people[next((one for one in ("rec", "deployer") if one in OFFICES.get(path, "")), "member")]
    url = re.sub(r"{\w+}", "7", path)
    for field in fields:
        for evil in EVIL:
            raw = json.dumps({**whole, field: evil}).encode()
            headers = {"x-csrf-token": who.csrf, "content-type": "application/json"}
            answer = await who.http.request(method, url, content=raw, headers=headers)
            assert answer.status_code < 500, (field, evil, answer.text)
            assert "\x00" not in evil or answer.status_code in (401, 422), (field, answer.text)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json", (field, evil)
                assert answer.json()["detail"]


RAW = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"{" * 5_000,
    b"[" * 100_000,
    b'{"a": NaN}',
    b'{"a": 1e999}',
]


@pytest.mark.parametrize(("path", "method"), WITH_BODY)
async def test_what_is_no_body_is_a_problem(people: dict[str, Browser], path: str, method: str):
    who = people[next((one for one in ("rec", "deployer") if one in OFFICES.get(path, "")), "member")]
    url = re.sub(r"{\w+}", "7", path)
    for raw in RAW:
        for kind in ("application/json", "text/plain"):
            headers = {
                "x-csrf-token": who.csrf,
                "content-type": kind,
                "idempotency-key": f"{kind}{len(raw)}{raw[:1]!r}",
            }
            answer = await who.http.request(method, url, content=raw, headers=headers)
            assert 400 <= answer.status_code < 500, (raw[:10], kind, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/trades?before=%00", "/api/tx/%00", "/api/meters/a%00b/series", "/%00"])
async def test_an_address_with_nul_is_a_problem(people: dict[str, Browser], path: str):
    answer = await people["member"].get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_route_has_its_place_in_the_matrix():
    signed_in = {path for path, _ in ROUTES} - PUBLIC - METERS - set(OFFICES) - MEMBERS
    assert {path for path in signed_in if "admin" in path or "deadletters" in path or "alerts" in path} == set()


def test_the_document_is_fresh():
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == document.text()


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CASES = [operation.ok() for operation in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", CASES, ids=lambda o: o.label)
async def test_whatever_is_sent_no_answer_is_a_5xx(people: dict[str, Browser], operation: object):
    if "/api/stream" in operation.label or "auth/logout" in operation.label:  # type: ignore[attr-defined]
        return
    cases: list[object] = []

    @settings(max_examples=4, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(operation.as_strategy(), st.none())  # type: ignore[attr-defined]
    def collect(case: object, _: None) -> None:
        cases.append(case)

    collect()
    for case in cases:
        sent = case.as_transport_kwargs(base_url="http://campus.test")  # type: ignore[attr-defined]
        for name in ("member", "deployer"):
            browser = people[name]
            headers = {**{k: str(v) for k, v in dict(sent.get("headers") or {}).items()}, "x-csrf-token": browser.csrf}
            try:
                answer = await browser.http.request(
                    sent["method"], sent["url"], params=sent.get("params"), json=sent.get("json"), headers=headers
                )
            except (ValueError, UnicodeError):
                continue
            assert answer.status_code < 500 or "readyz" in sent["url"], (sent, answer.text)

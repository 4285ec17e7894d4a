"""Document A's flows through the API, with its bodies and numbers; who may do what; nothing twice."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from solders.keypair import Keypair
from sqlalchemy import select, update
from tests.services.support.browser import Browser, Site, opened
from tests.services.support.campus import PRICE, Campus

from gridtokenx.market.ami import Reading
from gridtokenx.market.gateway import submit
from gridtokenx.services.api.idempotency import GIVEN_UP_SECONDS
from gridtokenx.services.database.service_tables import Idempotency, PreparedTx, SponsorLedger


@pytest.fixture(scope="module")
async def site(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(
        campus, tmp_path_factory.mktemp("site"), sponsor_user_daily=10**10, sponsor_daily=10**12
    ) as found:
        yield found


async def onboarded(site: Site, visitor: Browser, campus: Campus, meter_id: str) -> None:
    """A newcomer without any SOL registers, and registers the meter that the registrar enrolled to him."""
    body = {"user_type": "Prosumer", "location": "Hall 7", "wallet_pubkey": visitor.wallet}
    done = await visitor.do("/api/users/register", body)
    assert done.status_code == 200, done.text
    assert done.json()["success"]
    assert done.json()["user_account"] == str(campus.client.addresses.user(visitor.keys.pubkey()))
    async with site.visitor(campus.keys.deployer) as registrar:
        enrol = {"meter_id": meter_id, "wallet": visitor.wallet, "meter_type": "Solar"}
        assert (await registrar.post("/api/admin/meters/enrol", enrol)).status_code == 200
    done = await visitor.do("/api/meters", {"meter_id": meter_id, "meter_type": "Solar"})
    assert done.status_code == 200, done.text


async def test_document_as_flows_with_its_numbers(campus: Campus, site: Site):
    async with site.visitor() as visitor, site.visitor(campus.keys.deployer) as registrar:
        assert (await campus.client.connection.get_balance(visitor.keys.pubkey())).value == 0
        await onboarded(site, visitor, campus, "METER-A")
        key = (await registrar.post("/api/admin/meters/keys", {"meter_id": "METER-A"})).json()["api_key"]
        await campus.next_quarter()
        now = await campus.now()
        reading = {"meter_id": "METER-A", "generation": 5000, "consumption": 2000, "timestamp": now}
        meter = {"authorization": f"Bearer {key}"}
        taken = await visitor.http.post("/api/oracle/meter-reading", json=reading, headers=meter)
        assert taken.status_code == 202, taken.text
        again = await visitor.http.post("/api/oracle/meter-reading", json=reading, headers=meter)
        assert (again.status_code, again.json()["id"]) == (200, taken.json()["id"])
        other = await visitor.http.post(
            "/api/oracle/meter-reading", json=reading | {"generation": "5001"}, headers=meter
        )
        assert other.status_code == 409
        assert other.headers["content-type"] == "application/problem+json"
        # The bridge's part, by hand.
        await submit(campus.client, campus.keys.gateway, [Reading(now, "METER-A", 5000, 2000)])
        minted = await visitor.do("/api/tokens/mint", {"meter_id": "METER-A"})
        assert minted.status_code == 200, minted.text
        assert (minted.json()["success"], minted.json()["minted_amount"]) == (True, "3000")
        assert (await campus.client.connection.get_balance(visitor.keys.pubkey())).value == 0
        await campus.open_epoch()
        sold = await visitor.do("/api/orders", {"side": "sell", "energy_wh": "2000", "price_per_kwh": PRICE})
        assert sold.status_code == 200, sold.text
        async with site.visitor(campus.people[1].keys) as buyer:
            bought = await buyer.do("/api/orders", {"side": "buy", "energy_wh": 1500, "price_per_kwh": PRICE + 10_000})
            assert bought.status_code == 200, bought.text
        index = bought.json()["epoch"]
        await campus.next_quarter()
        epoch = await campus.clear(index)
        assert (epoch.volume, epoch.price) == (1500, PRICE)
        await site.indexer.step()
        (trade,) = (await visitor.get("/api/trades", params={"epoch": index})).json()["trades"]
        assert trade["energy_wh"] == "1500"
        # 1.5 kWh at 0.15 a kWh, 25 bps of that.
        assert (trade["total_value"], trade["fee_amount"]) == ("225000", "562")
        (order,) = (await visitor.get("/api/orders")).json()["orders"]
        assert (order["filled_wh"], order["status"]) == ("1500", "PartiallyFilled")
        curves = (await visitor.get(f"/api/epochs/{index}/curves")).json()
        assert {p["price"]: (p["offered_wh"], p["asked_wh"]) for p in curves["points"]} == {
            str(PRICE): ("2000", "0"),
            str(PRICE + 10_000): ("0", "1500"),
        }
        statement = (await visitor.get("/api/statements/2025-11.csv")).text.splitlines()
        assert statement[-1] == "total,5000,2000,1500,224438,562,0,0"


async def test_a_certificate_is_asked_for_and_signed_by_the_rec_authority(campus: Campus, site: Site):
    async with site.visitor() as visitor, site.visitor(campus.keys.rec) as rec:
        await onboarded(site, visitor, campus, "METER-001")
        await campus.next_quarter()
        await submit(campus.client, campus.keys.gateway, [Reading(await campus.now(), "METER-001", 10_000, 0)])
        body = {
            "meter_id": "METER-001",
            "energy_amount": 5000,
            "renewable_source": "Solar",
            "validation_data": "REC-CERT-2025-001",
        }
        asked = await visitor.post("/api/governance/erc/issue", body)
        assert asked.status_code == 202, asked.text
        too_much = await visitor.post("/api/governance/erc/issue", body | {"energy_amount": 10_001})
        assert too_much.status_code == 422
        request = asked.json()["request_id"]
        assert (await visitor.post(f"/api/governance/erc/requests/{request}/approve")).status_code == 403
        issued = await rec.do(f"/api/governance/erc/requests/{request}/approve")
        assert issued.status_code == 200, issued.text
        certificate = issued.json()["certificate_id"]
        # A second one of 6000 Wh is more than what is left.
        more = await visitor.post("/api/governance/erc/issue", body | {"energy_amount": "6000"})
        assert (more.status_code, "5000 Wh" in more.json()["detail"]) == (422, True)
        asked = (await visitor.post(f"/api/certificates/{certificate}/validate")).json()
        assert asked["state"] == "awaiting_approval"
        signed = visitor.sign(asked["transaction"])
        waiting = await visitor.post(f"/api/tx/{asked['id']}/signed", {"transaction": signed})
        assert (waiting.status_code, waiting.json()["state"]) == (202, "awaiting_approval")
        (approval,) = (await rec.get("/api/approvals")).json()["waiting"]
        done = await rec.post(f"/api/tx/{asked['id']}/signed", {"transaction": rec.sign(approval["transaction"])})
        assert done.status_code == 200, done.text
        await site.indexer.step()
        (row,) = (await visitor.get("/api/certificates")).json()["certificates"]
        assert (row["energy_amount"], row["validated_for_trading"]) == ("5000", True)


async def test_signing_in_once_only_and_only_for_the_text(site: Site):
    async with site.visitor(sign_in=False) as visitor:
        assert (await visitor.get("/api/me")).status_code == 401
        asked = (await visitor.http.post("/api/auth/challenge", json={"wallet": visitor.wallet})).json()["message"]
        assert asked.startswith("campus.test wants you to sign in")
        stranger = str(Keypair().sign_message(asked.encode()))
        own = str(visitor.keys.sign_message(asked.encode()))
        wrong = await visitor.http.post("/api/auth/login", json={"message": asked, "signature": stranger})
        assert wrong.status_code == 401
        late = await visitor.http.post("/api/auth/login", json={"message": asked, "signature": own})
        assert late.status_code == 401, "a challenge is used up by a wrong signature, too"
        asked = (await visitor.http.post("/api/auth/challenge", json={"wallet": visitor.wallet})).json()["message"]
        other = asked.replace("campus.test wants", "elsewhere.test wants")
        body = {"message": other, "signature": str(visitor.keys.sign_message(other.encode()))}
        assert (await visitor.http.post("/api/auth/login", json=body)).status_code == 401
        asked = (await visitor.http.post("/api/auth/challenge", json={"wallet": visitor.wallet})).json()["message"]
        body = {"message": asked, "signature": str(visitor.keys.sign_message(asked.encode()))}
        assert [(await visitor.http.post("/api/auth/login", json=body)).status_code for _ in range(2)] == [200, 401]
        told = await visitor.sign_in()
        assert told["roles"] == []
        visitor.csrf = "wrong"
        assert (await visitor.post("/api/auth/logout")).status_code == 403
        visitor.csrf = told["csrf_token"]
        assert (await visitor.post("/api/auth/logout")).status_code == 200
        assert (await visitor.get("/api/me")).status_code == 401


async def test_a_changed_transaction_is_refused_and_the_right_one_still_taken(campus: Campus, site: Site):
    async with site.visitor() as visitor, site.visitor() as thief:
        body = {"user_type": "Consumer", "location": "Hall 8", "wallet_pubkey": visitor.wallet}
        asked = (await visitor.post("/api/users/register", body)).json()
        theirs = {**body, "wallet_pubkey": thief.wallet}
        other = (await thief.post("/api/users/register", theirs)).json()
        refused = await visitor.post(f"/api/tx/{asked['id']}/signed", {"transaction": thief.sign(other["transaction"])})
        assert refused.status_code == 409, refused.text
        unsigned = await visitor.post(f"/api/tx/{asked['id']}/signed", {"transaction": asked["transaction"]})
        assert unsigned.status_code == 422
        foreign = await thief.post(f"/api/tx/{asked['id']}/signed", {"transaction": asked["transaction"]})
        assert foreign.status_code == 404
        signed = {"transaction": visitor.sign(asked["transaction"])}
        first = await visitor.post(f"/api/tx/{asked['id']}/signed", signed)
        again = await visitor.post(f"/api/tx/{asked['id']}/signed", signed)
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json()["signature"] == again.json()["signature"]


async def test_a_blockhash_that_died_is_gone(campus: Campus, site: Site):
    async with site.visitor() as visitor:
        body = {"user_type": "Consumer", "location": "Hall 8", "wallet_pubkey": visitor.wallet}
        asked = (await visitor.post("/api/users/register", body)).json()
        async with site.state.database.write() as session:
            row = await session.get(PreparedTx, asked["id"])
            assert row is not None
            row.last_valid_height = 0
        late = await visitor.post(f"/api/tx/{asked['id']}/signed", {"transaction": visitor.sign(asked["transaction"])})
        assert late.status_code == 410, late.text


async def test_the_same_key_does_nothing_twice(site: Site):
    async with site.visitor() as visitor:
        body = {"user_type": "Consumer", "location": "Hall 9", "wallet_pubkey": visitor.wallet}
        headers = {"idempotency-key": "one"}
        first, second = [await visitor.post("/api/users/register", body, **headers) for _ in range(2)]
        assert first.json() == second.json()
        assert second.headers["idempotent-replay"] == "true"
        other = await visitor.post("/api/users/register", body | {"location": "Hall 10"}, **headers)
        assert other.status_code == 422


async def test_a_key_whose_request_died_is_free_again(site: Site):
    """The process was ended between claim and answer: the key waits for its time, and no longer."""
    async with site.visitor() as visitor:
        body = {"user_type": "Consumer", "location": "Hall 9", "wallet_pubkey": visitor.wallet}
        first = await visitor.post("/api/users/register", body, **{"idempotency-key": "dies"})
        assert first.status_code == 202
        for age, status in ((GIVEN_UP_SECONDS - 60, 409), (GIVEN_UP_SECONDS + 1, 202)):
            async with site.state.database.write() as session:
                claims = update(Idempotency).where(Idempotency.key == "dies")
                await session.execute(claims.values(status=None, answer=None, created_at=int(time.time()) - age))
            again = await visitor.post("/api/users/register", body, **{"idempotency-key": "dies"})
            assert again.status_code == status, again.text


async def test_the_sponsor_never_loses_more_than_it_wrote_down(site: Site):
    async with site.state.database.read() as session:
        rows = (await session.scalars(select(SponsorLedger))).all()
    assert len(rows) >= 6
    assert all(row.spent is not None and 0 <= row.spent <= row.promised for row in rows)


async def test_a_user_gets_no_more_than_his_share(campus: Campus, tmp_path_factory: pytest.TempPathFactory):
    poor = opened(campus, tmp_path_factory.mktemp("poor"), sponsor_user_daily=1_000)
    async with poor as site, site.visitor() as visitor:
        body = {"user_type": "Consumer", "location": "Hall 9", "wallet_pubkey": visitor.wallet}
        refused = await visitor.do("/api/users/register", body)
        assert refused.status_code == 429
        assert "pay the fee yourself" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/users/register", {"user_type": "King", "location": "x", "wallet_pubkey": "x"}),
        ("/api/orders", {"side": "sell", "energy_wh": -1, "price_per_kwh": 1}),
        ("/api/orders", {"side": "sell", "energy_wh": 2**64, "price_per_kwh": 1}),
        ("/api/orders", {"side": "sell", "energy_wh": 1.5, "price_per_kwh": 1}),
        ("/api/tokens/mint", {"meter_id": "ไทย"}),
        ("/api/tokens/mint", {"meter_id": "x" * 51}),
        ("/api/tokens/mint", []),
        ("/api/tokens/mint", {"meter_id": "M", "more": 1}),
    ],
)
async def test_malformed_bodies_are_problems(campus: Campus, site: Site, path: str, body: object):
    async with site.visitor(campus.people[0].keys) as visitor:
        refused = await visitor.post(path, body)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"


async def test_large_bodies_are_refused(site: Site):
    async with site.visitor() as visitor:
        refused = await visitor.http.post("/api/auth/challenge", content=b"x" * 300_000)
        assert refused.status_code == 413

"""What the explorer answers over HTTP, and what it makes of transactions, accounts and programs."""

import http.client
import json
import os
import re
import stat
import sys
import time
import urllib.parse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from solders.compute_budget import set_compute_unit_limit
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet.client import Rpc
from tests.localnet.explorer import meter
from tests.localnet.explorer.conftest import WATT_HOURS, Shown
from tests.localnet.test_transactions import payment

from solana_localnet.spawn import spawn


def get(url: str, path: str, accept: str = "*/*", verb: str = "GET") -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request(verb, path, headers={"Accept": accept})
    response = connection.getresponse()
    headers = [name.lower() for name, _ in response.getheaders()]
    # Node refuses an answer that says its length twice, even when it says the same.
    assert len(headers) == len(set(headers))
    return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def api(shown: Shown, path: str) -> Any:
    status, _, body = get(shown.net.rpc_url, f"/explorer/api/{path}")
    assert status == 200, body
    return json.loads(body)


def values(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["name"]: values(row["parts"]) if "parts" in row else row["value"] for row in rows}


def test_the_page_is_for_browsers_and_the_rpc_is_for_all_others(shown: Shown) -> None:
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    status, headers, body = get(shown.net.rpc_url, "/", browser)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<!doctype html>" in body
    assert get(shown.net.rpc_url, "/")[0] == 405
    assert get(shown.net.rpc_url, "/health", browser)[2] == b"ok"
    assert get(shown.net.rpc_url, "/elsewhere", browser)[0] == 405
    assert get(shown.net.rpc_url, "/explorer/", browser)[2] == body
    status, headers, nothing = get(shown.net.rpc_url, "/", browser, "HEAD")
    assert (status, nothing) == (200, b"")
    assert int(headers["content-length"]) == len(body)


def test_every_answer_keeps_the_page_to_itself(shown: Shown) -> None:
    for path in (
        "/explorer/",
        "/explorer/main.js",
        "/explorer/style.css",
        "/explorer/icon.svg",
        "/explorer/api/overview",
        "/explorer/none",
    ):
        _, headers, _ = get(shown.net.rpc_url, path)
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def test_the_files_name_no_other_place() -> None:
    from importlib.resources import files

    for entry in files("solana_localnet.explorer").joinpath("page").iterdir():
        text = entry.read_text()
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import", text) == [], entry.name
        assert "innerHTML" not in text
        assert "eval(" not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("tx/nonsense", 400),
        ("tx/" + "1" * 64, 404),
        ("address/0", 400),
        ("slot/x", 400),
        ("slot/99999999", 404),
        ("slot/-1", 404),
        ("other", 404),
        ("", 404),
        ("search", 404),
        ("search?q=", 404),
        ("search?q=%ff%00", 404),
        ("../../settings.py", 404),
    ],
)
def test_what_is_not_there(shown: Shown, path: str, status: int) -> None:
    found, _, body = get(shown.net.rpc_url, f"/explorer/api/{path}")
    assert found == status
    assert json.loads(body)["error"]


def test_files_outside_the_page_are_not_served(shown: Shown) -> None:
    for path in ("/explorer/../site.py", "/explorer/site.py", "/explorer/%2e%2e/site.py", "/explorer/page/main.js"):
        assert get(shown.net.rpc_url, path)[0] == 404


def test_a_transaction_is_told_by_its_idl(shown: Shown) -> None:
    signature = shown.submit(12, "noon")
    body = api(shown, f"tx/{signature}")
    assert body["ok"]
    assert body["error"] is None
    (instruction,) = body["instructions"]
    assert (instruction["programName"], instruction["name"]) == ("meter_box", "submit_reading")
    assert values(instruction["arguments"]) == {
        "watt_hours": "12",
        "measured_at": "1767225600",
        "note": "noon",
        "source": "Grid",
    }
    accounts = [(a["name"], a["address"], a["signer"], a["writable"]) for a in instruction["accounts"]]
    owner = str(shown.owner.pubkey())
    assert accounts == [("owner", owner, True, True), ("meter", str(shown.account), False, True)]
    (event,) = instruction["events"]
    assert event["name"] == "ReadingSubmitted"
    assert values(event["fields"]) == {"meter": str(meter.OWNER), "watt_hours": str(WATT_HOURS)}
    row = api(shown, "overview")["transactions"][0]
    assert (row["signature"], row["titles"]) == (signature, ["meter_box: submit_reading"])


def test_units_of_all_instructions_are_those_of_the_transaction(shown: Shown) -> None:
    payer, to = shown.owner, Keypair().pubkey()
    submit = meter.submit(shown.program, payer, shown.account, 3)
    pay = payment(payer, to, 10**7)
    for order in ([pay, submit, pay], [set_compute_unit_limit(9_000), submit, pay, submit], [pay], [submit, submit]):
        signature = shown.rpc.run(order, payer)
        body = api(shown, f"tx/{signature}")
        units = [one["units"] for one in body["instructions"]]
        assert sum(units) == body["units"] == shown.rpc("getTransaction", signature)["meta"]["computeUnitsConsumed"]
        known = {"System": 150, "Compute Budget": 150}
        for one in body["instructions"]:
            assert one["units"] == known.get(one["programName"], one["units"])
            assert not one["estimated"]


def test_a_failure_has_the_programs_own_name(shown: Shown) -> None:
    call = Instruction(shown.failing, meter.SUBMIT, [])
    signature = shown.rpc.run([payment(shown.owner, shown.owner.pubkey(), 1), call], shown.owner, skipPreflight=True)
    body = api(shown, f"tx/{signature}")
    assert not body["ok"]
    assert body["error"] == {
        "text": "Error processing Instruction 1: custom program error: 0x1770",
        "instruction": 1,
        "program": "sealed_box",
        "name": "MeterIsSealed",
        "message": "The meter is sealed",
    }
    assert [one["ok"] for one in body["instructions"]] == [True, False]


def test_an_account_is_decoded_and_its_program_lists_it(shown: Shown) -> None:
    shown.set_total(77)
    body = api(shown, f"address/{shown.account}")
    assert (body["ownerLabel"], body["decoded"]["type"], body["decoded"]["by"]) == ("meter_box", "Meter", "meter_box")
    assert values(body["decoded"]["rows"]) == {
        "owner": str(meter.OWNER),
        "total": "77",
        "last": {"0": "Grid", "1": {"panels": 12}},
    }
    program = api(shown, f"address/{shown.program}")
    assert program["owned"] == {
        "count": 1,
        "kinds": [
            {"type": "Meter", "count": 1, "rows": [{"address": str(shown.account), "space": len(meter.account(0))}]}
        ],
    }
    assert program["program"]["instructions"] == ["submit_reading"]
    programs = api(shown, "programs")
    assert [row["name"] for row in programs["deployed"]] == ["meter_box", "sealed_box"]
    assert "SPL Token" in [row["name"] for row in programs["standard"]]


def test_data_that_does_not_fit_its_type_is_shown_as_bytes(shown: Shown) -> None:
    stray = Pubkey.new_unique()
    data = meter.METER + b"\1\2\3"
    update = {"lamports": 10**9, "owner": str(shown.program), "data": data.hex()}
    shown.rpc("surfnet_setAccount", str(stray), update)
    decoded = api(shown, f"address/{stray}")["decoded"]
    assert (decoded["type"], values(decoded["rows"])) == ("Meter", {"does not fit the IDL": data.hex()})
    shown.rpc("surfnet_resetAccount", str(stray))
    signature = shown.rpc.run([Instruction(shown.program, meter.SUBMIT + b"\1", [])], shown.owner)
    (instruction,) = api(shown, f"tx/{signature}")["instructions"]
    assert values(instruction["arguments"]) == {"does not fit the IDL": (meter.SUBMIT + b"\1").hex()}


def test_tokens_are_shown_to_their_owner_and_in_the_transaction(shown: Shown) -> None:
    from tests.localnet.surfnet.test_surfnet import make_mint

    mint, holder = make_mint(shown.rpc, shown.owner), Keypair().pubkey()
    shown.rpc("surfnet_setTokenAccount", str(holder), str(mint), {"amount": 1_500_000})
    body = api(shown, f"address/{holder}")
    assert not body["exists"]
    assert [(row["mint"], row["amount"]) for row in body["tokens"]] == [
        (str(mint), shown.rpc.value("getTokenAccountBalance", body["tokens"][0]["address"])["uiAmountString"])
    ]


def test_an_address_that_was_never_used(shown: Shown) -> None:
    body = api(shown, f"address/{Pubkey.new_unique()}")
    assert (body["exists"], body["transactions"], body["tokens"]) == (False, [], [])


def test_the_search_box_finds_what_it_is_given(shown: Shown) -> None:
    signature = shown.submit()
    slot = shown.rpc("getSlot")
    wanted = {
        signature: f"#/tx/{signature}",
        str(shown.account): f"#/address/{shown.account}",
        f"  {slot:,} ": f"#/slot/{slot}",
        "Meter_B": f"#/address/{shown.program}",
        "system": "#/address/11111111111111111111111111111111",
    }
    for text, target in wanted.items():
        assert api(shown, "search?" + urllib.parse.urlencode({"q": text})) == {"target": target}


def test_a_slot_shows_its_transactions(shown: Shown) -> None:
    signature = shown.submit(5)
    slot = shown.rpc("getTransaction", signature)["slot"]
    body = api(shown, f"slot/{slot}")
    assert signature in [row["signature"] for row in body["rows"]]
    assert body["parent"] < slot


def test_idls_registered_later_explain_earlier_transactions(shown: Shown) -> None:
    """What nobody could read becomes readable as soon as its IDL is registered."""
    unknown = Pubkey.new_unique()
    shown.rpc("surfnet_writeProgram", str(unknown), meter.program(WATT_HOURS).hex(), 0)
    signature = shown.rpc.run([meter.submit(unknown, shown.owner, shown.account, 1)], shown.owner)
    (instruction,) = api(shown, f"tx/{signature}")["instructions"]
    assert (instruction["name"], instruction["programName"], instruction["events"]) == (None, None, [])
    shown.rpc("surfnet_registerIdl", meter.idl(unknown), shown.rpc("getSlot") + 1)
    (instruction,) = api(shown, f"tx/{signature}")["instructions"]
    assert (instruction["name"], instruction["events"][0]["name"]) == ("submit_reading", "ReadingSubmitted")
    shown.rpc("surfnet_resetAccount", str(unknown))


def test_the_explorer_lives_through_a_restart_from_the_ledger(tmp_path: Path) -> None:
    with spawn(python=sys.executable, ledger=tmp_path / "ledger") as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded()
        signature = rpc.run([payment(payer, payer.pubkey(), 1)], payer)
        net.kill()
    with spawn(python=sys.executable, ledger=tmp_path / "ledger") as net:
        rows = json.loads(get(net.rpc_url, "/explorer/api/overview")[2])["transactions"]
        assert signature in [row["signature"] for row in rows]
        assert json.loads(get(net.rpc_url, f"/explorer/api/tx/{signature}")[2])["instructions"][0]["name"] == "transfer"


def test_open_opens_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, note = tmp_path / "browser", tmp_path / "opened"
    script.write_text(f'#!/bin/sh\necho "$1" > {note}\n')
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("BROWSER", f"{script} %s")
    monkeypatch.setenv("DISPLAY", os.environ.get("DISPLAY", ":0"))
    with spawn(python=sys.executable, args=["--open"]) as net:
        deadline = time.monotonic() + 10
        while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert note.read_text().strip() == net.rpc_url
    note.unlink()
    with spawn(python=sys.executable) as net:
        net.call("getHealth")
    assert not note.exists()

"""The explorer in a real Chromium that can reach nothing but the localnet.

It needs Debian's `chromium` and the Python package `playwright`: `make test-window` brings both. Where one is missing
these tests are skipped, unless EXPLORER_WINDOW=required says that they must run. EXPLORER_PICTURE names a file to
which the picture of a transaction is written.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("EXPLORER_WINDOW") == "required"
PATIENCE_MS = 15_000
MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"

try:
    from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
except ImportError:
    if REQUIRED:
        raise
    pytest.skip("the Python package playwright is not installed: `make test-window`", allow_module_level=True)
if CHROMIUM is None and not REQUIRED:
    pytest.skip("chromium is not installed: `make test-window` installs it on Debian", allow_module_level=True)
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "EXPLORER_WINDOW=required, and there is no chromium: apt-get install chromium"
    # Nothing but loopback has an address: a page that asked for anything else would not get it.
    flags = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


class Window:
    """A page that remembers what went wrong and what was asked for."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))

    def show(self, target: str = "#/") -> Page:
        """Opens a page of the explorer and waits until it is drawn."""
        self.page.goto(f"{self.url}/{target}")
        expect(self.page.locator("#view .card").first).to_be_visible()
        return self.page

    def close(self) -> None:
        """Ends it; nothing may have gone wrong, and nobody else may have been asked."""
        self.context.close()
        assert self.problems == []
        own = self.url.split("//")[1]
        assert {re.sub(r"^(http|ws)://([^/]*)/.*$", r"\2", url) for url in self.asked} == {own}


@pytest.fixture
def window(browser: Browser, shown: Shown) -> Iterator[Window]:
    opened = Window(browser, shown.net.rpc_url)
    yield opened
    opened.close()


def number(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))


def test_transactions_appear_as_they_land(window: Window, shown: Shown) -> None:
    page = window.show()
    expect(page.locator("#live")).to_have_class(re.compile(r"\bon\b"))
    counter = page.locator(".counter", has_text="Transactions").locator("strong")
    before = number(counter.inner_text())
    page.evaluate("window.sameDocument = true")
    signature = shown.submit(1, "live")
    row = page.locator(f"[data-signature='{signature}']")
    expect(row).to_be_visible()
    expect(row.locator(".chip")).to_have_text(re.compile("submit_reading.*meter_box"))
    assert number(counter.inner_text()) == before + 1
    assert page.evaluate("window.sameDocument")
    slot = number(page.locator("#live-text").inner_text())
    page.wait_for_function(
        "before => Number(document.getElementById('live-text').textContent.replace(/,/g, '')) > before", arg=slot
    )


def test_a_transaction_shows_all_there_is(window: Window, shown: Shown) -> None:
    instructions = [
        set_compute_unit_limit(50_000),
        payment(shown.owner, Keypair().pubkey(), 10**9),
        meter.submit(shown.program, shown.owner, shown.account, WATT_HOURS, "noon"),
    ]
    signature = shown.rpc.run(instructions, shown.owner)
    page = window.show(f"#/tx/{signature}")
    used = shown.rpc("getTransaction", signature)["meta"]["computeUnitsConsumed"]
    bars = page.locator("#compute .bar")
    expect(bars).to_have_count(3)
    figures = [number(text) for text in page.locator("#compute .bar-value").all_inner_texts()]
    assert figures[:2] == [150, 150]
    assert sum(figures) == used == number(page.locator("#compute .count").inner_text())
    widths = page.locator("#compute .bar-fill").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    tracks = page.locator("#compute .bar-track").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    for width, track, units in zip(widths, tracks, figures, strict=True):
        assert width / track == pytest.approx(units / used, abs=0.01)
    shown_one = page.locator(".instruction", has_text="submit_reading")
    expect(shown_one.locator(".leaf", has_text="measured_at")).to_contain_text("2026-01-01T00:00:00.000Z")
    expect(shown_one.locator(".leaf", has_text="note")).to_contain_text("noon")
    expect(shown_one.locator(".event")).to_contain_text("ReadingSubmitted")
    expect(shown_one.locator(".event .leaf", has_text="watt_hours")).to_contain_text("4,250")
    expect(shown_one.locator(".accounts")).to_contain_text(str(shown.account))
    expect(page.locator("#balances")).to_contain_text("+1 SOL")
    expect(page.locator("#logs .data")).to_have_count(1)
    if picture := os.environ.get("EXPLORER_PICTURE"):
        page.set_viewport_size({"width": 1100, "height": 900})
        page.screenshot(path=picture)


def test_a_failed_transaction_says_why(window: Window, shown: Shown) -> None:
    signature = shown.rpc.run([Instruction(shown.failing, meter.SUBMIT, [])], shown.owner, skipPreflight=True)
    page = window.show(f"#/tx/{signature}")
    expect(page.locator(".problem")).to_contain_text("sealed_box: MeterIsSealed")
    expect(page.locator(".problem")).to_contain_text("The meter is sealed")
    expect(page.locator(".page-head .badge")).to_have_text("Failed")


def test_a_transaction_that_is_awaited_is_shown_when_it_lands(window: Window, shown: Shown) -> None:
    tx = shown.rpc.build([payment(shown.owner, Keypair().pubkey(), 10**9)], shown.owner)
    page = window.page
    page.goto(f"{window.url}/#/tx/{tx.signatures[0]}")
    expect(page.locator("#view")).to_contain_text("Nothing like this is known here")
    shown.rpc.submit(tx)
    expect(page.locator("#instructions")).to_contain_text("transfer")
    # The browser itself reports the 404 that came before.
    assert all("404" in problem for problem in window.problems)
    window.problems.clear()


def test_an_account_changes_before_ones_eyes(window: Window, shown: Shown) -> None:
    shown.set_total(5)
    page = window.show(f"#/address/{shown.account}")
    total = page.locator("#decoded .leaf", has_text="total")
    expect(total).to_contain_text("5")
    opened = page.locator("details[data-key='bytes']")
    opened.locator("summary").click()
    shown.set_total(123_456)
    expect(total).to_contain_text("123,456")
    expect(opened).to_have_attribute("open", "")


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_the_search_box(window: Window, shown: Shown) -> None:
    signature = shown.submit(2)
    page = window.show()
    for text, address in (
        (signature, f"#/tx/{signature}"),
        ("meter_b", "#/address/"),
        (str(shown.account), f"#/address/{shown.account}"),
        ("1", "#/slot/1"),
    ):
        search(page, text)
        expect(page).to_have_url(re.compile(re.escape(address)))
    expect(page.locator("h1")).to_have_text("1")
    search(page, "nothing at all")
    expect(page.locator("#notice")).to_contain_text("no signature, address, slot or program")
    expect(page.locator("#query")).to_have_value("nothing at all")
    assert all("404" in problem for problem in window.problems)
    window.problems.clear()


def test_a_slow_answer_of_the_search_takes_nothing_away(window: Window) -> None:
    """What is typed while an earlier search is on its way stays, and the newest search decides."""
    page = window.show()
    held: list[Route] = []
    page.route("**/search?q=1", lambda route: held.append(route))
    with page.expect_request("**/search?q=1"):
        search(page, "1")
    page.keyboard.press("/")
    page.keyboard.type("meter")
    expect(page.locator("#query")).to_have_value("meter")
    page.keyboard.type("_b")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/address/"))
    with page.expect_response("**/search?q=1"):
        held[0].continue_()
    page.wait_for_timeout(200)
    assert "#/address/" in page.url


def test_links_lead_on(window: Window, shown: Shown) -> None:
    shown.submit(2)
    page = window.show()
    page.get_by_role("link", name="Programs").click()
    page.locator("#deployed").get_by_role("link", name="meter_box").click()
    expect(page.locator("h1")).to_have_text("meter_box")
    expect(page.locator(".chip", has_text="submit_reading").first).to_be_visible()
    page.get_by_role("link", name=str(shown.account)).click()
    expect(page.locator("#decoded h2")).to_have_text("Meter")
    page.locator("#transactions .sig a").first.click()
    page.locator(".facts a").first.click()
    expect(page.locator(".page-head .kind")).to_have_text("Slot")
    page.go_back()
    expect(page.locator("#instructions")).to_be_visible()


def test_the_words_of_strangers_stay_words(window: Window, shown: Shown, tmp_path: Path) -> None:
    memo = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
    signature = shown.rpc.run(
        [Instruction(memo, MARKUP.encode(), []), meter.submit(shown.program, shown.owner, shown.account, 1, MARKUP)],
        shown.owner,
    )
    page = window.show(f"#/tx/{signature}")
    expect(page.locator(".leaf", has_text="note")).to_contain_text(MARKUP)
    expect(page.locator("#logs")).to_contain_text("<script>")
    assert page.locator("main img, main script").count() == 0
    assert "owned" not in page.title()
    # Were markup to slip through, the policy would still stop it.
    refused = page.evaluate(
        """() => new Promise(done => {
          document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective));
          const script = document.createElement('script');
          script.textContent = "document.title = 'owned'";
          document.body.append(script);
        })"""
    )
    assert refused.startswith("script-src")
    assert "owned" not in page.title()
    window.problems.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_small_screen_and_can_be_read(browser: Browser, shown: Shown, scheme: Any) -> None:
    signature = shown.submit(9, "a note that is as long as notes on meters may be, and then a little longer")
    slot = shown.rpc("getTransaction", signature)["slot"]
    window = Window(browser, shown.net.rpc_url, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    targets = [f"#/tx/{signature}", f"#/address/{shown.account}", f"#/address/{shown.program}", f"#/slot/{slot}"]
    for target in ["#/", "#/programs", *targets, f"#/address/{shown.owner.pubkey()}"]:
        page = window.show(target)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, target
        # WCAG's contrast for text, 4.5 to 1, of all that is shown.
        poor = page.evaluate(CONTRAST)
        assert poor == [], (target, poor[:3])
    window.close()


CONTRAST = """() => {
  const part = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const numbers = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const seen = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('.tx.new, noscript')) continue;
    let [a, b] = [light(numbers(getComputedStyle(element).color)), light(ground(element))];
    if (a < b) [a, b] = [b, a];
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) seen.push([element.className, element.textContent.slice(0, 30), ratio]);
  }
  return seen;
}"""


def test_the_theme_button_is_remembered(window: Window) -> None:
    page = window.show()
    ground = "getComputedStyle(document.body.parentElement).backgroundColor"
    colours = set[str]()
    for _ in range(3):
        page.locator("#theme").click()
        colours.add(page.evaluate(ground))
    assert len(colours) == 2
    page.locator("#theme").click()
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_page_comes_back_with_the_localnet(browser: Browser, tmp_path: Path) -> None:
    with spawn(python=sys.executable) as net:
        port = int(net.rpc_url.rsplit(":", 1)[1])
        window = Window(browser, net.rpc_url)
        page = window.show()
        expect(page.locator("#live")).to_have_class(re.compile(r"\bon\b"))
        net.kill()
        expect(page.locator("#live-text")).to_have_text("reconnecting")
    with spawn(python=sys.executable, port=port) as net:
        expect(page.locator("#live")).to_have_class(re.compile(r"\bon\b"))
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded()
        signature = rpc.run([payment(payer, payer.pubkey(), 1)], payer)
        expect(page.locator(f"[data-signature='{signature}']")).to_be_visible()
        window.problems.clear()
        window.close()

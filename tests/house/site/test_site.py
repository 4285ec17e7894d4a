"""The documentation site is whole and stands alone: every link leads somewhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Attributes by which a browser loads something without being asked.
LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("form", "action")}
# Relations of <link> that load nothing.
QUIET = {"canonical", "next", "prev", "edit"}


@dataclass
class Read(HTMLParser):
    """What a page has: its anchors, where its links lead, what it loads."""

    anchors: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag == "link" and given.get("rel") not in QUIET:
            self.loaded.add(given["href"])
        self.loaded |= {value for name, value in given.items() if (tag, name) in LOADED}


def read(page: Path) -> Read:
    found = Read()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Read]:
    return {page: read(page) for page in sorted(site.rglob("*.html"))}


def wrong_links(pages: dict[Path, Read]) -> list[str]:
    """Links within the site that lead to no page or to no place of one."""
    wrong: list[str] = []
    for page, found in pages.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                wrong.append(f"{page.name}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                # `__…` are the theme's own, which its script reads.
                wrong += [] if parts.fragment.startswith("__") else [f"{page.name}: {link}"]
    return wrong


def test_every_link_and_anchor_leads_somewhere(pages: dict[Path, Read]) -> None:
    pages = {page: found for page, found in pages.items() if page.name != "404.html"}
    assert len(pages) > 40
    assert sum(len(found.links) for found in pages.values()) > 1000
    assert wrong_links(pages) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<h1 id="here">x</h1><a href="#here">a</a><a href="#there">b</a><a href="other.html">c</a>')
    assert sorted(wrong_links({page: read(page)})) == ["page.html: #there", "page.html: other.html"]


def test_no_page_asks_for_anything_elsewhere(site: Path, pages: dict[Path, Read]) -> None:
    loaded = {target for found in pages.values() for target in found.loaded}
    assert len(loaded) > 10
    assert {
        target for target in loaded if urlsplit(target).netloc or urlsplit(target).scheme not in ("", "data")
    } == set()
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\"']*", styles) == []


def test_everything_that_is_loaded_is_there(pages: dict[Path, Read]) -> None:
    for page, found in pages.items():
        if page.name == "404.html":
            continue
        for target in found.loaded:
            if not target.startswith("data:"):
                assert (page.parent / unquote(urlsplit(target).path)).is_file(), f"{page}: {target}"


def test_the_market_the_language_and_the_modules_are_there(site: Path) -> None:
    for page, words in {
        "index.html": ["A flame graph of match_orders", "make demo"],
        "tutorial.html": ["seahorse init solar"],
        "reference/testing.html": ["seahorse.testing.Ledger", "expect_error"],
        "reference/client.html": ["gridtokenx.chain.connection.client", "gridtokenx.market.audit"],
        "reference/localnet.html": ["solana_localnet.spawn"],
        "rooms/backends-sbf.html": ["sbf"],
        "security-policy.html": ["private advisory"],
    }.items():
        text = (site / page).read_text(encoding="utf-8")
        assert [word for word in words if word not in text] == [], page
        assert "<!-- " not in re.sub(
            r"<script.*?</script>|<pre.*?</pre>", "", text.split("<article")[1], flags=re.DOTALL
        )

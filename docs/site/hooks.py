"""Hooks of the documentation site: pages from outside docs/, their links, and lists of pages in the navigation.

A Markdown file of the repository links to files by their places in the repository. On the site such a link leads to
the page of that file. What has no page (sources, folders) is named and not linked. A link to what does not exist stays
as it is, so that `mkdocs build --strict` refuses it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
COMPILER = "packages/seahorse-lang/src/seahorse"
# Files of the repository that are pages, by their names on the site.
PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
    "data/ami/README.md": "data/ami/README.md",
    "examples/README.md": "examples/README.md",
    "packages/localnet/README.md": "packages/localnet/README.md",
    "packages/seahorse-lang/README.md": "packages/seahorse-lang/README.md",
    "programs_py/README.md": "programs_py/README.md",
    "tests/README.md": "tests/README.md",
}
COMMENT = re.compile(r"^<!--.*?-->\n?", re.DOTALL | re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def rooms() -> dict[str, str]:
    """The READMEs of the compiler's phases, and of the rooms of its back ends, as pages."""
    phases = sorted([*(ROOT / COMPILER).glob("*/README.md"), *(ROOT / COMPILER / "backends").glob("*/README.md")])
    named = {path: "-".join(path.relative_to(ROOT / COMPILER).parts[:-1]) for path in phases}
    return {path.relative_to(ROOT).as_posix(): f"rooms/{name}.md" for path, name in named.items()}


def pages() -> dict[str, str]:
    """Every Markdown file of the repository that has a page: its place in the repository, its place on the site."""
    own = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    return {f"docs/{place}": place for place in own} | PAGES | rooms()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.nav = [filled(entry) for entry in config.nav or []]
    return config


def filled(entry: Any) -> Any:
    """An entry of the navigation in which `folder/*` is the list of the folder's pages."""
    if isinstance(entry, str):
        return entry
    (title, inner), *_ = entry.items()
    if isinstance(inner, list):
        return {title: [filled(e) for e in inner]}
    if inner.endswith("/*"):
        return {title: sorted(place for place in pages().values() if place.startswith(inner[:-1]))}
    return {title: inner}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for source, place in (PAGES | rooms()).items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    sources = {place: source for source, place in pages().items()}
    source = sources[page.file.src_uri]
    # Comments tell the tests of documents what a block is.
    parts = re.split(r"(^```.*?^```$)", COMMENT.sub("", markdown), flags=re.DOTALL | re.MULTILINE)
    return "".join(part if FENCED.match(part) else linked(part, source, page.file.src_uri, files) for part in parts)


def linked(text: str, source: str, place: str, files: Files) -> str:
    """A text of the repository's file `source` with its links as the page at `place` needs them."""
    known = pages()

    def written(match: re.Match[str]) -> str:
        picture, label, target = match.groups()
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        path, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(source), path))
        if not (ROOT / file).exists():
            return match[0]
        if (ROOT / file / "README.md").is_file():
            file = f"{file}/README.md"
        there = known.get(file) or (file.removeprefix("docs/") if file.startswith("docs/") else None)
        if there is None or files.get_file_from_path(there) is None:
            # A source or a folder, which the reader finds in a checkout.
            return label if label.startswith("`") else f"{label} (`{file.removesuffix('/README.md')}`)"
        relative = os.path.relpath(there, os.path.dirname(place) or ".")
        return f"{picture}[{label}]({relative}{'#' + anchor if anchor else ''})"

    return LINK.sub(written, text)

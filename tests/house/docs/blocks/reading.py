"""The code blocks of every Markdown file, each with the comment above it that says what the block is.

A mark is a comment that ends on the line above the block:

    <!-- file: NAME -->            the block is the file NAME of the document's scratch folder
    <!-- hidden file: NAME ... --> the comment itself is a file, which the site does not show
    <!-- run: LINE -->             this line is executed, unseen
    <!-- needs: PATH PATH -->     these files and folders of the repository are copied to the scratch folder (PATH=PLACE)
    <!-- command: LINE -->         the block is what LINE prints there
    <!-- command fails: LINE -->   the same, of a command whose exit status is not 0
    <!-- within: TEXT -->          the block stands in TEXT, in the place of its line `...`
    <!-- picture -->               the block is a drawing
    <!-- checked by: TEST -->      TEST, a file that names the document, compares the block with what it shows
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[4]
UNSEEN = re.compile(r"<!-- (needs|run): (.*?) -->")
HIDDEN = re.compile(r"<!-- hidden file: (\S+)\n(.*?)-->", re.DOTALL)
MARK = re.compile(r"<!-- (file|command|command fails|within|picture|checked by)(?:: ?\n?(.*?))?\s*-->\s*$", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block: its document (relative to the repository), first line, language, text, and its mark."""

    document: str
    line: int
    language: str | None
    text: str
    mark: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"

    def whole(self) -> str:
        """The text, inside of the program that its mark gives."""
        if self.mark != "within":
            return self.text
        match = re.search(r"^( *)\.\.\.$", self.value, re.MULTILINE)
        assert match is not None, f"{self}: its mark has no line `...`"
        return f"{self.value[: match.start()]}{indent(self.text, match[1])}{self.value[match.end() :]}\n"


def documents() -> list[str]:
    """Every Markdown file that git tracks or would track."""
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in listed.split("\0") if path and (ROOT / path).is_file())


def blocks_of(document: str) -> list[Block]:
    """The blocks of a document, in order. A block that is indented has the language None."""
    return blocks_in((ROOT / document).read_text(encoding="utf-8"), document)


def blocks_in(text: str, document: str) -> list[Block]:
    """The blocks of a text, as those of the document."""
    found: list[Block] = []
    mark, value = "", ""
    for token in MarkdownIt().parse(text):
        if token.type == "html_block":
            line = 0 if token.map is None else token.map[0] + 1
            for name, hidden in HIDDEN.findall(token.content):
                found.append(Block(document, line, "hidden", hidden, "file", name))
            for word, told in UNSEEN.findall(token.content):
                found.append(Block(document, line, "hidden", "", word, told))
            match = MARK.search(token.content)
            mark, value = (match[1], (match[2] or "").rstrip()) if match else ("", "")
            continue
        if token.type in ("fence", "code_block"):
            assert token.map is not None
            language = token.info.strip() if token.type == "fence" else None
            found.append(Block(document, token.map[0] + 1, language, token.content, mark, value))
        mark, value = "", ""
    return found

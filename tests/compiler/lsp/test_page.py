"""What docs/editors.md tells editors: the command is one that there is, and settings are those of the extension."""

from __future__ import annotations

import json
import re
from pathlib import Path

from typer.main import get_command

from seahorse.cli import app

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def is_server(words: list[str]) -> bool:
    return Path(words[0]).name == "seahorse" and words[1:] == ["lsp"]


def test_the_server_has_this_command() -> None:
    assert "lsp" in get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]


def test_neovim_starts_the_server_in_a_project() -> None:
    (text,) = blocks("lua")
    (command,) = re.findall(r"cmd = \{(.*)\}", text)
    assert is_server(re.findall(r'"(.*?)"', command))
    (root,) = re.findall(r"root_markers = \{ \"(.*?)\" \}", text)
    assert (ROOT / root).is_file()


def test_settings_are_those_of_the_extension() -> None:
    extension = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
    known = extension["contributes"]["configuration"]["properties"]
    for text in blocks("json"):
        for name, value in json.loads(text).items():
            assert known[name]["type"] == "array"
            assert is_server(value)

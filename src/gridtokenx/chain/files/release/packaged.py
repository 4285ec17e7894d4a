"""Writes the files of this package from a build: `python -m gridtokenx.chain.files.release.packaged`."""

from __future__ import annotations

import json
import re

from gridtokenx.chain.files.release import FOLDER
from gridtokenx.chain.files.workspace import PROGRAM_NAMES, Checkout, find_workspace

ROW = re.compile(r"^\| (\w+\.\w+) \| \**([\d,]+)\** \|", re.MULTILINE)
SIZE = re.compile(r"^\| \w+ \| (\w+) \| ([\d,]+) \|", re.MULTILINE)


def files(workspace: Checkout) -> dict[str, str]:
    """Each file of the package by name, as the build says."""
    table = (workspace.root / "docs" / "compute-units.md").read_text(encoding="utf-8")
    units = {name: int(figure.replace(",", "")) for name, figure in ROW.findall(table)}
    ids = {name: str(key) for name, key in workspace.program_ids.items()}
    sizes = SIZE.findall((workspace.root / "docs" / "account-sizes.md").read_text(encoding="utf-8"))
    found = {
        "compute_units.json": _text(units),
        "account_sizes.json": _text({name: int(size.replace(",", "")) for name, size in sizes}),
        "programs.json": _text(ids),
    }
    for name in PROGRAM_NAMES:
        found[f"{name}.json"] = _text(workspace.load_idl(name))
        found[f"legacy/{name}.json"] = _text(json.loads(workspace.load_legacy_idl(name)))
    return found


def _text(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), sort_keys=False, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, text in files(find_workspace()).items():
        (FOLDER / file).write_text(text, encoding="utf-8")

"""What a round keeps of the rounds before is what a first round finds: diagnostics, and every account's checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seahorse.inspection.checks import check_lines
from seahorse.lsp.analysis import Analysis
from seahorse.lsp.projects import Group, project_in

ROOT = Path(__file__).parents[3]


@pytest.fixture
def market(tmp_path: Path) -> Group:
    """The five programs, in a project of their own."""
    shutil.copytree(ROOT / "programs_py", tmp_path / "programs_py", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Anchor.toml", tmp_path)
    group = project_in(tmp_path)
    assert group is not None
    return group


_CALLED = "    require_active(user_account)\n"
# Changes of one file each, one after the other: what is written there becomes something else.
EDITS = [
    # A statement, which changes nothing for others.
    ("trading/orders.py", "    assert ", "    print(1)\n    assert "),
    # An instruction that others call writes one account more, so its callers pass that as writable.
    ("registry/energy.py", _CALLED, _CALLED + "    user_account.status = user_account.status\n"),
    ("registry/energy.py", "    user_account.status = user_account.status\n", ""),
    # A mistake, and its end.
    ("governance/__init__.py", "from seahorse.prelude import *", "from seahorse.prelude import *\nWRONG = missing"),
    ("governance/__init__.py", "\nWRONG = missing", ""),
    # A warning.
    ("trading/orders.py", "    print(1)\n    assert ", "    unused = 1\n    assert "),
    ("trading/orders.py", "    unused = 1\n", ""),
]


def found(analysis: Analysis, group: Group, texts: dict[Path, str]) -> object:
    result = analysis.check(group, [], texts, lambda: False)
    assert result is not None
    if any(d.warning is None for of_file in result.diagnostics.values() for d in of_file):
        # The programs as they were when they were good answer until the mistake is gone.
        return result.diagnostics, None
    checks = {
        (good.checked.name, instruction.name): (
            [(slot.name, slot.kind, slot.writable, slot.implicit) for slot in instruction.slots],
            [check_lines(instruction, check) for check in instruction.checks],
        )
        for good in analysis.good.values()
        if good.lowered is not None
        for instruction in good.lowered.instructions
    }
    return result.diagnostics, checks


def writable(analysis: Analysis) -> set[tuple[str, str, str]]:
    """Program, instruction and name of each account that must be writable."""
    lowered = [good.lowered for good in analysis.good.values() if good.lowered is not None]
    return {(p.name, i.name, s.name) for p in lowered for i in p.instructions for s in i.slots if s.writable}


def test_each_round_finds_what_a_first_round_finds(market: Group) -> None:
    kept, texts, seen = Analysis(), dict[Path, str](), set[frozenset[tuple[str, str, str]]]()
    found(kept, market, texts)
    for file, before, after in EDITS:
        seen.add(frozenset(w for w in writable(kept) if w[0] == "energy_token"))
        path = market.folder / file
        text = texts.get(path) or path.read_text(encoding="utf-8")
        assert before in text, (file, before)
        texts[path] = text.replace(before, after, 1)
        assert found(kept, market, texts) == found(Analysis(), market, texts), (file, before)
    assert len(seen - {frozenset()}) == 2, "no edit changed what a caller passes"

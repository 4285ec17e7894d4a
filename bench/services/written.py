"""Figures that a command writes into docs/services.md, between two comments that name them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gridtokenx.chain.files.workspace import find_workspace


def write_figures(name: str, lines: Sequence[str]) -> None:
    """Replaces what stands between `<!-- figures: name -->` and `<!-- end of figures -->`. Raises ValueError when
    nothing stands there."""
    path = find_workspace().root / "docs" / "services.md"
    block = re.compile(rf"(<!-- figures: {name} -->\n).*?(<!-- end of figures -->)", re.DOTALL)
    text, count = block.subn(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], path.read_text())
    if count != 1:
        raise ValueError(f"docs/services.md has no block of figures named {name}")
    path.write_text(text)

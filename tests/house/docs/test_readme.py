"""The comparisons in README.md are rows of the tables that the commands above them write.

After a new measurement: `python -m tests.house.docs.test_readme` writes the rows anew.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "README.md"
ROWS = re.compile(r"(<!-- rows of other documents -->\n)(.*?)(<!-- end of rows -->)", re.DOTALL)
# Heading, command, document, the line above which the table stands, first cells of the rows, columns.
TABLES = (
    (
        "Compute units beside the frameworks, on Anchor's own benchmark",
        "make bench",
        "docs/compute-units.md",
        "| case | ours | goal | Anchor 1 | Anchor 2 | Quasar | Pinocchio | Steel |",
        ("hello.init", "vault.withdraw", "nested.increment", "prop_amm.update", "multisig.create"),
        ("case", "ours", "Anchor 1", "Anchor 2", "Quasar"),
    ),
    (
        "The market beside its peer in Anchor, in compute units",
        "make bench",
        "docs/compute-units.md",
        "| instruction | ours | target | peer | peer's instruction |",
        (
            "registry.register_user",
            "energy_token.mint_grid_tokens",
            "trading.create_sell_order",
            "trading.match_orders",
        ),
        ("instruction", "ours", "peer", "peer's instruction"),
    ),
    (
        "Bytes that a cluster stores, and their rent in SOL",
        "make size",
        "docs/program-sizes.md",
        "| program | ours | SOL | Anchor 1 | SOL | Anchor 2 | SOL |",
        ("hello", "vault", "nested", "multisig"),
        ("program", "ours", "SOL", "Anchor 1", "Anchor 2"),
    ),
)


def cells(line: str) -> list[str]:
    return [cell.strip().strip("*") for cell in line.strip().strip("|").split("|")]


def rows(document: str, head: str, first: tuple[str, ...], columns: tuple[str, ...]) -> list[str]:
    """These rows and columns of the table with this head; an error when one is missing."""
    lines = iter((ROOT / document).read_text(encoding="utf-8").splitlines())
    names = next(cells(line) for line in lines if line.startswith(head))
    found: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        found[cells(line)[0]] = cells(line)
    places = [names.index(column) for column in columns]
    shown = [[found[name][place] for place in places] for name in first]
    return [f"| {' | '.join(columns)} |", "|---" + "|--:" * (len(columns) - 1) + "|"] + [
        f"| {' | '.join(row)} |" for row in shown
    ]


def renewed(document: str) -> str:
    """The document with the rows as they stand in the other documents now."""
    told: list[str] = []
    for title, command, source, head, first, columns in TABLES:
        told += [f"**{title}** (`{command}`; [all of them]({source})):", "", *rows(source, head, first, columns), ""]
    text = "\n".join(told)
    return ROWS.sub(lambda m: f"{m[1]}\n{text}\n{m[3]}", document)


def test_the_rows_are_those_of_the_other_documents() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert renewed(document) == document
    assert len(ROWS.findall(document)) == 1


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

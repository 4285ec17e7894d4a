"""What the last whole run said, as a table of docs/verify.md."""

from tests.official.tools import ROOT

DOCUMENT = ROOT / "docs" / "verify.md"
BEGIN, END = "<!-- Written by `make official`: do not edit. -->", "<!-- The end of what `make official` writes. -->"
Figures = dict[str, dict[str, str]]
"""By check and cluster: seconds, or what came of it instead."""


def table(told: Figures, clusters: list[str]) -> str:
    """Rows of checks, columns of clusters."""
    head = ["| check | " + " | ".join(f"{name}, s" for name in clusters) + " |", "|---|" + "--:|" * len(clusters)]
    rows = [f"| {title} | " + " | ".join(by.get(name, "") for name in clusters) + " |" for title, by in told.items()]
    return "\n".join([*head, *rows])


def write(told: Figures, clusters: list[str]) -> None:
    """Puts the table into the document, in the place of the last one."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table(told, clusters)}\n{END}{after}", encoding="utf-8")

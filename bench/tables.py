"""Tables of figures, for the terminal and for the documents: names to the left, figures to the right."""

from collections.abc import Collection, Sequence

from rich.table import Table

TableRows = Sequence[Sequence[str]]


def shown(title: str, titles: Sequence[str], rows: TableRows, left: Collection[str]) -> Table:
    """A table for the terminal; `left`: the columns that are no figures."""
    out = Table(title=title)
    for name in titles:
        out.add_column(name, justify="left" if name in left else "right")
    for row in rows:
        out.add_row(*row)
    return out


def markdown(titles: Sequence[str], rows: TableRows, left: Collection[str]) -> list[str]:
    """The lines of the same table in a document."""
    marks = ["---" if name in left else "--:" for name in titles]
    return [f"| {' | '.join(titles)} |", f"|{'|'.join(marks)}|", *(f"| {' | '.join(row)} |" for row in rows)]

"""docs/profiling.md and its flame graph are what the profiler finds now.

After a change of the programs or of code generation: `python -m tests.house.docs.test_profiling` writes both anew.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs/profiling.md"
GRAPH = ROOT / "docs/profiles/trading.match_orders.svg"
SHOWN = re.compile(r"(<!-- checked by: \S+ -->\n```text\n)(.*?)(```)", re.DOTALL)
COMMAND = re.compile(r"^seahorse (profile .*)$", re.MULTILINE)
# So many rows of each table are shown.
ROWS = 7


def shortened(printed: str) -> str:
    """The report without what pytest says, and with the first rows of each table."""
    report = printed[printed.index("trading: ") :]
    tables = [table.splitlines() for table in report.strip().split("\n\n") if not table.startswith("/")]
    return "\n\n".join("\n".join([*table[: ROWS + 1], *(["..."] if len(table) > ROWS + 1 else [])]) for table in tables)


def renewed(document: str) -> tuple[str, str]:
    """The document with the report that its command prints now, and the flame graph."""
    command = COMMAND.search(document)
    assert command is not None
    with TemporaryDirectory() as folder:
        line = [Path(sys.executable).with_name("seahorse"), *command[1].split(), "--out-dir", folder]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        graph = (Path(folder) / GRAPH.name).read_text(encoding="utf-8")
    return SHOWN.sub(lambda m: f"{m[1]}{shortened(done.stdout)}\n{m[3]}", document), graph


def test_the_document_and_the_flame_graph_are_fresh() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert renewed(document) == (document, GRAPH.read_text(encoding="utf-8"))


if __name__ == "__main__":
    text, graph = renewed(DOCUMENT.read_text(encoding="utf-8"))
    DOCUMENT.write_text(text, encoding="utf-8")
    GRAPH.write_text(graph, encoding="utf-8")

"""How long an editor waits for diagnostics: `python -m bench.editor` types in a program of this project and measures.

The server is a process of its own, as in an editor. The clock starts when a change is sent and stops when the
diagnostics of that text are there, with the pause in typing that the server waits for (`seahorse.lsp.rounds.PAUSE`).
Beside it stands the processor time of the server, which says the same on a machine that is busy otherwise.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from seahorse.lsp.rounds import PAUSE

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "programs_py" / "trading" / "orders.py"
ROUNDS = 15
# A place in the file, and what is typed there.
_BEFORE = "    assert "


@dataclass(frozen=True)
class Typing:
    """One way to change the text. `text`: of change number n."""

    name: str
    text: str


def _typings(text: str) -> list[Typing]:
    at = text.index(_BEFORE)
    return [
        Typing("a comment", f"{text}# NUMBER\n"),
        Typing("a statement in an instruction", f"{text[:at]}    print(NUMBER)\n{text[at:]}"),
        Typing("a name that does not exist", f"{text[:at]}    print(missing_NUMBER)\n{text[at:]}"),
        Typing("a line that does not parse", f"{text[:at]}    print((NUMBER\n{text[at:]}"),
    ]


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used so far, of all its threads. Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured() -> tuple[float, dict[str, list[float]], dict[str, float]]:
    """Seconds until the first diagnostics after the start; of each round of each way of typing; and the processor time
    of the server for one round, the mean of each way."""
    client, told = LanguageClient("bench", "1"), asyncio.Queue[tuple[str, int | None]]()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: types.PublishDiagnosticsParams) -> None:
        told.put_nowait((params.uri, params.version))

    async def until(version: int) -> None:
        while await told.get() != (FILE.as_uri(), version):
            pass

    started = time.perf_counter()
    await client.start_io(sys.executable, "-m", "seahorse.start", "lsp")
    await client.initialize_async(types.InitializeParams(types.ClientCapabilities(), root_uri=ROOT.as_uri()))
    client.initialized(types.InitializedParams())
    text = FILE.read_text(encoding="utf-8")
    item = types.TextDocumentItem(FILE.as_uri(), types.LanguageKind.Python, 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await until(1)
    first, version = time.perf_counter() - started, 1
    found: dict[str, list[float]] = {}
    used: dict[str, float] = {}
    server = client._server
    assert server is not None
    for typing in _typings(text):
        before = processor_seconds(server.pid)
        for number in range(ROUNDS):
            version += 1
            at = time.perf_counter()
            changed = types.TextDocumentContentChangeWholeDocument(typing.text.replace("NUMBER", str(number)))
            document = types.VersionedTextDocumentIdentifier(version, FILE.as_uri())
            client.text_document_did_change(types.DidChangeTextDocumentParams(document, [changed]))
            await until(version)
            found.setdefault(typing.name, []).append(time.perf_counter() - at)
        used[typing.name] = (processor_seconds(server.pid) - before) / ROUNDS
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return first, found, used


def main() -> None:
    """Print the table."""
    first, found, used = asyncio.run(measured())
    print(f"{FILE.relative_to(ROOT)}: first diagnostics {first * 1000:,.0f} ms after the start of the server")
    print(f"then, in ms, of {ROUNDS} changes each ({PAUSE * 1000:.0f} ms of it the pause in typing):\n")
    print(f"{'median':>8}{'fastest':>9}{'slowest':>9}{'processor':>11}  what was typed")
    for name, seconds in found.items():
        low, high = min(seconds) * 1000, max(seconds) * 1000
        print(f"{statistics.median(seconds) * 1000:8.0f}{low:9.0f}{high:9.0f}{used[name] * 1000:11.0f}  {name}")


if __name__ == "__main__":
    main()

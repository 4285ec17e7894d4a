"""The server itself: what it tells an editor that it can do, and the answer to each request."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from seahorse.diagnostics import Diagnostic
from seahorse.lsp.analysis import Analysis, Found
from seahorse.lsp.completion import completion
from seahorse.lsp.cursor import CursorPlace, asked
from seahorse.lsp.fixes import fixes
from seahorse.lsp.hover import hover
from seahorse.lsp.names import Definition
from seahorse.lsp.positions import CodeUnits, lines_of
from seahorse.lsp.projects import Group, group_of, project_in
from seahorse.lsp.rounds import PAUSE, Round, Rounds
from seahorse.lsp.symbols import symbols

_SOURCE = "seahorse"
_WATCHED = ("**/*.py", "**/Anchor.toml")


class Server(LanguageServer):
    """One editor's server. `shown`: what it shows of each file, with the text that this is about."""

    def __init__(self) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "seahorse", version("seahorse-lang"), types.TextDocumentSyncKind.Full
        )
        self.analysis = Analysis()
        self.rounds = Rounds(self.analysis, self._finished, self._failed)
        self.groups: set[Group] = set()
        self.shown: dict[Path, tuple[list[Diagnostic], str]] = {}
        self._told: dict[Group, set[Path]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- open texts ---

    @property
    def units(self) -> CodeUnits:
        return CodeUnits(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)

    def texts(self) -> dict[Path, str]:
        """The texts of the files that are open."""
        found: dict[Path, str] = {}
        for uri, document in list(self.workspace.text_documents.items()):
            path = _path(uri)
            if path is not None and path.suffix == ".py":
                found[path] = document.source
        return found

    def group(self, path: Path, text: str) -> Group | None:
        return group_of(path, text, self.texts())

    def check(self, groups: Iterable[Group], pause: float = 0.0) -> None:
        """Check groups again with the texts of now."""
        self._loop = asyncio.get_running_loop()
        texts = self.texts()
        versions = {p: d.version or 0 for uri, d in self.workspace.text_documents.items() if (p := _path(uri))}
        of = {path: group_of(path, text, texts) for path, text in texts.items()}
        for group in groups:
            self.groups.add(group)
            opened = frozenset(path for path, own in of.items() if own == group)
            self.rounds.ask(Round(group, opened, texts, versions, time.monotonic() + pause))

    def changed(self, uri: str, pause: float) -> None:
        """A text was opened, changed or saved: check what it belongs to."""
        path = _path(uri)
        text = self.texts().get(path) if path is not None else None
        if path is None or text is None:
            return
        group = self.group(path, text)
        # What it belonged to before, such as a program whose `declare_id` is gone.
        before = [g for g, files in self._told.items() if path in files and g != group]
        self.check([*([group] if group is not None else []), *before], pause)

    # --- results, from the thread of the checks ---

    def _finished(self, done: Round, found: Found) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show, done, found)

    def _failed(self, done: Round, error: Exception) -> None:
        text = "".join(traceback.format_exception(error))
        message = f"the compiler failed on {done.group.folder}; the diagnostics are those of before\n{text}"
        if self._loop is not None and not self._loop.is_closed():
            tell = types.LogMessageParams(types.MessageType.Error, message)
            self._loop.call_soon_threadsafe(self.window_log_message, tell)

    def _show(self, done: Round, found: Found) -> None:
        """Publish the diagnostics of a round; files that had some and have none any more get an empty list."""
        now = {Path(file): diagnostics for file, diagnostics in found.diagnostics.items()}
        # Open files get a list each time, also an empty one: so an editor knows that they are checked.
        files = {*now, *done.opened, *self._told.get(done.group, ())}
        self._told[done.group] = {*now, *done.opened}
        for path in sorted(files):
            text = found.texts.get(str(path)) or done.unsaved.get(path) or ""
            diagnostics = sorted(now.get(path, []), key=lambda d: (d.span.line, d.span.col))
            self.shown[path] = (diagnostics, text)
            lines = lines_of(text)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    from_fs_path(str(path)) or "",
                    [_diagnostic(d, lines, self.units) for d in diagnostics],
                    done.versions.get(path),
                )
            )

    # --- places ---

    def place(self, uri: str, position: types.Position) -> CursorPlace | None:
        """The place of a request; None in a file that is no source of the language."""
        path = _path(uri)
        text = self.texts().get(path) if path is not None else None
        group = self.group(path, text) if path is not None and text is not None else None
        if path is None or text is None or group is None:
            return None
        found = self.analysis.place_for(path, text, group)
        if found is None:
            return None
        lines = lines_of(text)
        return CursorPlace(*found, lines, *self.units.place(lines, position))

    def location(self, target: Definition) -> types.Location:
        """Where a definition is now: its file may have been changed since it was good."""
        span, path = target.span, target.module.path
        before = target.module.source.lines
        lines = lines_of(text) if (text := self.texts().get(path)) is not None else before
        wanted = before[span.line - 1] if span.line <= len(before) else ""
        same = [row for row, line in enumerate(lines, 1) if line == wanted]
        line = min(same, key=lambda row: abs(row - span.line), default=span.line)
        start = self.units.position(lines, line, span.col)
        end = self.units.position(lines, line, span.end_col)
        return types.Location(from_fs_path(str(path)) or "", types.Range(start, end))


def _path(uri: str) -> Path | None:
    """The file of a document; None for one that is no file."""
    name = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(name) if name else None


def _diagnostic(found: Diagnostic, lines: list[str], units: CodeUnits) -> types.Diagnostic:
    unused = found.warning in ("unused-name", "unreachable")
    return types.Diagnostic(
        units.range(lines, found.span),
        found.message + (f"\nhelp: {found.hint}" if found.hint else ""),
        types.DiagnosticSeverity.Error if found.warning is None else types.DiagnosticSeverity.Warning,
        found.warning,
        source=_SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if unused else None,
    )


# --- what an editor sends ---


async def _initialized(server: Server, _: types.InitializedParams) -> None:
    opened = [project_in(Path(path)) for f in server.workspace.folders.values() if (path := to_fs_path(f.uri))]
    server.check(group for group in opened if group is not None)
    watched = server.client_capabilities.workspace
    files = watched.did_change_watched_files if watched is not None else None
    if files is not None and files.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(g) for g in _WATCHED])
        registration = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await server.client_register_capability_async(types.RegistrationParams([registration]))


async def _opened(server: Server, asked: types.DidOpenTextDocumentParams) -> None:
    server.changed(asked.text_document.uri, 0)


async def _changed(server: Server, asked: types.DidChangeTextDocumentParams) -> None:
    server.changed(asked.text_document.uri, PAUSE)


async def _closed(server: Server, asked: types.DidCloseTextDocumentParams) -> None:
    """The file is again what is on the disk; the server says no more of one that belongs to no project."""
    path = _path(asked.text_document.uri)
    if path is not None:
        server.check(group for group, files in list(server._told.items()) if path in files)  # pyright: ignore[reportPrivateUsage]


async def _files_changed(server: Server, _: object) -> None:
    """Files were made, renamed or removed: every program may find other modules now."""
    server.check(list(server.groups), PAUSE)


async def _folders_changed(server: Server, asked: types.DidChangeWorkspaceFoldersParams) -> None:
    added = [project_in(Path(path)) for f in asked.event.added if (path := to_fs_path(f.uri))]
    server.check([group for group in added if group is not None])


async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    place = server.place(params.text_document.uri, params.position)
    found = hover(place) if place is not None else None
    if place is None or found is None:
        return None
    text, at = found
    start = server.units.position(place.lines, place.line, at.start + 1)
    end = server.units.position(place.lines, place.line, at.end + 1)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), types.Range(start, end))


async def _completion(server: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    place = server.place(params.text_document.uri, params.position)
    return completion(place) if place is not None else []


async def _definition(server: Server, params: types.DefinitionParams) -> types.Location | None:
    place = server.place(params.text_document.uri, params.position)
    at = asked(place) if place is not None else None
    meaning = place.meaning(at.node) if place is not None and at is not None else None
    if place is None or at is None or meaning is None:
        return None
    if meaning.target is not None:
        return server.location(meaning.target)
    found = place.first(at.name) if meaning.of is None else None
    if found is None:
        return None
    line, start = found
    span = (server.units.position(place.lines, line, column) for column in (start + 1, start + 1 + len(at.name)))
    return types.Location(params.text_document.uri, types.Range(*span))


async def _symbols(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    place = server.place(params.text_document.uri, types.Position(0, 0))
    return symbols(place.module, server.units) if place is not None else []


async def _actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    path = _path(uri)
    known = server.shown.get(path) if path is not None else None
    document = server.workspace.text_documents.get(uri)
    if known is None or document is None or known[1] != document.source:
        # The text has changed since: its next diagnostics bring edits that fit.
        return []
    lines, units = lines_of(document.source), server.units
    found: list[types.CodeAction] = []
    for fix in fixes(known[0], lines):
        shown = _diagnostic(fix.diagnostic, lines, units)
        if not _meet(shown.range, params.range):
            continue
        edit = types.TextEdit(units.range(lines, fix.replacement.span), fix.replacement.text)
        document_edit = types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri, document.version), [edit]
        )
        found.append(
            types.CodeAction(
                fix.title,
                types.CodeActionKind.QuickFix,
                [shown],
                is_preferred=fix.preferred,
                edit=types.WorkspaceEdit(document_changes=[document_edit]),
            )
        )
    return found


def _meet(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges touch."""
    first, second = ((r.start.line, r.start.character, r.end.line, r.end.character) for r in (one, other))
    return first[:2] <= second[2:] and second[:2] <= first[2:]


async def _ended(server: Server, _: object) -> None:
    server.rounds.end()


_HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZED, _initialized, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _files_changed, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _folders_changed, None),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, _completion, types.CompletionOptions(trigger_characters=["."])),
    (types.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _symbols, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _actions, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.SHUTDOWN, _ended, None),
)


def make_server() -> Server:
    """A server with all its answers."""
    server = Server()
    for name, answer, options in _HANDLERS:
        # pygls looks at the function to tell whether it is asynchronous, and passes the server where it asks for it.
        server.feature(name, options)(partial(answer, server))
    return server


def run() -> None:
    """Serve an editor on standard input and output, until it closes them."""
    server = make_server()
    try:
        server.start_io()
    finally:
        server.rounds.end()

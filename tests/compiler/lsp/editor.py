"""An editor for the tests: the server as a process of its own, and a client that speaks the protocol with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

# Far more than an answer needs on a loaded machine.
PATIENCE = 60


@dataclass
class Editor:
    """A client, and what the server told it. `told`: diagnostics of each file, with the version of the text."""

    client: LanguageClient
    told: dict[Path, types.PublishDiagnosticsParams] = field(default_factory=dict[Path, types.PublishDiagnosticsParams])
    logged: list[str] = field(default_factory=list[str])
    capabilities: types.ServerCapabilities = field(default_factory=types.ServerCapabilities)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    versions: dict[Path, int] = field(default_factory=dict[Path, int])

    async def begin(self, *folders: Path, encodings: list[types.PositionEncodingKind] | None = None) -> None:
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        result = await self.client.initialize_async(
            types.InitializeParams(
                types.ClientCapabilities(general=general),
                workspace_folders=[types.WorkspaceFolder(f.as_uri(), f.name) for f in folders],
            )
        )
        self.capabilities = result.capabilities
        self.client.initialized(types.InitializedParams())

    def open(self, path: Path, text: str | None = None) -> None:
        self.versions[path] = 1
        shown = path.read_text(encoding="utf-8") if text is None else text
        item = types.TextDocumentItem(path.as_uri(), types.LanguageKind.Python, 1, shown)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, path: Path, text: str) -> None:
        self.versions[path] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[path], path.as_uri()),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, path: Path) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(path)))

    def document(self, path: Path) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(path.as_uri())

    async def diagnostics(self, path: Path) -> list[types.Diagnostic]:
        """What the server says of the text that the file has now."""

        def known() -> bool:
            told = self.told.get(path)
            return told is not None and told.version == self.versions.get(path)

        await self.until(known)
        return list(self.told[path].diagnostics)

    async def until(self, holds: object) -> None:
        assert callable(holds)
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.news.clear()
                await self.news.wait()

    async def hover(self, path: Path, line: int, character: int) -> str | None:
        found = await self.client.text_document_hover_async(
            types.HoverParams(self.document(path), types.Position(line, character))
        )
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def names(self, path: Path, line: int, character: int) -> dict[str, str | None]:
        found = await self.client.text_document_completion_async(
            types.CompletionParams(self.document(path), types.Position(line, character))
        )
        assert isinstance(found, list)
        return {item.label: item.detail for item in found}

    async def definition(self, path: Path, line: int, character: int) -> tuple[str, int, int] | None:
        """File, line and character of a definition."""
        found = await self.client.text_document_definition_async(
            types.DefinitionParams(self.document(path), types.Position(line, character))
        )
        if found is None:
            return None
        assert isinstance(found, types.Location)
        return found.uri, found.range.start.line, found.range.start.character

    async def actions(self, path: Path, place: types.Range) -> list[types.CodeAction]:
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(self.document(path), place, types.CodeActionContext([]))
        )
        return [action for action in found or [] if isinstance(action, types.CodeAction)]


def connected() -> Editor:
    client = LanguageClient("tests", "1")
    editor = Editor(client)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: types.PublishDiagnosticsParams) -> None:
        editor.told[path_of(params.uri)] = params
        editor.news.set()

    @client.feature(types.WINDOW_LOG_MESSAGE)
    def _(params: types.LogMessageParams) -> None:
        editor.logged.append(params.message)
        editor.news.set()

    return editor


def path_of(uri: str) -> Path:
    from pygls.uris import to_fs_path

    return Path(to_fs_path(uri) or "")

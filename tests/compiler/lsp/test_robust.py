"""What editors do to a server: odd texts, odd files, several roots, renamed files, and a client that just goes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from tests.compiler.lsp.editor import Editor, connected

PROGRAM = """from seahorse.prelude import *

declare_id("BANKvQEvkw8SqYZmyWkS5CSWyMsmBEYSFVf9YmdUvHsh")


@instruction
def say(who: Signer) -> None:
    print("hello", who.key())
"""


async def test_positions_count_utf16_and_utf8_as_agreed(fresh: Editor, tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    text = PROGRAM.replace('print("hello", who.key())', 'print("🐴é", whom.key())')
    await fresh.begin(tmp_path, encodings=[types.PositionEncodingKind.Utf8])
    assert fresh.capabilities.position_encoding == types.PositionEncodingKind.Utf8
    fresh.open(path, text)
    [found] = await fresh.diagnostics(path)
    line = text.split("\n")[found.range.start.line].encode()
    assert line[found.range.start.character : found.range.end.character] == b"whom"


async def test_positions_count_utf16_when_nothing_is_agreed(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    text = PROGRAM.replace('print("hello", who.key())', 'print("🐴é", whom.key())')
    editor.open(path, text)
    [found] = await editor.diagnostics(path)
    coded = text.split("\n")[found.range.start.line].encode("utf-16-le")
    assert coded[2 * found.range.start.character : 2 * found.range.end.character].decode("utf-16-le") == "whom"
    fine = text.replace("whom", "who")
    editor.change(path, fine)
    assert await editor.diagnostics(path) == []
    row = found.range.start.line
    shown = await editor.hover(path, row, found.range.start.character + 1)
    assert shown is not None
    assert "who: Signer" in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", None),
        ("(", "was never closed"),
        (PROGRAM + "\0", "NUL byte"),
        (PROGRAM + "x = '\ud800'".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), None),
        ("\ufeff" + PROGRAM, None),
        (PROGRAM.replace("\n", "\r\n"), None),
        (PROGRAM.replace("\n", "\r"), None),
        (PROGRAM + "# \f \u2028 \x85\n", None),
        (PROGRAM + "x = " + "(" * 3000 + "1" + ")" * 3000 + "\n", "nested"),
        (PROGRAM + "#" * (4 << 20), "too large"),
    ],
)
async def test_odd_texts_get_diagnostics_and_answers(
    editor: Editor, tmp_path: Path, text: str, message: str | None
) -> None:
    path = tmp_path / "programs_py" / "one.py"
    (tmp_path / "Anchor.toml").touch()
    path.parent.mkdir()
    path.write_text(PROGRAM)
    editor.open(path, text)
    found = await editor.diagnostics(path)
    if message is not None:
        assert any(message in d.message for d in found), found
    last = len(text.split("\n"))
    for row, character in ((0, 0), (last, 10_000), (3, 2)):
        await editor.hover(path, row, character)
        await editor.names(path, row, character)
        await editor.definition(path, row, character)
    everywhere = types.Range(types.Position(0, 0), types.Position(last, 0))
    await editor.actions(path, everywhere)
    editor.change(path, PROGRAM)
    assert await editor.diagnostics(path) == []


async def test_each_prefix_of_a_program_is_answered(editor: Editor, tmp_path: Path) -> None:
    """Typing it, character by character of its last lines."""
    path = tmp_path / "one.py"
    editor.open(path, PROGRAM)
    for end in range(len(PROGRAM) - 60, len(PROGRAM) + 1):
        text = PROGRAM[:end]
        editor.change(path, text)
        row = text.count("\n")
        await editor.names(path, row, len(text.split("\n")[-1]))
    assert await editor.diagnostics(path) == []


async def test_python_that_is_no_program_is_left_alone(editor: Editor, project: Path) -> None:
    other = project / "scripts" / "tool.py"
    other.parent.mkdir()
    other.write_text("import os\n\nprint(os.getcwd(), unknown)\n")
    bank = project / "programs_py" / "bank.py"
    editor.open(other)
    editor.open(bank)
    assert await editor.diagnostics(bank) == []
    assert other not in editor.told
    assert await editor.hover(other, 2, 10) is None
    assert await editor.names(other, 2, 10) == {}


async def test_several_roots_have_their_own_programs(fresh: Editor, project: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    (second / "programs_py").mkdir(parents=True)
    (second / "Anchor.toml").touch()
    wrong = PROGRAM.replace("who.key()", "bank.key()")
    (second / "programs_py" / "bank.py").write_text(wrong)
    await fresh.begin(project, second)
    # Nothing is open: mistakes of a project are told all the same.
    await fresh.until(lambda: fresh.told.get(second / "programs_py" / "bank.py"))
    [found] = fresh.told[second / "programs_py" / "bank.py"].diagnostics
    assert "`bank` is not defined" in found.message
    fresh.open(project / "programs_py" / "bank.py")
    assert await fresh.diagnostics(project / "programs_py" / "bank.py") == []


async def test_a_renamed_file_takes_its_diagnostics_along(editor: Editor, project: Path) -> None:
    bank, shop = project / "programs_py" / "bank.py", project / "programs_py" / "shop.py"
    editor.open(shop)
    editor.open(bank)
    assert await editor.diagnostics(shop) == []
    editor.change(bank, bank.read_text() + "\n\nx = unknown\n")
    assert await editor.diagnostics(bank)
    moved = bank.with_name("vault.py")
    bank.rename(moved)
    editor.close(bank)
    editor.open(moved)
    changes = [
        types.FileEvent(bank.as_uri(), types.FileChangeType.Deleted),
        types.FileEvent(moved.as_uri(), types.FileChangeType.Created),
    ]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
    await editor.until(lambda: not editor.told[bank].diagnostics)
    await editor.until(lambda: any("no module `bank`" in d.message for d in editor.told[shop].diagnostics))
    assert await editor.diagnostics(moved) == []
    moved.rename(bank)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
    editor.close(moved)
    await editor.until(lambda: not editor.told[shop].diagnostics)


async def test_a_new_file_counts_before_it_is_saved(editor: Editor, project: Path) -> None:
    shop, made = project / "programs_py" / "shop.py", project / "programs_py" / "prices.py"
    editor.open(shop)
    await editor.diagnostics(shop)
    editor.change(
        shop, shop.read_text().replace("import bank", "import bank\nimport prices") + "    assert prices.LEAST > 0\n"
    )
    assert any("no module `prices`" in d.message for d in await editor.diagnostics(shop))
    editor.open(made, "from seahorse.prelude import *\n\nLEAST = 5\n")
    await editor.until(lambda: not any("prices" in d.message for d in editor.told[shop].diagnostics))


async def test_only_the_last_of_many_changes_is_told(editor: Editor, project: Path) -> None:
    bank = project / "programs_py" / "bank.py"
    editor.open(bank)
    await editor.diagnostics(bank)
    for number in range(30):
        editor.change(bank, bank.read_text() + f"\n\nx{number} = unknown{number}\n")
    [found] = [d for d in await editor.diagnostics(bank) if "unknown" in d.message]
    assert "unknown29" in found.message


async def test_a_quick_fix_of_an_old_text_is_not_offered(editor: Editor, project: Path) -> None:
    bank = project / "programs_py" / "bank.py"
    text = bank.read_text().replace("vault.amount - amount", "vault.amuont - amount")
    editor.open(bank, text)
    [found] = await editor.diagnostics(bank)
    assert len(await editor.actions(bank, found.range)) == 1
    editor.change(bank, "# a line\n" + text)
    # Asked at once, before the change is checked.
    assert await editor.actions(bank, found.range) == []
    await editor.diagnostics(bank)


async def test_a_warning_can_be_silenced(editor: Editor, project: Path) -> None:
    bank = project / "programs_py" / "bank.py"
    text = bank.read_text().replace("    left = vault", "    lost = 1\n    left = vault")
    editor.open(bank, text)
    [found] = await editor.diagnostics(bank)
    for action in await editor.actions(bank, found.range):
        assert action.edit is not None
        [change] = action.edit.document_changes or []
        assert isinstance(change, types.TextDocumentEdit)
        [edit] = change.edits
        assert isinstance(edit, types.TextEdit)
        lines = text.split("\n")
        line = lines[edit.range.start.line]
        lines[edit.range.start.line] = (
            line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
        )
        editor.change(bank, "\n".join(lines))
        assert await editor.diagnostics(bank) == [], action.title
        editor.change(bank, text)
        await editor.diagnostics(bank)


@pytest.mark.parametrize("when", ["at once", "while it checks", "after a shutdown"])
async def test_a_client_that_goes_leaves_no_server(project: Path, when: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "seahorse.start", "lsp"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    if when != "at once":
        begin = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"workspaceFolders":[{"uri":"URI","name":"x"}]}}'
        messages = [begin.replace("URI", project.as_uri()), '{"jsonrpc":"2.0","method":"initialized","params":{}}']
        messages += ['{"jsonrpc":"2.0","id":2,"method":"shutdown"}'] if when == "after a shutdown" else []
        for text in messages:
            process.stdin.write(f"Content-Length: {len(text)}\r\n\r\n{text}".encode())
    process.stdin.close()
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors
    assert b"Traceback" not in errors


async def test_messages_that_mean_nothing_do_not_end_the_server(editor: Editor, project: Path) -> None:
    with pytest.raises(Exception, match=r"(?i)method.not.found"):
        await editor.client.protocol.send_request_async("seahorse/unknown", {})
    bank = project / "programs_py" / "bank.py"
    editor.open(bank)
    assert await editor.diagnostics(bank) == []


async def test_begun_twice_is_two_servers(project: Path) -> None:
    """Two editors on one project do not disturb each other."""
    one, other = connected(), connected()
    for each in (one, other):
        await each.client.start_io(sys.executable, "-m", "seahorse.start", "lsp")
        await each.begin(project)
    bank = project / "programs_py" / "bank.py"
    one.open(bank, bank.read_text() + "\n\nx = unknown\n")
    other.open(bank)
    assert await one.diagnostics(bank)
    assert await other.diagnostics(bank) == []
    for each in (one, other):
        await each.client.shutdown_async(None)
        each.client.exit(None)
        await each.client.stop()

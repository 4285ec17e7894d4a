"""What an editor gets: mistakes while typing, hover, completion, definitions across programs, the outline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsprotocol import types
from tests.compiler.lsp.editor import Editor

BANK, SHOP = "programs_py/bank.py", "programs_py/shop.py"


def at(path: Path, text: str, word: str, behind: int = 0) -> tuple[Path, int, int]:
    """The place of a word in the only line that has `text`."""
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [row for row, line in enumerate(lines) if text in line]
    assert len(rows) == 1, text
    return path, rows[0], lines[rows[0]].index(word, lines[rows[0]].index(text)) + behind


async def test_mistakes_come_while_typing_and_go(editor: Editor, project: Path) -> None:
    bank = project / BANK
    editor.open(bank)
    assert await editor.diagnostics(bank) == []
    text = bank.read_text()
    editor.change(bank, text.replace("vault.amount - amount", "vault.amuont - amount"))
    [found] = await editor.diagnostics(bank)
    assert found.message == "Vault has no `amuont`\nhelp: did you mean `amount`?"
    assert found.severity == types.DiagnosticSeverity.Error
    line = text.split("\n")[found.range.start.line]
    assert line[: found.range.start.character] == "    left = "
    editor.change(bank, text.replace("    left = vault", "    lost = 1\n    left = vault"))
    [found] = await editor.diagnostics(bank)
    assert (found.severity, found.code) == (types.DiagnosticSeverity.Warning, "unused-name")
    editor.change(bank, text)
    assert await editor.diagnostics(bank) == []


async def test_a_change_in_one_program_is_told_in_another(editor: Editor, project: Path) -> None:
    """A parameter that another program passes has another name now."""
    bank, shop = project / BANK, project / SHOP
    editor.open(bank)
    editor.open(shop)
    assert await editor.diagnostics(shop) == []
    editor.change(
        bank,
        bank.read_text().replace("vault: Vault, amount: u64", "vault: Vault, sum_: u64").replace("- amount", "- sum_"),
    )
    await editor.until(lambda: editor.told[shop].diagnostics)
    assert "amount" in editor.told[shop].diagnostics[0].message
    editor.close(bank)
    # The file on the disk is as it was.
    await editor.until(lambda: not editor.told[shop].diagnostics)


@pytest.mark.parametrize(
    ("file", "text", "word", "shown"),
    [
        (BANK, "class Vault", "Vault", ["class Vault(Account)", "What somebody saved.", "48 bytes", "0.00122496 SOL"]),
        (BANK, "assert vault", "vault", ["vault: Vault", "Account 1 of `take`", "CheckProgramAccount", "48 bytes"]),
        (BANK, "assert vault", "owner", ["owner: Pubkey", "32 bytes of the account"]),
        (BANK, "assert vault", "NOT_OWNER", ["6000", "not the owner"]),
        (BANK, "assert vault", "key", ["key() -> Pubkey", "address"]),
        (BANK, "left = vault", "left", ["left: u64"]),
        (BANK, "def take", "take", ["Takes a part out.", "CheckSigner", "CheckWritable", "1,234 compute units"]),
        (BANK, "def take", "Signer", ["signs the transaction"]),
        (SHOP, "bank.take", "take", ["def take", "Takes a part out.", "1,234 compute units"]),
        (SHOP, "import bank", "bank", ["module bank", "Keeps money."]),
        (SHOP, "def pay", "pay", ["not measured", "seahorse profile shop"]),
    ],
)
async def test_hover(editor: Editor, project: Path, file: str, text: str, word: str, shown: list[str]) -> None:
    (project / "bench").mkdir()
    (project / "bench" / "cu.json").write_text(json.dumps({"bank.take": 1234}))
    editor.open(project / file)
    await editor.diagnostics(project / file)
    found = await editor.hover(*at(project / file, text, word))
    assert found is not None
    assert [part for part in shown if part not in found] == [], found


async def test_hover_tells_the_mean_of_a_profile(editor: Editor, project: Path) -> None:
    (project / "target" / "profile").mkdir(parents=True)
    (project / "target" / "profile" / "bank.json").write_text(json.dumps({"bank.take": {"units": 900, "calls": 3}}))
    editor.open(project / BANK)
    await editor.diagnostics(project / BANK)
    found = await editor.hover(*at(project / BANK, "def take", "take"))
    assert found is not None
    assert "300 compute units" in found
    assert "mean of 3 calls" in found


async def test_completion_while_the_text_does_not_parse(editor: Editor, project: Path) -> None:
    bank = project / BANK
    editor.open(bank)
    await editor.diagnostics(bank)
    lines = bank.read_text().rstrip("\n").split("\n")

    async def offered(line: str) -> dict[str, str | None]:
        editor.change(bank, "\n".join([*lines, line]))
        await editor.diagnostics(bank)
        return await editor.names(bank, len(lines), len(line))

    fields = await offered("    vault.")
    assert fields["amount"] == "u64"
    assert fields["key"] == "() -> Pubkey"
    assert {"owner", "close", "lamports", "is_writable"} <= fields.keys()
    assert set(await offered("    assert amount, BankError.")) == {"NOT_OWNER", "EMPTY"}
    everything = await offered("    x = (a")
    assert {
        "vault",
        "left",
        "amount",
        "Vault",
        "BankError",
        "sha256",
        "TokenAccount",
        "len",
        "assert",
    } <= everything.keys()
    assert everything["left"] == "u64"
    assert await offered("    # vault.") == {}
    # A function that is new, in a text that was never good.
    editor.change(
        bank,
        "\n".join(
            [*lines, "", "@instruction", "def give(who: Signer, vault: Vault) -> None:", "    own = vault", "    own."]
        ),
    )
    await editor.diagnostics(bank)
    assert (await editor.names(bank, len(lines) + 4, 8))["amount"] == "u64"


async def test_completion_of_another_program(editor: Editor, project: Path) -> None:
    shop = project / SHOP
    editor.open(shop)
    await editor.diagnostics(shop)
    text = shop.read_text().rstrip("\n")
    editor.change(shop, f"{text}\n    bank.")
    await editor.diagnostics(shop)
    found = await editor.names(shop, text.count("\n") + 1, 9)
    assert {"Vault", "BankError", "take"} <= found.keys()
    assert "lamports" not in found


@pytest.mark.parametrize(
    ("file", "text", "word", "to", "line"),
    [
        (SHOP, "bank.take", "take", BANK, "def take"),
        (SHOP, "bank.take", "bank", BANK, '"""Keeps'),
        (SHOP, "def pay", "Vault", BANK, "class Vault"),
        (SHOP, "assert vault", "amount", BANK, "    amount: u64"),
        (SHOP, "assert vault", "vault", SHOP, "def pay"),
        (BANK, "assert vault", "NOT_OWNER", BANK, "    NOT_OWNER"),
        (BANK, "vault.amount = left", "left", BANK, "    left ="),
    ],
)
async def test_definition(editor: Editor, project: Path, file: str, text: str, word: str, to: str, line: str) -> None:
    editor.open(project / file)
    await editor.diagnostics(project / file)
    found = await editor.definition(*at(project / file, text, word))
    assert found is not None
    assert found[0] == (project / to).as_uri()
    assert (project / to).read_text().split("\n")[found[1]].startswith(line)


async def test_the_prelude_is_a_definition_too(editor: Editor, project: Path) -> None:
    editor.open(project / BANK)
    await editor.diagnostics(project / BANK)
    found = await editor.definition(*at(project / BANK, "def take", "Signer"))
    assert found is not None
    assert found[0].endswith("prelude/ledger/accounts.py")


async def test_definition_follows_a_change_that_is_not_saved(editor: Editor, project: Path) -> None:
    bank, shop = project / BANK, project / SHOP
    editor.open(bank)
    editor.open(shop)
    await editor.diagnostics(shop)
    editor.change(bank, "# one\n# two\n" + bank.read_text() + "    (")
    await editor.diagnostics(bank)
    found = await editor.definition(*at(shop, "bank.take", "take"))
    assert found is not None
    assert found[1] == at(bank, "def take", "take")[1] + 2


async def test_outline(editor: Editor, project: Path) -> None:
    bank = project / BANK
    editor.open(bank)
    await editor.diagnostics(bank)
    found = await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(editor.document(bank)))
    symbols = [s for s in found or [] if isinstance(s, types.DocumentSymbol)]
    assert [s.name for s in symbols] == ["Vault", "BankError", "take"]
    assert [c.name for c in symbols[0].children or []] == ["owner", "amount"]
    assert symbols[0].kind == types.SymbolKind.Struct
    assert symbols[2].detail == "@instruction"

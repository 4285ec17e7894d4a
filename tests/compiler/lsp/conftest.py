"""An editor and a project for each test."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.compiler.lsp.editor import PATIENCE, Editor, connected

PROJECT = {
    "Anchor.toml": "",
    "programs_py/bank.py": '''"""Keeps money."""

from seahorse.prelude import *

declare_id("BANKvQEvkw8SqYZmyWkS5CSWyMsmBEYSFVf9YmdUvHsh")


class Vault(Account):
    """What somebody saved."""

    owner: Pubkey
    # In lamports.
    amount: u64


class BankError(Error):
    NOT_OWNER = 6000, "not the owner"
    EMPTY = 6001, "nothing is left"


@instruction
def take(owner: Signer, vault: Vault, amount: u64) -> None:
    """Takes a part out."""
    assert vault.owner == owner.key(), BankError.NOT_OWNER
    left = vault.amount - amount
    vault.amount = left
''',
    "programs_py/shop.py": """from seahorse.prelude import *

import bank

declare_id("SHopvQEvkw8SqYZmyWkS5CSWyMsmBEYSFVf9YmdUvHs")


@instruction
def pay(buyer: Signer, vault: bank.Vault, program: Program) -> None:
    assert vault.amount > 0, "no money"
    bank.take(owner=buyer, vault=vault, amount=vault.amount)
""",
}


@pytest.fixture(scope="module")
async def editor() -> AsyncGenerator[Editor, None]:
    """An editor for the tests of one module, since a server takes a while to start."""
    async with ended(connected()) as shared:
        await shared.begin()
        yield shared


@pytest.fixture
async def fresh() -> AsyncGenerator[Editor, None]:
    """An editor that has not begun."""
    async with ended(connected()) as own:
        yield own


@asynccontextmanager
async def ended(editor: Editor) -> AsyncGenerator[Editor, None]:
    """Start the server, and end it as the protocol says. The compiler had no fault meanwhile."""
    await editor.client.start_io(sys.executable, "-m", "seahorse.start", "lsp")
    yield editor
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    await asyncio.wait_for(editor.client.stop(), PATIENCE)
    assert editor.logged == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two programs, of which one calls the other."""
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path

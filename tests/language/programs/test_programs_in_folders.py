"""A program that is a folder: its modules have its instructions, and other programs know it by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError
from seahorse.driver.project import Project
from seahorse.testing import Ledger, compile_text, expect_error

HEAD = "from seahorse.prelude import *\n"
BANK = {
    "bank.__init__": HEAD
    + '"""A bank."""\n'
    + "from bank.accounts import *\nfrom bank.errors import *\nfrom bank.tellers import *\nfrom bank.vault import *\n"
    + "declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n",
    "bank.errors": HEAD + "class BankError(Error):\n    EMPTY = 6000, 'Nothing there'\n",
    "bank.accounts": HEAD
    + "class Box(Account):\n    held: u64\n    bump: u8\n\nBoxPda = Annotated[Box, Seeds('box')]\n",
    "bank.rules": HEAD
    + "import limits\nfrom bank.accounts import Box\nfrom bank.errors import BankError\n"
    + "def take(box: Box, amount: u64):\n"
    + "    assert box.held >= amount, BankError.EMPTY\n    box.held -= min(amount, limits.MOST)\n",
    "bank.tellers": HEAD
    + "from bank.accounts import Box, BoxPda\nfrom bank.rules import take\n"
    + "@instruction\ndef open_box(payer: Signer, box: Empty[Box]):\n    box.init(payer=payer, seeds=['box'])\n"
    + "@instruction\ndef withdraw(box: BoxPda, amount: u64) -> u64:\n    take(box, amount)\n    return box.held\n",
    "bank.vault": HEAD
    + "from bank.accounts import BoxPda\n"
    + "@instruction\ndef store(box: BoxPda, amount: u64):\n    box.held += amount\n",
    "limits": "MOST = 5\n",
}
CUSTOMER = (
    HEAD
    + "import bank\nimport limits\n"
    + "declare_id('2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7')\n"
    + "@instruction\ndef fetch(box: bank.Box) -> u64:\n    return bank.withdraw(box=box, amount=limits.MOST)\n"
    + "@instruction\ndef look(box: bank.Box):\n    assert box.held > 0, bank.BankError.EMPTY\n"
)


def test_instructions_of_every_module() -> None:
    """The IDL has what all modules declare; the program's name is the folder's."""
    built = compile_folder()
    assert built.name == "bank"
    assert {i["name"] for i in built.idl["instructions"]} == {"open_box", "withdraw", "store"}
    assert [a["name"] for a in built.idl["accounts"]] == ["Box"]
    assert [e["code"] for e in built.idl["errors"]] == [6000]


def compile_folder(**changed: str):  # type: ignore[no-untyped-def]
    modules = {**BANK, **changed}
    return compile_text(modules.pop("bank.__init__"), "bank.__init__", **modules)


def test_it_runs_and_is_called() -> None:
    """Alone, and by a program beside it, which knows its accounts, errors and instructions."""
    ledger = Ledger()
    bank = ledger.deploy(compile_folder())
    customer = ledger.deploy(compile_text(CUSTOMER, "customer", **BANK))
    box = bank.address("box")
    bank.open_box(payer=ledger.signer(), box=box)
    with expect_error(6000):
        customer.look(box=box)
    bank.store(box=box, amount=12)
    assert bank.withdraw(box=box, amount=9).value == 7
    assert customer.fetch(box=box).value == 2
    with expect_error(6000):
        bank.withdraw(box=box, amount=3)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            CUSTOMER.replace("import bank\n", "import bank\nfrom bank.rules import take\n"),
            "is a part of program `bank`",
        ),
        (
            CUSTOMER.replace("import bank\n", "import bank\nfrom bank.accounts import *\n"),
            "is a part of program `bank`",
        ),
        (CUSTOMER.replace("bank.withdraw(", "bank.pay("), "has no `pay`"),
    ],
)
def test_a_part_of_another_program(program: str, message: str) -> None:
    """What lies in a program's folder is compiled into that program alone."""
    with pytest.raises(CompileError) as refused:
        compile_text(program, "customer", **BANK)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("module", "text", "message"),
    [
        ("bank.tellers", BANK["bank.tellers"].replace("def withdraw", "def store"), "get the same name in the IDL"),
        ("bank.vault", BANK["bank.vault"] + "def unused() -> u64:\n    return 'text'\n", "u64"),
        ("limits", HEAD + "MOST = 5\n@instruction\ndef never(payer: Signer):\n    pass\n", "a library module cannot"),
    ],
)
def test_mistakes_in_modules(module: str, text: str, message: str) -> None:
    """They are told as in a program of one file, also in what no instruction reaches."""
    with pytest.raises(CompileError) as refused:
        compile_folder(**{module: text})
    assert message in str(refused.value)


def test_a_project_finds_both_kinds(tmp_path: Path) -> None:
    """Folders and files, by name; a folder without `declare_id` is no program."""
    sources = tmp_path / "programs_py"
    for name, text in {**BANK, "customer": CUSTOMER, "tools.__init__": "", "tools.more": ""}.items():
        path = sources.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = Project(tmp_path).programs()
    assert [p.relative_to(sources).as_posix() for p in found] == ["bank/__init__.py", "customer.py"]

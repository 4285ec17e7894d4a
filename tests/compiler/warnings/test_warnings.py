"""Each warning is given where it is due, and not for what looks like it and is right."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.warnings import KINDS

ROOT = Path(__file__).parents[3]
HEAD = """from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

LIMIT = 7


class Vault(Account):
    owner: Pubkey
    amount: u64
    bump: u8


class VaultError(Error):
    NOT_OWNER = 6000, "Only the owner may do this"


OwnVault = Annotated[Vault, Seeds("vault", arg.owner)]


"""


def told(tmp_path: Path, body: str) -> list[tuple[str | None, int]]:
    """Name of each warning, and its line after the common head."""
    path = tmp_path / "p.py"
    path.write_text(HEAD + body)
    return [(w.warning, w.span.line - HEAD.count("\n")) for w in Compiler().warnings([path])]


def instruction(parameters: str, *lines: str, returns: str = "") -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"@instruction\ndef go({parameters}){returns}:\n{body}\n"


TOKENS = "owner: Signer, vault: OwnVault, a: TokenAccount, b: TokenAccount, mint: TokenMint"
PDA = (
    TOKENS + ", pool: Annotated[UncheckedAccount, Seeds('pool')], own: Annotated[TokenAccount, Seeds('own', arg.mint)]"
)
# Warning, its line in the body of the instruction (from 1), and the instruction.
FOUND = [
    ("unsigned-pda", 1, instruction(PDA, "a.transfer(pool, b, 1)")),
    ("unsigned-pda", 1, instruction(PDA, "mint.mint(pool, b, 1)")),
    ("unsigned-pda", 1, instruction(PDA, "mint.burn(pool, a, 1)")),
    ("unsigned-pda", 2, instruction(PDA, "p = pool", "a.transfer(p, b, 1)")),
    ("unsigned-pda", 1, instruction(PDA, "own.transfer(own, b, 1)")),
    ("unchecked-signer", 1, instruction("user: Signer, vault: Vault", "vault.transfer_lamports(user, 1)")),
    ("unchecked-signer", 1, instruction("user: UncheckedAccount, vault: Vault", "vault.transfer_lamports(user, 1)")),
    ("unchecked-signer", 1, instruction("user: Signer, vault: Vault", "vault.close(user)")),
    ("unchecked-signer", 2, instruction("user: Signer, vault: Vault", "u = user", "vault.close(u)")),
    ("unchecked-signer", 2, instruction("user: Signer, vault: Vault", "vault.owner = user.key()", "vault.close(user)")),
    (
        "unchecked-signer", 2,
        instruction("vault: Vault, all: List[UncheckedAccount]", "for x in all:", "    vault.transfer_lamports(x, 1)"),
    ),
    (
        "unchecked-signer", 1,
        instruction(
            "user: Signer, pool: Annotated[UncheckedAccount, Seeds('pool')], a: TokenAccount, b: TokenAccount",
            "a.transfer(pool.signer(), b, 1)",
        ),
    ),
    ("closed-to-itself", 2, instruction("owner: Signer, vault: OwnVault", "assert owner.key() == vault.owner", "vault.close(vault)")),
    ("unreachable", 2, instruction("n: u64", "return n", "print(n)", returns=" -> u64")),
    ("unreachable", 2, instruction("n: u64", "raise VaultError.NOT_OWNER", "print(n)")),
    ("unreachable", 3, instruction("n: u64", "for i in range(n):", "    break", "    print(i)")),
    ("unreachable", 3, instruction("n: u64", "while n > 3:", "    continue", "    n -= 1")),
    ("unreachable", 5, instruction("n: u64", "if n > 3:", "    return 1", "else:", "    return 2", "print(n)", returns=" -> u64")),
    ("unreachable", 3, instruction("n: u64", "while True:", "    n += 1", "print(n)")),
    ("unreachable", 3, instruction("n: u64", "if n > 3:", "    return", "    n += 1", "print(n)")),
    ("constant-condition", 1, instruction("n: u64", "assert n >= 0")),
    ("constant-condition", 1, instruction("n: u64", "assert 0 <= n")),
    ("constant-condition", 1, instruction("n: u64", "if n < 0:", "    return")),
    ("constant-condition", 1, instruction("n: u8", "assert n == n")),
    ("constant-condition", 1, instruction("vault: Vault", "assert vault.amount <= vault.amount")),
    ("constant-condition", 1, instruction("vault: Vault", "assert vault.owner == vault.owner")),
    ("constant-condition", 1, instruction("n: u8", "assert n <= 255")),
    ("constant-condition", 1, instruction("n: i8", "if n < -128:", "    return")),
    ("unused-name", 1, instruction("n: u64", "m = n + 1")),
    ("unused-name", 1, instruction("n: u64", "m: u64 = n")),
    ("unused-name", 1, instruction("n: u64", "if (m := n) > 1:", "    print(n)")),
    ("not-on-mainnet", 1, instruction("n: u64", "print(n, compute_units_left())")),
    ("unknown-warning", 1, instruction("n: u64", "print(n)  # seahorse: allow[unsued-name]")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "program"), FOUND)
def test_what_is_found(tmp_path: Path, name: str, line: int, program: str):
    assert told(tmp_path, program) == [(name, line + 2)]


def test_every_warning_has_a_case():
    assert {name for name, _, _ in FOUND} == set(KINDS)


RIGHT = [
    instruction(TOKENS, "a.transfer(vault.signer(), b, 1)", "assert owner.key() == vault.owner"),
    instruction(TOKENS, "a.transfer(owner, b, 1)"),
    instruction(PDA, "assert owner.key() == vault.owner", "a.transfer(pool.signer(), b, 1)"),
    # Another program's address signs in its program.
    instruction(TOKENS + ", other: Annotated[UncheckedAccount, Address(ID)]", "a.transfer(other, b, 1)"),
    # A pair of tokens is exchanged: who pays is checked by the token program.
    instruction(TOKENS, "a.transfer(owner, b, 1)", "b.transfer(vault.signer(), a, 1)"),
    # The signer is in the seeds.
    instruction(
        "owner: Signer, vault: Annotated[Vault, Seeds('vault', arg.owner)]", "vault.transfer_lamports(owner, 1)"
    ),
    instruction("owner: Signer, vault: Vault", "assert owner.key() == vault.owner", "vault.close(owner)"),
    instruction("owner: Signer, vault: Vault", "who = owner.key()", "assert who == vault.owner", "vault.close(owner)"),
    instruction("owner: Signer, vault: Vault", "only(owner, vault)", "vault.close(owner)")
    + "\n\ndef only(who: Signer, vault: Vault):\n    assert who.key() == vault.owner, VaultError.NOT_OWNER\n",
    instruction("owner: Signer, vault: Vault", "assert owner.key() in [vault.owner, ID]", "vault.close(owner)"),
    # What the signer has proven is asked of a function.
    instruction("owner: Signer, vault: Vault, n: u64", "assert proven(owner.key(), n)", "vault.close(owner)")
    + "\n\ndef proven(who: Pubkey, n: u64) -> bool:\n    return sha256(who.to_bytes())[0] == n\n",
    instruction(
        "owner: Signer, vault: Vault, n: u64",
        "leaf = sha256(owner.key().to_bytes())",
        "assert is_in(leaf, n)",
        "vault.close(owner)",
    )
    + "\n\ndef is_in(leaf: bytes, n: u64) -> bool:\n    return leaf[0] == n\n",
    # The same of accounts in a list.
    instruction(
        "vault: Vault, all: List[UncheckedAccount]",
        "for x in all:",
        "    if x.key() != vault.owner:",
        "        continue",
        "    vault.transfer_lamports(x, 1)",
    ),
    # Anybody may do this, and the money goes to the one who is written down.
    instruction("to: UncheckedAccount, vault: Vault", "assert to.key() == vault.owner", "vault.close(to)"),
    instruction("to: Annotated[UncheckedAccount, Address(ID)], vault: Vault", "vault.transfer_lamports(to, 1)"),
    instruction("owner: Signer, to: UncheckedAccount", "owner.transfer_lamports(to, 1)"),
    instruction("n: u64", "while True:", "    n += 1", "    if n > 9:", "        break", "print(n)"),
    instruction("n: u64", "if n > 3:", "    return", "print(n)"),
    instruction("n: i64", "assert n >= 0"),
    instruction("n: u64", "assert n > 0"),
    instruction("n: u8", "assert n < 255"),
    instruction("x: f64", "assert x == x"),
    instruction("n: u64", "if LIMIT > 5:", "    print(n)"),
    instruction("n: u64", "_m = n + 1"),
    instruction("n: u64", "a, b = n, n + 1", "print(a)"),
    instruction("n: u64", "for i in range(n):", "    print('x')"),
    instruction("n: u64", "m = n", "f = [m + x for x in range(3)]", "print(f[0])"),
    instruction("owner: Signer, vault: Empty[Vault]", "vault.init(payer=owner, seeds=['vault', owner])"),
    # A parameter is part of the interface, used or not.
    instruction("n: u64, owner: Signer", "pass"),
]


@pytest.mark.parametrize("program", RIGHT)
def test_what_is_right(tmp_path: Path, program: str):
    assert told(tmp_path, program) == []


def test_unused_functions_and_imports(tmp_path: Path):
    (tmp_path / "library.py").write_text(
        "from seahorse.prelude import *\n\n\ndef twice(n: u64) -> u64:\n    return n + n\n"
    )
    (tmp_path / "names.py").write_text("from seahorse.prelude import *\n\nONE = 1\nTWO = 2\n")
    (tmp_path / "p.py").write_text(
        HEAD + "from names import ONE, TWO\nimport library\nfrom library import twice as double\n\n\n"
        "@instruction\ndef go(n: u64):\n    print(n + ONE)\n\n\ndef helper(n: u64) -> u64:\n    return n\n"
    )
    found = Compiler().warnings([tmp_path / "p.py"])
    assert [w.message for w in found] == [
        "`TWO` is not used here",
        "`library` is not used here",
        "`double` is not used here",
        "nothing calls `helper`",
    ]


@pytest.mark.parametrize(
    ("program", "count"),
    [
        (instruction("n: u64", "m = n  # seahorse: allow[unused-name]"), 0),
        (instruction("n: u64", "m = n  # seahorse: allow[unreachable, unused-name]"), 0),
        (instruction("n: u64", "# seahorse: allow[unused-name]", "m = n"), 0),
        (instruction("n: u64", "# seahorse: allow[unused-name]", "# because", "m = n"), 0),
        (instruction("n: u64", "m = n", "k = n").replace("):", "):  # seahorse: allow[unused-name]"), 0),
        ("# seahorse: allow[unused-name]\n" + instruction("n: u64", "m = n", "k = n"), 0),
        (instruction("n: u64", "m = n  # seahorse: allow[unreachable]"), 1),
        (instruction("n: u64", "# seahorse: allow[unused-name]", "m = n", "k = n"), 1),
        (instruction("n: u64", "print('# seahorse: allow[unused-name]'); m = n"), 1),
    ],
)
def test_a_comment_silences_one_where_it_stands(tmp_path: Path, program: str, count: int):
    assert len(told(tmp_path, program)) == count


@pytest.mark.parametrize("folder", ["programs_py", "examples"])
def test_our_own_programs_have_none(folder: str):
    paths = find_project(ROOT).programs() if folder == "programs_py" else []
    for path in sorted((ROOT / "examples").glob("*/*.py")) if folder == "examples" else ():
        if "declare_id(" in path.read_text() and not path.name.startswith("test_"):
            assert Compiler().warnings([path]) == [], path
    assert (Compiler().warnings(paths) if paths else []) == []


def test_the_commands_tell_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("p.py").write_text(HEAD + instruction("n: u64", "m = n"))
    for command in (["check", "p.py"], ["build", "p.py"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0
        assert "warning[unused-name]: `m` is assigned and never used" in result.output
        assert "1 warning\n" in result.output
    Path("p.so").unlink()
    for command in (["check", "p.py", "--deny-warnings"], ["build", "p.py", "--deny-warnings"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 1
        assert "1 warning, and --deny-warnings is given" in result.output
    assert not Path("p.so").exists()


def test_the_documented_table():
    text = (ROOT / "docs/language.md").read_text()
    assert [
        f"| `{name}` | {meaning} |" for name, meaning in KINDS.items() if f"| `{name}` | {meaning} |" not in text
    ] == []

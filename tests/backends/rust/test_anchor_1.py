"""The five programs as crates for Anchor 1: rustfmt leaves them, they compile, and clippy finds nothing.

That they do what the bytecode does, and have the same IDL: `make rust-anchor-1`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.backends.rust.cargo import ROOT, write
from tests.backends.rust.test_idl import assembled, differences, run_idl_build

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.idl import anchor_idl

# What Anchor 1 has other forms of than the five programs use.
FORMS = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Inner:
    name: String[5]
    marks: List[u16, 3]


@dataclass
class Outer:
    inner: Inner
    others: List[Inner, 2]
    spare: String[7] | None


class Tally(Account):
    sum: u64


class SameName(Event):
    text: str


@instruction
def limits(
    author: Signer,
    tally: Tally,
    text: String[9],
    plain: str,
    maybe: String[4] | None,
    numbers: List[u64, 8],
    names: List[String[3]],
    grid: List[List[u16, 2], 3],
    pairs: Array[String[2], 2],
    outer: Outer,
    inners: List[Inner],
    either: Inner | None,
):
    counted = text + plain + pairs[1] + outer.inner.name
    tally.sum += u64(len(counted)) + numbers[0] + u64(len(names)) + u64(len(grid)) + u64(len(inners))
    if maybe is not None:
        tally.sum += u64(len(maybe))
    if either is not None:
        tally.sum += u64(len(either.marks))


@instruction
def named(author: Signer, tally: Empty[Tally], name: String[40], note: String[6]):
    made = tally.init(payer=author, seeds=['tally', name[:32], name[32:]])
    made.sum = u64(len(note))
    SameName(note).emit()


@instruction
def sysvars(
    clock: Annotated[UncheckedAccount, Address(Pubkey('SysvarC1ock11111111111111111111111111111111'))],
    rent: Annotated[UncheckedAccount, Address(Pubkey('SysvarRent111111111111111111111111111111111'))],
    schedule: Annotated[UncheckedAccount, Address(Pubkey('SysvarEpochSchedu1e111111111111111111111111'))],
    hashes: Annotated[UncheckedAccount, Address(Pubkey('SysvarS1otHashes111111111111111111111111111'))],
    instructions: Annotated[UncheckedAccount, Address(Pubkey('Sysvar1nstructions1111111111111111111111111'))],
) -> u64:
    return u64(len(sha256(b'all of them')))


@instruction
def moved(author: Signer, a: Tally, b: Tally, source: TokenAccount, to: TokenAccount, other: TokenAccount):
    a.sum += 1
    b.sum -= 1
    source.transfer(authority=author, to=to, amount=a.sum)
    other.transfer(authority=author, to=to, amount=b.sum)
"""
FOLDER = ROOT / "target" / "anchor-1-compiled"
# Kept from one run to the next, as the other version's is.
TARGET = ROOT / "target" / "rust-1"


def test_programs_compile() -> None:
    shutil.rmtree(FOLDER / "programs", ignore_errors=True)
    files = Compiler(anchor="1").rust(find_project(ROOT).programs())
    write(FOLDER, files)
    assert 'anchor-lang = "=1.' in files["Cargo.toml"]
    look_at(FOLDER)


def test_forms(tmp_path: Path) -> None:
    """Limits of arguments in every place that has them, sysvars, and one account twice; the IDL that Anchor derives."""
    source = tmp_path / "forms.py"
    source.write_text(FORMS, encoding="utf-8")
    compiler = Compiler(anchor="1", idl_account=False)
    files = compiler.rust([source])
    write(tmp_path, files)
    look_at(tmp_path)
    moved = files["programs/forms/src/instructions/moved.rs"]
    assert moved.count("#[account(mut, dup)]") == 2
    assert moved.count("dup") == 3
    derived = assembled(run_idl_build(tmp_path, "forms", TARGET))
    ours = json.loads(json.dumps(anchor_idl(compiler.lower(source))))
    found = list(differences(ours, derived))
    assert not found, "\n".join(found[:10])


def look_at(folder: Path) -> None:
    """Raises AssertionError when rustfmt would change the crates, or clippy finds something."""
    for arguments in (
        ("fmt", "--all", "--check"),
        ("clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"),
    ):
        environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
        done = subprocess.run(
            ["cargo", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

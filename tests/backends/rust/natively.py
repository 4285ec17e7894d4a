"""The native harness for programs of tests: the same runtime, other crates."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.backends.rust.anchor import ANCHOR, IS_DEFAULT, ROOT, TARGET, compiler, with_versions
from tests.backends.rust.cargo import write
from tests.backends.rust.equality.machines import HARNESS, HOST, RUST_FLAGS

from seahorse.driver.project import find_project

TABLE = """fn generated(program: &Pubkey) -> Option<Entry> {{
    // Programs of tests may share an address: the first argument names those of this run.
    let chosen = std::env::args().nth(1).unwrap_or_default();
    let table: &[(&str, Pubkey, Entry)] = &[{rows}];
    let mut found = table.iter().filter(|row| row.1 == *program);
    found.find(|row| chosen.split(',').any(|name| name == row.0)).map(|row| row.2)
}}
"""


class DoesNotCompile(AssertionError):
    """Rust's compiler refuses generated crates. `errors`: its errors with their places, each by the file's stem."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.errors: dict[str, list[str]] = {}
        for block in re.split(r"\n\n", said):
            place = re.search(r"^ *--> \S*?(\w+)\.rs:", block, re.MULTILINE)
            if block.startswith("error") and place is not None:
                self.errors.setdefault(place.group(1), []).append(block)


def harness_for(folder: Path, files: dict[str, str]) -> Path:
    """Write a workspace of generated crates, and compile the harness with them; returns the program.

    Its argument is the name of the crate to run, or several with commas.
    """
    write(folder / "workspace", files)
    crates = sorted({name.split("/")[1] for name in files if name.startswith("programs/")})
    return harness_with(folder, [folder / "workspace" / "programs" / c for c in crates])


def harness_with(folder: Path, crates: Sequence[Path]) -> Path:
    """Compile the harness with crates, which may be in several workspaces. Raises DoesNotCompile."""
    for crate in crates:
        _touch_after_idls(crate)
    home = folder / "harness"
    shutil.copytree(HARNESS, home, dirs_exist_ok=True)
    if not IS_DEFAULT:
        (home / f"anchor-{ANCHOR}.lock").replace(home / "Cargo.lock")
    manifest = with_versions((home / "Cargo.toml").read_text(encoding="utf-8"))
    manifest = re.sub(r'^\w+ = \{ path = "(?:\.\./)+programs/.*\n', "", manifest, flags=re.MULTILINE)
    wanted = "".join(f'{path.name} = {{ path = "{path}", features = ["no-entrypoint"] }}\n' for path in crates)
    manifest = manifest.replace("\n[lints", f"{wanted}\n[lints", 1).replace(
        'name = "harness"', 'name = "language_harness"'
    )
    (home / "Cargo.toml").write_text(manifest, encoding="utf-8")
    programs = home / "src" / "programs.rs"
    text = programs.read_text(encoding="utf-8").split("fn generated(")[0]
    names = [path.name for path in crates]
    rows = ", ".join(f'("{n}", {n}::ID, |p, a, d| {n}::entry(p, a, d))' for n in names)
    programs.write_text(text + TABLE.format(rows=rows), encoding="utf-8")
    environment = {**os.environ, "RUSTFLAGS": RUST_FLAGS, "CARGO_TARGET_DIR": str(TARGET)}
    done = subprocess.run(
        ["cargo", "build", "--quiet", "--keep-going", "--target", HOST],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DoesNotCompile(done.stderr)
    return TARGET / HOST / "debug" / "language_harness"


def _touch_after_idls(crate: Path) -> None:
    """Cargo does not know that `declare_program!` reads IDLs: it would leave a crate whose callee has changed as it is."""
    idls = [path.stat().st_mtime_ns for path in (crate.parents[1] / "idls").glob("*.json")]
    lib = crate / "src" / "lib.rs"
    if lib.stat().st_mtime_ns < max(idls, default=0):
        lib.touch()


def market_workspace() -> Path:
    """The folder of the five programs' crates: the repository, or one below `target` for another version of Anchor."""
    if IS_DEFAULT:
        return ROOT
    folder = ROOT / "target" / f"anchor-{ANCHOR}"
    shutil.rmtree(folder / "programs", ignore_errors=True)
    write(folder, compiler().rust(find_project(ROOT).programs()))
    return folder


def market_harness() -> tuple[Path, str]:
    """Compile the harness with the five programs; returns it and its argument."""
    crates = sorted(path.parent for path in (market_workspace() / "programs").glob("*/Cargo.toml"))
    harness = harness_with(ROOT / "target" / f"market-harness-{ANCHOR}", crates)
    return harness, ",".join(path.name for path in crates)

"""The native harness for programs of tests: the same runtime, other crates."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.rust.cargo import ROOT, write
from tests.rust.equality.machines import HARNESS, HOST, RUST_FLAGS

TABLE = """fn generated(program: &Pubkey) -> Option<Entry> {{
    // Programs of tests may share an address: the first argument says which run.
    let chosen = std::env::args().nth(1).unwrap_or_default();
    let table: &[(&str, Pubkey, Entry)] = &[{rows}];
    let found = table.iter().find(|row| row.1 == *program && row.0 == chosen);
    found.map(|row| row.2)
}}
"""


def harness_for(folder: Path, files: dict[str, str]) -> Path:
    """Write a workspace of generated crates, and compile the harness with them; returns the program.

    Its argument is the name of the crate to run.
    """
    write(folder / "workspace", files)
    crates = sorted({name.split("/")[1] for name in files if name.startswith("programs/")})
    home = folder / "harness"
    shutil.copytree(HARNESS, home)
    manifest = (home / "Cargo.toml").read_text(encoding="utf-8")
    manifest = re.sub(r'^\w+ = \{ path = "\.\./\.\./\.\./programs/.*\n', "", manifest, flags=re.MULTILINE)
    wanted = "".join(
        f'{c} = {{ path = "{folder}/workspace/programs/{c}", features = ["no-entrypoint"] }}\n' for c in crates
    )
    manifest = manifest.replace("\n[lints", f"{wanted}\n[lints", 1).replace(
        'name = "harness"', 'name = "language_harness"'
    )
    (home / "Cargo.toml").write_text(manifest, encoding="utf-8")
    programs = home / "src" / "programs.rs"
    text = programs.read_text(encoding="utf-8").split("fn generated(")[0]
    rows = ", ".join(f'("{c}", {c}::ID, |p, a, d| {c}::entry(p, a, d))' for c in crates)
    programs.write_text(text + TABLE.format(rows=rows), encoding="utf-8")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target" / "rust"))
    environment = {**os.environ, "RUSTFLAGS": RUST_FLAGS, "CARGO_TARGET_DIR": str(target)}
    subprocess.run(["cargo", "build", "--quiet", "--target", HOST], cwd=home, env=environment, check=True)
    return target / HOST / "debug" / "language_harness"

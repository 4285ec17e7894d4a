"""The same source gives the same bytes, whatever order the interpreter's hash tables have."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = """
import hashlib, sys
from pathlib import Path
from seahorse.driver.compile import Compiler
text = '''
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
class Box(Account):
    owner: Pubkey
    name: String[9]
    items: List[u64, 4]
    bump: u8
class BoxError(Error):
    NO = 6000, 'No'
@instruction
def create(owner: Signer, box: Empty[Box], name: String[9]):
    b = box.init(payer=owner, seeds=['box', owner])
    b.name = name
@instruction
def use(owner: Signer, box: Annotated[Box, Seeds('box', arg.owner)], x: f64, n: i128) -> str:
    assert box.owner == owner.key(), BoxError.NO
    box.items.append(u64(n // 7))
    return f'{box.name} {x:.2f} {x ** 0.3} {sorted(box.items)} {n * n}'
'''
path = Path(sys.argv[1]) / 'box.py'
path.write_text(text)
print(hashlib.sha256(Compiler().build([path])[0].bytecode).hexdigest())
"""


def test_hash_seeds_do_not_matter(tmp_path: Path) -> None:
    found: set[str] = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout.strip())
    assert len(found) == 1 and len(found.pop()) == hashlib.sha256().digest_size * 2


def test_where_the_project_lies_does_not_matter(tmp_path: Path) -> None:
    """The market's programs, built by the command in two folders, and from below one of them."""
    found: set[tuple[str, ...]] = set()
    for name, inside in (("first-checkout", "."), ("second_checkout", "."), ("third", "programs_py")):
        project = tmp_path / name
        shutil.copytree(ROOT / "programs_py", project / "programs_py", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(ROOT / "Anchor.toml", project / "Anchor.toml")
        command = [sys.executable, "-m", "seahorse.cli", "build", "--no-rust"]
        subprocess.run(command, cwd=project / inside, capture_output=True, check=True)
        built = sorted((project / "target/deploy").glob("*.so"))
        assert len(built) == 5
        assert not any(name.encode() in path.read_bytes() for path in built)
        found.add(tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in built))
    assert len(found) == 1

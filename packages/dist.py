"""`make dist`: wheels and sdists of the three distributions in target/dist, the same bytes from the same commit.

Only what git tracks goes in. `build` makes each wheel from its sdist, so the sdist is whole; twine checks what an index
shows.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
# The folder of each distribution, and what of it is the distribution's.
DISTRIBUTIONS = {
    "seahorse-lang": (ROOT / "packages" / "seahorse-lang", ["."]),
    "solana-localnet": (ROOT / "packages" / "localnet", ["."]),
    "gridtokenx": (ROOT, ["src", "pyproject.toml", "VERSION", "LICENSE", "CHANGELOG.md"]),
}


def tracked(name: str) -> list[Path]:
    """The files of a distribution that git tracks or would track, relative to its folder."""
    folder, paths = DISTRIBUTIONS[name]
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths]
    listed = subprocess.run(line, cwd=folder, check=True, capture_output=True, text=True).stdout
    return sorted(path for text in listed.split("\0") if text and (folder / (path := Path(text))).is_file())


def epoch() -> int:
    """The time that everything gets: $SOURCE_DATE_EPOCH, else that of the last commit, in Unix seconds."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        return int(given)
    shown = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(shown.stdout)


def build(name: str, into: Path) -> list[Path]:
    """Builds the sdist and the wheel of a distribution with this interpreter's setuptools; returns both."""
    when = epoch()
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch) / name, Path(scratch) / "made"
        for path in tracked(name):
            target = source / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # Links become files: what they lead to lies outside.
            shutil.copyfile(DISTRIBUTIONS[name][0] / path, target)
        line = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(made), str(source)]
        variables = os.environ | {"SOURCE_DATE_EPOCH": str(when), "PYTHONHASHSEED": "0"}
        done = subprocess.run(line, env=variables, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} cannot be built:\n{done.stdout}{done.stderr}")
        into.mkdir(parents=True, exist_ok=True)
        sdist, wheel = next(made.glob("*.tar.gz")), next(made.glob("*.whl"))
        (into / sdist.name).write_bytes(without_circumstances(sdist.read_bytes(), when))
        shutil.copyfile(wheel, into / wheel.name)
        return [into / sdist.name, into / wheel.name]


def without_circumstances(archive: bytes, when: int) -> bytes:
    """A .tar.gz without who packed it, when, and in which order."""
    packed = BytesIO()
    with tarfile.open(fileobj=BytesIO(archive), mode="r:gz") as old, tarfile.open(fileobj=packed, mode="w") as new:
        for member in sorted(old.getmembers(), key=lambda m: m.name):
            # A new record has no owner, no group and no further headers.
            plain = tarfile.TarInfo(member.name)
            plain.type, plain.linkname, plain.size = member.type, member.linkname, member.size
            plain.mtime = when
            plain.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(plain, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(packed.getvalue(), mtime=when)


def main() -> None:
    """Builds all, has twine check them, and prints names, sizes and digests."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--into", type=Path, default=ROOT / "target" / "dist")
    into: Path = options.parse_args().into
    shutil.rmtree(into, ignore_errors=True)
    made = [path for name in DISTRIBUTIONS for path in build(name, into)]
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, made)], check=True)
    for path in made:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{digest}  {path.stat().st_size:>9,} bytes  {path.name}")


if __name__ == "__main__":
    main()

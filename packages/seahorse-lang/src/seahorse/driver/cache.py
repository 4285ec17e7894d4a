"""Results of earlier builds of a project, in `target/.cache`.

A build of unchanged sources does nothing, and LLVM compiles only programs whose code changed. The driver uses an entry
when its checksum is right and all its inputs are the same: every source that the compiler read, every file that it
looked for, the flags, and the compiler itself (its sources, Python and LLVM). It ignores any other entry. When the
driver cannot write the cache, builds take longer and give the same results.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seahorse.driver.files import write_file

if TYPE_CHECKING:
    from seahorse.driver.project import Project
    from seahorse.syntax import SourceWorkspace

_PACKAGE = Path(__file__).parents[1]
_CHECKSUM = 32
# Programs that LLVM compiled: so many are kept, those used last.
_KEPT = 64


def compiler_identity() -> bytes:
    """A digest of the compiler's sources, of Python's version and of LLVM's."""
    digest = hashlib.blake2b(digest_size=_CHECKSUM)
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(str(path.relative_to(_PACKAGE)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    digest.update(f"{sys.version} {_llvm()}".encode())
    return digest.digest()


def _llvm() -> str:
    """The version of LLVM, by the installed package; reading it from LLVM would load it."""
    spec = find_spec("llvmlite")
    if spec is None or spec.origin is None:
        return "none"
    package = Path(spec.origin).parent
    return " ".join(sorted(path.name for path in package.parent.glob("llvmlite-*.dist-info")))


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_CHECKSUM).hexdigest()


def _hash_of(path: Path) -> str:
    """The content of a file, or that there is none."""
    try:
        return _hash(path.read_bytes())
    except OSError:
        return ""


def _sealed(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKSUM).digest() + data


def _opened(path: Path) -> bytes | None:
    """The content of an entry; None when there is no entry, or only a part of one."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    seal, data = raw[:_CHECKSUM], raw[_CHECKSUM:]
    return data if seal == hashlib.blake2b(data, digest_size=_CHECKSUM).digest() else None


@dataclass(frozen=True)
class Flags:
    """How a project is built: everything that changes what comes out.

    `idl_account`: programs answer Anchor's IDL instructions, unless the project's Anchor.toml says otherwise.
    `anchor`: the version of Anchor that crates are for, "0.32" or "1"; None: what Anchor.toml says.
    """

    batch: bool
    quiet_errors: bool
    rust: bool
    idl_account: bool = True
    anchor: str | None = None

    def of_project(self, project: Project) -> Flags:
        """The flags with what Anchor.toml says. Raises ProjectError."""
        with_idl = self.idl_account and project.has_idl_account()
        anchor = (self.anchor or project.anchor()) if self.rust else None
        return replace(self, idl_account=with_idl, anchor=anchor)


@dataclass(frozen=True)
class BuildRecord:
    """A build that succeeded. `inputs`: what it read. `outputs`: what it wrote. Both by path, with digests.

    looked_for: places where the compiler looked for a module, with what was there (see `_found_at`).
    folders: folders whose .rs files are all outputs. warnings: as printed.
    """

    identity: str
    flags: dict[str, Any]
    programs: list[str]
    inputs: dict[str, str]
    looked_for: dict[str, str]
    outputs: dict[str, str]
    folders: list[str]
    warnings: list[str]

    def told(self, seconds: float) -> list[str]:
        """The lines that a build prints when there is nothing to do."""
        programs = [path for path in self.outputs if path.endswith(".so")]
        lines = [f"{os.path.relpath(path)}  {os.path.getsize(path):,} bytes" for path in programs]
        return [*lines, f"unchanged: {len(programs)} program(s) in {seconds:.2f} s"]


class BuildCache:
    """The cache of one project. `folder`: where it is; nothing else lies there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.identity = compiler_identity()

    # --- whole builds ---

    def unchanged(self, programs: list[Path], flags: Flags) -> BuildRecord | None:
        """The last build, when the same build now would read, and leave, exactly the same files."""
        data = _opened(self._folder / "build")
        if data is None:
            return None
        try:
            record = BuildRecord(**json.loads(data))
        except (ValueError, TypeError):
            return None
        same = (record.identity, record.flags, record.programs) == (
            self.identity.hex(),
            asdict(flags),
            [str(path) for path in programs],
        )
        return record if same and _still_there(record) else None

    def record(
        self,
        programs: list[Path],
        flags: Flags,
        workspace: SourceWorkspace,
        outputs: Iterable[Path],
        folders: Iterable[Path],
        warnings: list[str],
    ) -> None:
        """Remember a build that succeeded."""
        record = BuildRecord(
            self.identity.hex(),
            asdict(flags),
            [str(path) for path in programs],
            # From what was read, not from the files: they may be other ones by now.
            {str(m.path): _hash(m.source.text.encode()) for m in workspace.modules()},
            {str(place): _found_at(place) for place in workspace.looked_for()},
            {str(path): _hash_of(path) for path in outputs},
            [str(folder) for folder in folders],
            warnings,
        )
        self._write("build", json.dumps(asdict(record)).encode())

    # --- programs that LLVM compiled ---

    def get(self, text: str) -> bytes | None:
        """The program that LLVM's text became, if it was compiled before."""
        path = self._folder / "elf" / self._name(text)
        data = _opened(path)
        if data is not None:
            with suppress(OSError):
                path.touch()
        return data

    def put(self, text: str, elf: bytes) -> None:
        self._write(f"elf/{self._name(text)}", elf)

    def prune(self) -> None:
        """Forget the programs that were not used for long."""
        with suppress(OSError):
            found = sorted((self._folder / "elf").iterdir(), key=lambda path: path.stat().st_mtime)
            for path in found[:-_KEPT]:
                path.unlink(missing_ok=True)

    def _name(self, text: str) -> str:
        return _hash(self.identity + text.encode())

    def _write(self, name: str, data: bytes) -> None:
        with suppress(OSError):
            write_file(self._folder / name, _sealed(data))


def _found_at(place: Path) -> str:
    """The kind of a path where the compiler looks for a module: a file, a program's or package's folder, or neither."""
    kinds = (place.with_name(place.name + ".py").is_file(), (place / "__init__.py").is_file(), place.is_dir())
    return "".join("ny"[kind] for kind in kinds)


def _still_there(record: BuildRecord) -> bool:
    return (
        all(_hash_of(Path(path)) == digest for path, digest in {**record.inputs, **record.outputs}.items())
        and all(_found_at(Path(place)) == found for place, found in record.looked_for.items())
        and all(str(path) in record.outputs for folder in record.folders for path in Path(folder).rglob("*.rs"))
    )

"""Writes artifacts to disk, each file whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from seahorse.driver.compile import Artifacts
from seahorse.driver.files import write_file
from seahorse.driver.project import Project


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def write_project(project: Project, artifacts: list[Artifacts]) -> list[Path]:
    """Write `target/deploy`, `target/idl` and `target/idl/legacy`. Returns the files; those of bytecode come first."""
    files: dict[Path, bytes] = {project.target / "deploy" / f"{a.name}.so": a.bytecode for a in artifacts}
    for a in artifacts:
        files[project.target / "idl" / f"{a.name}.json"] = _json(a.idl)
        files[project.target / "idl" / "legacy" / f"{a.name}.json"] = _json(a.legacy_idl)
    for path, data in files.items():
        write_file(path, data)
    return list(files)


def rust_folders(project: Project, files: dict[str, str]) -> list[Path]:
    """Where all .rs files are generated ones."""
    crates = {Path(name).parts[1] for name in files if name.startswith("programs/")}
    return [project.root / "programs" / crate / "src" for crate in sorted(crates)]


def write_rust(project: Project, files: dict[str, str]) -> int:
    """Write the generated Rust, and delete files that no program generates any more. Returns how many changed."""
    changed = 0
    for name, text in files.items():
        path = project.root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_file(path, text.encode())
            changed += 1
    for folder in rust_folders(project, files):
        for path in folder.rglob("*.rs"):
            if path.relative_to(project.root).as_posix() not in files:
                path.unlink()
                changed += 1
    return changed


def write_single(out_dir: Path, artifacts: Artifacts) -> Path:
    """Write `NAME.so` and `NAME.json` (and `NAME.legacy.json`) into `out_dir`. Returns the bytecode file."""
    so = out_dir / f"{artifacts.name}.so"
    write_file(so, artifacts.bytecode)
    write_file(out_dir / f"{artifacts.name}.json", _json(artifacts.idl))
    write_file(out_dir / f"{artifacts.name}.legacy.json", _json(artifacts.legacy_idl))
    return so

"""Writes artifacts to disk, each file whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from seahorse.build.compile import Artifacts
from seahorse.build.files import write_file
from seahorse.build.project import Project


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def write_project(project: Project, artifacts: list[Artifacts]) -> list[Path]:
    """Write `target/deploy`, `target/idl` and `target/idl/legacy`. Returns the bytecode files."""
    written: list[Path] = []
    for a in artifacts:
        so = project.target / "deploy" / f"{a.name}.so"
        write_file(so, a.bytecode)
        write_file(project.target / "idl" / f"{a.name}.json", _json(a.idl))
        write_file(project.target / "idl" / "legacy" / f"{a.name}.json", _json(a.legacy_idl))
        written.append(so)
    return written


def write_single(out_dir: Path, artifacts: Artifacts) -> Path:
    """Write `NAME.so` and `NAME.json` (and `NAME.legacy.json`) into `out_dir`. Returns the bytecode file."""
    so = out_dir / f"{artifacts.name}.so"
    write_file(so, artifacts.bytecode)
    write_file(out_dir / f"{artifacts.name}.json", _json(artifacts.idl))
    write_file(out_dir / f"{artifacts.name}.legacy.json", _json(artifacts.legacy_idl))
    return so

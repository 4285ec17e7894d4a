"""Which programs an open file belongs to: those of its project, or the one that it is itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seahorse.driver.project import PROGRAMS_DIR, declares_program
from seahorse.syntax import program_name

_MARKER = "Anchor.toml"
_PRELUDE = re.compile(r"^\s*(from|import)\s+seahorse\b", re.MULTILINE)


@dataclass(frozen=True)
class Group:
    """Programs that are checked together. `folder`: what they lie in. `alone`: the only one, outside of a project.

    `project`: the folder of Anchor.toml; None outside of a project.
    """

    folder: Path
    alone: Path | None = None
    project: Path | None = None

    def programs(self, unsaved: Mapping[Path, str]) -> list[Path]:
        """The sources that are programs now, by name."""
        if self.alone is not None:
            return [self.alone] if _text(self.alone, unsaved) is not None else []
        found = {*_files(self.folder), *(path for path in unsaved if _may_be_program(path, self.folder))}
        texts = {path: _text(path, unsaved) for path in found}
        return sorted((p for p, text in texts.items() if text is not None and declares_program(text)), key=program_name)


def _files(folder: Path) -> list[Path]:
    try:
        return [*folder.glob("*.py"), *folder.glob("*/__init__.py")]
    except OSError:
        return []


def _may_be_program(path: Path, folder: Path) -> bool:
    return path.parent == folder or (path.name == "__init__.py" and path.parent.parent == folder)


def _text(path: Path, unsaved: Mapping[Path, str]) -> str | None:
    if path in unsaved:
        return unsaved[path]
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def group_of(file: Path, text: str, unsaved: Mapping[Path, str]) -> Group | None:
    """The programs that a file belongs to; None for a Python file that is no source of the language."""
    project = next((folder for folder in file.parents if (folder / _MARKER).is_file()), None)
    if project is not None and project / PROGRAMS_DIR in file.parents:
        return Group(project / PROGRAMS_DIR, project=project)
    home = next((f for f in _inits(file) if declares_program(_text(f, unsaved) or "")), None)
    if home is not None:
        return Group(home.parent.parent, home)
    if declares_program(text):
        return Group(file.parent.parent if file.name == "__init__.py" else file.parent, file)
    # A module of no program: it is parsed alone.
    return Group(file.parent) if _PRELUDE.search(text) and project is None else None


def _inits(file: Path) -> list[Path]:
    """The `__init__.py` of the folders that a file may be a part of, the nearest first."""
    return [folder / "__init__.py" for folder in list(file.parents)[:4] if folder / "__init__.py" != file]


def project_in(folder: Path) -> Group | None:
    """The programs of a folder that an editor opens; None when it is no project."""
    if (folder / _MARKER).is_file() and (folder / PROGRAMS_DIR).is_dir():
        return Group(folder / PROGRAMS_DIR, project=folder)
    return None

"""Finds the project: its Anchor.toml, its program sources, and where outputs go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seahorse.syntax import program_name

PROGRAMS_DIR = "programs_py"
_DECLARE_ID = re.compile(r"^\s*declare_id\s*\(([^)]*)\)?", re.MULTILINE)


class ProjectError(Exception):
    """The project's files are missing or wrong; the message says what to do."""


@dataclass(frozen=True)
class Project:
    """A folder with an Anchor.toml and Seahorse sources in `programs_py/`."""

    root: Path

    @property
    def sources(self) -> Path:
        return self.root / PROGRAMS_DIR

    @property
    def target(self) -> Path:
        return self.root / "target"

    def programs(self) -> list[Path]:
        """The source files that are programs (those that call `declare_id`), by name.

        Raises ProjectError when there is none.
        """
        if not self.sources.is_dir():
            raise ProjectError(f"{self.sources} does not exist; make it and put your programs there")
        files = [*self.sources.glob("*.py"), *self.sources.glob("*/__init__.py")]
        found = [p for p in sorted(files, key=program_name) if is_program(p)]
        if not found:
            raise ProjectError(
                f"no file in {self.sources}, and no __init__.py of a folder there, calls declare_id('...'): "
                "there is no program to build"
            )
        return found

    def relative_programs(self) -> list[Path]:
        """The same relative to the current folder, as diagnostics and logs name sources. Raises ProjectError."""
        here = Path.cwd()
        return [p.relative_to(here) if p.is_relative_to(here) else p for p in self.programs()]

    def program(self, name: str) -> Path:
        """The source file of the program `name`. Raises ProjectError when there is none of that name."""
        found = {program_name(path): path for path in self.programs()}
        if name not in found:
            raise ProjectError(f"there is no program `{name}`; the project has: {', '.join(found)}")
        return found[name]

    def anchor_toml(self) -> dict[str, Any]:
        """The parsed Anchor.toml. Raises ProjectError when it is not valid TOML."""
        import tomllib

        path = self.root / "Anchor.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ProjectError(f"{path}: {error}; correct the file") from None

    def has_idl_account(self) -> bool:
        """Whether programs answer Anchor's IDL instructions: unless Anchor.toml says `no-idl = true` in [features].

        Raises ProjectError.
        """
        features = self.anchor_toml().get("features")
        said = features.get("no-idl", False) if isinstance(features, dict) else False  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if not isinstance(said, bool):
            raise ProjectError(f"{self.root / 'Anchor.toml'}: `no-idl` of [features] is true or false")
        return not said


def has_idl_account(folder: Path) -> bool:
    """The same of the project that a folder is in; true outside of any. Raises ProjectError."""
    try:
        project = find_project(folder)
    except ProjectError:
        return True
    return project.has_idl_account()


def is_program(path: Path) -> bool:
    try:
        return declares_program(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return False


def declares_program(text: str) -> bool:
    """Whether a source is a program with code; one of others is there to be imported."""
    found = _DECLARE_ID.search(text)
    return found is not None and "external=True" not in found.group(1)


def find_project(start: Path) -> Project:
    """The project that `start` is in: the nearest folder upward with an Anchor.toml.

    Raises ProjectError when there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "Anchor.toml").is_file():
            return Project(folder)
    raise ProjectError(f"no Anchor.toml in {start.resolve()} or above; run this in a project, or `seahorse init NAME`")

"""Finds the project: its Anchor.toml, its program sources, and where outputs go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seahorse.syntax import program_name

PROGRAMS_DIR = "programs_py"
# Before 1, the last version.
_ANCHORS = {"0": "0.32", "1": "1"}
_TOOLCHAIN = re.compile(r"^\[toolchain\][^\n]*\n(?:(?!\[).*\n?)*", re.MULTILINE)
_ANCHOR_VERSION = re.compile(r"^anchor_version\s*=\s*([\"']).*?\1", re.MULTILINE)
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

    def anchor(self) -> str:
        """The version of Anchor that crates are for, "0.32" or "1", by `anchor_version` of [toolchain] in Anchor.toml.

        Raises ProjectError when there are no crates for that version.
        """
        toolchain = self.anchor_toml().get("toolchain")
        said = str(toolchain.get("anchor_version", "0.32.1")) if isinstance(toolchain, dict) else "0.32.1"  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        major = said.partition(".")[0]
        if major not in _ANCHORS:
            raise ProjectError(
                f"{self.root / 'Anchor.toml'}: `anchor_version` of [toolchain] is {said}, and there are crates for "
                "0.32 and 1; build with `--anchor 0.32` or `--anchor 1`, which writes it there, or with `--no-rust`"
            )
        return _ANCHORS[major]

    def with_anchor_version(self, version: str) -> str:
        """The text of Anchor.toml with `anchor_version` of [toolchain]. Raises ProjectError."""
        path = self.root / "Anchor.toml"
        text = path.read_text(encoding="utf-8")
        line = f'anchor_version = "{version}"'
        table = _TOOLCHAIN.search(text)
        if table is None:
            changed = f"[toolchain]\n{line}\n\n{text}"
        elif _ANCHOR_VERSION.search(table.group()) is not None:
            changed = text[: table.start()] + _ANCHOR_VERSION.sub(line, table.group()) + text[table.end() :]
        else:
            changed = text[: table.start()] + table.group().replace("\n", f"\n{line}\n", 1) + text[table.end() :]
        wanted = self.anchor_toml()
        wanted["toolchain"] = {**wanted.get("toolchain", {}), "anchor_version": version}
        import tomllib

        try:
            made = tomllib.loads(changed)
        except tomllib.TOMLDecodeError:
            made = None
        if made != wanted:
            raise ProjectError(f"{path}: write `{line}` under [toolchain] yourself, and build without --anchor")
        return changed


def has_idl_account(folder: Path) -> bool:
    """The same of the project that a folder is in; true outside of any. Raises ProjectError."""
    try:
        project = find_project(folder)
    except ProjectError:
        return True
    return project.has_idl_account()


def anchor_of(folder: Path) -> str:
    """The version of Anchor of the project that a folder is in; "0.32" outside of any. Raises ProjectError."""
    try:
        project = find_project(folder)
    except ProjectError:
        return "0.32"
    return project.anchor()


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

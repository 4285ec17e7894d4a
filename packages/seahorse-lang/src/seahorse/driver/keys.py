"""Program keypairs and ids: `seahorse keys list` and `seahorse keys sync`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from solders.keypair import Keypair

from seahorse.driver.files import write_file
from seahorse.driver.project import Project, ProjectError
from seahorse.syntax import program_name

_DECLARE_ID = re.compile(r"""(^\s*declare_id\s*\(\s*)(['"])([1-9A-HJ-NP-Za-km-z]*)\2""", re.MULTILINE)


@dataclass(frozen=True)
class ProgramKey:
    """One program: the id in its source, and the id of its keypair file (None while there is no such file)."""

    source: Path
    declared: str
    keypair: Path
    generated: str | None

    @property
    def name(self) -> str:
        return program_name(self.source)


def _read_keypair(path: Path) -> Keypair:
    try:
        return Keypair.from_bytes(bytes(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError) as error:
        raise ProjectError(
            f"{path} is not a keypair file ({error}); restore it, or delete it to make a new one"
        ) from None


def program_keys(project: Project) -> list[ProgramKey]:
    """Every program of the project with its ids. Raises ProjectError when a source or keypair cannot be read."""
    found: list[ProgramKey] = []
    for source in project.programs():
        match = _DECLARE_ID.search(source.read_text(encoding="utf-8"))
        if match is None:
            raise ProjectError(f"{source}: declare_id takes a base58 string; write declare_id('...')")
        keypair = project.target / "deploy" / f"{program_name(source)}-keypair.json"
        generated = str(_read_keypair(keypair).pubkey()) if keypair.is_file() else None
        found.append(ProgramKey(source, match.group(3), keypair, generated))
    return found


def sync_keys(project: Project) -> list[tuple[ProgramKey, str]]:
    """Make missing keypairs, and write every keypair's id into its source's `declare_id` and into all of Anchor.toml.

    Returns the programs whose id changed, with the new id. All files are computed before the first is written, and
    each is replaced whole. Raises ProjectError.
    """
    changes: list[tuple[ProgramKey, str]] = []
    toml_path = project.root / "Anchor.toml"
    toml = toml_path.read_text(encoding="utf-8")
    writes: dict[Path, bytes] = {}
    for key in program_keys(project):
        new = key.generated
        if new is None:
            pair = Keypair()
            new = str(pair.pubkey())
            writes[key.keypair] = json.dumps(list(bytes(pair))).encode()
        if new != key.declared:
            text = key.source.read_text(encoding="utf-8")
            writes[key.source] = _DECLARE_ID.sub(rf"\g<1>\g<2>{new}\g<2>", text, count=1).encode()
            changes.append((key, new))
        toml = _set_id(toml, key.name, key.declared, new)
    writes[toml_path] = toml.encode()
    for path, data in writes.items():
        write_file(path, data)
        if path.name.endswith("-keypair.json"):
            path.chmod(0o600)
    return changes


def _set_id(toml: str, name: str, old: str, new: str) -> str:
    """Replace the old id wherever Anchor.toml names it, and the program's entry under every [programs.*] section."""
    if old:
        toml = toml.replace(f'"{old}"', f'"{new}"')
    return re.sub(rf'(?m)^(\s*{re.escape(name)}\s*=\s*)"[1-9A-HJ-NP-Za-km-z]{{32,44}}"', rf'\g<1>"{new}"', toml)

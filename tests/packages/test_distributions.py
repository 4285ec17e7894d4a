"""What the wheels and sdists hold, and what they say of themselves."""

import email
import re
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packages.dist import DISTRIBUTIONS, ROOT, VERSION, build, tracked

IMPORTED = {"seahorse-lang": "seahorse", "solana-localnet": "solana_localnet", "gridtokenx": "gridtokenx"}
EXTRAS = {"seahorse-lang": {"test", "lsp"}, "solana-localnet": {"test"}, "gridtokenx": {"test", "data", "docs"}}
EVERY = pytest.mark.parametrize("name", DISTRIBUTIONS)


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel: Path) -> Message:
    return next(email.message_from_bytes(data) for name, data in members(wheel).items() if name.endswith("/METADATA"))


@EVERY
def test_a_wheel_holds_the_package_and_nothing_else(name: str, built: dict[str, list[Path]]):
    sources = [path for path in tracked(name) if path.parts[0] == "src" and path.name != "README.md"]
    expected = {path.relative_to("src").as_posix(): (DISTRIBUTIONS[name][0] / path).read_bytes() for path in sources}
    held = {path: data for path, data in members(built[name][1]).items() if ".dist-info/" not in path}
    assert sorted(held) == sorted(expected)
    assert held == expected
    assert {path.split("/")[0] for path in held} == {IMPORTED[name]}
    assert f"{IMPORTED[name]}/py.typed" in held


@EVERY
def test_an_sdist_holds_its_own_files_and_no_link(name: str, built: dict[str, list[Path]]):
    top = f"{name.replace('-', '_')}-{VERSION}"
    with tarfile.open(built[name][0]) as archive:
        held = archive.getmembers()
        licence = archive.extractfile(f"{top}/LICENSE")
        assert licence is not None
        assert licence.read() == (ROOT / "LICENSE").read_bytes()
    assert all(member.isfile() or member.isdir() for member in held)
    own = {f"{top}/{path.as_posix()}" for path in tracked(name)}
    made = {member.name for member in held if member.isfile()} - own
    assert {path.removeprefix(f"{top}/") for path in made if ".egg-info/" not in path} <= {"PKG-INFO", "setup.cfg"}


def test_the_same_sources_give_the_same_bytes(
    tmp_path: Path, built: dict[str, list[Path]], monkeypatch: pytest.MonkeyPatch
):
    name = "solana-localnet"
    again = build(name, tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in built[name]]
    # The time is the one circumstance that may be told, so it must be the told one that is written.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    earlier = build(name, tmp_path / "earlier")
    assert earlier[0].read_bytes() != again[0].read_bytes()
    with tarfile.open(earlier[0]) as archive:
        assert {member.mtime for member in archive.getmembers()} == {1_000_000_000}


@EVERY
def test_what_an_index_shows(name: str, built: dict[str, list[Path]]):
    shown = metadata(built[name][1])
    assert (shown["Name"], shown["Version"], shown["License-Expression"]) == (name, VERSION, "Apache-2.0")
    assert set(shown.get_all("Provides-Extra", [])) == EXTRAS[name]
    versions = {c.rsplit(" ", 1)[1] for c in shown.get_all("Classifier", []) if "Python :: 3." in c}
    assert versions == {"3.11", "3.12", "3.13", "3.14"}
    assert "Typing :: Typed" in shown.get_all("Classifier", [])
    assert shown["Description-Content-Type"] == "text/markdown"
    assert str(shown.get_payload()).startswith("# ")


def test_the_version_stands_in_one_place():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    for name, (folder, _) in DISTRIBUTIONS.items():
        assert (folder / "VERSION").resolve() == ROOT / "VERSION", name
        assert not re.search(r'^version = "', (folder / "pyproject.toml").read_text(), re.MULTILINE), name
        for path in (folder / "src").rglob("*.py"):
            assert "__version__ =" not in path.read_text(), path


def test_the_changes_of_this_version_are_told():
    told = (ROOT / "CHANGELOG.md").read_text()
    section = told.split(f"\n## {VERSION}\n")[1].split("\n## ")[0]
    for name in DISTRIBUTIONS:
        assert f"\n### {name}\n" in section

"""Finding projects, writing files whole, and keeping program ids in step."""

import json
from pathlib import Path

import pytest
from solders.keypair import Keypair

from seahorse.driver.files import write_file
from seahorse.driver.keys import program_keys, sync_keys
from seahorse.driver.project import ProjectError, find_project

PROGRAM = "from seahorse.prelude import *\n\ndeclare_id('11111111111111111111111111111111')\n"
TOML = '[programs.localnet]\ndemo = "11111111111111111111111111111111"\n\n[[test.genesis]]\n'
TOML += 'address = "11111111111111111111111111111111"\nprogram = "target/deploy/demo.so"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Anchor.toml").write_text(TOML)
    (tmp_path / "programs_py").mkdir()
    (tmp_path / "programs_py" / "demo.py").write_text(PROGRAM)
    (tmp_path / "programs_py" / "common.py").write_text('"""A library module."""\n')
    return tmp_path


def test_a_project_is_found_from_below(root: Path) -> None:
    project = find_project(root / "programs_py")
    assert project.root == root
    assert [p.name for p in project.programs()] == ["demo.py"]


def test_without_a_project_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="run this in a project"):
        find_project(tmp_path)


def test_a_broken_anchor_toml_is_named(root: Path) -> None:
    (root / "Anchor.toml").write_text("[programs\n")
    with pytest.raises(ProjectError, match=r"Anchor\.toml.*correct the file"):
        find_project(root).anchor_toml()


def test_keys_sync_writes_the_new_id_everywhere_and_once(root: Path) -> None:
    project = find_project(root)
    [(key, new)] = sync_keys(project)
    assert key.declared == "1" * 32
    assert f"declare_id('{new}')" in (root / "programs_py" / "demo.py").read_text()
    assert (root / "Anchor.toml").read_text() == TOML.replace("1" * 32, new)
    secret = json.loads((root / "target" / "deploy" / "demo-keypair.json").read_text())
    assert str(Keypair.from_bytes(bytes(secret)).pubkey()) == new
    assert sync_keys(project) == []
    assert program_keys(project)[0].generated == new


def test_a_damaged_keypair_changes_nothing(root: Path) -> None:
    path = root / "target" / "deploy" / "demo-keypair.json"
    path.parent.mkdir(parents=True)
    path.write_text("[1, 2, 3]")
    with pytest.raises(ProjectError, match="not a keypair file"):
        sync_keys(find_project(root))
    assert (root / "Anchor.toml").read_text() == TOML
    assert (root / "programs_py" / "demo.py").read_text() == PROGRAM


def test_write_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b.json", b"{}")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b.json"]

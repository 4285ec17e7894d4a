"""IDLs of others are not trusted: names become no code, texts stay texts, and what cannot be had is left out and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.compiler.client.idls import HOSTILE_NAMES, NAMES, TEXTS, names_that_collide, texts_everywhere
from tests.compiler.client.made import ADDRESS, ROOT, client_from, defined, enum, idl, instruction, made, struct
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.client.command import write_client
from seahorse.stubs import StubError


def everywhere(name: str) -> list[dict[str, Any]]:
    """IDLs with a name in each place that has one."""
    return [
        idl(metadata={"name": name}),
        idl(types=[struct(name, a="u8")], accounts=[{"name": name}]),
        idl(types=[struct("A", **{name: "u8"})], accounts=[{"name": "A"}]),
        idl(types=[enum("A", name)]),
        idl(types=[enum("A", {"name": name, "fields": ["u8"]})]),
        idl(types=[struct(name, a="u8")], events=[{"name": name}]),
        idl(instructions=[instruction(name)]),
        idl(instructions=[instruction("go", **{name: "u8"})]),
        idl(instructions=[instruction("go", [{"name": name}])]),
        idl(errors=[{"code": 6000, "name": name, "msg": ""}]),
        idl(constants=[{"name": name, "type": "u8", "value": "1"}]),
    ]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str):
    for document in everywhere(name):
        file = tmp_path / "idl.json"
        file.write_text(json.dumps(document))
        with pytest.raises(StubError, match=r"no name|cannot name|malformed"):
            client_from(file)


def test_every_name_that_python_has_for_something_can_be_used(tmp_path: Path):
    client = made(tmp_path, names_that_collide())
    accounts, instructions = client.module("other.accounts"), client.module("other.instructions")
    record = accounts.Taken.decode(bytes([1, *range(len(accounts.Taken.CODECS))]))
    assert record.encode() == bytes([1, *range(len(accounts.Taken.CODECS))])
    assert [record.class_, record.int_, record.id, record.read_] == [
        NAMES.index(name) for name in ("class", "int", "id", "read")
    ]
    made_all = [name for name in dir(instructions) if name.islower() and not name.startswith("_")]
    assert {"class_", "id", "print", "read", "n"} & set(made_all) >= {"class_", "id", "print", "read"}


def test_texts_stay_texts(tmp_path: Path):
    client = made(tmp_path, texts_everywhere())
    errors = client.module("other.errors")
    told = [errors.error_of(6000 + i).message for i in range(len(TEXTS))]
    assert told == [text or f"E{i}" for i, text in enumerate(TEXTS)]
    assert client.module("other.types").T1.__doc__.split() == TEXTS[1].split()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("nothing", "no type"),
        ({"hashMap": ["u8", "u8"]}, "no type"),
        ({"generic": "T"}, "no type"),
        ({"array": ["u8", {"generic": "N"}]}, "no type"),
        ({"array": ["u8", -1]}, "no type"),
        ({"array": ["u8", 10**12]}, "no type"),
        ({"option": {"option": "u8"}}, "option of an option"),
        ({"coption": "string"}, "no fixed size"),
        (defined("Missing"), "does not define"),
        (defined("Generic"), "generic"),
        (defined("Packed"), "laid out"),
        (defined("Endless"), "holds itself"),
        (defined("Ping"), "holds itself"),
        (defined("Many"), "more than 256"),
        (defined("Loop"), "nested too deeply"),
        ({"vec": {"tuple": ["u8", defined("Inside")]}}, "laid out"),
        ({"tuple": []}, "no type"),
        (5, "no type"),
        ("__import__('os')", "no type"),
    ],
)
def test_what_cannot_be_had_is_left_out_and_told(tmp_path: Path, kind: Any, reason: str):
    types = [
        {**struct("Generic", a="u8"), "generics": [{"kind": "type", "name": "T"}]},
        {**struct("Packed", a="u8", b="u64"), "serialization": "bytemuckunsafe", "repr": {"kind": "c"}},
        struct("Inside", p=defined("Packed")),
        struct("Endless", a={"array": [defined("Endless"), 2]}),
        struct("Ping", a=defined("Pong")),
        struct("Pong", a=defined("Ping")),
        enum("Many", *(f"V{i}" for i in range(300))),
        {"name": "Loop", "type": {"kind": "type", "alias": {"vec": defined("Loop")}}},
        struct("Account", a="u8", b=kind),
        struct("Good", a="u8"),
    ]
    client = made(
        tmp_path,
        idl(
            types=types,
            accounts=[{"name": "Account"}, {"name": "Good"}],
            instructions=[instruction("bad", x=kind), instruction("good", x="u8")],
        ),
    )
    reasons = {what.removeprefix("other: "): why for what, why in client.left_out}
    assert reason in reasons["account Account"]
    assert reason in reasons["instruction bad"]
    assert client.module("other.accounts").__all__ == ["Good"]
    assert client.module("other.instructions").good(x=1).data[8:] == b"\x01"


@pytest.mark.parametrize("tag", [[], [0, 0, 0], list(range(33))])
def test_accounts_that_nothing_tells_apart_are_left_out(tmp_path: Path, tag: list[int]):
    types = [struct("A", a="u8")]
    client = made(tmp_path, idl(types=types, accounts=[{"name": "A", "discriminator": tag}]))
    assert [what for what, _ in client.left_out] == ["other: account A"]


def test_a_chain_of_types_that_would_grow_without_end_is_left_out_soon(tmp_path: Path):
    types = [
        {"name": f"T{i}", "type": {"kind": "type", "alias": {"tuple": [defined(f"T{i + 1}")] * 2}}} for i in range(30)
    ]
    structs = [struct(f"S{i}", **dict.fromkeys("ab", defined(f"S{i + 1}"))) for i in range(200)]
    last = [
        {"name": "T30", "type": {"kind": "type", "alias": "u8"}},
        struct("S200", a="u8"),
        struct("A", a=defined("T0")),
    ]
    client = made(tmp_path, idl(types=[*types, *structs, *last], accounts=[{"name": "S0"}, {"name": "A"}]))
    assert [what for what, _ in client.left_out if "account" in what] == ["other: account A"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"instructions": 5}', '{"instructions": [{}], "name": "a"}', "\x00"])
def test_what_is_no_idl_is_refused(tmp_path: Path, text: str):
    (tmp_path / "idl.json").write_text(text)
    with pytest.raises(StubError):
        client_from(tmp_path / "idl.json", address=ADDRESS)


def test_files_of_others_stay_and_own_files_that_are_not_needed_go(tmp_path: Path):
    file, out = tmp_path / "idl.json", tmp_path / "out"
    one = [struct("A", a="u8")]
    file.write_text(json.dumps(idl(types=one, accounts=[{"name": "A"}])))
    write_client(client_from(file), out)
    (out / "own.py").write_text("x = 1\n")
    file.write_text(json.dumps(idl(types=one)))
    changed = client_from(file)
    with pytest.raises(StubError, match="run `seahorse client` again"):
        write_client(changed, out, check=True)
    assert (out / "other/accounts/a.py").exists()
    run = write_client(changed, out)
    assert sorted(path.name for path in run.removed) == ["__init__.py", "a.py"]
    assert not (out / "other/accounts").exists()
    assert (out / "own.py").read_text() == "x = 1\n"
    assert write_client(changed, out, check=True).written == []
    (out / "other/types.py").write_text("mine = 1\n")
    with pytest.raises(StubError, match="did not write it"):
        write_client(changed, out)
    assert (out / "other/types.py").read_text() == "mine = 1\n"


def test_the_command_tells_what_it_did_and_what_is_wrong(tmp_path: Path):
    (tmp_path / "idl.json").write_text(json.dumps(idl(instructions=[instruction("bad", x="nothing")])))
    out = str(tmp_path / "out")
    done = CliRunner().invoke(app, ["client", str(tmp_path / "idl.json"), "--out", out])
    assert done.exit_code == 0
    assert "left out: other: instruction bad: there is no type for 'nothing'" in done.output
    for arguments, words in [
        (["nowhere.json"], "neither a file nor an address"),
        ([str(tmp_path / "idl.json"), "--name", "a b"], "no name"),
        ([str(tmp_path / "idl.json"), "--name", "support"], "cannot name a package"),
        ([str(tmp_path / "idl.json"), "--address", "xyz"], "is not an address"),
        (["--name", "x"], "are for one IDL"),
        ([str(tmp_path / "idl.json")] * 2, "two programs have the name"),
        (["nowhere.py"], "is not a file"),
    ]:
        done = CliRunner().invoke(app, ["client", *arguments, "--out", out])
        assert done.exit_code == 1
        assert words in done.output


@pytest.mark.parametrize("name", ["a-b", "class", "1st", "a b"])
def test_a_folder_that_python_cannot_import_is_refused(tmp_path: Path, name: str):
    (tmp_path / "idl.json").write_text(json.dumps(idl()))
    with pytest.raises(StubError, match="cannot import"):
        write_client(client_from(tmp_path / "idl.json"), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_mistake_in_a_source_is_told_with_its_place(tmp_path: Path):
    source = tmp_path / "wrong.py"
    source.write_text("from seahorse.prelude import *\n\n\n@instruction\ndef go(a: u8) -> u9:\n    return a\n")
    done = CliRunner().invoke(app, ["client", str(source), "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "wrong.py:5" in done.output
    assert not (tmp_path / "out").exists()


def test_several_programs_have_one_client(tmp_path: Path):
    counter = str(ROOT / "examples/counter/counter.py")
    (tmp_path / "idl.json").write_text(json.dumps(idl(instructions=[instruction("go")])))
    done = CliRunner().invoke(app, ["client", counter, str(tmp_path / "idl.json"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == [
        "counter",
        "other",
        "support",
    ]
    again = CliRunner().invoke(
        app, ["client", counter, str(tmp_path / "idl.json"), "--out", str(tmp_path / "out"), "--check"]
    )
    assert again.exit_code == 0
    assert "0 written, 0 removed" in again.output

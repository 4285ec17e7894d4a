"""mypy with the language's plugin takes types with a number in them, and still finds wrong types in them."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """from seahorse.prelude import *

LIMIT = 4


class Note(Account):
    text: String[20]
    more: String[LIMIT]
    tags: List[u16, 3]
    plain: List[u16]
    digest: Array[u8, LIMIT]


@instruction
def write(note: Note, text: String[20]) -> String[20]:
    note.text = text + "!"
    note.tags = [1, 2]
    note.plain.append(len(note.text))
    for tag in note.tags:
        note.plain.append(tag + 1)
    return note.text[:3]
"""


def mypy(folder: Path, text: str, plugin: bool = True) -> list[str]:
    (folder / "note.py").write_text(text)
    (folder / "mypy.ini").write_text("[mypy]\n" + ("plugins = seahorse.mypy_plugin\n" if plugin else ""))
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--no-error-summary", "note.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.stdout.splitlines()


def test_the_plugin_is_needed_and_enough(tmp_path: Path):
    assert mypy(tmp_path, PROGRAM, plugin=False) != []
    assert mypy(tmp_path, PROGRAM) == []


def test_wrong_types_are_still_found(tmp_path: Path):
    wrong = PROGRAM.replace('text + "!"', "7").replace("[1, 2]", '["a", "b"]').replace("[:3]", ".missing()")
    told = mypy(tmp_path, wrong)
    assert len(told) == 4, told
    assert all("note.py" in line for line in told)

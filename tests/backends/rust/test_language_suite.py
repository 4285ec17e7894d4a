"""What the tests of the language deploy and send does the same in Rust: accounts, events, logs, values, errors.

Programs are known by their own names, those that tests give as text by the file of tests, with a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.backends.rust.cargo import write
from tests.backends.rust.equality.machines import Native
from tests.backends.rust.equality.vector import RUNTIME, RUNTIME_ERRORS
from tests.backends.rust.natively import HEAP_EXHAUSTED, harness_with, told_apart
from tests.backends.rust.recording import Recorded, Recording, Source, record

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler
from seahorse.driver.project import is_program

# Random functions have a test of their own.
# Not replayed in Rust: programs in folders (the five programs are such, and equality/ compares them), what says where the
# language differs from Python or how large input may be, and suites of hundreds of small programs, which
# CPython and the virtual machine compare.
LEFT_OUT = (
    *("differential", "programs_in_folders", "differs_from_python", "large_input", "python_is_the_oracle"),
    *("iterators", "random_views", "rounding", "scope", "sorting", "sugar", "sysvars", "views"),
)
RECORDED = ("tests/language", *(f"--ignore-glob=*test_{name}*" for name in LEFT_OUT))
# Programs that have no Rust form, and why.
SHARED = "this object has two names from here on and is changed by one of them, which Rust cannot"
REFUSED = {
    "test_accounts_and_errors": "Anchor has the name `Box` for something else",
    "test_classes": SHARED,
    "test_documented_features_2": SHARED,
    "test_accounts_of_seahorse_users_4": SHARED,
    "test_accounts_of_seahorse_users_5": "Anchor has the name `ProgramData` for something else",
    "test_values_as_in_python": SHARED,
    "test_lists": SHARED,
    "test_same_account_2": "`seen` is looked at later, and may be the account that this call writes",
    "test_shared_objects": SHARED,
    "test_stored": SHARED,
}
# What only the virtual machine has: its heap and its compute units come to an end.
LIMITS = {HEAP_EXHAUSTED, RUNTIME | RUNTIME_ERRORS["ProgramFailedToComplete"]}


@dataclass
class Suite:
    recording: Recording
    refused: dict[str, str]
    harness: Path


def generated(folder: Path, name: str, source: Source) -> dict[str, str]:
    """The crates of a program, which gets a name of its own, and of those that it imports."""
    files = dict(source.files)
    files[f"{name}.py"] = files.pop(f"{source.main}.py")
    write(folder, files)
    wanted = [name]
    for module in wanted:
        imported = re.findall(r"^import (\w+)", files[f"{module}.py"], re.MULTILINE)
        wanted += [i for i in imported if f"{i}.py" in files and i not in wanted and is_program(folder / f"{i}.py")]
    return Compiler().rust([folder / f"{module}.py" for module in wanted])


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    folder = tmp_path_factory.mktemp("suite")
    recording = record(folder, *RECORDED)
    crates: list[Path] = []
    refused: dict[str, str] = {}
    for name, source in recording.programs.items():
        try:
            files = generated(folder / "sources" / name, name, source)
        except UnsupportedError as error:
            refused[name] = error.diagnostics[0].message
            continue
        write(folder / name, files)
        crates.append(folder / name / "programs" / name)
    return Suite(recording, refused, harness_with(folder, crates))


def test_what_is_refused_is_known(suite: Suite) -> None:
    assert suite.refused == REFUSED


def test_every_call_does_the_same(suite: Suite) -> None:
    groups: dict[tuple[str, ...], list[Recorded]] = {}
    for call in suite.recording.calls:
        groups.setdefault(tuple(sorted(call.programs.values())), []).append(call)
    found: list[str] = []
    compared = 0
    for programs, calls in groups.items():
        if suite.refused.keys() & set(programs):
            continue
        native = Native(suite.harness, suite.recording.rent, ",".join(programs))
        for call in calls:
            if call.outcome.code in LIMITS:
                continue
            compared += 1
            different = told_apart(call.vector, call.outcome, native.run(call.vector), call.programs)
            if different is not None:
                found.append(f"{call.vector.name} ({call.vector.what}): {different}")
        native.close()
    assert not found, f"{len(found)} of {compared} differ\n" + "\n".join(found[:10])
    assert compared > 10_000
    assert len(groups) > 40

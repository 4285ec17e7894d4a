"""What the tests of the language deploy and send does the same in CPython, in bytecode and in Rust.

Compared are accounts, lamports, events, logs, values and errors. Programs are known by their own names, those that
tests give as text by the file of tests, with a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.backends.rust.anchor import compiler
from tests.backends.rust.cargo import write
from tests.backends.rust.equality.three import Three
from tests.backends.rust.natively import harness_with
from tests.backends.rust.recording import Recorded, Recording, Source, record

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Artifacts, Compiler
from seahorse.driver.project import is_program

# Not replayed: random programs, which have tests of their own in all three (`generated/`),
# programs of hundreds of one kind, which CPython and the virtual machine compare, what says where the language differs
# from Python or how large input may be, programs in folders (the five programs are such), and the places of `op=`, all
# of which give an object several names.
LEFT_OUT = (
    *("differential", "random", "views", "python_is_the_oracle", "scope", "sugar"),
    *("differs_from_python", "large_input", "programs_in_folders", "augmented"),
    # Forms that are not replayed yet: CPython and the virtual machine compare them.
    *("everyday", "chain_functions", "class_members", "control_and_functions", "generics", "programs_as_written"),
    *("account_bytes", "seeds", "multisig", "resizing", "discriminators", "token_2022"),
    *(
        "event_calls",
        "lists_in_place",
        "associated_accounts",
        "init_if_needed",
        "remaining_accounts",
        "checks_left_out",
        "token_batches",
    ),
    *("calls_in_expressions", "matrix", "u256", "unions", "type_confusion"),
    *("stores_that_do_not_fit", "conversions", "displays_of_accounts"),
)
RECORDED = ("tests/language", *(f"--ignore-glob=*test_{name}*" for name in LEFT_OUT))
# Programs that have no Rust form, and why.
SHARED = "this object has two names from here on and is changed by one of them, which Rust cannot"
REFUSED = {
    "examples": "`bytes.hex` of the language's library has no Rust form",
    "test_edges": "`str.find` of the language's library has no Rust form",
    "test_edges_2": "`math.pow` of the language's library has no Rust form",
    "test_edges_3": "Anchor has the name `Box` for something else",
    "test_sequence_before_value": "`least or` of the language's library has no Rust form",
    "test_sequence_before_value_11": "this changes a value that another part of the expression reads: Rust refuses that",
    "test_sequence_before_value_12": "`math.prod` of the language's library has no Rust form",
    "test_sequence_before_value_2": "`first or` of the language's library has no Rust form",
    "test_sequence_before_value_3": "`first or` of the language's library has no Rust form",
    "test_sequence_before_value_4": "`greatest or` of the language's library has no Rust form",
    "test_sequence_before_value_5": "`first or` of the language's library has no Rust form",
    "test_sequence_before_value_6": "`sum` of the language's library has no Rust form",
    "test_sequence_before_value_7": "`sum` of the language's library has no Rust form",
    "test_sequence_before_value_8": "this changes a value that another part of the expression reads: Rust refuses that",
    "test_sequence_before_value_9": "this changes a value that another part of the expression reads: Rust refuses that",
    "test_told_seeds": "a seed that is computed has no Rust form here",
    "test_inner_functions": "`least or` of the language's library has no Rust form",
    "test_names_of_inner_scopes_2": "`dict.from pairs` of the language's library has no Rust form",
    "oracle": "the bytes of an account has no Rust form here",
    "test_pyth_2": "the bytes of an account has no Rust form here",
    "test_plain_python_2": "`format` of the language's library has no Rust form",
    "test_plain_python_3": "`init_if_needed` of `dao` has no Rust form here",
    "test_iterators": "this changes a value that another part of the expression reads: Rust refuses that",
    "test_less_common_forms_6": "an account has one place in Rust: a copy of it would not be changed with it",
    "test_targets_in_tuples_2": "`dict.get item` of the language's library has no Rust form",
    "test_lists_that_their_values_change_2": "this changes a value that another part of the expression reads: Rust refuses that",
    "test_sorting": "this changes the sequence that it loops over, or a value that contains it: Rust refuses that",
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
    "test_token_operations_2": "`signers` of a multisig account have no Rust form here",
}


@dataclass
class Suite:
    recording: Recording
    artifacts: dict[str, Artifacts]
    refused: dict[str, str]
    harness: Path


def compiled(folder: Path, name: str, source: Source) -> tuple[Compiler, list[Path]]:
    """A program, which gets a name of its own, and those that it imports."""
    files = dict(source.files)
    files[f"{name}.py"] = files.pop(f"{source.main}.py")
    write(folder, files)
    wanted = [name]
    for module in wanted:
        imported = re.findall(r"^import (\w+)", files[f"{module}.py"], re.MULTILINE)
        wanted += [i for i in imported if f"{i}.py" in files and i not in wanted and is_program(folder / f"{i}.py")]
    return compiler(), [folder / f"{module}.py" for module in wanted]


def suite_of(folder: Path, *recorded: str) -> Suite:
    recording = record(folder, *recorded)
    crates: list[Path] = []
    artifacts: dict[str, Artifacts] = {}
    refused: dict[str, str] = {}
    for name, source in recording.programs.items():
        made, paths = compiled(folder / "sources" / name, name, source)
        artifacts[name] = made.build(paths)[0]
        try:
            files = made.rust(paths)
        except UnsupportedError as error:
            refused[name] = error.diagnostics[0].message
            continue
        write(folder / name, files)
        crates.append(folder / name / "programs" / name)
    return Suite(recording, artifacts, refused, harness_with(folder, crates))


def compare(suite: Suite) -> tuple[list[str], int, int]:
    """What differs; how many calls ran, and how many of them in all three."""
    groups: dict[tuple[str, ...], list[Recorded]] = {}
    for call in suite.recording.calls:
        groups.setdefault(tuple(sorted(call.programs.values())), []).append(call)
    found: list[str] = []
    compared = natively = 0
    for programs, calls in groups.items():
        harness = None if suite.refused.keys() & set(programs) else suite.harness
        three = Three([suite.artifacts[p] for p in programs], harness, ",".join(programs))
        for call in calls:
            told = three.difference(call.vector)
            if told is not None:
                found.append(f"{call.vector.name} ({call.vector.what}): {told}")
        compared, natively = compared + three.codes.total(), natively + three.natively
        three.close()
    return found, compared, natively


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite_of(tmp_path_factory.mktemp("suite"), *RECORDED)


def test_what_is_refused_is_known(suite: Suite) -> None:
    assert suite.refused == REFUSED


def test_every_call_does_the_same(suite: Suite) -> None:
    found, compared, natively = compare(suite)
    assert not found, f"{len(found)} of {compared} differ\n" + "\n".join(found[:10])
    assert natively > 10_000
    assert compared > natively

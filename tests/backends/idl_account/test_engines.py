"""Anchor's IDL instructions mean the same in the bytecode and in CPython, whatever they are given."""

import random
from collections import Counter
from pathlib import Path

import pytest
from solders.pubkey import Pubkey
from tests.backends.idl_account.vectors import BUFFER, CODES, OWNER, STRANGER, Calls, idl_data
from tests.backends.python.machine import InPython
from tests.backends.rust.equality.compare import difference
from tests.backends.rust.equality.machines import Bytecode

from seahorse.driver.compile import Artifacts, Compiler
from seahorse.ir.idl_account import IDL_TAG, IdlOperation

ONE, TWO = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS", "4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe"
PROGRAM = f"""
from seahorse.prelude import *

declare_id("{ONE}")


class Counter(Account):
    count: u64


@instruction
def create(owner: Signer, counter: Empty[Counter]) -> None:
    counter.init(payer=owner, seeds=["counter", owner])


@instruction
def increment(counter: Counter) -> None:
    counter.count += 1
"""
TAKES_ALL = """

@instruction(fallback=True)
def other(data: bytes) -> None:
    print(f"{len(data)} bytes")
"""
NUMBER = 300


def built(folder: Path, text: str, **options: bool) -> list[Artifacts]:
    folder.mkdir(exist_ok=True)
    (folder / "one.py").write_text(text)
    (folder / "two.py").write_text(text.replace(ONE, TWO).replace('"counter"', '"two"'))
    return Compiler(**options).build([folder / "one.py", folder / "two.py"])


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bytecode, InPython]:
    artifacts = built(tmp_path_factory.mktemp("programs"), PROGRAM)
    return Bytecode(artifacts), InPython(artifacts)


def calls(seed: int) -> Calls:
    return Calls(Pubkey.from_string(ONE), Pubkey.from_string(TWO), random.Random(seed))


def test_spoiled_calls_end_alike(machines: tuple[Bytecode, InPython]) -> None:
    bytecode, python = machines
    codes: Counter[int] = Counter()
    for vector in calls(1).every(NUMBER):
        one = bytecode.run(vector)
        if one is None:
            continue
        other = python.run(vector)
        assert other is not None
        told = difference(vector, one, other, ("the bytecode", "Python"))
        assert told is None, f"{vector.name} ({vector.what}): {told}"
        codes[one.code] += 1
        if one.code:
            unchanged = {k: a for k, a in one.accounts.items() if k in vector.accounts and a != vector.at(k)}
            assert not unchanged, f"{vector.name} ({vector.what}) changed accounts though it failed"
    assert set(codes) >= CODES, f"never: {sorted(CODES - set(codes))}"
    assert codes[0] > 7 * 8


@pytest.mark.parametrize("which", IdlOperation)
@pytest.mark.parametrize("seed", range(5))
def test_a_sound_call_does_what_anchor_says(
    machines: tuple[Bytecode, InPython], which: IdlOperation, seed: int
) -> None:
    made = calls(seed)
    vector = made.call(which)
    for machine in machines:
        done = machine.run(vector)
        assert done is not None
        after = {key: done.accounts[key] for key in vector.accounts}
        match which:
            case IdlOperation.CREATE:
                length = int.from_bytes(vector.data[9:], "little")
                assert after[made.idl].data == idl_data(OWNER, b"", 0) + bytes(min(length, 9_956))
                assert after[made.idl].owner == made.program
            case IdlOperation.CREATE_BUFFER:
                if len(vector.at(BUFFER).data) >= 44:
                    assert after[BUFFER].data[:44] == idl_data(OWNER, b"", 0)
            case IdlOperation.SET_AUTHORITY:
                assert after[made.idl].data[8:40] == vector.data[9:]
            case IdlOperation.CLOSE:
                assert done.accounts[vector.metas[0].key].lamports == 0
            case IdlOperation.WRITE if done.code == 0:
                before, more = vector.at(made.idl).data, vector.data[13:]
                length = int.from_bytes(before[40:44], "little")
                written = before[:40] + (length + len(more)).to_bytes(4, "little") + before[44 : 44 + length] + more
                assert after[made.idl].data == written + before[len(written) :]
            case IdlOperation.SET_BUFFER if done.code == 0:
                end = 44 + int.from_bytes(vector.at(BUFFER).data[40:44], "little")
                assert after[made.idl].data[40:end] == vector.at(BUFFER).data[40:end]
                assert after[BUFFER] == vector.at(BUFFER)
            case IdlOperation.RESIZE if done.code == 0:
                wanted, size = int.from_bytes(vector.data[9:], "little"), len(vector.at(made.idl).data)
                assert len(after[made.idl].data) == min(wanted, size + 10_000)
            case _:
                # Longer than there is room for.
                assert done.code in (3004, 2506)


def test_a_foreign_authority_changes_nothing(machines: tuple[Bytecode, InPython]) -> None:
    made = calls(9)
    for which in (*(IdlOperation.WRITE, IdlOperation.SET_AUTHORITY), IdlOperation.CLOSE, IdlOperation.RESIZE):
        vector = made.call(which)
        at = next(i for i, m in enumerate(vector.metas) if m.key == OWNER)
        vector.metas[at] = type(vector.metas[at])(STRANGER, True, True)
        for machine in machines:
            done = machine.run(vector)
            assert done is not None
            assert done.code == 2001
            assert all(done.accounts[key] == vector.at(key) for key in vector.accounts)


def test_without_them_the_tag_is_unknown(tmp_path: Path) -> None:
    artifacts = built(tmp_path, PROGRAM, idl_account=False)
    vector = calls(2).call(IdlOperation.WRITE)
    for machine in (Bytecode(artifacts), InPython(artifacts)):
        done = machine.run(vector)
        assert done is not None
        assert done.code == 101


def test_they_come_before_the_instruction_that_takes_everything(tmp_path: Path) -> None:
    artifacts = built(tmp_path, PROGRAM + TAKES_ALL)
    vector = calls(2).call(IdlOperation.SET_AUTHORITY)
    for machine in (Bytecode(artifacts), InPython(artifacts)):
        done = machine.run(vector)
        assert done is not None
        assert done.code == 0
        assert done.accounts[calls(2).idl].data[8:40] == vector.data[9:]
        vector.data = IDL_TAG[:7] + vector.data[8:]
        other = machine.run(vector)
        assert other is not None
        assert any("bytes" in line for line in other.logs)
        vector.data = IDL_TAG + vector.data[7:]

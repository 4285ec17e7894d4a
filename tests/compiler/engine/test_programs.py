"""What the Python engine does with whole programs: calls, imports, failures, values of modules."""

from __future__ import annotations

from typing import Any

import pytest

from seahorse.testing import Failed, Ledger, NoComputeUnits, compile_text, expect_error

ID = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"
OTHER = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKr"
COUNTER = f"""from seahorse.prelude import *
declare_id('{ID}')
LIMITS = [u64(1)]

class CounterError(Error):
    NO = 6000, 'No'

class Counter(Account):
    n: u64
    texts: List[String[8], 4]

class Counted(Event):
    n: u64

@instruction
def count(counter: Counter) -> u64:
    counter.n += 1
    Counted(counter.n).emit()
    print('counted', counter.n)
    return counter.n

@instruction
def refuse(counter: Counter):
    counter.n = 99
    assert counter.n != 99, CounterError.NO

@instruction
def too_long(counter: Counter, text: str):
    counter.n = 5
    counter.texts.append(text)
"""


@pytest.fixture
def world() -> tuple[Ledger, Any, Any]:
    ledger = Ledger(engine="python")
    program = ledger.deploy_text(COUNTER)
    key = ledger.key()
    program.set_account(key, "Counter", n=1, texts=[], space=100)
    return ledger, program, key


def test_what_comes_of_a_call(world: tuple[Ledger, Any, Any]) -> None:
    _, program, key = world
    result = program.count(counter=key)
    assert (result.value, result.events, result.messages) == (2, [{"n": 2}], ["counted 2"])
    assert result.changed == [key.pubkey()]


def test_there_are_no_compute_units(world: tuple[Ledger, Any, Any]) -> None:
    _, program, key = world
    with pytest.raises(NoComputeUnits, match="engine='vm'"):
        _ = program.count(counter=key).compute_units


def test_a_refused_instruction_changes_nothing(world: tuple[Ledger, Any, Any]) -> None:
    ledger, program, key = world
    with expect_error("NO"):
        program.refuse(counter=key)
    with pytest.raises(Failed):
        ledger.send(program.prepare("count", counter=key), program.prepare("refuse", counter=key))
    assert program.account(key).n == 1


def test_a_value_that_an_account_has_no_room_for(world: tuple[Ledger, Any, Any]) -> None:
    _, program, key = world
    with expect_error("AccountDidNotSerialize"):
        program.too_long(counter=key, text="more than eight")
    program.too_long(counter=key, text="eight by")
    assert program.account(key).texts == ["eight by"]


@pytest.mark.parametrize("how", ["set_text", "add_text"])
def test_a_text_that_is_too_long_fails_at_its_store(how: str) -> None:
    source = f"""from seahorse.prelude import *
declare_id('{ID}')

class TextError(Error):
    LATER = 6000, 'Later'

class Text(Account):
    t: String[8]

@instruction
def set_text(text: Text, t: str):
    print('before')
    text.t = t
    print('after')
    assert len(t) < 4, TextError.LATER

@instruction
def add_text(text: Text, t: str):
    text.t += t
    print('after')
    assert len(t) < 4, TextError.LATER
"""
    ledger = Ledger(engine="both")
    program = ledger.deploy_text(source)
    key = ledger.key()
    program.set_account(key, "Text", t="", space=200)
    program.call(how, text=key, t="ab")
    with expect_error("LATER"):
        program.call(how, text=key, t="abcd")
    with expect_error("AccountDidNotSerialize"):
        program.call(how, text=key, t="eight or more")
    assert program.account(key).t == "ab"


def test_unknown_instructions_and_missing_accounts(world: tuple[Ledger, Any, Any]) -> None:
    from solders.instruction import Instruction

    ledger, program, key = world
    with expect_error("InstructionFallbackNotFound"):
        ledger.send(Instruction(program.id, b"12345678", []))
    call = program.prepare("count", counter=key).instruction
    with expect_error("AccountNotEnoughKeys"):
        ledger.send(Instruction(program.id, bytes(call.data), []))


ALPHA = f"""from seahorse.prelude import *
import beta
from beta import Beta, BetaError
declare_id('{ID}')

class Alpha(Account):
    n: u64

BetaHere = Annotated[Beta, Mut()]

@instruction
def ping(alpha: Alpha, other: BetaHere) -> u64:
    alpha.n += 1
    got = beta.pong(other, alpha.n)
    assert got < 100, BetaError.TOO_MUCH
    return got + other.n
"""
BETA = f"""from seahorse.prelude import *
import alpha
declare_id('{OTHER}')

class BetaError(Error):
    TOO_MUCH = 6100, 'Too much'

class Beta(Account):
    n: u64

@instruction
def pong(beta: Beta, by: u64) -> u64:
    beta.n += by
    return beta.n

@instruction
def look(a: alpha.Alpha) -> u64:
    return a.n
"""


@pytest.mark.parametrize("engine", ["python", "both"])
@pytest.mark.parametrize("first", ["alpha", "beta"])
def test_programs_that_import_each_other(engine: Any, first: str) -> None:
    ledger = Ledger(engine=engine)
    a = compile_text(ALPHA, "alpha", beta=BETA)
    b = compile_text(BETA, "beta", alpha=ALPHA)
    programs = {p.name: p for p in map(ledger.deploy, [a, b] if first == "alpha" else [b, a])}
    x, y = ledger.key(), ledger.key()
    programs["alpha"].set_account(x, "Alpha", n=4)
    programs["beta"].set_account(y, "Beta", n=10)
    assert programs["alpha"].ping(alpha=x, other=y).value == 30
    assert programs["beta"].look(a=x).value == 5
    programs["beta"].set_account(y, "Beta", n=95)
    with expect_error("TOO_MUCH"):
        programs["alpha"].ping(alpha=x, other=y)
    assert (programs["alpha"].account(x).n, programs["beta"].account(y).n) == (5, 95)


def test_a_program_that_is_not_python_is_called_in_the_virtual_machine() -> None:
    ledger = Ledger(engine="python")
    alpha = ledger.deploy(compile_text(ALPHA, "alpha", beta=BETA))
    built = compile_text(BETA, "beta", alpha=ALPHA)
    beta = ledger.load(built.bytecode, built.idl)
    x, y = ledger.key(), ledger.key()
    alpha.set_account(x, "Alpha", n=4)
    beta.set_account(y, "Beta", n=10)
    result = alpha.ping(alpha=x, other=y)
    assert result.value == 30
    assert [line.split()[-1] for line in result.logs if " invoke " in line] == ["[1]", "[2]"]
    assert any("consumed" in line for line in result.logs)


def test_both_engines_tell_a_difference() -> None:
    """Bytecode of another source is not what Python says: so a comparison that cannot fail is none."""
    from seahorse.testing import EnginesDiffer

    ledger = Ledger(engine="both")
    program = ledger.deploy_text(COUNTER)
    other = compile_text(COUNTER.replace("counter.n += 1", "counter.n += 2"))
    ledger.load(other.bytecode, other.idl)
    key = ledger.key()
    program.set_account(key, "Counter", n=1, texts=[])
    with pytest.raises(EnginesDiffer, match="printed by the bytecode"):
        program.count(counter=key)


TEXTS = f"""from seahorse.prelude import *
declare_id('{ID}')


@instruction
def look(n: u64):
    if n == 1:
        raise ValueError(f"no order {{n}}")
    if n == 2:
        raise Exception(f"{{n:>5}} of {{[n, 3]}}")
    assert n != 3, f"not {{n}}, please"
"""


@pytest.mark.parametrize(("n", "text"), [(1, "no order 1"), (2, "    2 of [2, 3]"), (3, "not 3, please")])
def test_texts_with_values_are_raised(n: int, text: str) -> None:
    program = Ledger(engine="both").deploy_text(TEXTS)
    program.look(n=0)
    with expect_error("RequireViolated") as caught:
        program.look(n=n)
    assert any(text in line for line in caught.result.logs)

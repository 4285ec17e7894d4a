"""`and` and `or`: as values one of their operands, as conditions its truth."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger

SOURCE = """
def yes(log: List[str], s: str) -> bool:
    log.append(s)
    return s != ''

@instruction
def values(s: str, n: u64, xs: List[u64]) -> List[str]:
    b = n > 2 and s != '' or n == 7
    return [s or 'none', s and 'some', str(n or 5), str(n and n + 1), str(xs or [9]), (s and str(n)) or 'q', str(b)]

@instruction
def conditions(s: str, n: u64, xs: List[u64]) -> List[bool]:
    count = 0
    if s and n or xs and not (s or n):
        count += 1
    while n and s and count < 5:
        count += 1
    return [bool(s and n), not (s or n), bool(xs or s), count > 0, True if n or s else False, bool(s) and n > 1]

@instruction
def in_sequences(s: str, n: u64, xs: List[u64]) -> List[u64]:
    out = [x for x in xs if x and s]
    out += list(filter(lambda x: s or x, xs))
    out += [u64(any(x and s for x in xs)), u64(all(x or s for x in xs)), sum(x for x in xs if x or n)]
    assert xs or s or n or True
    return out

@instruction
def stops_at_what_decides(s: str, n: u64, xs: List[u64]) -> List[str]:
    log: List[str] = []
    a = yes(log, s) and yes(log, 'second') or yes(log, 'third')
    b = n and yes(log, 'fourth') if n > 100 else yes(log, '')
    if (yes(log, s) or s) and (n or yes(log, 'fifth')):
        log.append('in')
    return log + [str(a), str(b)]
"""

CASES = [("", 0, []), ("ab", 0, [0]), ("", 3, [2, 0]), ("x", 7, [1])]
REFUSED = ("s or n", "n and s", "s and n > 2", "xs or s", "n or xs or s", "s and xs")


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE.replace("n and yes(log, 'fourth') if n > 100 else", "yes(log, 'fourth') if n > 100 else"))


@pytest.mark.parametrize("name", ["values", "conditions", "in_sequences", "stops_at_what_decides"])
def test_as_in_python(program: Compared, name: str) -> None:
    program.check(name, CASES)


@pytest.mark.parametrize("operands", REFUSED)
@pytest.mark.parametrize("use", ["x = {}\n    print(x)", "x: bool = {}\n    print(x)", "print({})", "return {}"])
def test_a_value_that_is_of_one_type_or_of_another_is_refused(operands: str, use: str) -> None:
    head = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
    body = use.format(operands)
    end = "" if body.startswith("return") else "\n    return True"
    text = f"{head}\n@instruction\ndef f(s: str, n: u64, xs: List[u64]) -> bool:\n    {body}{end}\n"
    with pytest.raises(CompileError) as caught:
        Ledger(engine="vm").deploy_text(text)
    assert any("gives one of its operands" in d.message for d in caught.value.diagnostics)

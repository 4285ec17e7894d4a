"""A value that does not fit in a field of an account: it fails at its store, whatever the form of the store, or at the end.

Each form stores a value and then one that fits. Both engines must say the same, so that what is replaced in time counts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from seahorse.testing import Ledger
from seahorse.testing.result import Failed

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Two(NamedTuple):
    first: {value}
    second: u64


@dataclass
class Note:
    text: String[4]


class Card(Account):
    text: String[4]
    other: String[6]
    maybe: Optional[String[4]]
    free: str
    raw: bytes
    number: u8
    items: List[u16, 3]
    note: Note

    def put(self, v: {value}):
        x = self.{field} = v
        self.{field} = {after}


@instruction
def create(owner: Signer, a: Empty[Card]):
    made = a.init(payer=owner, seeds=['card', owner], space=200)
    made.note = Note('')


def helper(a: Card, v: {value}):
    a.{field}, x = v, 1
    a.{field} = {after}

"""
# Each stores `v` into the place `P`, and leaves it there or goes on to `E`, a value that fits.
FORMS = {
    "alone": "P = v\n    P = E",
    "chained, last": "x = P = v\n    P = E",
    "chained, first": "P = x = v\n    P = E",
    "one of a tuple": "P, x = v, 1\n    P = E",
    "the last of a tuple": "x, P = 1, v\n    P = E",
    "one of a list": "[x, P] = [v, v]\n    P = E",
    "of a tuple in a variable": "p = (v, 1)\n    P, x = p\n    P = E",
    "of a list in a variable": "p = [v, v]\n    P, x = p\n    P = E",
    "of a named tuple": "P, x = Two(v, 1)\n    P = E",
    "nested": "(x, (P, y)) = (1, (v, 2))\n    P = E",
    "beside a star": "P, *rest = v, v, v\n    P = E",
    "in a loop": "for P in [v, E]:\n        pass",
    "in a loop over tuples": "for i, P in [(1, v), (2, E)]:\n        pass",
    "in a loop that counts": "for i, P in enumerate([v, E]):\n        pass",
    "by a function": "helper(a, v)",
    "by a method": "a.put(v)",
    "before a failure": "P, x = v, 1\n    assert n > 0, 'later'\n    P = E",
    "beside another field": "a.text, P = 'a', v\n    P = E",
    "kept": "P, x = v, 1",
}
# Python's types of a tuple's parts and of a loop's items stand fast: the compiler does not convert these to optionals.
OPTIONAL = ("alone", "chained, last", "one of a tuple", "by a function", "by a method", "before a failure")
# Nor does it make them narrower in these.
WIDE = ("of a tuple in a variable", "nested", "in a loop", "in a loop over tuples", "in a loop that counts")


@dataclass(frozen=True)
class Kind:
    """Of a field: what is given, what is stored in the end, values that fit and values that do not, the reason, and
    whether the store itself fails."""

    field: str
    value: str
    after: str
    fits: list[Any]
    misfits: list[Any]
    code: str = "AccountDidNotSerialize"
    at_once: bool = True
    forms: tuple[str, ...] = tuple(FORMS)


KINDS = {
    "a text": Kind("text", "str", "''", ["", "abcd", "äbc"], ["abcde", "äbcd"]),
    "a text of another room": Kind("other", "str", "''", ["abcdef"], ["abcdefg"]),
    "an optional text": Kind("maybe", "str", "None", ["abcd"], ["abcde"], forms=OPTIONAL),
    "a text without a limit": Kind("free", "str", "''", ["x" * 100], ["x" * 200]),
    "bytes": Kind("raw", "bytes", "b''", [b"x" * 100], [b"x" * 200]),
    "a narrow integer": Kind(
        "number", "u64", "0", [0, 255], [256], "ArithmeticOverflow", forms=tuple(f for f in FORMS if f not in WIDE)
    ),
    "a list": Kind("items", "List[u16]", "[]", [[1, 2, 3]], [[1, 2, 3, 4]], at_once=False),
    "a text of an object": Kind("note.text", "str", "''", ["abcd"], ["abcde"], at_once=False),
}


def program_of(kind: Kind) -> str:
    text = HEADER.format(value=kind.value, field=kind.field, after=kind.after)
    for i, form in enumerate(kind.forms):
        body = FORMS[form].replace("E", kind.after).replace("P", f"a.{kind.field}")
        text += f"@instruction\ndef run_{i}(owner: Signer, a: Card, v: {kind.value}, n: u8):\n    {body}\n\n"
    return text


def outcome(program: Any, name: str, **given: Any) -> str:
    try:
        program.call(name, **given)
    except Failed as failed:
        return failed.failure.name or str(failed)
    return "done"


@pytest.mark.parametrize("name", KINDS)
def test_both_engines_refuse_at_the_same_store(name: str) -> None:
    kind = KINDS[name]
    ledger = Ledger(engine="both")
    program = ledger.deploy_text(program_of(kind))
    owner = ledger.signer()
    program.create(owner=owner)
    card = program.address("card", owner)
    for i, form in enumerate(kind.forms):
        for v in kind.fits:
            assert outcome(program, f"run_{i}", owner=owner, a=card, v=v, n=1) == "done", (form, v)
        for v in kind.misfits:
            expected = kind.code if kind.at_once or form == "kept" else "done"
            assert outcome(program, f"run_{i}", owner=owner, a=card, v=v, n=1) == expected, (form, v)
        if form == "before a failure":
            first = kind.code if kind.at_once else "RequireViolated"
            assert outcome(program, f"run_{i}", owner=owner, a=card, v=kind.misfits[0], n=0) == first


def test_a_closed_account_has_no_room() -> None:
    kind = KINDS["a text"]
    text = "@instruction\ndef end(owner: Signer, a: Card):\n    a.close(owner)\n    a.number = 3\n    {store}\n"
    for store, expected in (("a.text = ''", kind.code), ("a.maybe = None", kind.code), ("a.number = 4", "done")):
        ledger = Ledger(engine="both")
        program = ledger.deploy_text(program_of(kind) + text.format(store=store))
        owner = ledger.signer()
        program.create(owner=owner)
        assert outcome(program, "end", owner=owner, a=program.address("card", owner)) == expected, store

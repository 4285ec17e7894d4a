"""Fields that stand behind strings, options and lists: whatever changes its size, every other field stays what it was."""

from __future__ import annotations

import random
from typing import Any

import pytest

from seahorse.testing import Ledger, expect_error

FIELDS = """
    first: u16
    name: String[12]
    flag: bool
    maybe: Optional[u64]
    keys: Array[Pubkey, 2]
    note: Optional[String[9]]
    total: u128
    tail: String[5]
    {boxed}
    last: i8
"""
SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Thing(Account):
    {fields}

def set_name(thing: Thing, n: u64):
    thing.name = text(n, 12)
    thing.total += 1

def change_deeply(thing: Thing, n: u64):
    set_name(thing, n)
    if n % 2 == 0:
        thing.maybe = n
    set_name(thing, n + 1)

def text(n: u64, most: u64) -> str:
    return 'abcdefghijkl'[:n % (most + 1)]

@instruction
def create(owner: Signer, a: Empty[Thing], b: Empty[Thing]):
    x = a.init(payer=owner, seeds=['thing', owner, 'a'])
    y = b.init(payer=owner, seeds=['thing', owner, 'b'])
    x.keys[0] = owner.key()
    y.keys[1] = owner.key()
    x.name = 'start'
    y.tail = 'end'
    x.last = -5
    y.maybe = 7
    y.last = 3

@instruction
def run(owner: Signer, a: Annotated[Thing, Seeds('thing', arg.owner, 'a')], b: Annotated[Thing, Seeds('thing', arg.owner, 'b')], ops: List[u8], n: u64):
    thing = a
    for op in ops:
        n += 3
        if op == 0:
            a.name = text(n, 12)
        elif op == 1:
            a.maybe = None if n % 3 == 0 else n
        elif op == 2:
            a.note = text(n, 9) if n % 2 == 0 else None
        elif op == 3:
            a.tail = text(n, 5)
        elif op == 4:
            b.name = a.name
            b.note = a.note
        elif op == 5:
            change_deeply(a, n)
        elif op == 6:
            set_name(b, n)
            a.tail = b.tail
        elif op == 7:
            a.flag = not a.flag
            a.last += 1
            a.total += u128(n)
            a.keys[1] = a.keys[0]
            a.first = u16(n)
        elif op == 8:
            kept = a.name
            a.name = kept + '!' if size(kept) < 12 else ''
            b.tail = kept[:5]
        elif op == 9:
            thing.name = text(n, 7)
            thing.last -= 1
        {op}

@instruction
def facts(a: Thing) -> str:
    return f'{{a.first}} {{a.name}} {{a.flag}} {{a.maybe}} {{a.note}} {{a.total}} {{a.tail}} {{a.last}} {{a.keys[0] == a.keys[1]}}'
"""
BOXED = """elif op == 10:
            a.items.append(n)
            b.items = a.items[1:]
        elif op == 11:
            if len(a.items) > 3:
                a.items.clear()"""


def letters(n: int, most: int) -> str:
    return "abcdefghijkl"[: n % (most + 1)]


def model(a: dict[str, Any], b: dict[str, Any], ops: list[int], n: int) -> None:
    """The same in Python."""
    for op in ops:
        n += 3
        match op:
            case 0:
                a["name"] = letters(n, 12)
            case 1:
                a["maybe"] = None if n % 3 == 0 else n
            case 2:
                a["note"] = letters(n, 9) if n % 2 == 0 else None
            case 3:
                a["tail"] = letters(n, 5)
            case 4:
                b["name"], b["note"] = a["name"], a["note"]
            case 5:
                a["name"], a["total"] = letters(n + 1, 12), a["total"] + 2
                a["maybe"] = n if n % 2 == 0 else a["maybe"]
            case 6:
                b["name"], b["total"] = letters(n, 12), b["total"] + 1
                a["tail"] = b["tail"]
            case 7:
                a["flag"], a["last"], a["total"], a["first"] = not a["flag"], a["last"] + 1, a["total"] + n, n
                a["keys"][1] = a["keys"][0]
            case 8:
                kept = a["name"]
                a["name"] = kept + "!" if len(kept) < 12 else ""
                b["tail"] = kept[:5]
            case 9:
                a["name"], a["last"] = letters(n, 7), a["last"] - 1
            case 10:
                a["items"].append(n)
                b["items"] = a["items"][1:]
            case 11:
                if len(a["items"]) > 3:
                    a["items"].clear()
            case _:
                pass


def state(record: Any) -> dict[str, Any]:
    names = ("first", "name", "flag", "maybe", "note", "total", "tail", "last", "keys", "items")
    out = {x: getattr(record, x) for x in names if hasattr(record, x)}
    return out | {"keys": list(out["keys"])} | ({"items": list(out["items"])} if "items" in out else {})


def live_size(x: dict[str, Any]) -> int:
    """Where the last field ends in the account's data."""
    maybe = 1 + 8 * (x["maybe"] is not None)
    note = 1 + (4 + len(x["note"]) if x["note"] is not None else 0)
    items = 4 + 8 * len(x["items"]) if "items" in x else 1
    return 8 + 2 + 4 + len(x["name"]) + 1 + maybe + 64 + note + 16 + 4 + len(x["tail"]) + items + 1


@pytest.mark.parametrize("boxed", [False, True])
def test_random_changes(boxed: bool) -> None:
    fields = FIELDS.format(boxed="items: List[u64, 40]" if boxed else "spare: u8")
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE.format(fields=fields, op=BOXED if boxed else ""))
    owner = ledger.signer()
    p.create(owner=owner)
    places = [p.address("thing", owner, seed) for seed in (b"a", b"b")]
    r = random.Random(boxed)
    for _ in range(150):
        ops = [r.randrange(12 if boxed else 10) for _ in range(r.randint(0, 12))]
        n = r.randrange(100)
        expected = [state(p.account(place)) for place in places]
        before = [bytes(ledger.account(place).data) for place in places]
        model(*expected, ops, n)
        if boxed and any(len(x["items"]) > 40 for x in expected):
            with expect_error(3004):
                p.run(owner=owner, a=places[0], b=places[1], ops=ops, n=n)
            continue
        p.run(owner=owner, a=places[0], b=places[1], ops=ops, n=n)
        assert [state(p.account(place)) for place in places] == expected, (ops, n)
        for place, old, x in zip(places, before, expected, strict=True):
            # Behind the last field stands what stood there, as Anchor leaves it.
            new = bytes(ledger.account(place).data)
            assert len(new) == len(old) and new[live_size(x) :] == old[live_size(x) :], (ops, n)
        a = expected[0]
        told = f"{a['first']} {a['name']} {a['flag']} {a['maybe']} {a['note']} {a['total']} {a['tail']} {a['last']}"
        assert p.facts(a=places[0]).value == f"{told} {a['keys'][0] == a['keys'][1]}"

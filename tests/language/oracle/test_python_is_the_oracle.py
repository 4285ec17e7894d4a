"""What a program says in CPython it says in the bytecode: forms about views, order and effects, one by one.

Those of `WRONG` are known to differ today; each leaves the set when the bytecode has it right (the marks are strict).
"""

from __future__ import annotations

import pytest

from seahorse.testing import Ledger

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Card(Account):
    t: String[40]
    k: Pubkey
    u: String[40]
    n: u64
    xs: List[u64, 8]

    def name(self) -> str:
        return self.t

    def part(self, i: u64) -> str:
        return self.u[i:]

    def owner_key(self) -> Pubkey:
        return self.k

    def take(self, s: str) -> str:
        old = self.t
        self.t = s
        return old

def same(k: Pubkey) -> Pubkey:
    return k

def bump(a: Card) -> u64:
    a.n += 1
    return a.n

def keyed(a: Card, v: u64) -> u64:
    a.n += 1
    return v

"""
# The body of `f(a, b, t) -> TYPE`, by what it is about.
PROGRAMS = {
    "methods_swapped": ("str", "a.t, b.t = b.name(), a.name()\nreturn a.t + b.t"),
    "method_kept": ("str", "old = a.name()\na.t = t\nreturn old"),
    "key_method_kept": ("Pubkey", "old = a.owner_key()\na.k = b.k\nreturn old"),
    "sorted_by_bytes": ("List[Pubkey]", "return sorted([b.k, a.k, b.k], key=lambda k: bytes(k))"),
    "bytes_in_comprehension": ("List[bytes]", "ks = [b.k, a.k]\nreturn [bytes(same(k)) for k in ks]"),
    "letter_kept": ("str", "c = a.t[0]\na.t = t\nreturn c"),
    "slice_kept": ("str", "c = a.t[1:]\na.t = t\nreturn c"),
    "split_kept": ("List[str]", "c = a.t.split('l')\na.t = t\nreturn c"),
    "letters_kept": ("List[str]", "c = list(a.t)\na.t = t\nreturn c"),
    "sorted_letters_kept": ("List[str]", "c = sorted(a.t)\na.t = t\nreturn c"),
    "comprehension_kept": ("List[str]", "c = [v for v in a.t]\na.t = t\nreturn c"),
    "loop_changes_its_text": ("str", "out = ''\nfor c in a.t:\n    a.t = t\n    out += c\nreturn out"),
    "ternary_kept": ("str", "c = a.t if a.n > 0 else b.t\na.t = t\nreturn c"),
    "tuple_kept": ("str", "c = (a.name(), 1)\na.t = t\nreturn c[0]"),
    "lambda_kept": ("List[str]", "c = list(map(lambda v: a.name(), a.xs))\na.t = t\nreturn c"),
    "stored_where_it_comes_from": ("str", "a.t = a.take('x')\nreturn a.t"),
    "a_part_moves_what_it_is_of": ("str", "a.t = a.part(1)[1:]\nreturn a.t + a.u"),
    "encoded_kept": ("bytes", "c = a.t.encode()\na.t = t\nreturn c"),
    "bytes_of_a_key_kept": ("bytes", "c = bytes(a.k)\na.k = b.k\nreturn c"),
    "accounts_in_a_tuple": ("u64", "x, y = (a, b) if a.n > 0 else (b, a)\nx.n += 1\nreturn x.n"),
    "accounts_in_a_loop": ("u64", "for x, y in [(a, b), (b, a)]:\n    x.n += y.n\nreturn a.n"),
    "sort_calls_its_key_once": ("u64", "a.xs = [5, 4, 3, 2, 1]\na.xs.sort(key=lambda v: keyed(a, v))\nreturn a.n"),
    "sorted_calls_its_key_once": ("u64", "s = sorted([5, 4, 3], key=lambda v: keyed(a, v))\nreturn a.n + s[0]"),
    "rounding_an_integer": ("i128", "a.n = 9007199254740993\nreturn round(a.n)"),
    "order_of_arguments": ("str", "return f'{bump(a)} {a.n} {bump(a) + a.n} {min(a.n, bump(a), a.n)}'"),
    "augmented_reads_first": ("u64", "a.n += bump(a)\nreturn a.n"),
    "augmented_item_reads_first": ("List[u64]", "a.xs[bump(a) % 2] += bump(a)\nreturn a.xs"),
    "assigned_item_is_found_last": ("List[u64]", "a.xs[bump(a) % 2] = bump(a)\nreturn a.xs"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_bytecode_says_what_python_says(name: str) -> None:
    returns, body = PROGRAMS[name]
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    ledger = Ledger(engine="both")
    program = ledger.deploy_text(f"{HEADER}@instruction\ndef f(a: Card, b: Card, t: str) -> {returns}:\n{lines}")
    a, b = ledger.key(), ledger.key()
    program.set_account(a, "Card", space=300, t="hello", k=a, u="under", n=7, xs=[1, 2])
    program.set_account(b, "Card", space=300, t="world!", k=b, u="", n=9, xs=[])
    program.f(a=a, b=b, t="new text")

"""A loop over a display of accounts: all that stands beside them is evaluated before the first round, as in Python."""

from __future__ import annotations

import pytest
from tests.language.oracle.test_views import differing

# What stands beside an account in the display, of the other account; and what a round does with it, as `v`.
PARTS = {
    "b.t": "c.t = v",
    "b.name()": "c.t = v + c.u[:2]",
    "b.words[0]": "c.t, c.words[0] = v, c.t",
    "b.k": "c.k = v",
    "b.items[0]": "c.k = c.items[0] = v",
    "b.o": "c.o = v",
    "b.n": "c.n = v * 2",
    "n": "n += v\n    c.n = n",
    "b.write(t, b.k)": "c.n += v\n    c.t = 'w'",
    "(b.t, (b.n, b.k))": "c.t, (c.n, c.k) = v",
    "b.t[::-1]": "c.t = v[1:]\n    c.u = v[:1]",
    "b.words.pop()": "c.words.append(v)",
    "[b.t, b.u]": "c.t = v[1]\n    v.append(c.u)\n    c.words = v",
    "b.words": "c.words = v\n    c.words.append(c.t)",
    "1.5": "c.n += u64(v * 2)",
}
FORMS = [
    "for c, v in [(a, {b}), (b, {a})]:\n    {body}\n",
    "for v, c in (({b}, a), ({a}, b)):\n    {body}\n    if c.n > 100:\n        break\nelse:\n    a.u = 'end'\n",
    "for c, v in [(a, {b}), (a, {a}), (b, {b})]:\n    if c.n == 3:\n        continue\n    {body}\n",
]


def text_of(name: str, form: str, part: str) -> str:
    own = part.replace("b.", "a.")
    lines = form.format(b=part, a=own, body=PARTS[part]).splitlines()
    head = f"@instruction\ndef {name}(a: Card, b: Card, t: str, n: u64) -> str:\n"
    return head + "".join(f"    {line}\n" for line in [*lines, "return f'{a.t}{b.t}{a.words}{b.words}{a.n}{n}'"])


@pytest.mark.parametrize("form", FORMS)
def test_the_display_is_evaluated_before_the_first_round(form: str) -> None:
    made = [text_of(f"f{i}", form, part) for i, part in enumerate(PARTS)]
    same, different = differing(made)
    assert not different, "\n".join(different)
    assert same == len(PARTS)

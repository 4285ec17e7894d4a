"""Damages valid programs: tokens and syntax trees exchanged, removed and repeated at random, from a seed."""

from __future__ import annotations

import ast
import io
import random
import tokenize


def tokens(text: str) -> list[str]:
    return [t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.string.strip()]


def mutate_text(text: str, seed: int) -> str:
    """Change a few tokens or lines of a source text."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        kind = rng.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(rng.randrange(len(lines)), lines[at])
        elif kind == 2:
            lines[at] = "    " + lines[at]
        else:
            words = lines[at].split(" ")
            pool = tokens_or_words(text)
            words[rng.randrange(len(words))] = rng.choice(pool)
            lines[at] = " ".join(words)
        text = "\n".join(lines) or "\n"
    return text


def tokens_or_words(text: str) -> list[str]:
    try:
        return tokens(text) or ["x"]
    except (tokenize.TokenError, SyntaxError):
        return text.split() or ["x"]


class _Exchange(ast.NodeTransformer):
    """Replaces chosen expressions by others of the same program."""

    def __init__(self, rng: random.Random, pool: list[str], rate: float) -> None:
        self._rng = rng
        self._pool = pool
        self._rate = rate

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.JoinedStr):
            return node
        is_value = isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if is_value and self._rng.random() < self._rate:
            return ast.parse(self._rng.choice(self._pool), mode="eval").body
        return super().generic_visit(node)


EXTRA = """
None; True; 0; -1; 2**64; 1.5; 'x'; b'x'; []; [1]; (1, 2); lambda x: x; [i for i in range(3)]; f'{1}'; ID; Clock.get()
u8(1); u64; List[u8]; arg.x; Seeds('x'); super().x(); x if y else z; a < b < c; not a; a and b; a[0]; a[1:2]; a.b.c; f()
print(1); array(1, 2); Array([1], 1); Pubkey('x'); max(1, 2); sorted([2, 1]); zip([1], [2]); self; self.x; int
"""


def mutate_tree(text: str, seed: int) -> str:
    """Exchange expressions and statements of a program."""
    rng = random.Random(seed)
    tree = ast.parse(text)
    values = [
        n for n in ast.walk(tree) if isinstance(n, ast.expr) and not isinstance(n, ast.FormattedValue | ast.Slice)
    ]
    pool = [ast.unparse(n) for n in values if isinstance(getattr(n, "ctx", ast.Load()), ast.Load)]
    pool += [line.strip() for line in EXTRA.replace("\n", ";").split(";") if line.strip()]
    owners = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.If | ast.For))
    blocks = [n.body for n in owners]
    for _ in range(rng.randint(0, 2)):
        source, target = rng.choice(blocks or [tree.body]), rng.choice(blocks or [tree.body])
        copied = ast.parse(ast.unparse(rng.choice(source))).body if source is not target else []
        target[rng.randrange(len(target) + 1) : 0] = copied
    changed = _Exchange(rng, pool, rng.choice([0.002, 0.01, 0.05])).visit(tree)
    return ast.unparse(ast.fix_missing_locations(changed))

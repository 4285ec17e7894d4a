"""The constant addresses that a program never gives away: if an account there has data, the program itself created it.

Nobody but the program can sign for an address derived from its id, and without that signature the runtime lets nobody
allocate the address or assign it to an owner. So an account with data at such an address belongs to the program, unless
the program signs it away: creates a token account or a mint there, or lends the signature of an address that is not one
of its accounts (yet) to another program. This module searches for both, with all seeds that may spell the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    BYTES,
    SIGNER,
    U8,
    AccountType,
    EmptyType,
    OptionType,
    StrType,
    Type,
)
from seahorse.semantics.tree.walk import walk


@dataclass(frozen=True)
class _Pattern:
    """The bytes that the seeds of an address spell together: known bytes at the beginning, and the number of bytes.

    `longest` None: there is no limit.
    """

    start: bytes
    shortest: int
    longest: int | None

    def may_be(self, seeds: bytes) -> bool:
        common = min(len(self.start), len(seeds))
        fits = self.shortest <= len(seeds) and (self.longest is None or len(seeds) <= self.longest)
        return fits and self.start[:common] == seeds[:common]


def keeps(program: tree.CheckedProgram, seeds: Sequence[tree.SeedConst], decl: tree.AccountDecl) -> bool:
    """Whether the program keeps the address of these constant seeds, where it has an account of a declaration."""
    spelt = b"".join(s.value for s in seeds)
    return not _closes(program, decl) and not any(pattern.may_be(spelt) for pattern in _given_away(program, decl))


def _closes(program: tree.CheckedProgram, decl: tree.AccountDecl) -> bool:
    """Whether the program may close an account of a declaration, after which the address is nobody's."""
    bodies = [*(i.body for i in program.instructions), *(f.body for f in program.functions)]
    closed = [n.args[0].type for n in walk(bodies) if isinstance(n, tree.Builtin) and n.name == "close"]
    return any(not isinstance(t, AccountType) or _same(t.decl, decl) for t in closed)


def _given_away(program: tree.CheckedProgram, decl: tree.AccountDecl) -> Iterator[_Pattern]:
    """The seeds of all addresses that may come to hold something else than an account of a declaration."""
    for instruction in program.instructions:
        params = {p.local.id: p for p in instruction.accounts}
        for param in instruction.accounts:
            if param.init is not None and param.init.pda is not None and not _becomes(param.type, decl):
                yield _declared_pattern(param.init.pda.seeds)
        for node in walk(instruction.body):
            for signer in _lent(program, node):
                yield _signed(signer, params)
    for function in program.functions:
        for node in walk(function.body):
            for signer in _lent(program, node):
                yield _signed(signer, {})


def _becomes(t: Type, decl: tree.AccountDecl) -> bool:
    inner = t.inner if isinstance(t, OptionType) else t
    inner = inner.inner if isinstance(inner, EmptyType) else inner
    return isinstance(inner, AccountType) and _same(inner.decl, decl)


def _same(one: tree.AccountDecl, other: tree.AccountDecl) -> bool:
    """Each program that imports a declaration has an object of its own for it."""
    return (one.program, one.module, one.name) == (other.program, other.module, other.name)


def _lent(program: tree.CheckedProgram, node: object) -> Sequence[tree.SignerSeeds]:
    """The signatures of a call, when an account may sign by them that is not the program's.

    The token program is not looked at: it takes no account over because it signs.
    """
    match node:
        case tree.CpiCall():
            passed = [(node.accounts[p.name], p) for p in node.instruction.accounts if p.name in node.accounts]
            signing = [e for e, p in passed if p.type == SIGNER or isinstance(p.type, EmptyType | OptionType)]
            signers = node.signers
        case tree.Builtin(name="program.invoke"):
            listed = node.args[1]
            items = [a for a in walk(listed) if isinstance(a, tree.Builtin) and a.name == "cpi_account"]
            signing = [a.args[0] for a in items if "seeds" in a.kwargs or _is_true(a.args[2])]
            signers = [s for a in items for s in a.kwargs.values() if isinstance(s, tree.SignerSeeds)]
            lent = node.kwargs.get("signer")
            if isinstance(lent, tree.SignerSeeds):
                # Whichever account of a list that is made at run time has this address.
                return [*signers, lent]
        case _:
            return []
    return [] if all(_is_own(program, e) for e in signing) else signers


def _is_true(e: tree.Expr) -> bool:
    return not isinstance(e, tree.BoolLit) or e.value


def _is_own(program: tree.CheckedProgram, account: tree.Expr) -> bool:
    """Whether an account that signs is a checked one of the program, or one whose signature the caller brought."""
    t = account.type.inner if isinstance(account.type, OptionType) else account.type
    return t == SIGNER or (isinstance(t, AccountType) and t.decl.program == program.name)


def _signed(signer: tree.SignerSeeds, params: dict[int, tree.AccountParam]) -> _Pattern:
    if signer.seeds:
        return _written_pattern(signer.seeds)
    param = params.get(signer.account.id) if signer.account is not None else None
    pda = (param.pda or (param.init.pda if param.init is not None else None)) if param is not None else None
    return _declared_pattern(pda.seeds) if pda is not None else _Pattern(b"", 0, None)


def _declared_pattern(seeds: Sequence[tree.Seed]) -> _Pattern:
    return _pattern([_declared(s) for s in seeds])


def _declared(seed: tree.Seed) -> bytes | tuple[int, int | None]:
    match seed:
        case tree.SeedConst():
            return seed.value
        case tree.SeedExpr():
            return _widths(seed.value.type, cut=False)
        case tree.SeedParam():
            return _widths(seed.type, cut=seed.slice is not None)


def _written_pattern(seeds: Sequence[tree.Expr]) -> _Pattern:
    """Without the bump at the end, when it is one. Bytes could be it, with anything before it."""
    last = seeds[-1]
    body = seeds[:-1] if last.type == U8 else seeds
    pattern = _pattern([_spelt(s) for s in body])
    if last.type == BYTES:
        return _Pattern(pattern.start, max(pattern.shortest - 1, 0), None)
    return pattern


def _spelt(seed: tree.Expr) -> bytes | tuple[int, int | None]:
    match seed:
        case tree.StrLit():
            return seed.value.encode()
        case tree.BytesLit():
            return seed.value
        case _:
            return _widths(seed.type, cut=False)


def _widths(t: Type, *, cut: bool) -> tuple[int, int | None]:
    """The least and the largest number of bytes that a value has as a seed."""
    size = t.fixed_size
    if size is None or cut or isinstance(t, StrType):
        return 0, None
    return size, size


def _pattern(parts: Sequence[bytes | tuple[int, int | None]]) -> _Pattern:
    start, known = b"", True
    shortest, longest = 0, 0
    for part in parts:
        widths = (len(part), len(part)) if isinstance(part, bytes) else part
        known = known and isinstance(part, bytes)
        if known and isinstance(part, bytes):
            start += part
        shortest += widths[0]
        longest = None if longest is None or widths[1] is None else longest + widths[1]
    return _Pattern(start, shortest, longest)

"""Rules on an account parameter, inside `Annotated[...]`: where its address comes from, how it is used."""

from typing import Any

from seahorse.prelude.pubkey import Pubkey

__all__ = ["Address", "Mut", "Seeds", "arg"]


class Arg:
    """A parameter of the instruction, a field of an account, or a slice of text, in `Seeds(...)`."""

    def __init__(self, path: str = "arg") -> None:
        self._path = path

    def __getattr__(self, name: str) -> "Arg":
        if name.startswith("__"):
            raise AttributeError(name)
        return Arg(f"{self._path}.{name}")

    def __getitem__(self, part: slice) -> "Arg":
        start, stop = ("" if end is None else end for end in (part.start, part.stop))
        return Arg(f"{self._path}[{start}:{stop}]")

    def __repr__(self) -> str:
        return self._path


arg = Arg()
"""The instruction that uses the rule: `arg.<param>`, `arg.<account>.<field>`, `arg.<text>[:32]`."""


class Seeds:
    """The account's address is derived from these seeds.

        UserPda = Annotated[UserAccount, Seeds('user', arg.authority)]

    The bump is the account's stored `bump` field, or else the canonical one is searched. A wrong address
    fails with 2006 ConstraintSeeds. Seeds that are all literals or constants cost nothing: the address is
    computed at compile time.

    Args:
        seeds: text or bytes literals, constants, `arg.<param>`, `arg.<account>.<field>`, slices of strings.
        program: the program whose address it is: a constant, or `arg.<program>`. By default the program that
            declares the account's type, or this one.
        bump: a bump given explicitly, as `arg.<param>` or a number.
    """

    def __init__(
        self,
        *seeds: str | bytes | int | Pubkey | Arg,
        program: Pubkey | Arg | None = None,
        bump: int | Arg | None = None,
    ) -> None:
        self.seeds = seeds
        self.program = program
        self.bump = bump


class Address:
    """The account has exactly this address, a constant. A wrong one fails with 2012 ConstraintAddress."""

    def __init__(self, key: Pubkey) -> None:
        self.key = key


class Mut:
    """The account is writable, although the instruction does not write to it (otherwise this is inferred)."""

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Mut)

    __hash__ = object.__hash__

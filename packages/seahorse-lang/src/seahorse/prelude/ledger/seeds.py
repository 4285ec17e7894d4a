"""Rules on an account parameter, inside `Annotated[...]`: where its address comes from, how it is used."""

from typing import Any

from seahorse.prelude.values.pubkey import Pubkey

__all__ = ["Address", "Associated", "Mut", "Seeds", "arg"]


class Arg:
    """A parameter of the instruction, a field of an account, or a slice of text, in `Seeds(...)`."""

    def __init__(self, path: str = "arg") -> None:
        self._path = path

    def __getattr__(self, name: str) -> "Arg":
        if name.startswith("__"):
            raise AttributeError(name)
        return Arg(f"{self._path}.{name}")

    def __getitem__(self, part: Any) -> "Arg":
        text = str(part)
        if hasattr(part, "start"):
            start, stop = ("" if end is None else str(end) for end in (part.start, part.stop))
            text = f"{start}:{stop}"
        return Arg(f"{self._path}[{text}]")

    def __call__(self, *given: Any) -> "Arg":
        return Arg(f"{self._path}({', '.join(map(repr, given))})")

    def _with(self, other: Any) -> "Arg":
        return Arg(f"{self._path} ... {other!r}")

    __add__ = __sub__ = __mul__ = __floordiv__ = __mod__ = __pow__ = __and__ = __or__ = __xor__ = _with
    __radd__ = __rsub__ = __rmul__ = __rfloordiv__ = __rmod__ = __rpow__ = __rand__ = __ror__ = __rxor__ = _with
    __lshift__ = __rshift__ = __lt__ = __le__ = __gt__ = __ge__ = _with

    def __index__(self) -> int:
        """Conversions such as `u32(arg.n)` are the compiler's; here only their place matters."""
        return 0

    def __repr__(self) -> str:
        return self._path


arg: Any = Arg()
"""The instruction that uses the rule: `arg.<param>`, `arg.<account>.<field>`, `arg.<text>[:32]`."""


class Seeds:
    """The account's address is derived from these seeds.

        UserPda = Annotated[UserAccount, Seeds('user', arg.authority)]

    The bump is the account's stored `bump` field, or else the canonical one is searched. A wrong address
    fails with 2006 ConstraintSeeds. Seeds that are all literals or constants cost nothing: the address is
    computed at compile time.

    Args:
        seeds: text, bytes, keys, accounts, integers, bools and enums of at most 32 bytes: constants, `arg.<param>`,
            `arg.<account>.<field>`, and what is computed of them, as `arg.day // 7`, `sha256(arg.name.encode())`.
        program: the program whose address it is: a constant, or `arg.<program>`. By default the program that
            declares the account's type, or this one.
        bump: a bump given explicitly, as `arg.<param>`, `arg.<account>.<field>` or a number. Without it, a
            stored `bump` field is used, or the canonical bump is searched.
    """

    def __init__(
        self,
        *seeds: Any,
        program: Pubkey | Arg | None = None,
        bump: int | Arg | None = None,
    ) -> None:
        self.seeds = seeds
        self.program = program
        self.bump = bump


class Associated:
    """The token account is at the associated address of its authority and its mint; else 2006 ConstraintSeeds.

        vault: Annotated[TokenAccount, Associated(arg.owner, arg.mint)]

    Only the address is checked: who holds the tokens may have given the account to somebody else (`authority()`).

    Args:
        authority: an account or a key, as in `Seeds`.
        mint: the mint, as in `Seeds`.
        token_program: the token program, where it may be Token-2022: `arg.token_program`.
    """

    def __init__(self, authority: Any, mint: Any, token_program: Any = None) -> None:
        self.authority = authority
        self.mint = mint
        self.token_program = token_program


class Address:
    """The account has exactly this address, a constant. A wrong one fails with 2012 ConstraintAddress."""

    def __init__(self, key: Pubkey) -> None:
        self.key = key


class Mut:
    """The account is writable, although the instruction does not write to it (otherwise this is inferred)."""

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Mut)

    __hash__ = object.__hash__

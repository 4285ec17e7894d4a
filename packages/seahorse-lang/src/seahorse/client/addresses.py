"""Derived addresses: a function for each, and which accounts of an instruction can be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from seahorse.client.names import Scope, check_name, upper_name
from seahorse.client.records import RESERVED
from seahorse.client.text import bytes_literal, call, docstring
from seahorse.client.types import ClientTypes
from seahorse.stubs.document import IdlDocument, IdlInstruction, IdlPda, IdlSeed

_SEEDS_OF = {"pubkey": "bytes({})", "string": "{}.encode()", "bytes": "bytes({})"}


@dataclass(frozen=True)
class Need:
    """What a derived address is made from: an argument, an account's address, or a field of an account.

    `type`: as the IDL has it. `account`: the type of the account whose field it is.
    """

    path: tuple[str, ...]
    type: Any
    kind: str
    account: str | None = None


@dataclass(frozen=True)
class Finder:
    """The function of a derived address, and what it needs of this instruction, in order."""

    name: str
    needs: tuple[Need, ...]


@dataclass
class AddressFunctions:
    """The functions and constants of one program. `siblings`: names of programs of the same client by address."""

    document: IdlDocument
    types: ClientTypes
    program: str
    siblings: Mapping[bytes, str]
    _scope: Scope = field(default_factory=lambda: Scope(("programs",)))
    _functions: dict[tuple[Any, ...], str] = field(default_factory=dict[tuple[Any, ...], str])
    _constants: dict[str, str] = field(default_factory=dict[str, str])
    _blocks: list[list[str]] = field(default_factory=list[list[str]])
    _relocated: set[str] = field(default_factory=set[str])

    def lines(self) -> list[str]:
        """The body of the module."""
        rows = ((f"{name}: Final = Pubkey.from_string", [f'"{text}"']) for text, name in self._constants.items())
        constants = [line for before, items in rows for line in call(before, items, "")]
        return [*constants, *(line for block in self._blocks for line in ["", "", *block])]

    def relocates(self, function: str) -> bool:
        """Whether a function takes the addresses of the programs."""
        return function in self._relocated

    def constant(self, address: str, wanted: str) -> str:
        """What an address is called in an instruction: a program of this client, or a constant of the module."""
        known = self.siblings.get(bytes(Pubkey.from_string(address)))
        return f"programs.{known}" if known is not None else f"addresses.{self._constant(address, wanted)}"

    def _constant(self, address: str, wanted: str) -> str:
        if address not in self._constants:
            self._constants[address] = self._scope.give(upper_name(wanted))
        return self._constants[address]

    def finder(self, account: str, pda: IdlPda, instruction: IdlInstruction) -> Finder | None:
        """The function of an account's address; None when nothing tells a seed."""
        seeds = [s for s in (*pda.seeds, *([pda.program] if pda.program is not None else [])) if s.kind != "const"]
        needs: list[Need] = []
        for seed in seeds:
            need = self._need(seed, instruction)
            if need is None or (need.path[0] == account and need.kind != "arg"):
                return None
            needs.append(need)
        if pda.program is not None and pda.program.kind != "const" and needs[-1].type != "pubkey":
            return None
        if pda.program is not None and pda.program.kind == "const" and len(pda.program.value) != 32:
            return None
        if any(len(s.value) > 32 for s in pda.seeds) or len(pda.seeds) > 15:
            return None
        parts = [s.value if s.kind == "const" else None for s in pda.seeds]
        owner = pda.program.value if pda.program is not None else b""
        key = (account, *parts, owner, *(str(_plain(n.type)) for n in needs))
        if key not in self._functions:
            wanted = f"find_{account}"
            self._functions[key] = self._scope.give(wanted, f"{wanted}_of_{instruction.name}")
            self._blocks.append(self._function(self._functions[key], account, pda, needs))
        return Finder(self._functions[key], tuple(needs))

    def _constant_seed(self, value: bytes) -> str:
        if value in self.siblings:
            return f"bytes(programs.{self.siblings[value]})"
        # Seeds are mostly words: readable, when they are.
        text = value.decode("latin-1")
        if text.isascii() and text.isprintable() and not set(text) & set("\"'\\"):
            return f'b"{text}"'
        return f'bytes(Pubkey.from_string("{Pubkey(value)}"))' if len(value) == 32 else bytes_literal(value)

    def _need(self, seed: IdlSeed, instruction: IdlInstruction) -> Need | None:
        names = {a.name for a in instruction.accounts}
        if seed.kind == "arg":
            found = next((a.type for a in instruction.args if a.name == seed.path[0]), None)
            kind = self._walk(found, seed.path[1:]) if found is not None else None
            return None if kind is None else Need(seed.path, kind, "arg")
        joined = "_".join(seed.path)
        if joined in names:
            return Need((joined,), "pubkey", "account")
        if seed.path[0] not in names or len(seed.path) < 2 or seed.account is None:
            return None
        kind = self._walk({"defined": seed.account}, seed.path[1:])
        return None if kind is None else Need(seed.path, kind, "field", seed.account)

    def _walk(self, kind: Any, path: tuple[str, ...]) -> Any:
        """The type of a field of a field of a type, if it can be a seed."""
        for name in path:
            match kind:
                case {"defined": {"name": str() as known}} | {"defined": str() as known} if known in self.types.all:
                    t = self.types.all[known]
                case _:
                    return None
            if self.types.reason(t.name) is not None or t.kind != "struct":
                return None
            kind = next((f.type for f in t.fields if f.name == name), None)
            # A field that has another name in Python is not looked for.
            if kind is None or Scope(RESERVED).give(name) != name:
                return None
        return kind if _seed(kind, "") is not None else None

    def _function(self, name: str, account: str, pda: IdlPda, needs: list[Need]) -> list[str]:
        scope = Scope(("programs",))
        names = [scope.give(check_name("_".join(n.path), "a seed")) for n in needs]
        values = [str(_seed(n.type, p)) for n, p in zip(needs, names, strict=True)]
        left = iter(values)
        seeds = [self._constant_seed(s.value) if s.kind == "const" else next(left) for s in pda.seeds]
        if pda.program is None:
            owner = f"programs.{self.program}"
        elif pda.program.kind != "const":
            owner = names[-1]
        else:
            text = str(Pubkey.from_bytes(pda.program.value))
            known = self.siblings.get(pda.program.value)
            owner = f"programs.{known}" if known is not None else self._constant(text, f"program_of_{account}")
        parameters = [f"{p}: {self.types.written(n.type).text}" for n, p in zip(needs, names, strict=True)]
        if any("programs." in part for part in (owner, *seeds)):
            self._relocated.add(name)
            parameters += ["*", "programs: Programs = PROGRAMS"]
        return [
            *call(f"def {name}", parameters, " -> Pubkey:"),
            *docstring([f"The address of `{account}`."], "    ", ""),
            *_list("    seeds: list[bytes] = ", seeds),
            f"    return metas.find_address(seeds, {owner})",
        ]


def _list(before: str, items: list[str]) -> list[str]:
    return [f"{before}[", *(f"        {one}," for one in items), "    ]"] if items else [f"{before}[]"]


def _plain(kind: Any) -> Any:
    return "pubkey" if kind == "publicKey" else kind


def _seed(kind: Any, value: str) -> str | None:
    """A value of a type as seed bytes; None for types that no client has bytes for."""
    match _plain(kind):
        case str() as t if t in _SEEDS_OF:
            return _SEEDS_OF[t].format(value)
        case str() as t if t[:1] in "ui" and t[1:].isdigit():
            signed = ", signed=True" if t[0] == "i" else ""
            return f'({value}).to_bytes({int(t[1:]) // 8}, "little"{signed})'.replace(f"({value})", value or "()")
        case {"array": ["u8", int()]}:
            return f"bytes({value})"
        case _:
            return None

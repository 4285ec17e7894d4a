"""A whole client: the files of each program, and what they share."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from solders.pubkey import Pubkey

from seahorse.client import others
from seahorse.client.accounts import account
from seahorse.client.addresses import AddressFunctions
from seahorse.client.instructions import InstructionFunctions, groups
from seahorse.client.names import Scope, check_name
from seahorse.client.records import CodeBlock, record
from seahorse.client.text import MARK, docstring, listed, union
from seahorse.client.types import ClientTypes, LeftOut
from seahorse.ir.layout import hashed_account_discriminator, hashed_event_discriminator
from seahorse.stubs import StubError
from seahorse.stubs.document import IdlDocument, IdlType
from seahorse.stubs.names import snake_case

SUPPORT = Path(__file__).parent / "support"
MODULE_LINES = 420
_STANDARD = {
    "Iterable": "from collections.abc import Iterable",
    "Sequence": "from collections.abc import Sequence",
    "dataclass": "from dataclasses import dataclass",
    "StrEnum": "from enum import StrEnum",
}
_TYPING = ("ClassVar", "Final", "Self", "TypeAlias")
_SOLDERS = {
    "AccountMeta": "from solders.instruction import AccountMeta, Instruction",
    "Pubkey": "from solders.pubkey import Pubkey",
}
_SUPPORT_MODULES = ("codec", "errors", "fetching", "logs", "metas")


@dataclass(frozen=True)
class ClientProgram:
    """A program of a client: its IDL and address. `own`: the account types that are its own, where that is known;
    an IDL lists those of others too, where its instructions receive them."""

    document: IdlDocument
    address: Pubkey
    own: frozenset[str] | None = None


@dataclass
class ClientPackage:
    """The files of a client, by path, and what of the IDLs it leaves out: name and reason."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    left_out: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def client_of(programs: Sequence[ClientProgram], *, sync: bool = False) -> ClientPackage:
    """Write the client of some programs. Raises StubError for a name that is none, or that two programs have."""
    client = ClientPackage()
    names = [check_name(p.document.name, "a program") for p in programs]
    for name in names:
        if names.count(name) > 1:
            raise StubError(f"two programs have the name `{name}`; give one another name: --name")
        if Scope(("support", "programs")).give(name) != name:
            raise StubError(f"`{name}` cannot name a package; give another name: --name")
    siblings = {bytes(p.address): name for p, name in zip(programs, names, strict=True)}
    homes = {kind: p.document.name for p in programs if p.own is not None for kind in p.own}
    for program in programs:
        _ProgramFiles(client, program, siblings, homes).write()
    ids = [(name, p.address) for p, name in zip(programs, names, strict=True)]
    client.files["__init__.py"] = "\n".join([MARK, *docstring([f"Clients of {', '.join(names)}."], "", ""), ""])
    client.files["programs.py"] = _programs(ids)
    for path in sorted(SUPPORT.glob("*.py")):
        client.files[f"support/{path.name}"] = _support(path.read_text(encoding="utf-8"), sync)
    if sync:
        client.files = {path: _sync(text) for path, text in client.files.items()}
    return client


def _support(text: str, sync: bool) -> str:
    return f"{MARK}\n{text}".replace("AsyncClient", "Client" if sync else "AsyncClient")


def _sync(text: str) -> str:
    """The same without waiting."""
    return re.sub(r"^( *)async def ", r"\1def ", re.sub(r"(= |return )await ", r"\1", text), flags=re.MULTILINE)


def _programs(ids: list[tuple[str, Pubkey]]) -> str:
    lines = [
        MARK,
        '"""The addresses of the programs."""',
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from typing import Final",
        "",
        "from solders.pubkey import Pubkey",
        "",
        *(
            line
            for name, address in ids
            for line in [f"_{name.upper()}: Final = Pubkey.from_string(", f'    "{address}",', ")"]
        ),
        "",
        "",
        "@dataclass(frozen=True, slots=True)",
        "class Programs:",
        '    """The addresses of one deployment; without any, those that the sources declare."""',
        "",
        *(f"    {name}: Pubkey = _{name.upper()}" for name, _ in ids),
    ]
    return "\n".join([*lines, "", "", "PROGRAMS: Final = Programs()", ""])


@dataclass
class _ProgramFiles:
    """Writes the files of one program."""

    client: ClientPackage
    program: ClientProgram
    siblings: Mapping[bytes, str]
    homes: Mapping[str, str]

    def write(self) -> None:
        document = self.program.document
        self.name = document.name
        self.types = types = ClientTypes(document)
        types.note_mentions(a.type for i in document.instructions for a in i.args)
        types.note_mentions(i.returns for i in document.instructions)
        self.accounts = self._accounts()
        self._events()
        self._instructions()
        self._types()
        self._errors()
        self._constants()
        docs = [MARK, *docstring(document.docs, "", f"The program {document.name}.")]
        modules = (
            path.removeprefix(f"{self.name}/").partition("/")[0]
            for path in self.client.files
            if path.startswith(f"{self.name}/")
        )
        names = sorted({module.removesuffix(".py") for module in modules})
        imports = ["", *_from("from . import", names), "", *listed("__all__ = ", (f'"{n}"' for n in names), "[]")]
        self.client.files[f"{self.name}/__init__.py"] = "\n".join([*docs, *(imports if names else []), ""])

    def _leave_out(self, what: str, reason: str) -> None:
        self.client.left_out.append((f"{self.name}: {what}", reason))

    def _apart(self, t: IdlType) -> bool:
        return t.name in self.types.mentioned()

    def _accounts(self) -> list[str]:
        document, own = self.program.document, self.program.own
        kept: list[str] = []
        modules = Scope()
        found: list[tuple[str, str]] = []
        for name, told in document.accounts.items():
            if own is not None and name not in own:
                continue
            try:
                if name not in self.types.all:
                    raise LeftOut(f"the IDL does not define `{name[:60]}`")
                if (reason := self.types.reason(name)) is not None:
                    raise LeftOut(reason)
                t = self.types.all[name]
                if t.kind != "struct":
                    raise LeftOut("an account that is no struct")
                tag = hashed_account_discriminator(name) if told is None else told
                if not any(tag) or len(tag) > 32:
                    raise LeftOut("its data begins with nothing that tells its type")
                block = account(self.types, t, tag, self.name, apart=self._apart(t))
            except LeftOut as error:
                self._leave_out(f"account {name}", str(error))
                continue
            module = modules.give(snake_case(self.types.classes[name]))
            kept.append(name)
            found.append((module, self.types.classes[name]))
            self._module(f"accounts/{module}", f"The account {name}.", block.lines, block.uses)
        if found:
            self._room("accounts", "Accounts", {module: [cls] for module, cls in found}, [])
        return kept

    def _events(self) -> None:
        document = self.program.document
        blocks: list[str] = []
        uses = frozenset[str]()
        classes: list[str] = []
        for name, told in document.events.items():
            try:
                if name not in self.types.all:
                    raise LeftOut(f"the IDL does not define `{name[:60]}`")
                if (reason := self.types.reason(name)) is not None:
                    raise LeftOut(reason)
                tag = hashed_event_discriminator(name) if told is None else told
                if not any(tag) or len(tag) > 32:
                    raise LeftOut("its data begins with nothing that tells its type")
                block = others.event(self.types, self.types.all[name], tag, apart=self._apart(self.types.all[name]))
            except LeftOut as error:
                self._leave_out(f"event {name}", str(error))
                continue
            blocks += [*block.lines, "", ""]
            uses |= block.uses
            classes.append(self.types.classes[name])
        if classes:
            lines = [*blocks, *others.event_functions(classes, self.name)]
            self._module("events", f"Events of {self.name}.", lines, uses | {"Pubkey"})

    def _instructions(self) -> None:
        document = self.program.document
        addresses = AddressFunctions(document, self.types, self.name, self.siblings)
        owners = dict.fromkeys(self.accounts, self.name)
        for name in document.accounts:
            if name not in owners and self.homes.get(name, self.name) != self.name and self.types.reason(name) is None:
                owners[name] = self.homes[name]
        writer = InstructionFunctions(addresses, self.types, self.name, owners)
        scope = Scope(("find", "decode_instruction", "INSTRUCTIONS", "AnyInstruction"))
        written: dict[str, tuple[str, str, CodeBlock]] = {}
        for instruction in document.instructions:
            try:
                written[instruction.name] = writer.write(instruction, scope)
            except LeftOut as error:
                self._leave_out(f"instruction {instruction.name}", str(error))
        if not written:
            return
        if lines := addresses.lines():
            self._module("addresses", f"Addresses that {self.name} derives or names.", lines, frozenset({"Pubkey"}))
        sizes = {name: len(block.lines) + 2 for name, (_, _, block) in written.items()}
        exported: dict[str, list[str]] = {}
        rooms = Scope()
        for room, names in groups(written, sizes, MODULE_LINES).items():
            lines: list[str] = []
            uses = frozenset[str]()
            module = rooms.give(room)
            for name in names:
                function, cls, block = written[name]
                lines += [*([""] * 2 if lines else []), *block.lines]
                uses |= block.uses
                exported.setdefault(module, []).extend([cls, function])
                if any(line.startswith(f"async def resolve_{function}(") for line in block.lines):
                    exported[module].append(f"resolve_{function}")
            what = ", ".join(f"`{n}`" for n in names)
            self._module(f"instructions/{module}", f"Instructions of {self.name}: {what}.", lines, uses, owners)
        self._room("instructions", "Instructions", exported, [cls for _, cls, _ in written.values()])

    def _types(self) -> None:
        self.types.pending = set(self.types.all)
        apart = {*self.accounts, *self.program.document.events} - self.types.mentioned()
        lines: list[str] = []
        uses = frozenset[str]()
        for t in self.types.ordered():
            name = t.name
            if t.kind == "type" or name in apart or (name in self.program.document.accounts and not self._apart(t)):
                continue
            try:
                if (reason := self.types.reason(name)) is not None:
                    raise LeftOut(reason)
                block = record(self.types, t)
                self.types.pending.discard(name)
            except LeftOut as error:
                self._leave_out(f"type {name}", str(error))
                continue
            lines += [*([""] * 2 if lines else []), *block.lines]
            uses |= block.uses
        self.types.pending = set()
        if lines:
            self._module("types", f"Types of {self.name}.", lines, uses)

    def _errors(self) -> None:
        if rows := self.program.document.errors:
            self._module("errors", f"Errors of {self.name}.", others.errors(rows, self.name), frozenset())

    def _constants(self) -> None:
        lines, left_out, uses = others.constants(self.program.document.constants, self.types)
        for what, reason in left_out:
            self._leave_out(what, reason)
        if lines:
            self._module("constants", f"Constants of {self.name}.", lines, uses)

    def _room(self, room: str, what: str, exported: Mapping[str, Sequence[str]], classes: list[str]) -> None:
        lines = [MARK, *docstring([f"{what} of {self.name}."], "", "")]
        lines += ["", *(["from __future__ import annotations", ""] if classes else [])]
        if classes:
            lines += ["from typing import TypeAlias", "", "from ...support import codec"]
        for module in sorted(exported, key=_natural):
            lines += _from(f"from .{module} import", _in_order(exported[module]))
        names = [name for module in exported.values() for name in module]
        if classes:
            names += ["INSTRUCTIONS", "AnyInstruction", "decode_instruction"]
        lines += ["", *listed("__all__ = ", (f'"{n}"' for n in _exported(names)), "[]")]
        if classes:
            lines += ["", *union("AnyInstruction", classes)]
            lines += listed("INSTRUCTIONS: tuple[codec.Kind[AnyInstruction], ...] = ", classes, "()")
            lines += [
                "",
                "",
                "def decode_instruction(data: bytes) -> AnyInstruction | None:",
                '    """The instruction that these data call; None for none of the program\'s. Raises',
                "    DecodeError.",
                '    """',
                "    return codec.decode_first(INSTRUCTIONS, data)",
            ]
        self.client.files[f"{self.name}/{room}/__init__.py"] = "\n".join([*lines, ""])

    def _module(
        self, path: str, what: str, body: list[str], uses: frozenset[str], homes: Mapping[str, str] | None = None
    ) -> None:
        """A module with the imports that its body needs."""
        words = _names(body)
        up = "." * (2 + path.count("/"))
        standard = [line for name, line in _STANDARD.items() if name in words]
        typing = [name for name in _TYPING if name in words]
        standard += [f"from typing import {', '.join(typing)}"] if typing else []
        third = [line for name, line in _SOLDERS.items() if name in words]
        own: list[tuple[str, list[str]]] = []
        if "PROGRAMS" in words or "Programs" in words:
            own.append((f"{up}programs", [n for n in ("PROGRAMS", "Programs") if n in words]))
        modules = [name for name in _SUPPORT_MODULES if name in words]
        if modules:
            own.append((f"{up}support", modules))
        fetched = [name for name in ("UNSET", "Connection", "Unset") if name in words]
        if fetched:
            own.append((f"{up}support.fetching", fetched))
        beside = "." * (1 + path.count("/"))
        parts = [name for name in ("addresses", "types") if path != name and name in words]
        if parts:
            own.append((beside, parts))
        made = {line.removeprefix("class ").partition("(")[0] for line in body if line.startswith("class ")}
        own += self._classes(path, (uses & words) - made, beside, homes or {})
        sections = [
            standard,
            third,
            [line for where, names in _sorted(own) for line in _from(f"from {where} import", names)],
        ]
        lines = [MARK, *docstring([what], "", "")]
        lines += ["", "from __future__ import annotations"]
        for section in sections:
            lines += ["", *section] if section else []
        starts_block = body[0].startswith(("@", "class ", "def ", "async def "))
        gap = ["", ""] if starts_block else [""]
        text = body[2:] if body[:2] == ["", ""] else body
        gap = ["", ""] if body[:2] == ["", ""] else gap
        self.client.files[f"{self.name}/{path}.py"] = "\n".join([*lines, *gap, *text, ""])

    def _classes(
        self, path: str, uses: frozenset[str] | set[str], beside: str, homes: Mapping[str, str]
    ) -> list[tuple[str, list[str]]]:
        """Imports of the classes of other modules."""
        if path == "types":
            return []
        codecs = {self.types.codecs[n] for n in self.types.all} | {
            self.types.classes[n] for n in self.types.mentioned()
        }
        found = {f"{beside}types": sorted(uses & codecs)}
        if not path.startswith("instructions"):
            return [(where, names) for where, names in found.items() if names]
        for name, owner in homes.items():
            cls = self.types.classes[name]
            if cls in uses:
                where = f"{beside}accounts" if owner == self.name else f"{beside}.{owner}.accounts"
                found[f"{beside}types"] = [n for n in found[f"{beside}types"] if n != cls]
                found.setdefault(where, []).append(cls)
        return [(where, names) for where, names in found.items() if names]


def _names(body: Iterable[str]) -> set[str]:
    """The names that code uses."""
    return {node.id for node in ast.walk(ast.parse("\n".join(body))) if isinstance(node, ast.Name)}


def _sorted(rows: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """In isort's order: the farthest parents first."""
    return sorted(rows, key=lambda row: (-(len(row[0]) - len(row[0].lstrip("."))), row[0].lstrip(".")))


def _in_order(names: Iterable[str]) -> list[str]:
    """isort's order for imports: constants, classes, the rest."""
    return sorted(names, key=lambda n: (_rank(n), _natural(n.lower()), n))


def _exported(names: Iterable[str]) -> list[str]:
    """The order of `__all__`, in which capitals count."""
    return sorted(names, key=lambda n: (_rank(n), _natural(n)))


def _rank(name: str) -> int:
    return 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2


def _natural(name: str) -> list[tuple[int, str]]:
    """`update_2` stands before `update_10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _from(before: str, names: Sequence[str]) -> list[str]:
    line = f"{before} {', '.join(names)}"
    if len(names) <= 1:
        return [line]
    return [f"{before} (", *(f"    {name}," for name in _in_order(names)), ")"]

"""Instructions: a function for each, without the accounts that are known, and the data of a call as a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from seahorse.client.addresses import AddressFunctions, Finder
from seahorse.client.names import Scope, check_name, class_name
from seahorse.client.records import RESERVED, CodeBlock, RecordField, codecs, field_lines, head, members
from seahorse.client.text import call, discriminator, docstring, item, listed, literal
from seahorse.client.types import ClientTypes, unique
from seahorse.ir.layout import instruction_discriminator
from seahorse.stubs.document import IdlInstruction, StubAccount

_PARAMETERS = ("connection", "programs", "remaining_accounts", "data")


@dataclass
class _InstructionCall:
    """One instruction while it is written: the Python names of its accounts and arguments."""

    instruction: IdlInstruction
    args: list[RecordField]
    names: dict[str, str]
    arguments: dict[str, str]
    # In the order in which each follows from those before it.
    found: dict[str, Finder] = field(default_factory=dict[str, Finder])
    fetched: dict[str, Finder | str] = field(default_factory=dict[str, "Finder | str"])


@dataclass(frozen=True)
class InstructionFunctions:
    """Writes the instructions of one program. `owners`: by which program of this client an account type is owned."""

    addresses: AddressFunctions
    types: ClientTypes
    program: str
    owners: dict[str, str]

    def write(self, instruction: IdlInstruction, scope: Scope) -> tuple[str, str, CodeBlock]:
        """The names of the function and of the record of its data, and both. Raises LeftOut."""
        check_name(instruction.name, "an instruction")
        unique((a.name for a in instruction.accounts), f"in `{instruction.name}` the account")
        args, uses = members(self.types, instruction.args, instruction.name)
        public = instruction.name.lstrip("_")
        function = scope.give(public if public[:1].isalpha() else f"n{public}")
        record = scope.give_class(class_name(instruction.name))
        names = Scope(_PARAMETERS)
        call_ = _InstructionCall(
            instruction,
            args,
            {a.name: names.give(check_name(a.name, f"an account of {instruction.name}")) for a in instruction.accounts},
            {a.field.name: names.give(a.field.name, f"{a.field.name}_argument") for a in args},
        )
        self._resolve(call_)
        lines, used = self._record(call_, record)
        lines += ["", "", *self._function(call_, function, record)]
        uses |= used
        if call_.fetched:
            more, used = self._fetching(call_, scope.give(f"resolve_{instruction.name}"), function)
            lines += ["", "", *more]
            uses |= used
        return function, record, CodeBlock(lines, uses | {"Pubkey"})

    def _record(self, call_: _InstructionCall, name: str) -> tuple[list[str], frozenset[str]]:
        instruction = call_.instruction
        told = instruction.discriminator
        tag = instruction_discriminator(instruction.name) if told is None else told
        lines = [
            *head(name, "(codec.Tagged)", [f"The data of `{instruction.name}`."], ""),
            "",
            *discriminator(tag),
            f"    NAME: ClassVar[str] = {literal(instruction.name)}",
            *listed(
                "ACCOUNTS: ClassVar[tuple[str, ...]] = ", (literal(a.name) for a in instruction.accounts), "()", "    "
            ),
            *codecs(call_.args),
            *field_lines(call_.args),
        ]
        if instruction.returns is None:
            return lines, frozenset()
        returns = self.types.written(instruction.returns)
        lines += [
            "",
            "    @staticmethod",
            f"    def decode_return(data: bytes) -> {returns.text}:",
            '        """What the instruction returned, from its bytes. Raises DecodeError."""',
            f"        return codec.decode_value({returns.codec}, data)",
        ]
        return lines, returns.uses

    def _resolve(self, call_: _InstructionCall) -> None:
        """Which accounts follow from others and from the arguments; then which follow from what a node knows too."""
        accounts = [a for a in call_.instruction.accounts if a.address is None and not a.optional]
        finders = {
            a.name: self.addresses.finder(a.name, a.pda, call_.instruction) for a in accounts if a.pda is not None
        }
        waiting = [(name, f) for name, f in finders.items() if f is not None and self._is_pure(call_, f)]
        open_ = {name for name, _ in waiting}
        while ready := [(n, f) for n, f in waiting if n in open_ and not self._accounts_of(f) & open_]:
            call_.found.update(ready)
            open_ -= {name for name, _ in ready}
        steps: dict[str, Finder | str] = {}
        for a in accounts:
            finder = finders.get(a.name)
            if a.name in call_.found:
                continue
            if finder is not None and self._is_possible(call_, finder):
                steps[a.name] = finder
            elif (relation := self._relation(call_, a)) is not None:
                steps[a.name] = relation
        left = set(steps)
        while ready := [n for n in steps if n in left and not self._sources(steps[n]) & left]:
            call_.fetched.update((n, steps[n]) for n in ready)
            left -= set(ready)

    def _is_pure(self, call_: _InstructionCall, finder: Finder) -> bool:
        return self._is_possible(call_, finder) and all(n.kind != "field" for n in finder.needs)

    def _is_possible(self, call_: _InstructionCall, finder: Finder) -> bool:
        optional = {a.name for a in call_.instruction.accounts if a.optional}
        return all(
            n.kind == "arg" or (n.path[0] not in optional and (n.account is None or n.account in self.owners))
            for n in finder.needs
        )

    def _accounts_of(self, finder: Finder) -> set[str]:
        return {n.path[0] for n in finder.needs if n.kind != "arg"}

    def _sources(self, step: Finder | str) -> set[str]:
        return {step} if isinstance(step, str) else self._accounts_of(step)

    def _relation(self, call_: _InstructionCall, account: StubAccount) -> str | None:
        """The account that has this one's address in a field of its name."""
        names = {a.name for a in call_.instruction.accounts if not a.optional}
        related = next((r for r in account.relations if r in names and r != account.name), None)
        return related if related is not None and self._holders(account.name) else None

    def _holders(self, name: str) -> list[str]:
        """The account types of this program with a field that holds an address, by its name."""
        if Scope(RESERVED).give(name) != name:
            return []
        return [
            kind
            for kind, owner in self.owners.items()
            if owner == self.program
            and any(f.name == name and f.type in ("pubkey", "publicKey") for f in self.types.all[kind].fields)
        ]

    def _signature(self, call_: _InstructionCall, *, fetching: bool) -> list[str]:
        left_out = {**call_.found, **(call_.fetched if fetching else {})}
        accounts = [a for a in call_.instruction.accounts if a.address is None]
        needed = [f"{call_.names[a.name]}: Pubkey" for a in accounts if not a.optional and a.name not in left_out]
        given = [f"{call_.arguments[a.field.name]}: {a.text}" for a in call_.args]
        derived = [f"{call_.names[a.name]}: Pubkey | None = None" for a in accounts if a.optional or a.name in left_out]
        return [
            *(["connection: Connection"] if fetching else []),
            "*",
            *needed,
            *given,
            *derived,
            "programs: Programs = PROGRAMS",
            "remaining_accounts: Sequence[AccountMeta] = ()",
        ]

    def _docs(self, call_: _InstructionCall, *, fetching: bool) -> list[str]:
        left_out = {**call_.found, **(call_.fetched if fetching else {})}
        docs = [*call_.instruction.docs, ""]
        if fetching:
            docs = [f"As `{call_.instruction.name}`, with accounts that the node is asked for.", ""]
        for a in call_.instruction.accounts:
            if a.address is not None:
                continue
            marks = [m for m, on in (("writable", a.writable), ("signer", a.signer), ("optional", a.optional)) if on]
            marks += ["may be left out"] if a.name in left_out else []
            tail = " ".join(a.docs)
            if marks or tail:
                docs.append(f"- `{call_.names[a.name]}`: {', '.join(marks) or 'read'}{'; ' if tail else ''}{tail}")
        docs += [f"- `{call_.arguments[a.field.name]}`: {' '.join(a.field.docs)}" for a in call_.args if a.field.docs]
        return docs

    def _function(self, call_: _InstructionCall, name: str, record: str) -> list[str]:
        values = [call_.arguments[a.field.name] for a in call_.args]
        named = (f"{a.name}={value}" for a, value in zip(call_.args, values, strict=True))
        return [
            *call(f"def {name}", self._signature(call_, fetching=False), " -> Instruction:"),
            *docstring(self._docs(call_, fetching=False), "    ", f"`{call_.instruction.name}`."),
            *(line for account, finder in call_.found.items() for line in self._found(call_, account, finder)),
            *call(f"data = {record}", named, "", "    "),
            *listed(
                "accounts = ",
                [*(self._meta(call_, a) for a in call_.instruction.accounts), "*remaining_accounts"],
                "[]",
                "    ",
            ),
            f"    return Instruction(programs.{self.program}, data.encode(), accounts)",
        ]

    def _meta(self, call_: _InstructionCall, account: StubAccount) -> str:
        kind = ("writable_" if account.writable else "") + ("signer" if account.signer else "")
        maker = f"metas.{kind.rstrip('_') or 'readonly'}"
        if account.address is not None:
            return item(maker, [self.addresses.constant(account.address, account.name)], 8)
        name = call_.names[account.name]
        if account.optional:
            return item("metas.optional", [maker, name, f"programs.{self.program}"], 8)
        return item(maker, [name], 8)

    def _value(self, call_: _InstructionCall, account: str) -> str:
        """An account's address in an expression."""
        told = next(a for a in call_.instruction.accounts if a.name == account)
        return self.addresses.constant(told.address, told.name) if told.address is not None else call_.names[account]

    def _found(
        self, call_: _InstructionCall, account: str, finder: Finder, fetched: dict[tuple[str, str], str] | None = None
    ) -> list[str]:
        name = call_.names[account]
        values: list[str] = []
        for need in finder.needs:
            if need.kind == "arg":
                values.append(".".join([call_.arguments[need.path[0]], *need.path[1:]]))
            elif need.kind == "account":
                values.append(self._value(call_, need.path[0]))
            else:
                record = (fetched or {})[need.path[0], need.account or ""]
                values.append(".".join([record, *need.path[1:]]))
        items = [*values, *(["programs=programs"] if self._relocates(finder) else [])]
        return [f"    if {name} is None:", *call(f"{name} = addresses.{finder.name}", items, "", "        ")]

    def _relocates(self, finder: Finder) -> bool:
        return self.addresses.relocates(finder.name)

    def _fetching(self, call_: _InstructionCall, name: str, function: str) -> tuple[list[str], frozenset[str]]:
        """The same with what a node knows: fields of accounts."""
        lines: list[str] = []
        uses = set[str]()
        scope = Scope((*_PARAMETERS, *call_.names.values(), *call_.arguments.values()))
        for account, finder in call_.found.items():
            if self._helps(call_, account):
                lines += self._found(call_, account, finder)
        for account, step in call_.fetched.items():
            more, used = self._step(call_, account, step, scope)
            lines += more
            uses |= used
        passed = [n for a in call_.instruction.accounts if a.address is None for n in [call_.names[a.name]]]
        passed += [*call_.arguments.values(), "programs", "remaining_accounts"]
        return [
            *call(f"async def {name}", self._signature(call_, fetching=True), " -> Instruction:"),
            *docstring(self._docs(call_, fetching=True), "    ", ""),
            *lines,
            *call(f"return {function}", (f"{one}={one}" for one in passed), "", "    "),
        ], frozenset(uses)

    def _helps(self, call_: _InstructionCall, account: str) -> bool:
        """Whether an account that can be left out is needed to find one that the node is asked for, or one of those."""
        needed: set[str] = set()
        for step in call_.fetched.values():
            needed |= self._sources(step)
        for name in reversed(call_.found):
            if name in needed:
                needed |= self._accounts_of(call_.found[name])
        return account in needed

    def _step(
        self, call_: _InstructionCall, account: str, step: Finder | str, scope: Scope
    ) -> tuple[list[str], set[str]]:
        name = call_.names[account]
        if isinstance(step, str):
            return self._by_relation(call_, account, step)
        fetched: dict[tuple[str, str], str] = {}
        lines: list[str] = []
        uses = set[str]()
        for need in step.needs:
            key = (need.path[0], need.account or "")
            if need.kind != "field" or key in fetched:
                continue
            kind = self.types.classes[key[1]]
            fetched[key] = scope.give(f"{key[0]}_data")
            owner = f"programs.{self.owners[key[1]]}"
            source = self._value(call_, key[0])
            lines += call(
                f"{fetched[key]} = await fetching.require", ["connection", kind, source, owner], "", "        "
            )
            uses |= {kind, "fetching"}
        return [f"    if {name} is None:", *lines, *self._found(call_, account, step, fetched)[1:]], uses

    def _by_relation(self, call_: _InstructionCall, account: str, source: str) -> tuple[list[str], set[str]]:
        name, kinds = call_.names[account], [self.types.classes[k] for k in self._holders(account)]
        listing = f"({kinds[0]},)" if len(kinds) == 1 else item("", kinds, 12)
        items = ["connection", listing, self._value(call_, source), f"programs.{self.program}", literal(account)]
        return [
            f"    if {name} is None:",
            *call(f"{name} = await fetching.address_in", items, "", "        "),
        ], {*kinds, "fetching"}


def groups(names: Iterable[str], sizes: dict[str, int], most: int) -> dict[str, list[str]]:
    """Modules for instructions: those of one verb together where there are several, the rest in `others`; a module that
    would be longer than `most` lines goes on in another."""
    verbs: dict[str, list[str]] = {}
    for name in names:
        verbs.setdefault(name.split("_")[0] or "others", []).append(name)
    rooms: dict[str, list[str]] = {}
    for verb, members_ in verbs.items():
        rooms.setdefault(verb if len(members_) > 1 else "others", []).extend(members_)
    found: dict[str, list[str]] = {}
    for room, members_ in rooms.items():
        part, length, number = room, 0, 1
        for name in members_:
            if length and length + sizes[name] > most:
                number, length = number + 1, 0
                part = f"{room}_{number}"
            found.setdefault(part, []).append(name)
            length += sizes[name]
    return found

"""The `#[derive(Accounts)]` struct of an instruction: each check of the IR becomes a type or a constraint."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.backends.anchor.body import constraint_expr
from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.files import file_text
from seahorse.backends.anchor.limits import LimitedTypes, is_limited
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.backends.anchor.scope import seeds
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, SYSTEM_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.ir.layout import account_space
from seahorse.ir.nodes import SlotKind
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import SYSVARS
from seahorse.semantics.tree.types import (
    TOKEN_MINT,
    AccountType,
    ArrayType,
    ClassType,
    EmptyType,
    EnumType,
    IntType,
    OptionType,
    PubkeyType,
    TupleType,
    Type,
)
from seahorse.semantics.tree.walk import walk

# Above this many bytes of decoded accounts, they go to the heap: an sBPF stack frame has 4096.
STACK_BUDGET = 1024


@dataclass
class AccountsStruct:
    """The struct's text, and the name it has."""

    name: str
    lines: list[str]


def struct_name(crate: Crate, instruction: str) -> str:
    """PascalCase of the instruction; with `Accounts` behind when the program has a type of that name."""
    name = names.pascal(instruction)
    p = crate.program
    taken = {d.name for d in [*p.accounts, *p.classes, *p.enums, *p.events]} | {crate.error_enum} | _PRELUDE
    return name + "Accounts" if name in taken else name


# fmt: off
_PRELUDE = frozenset((
    "Account", "Accounts", "AccountInfo", "Box", "Context", "Err", "InterfaceAccount", "Mint", "None",
    "Ok", "Option", "Owner", "Program", "ProgramData", "ProgramError", "Pubkey", "Result", "Signer",
    "Some", "String", "System", "SystemAccount", "Sysvar", "Token", "TokenAccount", "Transfer", "MintTo",
    "Burn", "AssociatedToken", "UncheckedAccount", "Vec", "Key", "Space", "Discriminator", "Id", "CpiContext",
    "Default", "Clone", *SYSVARS,
))
# fmt: on


def accounts_struct(crate: Crate, instruction: ir.Instruction, types: TypeNames) -> AccountsStruct:
    if instruction.remaining is not None:
        raise UnsupportedError(
            f"the accounts of `{instruction.remaining.name}` have no Rust form here",
            instruction.remaining.span,
            "build the bytecode alone: `seahorse build --no-rust`",
        )
    refused = {"a fallback": instruction.fallback, "`event_cpi`": instruction.event_authority is not None}
    for what, is_there in refused.items():
        if is_there:
            message = f"{what} has no Rust form here"
            raise UnsupportedError(message, instruction.span, "build the bytecode alone: `seahorse build --no-rust`")
    name = struct_name(crate, instruction.name)
    boxed = sum(_memory(s) for s in instruction.slots) > STACK_BUDGET
    writer = _Writer(crate, instruction, types, boxed)
    fields = [writer.field(s) for s in instruction.slots]
    attributes = ["#[derive(Accounts)]"]
    if (arguments := writer.arguments()) is not None:
        attributes += arguments
    generics = "<'info>" if fields else ""
    return AccountsStruct(name, items.Struct(name, fields, attributes, generics=generics).lines())


class _Writer:
    def __init__(self, crate: Crate, instruction: ir.Instruction, types: TypeNames, boxed: bool) -> None:
        self.crate = crate
        self.instruction = instruction
        self.types = types
        self.boxed = boxed
        self.names = {s.name for s in instruction.slots}
        self.args = {a.name: i for i, a in enumerate(instruction.args)}
        self.last_arg = -1
        if not crate.dialect.limits_in_signature:
            self.last_arg = max((i for i, a in enumerate(instruction.args) if is_limited(a.type)), default=-1)

    def arguments(self) -> list[str] | None:
        """`#[instruction(...)]`: the arguments up to the last one that a constraint needs."""
        if self.last_arg < 0:
            return None
        used = self.instruction.args[: self.last_arg + 1]
        limited = LimitedTypes(self.crate, self.types)
        parts = [f"{names.public(a.name)}: {limited.of_argument(a.type, a.span)}" for a in used]
        one = f"#[instruction({', '.join(parts)})]"
        return [one] if len(one) <= 100 else ["#[instruction(", *(f"    {p}," for p in parts), ")]"]

    # --- fields ---

    def field(self, slot: ir.AccountSlot) -> list[str]:
        name = names.public(slot.name)
        out = items.docs(slot.docs)
        kind = self.type(slot)
        if kind.startswith("UncheckedAccount"):
            out.append(f"/// CHECK: {self._why(slot)}")
        constraints = self.constraints(slot)
        if constraints:
            out += attribute(constraints)
        if self.boxed and kind.startswith("Account<"):
            kind = f"Box<{kind}>"
        return [*out, f"pub {name}: {f'Option<{kind}>' if slot.optional else kind},"]

    def _why(self, slot: ir.AccountSlot) -> str:
        if slot.pda is not None:
            return "its address is all that matters."
        if slot.kind == SlotKind.PRICE_ACCOUNT:
            return "its layout is checked here, its address where the price is read."
        if slot.kind == SlotKind.PROGRAM:
            return "any program; only that it is one is checked."
        if isinstance(slot.type, EmptyType):
            return "the program that is called creates and checks it."
        return "whatever the instruction uses of it, it checks itself."

    def type(self, slot: ir.AccountSlot) -> str:
        match slot.kind:
            case SlotKind.SIGNER:
                return "Signer<'info>"
            case SlotKind.PROGRAM_ACCOUNT:
                assert slot.decl is not None
                return f"Account<'info, {self.types.declared(slot.decl, slot.span)}>"
            case SlotKind.NEW:
                return self._new_type(slot)
            case SlotKind.SYSTEM_ACCOUNT:
                return "SystemAccount<'info>"
            case SlotKind.TOKEN_ACCOUNT:
                return f"Account<'info, {self.spl('token', 'TokenAccount')}>"
            case SlotKind.ANY_TOKEN_ACCOUNT | SlotKind.ANY_TOKEN_MINT:
                raise UnsupportedError(
                    f"`{slot.name}` of either token program has no Rust form here",
                    slot.span or self.instruction.span,
                    "build the bytecode alone: `seahorse build --no-rust`",
                )
            case SlotKind.TOKEN_MINT:
                return f"Account<'info, {self.spl('token', 'Mint')}>"
            case SlotKind.PROGRAM:
                return self._program_type(slot)
            case SlotKind.PROGRAM_DATA:
                return "Account<'info, ProgramData>"
            case SlotKind.SYSVAR:
                return f"Sysvar<'info, {slot.type}>"
            case SlotKind.UNCHECKED | SlotKind.PRICE_ACCOUNT:
                return "UncheckedAccount<'info>"

    def _new_type(self, slot: ir.AccountSlot) -> str:
        if slot.decl is not None:
            return f"Account<'info, {self.types.declared(slot.decl, slot.span)}>"
        inner = slot.type.inner if isinstance(slot.type, EmptyType) else slot.type
        return f"Account<'info, {self.spl('token', 'Mint' if inner == TOKEN_MINT else 'TokenAccount')}>"

    def _program_type(self, slot: ir.AccountSlot) -> str:
        if slot.address == SYSTEM_PROGRAM_ID:
            return "Program<'info, System>"
        if slot.address == TOKEN_PROGRAM_ID:
            return f"Program<'info, {self.spl('token', 'Token')}>"
        if slot.address == ASSOCIATED_TOKEN_PROGRAM_ID:
            return f"Program<'info, {self.spl('associated_token', 'AssociatedToken')}>"
        for name, other in self.crate.program.foreign.items():
            if other.id == slot.address:
                return f"Program<'info, {self.types.program(name)}::program::{names.pascal(name)}>"
        if slot.address is not None:
            name = self.crate.program_type(slot.address, slot.name)
            self.types.used.add(("crate::programs", name))
            return f"Program<'info, {name}>"
        return "UncheckedAccount<'info>"

    def spl(self, module: str, name: str) -> str:
        self.types.used.add((f"anchor_spl::{module}", name))
        return name

    # --- constraints ---

    def constraints(self, slot: ir.AccountSlot) -> list[str]:
        checks = [c for c in self.instruction.checks if c.slot == slot.index]
        init = next((c for c in checks if isinstance(c, ir.AccountCreation)), None)
        if init is not None:
            return self._init(slot, init)
        out = ["mut"] if slot.writable else []
        if self.crate.dialect.allows_duplicates is not None and self._may_be_another(slot):
            out.append(self.crate.dialect.allows_duplicates)
        if slot.signer and slot.kind != SlotKind.SIGNER:
            out.append("signer")
        if slot.pda is not None:
            out += [*self._seeds(slot.pda), self._bump(slot)]
            program = seeds.program(self.crate, self.types, slot.pda, self.instruction.slots)
            if program is not None:
                out.append(f"seeds::program = {program}")
        if slot.kind == SlotKind.PRICE_ACCOUNT:
            self.crate.helpers.add("pyth")
            self.types.used.add(("crate", "pyth"))
            test = f"pyth::is_price_account(&{names.public(slot.name)})"
            out.append(f"constraint = {test} @ ProgramError::InvalidAccountData")
        if slot.kind == SlotKind.PROGRAM and self.type(slot).startswith("Unchecked"):
            out.append(f"constraint = {names.public(slot.name)}.executable @ ErrorCode::InvalidProgramExecutable")
        elif slot.address is not None and slot.kind not in (SlotKind.PROGRAM, SlotKind.SYSVAR):
            out.append(f"address = {seeds.address(self.crate, self.types, slot.address)}")
        for check in checks:
            if isinstance(check, ir.CheckDistinct):
                out.append(self._distinct(slot, self.instruction.slots[check.other]))
        return out

    def _distinct(self, slot: ir.AccountSlot, other: ir.AccountSlot) -> str:
        """Anchor 0.32 has no error for this. Later versions have one, with this number."""
        error = self.crate.dialect.duplicate
        if error is None:
            error = "DUPLICATE_MUTABLE_ACCOUNT"
            self.crate.helpers.add(error)
            self.types.used.add(("crate::errors", error))
        this, that = names.public(slot.name), names.public(other.name)
        test = f"{this}.key() != {that}.key()"
        if other.optional:
            test = f"{that}.as_ref().is_none_or(|other| {this}.key() != other.key())"
        return f"constraint = {test} @ {error}"

    def _is_written_as(self, slot: ir.AccountSlot) -> str | None:
        """The type of an account that Anchor decodes, and writes back; None for others."""
        creates = any(c.slot == slot.index and isinstance(c, ir.AccountCreation) for c in self.instruction.checks)
        kind = self.type(slot)
        return kind if slot.writable and not creates and kind.startswith("Account<") else None

    def _may_be_another(self, slot: ir.AccountSlot) -> bool:
        """Whether an account before this one is of its type and written too: only these two can be one account."""
        kind = self._is_written_as(slot)
        earlier = self.instruction.slots[: slot.index]
        return kind is not None and any(self._is_written_as(other) == kind for other in earlier)

    def _bump(self, slot: ir.AccountSlot) -> str:
        pda = slot.pda
        assert pda is not None
        if isinstance(pda.bump, ir.BumpGiven):
            return f"bump = {self._given(pda.bump.seed)}"
        stored = slot.decl is not None and slot.decl.field("bump") is not None and slot.kind == SlotKind.PROGRAM_ACCOUNT
        if isinstance(pda.bump, ir.BumpFound) or not stored:
            return "bump"
        return f"bump = {names.public(slot.name)}.bump"

    def _given(self, seed: tree.Seed) -> str:
        if isinstance(seed, tree.SeedConst):
            return str(seed.value[0])
        if isinstance(seed, tree.SeedExpr):
            hint = "take the bump as an argument; or build the bytecode alone: `seahorse build --no-rust`"
            raise UnsupportedError("a bump that is computed has no Rust form here", seed.value.span, hint)
        return ".".join([str(self._place(seed.param)), *seed.fields])

    def _seeds(self, pda: ir.ResolvedPda) -> list[str]:
        made = [seeds.seed(self.crate, self.types, s, self._place, self.names) for s in pda.seeds]
        return [f"seeds = [{', '.join(map(str, made))}]"]

    def _place(self, param: str) -> RustExpr:
        if param in self.args:
            self.last_arg = max(self.last_arg, self.args[param])
        return Atom(names.public(param))

    def _init(self, slot: ir.AccountSlot, init: ir.AccountCreation) -> list[str]:
        if init.if_needed:
            raise UnsupportedError(
                f"`init_if_needed` of `{slot.name}` has no Rust form here",
                slot.span or self.instruction.span,
                "build the bytecode alone: `seahorse build --no-rust`",
            )
        if init.zero:
            return ["zero"]
        slots = self.instruction.slots
        assert init.payer is not None
        out = ["init", f"payer = {names.public(slots[init.payer].name)}"]
        if slot.decl is not None:
            out.append(f"space = {self._space(slot, init)}")
        if init.pda is not None:
            out += [*self._seeds(init.pda), "bump"]
        if slot.decl is None:
            out += self._token(slot, init)
        return out

    def _token(self, slot: ir.AccountSlot, init: ir.AccountCreation) -> list[str]:
        slots = self.instruction.slots
        authority = (
            names.public(slots[init.authority].name)
            if init.authority is not None
            else names.public(slots[init.payer or 0].name)
        )
        inner = slot.type.inner if isinstance(slot.type, EmptyType) else slot.type
        if inner == TOKEN_MINT:
            decimals = self._expr(init.decimals) if isinstance(init.decimals, tree.Expr) else str(init.decimals or 0)
            return [f"mint::decimals = {decimals}", f"mint::authority = {authority}"]
        assert init.mint is not None
        kind = "associated_token" if init.associated else "token"
        return [f"{kind}::mint = {names.public(slots[init.mint].name)}", f"{kind}::authority = {authority}"]

    def _space(self, slot: ir.AccountSlot, init: ir.AccountCreation) -> str:
        assert slot.decl is not None
        if isinstance(init.space, int):
            if account_space(slot.decl) == init.space:
                return f"{slot.decl.header} + {self.types.declared(slot.decl)}::INIT_SPACE"
            return str(init.space)
        return self._expr(init.space)

    def _expr(self, expr: tree.Expr) -> str:
        """An expression over parameters in a constraint; a size becomes a usize."""
        for node in walk(expr):
            if isinstance(node, tree.Var) and node.local.name in self.args:
                self.last_arg = max(self.last_arg, self.args[node.local.name])
        value = constraint_expr(self.crate, self.instruction, self.types, expr)
        return str(value)


def attribute(constraints: list[str]) -> list[str]:
    """`#[account(...)]`, on one line when it fits."""
    one = f"#[account({', '.join(constraints)})]"
    if len(one) <= 96:
        return [one]
    out = ["#[account("]
    for c in constraints:
        out += [f"    {line}" for line in _break_array(c)]
    return [*out, ")]"]


def _break_array(constraint: str) -> list[str]:
    """A constraint on its own line; seeds that are too long for it, one below the other."""
    if len(constraint) <= 91 or not constraint.startswith("seeds = ["):
        return [constraint + ","]
    parts = constraint.removeprefix("seeds = [").removesuffix("]").split(", ")
    joined: list[str] = []
    for part in parts:
        # Not inside the parentheses of a call.
        if joined and joined[-1].count("(") > joined[-1].count(")"):
            joined[-1] += f", {part}"
        else:
            joined.append(part)
    return ["seeds = [", *(f"    {j}," for j in joined), "],"]


def _memory(slot: ir.AccountSlot) -> int:
    """Bytes that the decoded account takes in Rust."""
    if slot.kind in (SlotKind.TOKEN_ACCOUNT, SlotKind.TOKEN_MINT):
        return 180
    if slot.decl is None:
        return 180 if slot.kind == SlotKind.NEW else 8
    return 8 + sum(_size(f.type) for f in slot.decl.fields)


def _size(t: Type) -> int:
    match t:
        case IntType():
            return t.bits // 8
        case PubkeyType():
            return 32
        case EnumType():
            return 1
        case OptionType():
            return 8 + _size(t.inner)
        case ArrayType():
            return t.length * _size(t.elem)
        case TupleType():
            return sum(map(_size, t.elems))
        case ClassType() | AccountType():
            fields = t.decl.all_fields() if isinstance(t, ClassType) else t.decl.fields
            return sum(_size(f.type) for f in fields)
        case _:
            return 24


def programs_file(crate: Crate) -> str | None:
    """Types for the programs whose addresses instructions know: Anchor's `Program` compares with them."""
    if not crate.programs:
        return None
    types = crate.functions.types("programs")
    parts: list[list[str]] = []
    for address, name in sorted(crate.programs.items(), key=lambda p: p[1]):
        where = seeds.address(crate, types, address)
        parts.append([f"/// The program at `{where}`.", "#[derive(Clone)]", f"pub struct {name};"])
        parts.append([f"impl Id for {name} {{", "    fn id() -> Pubkey {", f"        {where}", "    }", "}"])
    return file_text(crate.source, types, parts)

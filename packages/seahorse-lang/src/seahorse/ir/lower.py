"""From checked programs to the intermediate form: slots, explicit checks, resolved PDAs, CPI targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from seahorse.diagnostics import Mistakes, Span, fail
from seahorse.ir import checks
from seahorse.ir.addresses import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    BPF_LOADER_UPGRADEABLE_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
    decode_base58,
    find_program_address,
)
from seahorse.ir.effects import ANY_TOKEN, ASSOCIATED, SYSTEM, TOKEN, Effects
from seahorse.ir.facts.kept_addresses import keeps
from seahorse.ir.layout import (
    EVENT_AUTHORITY,
    EVENT_AUTHORITY_SEED,
    EVENT_TAG,
    account_discriminator,
    event_discriminator,
    instruction_discriminator,
)
from seahorse.ir.nodes import (
    AccountSlot,
    Bump,
    BumpConst,
    BumpFound,
    BumpGiven,
    BumpStored,
    CheckProgramAccount,
    CheckSeeds,
    CpiTarget,
    Instruction,
    LoweredProgram,
    RemainingAccounts,
    ResolvedPda,
    SlotKind,
)
from seahorse.ir.program_effects import ProgramEffects
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import SYSVARS, sysvar_of
from seahorse.semantics.tree.types import (
    PROGRAM,
    U8,
    UNCHECKED,
    AccountType,
    BuiltinAccountType,
    EmptyType,
    OptionType,
    Type,
)
from seahorse.semantics.tree.walk import called_functions, walk

_Marked = TypeVar("_Marked", tree.AccountDecl, tree.ClassDecl)

IMPLICIT_PROGRAMS = {
    SYSTEM: SYSTEM_PROGRAM_ID,
    TOKEN: TOKEN_PROGRAM_ID,
    ASSOCIATED: ASSOCIATED_TOKEN_PROGRAM_ID,
}
_KINDS = {
    "Signer": SlotKind.SIGNER,
    "UncheckedAccount": SlotKind.UNCHECKED,
    "SystemAccount": SlotKind.SYSTEM_ACCOUNT,
    "TokenAccount": SlotKind.TOKEN_ACCOUNT,
    "TokenMint": SlotKind.TOKEN_MINT,
    "AnyTokenAccount": SlotKind.ANY_TOKEN_ACCOUNT,
    "AnyTokenMint": SlotKind.ANY_TOKEN_MINT,
    "Program": SlotKind.PROGRAM,
    "ProgramData": SlotKind.PROGRAM_DATA,
    "PriceAccount": SlotKind.PRICE_ACCOUNT,
    **dict.fromkeys(SYSVARS, SlotKind.SYSVAR),
}


def lower(programs: Mapping[str, tree.CheckedProgram], name: str) -> LoweredProgram:
    """Lower the program `name`. `programs` holds it and every program that it reaches by CPI, all checked.

    Raises CompileError when an instruction cannot be lowered (an account that would sign has no seeds, and so on).
    """
    return LoweredWorkspace(programs).lower(name)


class LoweredWorkspace:
    """The programs of one build. Effects cross their borders: a callee decides what its caller must pass as
    writable."""

    def __init__(
        self,
        programs: Mapping[str, tree.CheckedProgram],
        idl_account: bool = False,
        before: LoweredWorkspace | None = None,
    ) -> None:
        self.programs = programs
        self.idl_account = idl_account
        self.effects = ProgramEffects(programs, before.effects if before is not None else None)
        self.kept: dict[tuple[str, str, bytes], bool] = {}
        self._reads: dict[str, set[str]] = {}
        self._reading: set[str] = set()

    def lower(self, name: str) -> LoweredProgram:
        self._reading = self._reads[name] = set()
        checked = self.programs[name]
        lowered: list[Instruction] = []
        dispatched = _Dispatched()
        with Mistakes() as mistakes:
            for instruction in checked.instructions:
                with mistakes.collected():
                    lowered.append(self._instruction(checked, instruction))
                    dispatched.require_different(lowered[-1])
            with mistakes.collected():
                _require_apart(checked.accounts, account_discriminator)
                _require_apart(checked.events, event_discriminator)
        codes = [c for d in checked.errors for c in d.codes.values()] + checked.foreign_errors
        return LoweredProgram(
            name=checked.name,
            path=checked.path,
            id=checked.id,
            docs=checked.docs,
            instructions=lowered,
            accounts=checked.accounts,
            classes=checked.classes,
            events=checked.events,
            enums=checked.enums,
            errors=sorted(codes, key=lambda c: c.code),
            functions=checked.functions,
            foreign=checked.foreign,
            cpi_targets=self._cpi_targets(checked),
            constants=checked.constants,
            error_decls=checked.errors,
            idl_account=self.idl_account,
        )

    def decided_by(self, name: str) -> set[str]:
        """The programs that decide how a lowered program is: itself, and those whose instructions it calls, directly or
        not. Nothing else of other programs counts: their classes are part of the check."""
        found: set[str] = set()
        pending = [name]
        while pending:
            one = pending.pop()
            if one not in found:
                found.add(one)
                pending += self._reads.get(one, ())
                pending += self.effects.called(one)
        return found

    def _other(self, name: str) -> tree.CheckedProgram:
        """A program that the one which is lowered now looks at."""
        self._reading.add(name)
        return self.programs[name]

    def _cpi_targets(self, checked: tree.CheckedProgram) -> dict[tuple[str, str], CpiTarget]:
        targets: dict[tuple[str, str], CpiTarget] = {}
        bodies = [i.body for i in checked.instructions] + [f.body for f in checked.functions]
        for node in walk(bodies):
            if isinstance(node, tree.CpiCall) and (key := (node.program, node.instruction.name)) not in targets:
                callee = self._other(node.program)
                source = next(i for i in callee.instructions if i.name == key[1])
                slots = self._slots(callee, source)
                if any(s.implicit and s.address is None for s in slots):
                    raise fail(
                        node.span,
                        f"`{key[1]}` works with either token program, and does not say which",
                        f"declare `token_program: Program` in `{key[1]}`, and pass it",
                    )
                targets[key] = CpiTarget(
                    program=node.program,
                    program_id=callee.id,
                    name=source.name,
                    discriminator=source.discriminator or instruction_discriminator(source.name),
                    slots=slots,
                    args=source.args,
                    returns=source.returns,
                )
        return targets

    def _slots(self, checked: tree.CheckedProgram, source: tree.CheckedInstruction) -> list[AccountSlot]:
        effects = self.effects.effects(checked.name, source.name)
        slots = [_declared_slot(i, p, checked, effects) for i, p in enumerate(source.accounts)]
        declared = {s.address: s for s in slots if s.kind == SlotKind.PROGRAM}
        needed: list[tuple[str, bytes | None]] = []
        needed += [(p, IMPLICIT_PROGRAMS[p]) for p in IMPLICIT_PROGRAMS if p in effects.programs]
        if ANY_TOKEN in effects.programs and not any(s.kind == SlotKind.PROGRAM and s.name == TOKEN for s in slots):
            needed.append((TOKEN if TOKEN not in effects.programs else ANY_TOKEN, None))
        needed += [(f"{p}_program", self.programs[p].id) for p in sorted(effects.calls)]
        taken = {s.name for s in slots}
        for name, address in needed:
            if address is not None and address in declared:
                continue
            if name in taken:
                raise fail(
                    slots[[s.name for s in slots].index(name)].span or source.span,
                    f"the parameter name `{name}` is taken by a program account that this instruction needs",
                    "leave the parameter out, the compiler adds the program; or rename it",
                )
            slots.append(AccountSlot(len(slots), name, SlotKind.PROGRAM, PROGRAM, None, address=address, implicit=True))
        for emitter in sorted(effects.emitters):
            pda = _constant([tree.SeedConst(EVENT_AUTHORITY_SEED)], self._other(emitter).id, source.span)
            slots.append(_event_authority(f"{emitter}_{EVENT_AUTHORITY}", pda, len(slots)))
        if source.event_cpi:
            slots += _event_slots(checked, source, slots)
        return slots

    def _instruction(self, checked: tree.CheckedProgram, source: tree.CheckedInstruction) -> Instruction:
        slots = self._slots(checked, source)
        resolver = PdaResolver(checked, source, slots)
        for slot, param in zip(slots, source.accounts, strict=False):
            slot.pda = resolver.resolve(slot, param)
        instruction = Instruction(
            name=source.name,
            discriminator=source.discriminator or instruction_discriminator(source.name),
            slots=slots,
            args=source.args,
            checks=[],
            body=source.body,
            returns=source.returns,
            docs=source.docs,
            span=source.span,
            param_order=source.param_order,
            fallback=source.fallback,
            rare=source.rare,
            event_authority=len(slots) - 2 if source.event_cpi else None,
            written=source.written,
        )
        instruction.checks = checks.account_checks(checked, source, slots)
        if source.remaining is not None:
            effects = self.effects.effects(checked.name, source.name)
            instruction.remaining = _remaining(source.remaining, checked, effects, slots)
        self._prove_owners(instruction)
        self._resolve_signers(checked, source, instruction)
        return instruction

    def _prove_owners(self, instruction: Instruction) -> None:
        """Mark the accounts whose constant address proves who owns them."""
        seeds = {c.slot: c for c in instruction.checks if isinstance(c, CheckSeeds)}
        for check in instruction.checks:
            if not isinstance(check, CheckProgramAccount) or check.slot not in seeds:
                continue
            pda = seeds[check.slot].pda
            if pda.address is not None and pda.program == check.owner and self._keeps(check.decl, pda.seeds):
                check.owner_proven = True

    def _keeps(self, decl: tree.AccountDecl, seeds: list[tree.Seed]) -> bool:
        """Whether a program of the workspace keeps the address of constant seeds."""
        self._reading.add(decl.program)
        program = self.programs.get(decl.program)
        constants = [s for s in seeds if isinstance(s, tree.SeedConst)]
        key = (decl.program, decl.name, b"".join(s.value for s in constants))
        if key not in self.kept:
            self.kept[key] = program is not None and keeps(program, constants, decl)
        return self.kept[key]

    def _resolve_signers(
        self, checked: tree.CheckedProgram, source: tree.CheckedInstruction, instruction: Instruction
    ) -> None:
        by_local = {s.local.id: s for s in instruction.slots if s.local is not None}
        aliases = self.effects.aliases(checked.name, source.name)
        for node in walk(source.body):
            if not isinstance(node, tree.SignerSeeds) or node.account is None or node.seeds:
                continue
            roots = {node.account.id} | aliases.get(node.account.id, set())
            candidates = [by_local[r] for r in roots if r in by_local]
            pda = candidates[0].pda if len(candidates) == 1 else None
            if pda is None or pda.program != checked.id:
                raise fail(
                    node.span,
                    f"`{node.account.name}` cannot sign: its seeds are not declared",
                    "declare it as `Annotated[..., Seeds(...)]`, or give them: `.signer([seed, ..., bump])`",
                )
            instruction.signer_pdas[node.account.id] = pda
        for function in called_functions(source.body):
            for node in walk(function.body):
                if isinstance(node, tree.SignerSeeds) and node.account is not None and not node.seeds:
                    raise fail(
                        node.span,
                        "`.signer()` without seeds works in an instruction only, where the seeds are declared",
                        "pass the account's seeds: `.signer([seed, ..., bump])`, or make the call in the instruction",
                    )


class _Beginnings:
    """Discriminators of instructions or classes: which of them begins another, each looked up and not searched for."""

    def __init__(self) -> None:
        # By what they begin with, by all that they are: the first that has it.
        self._begun: dict[bytes, int] = {}
        self._whole: dict[bytes, int] = {}
        self._count = 0

    def add(self, marker: bytes) -> int | None:
        """The number of the first one added before that begins this one, or that this one begins."""
        starts = [marker[:n] for n in range(1, len(marker) + 1)]
        found = [
            *(self._whole[s] for s in starts if s in self._whole),
            *(self._begun[s] for s in starts[-1:] if s in self._begun),
        ]
        for start in starts:
            self._begun.setdefault(start, self._count)
        self._whole.setdefault(marker, self._count)
        self._count += 1
        return min(found, default=None)


class _Dispatched(_Beginnings):
    """The instructions of a program, as they are lowered."""

    def __init__(self) -> None:
        super().__init__()
        self._instructions: list[Instruction] = []
        self._fallback: Instruction | None = None

    def require_different(self, last: Instruction) -> None:
        """Raises CompileError when an instruction begins with the same bytes as one before it."""
        if last.fallback:
            if self._fallback is not None:
                text = f"`{self._fallback.name}` is the fallback already"
                raise fail(last.span, text, "a program has one; divide its work there")
            self._fallback = last
            return
        number = self.add(last.discriminator)
        self._instructions.append(last)
        if number is not None:
            other = self._instructions[number]
            if last.discriminator == other.discriminator:
                text = f"instructions `{other.name}` and `{last.name}` have the same discriminator"
                raise fail(last.span, text, "give one of them another one")
            text = f"the discriminator of one of `{other.name}` and `{last.name}` is the beginning of the other's"
            raise fail(last.span, text, "give one of them another one: data must tell which instruction it is for")
        if EVENT_TAG.startswith(last.discriminator[: len(EVENT_TAG)]):
            text = f"the discriminator of `{last.name}` is that of events which a program sends to itself"
            raise fail(last.span, text, "give it another one")


def _require_apart(decls: Sequence[_Marked], marker: Callable[[_Marked], bytes]) -> None:
    """Raises CompileError when the discriminator of one class begins that of another: data must tell its class."""
    beginnings = _Beginnings()
    for last in decls:
        number = beginnings.add(marker(last))
        if number is not None:
            other = decls[number]
            same = "is" if marker(other) == marker(last) else "begins"
            raise fail(
                last.span,
                f"the discriminator of one of `{other.name}` and `{last.name}` {same} the other's",
                "give one of them another one: data must tell its class",
            )


def _event_slots(
    checked: tree.CheckedProgram, source: tree.CheckedInstruction, before: list[AccountSlot]
) -> list[AccountSlot]:
    """The accounts that Anchor's `#[event_cpi]` adds: the one that signs events, and the program itself."""
    pda = _constant([tree.SeedConst(EVENT_AUTHORITY_SEED)], checked.id, source.span)
    out = [_event_authority(EVENT_AUTHORITY, pda, len(before))]
    own = AccountSlot(
        len(before) + 1, "program", SlotKind.UNCHECKED, UNCHECKED, None, address=checked.id, implicit=True
    )
    out.append(own)
    for name in (EVENT_AUTHORITY, own.name):
        if any(s.name == name for s in before):
            raise fail(
                source.span,
                f"`event_cpi=True` adds an account `{name}`, and a parameter has this name",
                "rename the parameter",
            )
    return out


def _event_authority(name: str, pda: ResolvedPda, index: int) -> AccountSlot:
    """The account that signs the events of a program."""
    return AccountSlot(index, name, SlotKind.UNCHECKED, UNCHECKED, None, address=pda.address, implicit=True, pda=pda)


def _inner(t: Type) -> Type:
    return t.inner if isinstance(t, OptionType) else t


def _declared_slot(index: int, param: tree.AccountParam, checked: tree.CheckedProgram, effects: Effects) -> AccountSlot:
    t = _inner(param.type)
    slot = AccountSlot(
        index=index,
        name=param.name,
        kind=SlotKind.NEW,
        type=t,
        local=param.local,
        writable=param.local.id in effects.writes,
        optional=param.optional,
        raw=param.local.id in effects.raw_writes,
        address=param.address,
        docs=param.docs,
        span=param.span,
    )
    if isinstance(t, AccountType):
        slot.kind, slot.decl, slot.owner = SlotKind.PROGRAM_ACCOUNT, t.decl, program_id(checked, t.decl.program)
    elif isinstance(t, EmptyType):
        if isinstance(t.inner, AccountType):
            slot.decl = t.inner.decl
        if param.init is None:
            # An Empty that is only passed to a CPI: the callee initializes and checks it.
            slot.kind = SlotKind.UNCHECKED
        else:
            slot.signer = param.init.pda is None and not param.init.associated and not param.init.zero
            slot.may_exist = param.init.if_needed or param.init.zero
    elif isinstance(t, BuiltinAccountType):
        slot.kind = _KINDS[t.name]
        slot.signer = slot.kind == SlotKind.SIGNER
        if (sysvar := sysvar_of(t)) is not None:
            slot.address = decode_base58(sysvar.address)
    return slot


def _remaining(
    param: tree.RemainingParam, checked: tree.CheckedProgram, effects: Effects, slots: list[AccountSlot]
) -> RemainingAccounts:
    t = param.elem
    out = RemainingAccounts(param.name, param.local, SlotKind.PROGRAM_ACCOUNT, t, param.span)
    out.written = param.local.id in effects.writes
    out.raw = param.local.id in effects.raw_writes
    if isinstance(t, AccountType):
        out.decl, out.owner = t.decl, program_id(checked, t.decl.program)
        out.apart = [s.index for s in slots if s.raw or (s.decl is t.decl and (out.written or s.writable))]
    else:
        out.kind = _KINDS[str(t)]
    if out.raw:
        out.apart = [s.index for s in slots if s.decl is not None]
    return out


def program_id(checked: tree.CheckedProgram, program: str) -> bytes:
    """The id of a program of the workspace by its module name, as this program sees it."""
    return checked.id if program == checked.name else checked.foreign[program].id


class PdaResolver:
    """Turns declared seeds into a `ResolvedPda`: the program, the source of the bump, the address when constant."""

    def __init__(self, checked: tree.CheckedProgram, source: tree.CheckedInstruction, slots: list[AccountSlot]) -> None:
        self.checked = checked
        self.source = source
        self.slots = slots

    def resolve(self, slot: AccountSlot, param: tree.AccountParam) -> ResolvedPda | None:
        if slot.kind == SlotKind.PROGRAM_DATA:
            return _constant([tree.SeedConst(self.checked.id)], BPF_LOADER_UPGRADEABLE_ID, slot.span)
        pda = param.init.pda if param.init is not None and param.init.pda is not None else param.pda
        if pda is None:
            return None
        program = self._program(slot, pda)
        if pda.bump is not None:
            return ResolvedPda(pda.seeds, program, BumpGiven(pda.bump))
        if isinstance(program, bytes) and all(isinstance(s, tree.SeedConst) for s in pda.seeds):
            return _constant(pda.seeds, program, pda.span)
        return ResolvedPda(pda.seeds, program, self._bump(slot))

    def _program(self, slot: AccountSlot, pda: tree.Pda) -> bytes | int:
        if isinstance(pda.program, str):
            return next(s.index for s in self.slots if s.name == pda.program)
        if pda.program is not None:
            return pda.program
        if slot.kind == SlotKind.PROGRAM_ACCOUNT and slot.owner is not None:
            return slot.owner
        return self.checked.id

    def _bump(self, slot: AccountSlot) -> Bump:
        if slot.kind == SlotKind.PROGRAM_ACCOUNT and slot.decl is not None and stores_bump(slot.decl):
            return BumpStored(slot.index)
        return BumpFound(slot.index)


def stores_bump(decl: tree.AccountDecl) -> bool:
    """Whether the account keeps its bump: a field `bump: u8`."""
    f = decl.field("bump")
    return f is not None and f.type == U8


def _constant(seeds: list[tree.Seed], program: bytes, span: Span | None) -> ResolvedPda:
    try:
        address, bump = find_program_address([s.value for s in seeds if isinstance(s, tree.SeedConst)], program)
    except ValueError as error:
        assert span is not None
        raise fail(span, f"these seeds give no address: {error}", "use fewer or shorter seeds") from None
    return ResolvedPda(seeds, program, BumpConst(bump), address)

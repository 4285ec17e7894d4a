"""One call of a program: its accounts as objects, its checks, its body, and the bytes of the accounts afterwards."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Protocol

from seahorse.engine.code.program import ProgramCode
from seahorse.engine.runtime import arguments, stores
from seahorse.engine.state import addresses
from seahorse.engine.state.accounts import AccountState, CalledAccount, CallFrame
from seahorse.engine.state.errors import InstructionError, custom
from seahorse.engine.state.keys import Pubkey
from seahorse.engine.values.borsh import ByteReader, Misfit, encode, put_fields, refresh_fields, zero
from seahorse.engine.values.names import event_line
from seahorse.engine.values.objects import Handle, handle, state_of
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import EVENT_TAG, account_discriminator, account_space, event_discriminator
from seahorse.ir.literals import literal_bytes
from seahorse.semantics import tree
from seahorse.semantics.tree.types import AccountType, NoneType, Type

_MAX_RETURN = 1024
# The bytes that an account grows by in one instruction, at most.
_GROWTH = 10240


_UNITS, _SYSCALL = 1_400_000, 100


class Host(Protocol):
    """The methods of the machine that a call uses."""

    sysvars: dict[str, Any]
    returned: tuple[bytes, bytes] | None

    def log(self, text: str) -> None: ...

    def call(
        self, frame: CallFrame, program: bytes, metas: list[CalledAccount], data: bytes, signers: set[bytes]
    ) -> None: ...

    def rent(self, size: int) -> int: ...


class Invocation:
    """A running instruction of a Python program."""

    def __init__(self, chain: Host, code: ProgramCode, frame: CallFrame, instruction: ir.Instruction) -> None:
        self.chain = chain
        self.code = code
        self.frame = frame
        self.instruction = instruction
        self.values: dict[str, Any] = {}
        self.bumps: dict[int, int] = {}
        self._lengths = {m.key: len(frame.states[m.key].data) for m in frame.metas}
        self.initialized: dict[int, Any] = {}
        # Of accounts that may have been there: whether they are new.
        self.created: dict[int, bool] = {}
        # CPython counts no compute units; each time that a program asks for them costs what the syscall costs.
        self._units = _UNITS
        # Accounts whose fields are objects: by address, with the bytes that they had when the call began.
        self._open: dict[bytes, tuple[Any, tree.AccountDecl, bytes]] = {}

    # --- what the prelude asks ---

    @property
    def program(self) -> bytes:
        return self.code.id

    @property
    def signers(self) -> set[bytes]:
        return self.frame.signers

    @property
    def writable(self) -> set[bytes]:
        return self.frame.writable

    def sysvar(self, name: str) -> Any:
        return self.chain.sysvars[name]

    def log(self, text: str) -> None:
        self.chain.log(f"Program log: {text}")

    def log_units(self) -> None:
        self.chain.log(f"Program consumption: {self.units_left()} units remaining")

    def units_left(self) -> int:
        self._units = max(0, self._units - _SYSCALL)
        return self._units

    def return_data(self) -> tuple[Pubkey, bytes] | None:
        """The data that the last call returned, and the program that returned it."""
        found = self.chain.returned
        return (Pubkey.of(found[0]), found[1]) if found is not None and found[1] else None

    def slot_hash(self, slot: int) -> bytes | None:
        data: bytes = self.chain.sysvars["SlotHashes"]
        for at in range(8, len(data), 40):
            if int.from_bytes(data[at : at + 8], "little") == slot:
                return data[at + 8 : at + 40]
        return None

    def emit(self, event: Any) -> None:
        decl = self.code.event(event.__class__)
        out = bytearray()
        self._fitting(lambda: put_fields(decl.all_fields(), event, out))
        marker = event_discriminator(decl)
        slot = self.instruction.event_authority
        if slot is None:
            self.chain.log(event_line(marker, bytes(out)))
            return
        # A call of the program itself, which looks at none of its accounts' fields.
        authority = self.frame.metas[slot].key
        self.chain.call(
            self.frame,
            self.code.id,
            [CalledAccount(authority, True, False)],
            EVENT_TAG + marker + bytes(out),
            {authority},
        )

    def bump_of(self, slot: int) -> int:
        """The bump of an account that this call created or checked."""
        if slot in self.bumps:
            return self.bumps[slot]
        pda = self.instruction.slots[slot].pda
        assert pda is not None
        return self.bump(pda)[0]

    def signing_seeds(self, account: Any, seeds: list[Any] | None) -> list[bytes]:
        """The seeds with which an account signs: the given ones, or those that its parameter declares."""
        if seeds is not None:
            return addresses.signing(seeds, self.code.id)
        pda = self.instruction.slots[handle(account).slot].pda
        assert pda is not None
        return [*self.seeds(pda.seeds), self.bump(pda)]

    def forget(self, account: Any) -> None:
        """An account was closed: its fields are not written any more."""
        self._open.pop(state_of(account).key, None)

    # --- accounts of another size ---

    def resize(self, account: Any, space: int, payer: Any) -> None:
        """Change the size of an account. Raises InstructionError."""
        self.write_back()
        state = state_of(account)
        decl = self._open[state.key][1]
        used = bytearray(account_discriminator(decl))
        self._fitting(lambda: put_fields(decl.fields, account, used))
        if space < len(used):
            raise custom(AnchorError.AccountDidNotSerialize)
        self._grow(state, space, payer)

    def _grow(self, state: AccountState, space: int, payer: Any) -> None:
        if space > self._lengths[state.key] + _GROWTH:
            raise InstructionError("InvalidRealloc")
        missing = self.chain.rent(space) - state.lamports
        if missing > 0:
            data = (2).to_bytes(4, "little") + missing.to_bytes(8, "little")
            self.invoke(SYSTEM_PROGRAM_ID, [(state_of(payer).key, True, True), (state.key, False, True)], data, [])
        state.data[:] = state.data[:space].ljust(space, b"\0")

    def migrate(self, account: Any, to: type[Any], payer: Any) -> Any:
        """The account as one of another class: what both have stays, the rest is zero. Raises InstructionError."""
        self.write_back()
        held, state = handle(account), state_of(account)
        decl = next(d for d in self.code.ir.accounts if self.code.class_of(d) is to)
        made = object.__new__(to)
        for field in decl.fields:
            kept = field.name in account.__dict__
            made.__dict__[field.name] = account.__dict__[field.name] if kept else zero(field.type, self.code)
        data = bytearray(account_discriminator(decl))
        self._fitting(lambda: put_fields(decl.fields, made, data))
        self.forget(account)
        self._grow(state, max(len(state.data), account_space(decl) or len(data)), payer)
        state.data[:] = data.ljust(len(state.data), b"\0")
        # A list or an object is another one than that of the old class.
        fresh: Any = object.__new__(to)
        ByteReader(state.data[decl.header :], self.code).fields(fresh, decl.fields)
        fresh.__dict__["_seahorse"] = Handle(state, held.slot)
        self._open[state.key] = (fresh, decl, bytes(len(state.data)))
        return fresh

    # --- calls of other programs ---

    def invoke(self, program: bytes, metas: list[tuple[bytes, bool, bool]], data: bytes, seeds: list[Any]) -> None:
        """Call a program with accounts as (address, signs, writable). Raises InstructionError."""
        signers: set[bytes] = set()
        for signer in seeds:
            try:
                signers.add(addresses.create(signer, self.code.id))
            except InstructionError:
                raise InstructionError("ProgramFailedToComplete") from None
        self.write_back()
        self.chain.call(self.frame, program, [CalledAccount(*m) for m in metas], data, signers)
        self._read_again()

    def call(self, program: str, instruction: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A typed call of another program of the workspace; gives what it returns."""
        target = self.code.ir.cpi_targets[(program, instruction)]
        order = self.code.ir.foreign[program].instructions[instruction].param_order
        given = arguments.bound(order, args, kwargs)
        metas, seeds = arguments.metas(target, given)
        data = bytearray(target.discriminator)
        for arg in target.args:
            if arg.name not in given:
                assert arg.default is not None
                data += literal_bytes(arg.default)
                continue
            data += self._fitting(lambda arg=arg: encode(arg.type, given[arg.name]))
        self.chain.returned = None
        self.invoke(target.program_id, metas, bytes(data), seeds)
        return self._returned(target)

    def _returned(self, target: ir.CpiTarget) -> Any:
        t = target.returns
        if t is None or isinstance(t, NoneType):
            return None
        program, data = self.chain.returned or (bytes(32), b"")
        if program != target.program_id:
            raise InstructionError("InvalidInstructionData")
        reader = ByteReader(data, self.code)
        try:
            if not isinstance(t, AccountType):
                return reader.value(t)
            made = object.__new__(self.code.class_of(t.decl))
            reader.fields(made, t.decl.fields)
        except Misfit:
            raise InstructionError("InvalidInstructionData") from None
        return made

    # --- accounts as objects ---

    def open(self, state: AccountState, slot: int, decl: tree.AccountDecl) -> Any:
        """The object of a program account: one for each account, also when a client gives it in several slots. Raises
        Misfit."""
        if state.key in self._open:
            return self._open[state.key][0]
        made = object.__new__(self.code.class_of(decl))
        ByteReader(state.data[decl.header :], self.code).fields(made, decl.fields)
        made.__dict__["_seahorse"] = Handle(state, slot)
        self._open[state.key] = (made, decl, bytes(state.data))
        return made

    def stored(self, account: Any, name: str, value: Any) -> Any:
        """The value that a field of an account gets. Raises InstructionError when it does not fit."""
        decl = self.code.account(account.__class__)
        return value if decl is None else stores.stored(self.code, account, decl, state_of(account).data, name, value)

    def write_back(self) -> None:
        """Write the fields of all open accounts into their bytes. Raises InstructionError when one does not fit."""
        for account, decl, before in self._open.values():
            state = state_of(account)
            out = bytearray(account_discriminator(decl))
            self._fitting(lambda decl=decl, account=account, out=out: put_fields(decl.fields, account, out))
            if len(out) > len(state.data):
                raise custom(AnchorError.AccountDidNotSerialize)
            # Bytes behind the last field stay as they were before the call, as with Anchor.
            kept = before[len(out) : len(state.data)]
            if decl.has_list_in_place and len(out) < self._end(decl, before):
                kept = bytes(len(kept))
            state.data[:] = out + kept + state.data[len(out) + len(kept) :]

    def _end(self, decl: tree.AccountDecl, data: bytes) -> int:
        """Where the last field of an account's data ends."""
        reader = ByteReader(data[decl.header :], self.code)
        try:
            reader.fields(SimpleNamespace(), decl.fields)
        except Misfit:
            return 0
        return decl.header + reader.at

    def _read_again(self) -> None:
        for account, decl, _ in list(self._open.values()):
            state = state_of(account)
            fresh: Any = object.__new__(account.__class__)
            try:
                ByteReader(state.data[decl.header :], self.code).fields(fresh, decl.fields)
            except Misfit:
                # Another program closed it, or made something else of it.
                self.forget(account)
                continue
            refresh_fields(decl.fields, account, fresh)

    def _fitting(self, write: Callable[[], Any]) -> Any:
        try:
            return write()
        except Misfit:
            raise custom(AnchorError.AccountDidNotSerialize) from None

    # --- seeds ---

    def seeds(self, seeds: list[tree.Seed]) -> list[bytes]:
        return [self._seed(s) for s in seeds]

    def _seed(self, seed: tree.Seed) -> bytes:
        if isinstance(seed, tree.SeedConst):
            return seed.value
        if isinstance(seed, tree.SeedExpr):
            return self._computed(seed.value)
        value = self.parameter(seed.param)
        for name in seed.fields:
            value = value.__dict__[name]
        if seed.slice is not None:
            value = value[slice(*seed.slice)]
        return addresses.seed_bytes(value, str(seed.type) if seed.fields or not hasattr(value, "_seahorse") else "")

    def _computed(self, value: tree.Expr) -> bytes:
        """A seed that the source computes, from its parameters by their names or as `arg.name`."""
        given = {p: self.parameter(p) for p in self.instruction.param_order if p in self.values}
        found = self.code.evaluate(value, {**given, "arg": SimpleNamespace(**given)}, self.instruction.written)
        return addresses.seed_bytes(found, str(value.type))

    def parameter(self, name: str) -> Any:
        """A parameter's value; of an account that was created, the account."""
        slot = next((s.index for s in self.instruction.slots if s.name == name), None)
        if slot is None:
            return self.values[name]
        return self.initialized.get(slot, self.values.get(name))

    def bump(self, pda: ir.ResolvedPda) -> bytes:
        match pda.bump:
            case ir.BumpConst():
                return bytes([pda.bump.value])
            case ir.BumpStored():
                stored = self.parameter(self.instruction.slots[pda.bump.slot].name)
                return bytes([stored.__dict__["bump"]])
            case ir.BumpGiven():
                return self._seed(pda.bump.seed)
            case ir.BumpFound():
                return bytes([self.bumps[pda.bump.slot]])

    # --- the end ---

    def give(self, t: Type | None, value: Any) -> None:
        """Set the call's return data."""
        if t is None or isinstance(t, NoneType):
            return
        data = self._fitting(lambda: encode(t, value))
        if len(data) > _MAX_RETURN:
            raise InstructionError("ProgramFailedToComplete")
        self.chain.returned = (self.code.id, data)

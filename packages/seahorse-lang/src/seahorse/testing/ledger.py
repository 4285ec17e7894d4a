"""The chain that a test sees: accounts, signers, time, tokens, deployed programs, transactions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.driver.compile import Artifacts
from seahorse.engine.values import chain
from seahorse.testing.codec import DecodedRecord
from seahorse.testing.compiling import compile_file, compile_text
from seahorse.testing.engines.both import BothEngines
from seahorse.testing.engines.chain_functions import ChainFunctions
from seahorse.testing.engines.choice import EngineName, default_engine, stand_in
from seahorse.testing.engines.python import PythonEngine
from seahorse.testing.engines.virtual_machine import COMPUTE_LIMIT, Engine, Outcome
from seahorse.testing.failures import failure_of
from seahorse.testing.program import DeployedProgram, ProgramCall
from seahorse.testing.resolve import AddressLike, CallError, address_of
from seahorse.testing.result import Failed, Result, emitted
from seahorse.testing.tokens import TOKEN_PROGRAM, MintState, TokenState, associated_address

LAMPORTS_PER_SOL = 1_000_000_000
SLOTS_PER_SECOND = 2.5
_SYSTEM = Pubkey.default()
_RENT_EPOCH = 2**64 - 1  # as the runtime marks every account that it stores
_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
_PROGRAM, _PROGRAM_DATA = (2).to_bytes(4, "little"), (3).to_bytes(4, "little")


class Ledger:
    """An empty chain in this process. `deployer` is the upgrade authority of every program deployed to it.

    Fees are paid by an account of the ledger's own, so that a signer's balance moves only by what programs do.
    Keys are the same in every run. `compute_limit` is a transaction's, in compute units.

    engine: "vm" executes the bytecode on the virtual machine of the cluster, "python" the programs' own source in
    CPython (for debuggers, coverage and tracebacks; without compute units), "both" each transaction in both, and raises
    EnginesDiffer when they are not equal. By default what pytest's --seahorse-engine says, or "vm".
    """

    def __init__(self, compute_limit: int = COMPUTE_LIMIT, *, engine: EngineName | None = None) -> None:
        self.engine: EngineName = engine or default_engine()
        kinds = {"vm": stand_in() or Engine, "python": PythonEngine, "both": BothEngines}
        self._engine: Engine = kinds[self.engine](compute_limit)
        self._made = 0
        self._touched: set[Pubkey] = set()
        self.programs: dict[Pubkey, DeployedProgram] = {}
        self._payer = self.signer(sol=1_000_000)
        self.deployer = self.signer()

    # --- programs and transactions ---

    def deploy(
        self, program: str | Path | Artifacts, *, upgrade_authority: AddressLike | None = None
    ) -> DeployedProgram:
        """Compile a source file (or take artifacts) and put the program at the address that it declares.

        Raises CompileError, with the compiler's messages, when it is wrong.
        """
        built = program if isinstance(program, Artifacts) else compile_file(program)
        deployed = self.load(built.bytecode, built.idl, upgrade_authority=upgrade_authority)
        self._engine.deployed(built)
        return deployed

    def deploy_text(self, text: str, name: str = "program", **modules: str) -> DeployedProgram:
        """The same for source text; `modules` are the files that it imports, by name."""
        return self.deploy(compile_text(text, name, **modules))

    def load(
        self, bytecode: bytes, idl: dict[str, Any], *, upgrade_authority: AddressLike | None = None
    ) -> DeployedProgram:
        """Put bytecode (an ELF) at the address in its IDL, under the upgradeable loader."""
        program = DeployedProgram(self, idl)
        home = Pubkey.find_program_address([bytes(program.id)], _LOADER)[0]
        authority = address_of(upgrade_authority or self.deployer)
        header = _PROGRAM_DATA + bytes(8) + b"\1" + bytes(authority)
        self.set_account(home, data=header + bytecode, owner=_LOADER)
        self.set_account(program.id, data=_PROGRAM + bytes(home), owner=_LOADER, executable=True)
        self.programs[program.id] = program
        return program

    def send(self, *calls: ProgramCall | Instruction, signers: list[Keypair] | None = None) -> Result:
        """Execute calls in one transaction: all or none. Raises Failed when one fails.

        `signers` are needed for plain instructions only; a call brings its own.
        """
        instructions = [c.instruction if isinstance(c, ProgramCall) else c for c in calls]
        keys = list(signers or [])
        for call in calls:
            keys += call.signers if isinstance(call, ProgramCall) else []
        self._require_signers(instructions, keys)
        self._touched |= {meta.pubkey for i in instructions for meta in i.accounts}
        before = {key: self.account(key) for key in self._touched if key != self._payer.pubkey()}
        outcome = self._engine.run(instructions, self._payer, keys)
        changed = [key for key, was in before.items() if self.account(key) != was]
        result = self._result(calls, outcome, changed)
        if result.failure is not None:
            what = ", ".join(str(c) if isinstance(c, ProgramCall) else "the instruction" for c in calls)
            raise Failed(what, result) from outcome.cause
        return result

    def _require_signers(self, instructions: list[Instruction], signers: list[Keypair]) -> None:
        have = {k.pubkey() for k in signers}
        for instruction in instructions:
            for meta in instruction.accounts:
                if meta.is_signer and meta.pubkey not in have:
                    raise CallError(f"{meta.pubkey} must sign; give its Keypair instead of its address")

    def _result(self, calls: tuple[ProgramCall | Instruction, ...], outcome: Outcome, changed: list[Pubkey]) -> Result:
        if outcome.error is not None:
            failure = failure_of(outcome.error, outcome.logs, self._errors_of)
            return Result(outcome.logs, outcome.compute_units, failure=failure, changed=changed)
        events: list[DecodedRecord] = []
        for address, data in [*emitted(outcome.logs), *outcome.event_calls]:
            program = self.programs.get(Pubkey.from_string(address))
            event = None if program is None else program.decode_event(data)
            events += [] if event is None else [event]
        last, value = calls[-1], None
        if isinstance(last, ProgramCall) and outcome.return_program == last.program.id:
            value = last.program.decode_value(last.name, outcome.return_data)
        return Result(outcome.logs, outcome.compute_units, events, value, None, changed)

    def _errors_of(self, address: str) -> dict[int, tuple[str, str]]:
        program = self.programs.get(Pubkey.from_string(address))
        return {} if program is None else program.errors

    # --- accounts ---

    def signer(self, sol: float = 10) -> Keypair:
        """A new funded key. The n-th one is the same in every run."""
        key = self.key()
        self.set_account(key, lamports=round(sol * LAMPORTS_PER_SOL))
        return key

    def key(self) -> Keypair:
        """A new key without an account."""
        self._made += 1
        return Keypair.from_seed(hashlib.sha256(b"ledger key %d" % self._made).digest())

    def account(self, address: AddressLike) -> Account | None:
        """The raw account: lamports, data, owner, executable. None: there is none."""
        found = self._engine.account(address_of(address))
        return None if found is not None and found.lamports == 0 else found

    def lamports(self, address: AddressLike) -> int:
        """An account's balance; 0 when there is none."""
        found = self.account(address)
        return 0 if found is None else found.lamports

    def rent(self, size: int) -> int:
        """The lamports that an account with `size` bytes of data must hold."""
        return self._engine.rent(size)

    def set_account(
        self,
        address: AddressLike,
        *,
        lamports: int | None = None,
        data: bytes = b"",
        owner: AddressLike = _SYSTEM,
        executable: bool = False,
    ) -> None:
        """Put any account anywhere, past every rule. Without `lamports` it has what the rent asks for."""
        balance = self.rent(len(data)) if lamports is None else lamports
        key = address_of(address)
        self._touched.add(key)
        self._engine.set_account(key, Account(balance, data, address_of(owner), executable, _RENT_EPOCH))

    def owned_by(self, program: AddressLike) -> list[tuple[Pubkey, Account]]:
        """All accounts of a program."""
        return [(key, a) for key, a in self._engine.owned_by(address_of(program)) if a.lamports]

    def field_type(self, address: Pubkey, path: list[str]) -> tuple[Any, Any]:
        """A field of a program's account with its IDL type, for seeds. Raises CallError when it cannot be read."""
        raw = self.account(address)
        program = None if raw is None else self.programs.get(raw.owner)
        if raw is None or program is None:
            raise CallError(f"a seed needs the field {'.'.join(path)} of {address}, which no deployed program owns")
        return program.codec.follow(program.decode_account(bytes(raw.data)), path)

    # --- time ---

    @property
    def now(self) -> int:
        """Unix time of the chain, in seconds."""
        return self._engine.clock().unix_timestamp

    @property
    def slot(self) -> int:
        return self._engine.clock().slot

    def warp(self, seconds: int) -> None:
        """Let time pass, with the slots that belong to it."""
        self._engine.set_time(self.now + seconds, max(1, round(seconds * SLOTS_PER_SECOND)))

    def set_time(self, unix_timestamp: int) -> None:
        """Set the clock to a unix time (seconds)."""
        self._engine.set_time(unix_timestamp)

    # --- tokens ---

    def mint(
        self, *, authority: AddressLike, decimals: int = 9, supply: int = 0, address: AddressLike | None = None
    ) -> Pubkey:
        """Make an SPL mint, by default at a new address."""
        key = address_of(address or self.key())
        self.set_account(key, data=MintState(address_of(authority), supply, decimals).pack(), owner=TOKEN_PROGRAM)
        return key

    def token_account(
        self, mint: AddressLike, owner: AddressLike, amount: int = 0, *, address: AddressLike | None = None
    ) -> Pubkey:
        """Make a token account of `owner` with `amount` base units, which also enter the mint's supply.

        By default it is at the associated address.
        """
        mint_key, owner_key = address_of(mint), address_of(owner)
        key = address_of(address) if address is not None else associated_address(owner_key, mint_key)
        if amount:
            state = self.mint_state(mint_key)
            state.supply += amount
            self.set_account(mint_key, data=state.pack(), owner=TOKEN_PROGRAM)
        self.set_account(key, data=TokenState(mint_key, owner_key, amount).pack(), owner=TOKEN_PROGRAM)
        return key

    def token(self, address: AddressLike) -> TokenState:
        """A token account's state. Raises ValueError when it is not one, LookupError when there is no account."""
        return TokenState.unpack(self._data(address))

    def mint_state(self, address: AddressLike) -> MintState:
        """A mint's state. Raises ValueError when it is not one, LookupError when there is no account."""
        return MintState.unpack(self._data(address))

    def _data(self, address: AddressLike) -> bytes:
        found = self.account(address)
        if found is None:
            raise LookupError(f"there is no account at {address_of(address)}")
        return bytes(found.data)


# The engine of CPython has its hashes and curves computed by a virtual machine.
chain.COMPUTE.append(ChainFunctions(lambda source: Ledger(engine="vm").deploy_text(source, "chain_functions")).compute)

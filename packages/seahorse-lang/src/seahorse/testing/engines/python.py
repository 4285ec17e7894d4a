"""The Python engine on a ledger: accounts stay in LiteSVM, which also executes all programs that are not Python."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

from solders.account import Account
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.rent import Rent
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from seahorse.driver.compile import Artifacts
from seahorse.engine import AccountState, AccountStates, CalledAccount, Machine, Native, ProgramCode
from seahorse.engine.state.errors import InstructionError
from seahorse.engine.values.borsh import decode
from seahorse.engine.values.loops import TURNS
from seahorse.ir.addresses import decode_base58
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS, Sysvar
from seahorse.testing.engines.virtual_machine import COMPUTE_LIMIT, Engine, Outcome

_RENT_EPOCH = 2**64 - 1
_SYSTEM = bytes(32)
_PLENTY = 10**18
INSTRUCTIONS = decode_base58("Sysvar1nstructions1111111111111111111111111")
_SLOT_HASHES = decode_base58("SysvarS1otHashes111111111111111111111111111")
# Sysvars and the runtime's own programs, which no transaction may write (agave-reserved-account-keys).
_RESERVED = {
    Pubkey.from_string(address)
    for address in (
        "Sysvar1111111111111111111111111111111111111",
        "Sysvar1nstructions1111111111111111111111111",
        "SysvarC1ock11111111111111111111111111111111",
        "SysvarEpochRewards1111111111111111111111111",
        "SysvarEpochSchedu1e111111111111111111111111",
        "SysvarFees111111111111111111111111111111111",
        "SysvarLastRestartS1ot1111111111111111111111",
        "SysvarRecentB1ockHashes11111111111111111111",
        "SysvarRent111111111111111111111111111111111",
        "SysvarRewards111111111111111111111111111111",
        "SysvarS1otHashes111111111111111111111111111",
        "SysvarS1otHistory11111111111111111111111111",
        "SysvarStakeHistory1111111111111111111111111",
        "11111111111111111111111111111111",
        "AddressLookupTab1e1111111111111111111111111",
        "BPFLoader1111111111111111111111111111111111",
        "BPFLoader2111111111111111111111111111111111",
        "BPFLoaderUpgradeab1e11111111111111111111111",
        "ComputeBudget111111111111111111111111111111",
        "Config1111111111111111111111111111111111111",
        "Ed25519SigVerify111111111111111111111111111",
        "Feature111111111111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "LoaderV411111111111111111111111111111111111",
        "NativeLoader1111111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
        "Stake11111111111111111111111111111111111111",
        "StakeConfig11111111111111111111111111111111",
        "Vote111111111111111111111111111111111111111",
    )
}


class PythonEngine(Engine):
    """Executes transactions in CPython. There are no compute units; loops may take as many turns as there would be."""

    def __init__(self, compute_limit: int = COMPUTE_LIMIT) -> None:
        super().__init__(compute_limit)
        self._turns = compute_limit
        self._programs: dict[bytes, ProgramCode] = {}
        # Pays for what the virtual machine executes; no account of the test.
        self._payer = Keypair.from_seed(bytes(range(32))).pubkey()

    def add(self, code: ProgramCode) -> None:
        """Run a program here from now on, instead of its bytecode."""
        self._programs[code.id] = code

    def deployed(self, built: Artifacts) -> None:
        if built.compiler is not None:
            self.add(built.compiler.forms.program(built.name))

    def run(self, instructions: list[Instruction], payer: Keypair, signers: list[Keypair]) -> Outcome:
        states = self.states_of(instructions)
        outcome = self.execute(instructions, payer, states)
        if outcome.error is None:
            for state in states.values():
                self._keep(state)
        return outcome

    def execute(self, instructions: list[Instruction], payer: Keypair, states: AccountStates) -> Outcome:
        """Execute a transaction on accounts given as `states`, which it changes; the ledger stays as it is."""
        before = {key: (s.lamports, len(s.data)) for key, s in states.items()}
        machine = Machine(self._programs, states, self.native, self.rent, self._sysvars())
        called = {i.program_id for i in instructions}
        error, cause = None, None
        TURNS.begin(self._turns)
        for index, instruction in enumerate(instructions):
            if INSTRUCTIONS in states:
                states[INSTRUCTIONS].data[:] = instructions_sysvar(instructions, index)
            metas = merged(instruction.accounts, called)
            try:
                machine.execute(bytes(instruction.program_id), metas, bytes(instruction.data))
            except InstructionError as failure:
                error = {"InstructionError": [index, failure.error]}
                cause = failure.__cause__ or failure
                break
        TURNS.end()
        if error is None:
            error = self._rent_error(states, before, instructions, payer)
        program, data = machine.returned if machine.returned is not None and error is None else (_SYSTEM, b"")
        events = () if error is not None else tuple((str(Pubkey(p)), raw) for p, raw in machine.event_calls)
        return Outcome(error, machine.logs, None, Pubkey(program), data, cause, events)

    def _sysvars(self) -> dict[str, Any]:
        """The values of the sysvars now, read as programs read them."""
        hashes = self.states_of_keys([_SLOT_HASHES])[_SLOT_HASHES].data
        count = int.from_bytes(hashes[:8], "little")
        told: dict[str, Any] = {name: self._sysvar(name, sysvar) for name, sysvar in SYSVARS.items()}
        return told | {"SlotHashes": bytes(hashes[: 8 + 40 * count])}

    def _sysvar(self, name: str, sysvar: Sysvar) -> SimpleNamespace:
        data = self.states_of_keys([decode_base58(sysvar.address)])[decode_base58(sysvar.address)].data
        reads = ACCOUNT_KINDS[name].reads
        return SimpleNamespace(**{read: decode(t, data[sysvar.offsets[read] :]) for read, t in reads.items()})

    def states_of(self, instructions: list[Instruction]) -> AccountStates:
        keys = {m.pubkey for i in instructions for m in i.accounts} | {i.program_id for i in instructions}
        return self.states_of_keys([bytes(key) for key in keys])

    def states_of_keys(self, keys: list[bytes]) -> AccountStates:
        """Accounts as the ledger has them."""
        return {key: self._state(Pubkey(key)) for key in keys}

    def _state(self, key: Pubkey) -> AccountState:
        found = self.account(key)
        if found is None:
            return AccountState(bytes(key), 0, bytearray(), _SYSTEM, False)
        return AccountState(bytes(key), found.lamports, bytearray(found.data), bytes(found.owner), found.executable)

    def _keep(self, state: AccountState) -> None:
        """Store an account, unless it is stored like that."""
        now = self._state(Pubkey(state.key))
        if (now.lamports, now.data, now.owner) != (state.lamports, state.data, state.owner):
            account = Account(state.lamports, bytes(state.data), Pubkey(state.owner), state.executable, _RENT_EPOCH)
            self.set_account(Pubkey(state.key), account)

    def _rent_error(
        self,
        states: AccountStates,
        before: dict[bytes, tuple[int, int]],
        instructions: list[Instruction],
        payer: Keypair,
    ) -> Any:
        """As the runtime looks at accounts when a transaction is over: none may begin to owe rent."""
        keys = MessageV0.try_compile(payer.pubkey(), instructions, [], Hash.default()).account_keys
        for index, key in enumerate(keys):
            state = states.get(bytes(key))
            if state is None or not state.lamports or state.lamports >= self.rent(len(state.data)):
                continue
            lamports, size = before[state.key]
            owed_before = 0 < lamports < self.rent(size) and size == len(state.data)
            if (lamports, size) != (state.lamports, len(state.data)) and not (
                owed_before and state.lamports <= lamports
            ):
                return {"InsufficientFundsForRent": {"account_index": index}}
        return None

    def native(self, program: bytes, metas: list[CalledAccount], data: bytes, states: AccountStates) -> Native:
        """Execute one instruction in LiteSVM on the accounts as they are now, and leave LiteSVM as it was."""
        kept = {m.key: self._state(Pubkey(m.key)) for m in metas}
        for key in kept:
            self._keep(states[key])
        self.set_account(self._payer, Account(_PLENTY, b"", Pubkey(_SYSTEM), False, _RENT_EPOCH))
        accounts = [AccountMeta(Pubkey(m.key), m.signer, m.writable) for m in metas]
        call = Instruction(Pubkey(program), data, accounts)
        message = MessageV0.try_compile(self._payer, [call], [], Hash.default())
        result = self._sent(message)
        failed = hasattr(result, "err")
        meta: Any = result.meta() if failed else result
        after = {key: self._state(Pubkey(key)) for key in kept}
        for state in kept.values():
            self._keep(state)
        error: Any = json.loads(result.to_json())["err"] if failed else None
        if "InstructionError" in (error or ""):
            error = error["InstructionError"][1]
        returned: Any = meta.return_data()
        gave = (bytes(returned.program_id), bytes(returned.data)) if returned.data else None
        return Native(error, after, list(meta.logs()), gave, meta.compute_units_consumed())

    def _sent(self, message: Any) -> Any:
        """Send a message without signatures. An account may owe rent in the middle of a transaction, not at its end:
        what fails for that alone is executed again without any rent."""
        signatures = [Signature.default()] * message.header.num_required_signatures
        unsigned = VersionedTransaction.populate(message, signatures)
        self._svm.with_sigverify(False)
        result: Any = self._guard(self._svm.send_transaction, unsigned)
        if hasattr(result, "err") and "InsufficientFundsForRent" in result.to_json():
            rent, free = self._svm.get_rent(), cast("Any", Rent).free()
            self._svm.set_rent(free)
            result = self._guard(self._svm.send_transaction, unsigned)
            self._svm.set_rent(rent)
        self._svm.with_sigverify(True)
        return result


def merged(accounts: list[AccountMeta], called: set[Pubkey]) -> list[CalledAccount]:
    """The rights of an account in a message are those of all its mentions; a program that is called is not written."""
    signs, writes = ({m.pubkey for m in accounts if getattr(m, flag)} for flag in ("is_signer", "is_writable"))
    writes -= _RESERVED | called
    return [CalledAccount(bytes(m.pubkey), m.pubkey in signs, m.pubkey in writes) for m in accounts]


def instructions_sysvar(instructions: list[Instruction], index: int) -> bytes:
    """The instructions sysvar while one of them runs (solana-instructions-sysvar, `construct_instructions_data`)."""
    head, body = bytearray(len(instructions).to_bytes(2, "little")), bytearray()
    first = 2 + 2 * len(instructions)
    for instruction in instructions:
        head += (first + len(body)).to_bytes(2, "little")
        body += len(instruction.accounts).to_bytes(2, "little")
        for meta in instruction.accounts:
            body += bytes([meta.is_signer | meta.is_writable << 1]) + bytes(meta.pubkey)
        data = bytes(instruction.data)
        body += bytes(instruction.program_id) + len(data).to_bytes(2, "little") + data
    return bytes(head + body) + index.to_bytes(2, "little")

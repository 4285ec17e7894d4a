"""A localnet with the five programs, AnchorPy's clients of them, and two verbs: a call is `done` or `refused`."""

from __future__ import annotations

import os
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Self

import anchorpy
from anchorpy.coder.idl import _type_layout
from anchorpy_core.idl import Idl
from pyheck import snake
from solana.rpc.async_api import AsyncClient
from solana.rpc.types import TxOpts
from solders.compute_budget import set_compute_unit_limit
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from tests.support import errors
from tests.support.call import Call
from tests.support.events import Event, parse_events, plain
from tests.support.rpc import Rpc
from tests.support.snapshots import AccountState, Snapshot, difference, snapshot

from solana_localnet.spawn import Localnet, spawn

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("registry", "oracle", "energy_token", "trading", "governance")
CLOCK_SYSVAR = "SysvarC1ock11111111111111111111111111111111"
LAMPORTS_PER_SIGNATURE = 5_000
LAMPORTS_PER_WALLET = 10_000_000_000
UNIT_LIMIT = 400_000

PROVOKED: dict[str, set[int]] = {name: set() for name in NAMES}
"""Which codes of each program's own range were provoked, over all suites of this run."""


@dataclass(frozen=True)
class Done:
    """What a successful call did."""

    events: list[Event]
    changed: set[Pubkey]
    returned: Any
    units: int
    logs: list[str]
    before: Snapshot
    after: Snapshot

    def lamports(self, key: Pubkey) -> int:
        """By how much an account's lamports grew."""
        balances = [state[key].lamports if key in state else 0 for state in (self.before, self.after)]
        return balances[1] - balances[0]


class Chain:
    """A running localnet and its clients. `payer` pays every fee and does nothing else."""

    def __init__(self, net: Localnet) -> None:
        self.net = net
        self.rpc = Rpc(net.rpc_url)
        self.payer = keypair("fee payer")
        self.deployer = deployer()
        self.wallets: dict[str, Keypair] = {}
        self.watched: set[Pubkey] = {self.deployer.pubkey()}
        self._nonce = count()
        options = TxOpts(skip_confirmation=True, skip_preflight=False)
        self.provider = anchorpy.Provider(AsyncClient(net.rpc_url), anchorpy.Wallet(self.payer), options)
        ids = program_ids()
        self.programs = {name: anchorpy.Program(load_idl(name), ids[name], self.provider) for name in NAMES}

    @classmethod
    async def start(cls, replaced: Mapping[str, Path] | None = None) -> Self:
        """A new chain: the programs deployed, nothing initialized, fee payer and deployer funded, the clock at rest.

        `replaced` names other bytecode for some of the programs.
        """
        authority = str(deployer().pubkey())
        files = {name: program_folder() / f"{name}.so" for name in NAMES} | dict(replaced or {})
        genesis = [(str(key), files[name], authority) for name, key in program_ids().items()]
        chain = cls(spawn(upgradeable_programs=genesis))
        await chain.fund(chain.payer, chain.deployer)
        await chain.rpc("surfnet_pauseClock")
        return chain

    async def close(self) -> None:
        """Ends the localnet and the connections."""
        await self.provider.close()
        await self.rpc.close()
        self.net.close()

    # --- wallets and time ---

    async def fund(self, *wallets: Keypair) -> None:
        """Gives each wallet 10 SOL, and includes it in every snapshot."""
        calls = (("requestAirdrop", [str(wallet.pubkey()), LAMPORTS_PER_WALLET]) for wallet in wallets)
        await self.rpc.batch(*calls)
        self.watched |= {wallet.pubkey() for wallet in wallets if wallet != self.payer}

    async def wallet(self, name: str) -> Keypair:
        """The funded wallet of this name: always the same keypair."""
        if name not in self.wallets:
            self.wallets[name] = keypair(name)
            await self.fund(self.wallets[name])
        return self.wallets[name]

    async def now(self) -> int:
        """The chain's clock, unix seconds."""
        value = (await self.rpc("getAccountInfo", CLOCK_SYSVAR, {"encoding": "base64"}))["value"]
        return int.from_bytes(b64decode(value["data"][0])[32:40], "little", signed=True)

    async def travel(self, seconds: int) -> int:
        """Moves the chain's clock forward; returns the new time."""
        # Paused first: a running clock could pass a target that is only a second away.
        await self.rpc("surfnet_pauseClock")
        target = await self.now() + seconds
        await self.rpc("surfnet_timeTravel", {"absoluteTimestamp": target * 1000})
        await self.rpc("surfnet_pauseClock")
        assert await self.now() == target
        return target

    # --- accounts ---

    async def snapshot(self) -> Snapshot:
        """All accounts of the five programs and of the token program, and all wallets except the fee payer."""
        owners = [program.program_id for program in self.programs.values()]
        return await snapshot(self.rpc, owners, sorted(self.watched, key=str))

    async def state(self, key: Pubkey) -> AccountState | None:
        """An account as it is stored."""
        value = (await self.rpc("getAccountInfo", str(key), {"encoding": "base64"}))["value"]
        return None if value is None else AccountState.from_json(value)

    async def set_account(self, key: Pubkey, state: AccountState) -> None:
        """Puts an account where no program would have put it."""
        fields = {"lamports": state.lamports, "owner": str(state.owner), "data": state.data.hex()}
        await self.rpc("surfnet_setAccount", str(key), fields)

    async def account(self, program: str, kind: str, key: Pubkey) -> dict[str, Any]:
        """An account's fields, decoded by AnchorPy from the IDL."""
        return plain(await self.programs[program].account[kind].fetch(key))

    # --- calls ---

    async def done(self, call: Call) -> Done:
        """Sends a call through AnchorPy's `program.rpc`; everything that it did. Fails when the call does."""
        before = await self.snapshot()
        options = call.context(pre_instructions=[self._unique()])
        if call.changes or call.absent:
            signature = await self._send(call, skip_preflight=False)
        else:
            signature = str(await call.program.rpc[call.name](*call.args, ctx=options))
        meta = await self._meta(signature)
        after = await self.snapshot()
        return Done(
            events=parse_events(self.programs, meta["logMessages"]),
            changed=difference(before, after),
            returned=self._returned(call, meta),
            units=meta["computeUnitsConsumed"],
            logs=meta["logMessages"],
            before=before,
            after=after,
        )

    async def run(self, *calls: Call) -> None:
        """Sends calls whose effects another test asserts: the way to a state."""
        for call in calls:
            await self._meta(await self._send(call, skip_preflight=False))

    async def refused(self, call: Call, code: int | str) -> list[str]:
        """Lands a transaction that must fail with `code`: a custom code, or the name of a builtin error.

        Every account and balance is what it was before, byte for byte; only the fee is gone. Returns the log.
        """
        before = await self.snapshot()
        paid = (await self.state(self.payer.pubkey())).lamports
        signature = await self._send(call, skip_preflight=True)
        meta = await self._meta(signature, failed=True)
        after = await self.snapshot()
        fee = LAMPORTS_PER_SIGNATURE * (1 + len({signer.pubkey() for signer in call.signers}))
        assert difference(before, after) == set(), f"a refused {call.name} changed something"
        assert (await self.state(self.payer.pubkey())).lamports == paid - fee, "more than the fee is gone"
        expected = {"Custom": int(code)} if isinstance(code, int) else code
        assert meta["err"] == {"InstructionError": [1, expected]}, "\n".join(meta["logMessages"])
        if isinstance(code, int):
            self._check_log(code, meta["logMessages"])
        return meta["logMessages"]

    async def simulated(self, call: Call) -> Any:
        """The error of a call that is tried without being kept, or None: the control of a negative test."""
        return (await self._simulate(call))["err"]

    async def view(self, call: Call) -> Any:
        """What a call returns, by simulation."""
        value = await self._simulate(call)
        assert value["err"] is None, "\n".join(value["logs"])
        return self._returned(call, value)

    async def _simulate(self, call: Call) -> dict[str, Any]:
        transaction = await self._transaction(call.instruction(), *call.signers)
        config = {"encoding": "base64", "sigVerify": True}
        return (await self.rpc("simulateTransaction", encoded(transaction), config))["value"]

    def _unique(self) -> Instruction:
        """An instruction that makes equal calls different transactions, while the blockhash stays the same."""
        return set_compute_unit_limit(UNIT_LIMIT + next(self._nonce))

    async def _transaction(self, instruction: Instruction, *signers: Keypair) -> VersionedTransaction:
        blockhash = (await self.provider.connection.get_latest_blockhash()).value.blockhash
        message = Message.new_with_blockhash([self._unique(), instruction], self.payer.pubkey(), blockhash)
        unique = {signer.pubkey(): signer for signer in (self.payer, *signers)}
        return VersionedTransaction(message, list(unique.values()))

    async def _send(self, call: Call, *, skip_preflight: bool) -> str:
        transaction = await self._transaction(call.instruction(), *call.signers)
        config = {"encoding": "base64", "skipPreflight": skip_preflight}
        return await self.rpc("sendTransaction", encoded(transaction), config)

    async def send(self, instruction: Instruction, *signers: Keypair) -> None:
        """Sends an instruction of another program; it must succeed."""
        transaction = await self._transaction(instruction, *signers)
        await self._meta(await self.rpc("sendTransaction", encoded(transaction), {"encoding": "base64"}))

    async def _meta(self, signature: str, *, failed: bool = False) -> dict[str, Any]:
        config = {"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
        found = await self.rpc("getTransaction", signature, config)
        assert found is not None, f"transaction {signature} did not land"
        assert (found["meta"]["err"] is not None) == failed, "\n".join(found["meta"]["logMessages"])
        return found["meta"]

    def _returned(self, call: Call, meta: dict[str, Any]) -> Any:
        entry = next(item for item in call.program.idl.instructions if snake(item.name) == call.name)
        if entry.returns is None:
            return None
        data = meta["returnData"]
        assert data["programId"] == str(call.program.program_id)
        layout = _type_layout(entry.returns, [*call.program.idl.types, *call.program.idl.accounts])
        return plain(layout.parse(b64decode(data["data"][0])))

    def _check_log(self, code: int, logs: list[str]) -> None:
        """The log names the error as the IDL of the program whose code it is does, in Anchor's words."""
        for name, codes in errors.OF_PROGRAM.items():
            if code in set(codes):
                PROVOKED[name].add(code)
                declared = next(entry for entry in self.programs[name].idl.errors if entry.code == code)
                line = f"Error Code: {declared.name}. Error Number: {code}. Error Message: {declared.msg}."
                assert any(line in entry for entry in logs), "\n".join(logs)


def encoded(transaction: VersionedTransaction) -> str:
    """A transaction in base64."""
    return b64encode(bytes(transaction)).decode()


def keypair(name: str) -> Keypair:
    """The keypair of this name: always the same."""
    return Keypair.from_seed(sha256(f"gridtokenx test wallet: {name}".encode()).digest())


def deployer() -> Keypair:
    """The upgrade authority of all five programs."""
    return keypair("deployer")


def program_folder() -> Path:
    """Where the programs' .so files are: PROGRAMS, or what the build made."""
    return (ROOT / os.environ.get("PROGRAMS", "target/deploy")).resolve()


def program_ids() -> dict[str, Pubkey]:
    """The programs' ids, from Anchor.toml."""
    section = tomllib.loads((ROOT / "Anchor.toml").read_text())["programs"]["localnet"]
    return {name: Pubkey.from_string(section[name]) for name in NAMES}


def load_idl(name: str) -> Idl:
    """A program's IDL in the form that AnchorPy reads."""
    return Idl.from_json((ROOT / "target/idl/legacy" / f"{name}.json").read_text())

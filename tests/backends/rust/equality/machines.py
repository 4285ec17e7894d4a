"""The two machines that run a vector: the bytecode in the virtual machine, and the Rust natively."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.clock import Clock
from solders.compute_budget import ComputeBudget
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from tests.backends.rust.equality.vector import ABSENT, Outcome, Stored, Vector, decode, encode, program_code

from seahorse.driver.compile import Artifacts

ROOT = Path(__file__).resolve().parents[4]
HARNESS = ROOT / "tests" / "backends" / "rust" / "harness"
HOST = "x86_64-unknown-linux-gnu"
# The crates are compiled for the host, but take the paths that they take on chain: syscalls are external symbols.
RUST_FLAGS = '--cfg target_os="solana" -A explicit_builtin_cfgs_in_flags'


class Bytecode:
    """The programs' bytecode in LiteSVM. Anybody may sign for any address: PDA signers are tried directly."""

    def __init__(self, artifacts: list[Artifacts]) -> None:
        svm: Any = LiteSVM()
        budget: Any = ComputeBudget(False)
        budget.compute_unit_limit = 1_400_000
        svm.with_compute_budget(budget)
        svm.with_blockhash_check(False)
        svm.with_sigverify(False)
        svm.with_transaction_history(0)
        svm.with_log_bytes_limit(None)
        self.svm = svm
        for a in artifacts:
            svm.add_program(Pubkey.from_string(a.idl["address"]), a.bytecode)
        ids = [Pubkey.from_string(a.idl["address"]) for a in artifacts]
        self.executable = {key: self._stored(key) for key in ids}
        self.payer = Keypair.from_seed(bytes([7] * 32))
        svm.set_account(self.payer.pubkey(), Account(10**15, b"", ABSENT.owner, False, 0))
        self.rent = bytes(svm.get_rent())

    def run(self, vector: Vector) -> Outcome | None:
        """None: the transaction does not get as far as the program."""
        for key, stored in vector.accounts.items():
            if not stored.executable:
                account = Account(stored.lamports, stored.data, stored.owner, False, 2**64 - 1)
                self.svm.set_account(key, account)
        self._clock(vector)
        metas = [AccountMeta(m.key, m.signer, m.writable) for m in vector.metas]
        instruction = Instruction(vector.program, vector.data, metas)
        message = MessageV0.try_compile(self.payer.pubkey(), [instruction], [], Hash.default())
        unsigned = [Signature.default()] * message.header.num_required_signatures
        result: Any = self.svm.send_transaction(VersionedTransaction.populate(message, unsigned))
        failed = hasattr(result, "err")
        meta: Any = result.meta() if failed else result
        logs: list[str] = list(meta.logs())
        code = 0
        if failed:
            error = json.loads(result.to_json())["err"]
            if not isinstance(error, dict) or "InstructionError" not in error:
                return None
            code = program_code(error["InstructionError"][1])
        returned: Any = meta.return_data()
        value = (returned.program_id, bytes(returned.data)) if bytes(returned.data) else None
        after = {key: self._stored(key) for key in [*vector.accounts, *(m.key for m in vector.metas)]}
        return Outcome(code, events_in(logs), value, after, logs)

    def _clock(self, vector: Vector) -> None:
        slot, start, epoch, leader, now = vector.clock
        self.svm.set_clock(Clock(slot, start, epoch, leader, now))

    def _stored(self, key: Pubkey) -> Stored:
        found: Any = self.svm.get_account(key)
        if found is None or found.lamports == 0:
            return ABSENT
        return Stored(found.owner, found.lamports, bytes(found.data), found.executable)


def events_in(logs: list[str]) -> list[bytes]:
    """What programs logged as data."""
    start = "Program data: "
    return [base64.b64decode(line.removeprefix(start)) for line in logs if line.startswith(start)]


class Native:
    """The generated Rust in a process of its own."""

    def __init__(self, program: Path, rent: bytes, *arguments: str) -> None:
        self.rent = rent
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, vector: Vector) -> Outcome:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(encode(vector, self.rent))
        self.process.stdin.flush()
        head = self.process.stdout.read(4)
        if len(head) < 4:
            raise RuntimeError(f"the harness ended on {vector.name} ({vector.what})")
        return decode(vector, self.process.stdout.read(int.from_bytes(head, "little")))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)

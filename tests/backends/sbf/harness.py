"""Runs helpers of the back end's runtime library inside the VM, many calls in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from solders.compute_budget import ComputeBudget
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction

from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.helper_library import library
from seahorse.backends.sbf.link.compile import compile_module
from seahorse.backends.sbf.link.linker import link
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.diagnostics import Span

_PROGRAM = Pubkey(bytes([7] * 32))
_PAYER = Keypair.from_seed(bytes([1] * 32))
_DATA_LIMIT, _RETURN_LIMIT = 900, 1024


class Helper:
    """A runtime helper `name(words...) -> i64`; with `out`, its first parameter is that many bytes of memory for results."""

    def __init__(self, name: str, words: int, out: int = 0) -> None:
        self.words, self.out = words, out
        errors = Errors(Span("harness.py", 1, 1, 1, 1))
        module = LlvmModule(library(errors))
        f = module.function("entrypoint", ["ptr"], linkage="")
        # No accounts: the data's length stands after their number.
        size = f.load("i64", f.params[0], 8)
        start = f.at(f.params[0], 16)
        end = f.at(start, size)
        cursor, results = f.slot("ptr", start), f.alloca(_RETURN_LIMIT)
        place = f.slot("ptr", results)

        def one() -> None:
            args: list[Value] = [f.at(place.get(), 8)] if out else []
            args += [f.load("i64", cursor.get(), 8 * i) for i in range(words)]
            f.store(f.runtime(name, *args), place.get())
            cursor.set(f.at(cursor.get(), 8 * words))
            place.set(f.at(place.get(), 8 + out))

        f.while_(lambda: f.address(cursor.get()).ult(f.address(end)), one)
        f.call("sol_set_return_data", results, f.address(place.get()) - f.address(results))
        f.ret()
        self.size = len(link(compile_module(module.text())))
        budget = ComputeBudget(False)
        budget.compute_unit_limit = 10**9
        self.vm = (
            LiteSVM()
            .with_compute_budget(budget)
            .with_sigverify(False)
            .with_blockhash_check(False)
            .with_transaction_history(0)
        )
        self.vm.add_program(_PROGRAM, link(compile_module(module.text())))
        self.vm.airdrop(_PAYER.pubkey(), 10**12)
        self.units = 0

    def __call__(self, calls: Sequence[Sequence[int]]) -> list[tuple[int, bytes]]:
        """For every call's words (unsigned), the value returned and the bytes written."""
        step = min(_DATA_LIMIT // (8 * self.words), _RETURN_LIMIT // (8 + self.out))
        found: list[tuple[int, bytes]] = []
        for at in range(0, len(calls), step):
            data = b"".join(w.to_bytes(8, "little") for c in calls[at : at + step] for w in c)
            message = Message.new_with_blockhash([Instruction(_PROGRAM, data, [])], _PAYER.pubkey(), Hash.default())
            answer = self.vm.send_transaction(Transaction.populate(message, [Signature.default()]))
            assert hasattr(answer, "return_data"), answer
            raw = bytes(answer.return_data().data)
            self.units += answer.compute_units_consumed()
            # The runtime cuts zeros off the end of return data only in its display; the length is exact.
            for i in range(len(calls[at : at + step])):
                piece = raw[i * (8 + self.out) : (i + 1) * (8 + self.out)].ljust(8 + self.out, b"\0")
                found.append((int.from_bytes(piece[:8], "little"), piece[8:]))
        return found

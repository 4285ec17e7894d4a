"""Calls of arbitrary programs, by accounts and raw bytes; programs of the workspace have typed calls."""

from typing import Any

from seahorse.prelude.ledger.accounts import AccountWithKey, UncheckedAccount
from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u8

__all__ = ["CpiAccount", "Program"]


class CpiAccount:
    """An account and its flags for `Program.invoke`."""

    def __init__(
        self, account: AccountWithKey, mut: bool = False, signer: bool = False, seeds: list[Any] | None = None
    ) -> None:
        """
        Args:
            account: the account to pass.
            mut: whether the called program may write it.
            signer: whether it signs; only for a Signer. Excludes `seeds`.
            seeds: the seeds, with the bump, of a derived address of this program that signs. Excludes
                `signer`.
        """
        if signer and seeds is not None:
            raise ValueError("signer and seeds exclude each other: seeds already make the account sign")
        self.account, self.mut, self.signer, self.seeds = account, mut, signer, seeds


class Program(UncheckedAccount):
    """An arbitrary program. Check its key before calling it."""

    def invoke(self, accounts: list[CpiAccount], data: list[u8] | bytes, signer: Any = None) -> None:
        """Call the program.

        Args:
            accounts: what the called instruction expects, in its order; the program itself is not one of
                them.
            data: the instruction's data.
            signer: `vault.signer()` or the seeds of a derived address of this program, which signs wherever it stands
                in the accounts (with `signer=True`).
        """
        only_on_chain("Program.invoke")

"""One call of an instruction, and the ways to spoil it: another account, no signature, fewer accounts, other bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import anchorpy
from pyheck import snake
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

Change = Callable[[Instruction], Instruction]


@dataclass(frozen=True)
class Call:
    """An instruction of a program with its arguments, accounts (by the IDL's names) and the wallets that sign."""

    program: anchorpy.Program
    name: str
    args: tuple[Any, ...]
    accounts: dict[str, Pubkey]
    signers: tuple[Keypair, ...] = ()
    changes: tuple[Change, ...] = field(default=(), repr=False)

    @property
    def account_names(self) -> list[str]:
        """The instruction's accounts in order, as the IDL names them."""
        return [snake(account.name) for account in self._idl.accounts]

    @property
    def absent(self) -> set[str]:
        """Optional accounts that this call leaves out: Anchor's sign for that is the program's own id."""
        optional = {snake(account.name) for account in self._idl.accounts if account.is_optional}
        return {name for name in optional if self.accounts[name] == self.program.program_id}

    @property
    def _idl(self) -> Any:
        return next(entry for entry in self.program.idl.instructions if snake(entry.name) == self.name)

    def instruction(self) -> Instruction:
        """The instruction as AnchorPy writes it, then as the changes spoil it."""
        built = self.program.instruction[self.name](*self.args, ctx=anchorpy.Context(accounts=self.accounts))
        absent = self.absent
        metas = [
            AccountMeta(meta.pubkey, is_signer=False, is_writable=False) if name in absent else meta
            for name, meta in zip(self.account_names, built.accounts, strict=True)
        ]
        built = Instruction(built.program_id, built.data, metas)
        for change in self.changes:
            built = change(built)
        return built

    def context(self, **options: Any) -> anchorpy.Context:
        """AnchorPy's context of the call, for `program.rpc`."""
        return anchorpy.Context(accounts=self.accounts, signers=list(self.signers), **options)

    def with_accounts(self, **accounts: Pubkey) -> Call:
        """The same call with other accounts."""
        unknown = accounts.keys() - self.accounts.keys()
        assert not unknown, f"{self.name} has no account {unknown}"
        return replace(self, accounts={**self.accounts, **accounts})

    def with_args(self, *args: Any) -> Call:
        """The same call with other arguments."""
        return replace(self, args=args)

    def signed_by(self, **wallets: Keypair) -> Call:
        """The same call with other wallets in these signer accounts."""
        others = {snake(account.name) for account in self._idl.accounts if account.is_signer} - wallets.keys()
        gone = {self.accounts[name] for name in wallets} - {self.accounts[name] for name in others}
        kept = [signer for signer in self.signers if signer.pubkey() not in gone]
        replaced = self.with_accounts(**{name: wallet.pubkey() for name, wallet in wallets.items()})
        return replace(replaced, signers=(*kept, *wallets.values()))

    def unsigned(self, account: str) -> Call:
        """The same call without the signature of one account."""
        key = self.accounts[account]
        kept = tuple(signer for signer in self.signers if signer.pubkey() != key)
        return replace(self._meta(account, is_signer=False), signers=kept)

    def readonly(self, account: str) -> Call:
        """The same call with one account not writable."""
        return self._meta(account, is_writable=False)

    def _meta(self, account: str, **flags: bool) -> Call:
        """Changes the flags of an account wherever it stands: the runtime joins those of one address."""
        key = self.accounts[account]

        def change(built: Instruction) -> Instruction:
            metas = [
                AccountMeta(key, **{"is_signer": meta.is_signer, "is_writable": meta.is_writable, **flags})
                if meta.pubkey == key
                else meta
                for meta in built.accounts
            ]
            return Instruction(built.program_id, built.data, metas)

        return self._changed(change)

    def first_accounts(self, count: int) -> Call:
        """The same call with only the first accounts."""
        names = self.account_names[:count]
        needed = {self.accounts[name] for name in names}
        signers = tuple(signer for signer in self.signers if signer.pubkey() in needed)
        cut = self._changed(lambda built: Instruction(built.program_id, built.data, built.accounts[:count]))
        return replace(cut, signers=signers)

    def with_remaining(self, *keys: Pubkey) -> Call:
        """The same call with more accounts behind its own."""
        more = [AccountMeta(key, is_signer=False, is_writable=False) for key in keys]
        return self._changed(lambda built: Instruction(built.program_id, built.data, [*built.accounts, *more]))

    def with_data(self, change: Callable[[bytes], bytes]) -> Call:
        """The same call with other instruction data."""
        return self._changed(lambda built: Instruction(built.program_id, change(bytes(built.data)), built.accounts))

    def _changed(self, change: Change) -> Call:
        return replace(self, changes=(*self.changes, change))

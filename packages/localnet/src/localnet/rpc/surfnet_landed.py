"""Profiles of transactions that have landed: what each instruction did, found by running it again where it began.

The accounts that recent transactions found and left are kept. A profile sets them back, runs the first instruction,
then the first two, and so on, and puts everything as it was: nobody sees it, since nothing else runs meanwhile.
"""

from collections import OrderedDict
from dataclasses import dataclass

from solders.account import Account
from solders.clock import Clock
from solders.pubkey import Pubkey
from solders.signature import Signature

from localnet.chain.chain import Chain
from localnet.chain.decoded import Decoded
from localnet.chain.history import Record
from localnet.chain.vm import EMPTY
from localnet.codec.errors import transaction_error_text
from localnet.rpc.registry import Node
from localnet.rpc.surfnet_profile import Profile, States, Step, profile_steps

MAX_LANDED = 256
MAX_BYTES = 64 << 20
"""Bytes of account data kept for all of them together."""


@dataclass(slots=True)
class Landed:
    """A transaction with the accounts that it could write, before and after, and those that it could only read."""

    record: Record
    before: States
    after: States
    readonly: dict[Pubkey, Account]
    clock: Clock
    size: int


class Landing:
    """A listener that keeps what recent transactions found and left."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.by_signature: OrderedDict[Signature, Landed] = OrderedDict()
        self._size = 0

    def on_transaction(self, record: Record, decoded: Decoded) -> None:
        """Keeps one, and lets go of the oldest above the caps."""
        found = dict(self.chain.captures.get(record.signature, ()))
        read = self.chain.vm.account
        before: States = {}
        after: States = {}
        readonly: dict[Pubkey, Account] = {}
        for key, writable in zip(decoded.keys, decoded.writable, strict=True):
            account = read(key)
            if writable:
                before[key], after[key] = found.get(key), account
            elif account is not None and not account.executable:
                readonly[key] = account
        accounts = [*before.values(), *after.values(), *readonly.values()]
        size = sum(len(account.data) for account in accounts if account is not None)
        self.by_signature[record.signature] = Landed(record, before, after, readonly, self.chain.vm.clock(), size)
        self._size += size
        while len(self.by_signature) > MAX_LANDED or (self._size > MAX_BYTES and self.by_signature):
            _, oldest = self.by_signature.popitem(last=False)
            self._size -= oldest.size

    def forget(self) -> None:
        """Lets go of all of them."""
        self.by_signature.clear()
        self._size = 0

    def on_slot(self, slot: int, parent: int) -> None:
        """Slots change no account of a transaction."""

    def on_account(self, address: Pubkey) -> None:
        """What a control method writes came after the transactions that are kept."""

    def profile(self, node: Node, signature: Signature) -> Profile | None:
        """The profile of a kept transaction, None for any other.

        Its steps are left out where running it again does not lead to the same logs: programs may have changed since.
        """
        landed = self.by_signature.get(signature)
        if landed is None:
            return None
        record, decoded = landed.record, landed.record.decoded()
        meta = record.meta
        error = None if record.err is None else transaction_error_text(record.err)
        whole = Step(landed.before, landed.after, meta.compute_units_consumed(), meta.logs(), error)
        steps = self._again(node, landed, decoded)
        if steps is not None and [line for step in steps for line in step.logs] != meta.logs():
            steps = None
        return Profile(str(signature), None, record.slot, whole, steps, landed.readonly)

    def _again(self, node: Node, landed: Landed, decoded: Decoded) -> list[Step] | None:
        vm = self.chain.vm
        then = landed.before | landed.readonly
        now: States = {key: vm.account(key) for key in then}
        changed = [key for key in then if then[key] != now[key] and not _is_program(now[key], then[key])]
        clock = vm.clock()
        try:
            vm.set_clock(landed.clock)
            for key in changed:
                vm.set_account(key, then[key] or EMPTY)
            return profile_steps(node, decoded, landed.before)
        finally:
            for key in changed:
                vm.set_account(key, now[key] or EMPTY)
            vm.set_clock(clock)


def _is_program(*states: Account | None) -> bool:
    """Programs stay as they are: setting one back would compile it anew."""
    return any(account is not None and account.executable for account in states)

"""Ways to spoil a call: its accounts' data, owners, order and flags, and its instruction data."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from seahorse.testing import Ledger


@dataclass(frozen=True)
class Spoiled:
    """A call that should not go through as it is: what was done to it, and the accounts to put in place first."""

    what: str
    instruction: Instruction
    accounts: dict[Pubkey, Account]


def _with(account: Account, data: bytes, owner: Pubkey | None = None) -> Account:
    return Account(account.lamports, data, owner or account.owner, account.executable, account.rent_epoch)


def _flipped(rng: random.Random, data: bytes) -> bytes:
    """Some bytes replaced behind the discriminator: lengths, tags, flags, numbers."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        out[rng.randrange(8, len(out))] = rng.choice((0, 1, 2, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(out)


def spoiled(ledger: Ledger, good: Instruction, rng: random.Random, count: int) -> Iterator[Spoiled]:
    """`count` random variations of a good call."""
    programs = set(ledger.programs)
    for _ in range(count):
        yield rng.choice(_KINDS)(ledger, good, rng, programs)


def _data_of(ledger: Ledger, good: Instruction, rng: random.Random, programs: set[Pubkey]) -> Spoiled:
    ours = [m.pubkey for m in good.accounts if (a := ledger.account(m.pubkey)) is not None and a.owner in programs]
    if not ours:
        return _arguments(ledger, good, rng, programs)
    key = rng.choice(ours)
    account = ledger.account(key)
    assert account is not None
    data = bytes(account.data)
    kind = rng.randrange(4)
    if kind == 0:
        return Spoiled("truncated", good, {key: _with(account, data[: rng.randrange(len(data))])})
    if kind == 1:
        return Spoiled("another owner", good, {key: _with(account, data, rng.choice([*programs, Pubkey.default()]))})
    if kind == 2:
        return Spoiled("all ones", good, {key: _with(account, data[:8] + b"\xff" * (len(data) - 8))})
    return Spoiled("flipped bytes", good, {key: _with(account, _flipped(rng, data))})


def _arguments(ledger: Ledger, good: Instruction, rng: random.Random, programs: set[Pubkey]) -> Spoiled:
    data = bytes(good.data)
    cut = rng.random() < 0.4 or len(data) == 8
    changed = data[: rng.randrange(len(data))] if cut else _flipped(rng, data)
    return Spoiled("arguments", Instruction(good.program_id, changed, good.accounts), {})


def _metas(ledger: Ledger, good: Instruction, rng: random.Random, programs: set[Pubkey]) -> Spoiled:
    metas = list(good.accounts)
    kind = rng.randrange(4)
    at = rng.randrange(len(metas))
    if kind == 0:
        metas = metas[:at]
    elif kind == 1:
        rng.shuffle(metas)
    elif kind == 2:
        metas[at] = AccountMeta(rng.choice(metas).pubkey, metas[at].is_signer, metas[at].is_writable)
    else:
        metas[at] = AccountMeta(metas[at].pubkey, False, rng.random() < 0.5)
    return Spoiled("metas", Instruction(good.program_id, bytes(good.data), metas), {})


_KINDS: tuple[Callable[[Ledger, Instruction, random.Random, set[Pubkey]], Spoiled], ...] = (
    _data_of,
    _arguments,
    _metas,
)

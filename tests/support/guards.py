"""The guards that every instruction has, tried one by one on a call that would succeed.

A `Recipe` says how the good call is made, and what its own rules are; `Guards` spoils the call in every way that
Anchor's framework refuses: no signature, a stranger's, look-alike accounts, other addresses, programs and bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pyheck import snake
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair, load_idl
from tests.support.errors import TOO_SHORT, Framework
from tests.support.snapshots import SYSTEM_PROGRAM, TOKEN_PROGRAM, AccountState
from tests.support.world import World

from gridtokenx.chain.interface.addresses import program_data_address

ELSEWHERE = keypair("an address that no program derived").pubkey()
NEVER_USED = keypair("an address where nothing is").pubkey()


@dataclass(frozen=True)
class Recipe:
    """How to make a good call of one instruction, and which of its accounts have rules of their own."""

    name: str
    make: Callable[[World], Awaitable[Call]]
    signers: tuple[str, ...] = ()
    """The accounts that must sign; compared with the IDL, so that neither can forget one."""
    stranger: dict[str, int] = field(default_factory=dict)
    """The code when an ordinary user, who is not the one, signs in this account's place."""
    by_address: frozenset[str] = frozenset()
    """Accounts of which only the address matters, not what is stored there."""
    copies: dict[str, int | None] = field(default_factory=dict)
    """The code for an exact copy of an account elsewhere, where it is not 2006; None: as good as the original."""
    initializer: bool = False
    """Whether the good call works only once, so that it needs a chain of its own."""
    cpi_only: bool = False
    """Whether only another program can make the good call, by signing as its own account."""


def recipes(*entries: Recipe) -> dict[str, Recipe]:
    """Recipes by instruction."""
    return {entry.name: entry for entry in entries}


class Guards:
    """Tests for every recipe of `program`; conftest.py gives each test its recipe."""

    program: str
    recipes: dict[str, Recipe]

    async def test_the_good_call_is_good(self, world: World, recipe: Recipe, good: Call) -> None:
        """The control of all the others: unspoiled, the call works."""
        expected = None if not recipe.cpi_only else {"InstructionError": [1, {"Custom": Framework.ACCOUNT_NOT_SIGNER}]}
        assert await world.simulated(_sendable(recipe, good)) == expected

    async def test_idl_names_the_signers(self, recipe: Recipe, good: Call) -> None:
        """The IDL demands the signatures that the rules demand, and no other."""
        entry = next(item for item in good.program.idl.instructions if snake(item.name) == recipe.name)
        assert {snake(item.name) for item in entry.accounts if item.is_signer} >= set(recipe.signers)
        required = {snake(item.name) for item in entry.accounts if item.is_signer and not item.is_optional}
        assert required == set(recipe.signers) - good.absent

    async def test_every_signature_is_needed(self, world: World, recipe: Recipe, good: Call) -> None:
        """Without one of its signatures the call is refused."""
        for account in recipe.signers:
            await world.refused(good.unsigned(account), Framework.ACCOUNT_NOT_SIGNER)

    async def test_a_stranger_is_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """Another user's signature does not help."""
        mallory = await world.wallet("mallory")
        for account, code in recipe.stranger.items():
            await world.refused(good.signed_by(**{account: mallory}), code)

    async def test_look_alikes_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """An account with the same bytes that belongs to another program: at another address, and at its own."""
        for account, (key, state) in (await _typed(world, recipe, good)).items():
            alike = AccountState(state.lamports, _other_owner(world, state), state.data)
            async with _placed(world, ELSEWHERE, alike):
                spoiled = good.with_accounts(**{account: ELSEWHERE})
                await world.refused(spoiled, Framework.ACCOUNT_OWNED_BY_WRONG_PROGRAM)
            async with _placed(world, key, alike):
                await world.refused(good, Framework.ACCOUNT_OWNED_BY_WRONG_PROGRAM)

    async def test_other_types_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """An account of the right program with another discriminator, with none, and an address where nothing is."""
        for account, (_, state) in (await _typed(world, recipe, good)).items():
            spoiled = good.with_accounts(**{account: ELSEWHERE})
            if state.owner != TOKEN_PROGRAM:
                alien = AccountState(state.lamports, state.owner, b"\x2a" * 8 + state.data[8:])
                async with _placed(world, ELSEWHERE, alien):
                    await world.refused(spoiled, Framework.ACCOUNT_DISCRIMINATOR_MISMATCH)
                async with _placed(world, ELSEWHERE, AccountState(state.lamports, state.owner, state.data[:7])):
                    await world.refused(spoiled, TOO_SHORT)
            nothing = good.with_accounts(**{account: NEVER_USED})
            await world.refused(nothing, Framework.ACCOUNT_NOT_INITIALIZED)

    async def test_truncated_accounts_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """The right program and discriminator, but the content breaks off."""
        for account, (key, state) in (await _typed(world, recipe, good)).items():
            if state.owner != TOKEN_PROGRAM:
                async with _placed(world, key, AccountState(state.lamports, state.owner, state.data[:9])):
                    await world.refused(good, Framework.ACCOUNT_DID_NOT_DESERIALIZE)
            assert account

    async def test_copies_at_other_addresses_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """Right program, right type, right content, but not where the seeds lead: 2006."""
        for account, (_, state) in (await _typed(world, recipe, good)).items():
            code = recipe.copies.get(account, Framework.CONSTRAINT_SEEDS)
            async with _placed(world, ELSEWHERE, state):
                spoiled = good.with_accounts(**{account: ELSEWHERE})
                if code is None:
                    assert await world.simulated(spoiled) is None
                else:
                    await world.refused(spoiled, code)
        for account in recipe.by_address:
            await world.refused(good.with_accounts(**{account: ELSEWHERE}), Framework.CONSTRAINT_SEEDS)

    async def test_new_accounts_have_one_address(self, world: World, recipe: Recipe, good: Call) -> None:
        """What the call would create can be created at one address only."""
        for account in await _new(world, recipe, good):
            await world.refused(good.with_accounts(**{account: NEVER_USED}), Framework.CONSTRAINT_SEEDS)

    async def test_dust_does_not_block_creation(self, world: World, recipe: Recipe, good: Call) -> None:
        """Anybody can send lamports to an address before anything is there; the account is created all the same."""
        for account in await _new(world, recipe, good):
            for lamports in (1, 10**9):
                async with _placed(world, good.accounts[account], AccountState(lamports, SYSTEM_PROGRAM, b"")):
                    assert await world.simulated(good) is None

    async def test_what_comes_after_is_ignored(self, world: World, recipe: Recipe, good: Call) -> None:
        """As in Anchor, bytes behind the arguments and accounts behind the last one are nobody's business."""
        if not recipe.cpi_only:
            assert await world.simulated(good.with_data(lambda data: data + b"\0\xff")) is None
            assert await world.simulated(good.with_remaining(NEVER_USED)) is None

    async def test_other_programs_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """No other program takes the place of one that the call uses."""
        for account in good.account_names:
            if account.endswith("_program") and not recipe.cpi_only:
                await world.refused(good.with_accounts(**{account: ELSEWHERE}), Framework.INVALID_PROGRAM_ID)
            if account == "program_data" and "program" not in good.accounts:
                await world.refused(good.with_accounts(program_data=NEVER_USED), Framework.ACCOUNT_NOT_INITIALIZED)
                other = next(key for key in world.ids.values() if key != good.program.program_id)
                theirs = good.with_accounts(program_data=program_data_address(other))
                await world.refused(theirs, Framework.CONSTRAINT_SEEDS)

    async def test_writable_accounts_must_be_writable(self, world: World, recipe: Recipe, good: Call) -> None:
        """What the call changes must be passed as writable."""
        metas = dict(zip(good.account_names, good.instruction().accounts, strict=True))
        for account in await _typed(world, recipe, good):
            if metas[account].is_writable:
                await world.refused(good.readonly(account), Framework.CONSTRAINT_MUT)

    async def test_too_few_accounts_are_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """The last account missing, and all of them."""
        count = len(good.account_names)
        for kept in sorted({0, count - 1}):
            if not recipe.cpi_only or kept == 0:
                await world.refused(good.first_accounts(kept), Framework.ACCOUNT_NOT_ENOUGH_KEYS)

    async def test_malformed_data_is_refused(self, world: World, recipe: Recipe, good: Call) -> None:
        """Arguments that break off, instructions that do not exist, no data at all."""
        good = _sendable(recipe, good)
        if good.args:
            for length in sorted({8, len(good.instruction().data) - 1}):
                short = good.with_data(lambda data, length=length: data[:length])
                await world.refused(short, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)
        for spoil in (lambda data: b"\xff" * 8 + data[8:], lambda data: data[:7], lambda data: b""):
            await world.refused(good.with_data(spoil), Framework.INSTRUCTION_FALLBACK_NOT_FOUND)

    async def test_every_instruction_has_a_recipe(self) -> None:
        """Nothing of the program is left out here."""
        assert set(self.recipes) == {snake(entry.name) for entry in load_idl(self.program).instructions}


def _sendable(recipe: Recipe, good: Call) -> Call:
    """The good call, without the signature that nobody but a program can give."""
    return good.unsigned(recipe.signers[0]) if recipe.cpi_only else good


async def _typed(world: World, recipe: Recipe, good: Call) -> dict[str, tuple[Pubkey, AccountState]]:
    """The accounts of a call that exist and belong to one of our programs or to the token program, by name."""
    if recipe.cpi_only:
        return {}
    owners = {*world.ids.values(), TOKEN_PROGRAM}
    found: dict[str, tuple[Pubkey, AccountState]] = {}
    for name in good.account_names:
        if name in recipe.signers or name in recipe.by_address or name in good.absent or name.endswith("_program"):
            continue
        state = await world.state(good.accounts[name])
        if state is not None and state.owner in owners:
            found[name] = (good.accounts[name], state)
    return found


async def _new(world: World, recipe: Recipe, good: Call) -> list[str]:
    """The accounts of a call that do not exist yet and that it creates."""
    if recipe.cpi_only:
        return []
    metas = dict(zip(good.account_names, good.instruction().accounts, strict=True))
    rest = [name for name in good.account_names if name not in recipe.by_address and metas[name].is_writable]
    return [name for name in rest if await world.state(good.accounts[name]) is None]


def _other_owner(world: World, state: AccountState) -> Pubkey:
    """A program of ours that is not the account's, so that the look-alike is in every snapshot."""
    return next(key for key in world.ids.values() if key != state.owner)


@asynccontextmanager
async def _placed(world: World, key: Pubkey, state: AccountState):
    """An account at an address for a while; then what was there before, or nothing."""
    before = await world.state(key)
    await world.set_account(key, state)
    try:
        yield
    finally:
        empty = AccountState(0, SYSTEM_PROGRAM, b"")
        await world.set_account(key, before or empty)

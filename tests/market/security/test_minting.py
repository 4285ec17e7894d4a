"""Attacks on GRID: minting what was not generated, twice, or to oneself; spending what is somebody else's."""

from __future__ import annotations

import struct

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.market.security.town import GRID_PER_WH, START, Town

from seahorse.testing import expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM, TokenState


def earn(town: Town, meter_id: str, produced: int = 5_000, consumed: int = 0) -> None:
    """A reading that is not minted yet."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading(meter_id, START + 60, produced, consumed))


def spl_burn(town: Town, holder: Keypair, amount: int) -> Instruction:
    """SPL's own Burn, past energy_token."""
    metas = [
        AccountMeta(town.grid_of(holder), False, True),
        AccountMeta(town.grid, False, True),
        AccountMeta(holder.pubkey(), True, False),
    ]
    return Instruction(TOKEN_PROGRAM, struct.pack("<BQ", 8, amount), metas)


def test_minting_twice(town: Town) -> None:
    """The same energy, minted again, in a second call and within one transaction."""
    earn(town, "METER_666")
    mint = town.energy_token.prepare("mint_grid_tokens", **town.mint_grid_tokens(town.mallory, "METER_666"))
    with expect_error("NoUnsettledBalance"):
        town.ledger.send(mint, mint)
    town.ledger.send(mint)
    with expect_error("NoUnsettledBalance"):
        town.ledger.send(mint)
    town.assert_books()


def test_minting_from_somebody_elses_meter(town: Town) -> None:
    """Mallory signs as the owner of Alice's meter, with her own token account and with Alice's."""
    earn(town, "METER_001")
    stolen = town.mint_grid_tokens(town.mallory, "METER_001")
    with expect_error("InvalidTokenAccount"):
        town.energy_token.mint_grid_tokens(**stolen)
    with expect_error("UnauthorizedUser"):
        town.energy_token.mint_grid_tokens(**stolen | {"user_token_account": town.grid_of(town.alice)})


def test_minting_into_somebody_elses_account(town: Town) -> None:
    """Even the owner can only mint to herself: what a meter earned cannot go astray."""
    earn(town, "METER_001")
    with expect_error("InvalidTokenAccount"):
        town.energy_token.mint_grid_tokens(
            **town.mint_grid_tokens(town.alice, "METER_001") | {"user_token_account": town.grid_of(town.mallory)}
        )


def test_meter_made_up_by_another_program(town: Town) -> None:
    """Mallory's own program holds a perfect copy of a meter with a billion watt-hours."""
    fake = town.ledger.key().pubkey()
    original = town.ledger.account(town.meter("METER_666"))
    assert original is not None
    town.ledger.set_account(fake, data=bytes(original.data), owner=town.ledger.key().pubkey())
    with expect_error("AccountOwnedByWrongProgram"):
        town.energy_token.mint_grid_tokens(**town.mint_grid_tokens(town.mallory, "METER_666") | {"meter_account": fake})


def test_user_account_as_meter(town: Town) -> None:
    """An account of the right program, but of another type."""
    with expect_error("AccountDiscriminatorMismatch"):
        town.energy_token.mint_grid_tokens(
            **town.mint_grid_tokens(town.mallory, "METER_666") | {"meter_account": town.user(town.mallory)}
        )


def test_minting_another_token(town: Town) -> None:
    """The settlement is real, but the token is Mallory's own: Alice would get worthless tokens for her energy."""
    earn(town, "METER_001")
    fake = town.ledger.mint(authority=town.energy_token.address("token_info"))
    given = town.mint_grid_tokens(town.alice, "METER_001")
    with expect_error("ConstraintSeeds"):
        town.energy_token.mint_grid_tokens(**given, mint=fake)
    worthless = town.ledger.token_account(fake, town.alice)
    with expect_error("InvalidTokenAccount"):
        town.energy_token.mint_grid_tokens(**given | {"user_token_account": worthless})


def test_minting_without_the_oracle(town: Town) -> None:
    """mint_for_generation is for the oracle program, not for its gateway, its authority, or the owner."""
    earn(town, "METER_001")
    given = {
        "meter_account": town.meter("METER_001"),
        "user_account": town.user(town.alice),
        "owner_token_account": town.grid_of(town.alice),
    }
    for signer in (town.gateway, town.deployer, town.alice):
        with expect_error("ConstraintSeeds"):
            town.energy_token.mint_for_generation(oracle_data=signer, **given)


def test_settling_without_minting(town: Town) -> None:
    """Mallory settles Alice's meter directly, so that Alice's energy is lost."""
    earn(town, "METER_001")
    for signer in (town.mallory, town.alice):
        with expect_error("ConstraintSeeds"):
            town.registry.settle_meter_balance(
                token_info=signer, meter_account=town.meter("METER_001"), user_account=town.user(town.alice)
            )


def test_oracle_mints_only_to_the_meters_owner(town: Town) -> None:
    """A gateway that was taken over cannot divert what it reads: neither by another owner nor another account."""
    reading = town.process_energy_data(town.mallory, "METER_001", START + 60, 5_000)
    with expect_error("InvalidTokenAccount"):
        town.oracle.process_energy_data(**reading)
    with expect_error("InvalidTokenAccount"):
        town.oracle.process_energy_data(**reading | {"user_account": town.user(town.alice)})
    with expect_error("UnauthorizedUser"):
        town.oracle.process_energy_data(**reading | {"owner_token_account": town.grid_of(town.alice)})


def test_meter_that_is_switched_off_mints_nothing(town: Town) -> None:
    """What a meter claims to have measured before it was found to cheat stays unminted."""
    earn(town, "METER_666")
    town.registry.update_meter_status(
        authority=town.deployer, meter_account=town.meter("METER_666"), new_status="Inactive"
    )
    with expect_error("InvalidMeter"):
        town.energy_token.mint_grid_tokens(**town.mint_grid_tokens(town.mallory, "METER_666"))


def test_consumption_is_worked_off_before_anything_is_minted(town: Town) -> None:
    """Readings in small pieces, minted after each, give no more than their sum: max(0, net), never negative, once."""
    before = town.ledger.token(town.grid_of(town.mallory)).amount
    readings = [(3_000, 0), (0, 10_000), (4_000, 0), (2_000, 0), (1_500, 0), (0, 100), (99, 0), (2, 0)]
    minted = owed = 0
    town.ledger.set_time(START + 60 * len(readings))
    for n, (produced, consumed) in enumerate(readings, 1):
        given = town.process_energy_data(town.mallory, "METER_666", START + 60 * n, produced, consumed)
        town.oracle.process_energy_data(**given)
        owed += produced - consumed
        minted = max(minted, owed)
        assert town.ledger.token(town.grid_of(town.mallory)).amount == before + minted * GRID_PER_WH
    town.assert_books()


def test_spending_somebody_elses_grid(town: Town) -> None:
    """Mallory's signature over Alice's account; also as a delegate, whom SPL itself would let."""
    steal = town.transfer_tokens(town.alice, town.mallory, 1) | {"owner": town.mallory}
    burn = {"owner": town.mallory, "token_account": town.grid_of(town.alice), "amount": 1}
    for delegated in (False, True):
        if delegated:
            state = town.ledger.token(town.grid_of(town.alice))
            state.delegate, state.delegated_amount = town.mallory.pubkey(), state.amount
            town.ledger.set_account(town.grid_of(town.alice), data=state.pack(), owner=TOKEN_PROGRAM)
        with expect_error("InvalidTokenAccount"):
            town.energy_token.transfer_tokens(**steal)
        with expect_error("InvalidTokenAccount"):
            town.energy_token.burn_tokens(**burn)


@pytest.mark.parametrize("amount", [0, 2**64 - 1])
def test_amounts_at_the_edges(town: Town, amount: int) -> None:
    """Nothing, and more than there is."""
    expected = "InvalidAmount" if amount == 0 else "InsufficientBalance"
    with expect_error(expected):
        town.energy_token.transfer_tokens(**town.transfer_tokens(town.alice, town.bob, amount))
    with expect_error(expected):
        town.energy_token.burn_tokens(owner=town.alice, token_account=town.grid_of(town.alice), amount=amount)


def test_transfer_to_oneself(town: Town) -> None:
    """The same account on both sides creates nothing and loses nothing."""
    before = town.ledger.token(town.grid_of(town.mallory)).amount
    town.energy_token.transfer_tokens(**town.transfer_tokens(town.mallory, town.mallory, before))
    assert town.ledger.token(town.grid_of(town.mallory)).amount == before
    town.assert_books()


def test_transfer_into_another_token(town: Town) -> None:
    """GRID does not turn into something else."""
    other = town.ledger.token_account(town.ledger.mint(authority=town.mallory), town.bob)
    with expect_error("InvalidTokenAccount"):
        town.energy_token.transfer_tokens(
            **town.transfer_tokens(town.mallory, town.bob, 1) | {"recipient_token_account": other}
        )


def test_supply_is_told_right_after_a_burn_past_the_program(town: Town) -> None:
    """SPL's Burn cannot be forbidden. total_supply is the mint's supply again as soon as the program moves it."""
    town.ledger.send(spl_burn(town, town.mallory, 5 * GRID_PER_WH), signers=[town.mallory])
    town.energy_token.burn_tokens(owner=town.alice, token_account=town.grid_of(town.alice), amount=1)
    town.assert_books()
    town.ledger.send(spl_burn(town, town.mallory, 5 * GRID_PER_WH), signers=[town.mallory])
    town.oracle.process_energy_data(**town.process_energy_data(town.alice, "METER_001", START + 60, 1_000))
    town.assert_books()


def test_nobody_holds_a_key_to_the_mint(town: Town) -> None:
    """The mint's authority is an address without a key, and nobody can freeze GRID."""
    mint = town.ledger.mint_state(town.grid)
    assert mint.authority == town.energy_token.address("token_info")
    assert mint.freeze_authority is None
    assert not mint.authority.is_on_curve()
    data = struct.pack("<BQ", 7, 1)
    for signer in (town.deployer, town.mallory):
        metas = [
            AccountMeta(town.grid, False, True),
            AccountMeta(town.grid_of(town.mallory), False, True),
            AccountMeta(signer.pubkey(), True, False),
        ]
        with expect_error("OwnerMismatch"):
            town.ledger.send(Instruction(TOKEN_PROGRAM, data, metas), signers=[signer])


def test_receiving_account_that_belongs_to_nobody_yet(town: Town) -> None:
    """Zeroed token account data is not a token account."""
    blank = town.ledger.key().pubkey()
    town.ledger.set_account(
        blank, data=bytes(len(TokenState(town.grid, Pubkey.default(), 0).pack())), owner=TOKEN_PROGRAM
    )
    earn(town, "METER_666")
    given = town.mint_grid_tokens(town.mallory, "METER_666") | {"user_token_account": blank}
    with expect_error("UninitializedAccount"):
        town.energy_token.mint_grid_tokens(**given)


def test_validators_are_the_authoritys(town: Town) -> None:
    """Mallory lists herself, and strikes another off to get the rent."""
    entry = {"rec_validator": town.energy_token.address("rec_validator", town.mallory)}
    listing = {"validator_pubkey": town.mallory.pubkey(), "authority_name": "REC"}
    with expect_error("UnauthorizedAuthority"):
        town.energy_token.add_rec_validator(authority=town.mallory, payer=town.mallory, **entry, **listing)
    town.energy_token.add_rec_validator(authority=town.deployer, payer=town.deployer, **entry, **listing)
    with expect_error("UnauthorizedAuthority"):
        town.energy_token.remove_rec_validator(authority=town.mallory, payer=town.deployer.pubkey(), **entry)
    with expect_error("InvalidPayer"):
        town.energy_token.remove_rec_validator(authority=town.deployer, payer=town.mallory.pubkey(), **entry)
    with expect_error("AccountDiscriminatorMismatch"):
        town.energy_token.remove_rec_validator(
            authority=town.deployer,
            payer=town.deployer.pubkey(),
            rec_validator=town.energy_token.address("token_info"),
        )


def test_minting_without_a_validator_where_one_is_required(town: Town) -> None:
    """A listed validator signs, or nothing is minted: not with somebody else's entry, and not with one struck off."""
    entry = {"rec_validator": town.energy_token.address("rec_validator", town.rec)}
    by_deployer = {"authority": town.deployer, "payer": town.deployer}
    town.energy_token.add_rec_validator(
        **by_deployer, **entry, validator_pubkey=town.rec.pubkey(), authority_name="REC"
    )
    for signer in (town.mallory, town.rec):
        with expect_error("UnauthorizedAuthority"):
            town.energy_token.set_rec_cosign(authority=signer, require_rec_cosign=True)
    town.energy_token.set_rec_cosign(authority=town.deployer, require_rec_cosign=True)
    earn(town, "METER_666")
    mint = town.mint_grid_tokens(town.mallory, "METER_666")
    for wrong in ({}, {"validator": town.rec}, entry, {"validator": town.mallory, **entry}):
        with expect_error("RecCosignRequired"):
            town.energy_token.mint_grid_tokens(**mint, **wrong)
    good = town.energy_token.prepare("mint_grid_tokens", **mint, validator=town.rec, **entry)
    town.energy_token.remove_rec_validator(authority=town.deployer, payer=town.deployer.pubkey(), **entry)
    with expect_error("AccountNotInitialized"):
        town.ledger.send(good)
    town.energy_token.add_rec_validator(
        **by_deployer, **entry, validator_pubkey=town.rec.pubkey(), authority_name="REC"
    )
    town.ledger.send(good)
    town.assert_books()


def test_validator_revived_in_the_same_transaction(town: Town) -> None:
    """Closed and paid for again at once, the account must not keep its old content."""
    entry = town.energy_token.address("rec_validator", town.mallory)
    listing = {"validator_pubkey": town.mallory.pubkey(), "authority_name": "REC"}
    town.energy_token.add_rec_validator(authority=town.deployer, payer=town.deployer, rec_validator=entry, **listing)
    remove = town.energy_token.prepare(
        "remove_rec_validator", authority=town.deployer, payer=town.deployer.pubkey(), rec_validator=entry
    )
    pay = Instruction(
        Pubkey.default(),
        struct.pack("<IQ", 2, 5_000_000),
        [AccountMeta(town.mallory.pubkey(), True, True), AccountMeta(entry, False, True)],
    )
    town.ledger.send(remove, pay, signers=[town.mallory, town.deployer])
    left = town.ledger.account(entry)
    assert left is not None
    assert (left.owner, bytes(left.data)) == (Pubkey.default(), b"")

"""Keys of accounts as seeds and as values."""

from collections.abc import Callable

from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger, expect_error


def test_a_key_as_a_seed_and_as_a_value(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("badges")
    program.enroll(payer=alice, age=41)
    member = program.address("member", alice)
    assert program.account(member) == {"age": 41}
    before = ledger.lamports(alice)

    badge = program.address(member)
    result = program.award(payer=alice, member=member, badge=badge)
    assert result.messages == [str(member), "41", f"42 {badge}"]
    assert program.account(badge) == {"number": 42}
    assert (result.events, ledger.lamports(alice)) == ([], before - ledger.rent(9))
    assert program.account(member) == {"age": 41}


def test_the_badge_lies_at_the_members_key(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("badges")
    program.enroll(payer=alice, age=1)
    with expect_error("ConstraintSeeds"):
        program.award(payer=alice, member=program.address("member", alice), badge=program.address(alice))


def test_an_account_of_the_other_type(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("badges")
    program.enroll(payer=alice, age=1)
    member = program.address("member", alice)
    program.award(payer=alice, member=member, badge=program.address(member))
    badge = program.address(member)
    with expect_error("AccountDiscriminatorMismatch"):
        program.award(payer=alice, member=badge, badge=program.address(badge))

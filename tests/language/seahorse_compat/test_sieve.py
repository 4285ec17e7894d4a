"""Booleans in accounts."""

from collections.abc import Callable

from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger, expect_error


def test_shaking(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("sieve")
    program.init(owner=alice)
    place = program.address("sieve", alice)
    assert program.account(place) == {"by_two": False, "by_seven": False, "left": 0}

    for n in (0, 1, 2, 7, 14, 15, 49, 2**64 - 1, 2**64 - 2):
        result = program.shake(sieve=place, n=n)
        two, seven = n % 2 == 0, n % 7 == 0
        assert program.account(place) == {"by_two": two, "by_seven": seven, "left": 0 if two or seven else n}
        assert (result.messages, result.events) == ([], [])
    assert ledger.lamports(place) == ledger.rent(8 + 1 + 1 + 8)
    assert ledger.lamports(alice) == 10 * 10**9 - ledger.rent(18)


def test_made_once(deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("sieve")
    program.init(owner=alice)
    with expect_error("AccountAlreadyInUse"):
        program.init(owner=alice)

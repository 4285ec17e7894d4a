"""Counter: everybody may have one, and only its owner counts with it.

The place to begin. An account is declared as a class, an instruction as a function; where an
account must lie is said once (`OwnCounter`) and then checked by every instruction that uses it.
Owners can lend a counter a limit, which it will not pass.
"""

from seahorse.prelude import *

declare_id("CH3AKTpLVWdAE8hf2dgLF7Qq4eguuSsF4wNUJ2c5GE3c")


class Counter(Account):
    """A number that belongs to somebody. PDA: ["counter", owner]."""

    owner: Pubkey
    count: u64
    limit: u64
    bump: u8

    def room(self) -> u64:
        """How much further it can count."""
        return self.limit - self.count


class Counted(Event):
    """A counter has moved."""

    owner: Pubkey
    by: u64
    count: u64


class CounterError(Error):
    """Why a counter refuses."""

    NO_ROOM = 6000, "The counter would pass its limit"
    BELOW_COUNT = 6001, "The limit is below the present count"


OwnCounter = Annotated[Counter, Seeds("counter", arg.owner)]


@instruction
def create(owner: Signer, counter: Empty[Counter], limit: u64):
    """Make the signer's counter. It starts at 0."""
    made = counter.init(payer=owner, seeds=["counter", owner])
    made.owner = owner.key()
    made.limit = limit


@instruction
def increment(owner: Signer, counter: OwnCounter, by: u64) -> u64:
    """Count further, and return where the counter is now."""
    assert by <= counter.room(), CounterError.NO_ROOM
    counter.count += by
    Counted(owner=owner.key(), by=by, count=counter.count).emit()
    return counter.count


@instruction
def set_limit(owner: Signer, counter: OwnCounter, limit: u64):
    """Give the counter another limit."""
    assert limit >= counter.count, CounterError.BELOW_COUNT
    counter.limit = limit


@instruction
def delete(owner: Signer, counter: OwnCounter):
    """Take the counter away. Its rent goes to the owner."""
    counter.close(owner)

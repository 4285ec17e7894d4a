"""A counter is created at a constant address."""

from seahorse.prelude import *

declare_id("B7ihZyoXZ1fwAY3TugkiFJ6SXkzJwMuQrxrekBaSmn32")


class Counter(Account):
    """PDA: ["counter"]."""

    value: u64
    bump: u8


@instruction
def init(payer: Signer, counter: Empty[Counter]):
    """Create the counter."""
    counter = counter.init(payer=payer, seeds=["counter"])
    counter.value = 42

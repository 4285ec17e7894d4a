"""A counter that an administrator moves; what makes him one is written once."""

from seahorse.prelude import *

declare_id("66666666666666666666666666666666666666666666")


class Config(Account):
    """Who administers. PDA: ["config"]."""

    admin: Pubkey
    bump: u8


class Counter(Account):
    """PDA: ["counter"]."""

    value: u64
    bump: u8


class NestedError(Error):
    """Why an instruction is refused."""

    NOT_ADMIN = 6000, "Only the administrator may do this"


ConfigPda = Annotated[Config, Seeds("config")]
CounterPda = Annotated[Counter, Seeds("counter")]


def require_admin(config: Config, admin: Signer):
    """Refuse everybody but the administrator."""
    assert config.admin == admin.key(), NestedError.NOT_ADMIN


@instruction
def initialize(admin: Signer, config: Empty[Config], counter: Empty[Counter]):
    """Create both accounts."""
    config = config.init(payer=admin, seeds=["config"])
    counter.init(payer=admin, seeds=["counter"])
    config.admin = admin.key()


@instruction
def increment(admin: Signer, config: ConfigPda, counter: CounterPda):
    """Count one more."""
    require_admin(config, admin)
    counter.value += 1


@instruction
def reset(admin: Signer, config: ConfigPda, counter: CounterPda):
    """Begin again."""
    require_admin(config, admin)
    counter.value = 0

"""The settings of a chain at its start."""

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

SLOTS_PER_EPOCH = 432_000
FAUCET_LAMPORTS = 500_000_000 * 1_000_000_000


@dataclass(slots=True)
class ChainSettings:
    """seed: what genesis hash and faucet follow from; history: transactions kept in memory.

    start_time: unix seconds at genesis, None for the wall's time. real_finality: whether `finalized` stays 31 blocks
    behind, as on a cluster. blockhash_seconds: how long a blockhash is good at least. faucet: its key, None for one
    from the seed; faucet_lamports: what it has in genesis. deactivated: features that are not active.
    compute_unit_limit: units of every transaction, None for what it asks for. slots_per_epoch: without warm-up.
    """

    seed: bytes
    history: int = 100_000
    log_bytes_limit: int | None = 10_000
    start_time: float | None = None
    real_finality: bool = False
    blockhash_seconds: float = 60.0
    faucet: Keypair | None = None
    faucet_lamports: int | None = None
    deactivated: tuple[Pubkey, ...] = ()
    compute_unit_limit: int | None = None
    slots_per_epoch: int = SLOTS_PER_EPOCH

"""The one validator of the chain: its keys, and the accounts that make it a staked one from genesis on."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from solders.account import Account
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from solana_localnet.chain.programs import CONFIG, STAKE, STAKE_CONFIG, SYSTEM, VOTE

RENT_EPOCH = 2**64 - 1
IDENTITY_LAMPORTS = 500_000_000_000
STAKED_LAMPORTS = 1_000_000_000_000
VOTE_SIZE, VOTE_VERSION = 3_762, 3
STAKE_SIZE, DELEGATED = 200, 2
FOREVER = 2**64 - 1
WARMUP_RATE = 0.25
COMMISSION, FULL_COMMISSION = 0, 10_000
SLASH_PENALTY = 12
RentMinimum = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Validator:
    """Addresses of the node, its vote account and its stake; keypairs: theirs, in this order."""

    keypairs: tuple[Keypair, Keypair, Keypair]
    identity: Pubkey
    vote: Pubkey
    stake: Pubkey

    @classmethod
    def of(cls, genesis_hash: bytes) -> "Validator":
        """The validator of a chain; its keys follow from the genesis hash."""
        identity = Keypair.from_seed(genesis_hash)
        vote, stake = (Keypair.from_seed(sha256(name + genesis_hash).digest()) for name in (b"vote", b"stake"))
        return cls((identity, vote, stake), identity.pubkey(), vote.pubkey(), stake.pubkey())

    def accounts(self, rent: RentMinimum) -> list[tuple[Pubkey, Account]]:
        """Identity, vote account, stake, and the configuration of stakes."""
        reserve = rent(STAKE_SIZE)
        return [
            (self.identity, Account(IDENTITY_LAMPORTS, b"", SYSTEM, False, RENT_EPOCH)),
            (self.vote, Account(rent(VOTE_SIZE), self._vote_data(), VOTE, False, RENT_EPOCH)),
            (self.stake, Account(reserve + STAKED_LAMPORTS, self._stake_data(reserve), STAKE, False, RENT_EPOCH)),
            (STAKE_CONFIG, Account(rent(10), _stake_config(), CONFIG, False, 0)),
        ]

    def _vote_data(self) -> bytes:
        """A VoteState of version 4 without votes; as in a test validator's genesis the account is its own authority."""
        data = b"".join(
            (
                struct.pack("<I", VOTE_VERSION) + bytes(self.identity) + bytes(self.vote),
                bytes(self.vote) + bytes(self.identity),  # who collects rewards of inflation and of blocks
                struct.pack("<HHQB", COMMISSION, FULL_COMMISSION, 0, 0),  # in basis points; pending rewards, no BLS key
                struct.pack("<QB", 0, 0),  # votes, root slot
                struct.pack("<QQ", 1, 0) + bytes(self.vote),  # authorized voters by epoch
                struct.pack("<QQQQ", 1, 0, 0, 0),  # credits by epoch
                struct.pack("<Qq", 0, 0),  # last timestamp
            )
        )
        return data.ljust(VOTE_SIZE, b"\0")

    def _stake_data(self, reserve: int) -> bytes:
        """A delegation that is active since before genesis, as a cluster's bootstrap stake is."""
        return b"".join(
            (
                struct.pack("<IQ", DELEGATED, reserve) + bytes(self.identity) * 2,
                struct.pack("<qQ", 0, 0) + bytes(self.identity),  # lockup
                bytes(self.vote) + struct.pack("<QQQd", STAKED_LAMPORTS, FOREVER, FOREVER, WARMUP_RATE),
                struct.pack("<QB", 0, 0),  # credits observed, flags
            )
        ).ljust(STAKE_SIZE, b"\0")


def _stake_config() -> bytes:
    """An empty list of keys (ShortVec), then the rate and the penalty."""
    return b"\0" + struct.pack("<dB", WARMUP_RATE, SLASH_PENALTY)

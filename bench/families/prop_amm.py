"""A price that one key may set, many times in a block."""

from seahorse.prelude import *

declare_id("55555555555555555555555555555555555555555555")

# The key of the seed of 32 bytes 7.
UPDATE_AUTHORITY = Pubkey("GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB")


class Oracle(Account):
    """A price, and who may hand it over."""

    authority: Pubkey
    price: u64


class OracleError(Error):
    """Why an instruction is refused."""

    UNAUTHORIZED_AUTHORITY = 6000, "signer is not the oracle authority"


@instruction
def initialize(payer: Signer, oracle: Empty[Oracle]):
    """Create an oracle at a key of its own."""
    oracle = oracle.init(payer=payer)
    oracle.authority = payer.key()


@instruction
def update(oracle: Oracle, authority: Signer, new_price: u64):
    """Set the price."""
    assert authority.key() == UPDATE_AUTHORITY, OracleError.UNAUTHORIZED_AUTHORITY
    oracle.price = new_price


@instruction
def rotate_authority(oracle: Oracle, authority: Signer, new_authority: Pubkey):
    """Hand the oracle over."""
    assert oracle.authority == authority.key(), OracleError.UNAUTHORIZED_AUTHORITY
    oracle.authority = new_authority

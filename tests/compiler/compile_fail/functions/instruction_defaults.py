from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Pool(Account):
    rate: u64


def computed() -> u64:
    return 3


@instruction
def wrong_type(pool: Pool, rate: u64 = 'fast'):
    pool.rate = rate


@instruction
def too_large(pool: Pool, rate: u8 = 300):
    pool.rate = rate


@instruction
def no_constant(pool: Pool, rate: u64 = computed()):
    pool.rate = rate


@instruction
def an_account(owner: Signer, pool: Pool = None, rate: u64 = 1):
    pool.rate = rate

# Booleans and remainders in an account that is made without a variable.

from seahorse.prelude import *

declare_id('Cz8iYhVz2qagrFUrAKRFf6JAuXm6jK91v8AowjEVVrgN')

class Sieve(Account):
  by_two: bool
  by_seven: bool
  left: u64

@instruction
def init(owner: Signer, sieve: Empty[Sieve]):
  sieve.init(payer = owner, seeds = ['sieve', owner])

@instruction
def shake(sieve: Sieve, n: u64):
  sieve.by_two = n % 2 == 0
  sieve.by_seven = n % 7 == 0
  if not sieve.by_two and not sieve.by_seven:
    sieve.left = n
  else:
    sieve.left = 0

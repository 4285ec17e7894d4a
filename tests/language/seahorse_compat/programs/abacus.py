# An abacus for everybody: one signed number, and four operations on it.

from seahorse.prelude import *

declare_id('7BxLwoTAJuhwdvjdWpgfbuVrckrAFKRaKEGmibk6VkeZ')

class Abacus(Account):
  holder: Pubkey
  beads: i64

class Step(Enum):
  PLUS = 0
  MINUS = 1
  TIMES = 2
  OVER = 3

@instruction
def take_up(holder: Signer, abacus: Empty[Abacus]):
  abacus = abacus.init(payer = holder, seeds = ['Abacus', holder])
  abacus.holder = holder.key()

@instruction
def clear(holder: Signer, abacus: Abacus):
  print(holder.key(), 'clears', abacus.key(), 'which shows', abacus.beads)

  assert holder.key() == abacus.holder, 'Hands off!'

  abacus.beads = 0

@instruction
def calculate(holder: Signer, abacus: Abacus, step: Step, n: i64):
  assert holder.key() == abacus.holder, 'Hands off!'

  if step == Step.PLUS:
    abacus.beads += n
  elif step == Step.MINUS:
    abacus.beads -= n
  elif step == Step.TIMES:
    abacus.beads *= n
  elif step == Step.OVER:
    abacus.beads //= n

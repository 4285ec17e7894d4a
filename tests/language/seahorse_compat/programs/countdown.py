# Constants, and constants made of constants.

from seahorse.prelude import *

declare_id('BbKqruetDqK7Pf7bdWa2r6qxUcYVrcuesok7bJkW1xVi')


FIRST = 3
LAST = 9
STEPS = LAST - FIRST
DOUBLE = STEPS * 2

GREETING = 'Ready for take-off'


@instruction
def count(pilot: Signer):
    print(GREETING)

    for i in range(FIRST, LAST):
        print('Second', i, 'of', LAST)

    print('Steps:', STEPS, DOUBLE)
    print(f'{GREETING}: {STEPS}')

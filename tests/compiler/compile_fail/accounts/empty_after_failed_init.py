from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Note(Account):
    owner: Pubkey
    text: str


@instruction
def run(owner: Signer, note: Empty[Note], number: u64):
    next_number = number
    next_number += 1
    note = note.init(payer=owner, seeds=['note', next_number])
    note.owner = owner.key()
    note.text = 'one mistake, one message'

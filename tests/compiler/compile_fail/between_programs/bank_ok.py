"""A program that the failing programs call."""

from seahorse.prelude import *

declare_id('CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8')


class Ledger(Account):
    total: u64
    bump: u8


@instruction
def deposit(owner: Signer, ledger: Annotated[Ledger, Seeds('ledger')], amount: u64):
    ledger.total += amount

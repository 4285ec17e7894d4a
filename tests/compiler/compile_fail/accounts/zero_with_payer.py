from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Book(Account):
    n: u64


@instruction
def adopt(owner: Signer, book: Empty[Book]):
    book.init(zero=True, payer=owner)

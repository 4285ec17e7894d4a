from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Book(Account):
    n: u64


@instruction
def adopt(owner: Signer, book: Annotated[Empty[Book], Seeds("book")]):
    book.init(zero=True)

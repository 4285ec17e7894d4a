from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Book(Account, discriminator=[0, 0]):
    n: u64


@instruction
def read(book: Book) -> u64:
    return book.n

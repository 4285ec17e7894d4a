from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class NotLast(Account):
    items: InPlace[List[u64]]
    n: u64


class Moves(Account):
    name: String[8]
    items: InPlace[List[u64]]


class Texts(Account):
    items: InPlace[List[str]]


class Flags(Account):
    items: InPlace[List[bool]]


class Number(Account):
    item: InPlace[u64]


class Plain:
    items: InPlace[List[u64]]


class Bare(Account):
    items: InPlace


@instruction
def run(owner: Signer, items: InPlace[List[u64]]):
    x: InPlace[List[u64]] = []

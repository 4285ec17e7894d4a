from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64


def taken(counter: Counter) -> u64:
    counter.count += 1
    return counter.count


@instruction
def calls(counter: Annotated[Counter, Seeds('c', taken(arg.other))], other: Counter):
    pass


@instruction
def changes(counter: Annotated[Counter, Seeds('c', arg.items.pop())], items: List[u64]):
    pass


@instruction
def fractions(counter: Annotated[Counter, Seeds('c', arg.n / 2)], n: u64):
    pass


@instruction
def large(counter: Annotated[Counter, Seeds('c', array(arg.a, arg.a))], a: Array[u8, 40]):
    pass


@instruction
def wide_bump(counter: Annotated[Counter, Seeds('c', bump=arg.n)], n: u64):
    pass


@instruction
def bump_of_new(owner: Signer, counter: Annotated[Empty[Counter], Seeds('c', bump=arg.n)], n: u8):
    c = counter.init(payer=owner)


@instruction
def later(owner: Signer, counter: Empty[Counter], n: u64):
    m = n
    m += 1
    c = counter.init(payer=owner, seeds=['c', m * 2])


@instruction
def unknown(counter: Annotated[Counter, Seeds('c', arg.nothing + 1)]):
    pass


@instruction
def not_owned(counter: Counter, owner: Signer):
    counter.signer(['c', u8(1)]).transfer_lamports(owner, 5)

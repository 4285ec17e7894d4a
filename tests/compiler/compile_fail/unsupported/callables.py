from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def apply(f: Callable[[u64], u64], x: u64) -> u64:
    return f(x)


def two(x: u64, y: u64) -> u64:
    return x + y


def text(x: u64) -> str:
    return str(x)


def keep(f: Callable[[u64], u64]) -> u64:
    g = f
    return g(1)


@instruction
def run(owner: Signer, n: u64):
    print(apply(n, n))
    print(apply(two, n))
    print(apply(text, n))
    print(apply(lambda x: missing(x), n))
    print(apply(lambda x: 'a', n))
    print(keep(lambda x: x))


@instruction
def late(owner: Signer, n: u64):
    def step(by: u64):
        nonlocal total
        total += by

    if n > 1:
        total = n
    step(1)


class Countdown:
    n: u64

    def __init__(self, n: u64) -> None:
        self.n = n

    def __iter__(self) -> u64:
        return self.n

    def __next__(self) -> None:
        raise StopIteration


@instruction
def loop(owner: Signer, n: u64):
    for x in Countdown(n):
        print(x)
    raise StopIteration


class Right(IntFlag):
    READ = 1
    WRITE = -1

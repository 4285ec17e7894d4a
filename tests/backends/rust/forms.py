"""A program of the forms in which the versions of Anchor differ, and that the five programs do not all use."""

FORMS = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Inner:
    name: String[5]
    marks: List[u16, 3]


@dataclass
class Outer:
    inner: Inner
    others: List[Inner, 2]
    spare: String[7] | None


class Tally(Account):
    sum: u64


class SameName(Event):
    text: str


@instruction
def limits(
    author: Signer,
    tally: Tally,
    text: String[9],
    plain: str,
    maybe: String[4] | None,
    numbers: List[u64, 8],
    names: List[String[3]],
    grid: List[List[u16, 2], 3],
    pairs: Array[String[2], 2],
    outer: Outer,
    inners: List[Inner],
    either: Inner | None,
):
    counted = text + plain + pairs[1] + outer.inner.name
    tally.sum += u64(len(counted)) + numbers[0] + u64(len(names)) + u64(len(grid)) + u64(len(inners))
    if maybe is not None:
        tally.sum += u64(len(maybe))
    if either is not None:
        tally.sum += u64(len(either.marks))


@instruction
def named(author: Signer, tally: Empty[Tally], name: String[40], note: String[6]):
    made = tally.init(payer=author, seeds=['tally', name[:32], name[32:]])
    made.sum = u64(len(note))
    SameName(note).emit()


@instruction
def sysvars(
    clock: Annotated[UncheckedAccount, Address(Pubkey('SysvarC1ock11111111111111111111111111111111'))],
    rent: Annotated[UncheckedAccount, Address(Pubkey('SysvarRent111111111111111111111111111111111'))],
    schedule: Annotated[UncheckedAccount, Address(Pubkey('SysvarEpochSchedu1e111111111111111111111111'))],
    hashes: Annotated[UncheckedAccount, Address(Pubkey('SysvarS1otHashes111111111111111111111111111'))],
    instructions: Annotated[UncheckedAccount, Address(Pubkey('Sysvar1nstructions1111111111111111111111111'))],
) -> u64:
    return u64(len(sha256(b'all of them')))


@instruction
def moved(author: Signer, a: Tally, b: Tally, source: TokenAccount, to: TokenAccount, other: TokenAccount):
    a.sum += 1
    b.sum -= 1
    source.transfer(authority=author, to=to, amount=a.sum)
    other.transfer(authority=author, to=to, amount=b.sum)
"""

"""What Seahorse's documentation describes, feature by feature: it compiles, runs, and leaves what it says.

Tokens, lamports and program addresses have tests of their own (test_pda_and_tokens.py), as have Pyth's prices
(seahorse_compat/test_quotes.py), and what accounts can store (test_stored.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, associated_address, expect_error

HEADER = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

"""
SYSTEM_PROGRAM = "11111111111111111111111111111111"
TOKEN_PROGRAM = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


# --- accounts ---

ACCOUNTS = """
class Shade(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

class Paint(Account):
    # Fields may have the names of the account's own methods.
    owner: Pubkey
    shade: Shade
    mixed: Array[Shade, 3]
    close: u64
    signer: bool
    bump: u8

class Letter(Account):
    number: u64
    text: str

@instruction
def mix(artist: Signer, paint: Empty[Paint], shade: Shade):
    bump = paint.bump()
    new = paint.init(
        payer = artist,
        seeds = ['paint', artist]
    )
    assert bump == paint.bump() and paint.key() == new.key()
    new.owner = artist.key()
    new.shade = shade
    new.mixed[1] = Shade.GREEN
    new.mixed[-1] = shade
    new.close = 5
    new.signer = True
    print(new.shade == Shade.BLUE, new.mixed, new.bump == bump)

@instruction
def lighten(paint: Paint):
    if paint.shade == Shade.BLUE:
        paint.shade = Shade.GREEN
    elif paint.shade == Shade.GREEN:
        paint.shade = Shade.RED
    else:
        paint.close -= 1
    print(paint.key(), paint.shade)

@instruction
def every_seed(artist: Signer, letter: Empty[Letter], paint: Paint, short: u16, long: i64, raw: List[u8], key: Pubkey, word: str):
    new = letter.init(payer=artist, seeds=['letter', short, long, raw, key, word, paint, paint.key(), paint.owner])
    new.number = 1

@instruction
def by_keypair(artist: Signer, letter: Empty[Letter]):
    letter.init(payer=artist)

@instruction
def with_padding(artist: Signer, letter: Empty[Letter], text: str):
    new = letter.init(payer=artist, seeds=['padding', artist], padding=size(text))
    new.text = text

@instruction
def with_space(artist: Signer, letter: Empty[Letter], text: str):
    new = letter.init(payer=artist, seeds=['space', artist], space=8 + 8 + 4 + 20)
    new.text = text

@instruction
def write(letter: Letter, text: str):
    letter.text = text

@instruction
def same_name(artist: Signer, letter: Empty[Letter], other: UncheckedAccount):
    letter = letter.init(artist, ['again', artist])
    letter.number += 3
    print(other.key(), artist.key)

@instruction
def when(clock: Clock):
    slot:  u64 = clock.slot()
    epoch: u64 = clock.epoch()
    time:  i64 = clock.unix_timestamp()
    print(slot, epoch, time, clock.epoch_start_timestamp() <= time, clock.leader_schedule_epoch())

@instruction
def find(artist: Signer, prog: Program):
    pda1 = Pubkey.find_program_address(['seed', artist])
    pda2, bump2 = Pubkey.find_program_address(['seed', artist], prog.key())
    print(pda1[0], pda1[1], pda2, bump2)
"""


@pytest.fixture
def studio(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy_text(HEADER + ACCOUNTS)


def test_account_fields_and_enums(ledger: Ledger, studio: DeployedProgram) -> None:
    artist = ledger.signer()
    paint = studio.address("paint", artist)
    assert studio.mix(artist=artist, paint=paint, shade="BLUE").messages == [
        "True [Shade.RED, Shade.GREEN, Shade.BLUE] True"
    ]
    assert studio.lighten(paint=paint).messages == [f"{paint} Shade.GREEN"]
    stored = studio.account(paint)
    assert (stored.owner, stored.shade, stored.mixed) == (artist.pubkey(), "Green", ["Red", "Green", "Blue"])
    assert (stored.close, stored.signer, stored.bump) == (5, True, studio.bump("paint", artist))


def test_every_kind_of_seed(ledger: Ledger, studio: DeployedProgram) -> None:
    artist = ledger.signer()
    paint = studio.address("paint", artist)
    studio.mix(artist=artist, paint=paint, shade="RED")
    given = {"short": 700, "long": -2, "raw": bytes([1, 2, 3]), "key": ledger.key().pubkey(), "word": "é"}
    numbers = [(700).to_bytes(2, "little"), (-2).to_bytes(8, "little", signed=True), given["raw"]]
    seeds = [b"letter", *numbers, given["key"], "é".encode(), paint, paint, artist.pubkey()]
    studio.every_seed(artist=artist, paint=paint, letter=studio.address(*seeds), **given)
    assert studio.account(studio.address(*seeds)).number == 1


def test_accounts_without_seeds(ledger: Ledger, studio: DeployedProgram) -> None:
    artist, letter = ledger.signer(), ledger.key()
    studio.by_keypair(artist=artist, letter=letter)
    assert studio.account(letter.pubkey()).text == ""


def test_sizes_of_accounts(ledger: Ledger, studio: DeployedProgram) -> None:
    """The size of the fields, a str counting 24 bytes of which 20 are text, and the padding; or just the space."""
    artist = ledger.signer()
    padded, spaced = studio.address("padding", artist), studio.address("space", artist)
    studio.with_padding(artist=artist, letter=padded, text="ten bytes!")
    assert len(ledger.account(padded).data) == 8 + 8 + 24 + 10  # type: ignore[union-attr]
    studio.write(letter=padded, text="x" * 30)
    with expect_error("AccountDidNotSerialize"):
        studio.write(letter=padded, text="x" * 31)
    studio.with_space(artist=artist, letter=spaced, text="y" * 20)
    assert studio.account(spaced).text == "y" * 20
    with expect_error("AccountDidNotSerialize"):
        studio.write(letter=spaced, text="y" * 21)


def test_init_under_the_same_name_and_unchecked_accounts(ledger: Ledger, studio: DeployedProgram) -> None:
    artist, other = ledger.signer(), ledger.key().pubkey()
    letter = studio.address("again", artist)
    assert studio.same_name(artist=artist, letter=letter, other=other).messages == [f"{other} {artist.pubkey()}"]
    assert studio.account(letter).number == 3


def test_clock(ledger: Ledger, studio: DeployedProgram) -> None:
    ledger.set_time(1_700_000_000)
    words = studio.when().messages[0].split()
    assert words[2:4] == ["1700000000", "True"] and int(words[0]) == ledger.slot


def test_finding_addresses(ledger: Ledger, studio: DeployedProgram) -> None:
    artist, prog = ledger.signer(), Pubkey.from_string(TOKEN_PROGRAM)
    own = Pubkey.find_program_address([b"seed", bytes(artist.pubkey())], studio.id)
    other = Pubkey.find_program_address([b"seed", bytes(artist.pubkey())], prog)
    assert studio.find(artist=artist, prog=prog).messages == [f"{own[0]} {own[1]} {other[0]} {other[1]}"]


# --- instructions: logs and events ---

LOGS = """
class Crossed(Event):
    where: Pubkey
    steps: List[u16]
    note: str

    def __init__(self, where: Pubkey, steps: List[u16], note: str):
        self.where = where
        self.steps = steps
        self.note = note

@dataclass
class Counted(Event):
    total: u64
    good: bool

@instruction
def cross(walker: Signer, steps: List[u16], note: str):
    '''Emits two events.'''
    event = Crossed(walker.key(), steps, note + '!')
    event.steps.append(9)
    event.emit()
    Counted(total=len(steps), good=True).emit()

@instruction
def tell(walker: Signer, tokens: TokenAccount, n: i16, f: f64, s: str, flag: bool):
    print(walker.key(), tokens.amount())
    print(f'Token account {tokens.key()} has {tokens.amount()} tokens.')
    print(n, f, s, flag, [n, 1], (s, n))
    print(f'{n + 1} {f * 2} {s} {not flag}' + str(n))
    print()

@instruction
def insist(n: u64):
    assert n > 1
    assert n > 2, 'two is too little'
    assert n > 3, f'{n} is too little'
"""


def test_events(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + LOGS)
    walker = ledger.signer()
    first, second = p.cross(walker=walker, steps=[3, 4], note="über").events
    assert (first.where, first.steps, first.note) == (walker.pubkey(), [3, 4, 9], "über!")
    # The list in the event is the list that was given to it.
    assert (second.total, second.good) == (3, True)


def test_print(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + LOGS)
    walker = ledger.signer()
    tokens = ledger.token_account(ledger.mint(authority=walker), walker, 12)
    assert p.tell(walker=walker, tokens=tokens, n=-3, f=0.25, s="hé", flag=True).messages == [
        f"{walker.pubkey()} 12",
        f"Token account {tokens} has 12 tokens.",
        "-3 0.25 hé True [-3, 1] ('hé', -3)",
        "-2 0.5 hé False-3",
        "",
    ]


def test_assert(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + LOGS)
    p.insist(n=4)
    for n, said in ((1, None), (2, "two is too little"), (3, "3 is too little")):
        with expect_error("RequireViolated") as failed:
            p.insist(n=n)
        assert said is None or said in "".join(failed.result.messages)


# --- calls of other programs ---

CALLS = """
class Vault(Account):
    number: u64

# A library of one's own for calls, outside of the instructions.
def pay(system: Program, payer: Signer, to: UncheckedAccount, amount: u64):
    assert system.key() == SYSTEM_PROGRAM_ID, 'not the system program'
    system.invoke(
        accounts = [
            CpiAccount(payer, mut=True, signer=True),
            CpiAccount(to, mut=True)
        ],
        data = [0x02, 0x00, 0x00, 0x00] + int_bytes(amount)
    )

@instruction
def pay_one(system: Program, payer: Signer, to: UncheckedAccount, amount: u64):
    pay(system, payer, to, amount)

@instruction
def pay_by_variables(system: Program, payer: Signer, to: UncheckedAccount, amount: u64):
    cpi1 = CpiAccount(payer, True, True)
    cpi2 = CpiAccount(to, mut=True)
    data: List[u8] = [2, 0, 0, 0]
    for byte in int_bytes(amount):
        data.append(byte)
    system.invoke([cpi1, cpi2], data)
    accounts = [cpi1]
    accounts.append(cpi2)
    system.invoke(accounts, data)

@instruction
def open(owner: Signer, vault: Empty[Vault], mint: Empty[TokenMint], tokens: Empty[TokenAccount], number: u64):
    new = vault.init(payer=owner, seeds=['vault', owner, number])
    new.number = number
    mint.init(payer=owner, seeds=['mint', new], decimals=2, authority=new)
    tokens.init(payer=owner, associated=True, mint=mint, authority=owner)

@instruction
def mint_raw(owner: Signer, vault: Vault, mint: TokenMint, tokens: TokenAccount, program: Program, amount: u64):
    number = vault.number
    # The seeds as for init: their bump is the canonical one. They have the values of this line.
    authority = CpiAccount(vault, seeds=['vault', owner, number])
    number = 0
    accounts: List[CpiAccount] = [CpiAccount(mint, mut=True), CpiAccount(tokens, mut=True)]
    same = accounts
    if amount > 100:
        program.invoke(accounts + [authority], [7] + int_bytes(u64(1)))
    same.append(authority)
    program.invoke(accounts, [7] + int_bytes(amount))

@instruction
def mint_typed(owner: Signer, vault: Vault, mint: TokenMint, tokens: TokenAccount, amount: u64):
    bump = Pubkey.find_program_address(['vault', owner, vault.number])[1]
    mint.mint(vault, tokens, amount, ['vault', owner, vault.number, bump])
    mint.mint(authority=vault, to=tokens, amount=amount, signer=['vault', owner, vault.number])
    # A signer may be given seeds too: they sign for an address that the call does not use.
    mint.burn(authority=owner, holder=tokens, amount=1, signer=[owner])
    print(tokens.amount, mint.supply, u32(mint.decimals) + 1, tokens.mint == mint.key())
"""


def test_raw_calls(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + CALLS)
    payer, to = ledger.signer(), ledger.signer()
    before = ledger.lamports(to)
    p.pay_one(system=SYSTEM_PROGRAM, payer=payer, to=to, amount=1000)
    p.pay_by_variables(system=SYSTEM_PROGRAM, payer=payer, to=to, amount=300)
    assert ledger.lamports(to) == before + 1600
    with expect_error("RequireViolated"):
        p.pay_one(system=TOKEN_PROGRAM, payer=payer, to=to, amount=1)


def test_seeds_of_calls_with_and_without_a_bump(ledger: Ledger) -> None:
    p = ledger.deploy_text(HEADER + CALLS)
    for number in range(3):
        owner = ledger.signer()
        vault = p.address("vault", owner, number.to_bytes(8, "little"))
        mint = p.address("mint", vault)
        tokens = associated_address(owner.pubkey(), mint)
        given = {"owner": owner, "vault": vault, "mint": mint, "tokens": tokens}
        p.open(number=number, **given)
        p.mint_raw(program=TOKEN_PROGRAM, amount=7, **given)
        p.mint_raw(program=TOKEN_PROGRAM, amount=500, **given)
        assert ledger.token(tokens).amount == 508
        assert p.mint_typed(amount=4, **given).messages == ["515 515 3 True"]
        assert ledger.mint_state(mint).supply == 515


# --- modules ---

MODULES = {
    "program.py": """
import util
from util.algorithms import merge
from util.trees.heap import *
from util.algorithms.merge import LIMIT as MOST

@instruction
def sort(xs: List[u64]) -> List[u64]:
    assert len(xs) <= MOST, 'too many'
    merge.sort(xs)
    return xs

@instruction
def push(owner: Signer, heap: Empty[Heap], xs: List[u64]):
    h = heap.init(payer=owner, seeds=['heap', owner], padding=100)
    for x in xs:
        h.add(x)
    print(util.trees.heap.top(h), util.algorithms.merge.LIMIT)
""",
    "util/algorithms/merge.py": """
from seahorse.prelude import *

LIMIT = 8

def sort(xs: List[u64]):
    for i in range(len(xs)):
        for j in range(i):
            if xs[i] < xs[j]:
                xs[i], xs[j] = xs[j], xs[i]
""",
    "util/trees/heap.py": """
from seahorse.prelude import *
from util.algorithms.merge import sort

class Heap(Account):
    items: List[u64]

    def add(self, x: u64):
        self.items.append(x)
        sort(self.items)

def top(heap: Heap) -> u64:
    return heap.items[-1]
""",
}


def test_packages(ledger: Ledger, tmp_path: Path) -> None:
    for name, text in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((HEADER if name == "program.py" else "") + text)
    p = ledger.deploy(tmp_path / "program.py")
    owner = ledger.signer()
    assert p.sort(xs=[5, 1, 4]).value == [1, 4, 5]
    heap = p.address("heap", owner)
    assert p.push(owner=owner, heap=heap, xs=[5, 9, 4]).messages == ["9 8"]
    assert p.account(heap).items == [4, 5, 9]


def test_a_program_that_does_nothing_yet(ledger: Ledger) -> None:
    """A new project builds before it has instructions; imports that an editor added are no matter."""
    p = ledger.deploy_text("from tokenize import Token\nimport random\n" + HEADER)
    with expect_error("InstructionFallbackNotFound"):
        ledger.send(Instruction(p.id, bytes(8), []))


def test_an_account_that_cannot_sign(ledger: Ledger) -> None:
    """An authority that is an account without known seeds is passed on as it is: the token program decides."""
    p = ledger.deploy_text(
        HEADER
        + """
class Auction(Account):
    price: u64

@instruction
def open(seller: Signer, auction: Empty[Auction]):
    auction.init(payer=seller, seeds=['auction', seller])

@instruction
def close(auction: Auction, held: TokenAccount, to: TokenAccount):
    held.transfer(authority=auction, to=to, amount=held.amount())

@instruction
def bid(bidder: Signer, held: TokenAccount, to: TokenAccount):
    to.transfer(bidder, held, 1)
"""
    )
    seller = ledger.signer()
    auction = p.address("auction", seller)
    p.open(seller=seller, auction=auction)
    mint = ledger.mint(authority=seller)
    held, to = ledger.token_account(mint, auction, 5), ledger.token_account(mint, seller, 5)
    p.bid(bidder=seller, held=held, to=to)
    assert ledger.token(held).amount == 6
    with expect_error("PrivilegeEscalation"):
        p.close(auction=auction, held=held, to=to)

"""Valid programs that use much of the language, for the fuzz test."""

PROGRAMS = [
    '''
from seahorse.prelude import *
import other

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

LIMIT = 5 * 10
NAMES = ['a', 'b']
FEE: u16 = 25

class Side(Enum):
    BUY = 0
    SELL = 1

class ShopError(Error):
    NOT_OWNER = 6000, 'Not the owner'
    EMPTY = 6001, 'Empty'

class Shop(Account):
    """A shop."""
    owner: Pubkey
    name: String[32]
    best: Optional[u64]
    side: Side
    stock: Array[u16, 4]
    log: List[u8, 16]
    bump: u8

    def is_open(self, least: u16 = 1) -> bool:
        return any([n >= least for n in self.stock])

class Sold(Event):
    shop: Pubkey
    amount: u64

ShopPda = Annotated[Shop, Seeds('shop', arg.owner, arg.name[:32])]

def price(amount: u64, unit: u64) -> u64:
    return u64(u128(amount) * unit // 1000)

@instruction
def open_shop(owner: Signer, shop: Empty[Shop], mint: TokenMint, vault: Empty[TokenAccount] | None, name: String[40]):
    """Open it."""
    made = shop.init(payer=owner, seeds=['shop', owner, name[:32]])
    if vault is not None:
        vault.init(payer=owner, seeds=['vault', mint], mint=mint, authority=made)
    made.owner = owner.key()
    made.name = name
    made.stock = array(1, 2, 3, 4)
    print(f'{name} opened by {owner.key()}', LIMIT, NAMES[0])

@instruction
def sell(
    owner: Signer, shop: ShopPda, ledger: other.Ledger, vault: TokenAccount, to: TokenAccount, name: str, n: u64
) -> u64:
    assert shop.owner == owner.key(), ShopError.NOT_OWNER
    total = 0
    for i, stock in enumerate(shop.stock):
        if stock == 0:
            continue
        total += u64(stock) * i
        shop.stock[i] -= 1
    else:
        total += 1
    best = shop.best
    if best is None or best < n:
        shop.best = n
    while total > n:
        total //= 2
        if total % 7 == 3:
            break
    vault.transfer(authority=shop.signer(), to=to, amount=price(n, 5))
    got = other.deposit(owner=shop.signer(), ledger=ledger, who=None, amount=max(n, 3))
    shop.side = Side.SELL if shop.is_open() else Side.BUY
    Sold(shop.key(), amount=got).emit()
    raise ShopError.EMPTY
    return got
''',
    """
from seahorse.prelude import *
from seahorse.pyth import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Point:
    x: f64
    y: f64 = 1.0

    def length(self) -> f64:
        return (self.x ** 2 + self.y ** 2) ** 0.5

class Walk:
    points: List[Point]
    steps: u32

    def __init__(self, first: Point):
        self.points = [first]
        self.steps = 0

    def add(self, p: Point):
        self.points.append(p)
        self.steps += 1

    def origin() -> Walk:
        return Walk(Point(0, 0))

class Long(Walk):
    name: str

    def __init__(self, name: str):
        super().__init__(Point(1))
        self.name = name

@instruction
def walk(owner: Signer, feed: PriceAccount, program: Program, n: u64, words: List[str]):
    w = Long('far')
    for k in range(0, 10, 2):
        w.add(Point(f64(k), y=k / 2))
    far = [p.length() for p in w.points if p.x > 0.5]
    far.sort(reverse=True)
    a, b = floor(sum(far)), round(2.5)
    a, b = b, a
    text = ', '.join([s.strip().upper() for s in words]) + '!' * 3
    print(text[1:-1], text[::2], len(text), a, b, min(1, n), abs(-5), sorted(words, key=lambda s: len(s)))
    evens = list(filter(lambda x: x % 2 == 0, map(lambda x: x + 1, range(n))))
    grid = [[0] * 3 for _ in range(3)]
    grid[1][-1] = 7
    pair = (n, 'x')
    print(pair[0], evens, grid, n in evens, 'a' not in text, 1 < n <= 5)
    key, bump = Pubkey.find_program_address(['seed', owner, n], program.key())
    program.invoke([CpiAccount(owner, signer=True), CpiAccount(feed, mut=True, seeds=['x', bump])], [1] + int_bytes(n))
    price = feed.validate_price_feed('devnet-SOL/USD').get_price()
    print(price.num(), price.conf, price.expo, key, ID, f'{n:05} {price.num():.2f}')
""",
]
OTHER = """
from seahorse.prelude import *

declare_id('CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8')

class Ledger(Account):
    total: u64
    bump: u8

@instruction
def deposit(owner: Signer, ledger: Ledger, who: UncheckedAccount | None, amount: u64) -> u64:
    ledger.total += amount
    return ledger.total
"""

"""The classes and functions of random instructions that use many forms (`forms.py`)."""

FORMS = """
T = TypeVar('T')


@dataclass
class Spot:
    x: u64
    y: u64
    s: str

    @property
    def total(self) -> u64:
        return self.x + self.y

    @property
    def word(self) -> str:
        return self.s

    @word.setter
    def word(self, s: str) -> None:
        self.s = s[:9]
        self.x += 1

    @classmethod
    def flat(cls, n: u64) -> 'Spot':
        return cls(n, n, 'flat')

    @staticmethod
    def joined(s: str, t: str = '.') -> str:
        return s + t

    def __add__(self, other: 'Spot') -> 'Spot':
        self.y += 1
        return Spot((self.x + other.x) % 50, (self.y + other.y) % 50, self.s)

    def __mul__(self, n: u64) -> 'Spot':
        return Spot(self.x * n % 50, self.y, self.s[:n])

    def __rmul__(self, n: u64) -> 'Spot':
        return Spot(self.x, self.y * n % 50, self.s)

    def __iadd__(self, other: 'Spot') -> 'Spot':
        self.x = (self.x + other.x) % 50
        self.s = other.s
        return self

    def __isub__(self, other: 'Spot') -> 'Spot':
        return Spot(other.x, self.y, self.s)

    def __lt__(self, other: 'Spot') -> bool:
        return self.x < other.x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spot) and self.x == other.x

    def __len__(self) -> int:
        return len(self.s)

    def __bool__(self) -> bool:
        return self.y != 0

    def __contains__(self, s: str) -> bool:
        return s in self.s

    def __getitem__(self, i: u64) -> str:
        self.x += 1
        return self.s[i]

    def __setitem__(self, i: u64, s: str) -> None:
        self.s = f'{s[:3]}{i}'

    def __call__(self, s: str) -> str:
        old = self.s
        self.s = s[:9]
        return old

    def __str__(self) -> str:
        return f'<{self.x} {self.y} {self.s}>'


class Pair(NamedTuple):
    s: str
    n: u64 = 5

    def doubled(self) -> str:
        return self.s + self.s


@dataclass(frozen=True, order=True)
class Rank:
    n: u64
    s: str = 'mid'


class Stack(Generic[T]):
    items: List[T]

    def __init__(self, first: T) -> None:
        self.items = [first]

    def push(self, item: T) -> T:
        if len(self.items) < 4:
            self.items.append(item)
        return self.items[0]

    def replaced(self, item: T) -> T:
        old = self.items[-1]
        self.items[-1] = item
        return old


def either(x: T, y: T, c: bool) -> T:
    return x if c else y


def last_of(items: List[T], x: T) -> T:
    items.append(x)
    old = items[0]
    items[0] = items[-1]
    items.pop()
    return old


def down(a: Card, s: str, n: u64) -> str:
    if n == 0 or n > 3:
        return a.t + s
    old = a.t
    a.t = s[:12]
    a.n += 1
    return old + down(a, f'{a.n}{s}'[:9], n - 1)


def climbed(items: List[str], n: u64) -> List[str]:
    if n > 3 or len(items) > 5:
        return items
    items.append(f'{n}')
    return climbed(items[1:] if n == 2 else items, n + 1)


def early(a: Card, s: str) -> str:
    for i, c in enumerate(a.t):
        if c == s[:1]:
            a.t = 'early'
            return c + a.t[i:]
        a.n += 1
    else:
        a.n += 10
    return s


def starred(s: str, *rest: str) -> str:
    for each in rest:
        s += '/' + each
    return s


def counted(d: Dict[str, u64], s: str) -> u64:
    d[s] = d.get(s, 0) + 1
    return d[s]


def pair_of(a: Card, s: str) -> Pair:
    a.n += 1
    return Pair(a.t, a.n) if s < a.t else Pair(n=a.n, s=s)


"""

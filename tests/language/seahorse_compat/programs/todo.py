# A program of the kind that people write: lists of objects in an account, classes, and much else of the language.

from seahorse.prelude import *
import config

declare_id('DqDqLB3Erv1HBLHmAJ2LvgGkPh6GDpoFeJMMHT4qa3gD')


class Status(Enum):
    OPEN = 0
    DOING = 1
    DONE = 2


@dataclass
class Todo:
    title: str
    status: Status
    votes: u8


class TodoList(Account):
    owner: Pubkey
    todos: List[Todo]
    total: u64
    players: List[Pubkey]
    matrix: Array[Array[f64, 2], 2]


class Animal:
    name: str
    legs: u8

    def __init__(self, name: str, legs: u8):
        self.name = name
        self.legs = legs

    def speak(self) -> str:
        return self.name + ' says nothing'

    def describe(self) -> str:
        return f'{self.speak()} on {self.legs} legs'


class Dog(Animal):
    tricks: List[str]

    def __init__(self, name: str):
        super().__init__(name, 4)
        self.tricks = []

    def speak(self) -> str:
        return self.name + ' says woof'

    def learn(self, trick: str):
        self.tricks.append(trick)


def divmod_(a: u64, b: u64) -> Tuple[u64, u64]:
    return (a // b, a % b)


def greet(name: str, times: u64 = 1, end: str = '!') -> str:
    out = ''
    for _ in range(times):
        out += name + end
    return out


def fill(values: List[u64], n: u64):
    while True:
        if len(values) >= n:
            break
        values.append(u64(len(values)) * 2)


@instruction
def init(owner: Signer, todo_list: Empty[TodoList]):
    t = todo_list.init(payer=owner, seeds=['todos', owner], padding=2048)
    t.owner = owner.key()


@instruction
def add(owner: Signer, todo_list: TodoList, title: str):
    assert todo_list.owner == owner.key()
    assert len(title) <= 50, 'Title too long: ' + str(len(title))
    todo_list.todos.append(Todo(title, Status.OPEN, 0))
    todo_list.total += 1
    if owner.key() not in todo_list.players:
        todo_list.players.append(owner.key())


@instruction
def update(owner: Signer, todo_list: TodoList, index: u8, status: Status):
    todo = todo_list.todos[index]
    todo.status = status
    todo.votes += 1
    if status == Status.DONE:
        print(f'{todo.title} is {todo.status}')
        todo_list.todos.pop(index)
    for t in todo_list.todos:
        t.votes += 10
    print([t.title for t in todo_list.todos], len(todo_list.todos))


@instruction
def matrix(owner: Signer, todo_list: TodoList):
    todo_list.matrix[0][0] = 1.5
    todo_list.matrix[1][1] = -2.0
    m = todo_list.matrix
    det = m[0][0] * m[1][1] - m[0][1] * m[1][0]
    print(det, m)
    for row in m:
        for i in range(2):
            row[i] += 1.0
    print(todo_list.matrix)


@instruction
def misc(owner: Signer, clock: Clock):
    d = Dog('Rex')
    d.learn('sit')
    d.learn('roll')
    print(d.describe(), d.tricks, Animal('Cat', 4).describe())
    q, r = divmod_(17, 5)
    print(q, r, divmod_(9, 3))
    print(greet('a'), greet('b', 2), greet('c', end='?'), greet(times=3, name='d'))
    values: List[u64] = []
    fill(values, 4)
    print(values, config.FEE, config.ADMIN, config.NAMES)
    print(0b1010 & 6, 5 | 8, 5 ^ 1, 1 << 5, 256 >> 2, ~i8(5))
    print('a,b,c'.split(','), 'Hello'.upper(), 'Hello'.lower(), ' x '.strip(), 'hello'[1:3], 'hello'[-1], 'ell' in 'hello')
    print(' '.join(['x', 'y']), 'a' * 3, 'hello'.replace('l', 'L'), 'abc' < 'abd', 'hello'.find('l'), 'x'.startswith('x'))
    pairs = [(1, 'a'), (2, 'b')]
    for n, s in pairs:
        print(n, s)
    ok = True
    ok = ok and not False
    print(ok, ok == True, 1 if ok else 2)
    total = u64(0)
    for i in range(10):
        if i == 3:
            continue
        if i == 6:
            break
        total += u64(i)
    print(total, str(total) + 'x', f'{total:05}', f'{1.5:.3f}', f'{255:x}')
    keys = [owner.key(), config.ADMIN]
    print(keys[1] == config.ADMIN, len(keys))
    a = [1, 2, 3]
    b = a
    b.append(4)
    c = [x for x in a]
    c.append(5)
    print(a, b, c, a == b, a == c)
    grid = [[0 for _ in range(3)] for _ in range(2)]
    grid[1][2] = 7
    print(grid, max([1, 5, 3]), min([4, 2]), sum([0.5, 0.25]))
    winner = u64(clock.unix_timestamp()) % len(keys)
    print(winner < 2, 7 / 2, 7.0 // 2.0, -7.5 % 2.0, 2.0 ** -1.0, f64(3), u64(3.99), i64(-3.99))
    x: f64 = 3
    y = x * 2 + 1
    print(y, floor(y / 2), ceil(y / 2), round(2.5), abs(-2.5), 1e20, 1.0e-7, 0.1 + 0.2)
    s = sorted(['b', 'a'], reverse=True)
    print(s, sorted([3, 1, 2], key=lambda v: -v), any([False, True]), all([True, False]))

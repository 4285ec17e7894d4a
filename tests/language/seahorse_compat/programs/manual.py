# What Seahorse's documentation describes, section by section.

from seahorse.prelude import *
import kit
from kit.sorting import merge
from kit.shapes import *

declare_id('DqDqLB3Erv1HBLHmAJ2LvgGkPh6GDpoFeJMMHT4qa3gD')


class Letter(Account):
  sender: Pubkey
  text: str


class Totals(Event):
  sums: List[u64]

  def __init__(self, sums: List[u64]):
    self.sums = sums


@instruction
def write(sender: Signer, letter: Empty[Letter], text: str):
  bump = letter.bump()
  letter = letter.init(payer = sender, seeds = ['letter', sender], padding = size(text))
  letter.sender = sender.key()
  letter.text = text
  print('bump', bump)


@instruction
def write_large(sender: Signer, letter: Empty[Letter], number: u16, text: str):
  letter = letter.init(payer = sender, seeds = ['large', sender, number], space = 512)
  letter.text = text


@instruction
def geometry(signer: Signer):
  p = Point(3, 4)
  print(p.magnitude())
  q = Point.origin()
  print(q.magnitude())
  d = Datapoint(2, 3)
  print(d.x, d.y)
  print(kit.shapes.twice(21), SIDES, kit.shapes.SIDES)
  r = kit.shapes.Point(1, 0)
  r.x += 1
  print(r.magnitude())


@instruction
def numbers(signer: Signer):
  a = u32(2)
  b: i64 = 2
  c = a + b
  d: u64 = 3
  e = 10 // d
  f = 10 / d
  print(c, e, f)
  x = 10
  y = 10.0
  k = 2
  n: u16 = 3
  m: i64 = 2
  print(x ** k, x ** n, y ** m)
  print(abs(-5), min(3, 1, 2), max(3, 1, 2), round(2.6), round(-2.6))
  print(abs(i64(-7)), min(u8(3), 4), max(d, 1))
  print(-7 // 2, -7 % 2, 7 // -2, 7 % -2)
  z = 'string'
  print(z)
  z = 0
  print(z)
  z = False
  print(z)
  big: u128 = 2 ** 100
  print(big, i128(-5) * 3)


@instruction
def iterators(signer: Signer):
  values = [3, 1, 2]
  names = ['c', 'a', 'b']
  print(len(values), sum(values), sorted(values), values)
  for i, v in enumerate(values):
    print(i, v)
  for n, v in zip(names, values):
    print(n, v)
  print(list(map(lambda v: v * 2, values)))
  print(list(filter(lambda v: v > 1, values)))
  print([v for v in values if v != 1], [w + '!' for w in names])
  print([(i, j) for i in range(2) for j in range(2)])
  print(list(range(3)), list(range(1, 3)), list(range(1, 10, 4)), list(range(5, 0, -2)))
  fixed = array(1, 2, 3)
  made = Array([4, 5, 6], 3)
  fixed[0] += 10
  print(fixed, made[1], len(made), made[-1], sum(made))
  alias = values
  alias[0] = 9
  print(values, values[1:], values[:-1], values[-2:])
  values.append(7)
  values.insert(0, 8)
  print(values.pop(), values.index(9), values.count(1), values)
  values.remove(9)
  values.reverse()
  values.sort()
  values.extend([1, 1])
  print(values, 8 in values, 5 not in values)
  values.clear()
  print(values, len(values) == 0)
  t = (1, 'one', True)
  print(t[0], t[1], t[2])
  first, second, third = t
  print(second)


@instruction
def sorting(signer: Signer, values: List[i64]):
  print(merge.sort(values))
  Totals([u64(len(values)), 5]).emit()


@instruction
def pay(payer: Signer, receiver: UncheckedAccount, system: Program, amount: u64):
  assert system.key() == Pubkey('11111111111111111111111111111111'), 'not the system program'
  data = [0x02, 0x00, 0x00, 0x00] + int_bytes(amount)
  system.invoke(
    accounts = [
      CpiAccount(payer, mut=True, signer=True),
      CpiAccount(receiver, mut=True)
    ],
    data = data
  )
  print(int_bytes(u16(258)), int_bytes(u16(258), be=True))


@instruction
def clock(signer: Signer, clock: Clock):
  print(clock.unix_timestamp(), clock.slot() > 0)


@instruction
def addresses(signer: Signer, letter: Letter):
  key, bump = Pubkey.find_program_address(['letter', signer])
  print(key == letter.key(), bump)
  again = Pubkey.create_program_address(['letter', signer, bump])
  print(again == key)


@instruction
def scopes(signer: Signer, n: u64):
  total = 0
  for i in range(n):
    if i % 2 == 0:
      continue
    if i > 7:
      break
    total += i
  while total > 10:
    total -= 4
  x = 'big' if total > 5 else 'small'
  print(total, x)
  if n > 3 and not n == 5 or n == 1:
    pass
  elif n == 2:
    print('two')
  else:
    print(f'{n} {n + 1:04} {"q"}')
  assert 0 < n < 100, f'out of range: {n}'

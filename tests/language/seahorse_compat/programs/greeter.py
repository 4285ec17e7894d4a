# A mint whose authority is an account of the program, which signs with its seeds and the bump that it keeps.

from seahorse.prelude import *

declare_id('3GLmzrwNkZiBZwjcy5xV81CKWo5efZzpvGsKerXG4Xwm')


class Greeter(Account):
  greeted: u64
  bump: u8


@instruction
def open(host: Signer, greeter: Empty[Greeter], badge: Empty[TokenMint]):
  bump = greeter.bump()

  greeter = greeter.init(
    payer=host,
    seeds=['greeter']
  )

  badge.init(
    payer = host,
    seeds = ['badge'],
    decimals = 2,
    authority = greeter
  )

  greeter.bump = bump


@instruction
def make_purse(guest: Signer, purse: Empty[TokenAccount], badge: TokenMint):
  purse.init(payer = guest, mint = badge, authority = guest, associated = True)


@instruction
def greet(purse: TokenAccount, greeter: Greeter, badge: TokenMint):
  bump = greeter.bump
  greeter.greeted += 1
  print(f'Welcome {purse.authority()}, you are number {greeter.greeted}!')
  badge.mint(
    authority = greeter,
    to = purse,
    amount = u64(100),
    signer = ['greeter', bump]
  )


@instruction
def give(guest: Signer, purse: TokenAccount, friend: TokenAccount, badge: TokenMint):
  purse.transfer(authority = guest, to = friend, amount = 30)
  badge.burn(authority = guest, holder = purse, amount = u64(5))
  print(purse.amount(), friend.amount(), badge.supply(), badge.decimals())

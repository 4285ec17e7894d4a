# Keys of accounts as seeds and as values, and arguments given by position.

from seahorse.prelude import *

declare_id('HaCacEdtJc8gKA8witS4kCC8A6zgwH4jLJZ67XoZQtXm')


class Member(Account):
    age: u8


class Badge(Account):
    number: u8


@instruction
def enroll(payer: Signer, member: Empty[Member], age: u8):
    m = member.init(payer, seeds=['member', payer])
    m.age = age


@instruction
def award(payer: Signer, member: Member, badge: Empty[Badge]):
    b = badge.init(payer, seeds=[member.key()])
    print(member.key())
    print(member.age)
    b.number = member.age + 1
    print(b.number, b.key())

"""Accounts and mints of either token program: fees, extensions, escrow, and a transfer hook that is a program of ours."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import ASSOCIATED_TOKEN_PROGRAM, TOKEN_PROGRAM, MintState, TokenState

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
FEE_CONFIG, FEE_AMOUNT, HOOK, HOOK_ACCOUNT = 1, 2, 14, 15

ESCROW = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Offer(Account):
    maker: Pubkey
    give: Pubkey
    want: Pubkey
    price: u64
    held: u64
    bump: u8


OfferPda = Annotated[Offer, Seeds('offer', arg.maker)]


@instruction
def make(maker: Signer, offer: Empty[Offer], give: AnyTokenMint, want: AnyTokenMint, source: AnyTokenAccount, vault: Empty[AnyTokenAccount], amount: u64, price: u64):
    o = offer.init(payer=maker, seeds=['offer', maker])
    v = vault.init(payer=maker, mint=give, authority=offer, associated=True)
    o.maker = maker.key()
    o.give = give.key()
    o.want = want.key()
    o.price = price
    source.transfer_checked(maker, v, give, amount)
    # What has arrived: a mint may keep a fee.
    o.held = v.amount()
    print(o.held)


@instruction
def take(taker: Signer, maker: UncheckedAccount, offer: OfferPda, give: AnyTokenMint, want: AnyTokenMint, vault: AnyTokenAccount, payment: AnyTokenAccount, paid: AnyTokenAccount, received: AnyTokenAccount):
    assert offer.give == give.key() and offer.want == want.key(), 'other mints'
    assert vault.authority() == offer.key() and vault.mint() == give.key(), 'not the vault'
    assert paid.authority() == maker.key(), 'not the maker'
    before = paid.amount()
    payment.transfer_checked(authority=taker, to=paid, mint=want, amount=offer.price)
    assert paid.amount() - before >= offer.price * 9 // 10, 'too little has arrived'
    vault.transfer_checked(offer.signer(), received, give, offer.held)
    offer.close(maker)


@instruction
def facts(mint: AnyTokenMint, account: AnyTokenAccount):
    config = mint.extension(1)
    print(mint.supply(), mint.decimals(), account.amount(), account.mint() == mint.key(), account.owner() == TOKEN_2022_PROGRAM_ID)
    if config is not None:
        print(len(config), config[106], config[107])
    print(account.extension(2), mint.extension(77) is None)


@instruction
def exact(owner: Signer, mint: AnyTokenMint, source: AnyTokenAccount, to: AnyTokenAccount, amount: u64, fee: u64):
    source.transfer_checked_with_fee(owner, to, mint, amount, fee)


@instruction
def plain(owner: Signer, source: AnyTokenAccount, to: AnyTokenAccount, amount: u64):
    source.transfer(owner, to, amount)
    source.transfer(owner, to, amount)


@instruction
def more(owner: Signer, mint: AnyTokenMint, to: AnyTokenAccount, amount: u64):
    mint.mint(owner, to, amount)
    mint.burn_checked(owner, to, 1)


@instruction
def all_of(remaining_accounts: List[AnyTokenAccount]) -> u64:
    return sum([t.amount() for t in remaining_accounts])
"""


def extension(number: int, data: bytes) -> bytes:
    return number.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


def fees(authority: Pubkey, basis_points: int, most: int) -> bytes:
    one = bytes(8) + most.to_bytes(8, "little") + basis_points.to_bytes(2, "little")
    return extension(FEE_CONFIG, bytes(authority) * 2 + bytes(8) + one + one)


class Market:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(ESCROW)
        self.maker, self.taker = self.ledger.signer(), self.ledger.signer()

    def mint(self, program: Pubkey = TOKEN_2022, extensions: bytes = b"") -> Pubkey:
        key = self.ledger.key().pubkey()
        data = MintState(self.maker.pubkey(), 0, 6).pack()
        if extensions:
            data = data.ljust(165, b"\0") + b"\1" + extensions
        self.ledger.set_account(key, data=data, owner=program)
        return key

    def account(
        self, mint: Pubkey, owner: Pubkey, amount: int, *, of: bytes = b"", program: Pubkey = TOKEN_2022
    ) -> Pubkey:
        """A token account, and the supply that it holds. `of`: extensions."""
        key = self.ledger.key().pubkey()
        data = TokenState(mint, owner, amount).pack()
        if of:
            data = data + b"\2" + of
        self.ledger.set_account(key, data=data, owner=program)
        held = self.ledger.account(mint)
        assert held is not None
        supply = int.from_bytes(held.data[36:44], "little") + amount
        changed = bytes(held.data[:36]) + supply.to_bytes(8, "little") + bytes(held.data[44:])
        self.ledger.set_account(mint, data=changed, owner=program)
        return key

    def amount(self, key: Pubkey) -> int:
        held = self.ledger.account(key)
        assert held is not None
        return int.from_bytes(held.data[64:72], "little")


@pytest.fixture
def market() -> Market:
    return Market()


WITHHELD = extension(FEE_AMOUNT, bytes(8))


@pytest.mark.parametrize("fee", [0, 250])
@pytest.mark.parametrize("want_program", [TOKEN_PROGRAM, TOKEN_2022])
def test_an_escrow_over_both_programs(market: Market, fee: int, want_program: Pubkey) -> None:
    give = market.mint(extensions=fees(market.maker.pubkey(), fee, 10**9)) if fee else market.mint()
    want = market.mint(program=want_program)
    of = WITHHELD if fee else b""
    source = market.account(give, market.maker.pubkey(), 10_000, of=of)
    received = market.account(give, market.taker.pubkey(), 0, of=of)
    payment = market.account(want, market.taker.pubkey(), 500, program=want_program)
    paid = market.account(want, market.maker.pubkey(), 0, program=want_program)
    offer = market.p.address("offer", market.maker)
    vault = Pubkey.find_program_address([bytes(offer), bytes(TOKEN_2022), bytes(give)], ASSOCIATED_TOKEN_PROGRAM)[0]
    made: dict[str, Any] = {"maker": market.maker, "offer": offer, "give": give, "want": want, "vault": vault}
    done = market.p.make(**made, source=source, amount=10_000, price=500, token_program=TOKEN_2022)
    kept = 10_000 * fee // 10_000
    assert done.messages[-1] == str(10_000 - kept)
    if want_program == TOKEN_2022:
        taken: dict[str, Any] = {**made, "maker": market.maker.pubkey(), "taker": market.taker}
        taken |= {"payment": payment, "paid": paid, "received": received, "token_program": TOKEN_2022}
        wrong = market.account(want, market.taker.pubkey(), 0)
        with expect_error(2500):
            market.p.take(**{**taken, "paid": wrong})
        with expect_error(2500):
            market.p.take(**{**taken, "vault": received})
        market.p.take(**taken)
        left = 10_000 - kept
        assert market.amount(received) == left - -(-left * fee // 10_000)
        assert market.amount(paid) == 500
        assert market.ledger.account(offer) is None


def test_fields_and_extensions(market: Market) -> None:
    mint = market.mint(extensions=fees(market.maker.pubkey(), 300, 50))
    account = market.account(mint, market.maker.pubkey(), 7, of=WITHHELD)
    told = market.p.facts(mint=mint, account=account).messages
    assert told == ["7 6 7 True True", "108 44 1", f"{bytes(8)!r} True"]
    old = market.mint(program=TOKEN_PROGRAM)
    account = market.account(old, market.maker.pubkey(), 9, program=TOKEN_PROGRAM)
    assert market.p.facts(mint=old, account=account).messages == ["9 6 9 True False", "None True"]


def test_what_is_no_account_of_either_program(market: Market) -> None:
    mint = market.mint(extensions=fees(market.maker.pubkey(), 300, 50))
    good = market.account(mint, market.maker.pubkey(), 7, of=WITHHELD)
    held = market.ledger.account(good)
    assert held is not None
    data = bytes(held.data)
    cases = [
        (market.p.id, data, 3007),
        (TOKEN_PROGRAM, data, "InvalidAccountData"),
        (TOKEN_2022, data[:165] + b"\1" + data[166:], "InvalidAccountData"),
        (TOKEN_2022, data[:164], "InvalidAccountData"),
        (TOKEN_2022, b"", "InvalidAccountData"),
        (TOKEN_2022, data.ljust(355, b"\0"), "InvalidAccountData"),
        (TOKEN_2022, data[:108] + b"\0" + data[109:], "UninitializedAccount"),
        (TOKEN_2022, data[:108] + b"\3" + data[109:], "InvalidAccountData"),
    ]
    for owner, raw, error in cases:
        bad = Keypair().pubkey()
        market.ledger.set_account(bad, data=raw, owner=owner)
        with expect_error(error):
            market.p.facts(mint=mint, account=bad)
        with expect_error(error):
            market.p.all_of(remaining_accounts=[good, bad])
    with expect_error(3012):
        market.p.facts(mint=mint, account=Keypair().pubkey())
    with expect_error("InvalidAccountData"):
        market.p.facts(mint=good, account=good)
    assert market.p.all_of(remaining_accounts=[good, good]).value == 14


def test_an_extension_that_ends_too_early_is_none(market: Market) -> None:
    mint = market.mint(extensions=fees(market.maker.pubkey(), 1, 1)[:60])
    account = market.account(mint, market.maker.pubkey(), 1, of=b"\2\0\xff\xff\1\2")
    told = market.p.facts(mint=mint, account=account).messages
    assert told == ["1 6 1 True True", "None True"]


def test_the_fee_that_the_caller_expects(market: Market) -> None:
    mint = market.mint(extensions=fees(market.maker.pubkey(), 100, 1000))
    source = market.account(mint, market.maker.pubkey(), 10_000, of=WITHHELD)
    to = market.account(mint, market.taker.pubkey(), 0, of=WITHHELD)
    given: dict[str, Any] = {"owner": market.maker, "mint": mint, "source": source, "to": to}
    given["token_program"] = TOKEN_2022
    market.p.exact(**given, amount=5_000, fee=50)
    assert market.amount(to) == 4_950
    with expect_error(32):
        market.p.exact(**given, amount=100, fee=2)


def test_operations_go_to_the_owner_of_the_accounts(market: Market) -> None:
    for program in (TOKEN_PROGRAM, TOKEN_2022):
        mint = market.mint(program=program)
        source = market.account(mint, market.maker.pubkey(), 100, program=program)
        to = market.account(mint, market.taker.pubkey(), 0, program=program)
        market.p.plain(owner=market.maker, source=source, to=to, amount=10, token_program=program)
        assert market.amount(to) == 20
        market.p.more(owner=market.maker, mint=mint, to=source, amount=5, token_program=program)
        assert market.amount(source) == 84
        other = TOKEN_2022 if program == TOKEN_PROGRAM else TOKEN_PROGRAM
        with expect_error("MissingAccount"):
            market.p.plain(owner=market.maker, source=source, to=to, amount=1, token_program=other)


HOOK_PROGRAM = """
from seahorse.prelude import *
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')


class Counter(Account):
    mint: Pubkey
    most: u64
    count: u64
    moved: u64
    bump: u8


class HookError(Error):
    TOO_MUCH = 6000, 'more than the mint allows at once'
    NOT_TRANSFERRING = 6001, 'only Token-2022 calls this, in a transfer'


@instruction
def create(payer: Signer, mint: AnyTokenMint, counter: Empty[Counter], most: u64):
    c = counter.init(payer=payer, seeds=['counter', mint])
    c.mint = mint.key()
    c.most = most


# spl-transfer-hook-interface:execute
@instruction(discriminator=b'\\x69\\x25\\x65\\xc5\\x4b\\xfb\\x66\\x1a')
def execute(source: AnyTokenAccount, mint: AnyTokenMint, destination: AnyTokenAccount, owner: UncheckedAccount,
            validation: Annotated[UncheckedAccount, Seeds('extra-account-metas', arg.mint)],
            counter: Annotated[Counter, Seeds('counter', arg.mint)], amount: u64):
    flag = source.extension(15)
    assert flag is not None and flag[0] == 1, HookError.NOT_TRANSFERRING
    assert source.mint() == mint.key(), HookError.NOT_TRANSFERRING
    assert amount <= counter.most, HookError.TOO_MUCH
    counter.count += 1
    counter.moved += amount
"""


def hook_world() -> tuple[Market, Any, dict[str, Any]]:
    market = Market()
    hook = market.ledger.deploy_text(HOOK_PROGRAM, "hook")
    mint = market.mint(extensions=extension(HOOK, bytes(32) + bytes(hook.id)))
    counter = hook.address("counter", mint)
    hook.create(payer=market.maker, mint=mint, counter=counter, most=100)
    # The accounts that Token-2022 adds to the call: here one, the counter, by its address (an ExtraAccountMeta).
    meta = b"\0" + bytes(counter) + b"\0\1"
    listed = (1).to_bytes(4, "little") + meta
    data = bytes.fromhex("692565c54bfb661a") + len(listed).to_bytes(4, "little") + listed
    market.ledger.set_account(hook.address("extra-account-metas", mint), data=data, owner=hook.id)
    of = extension(HOOK_ACCOUNT, b"\0")
    accounts = {
        "mint": mint,
        "counter": counter,
        "source": market.account(mint, market.maker.pubkey(), 1_000, of=of),
        "to": market.account(mint, market.taker.pubkey(), 0, of=of),
    }
    return market, hook, accounts


def transfer(market: Market, hook: Any, a: dict[str, Any], amount: int) -> Instruction:
    """`TransferChecked` of Token-2022, with what the hook needs."""
    metas = [
        AccountMeta(a["source"], False, True),
        AccountMeta(a["mint"], False, False),
        AccountMeta(a["to"], False, True),
        AccountMeta(market.maker.pubkey(), True, False),
        AccountMeta(a["counter"], False, True),
        AccountMeta(hook.id, False, False),
        AccountMeta(hook.address("extra-account-metas", a["mint"]), False, False),
    ]
    return Instruction(TOKEN_2022, bytes([12]) + amount.to_bytes(8, "little") + b"\6", metas)


def test_a_transfer_hook_counts_and_refuses() -> None:
    if Ledger().engine == "python":
        pytest.skip("Token-2022 runs in the virtual machine, which calls the hook's bytecode")
    market, hook, accounts = hook_world()
    market.ledger.send(transfer(market, hook, accounts, 60), signers=[market.maker])
    market.ledger.send(transfer(market, hook, accounts, 100), signers=[market.maker])
    assert (hook.account(accounts["counter"]).count, hook.account(accounts["counter"]).moved) == (2, 160)
    assert market.amount(accounts["to"]) == 160
    with expect_error("TOO_MUCH"):
        market.ledger.send(transfer(market, hook, accounts, 101), signers=[market.maker])


def test_nobody_else_calls_the_hook() -> None:
    market, hook, a = hook_world()
    given = {"source": a["source"], "mint": a["mint"], "destination": a["to"], "owner": market.maker.pubkey()}
    with expect_error("NOT_TRANSFERRING"):
        hook.execute(**given, validation=hook.address("extra-account-metas", a["mint"]), counter=a["counter"], amount=1)
    with expect_error(2006):
        hook.execute(**given, validation=a["mint"], counter=a["counter"], amount=1)

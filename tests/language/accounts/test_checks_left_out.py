"""Checks that the bytecode does not make, because they cannot fail: attacks that would need one of them.

docs/security.md has the reasons, in this order.
"""

from __future__ import annotations

import copy
import hashlib

import pytest
from solders.pubkey import Pubkey
from solders.system_program import create_account_with_seed

from seahorse.driver.compile import Compiler
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import create_program_address
from seahorse.testing import DeployedProgram, Ledger, compile_text, expect_error

ID = "2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7"
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")

BANK = f"""
from seahorse.prelude import *
declare_id('{ID}')

class Bank(Account):
    paid: u64
    bump: u8

BankPda = Annotated[Bank, Seeds('bank')]

@instruction
def open(payer: Signer, bank: Empty[Bank]):
    bank.init(payer=payer, seeds=['bank'])

@instruction
def read(bank: BankPda) -> u64:
    return bank.paid

@instruction
def pay(bank: BankPda, vault: TokenAccount, to: TokenAccount, amount: u64):
    bank.paid += amount
    vault.transfer(authority=bank.signer(), to=to, amount=amount)

@instruction
def only_sometimes(owner: Signer, a: TokenAccount, b: TokenAccount, amount: u64):
    if amount > 0:
        a.transfer(authority=owner, to=b, amount=amount)
"""


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def bank(ledger: Ledger) -> DeployedProgram:
    program = ledger.deploy_text(BANK)
    program.open(payer=ledger.deployer)
    return program


def purse(ledger: Ledger, bank: DeployedProgram) -> tuple[Pubkey, Pubkey]:
    """The bank's token account with 100, and the thief's."""
    mint = ledger.mint(authority=ledger.deployer)
    return ledger.token_account(mint, bank.address("bank"), 100), ledger.token_account(mint, ledger.signer())


# --- the program's own id ---


def test_a_copy_at_another_address_has_no_power() -> None:
    """Anybody may deploy the same code: it owns nothing there, and its signature is that of other addresses."""
    ledger = Ledger(engine="vm")
    built = compile_text(BANK)
    bank = ledger.deploy(built)
    bank.open(payer=ledger.deployer)
    vault, thief = purse(ledger, bank)
    idl = copy.deepcopy(built.idl) | {"address": str(ledger.key().pubkey())}
    clone = ledger.load(built.bytecode, idl)
    # The real account at its real address: only the real program may change it, and only it signs.
    with expect_error("PrivilegeEscalation"):
        clone.pay(bank=bank.address("bank"), vault=vault, to=thief, amount=1)
    # An account of the copy's own is nobody's to the code in it.
    own = clone.address("bank")
    ledger.set_account(own, data=bytes(ledger.account(bank.address("bank")).data), owner=clone.id)  # type: ignore[union-attr]
    with expect_error("AccountOwnedByWrongProgram"):
        clone.pay(bank=own, vault=vault, to=thief, amount=1)
    with expect_error("ConstraintSeeds"):
        clone.open(payer=ledger.deployer, bank=own)
    assert ledger.token(vault).amount == 100


# --- the address of a program that is only called ---


def test_another_program_in_the_place_of_one_that_is_called(ledger: Ledger, bank: DeployedProgram) -> None:
    vault, thief = purse(ledger, bank)
    for wrong in (bank.id, ledger.key().pubkey()):
        with expect_error("InvalidProgramId"):
            bank.pay(vault=vault, to=thief, amount=1, token_program=wrong)
    with expect_error("InvalidProgramId"):
        bank.only_sometimes(owner=ledger.signer(), a=vault, b=thief, amount=0, token_program=bank.id)


def test_a_program_whose_address_begins_alike() -> None:
    """The word that is looked at can be forged; the call names the real program, and the runtime does not find it."""
    ledger = Ledger(engine="vm")
    bank = ledger.deploy_text(BANK)
    bank.open(payer=ledger.deployer)
    vault, thief = purse(ledger, bank)
    forged = Pubkey(bytes(TOKEN)[:8] + bytes(range(24)))
    yes = compile_text(f"from seahorse.prelude import *\ndeclare_id('{ID}')\n@instruction\ndef transfer():\n    pass\n")
    ledger.load(yes.bytecode, yes.idl | {"address": str(forged)})
    with expect_error("MissingAccount"):
        bank.pay(vault=vault, to=thief, amount=1, token_program=forged)
    assert bank.account(bank.address("bank")).paid == 0


def test_a_program_that_is_missing(ledger: Ledger, bank: DeployedProgram) -> None:
    """Zeros stand for an account that is not given, and are the system program's address."""
    call = bank.prepare("open", payer=ledger.deployer, bank=bank.address("bank"))
    call.instruction.accounts = call.instruction.accounts[:-1]
    with expect_error("AccountNotEnoughKeys"):
        ledger.send(call)


# --- the owner of an account at a constant address ---


@pytest.mark.parametrize("alike", [False, True])
def test_a_forged_account_at_another_address(alike: bool) -> None:
    """With the owner's first word, which is looked at, and without."""
    ledger = Ledger(engine="vm")
    bank = ledger.deploy_text(BANK)
    bank.open(payer=ledger.deployer)
    vault, thief = purse(ledger, bank)
    real = ledger.account(bank.address("bank"))
    assert real is not None
    owner = Pubkey(bytes(bank.id)[:8] + bytes(24)) if alike else ledger.key().pubkey()
    forged = ledger.key().pubkey()
    ledger.set_account(forged, data=bytes(real.data), owner=owner)
    with expect_error("ConstraintSeeds" if alike else "AccountOwnedByWrongProgram"):
        bank.pay(bank=forged, vault=vault, to=thief, amount=1)


GRAB = """
from seahorse.prelude import *
declare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')

# The system program's Allocate, of 100 bytes.
ALLOCATE = b'\\x08\\0\\0\\0\\x64\\0\\0\\0\\0\\0\\0\\0'

@instruction
def grab(payer: Signer, target: UncheckedAccount, system: Program):
    system.invoke([CpiAccount(target, mut=True, seeds=['bank'])], ALLOCATE)
"""


def test_nobody_gets_hold_of_the_address_before_the_program() -> None:
    """An account with data needs the signature of its address, which only the program can give."""
    ledger = Ledger(engine="vm")
    bank = ledger.deploy_text(BANK)
    thief = ledger.deploy_text(GRAB)
    with expect_error("PrivilegeEscalation"):
        thief.grab(payer=ledger.deployer, target=bank.address("bank"), system=Pubkey.default())
    ledger.set_account(bank.address("bank"), lamports=10**9)
    with expect_error("AccountOwnedByWrongProgram"):
        bank.read()
    ledger.set_account(bank.address("bank"), lamports=0)
    with expect_error("AccountNotInitialized"):
        bank.read()


GIVEN_AWAY = {
    "a token account at the same seeds": """
@instruction
def give(payer: Signer, mint: TokenMint, vault: Empty[TokenAccount]):
    vault.init(payer=payer, seeds=['bank'], mint=mint, authority=payer)
""",
    "a token account whose seeds may spell the same": """
@instruction
def give(payer: Signer, mint: TokenMint, vault: Empty[TokenAccount], name: String[8]):
    vault.init(payer=payer, seeds=['ba', name], mint=mint, authority=payer)
""",
    "another account at the same seeds": """
class Other(Account):
    n: u64

@instruction
def give(payer: Signer, other: Empty[Other]):
    other.init(payer=payer, seeds=['bank'])
""",
    "a signature of an address that may be empty": """
@instruction
def give(target: UncheckedAccount, program: Program):
    program.invoke([CpiAccount(target, mut=True, seeds=['bank'])], [1])
""",
    "the same in a function, with seeds that anybody chooses": """
def lend(target: UncheckedAccount, program: Program, name: str):
    program.invoke([CpiAccount(target, mut=True, seeds=[name])], [1])

@instruction
def give(target: UncheckedAccount, program: Program, name: String[32]):
    lend(target, program, name)
""",
    "an account that is closed": """
@instruction
def give(payer: Signer, bank: BankPda):
    bank.close(payer)
""",
}
KEPT = {
    "nothing": "",
    "a token account at other seeds": """
@instruction
def give(payer: Signer, mint: TokenMint, vault: Empty[TokenAccount], number: u64):
    vault.init(payer=payer, seeds=['bank', number], mint=mint, authority=payer)
""",
    "the signature of the account itself": """
@instruction
def give(bank: BankPda, program: Program):
    program.invoke([CpiAccount(bank, mut=True, seeds=['bank', bank.bump])], [1])
""",
    "another kind of account is closed": """
class Other(Account):
    n: u64

@instruction
def give(payer: Signer, other: Other):
    other.close(payer)
""",
}


@pytest.mark.parametrize("what", [*GIVEN_AWAY, *KEPT])
def test_the_owner_is_proven_only_where_the_program_keeps_the_address(
    what: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("kept") / "bank.py"
    file.write_text(BANK + {**GIVEN_AWAY, **KEPT}[what], encoding="utf-8")
    read = next(i for i in Compiler().lower(file).instructions if i.name == "read")
    proven = [c.owner_proven for c in read.checks if isinstance(c, ir.CheckProgramAccount)]
    assert proven == [what in KEPT]


def test_an_address_that_was_given_away(ledger: Ledger) -> None:
    """Where the address is not kept, the whole owner is compared: here a token account stands in the account's place."""
    bank = ledger.deploy_text(BANK + GIVEN_AWAY["a token account at the same seeds"])
    bank.give(payer=ledger.deployer, mint=ledger.mint(authority=ledger.deployer), vault=bank.address("bank"))
    with expect_error("AccountOwnedByWrongProgram"):
        bank.read()


# --- addresses and bumps ---


DERIVED = f"""
from seahorse.prelude import *
declare_id('{ID}')

class Box(Account):
    n: u64

@instruction
def create(text: String[40], bump: u8) -> Pubkey:
    return Pubkey.create_program_address([text, bump])

@instruction
def make(payer: Signer, box: Empty[Box]):
    box.init(payer=payer, seeds=['box', payer])

@instruction
def lend(payer: Signer, other: Signer, box: Annotated[Box, Seeds('box', arg.payer)], target: UncheckedAccount, program: Program):
    program.invoke([CpiAccount(target, seeds=['box', payer])], [0])

@instruction
def lend_other(payer: Signer, other: Signer, box: Annotated[Box, Seeds('box', arg.payer)], target: UncheckedAccount, program: Program):
    program.invoke([CpiAccount(target, seeds=['box', other])], [0])

@instruction
def lend_constant(target: UncheckedAccount, program: Program):
    program.invoke([CpiAccount(target, seeds=['constant', u16(7)])], [0])

@instruction
def same(payer: Signer, box: Annotated[Box, Seeds('box', arg.payer)]) -> bool:
    address, bump = Pubkey.find_program_address(['box', payer])
    return address == box.key() and Pubkey.create_program_address(['box', payer, bump]) == address
"""
OWNED = f"""
from seahorse.prelude import *
declare_id('{ID}')

class Box(Account):
    n: u64

@instruction
def read(box: Annotated[Box, Seeds('box', arg.number)], number: u64) -> u64:
    return box.n

@instruction
def held(vault: Annotated[TokenAccount, Seeds('box', arg.number)], number: u64) -> u64:
    return vault.amount()

@instruction
def nothing(anybody: Annotated[UncheckedAccount, Seeds('box', arg.number)], number: u64):
    pass
"""
CALLED = """
from seahorse.prelude import *
declare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')
"""


def test_created_addresses_are_off_the_curve(ledger: Ledger) -> None:
    program = ledger.deploy_text(DERIVED)
    own = bytes(program.id)
    met: set[bool] = set()
    for number in range(12):
        text = f"seed {number}"
        expected = create_program_address([text.encode(), bytes([number])], own)
        met.add(expected is None)
        if expected is None:
            with expect_error("InvalidSeeds"):
                program.create(text=text, bump=number)
        else:
            assert program.create(text=text, bump=number).value == Pubkey(expected)
    assert met == {True, False}
    with expect_error("MaxSeedLengthExceeded"):
        program.create(text="x" * 33, bump=1)


def _hashes(number: int) -> list[tuple[Pubkey, bool]]:
    """The hash of each bump from 255 down, with whether it lies on the curve; up to the second one off it."""
    seeds, own = [b"box", number.to_bytes(8, "little")], Pubkey.from_string(ID)
    found: list[tuple[Pubkey, bool]] = []
    for bump in range(255, -1, -1):
        data = b"".join([*seeds, bytes([bump]), bytes(own), b"ProgramDerivedAddress"])
        key = Pubkey(hashlib.sha256(data).digest())
        found.append((key, key.is_on_curve()))
        if [on for _, on in found].count(False) == 2:
            break
    return found


def test_an_account_with_an_owner_has_the_canonical_address() -> None:
    """Of an account that a program owns, a hash that is its address is not looked at: only the runtime's own loader of
    accounts can give an owner to an address on the curve that is a hash. Every other bump is refused as before."""
    ledger = Ledger(engine="vm")
    program = ledger.deploy_text(OWNED)
    mint = ledger.mint(authority=ledger.deployer)
    token = ledger.account(ledger.token_account(mint, ledger.deployer, 5))
    assert token is not None
    missed: set[bool] = set()
    for number in range(8):
        hashes = _hashes(number)
        canonical = next(i for i, (_, on) in enumerate(hashes) if not on)
        missed.add(canonical > 0)
        later, _ = hashes[-1]
        for key, read in ((hashes[canonical][0], True), (later, False)):
            program.set_account(key, "Box", n=7)
            if read:
                assert program.read(box=key, number=number).value == 7
            else:
                with expect_error("ConstraintSeeds"):
                    program.read(box=key, number=number)
            ledger.set_account(key, data=bytes(token.data), owner=TOKEN)
            if read:
                assert program.held(vault=key, number=number).value == 5
            else:
                with expect_error("ConstraintSeeds"):
                    program.held(vault=key, number=number)
        for key, on in hashes[:canonical]:
            # Nobody has the key of it. While nobody owns it, it is refused, whatever lies there.
            assert on
            with expect_error("AccountNotInitialized"):
                program.read(box=key, number=number)
            ledger.set_account(key, lamports=10**9)
            with expect_error("AccountOwnedByWrongProgram"):
                program.read(box=key, number=number)
            with expect_error("ConstraintSeeds"):
                program.nothing(anybody=key, number=number)
    assert missed == {True, False}


def test_no_seed_of_a_key_spells_a_derived_address() -> None:
    """The other way to an account without its signature: its address is a hash of a key, a text and the owner. For the
    same bytes the owner would end with the marker of derived addresses, and the runtime refuses that."""
    ledger = Ledger(engine="vm")
    payer = ledger.signer()

    def make(owner: Pubkey) -> Pubkey:
        address = Pubkey(hashlib.sha256(bytes(payer.pubkey()) + b"x" + bytes(owner)).digest())
        made = create_account_with_seed(
            {
                "from_pubkey": payer.pubkey(), "to_pubkey": address, "base": payer.pubkey(), "seed": "x",
                "lamports": 10**9, "space": 8, "owner": owner,
            }
        )  # fmt: skip
        ledger.send(made, signers=[payer])
        return address

    made = ledger.account(make(Pubkey(b"any bytes  ProgramDerivedAddresS")))
    assert made is not None
    # 2 is the runtime's `PubkeyError::IllegalOwner`, which the system program passes on as its own second error.
    with expect_error("InvalidProgramId"):
        make(Pubkey(b"any bytes  ProgramDerivedAddress"))


def test_a_bump_that_was_found_signs_for_its_own_address_only() -> None:
    """The signature of seeds that differ from those that were checked is searched anew."""
    ledger = Ledger(engine="vm")
    program = ledger.deploy_text(DERIVED)
    called = ledger.deploy_text(CALLED + "@instruction\ndef take(owner: Signer):\n    pass\n", name="called")
    for _ in range(6):
        payer, other = ledger.signer(), ledger.signer()
        program.make(payer=payer, box=program.address("box", payer))
        program.make(payer=other, box=program.address("box", other))
        assert program.same(payer=payer, box=program.address("box", payer)).value
        given = {"payer": payer, "other": other, "box": program.address("box", payer), "program": called.id}
        own, foreign = program.address("box", payer), program.address("box", other)
        # The called program refuses the data: it was reached with the signature.
        with expect_error("InstructionFallbackNotFound"):
            program.lend(**given, target=own)
        with expect_error("PrivilegeEscalation"):
            program.lend(**given, target=foreign)
        with expect_error("InstructionFallbackNotFound"):
            program.lend_other(**given, target=foreign)
        with expect_error("PrivilegeEscalation"):
            program.lend_other(**given, target=own)
    constant = program.address("constant", (7).to_bytes(2, "little"))
    with expect_error("InstructionFallbackNotFound"):
        program.lend_constant(target=constant, program=called.id)
    with expect_error("PrivilegeEscalation"):
        program.lend_constant(target=own, program=called.id)

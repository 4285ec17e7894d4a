"""The chain that a test sees: accounts, time, tokens, programs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.compiler.testing.programs import BOX

from seahorse.diagnostics import CompileError
from seahorse.testing import DeployedProgram, EngineMissing, Ledger, associated_address, compile_file, compile_text
from seahorse.testing.engines import virtual_machine as engine_module

SOL = 10**9


def test_signers_are_funded_and_the_same_in_every_run():
    first, second = Ledger(), Ledger()
    a, b = first.signer(), first.signer(sol=0.5)
    assert (first.lamports(a), first.lamports(b)) == (10 * SOL, SOL // 2)
    assert a.pubkey() == second.signer().pubkey()
    assert len({a.pubkey(), b.pubkey(), first.deployer.pubkey(), first.key().pubkey()}) == 4


def test_ledgers_share_nothing(ledger: Ledger):
    other = Ledger()
    key = ledger.signer()
    ledger.set_account(key, lamports=1)
    assert other.lamports(key) == 0
    assert other.account(key) is None


def test_fees_are_not_the_signers(ledger: Ledger, box: DeployedProgram, alice: Keypair):
    before = ledger.lamports(alice)
    box.paint(owner=alice, number=7, colour=0, marks=[0, 0, 0])
    assert ledger.lamports(alice) == before


def test_time(ledger: Ledger, box: DeployedProgram):
    start, slot = ledger.now, ledger.slot
    assert box.now().value == start
    ledger.warp(100)
    assert (ledger.now, ledger.slot) == (start + 100, slot + 250)
    assert box.now().value == start + 100
    ledger.set_time(5)
    assert box.now().value == 5


def test_raw_accounts(ledger: Ledger):
    key, owner = ledger.key().pubkey(), ledger.key().pubkey()
    ledger.set_account(key, data=b"abc", owner=owner)
    found = ledger.account(key)
    assert found is not None
    assert (bytes(found.data), found.owner, found.lamports) == (b"abc", owner, ledger.rent(3))
    assert [address for address, _ in ledger.owned_by(owner)] == [key]


def test_accounts_of_a_program_put_in_place(box: DeployedProgram, ledger: Ledger):
    place = ledger.key().pubkey()
    fields = {
        "owner": place,
        "colour": "Blue",
        "label": "put",
        "point": {"x": 1, "y": 2},
        "friend": None,
        "marks": [0, 0, 0],
        "number": 1,
        "bump": 0,
    }
    box.set_account(place, "Box", **fields, space=200)
    assert box.account(place) == fields
    raw = ledger.account(place)
    assert raw is not None
    assert len(raw.data) == 200
    with pytest.raises(ValueError, match="box has no account type Bax; it has Box"):
        box.set_account(place, "Bax")


def test_accounts_that_are_not_the_programs(box: DeployedProgram, ledger: Ledger):
    with pytest.raises(LookupError, match="there is no account"):
        box.account(ledger.key())
    with pytest.raises(LookupError, match="is owned by 11111111111111111111111111111111, not by box"):
        box.account(ledger.signer())
    ledger.set_account(key := ledger.key(), data=bytes(20), owner=box)
    with pytest.raises(LookupError, match="no discriminator"):
        box.account(key)


def test_tokens(ledger: Ledger):
    alice, bob = ledger.signer(), ledger.signer()
    mint = ledger.mint(authority=alice, decimals=2, supply=5)
    purse = ledger.token_account(mint, bob, 100)
    assert purse == associated_address(bob.pubkey(), mint)
    state = ledger.token(purse)
    assert (state.mint, state.owner, state.amount, state.delegate, state.frozen) == (
        mint,
        bob.pubkey(),
        100,
        None,
        False,
    )
    assert (ledger.mint_state(mint).supply, ledger.mint_state(mint).decimals) == (105, 2)
    with pytest.raises(ValueError, match="has 165 bytes of data, not 82"):
        ledger.token(mint)
    with pytest.raises(LookupError, match="there is no account"):
        ledger.mint_state(ledger.key())


def test_token_layouts_are_the_token_programs(ledger: Ledger):
    """The token program itself reads what the kit writes: InitializeAccount3 and Transfer succeed."""
    from solders.instruction import AccountMeta, Instruction

    from seahorse.testing.tokens import TOKEN_PROGRAM

    alice = ledger.signer()
    mint = ledger.mint(authority=alice)
    one, two = ledger.token_account(mint, alice, 50), ledger.token_account(mint, ledger.key(), 1)
    accounts = [AccountMeta(one, False, True), AccountMeta(two, False, True), AccountMeta(alice.pubkey(), True, False)]
    ledger.send(Instruction(TOKEN_PROGRAM, b"\x03" + (20).to_bytes(8, "little"), accounts), signers=[alice])
    assert (ledger.token(one).amount, ledger.token(two).amount) == (30, 21)
    approve = b"\x04" + (9).to_bytes(8, "little")
    ledger.send(Instruction(TOKEN_PROGRAM, approve, accounts), signers=[alice])
    assert (ledger.token(one).delegate, ledger.token(one).delegated_amount) == (two, 9)


def test_compiling_again_only_after_a_change(tmp_path: Path):
    source = tmp_path / "box.py"
    source.write_text(BOX)
    first = compile_file(source)
    assert compile_file(source) is first
    source.write_text(BOX.replace("Wrong colour", "Not this colour"))
    os.utime(source, (1, 2**31))
    assert compile_file(source).idl["errors"][0]["msg"] == "Not this colour"


def test_mistakes_are_told_as_the_compiler_tells_them():
    with pytest.raises(CompileError, match=r"broken\.py:8:18: error: .*\n        number = 1 \+ 'x'\n"):
        compile_text(
            "from seahorse.prelude import *\n\n"
            "declare_id('CH3AKTpLVWdAE8hf2dgLF7Qq4eguuSsF4wNUJ2c5GE3c')\n\n\n"
            "@instruction\ndef go():\n    number = 1 + 'x'\n",
            "broken",
        )
    with pytest.raises(FileNotFoundError, match=r"give the path of a program's \.py file"):
        compile_file("nowhere.py")


def test_an_old_solders_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine_module.metadata, "version", lambda name: "0.26.0")
    with pytest.raises(EngineMissing, match=r"this environment has 0\.26\.0: pip install 'solders>=0\.29'"):
        Ledger()


def test_importing_the_kit_is_cheap():
    code = "import sys, seahorse.testing; print('llvmlite' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_upgrade_authorities(ledger: Ledger):
    alice = ledger.signer()
    program = ledger.deploy(compile_text(BOX, "box"), upgrade_authority=alice)
    assert program.deployer(signer=alice).value is True
    home = Pubkey.find_program_address(
        [bytes(program.id)], Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
    )[0]
    assert ledger.account(home) is not None

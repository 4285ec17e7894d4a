"""`seahorse add`: what it writes of an IDL, what it leaves out, and what it refuses without writing anything."""

from __future__ import annotations

import ast
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.deploy.idl.anchor_account import idl_address, unpack_idl
from seahorse.deploy.rpc import DeployError
from seahorse.diagnostics import CompileError
from seahorse.ir.layout import instruction_discriminator
from seahorse.stubs import StubError, add_program
from seahorse.stubs.names import snake_case
from seahorse.testing import Ledger, expect_error
from seahorse.testing.compiling import compile_text
from solana_localnet.spawn import spawn

ADDRESS = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"


def idl(**parts: Any) -> dict[str, Any]:
    return {"address": ADDRESS, "metadata": {"name": "other"}, "instructions": [], **parts}


def instruction(name: str, args: list[Any] | None = None, accounts: list[Any] | None = None) -> dict[str, Any]:
    fields = [{"name": f"a{i}", "type": t} for i, t in enumerate(args or [])]
    return {"name": name, "accounts": accounts or [], "args": fields}


def struct(name: str, *types: Any, **more: Any) -> dict[str, Any]:
    fields = [{"name": f"f{i}", "type": t} for i, t in enumerate(types)]
    return {"name": name, "type": {"kind": "struct", "fields": fields}, **more}


def added(tmp_path: Path, document: dict[str, Any], **options: Any) -> tuple[str, list[str]]:
    """The text of the module, and what was left out."""
    (tmp_path / "idl.json").write_text(json.dumps(document))
    made = add_program(tmp_path, str(tmp_path / "idl.json"), **options)
    return made.path.read_text(), [what for what, _ in made.left_out]


def parameters(text: str, name: str) -> list[str]:
    """The parameters of an instruction in a module, with their annotations."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [ast.unparse(a) for a in node.args.args]
    raise AssertionError(f"no {name} in\n{text}")


TYPES = [
    *((t, t) for t in ("u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "f64", "bool", "bytes")),
    ("string", "str"),
    ("pubkey", "Pubkey"),
    ("publicKey", "Pubkey"),
    ({"option": "u8"}, "Optional[u8]"),
    ({"vec": {"option": "string"}}, "List[Optional[str]]"),
    ({"array": ["u8", 32]}, "Array[u8, 32]"),
    ({"tuple": ["u8", "pubkey"]}, "Tuple[u8, Pubkey]"),
    ({"defined": {"name": "Point"}}, "Point"),
    ({"defined": "Point"}, "Point"),
    ({"defined": {"name": "Size"}}, "u64"),
]


@pytest.mark.parametrize(("told", "written"), TYPES, ids=str)
def test_every_type(tmp_path: Path, told: Any, written: str):
    types = [struct("Point", "i32", "i32"), {"name": "Size", "type": {"kind": "type", "alias": "u64"}}]
    text, left_out = added(tmp_path, idl(types=types, instructions=[instruction("go", [told])]))
    assert left_out == []
    assert parameters(text, "go") == [f"a0: {written}"]


UNWRITABLE = [
    "f32", "i256", {"hashMap": ["u8", "u8"]}, {"defined": {"name": "Missing"}}, {"defined": {"name": "Loop"}},
    {"defined": {"name": "Data"}}, {"defined": {"name": "Made"}}, {"array": ["u8", {"generic": "N"}]},
    {"defined": {"name": "Padded"}}, {"option": {"vec": "f32"}},
]  # fmt: skip


@pytest.mark.parametrize("told", UNWRITABLE, ids=str)
def test_what_the_language_cannot_say_is_left_out(tmp_path: Path, told: Any):
    """The rest of the program is there all the same."""
    types = [
        struct("Loop", {"vec": {"defined": {"name": "Loop"}}}),
        {"name": "Data", "type": {"kind": "enum", "variants": [{"name": "A", "fields": ["u8"]}]}},
        struct("Made", "u8", generics=[{"kind": "type", "name": "T"}]),
        struct("Padded", "u8", "u64", serialization="bytemuckunsafe", repr={"kind": "c"}),
    ]
    document = idl(types=types, instructions=[instruction("bad", [told]), instruction("good", ["u8"])])
    text, left_out = added(tmp_path, document)
    assert "instruction bad" in left_out
    assert "def bad" not in text
    assert parameters(text, "good") == ["a0: u8"]


ACCOUNTS = [
    ({"name": "a"}, "a: UncheckedAccount"),
    ({"name": "a", "writable": True}, "a: Annotated[UncheckedAccount, Mut()]"),
    ({"name": "a", "isMut": True, "isSigner": False}, "a: Annotated[UncheckedAccount, Mut()]"),
    ({"name": "a", "signer": True}, "a: Signer"),
    ({"name": "a", "isMut": True, "isSigner": True}, "a: Annotated[Signer, Mut()]"),
    ({"name": "a", "optional": True, "writable": True}, "a: Optional[Annotated[UncheckedAccount, Mut()]]"),
    ({"name": "a", "address": ADDRESS}, f"a: Annotated[UncheckedAccount, Address(Pubkey('{ADDRESS}'))]"),
    ({"name": "userAccount"}, "user_account: UncheckedAccount"),
    ({"name": "from"}, "from_: UncheckedAccount"),
    ({"name": "group", "accounts": [{"name": "a"}]}, "group_a: UncheckedAccount"),
]


@pytest.mark.parametrize(("told", "written"), ACCOUNTS, ids=lambda a: str(a)[:40])
def test_every_kind_of_account(tmp_path: Path, told: Any, written: str):
    text, left_out = added(tmp_path, idl(instructions=[instruction("go", ["u8"], [told])]))
    assert left_out == []
    assert parameters(text, "go") == [written, "a0: u8"]


def test_a_whole_module(tmp_path: Path):
    document = idl(
        docs=['A "program" of others', "in two lines"],
        accounts=[{"name": "Pool"}],
        types=[struct("Pool", "u64", {"defined": {"name": "Side"}}), {"name": "Side", "docs": ["Which."], "type": {
            "kind": "enum", "variants": [{"name": "BuySide"}, {"name": "None"}]}}],
        errors=[{"code": 6000, "name": "TooMuch", "msg": 'say "no"'}, {"code": 7, "name": "Odd"}],
        constants=[{"name": "FEE", "type": "u64", "value": "25"}, {"name": "SEED", "type": "string", "value": '"pool"'}],
        instructions=[instruction("swap", ["u64"], [{"name": "a0", "writable": True}])],
    )  # fmt: skip
    text, left_out = added(tmp_path, document)
    assert left_out == []
    assert text.startswith("# Generated by `seahorse add`")
    assert 'FEE = 25\nSEED = "pool"\n' in text
    assert "BUY_SIDE = 0" in text
    # Accounts and arguments may have one name in an IDL.
    assert parameters(text, "swap") == ["a0: Annotated[UncheckedAccount, Mut()]", "a0_arg: u64"]
    caller = (
        "from seahorse.prelude import *\nimport other\ndeclare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')\n\n\n"
        "@instruction\ndef go(pool: other.Pool) -> u64:\n    assert pool.f1 == other.Side.BUY_SIDE, other.OtherError.TOO_MUCH\n"
        "    other.swap(pool, pool.f0 + other.FEE)\n    return pool.f0\n"
    )
    assert compile_text(caller, "caller", other=text).bytecode


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "this is not JSON"),
        ("[]", "this is not an Anchor IDL"),
        ('{"instructions": 7}', "this is not an Anchor IDL"),
        ('{"instructions": [], "metadata": {}}', "malformed: KeyError 'name'"),
        ('{"instructions": [{"name": "x"}], "name": "other"}', "malformed: KeyError 'accounts'"),
        ('{"instructions": [], "name": "other"}', "does not say the program's address"),
        ('{"instructions": [], "name": "other", "address": "xyz"}', "`xyz` is not an address"),
        (json.dumps(idl(metadata={"name": "class"})), "`class` cannot name a module"),
        (json.dumps(idl(types=[struct("A", "u8"), struct("A", "u16")])), "defines the type `A` twice"),
        (json.dumps(idl(instructions=[instruction("a"), instruction("a")])), "a module that the compiler refuses"),
    ],
)
def test_bad_documents(tmp_path: Path, content: str, message: str):
    (tmp_path / "idl.json").write_text(content)
    with pytest.raises(StubError, match=message):
        add_program(tmp_path, str(tmp_path / "idl.json"))
    assert [p.name for p in tmp_path.iterdir()] == ["idl.json"]


def test_what_is_there_stays(tmp_path: Path):
    document = idl(instructions=[instruction("go")])
    (tmp_path / "other.py").write_text("MINE = 1\n")
    with pytest.raises(StubError, match="`seahorse add` did not write it"):
        added(tmp_path, document)
    assert (tmp_path / "other.py").read_text() == "MINE = 1\n"
    text, _ = added(tmp_path, document, name="theirs")
    again = add_program(tmp_path, str(tmp_path / "idl.json"), name="theirs")
    assert (again.changed, again.path.read_text()) == (False, text)
    added(tmp_path, idl(instructions=[instruction("gone")]), name="theirs")
    assert "def gone" in (tmp_path / "theirs.py").read_text()


def test_from_the_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "programs_py").mkdir()
    (tmp_path / "Anchor.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    program = Keypair().pubkey()
    packed = zlib.compress(json.dumps(idl(instructions=[instruction("go", ["u8"])])).encode())
    data = bytes(8) + bytes(32) + len(packed).to_bytes(4, "little") + packed + bytes(100)
    with spawn() as net:
        missing = CliRunner().invoke(app, ["add", str(program), "--cluster", net.rpc_url])
        assert missing.exit_code == 1
        assert "keeps no IDL at" in missing.output
        account = {"lamports": 10**9, "data": data.hex(), "owner": str(program), "executable": False}
        net.call("surfnet_setAccount", str(idl_address(program)), account)
        done = CliRunner().invoke(app, ["add", str(program), "--cluster", net.rpc_url])
    assert done.exit_code == 0, done.output
    assert "wrote programs_py/other.py; use it with: import other" in done.output
    # The address that was asked for is the program's, whatever its IDL says.
    assert f'declare_id("{program}", external=True)' in (tmp_path / "programs_py/other.py").read_text()


@pytest.mark.parametrize(
    "data", [b"", bytes(44), bytes(40) + b"\x04\0\0\0abcd", bytes(40) + b"\x05\0\0\0" + zlib.compress(b"{}")]
)
def test_broken_idl_accounts(data: bytes):
    with pytest.raises(DeployError):
        unpack_idl(data)


@pytest.mark.parametrize(("program", "address"), [
    ("2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7", "57QBerjKt66ePTsA8viov666Cj4ymRE33s8guUDuytkm"),
    ("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "4nmzuuebvZ9EVghi2khvz9SyxUNvuXXdAzWtG5N7avYf"),
])  # fmt: skip
def test_the_address_of_an_idl(program: str, address: str):
    """As AnchorPy 0.21 computed it (`anchorpy.idl._idl_address`): of document A's registry, and of another program."""
    assert str(idl_address(Pubkey.from_string(program))) == address


@pytest.mark.parametrize(
    ("name", "snake"),
    [("initialize", "initialize"), ("initializeMint2", "initialize_mint2"), ("swapV2", "swap_v2"), ("set_a", "set_a"),
     ("openPositionWithTokenExtensions", "open_position_with_token_extensions"), ("getUSDPrice", "get_usd_price")],
)  # fmt: skip
def test_names_of_instructions(name: str, snake: str):
    assert snake_case(name) == snake
    assert len(instruction_discriminator(snake)) == 8


def test_a_stub_is_checked_like_a_program(tmp_path: Path):
    text, _ = added(tmp_path, idl(instructions=[instruction("go", ["u8"])]))
    wrong = (
        "from seahorse.prelude import *\nimport other\ndeclare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')\n\n\n"
    )
    with pytest.raises(CompileError, match="parameter `a0` is u8, but this is str"):
        compile_text(wrong + "@instruction\ndef f():\n    other.go('x')\n", "caller", other=text)


@pytest.mark.parametrize("marker", [[7], [1, 2, 3], [9] * 8, list(range(1, 17))], ids=len)
def test_discriminators_that_are_no_hashes(tmp_path: Path, marker: list[int]):
    """A call begins with the bytes that the IDL says, and an account is known by them."""
    other = idl(
        instructions=[{**instruction("go", ["u8"], [{"name": "a"}]), "discriminator": marker}],
        accounts=[{"name": "Box", "discriminator": marker}],
        types=[struct("Box", "u64")],
        events=[],
    )
    text, left_out = added(tmp_path, other)
    assert left_out == []
    assert f"@instruction(discriminator={marker})" in text
    assert f"class Box(Account, discriminator={marker}):" in text
    caller = """
from seahorse.prelude import *
import other
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def run(a: UncheckedAccount, box: other.Box) -> u64:
    other.go(a, 5)
    return box.f0
"""
    callee = f"""
from seahorse.prelude import *
declare_id('{ADDRESS}')

class Box(Account, discriminator={marker}):
    f0: u64

@instruction(discriminator={marker})
def go(a: UncheckedAccount, n: u8):
    print('here', n)
"""
    ledger = Ledger(engine="both")
    q = ledger.deploy_text(callee, "other")
    p = ledger.deploy_text(caller, "caller", other=text)
    box = ledger.key()
    ledger.set_account(box, data=bytes(marker) + (77).to_bytes(8, "little"), owner=q.id)
    done = p.run(a=q.id, box=box.pubkey())
    assert done.value == 77
    assert "here 5" in done.messages


def test_instructions_of_programs_that_shank_describes(tmp_path: Path):
    """Metaplex's programs: one byte says the instruction, and no discriminator the account."""
    document = {
        "version": "1.14.0",
        "name": "mpl_token_metadata",
        "metadata": {"origin": "shank", "address": ADDRESS},
        "instructions": [
            {
                "name": "BurnNft",
                "accounts": [{"name": "owner", "isMut": True, "isSigner": True}, {"name": "systemProgram"}],
                "args": [],
                "discriminant": {"type": "u8", "value": 29},
            }
        ],
        "accounts": [struct("Edition", "u64")],
    }
    text, left_out = added(tmp_path, document)
    assert left_out == []
    assert "@dataclass\nclass Edition:" in text
    assert "@instruction(discriminator=[29])\ndef burn_nft(" in text
    assert parameters(text, "burn_nft")[1].startswith("system_program: Annotated[UncheckedAccount, Address(")


def test_fields_that_hide_methods_of_accounts(tmp_path: Path):
    """A type checker that reads the stub is told of them."""
    fields = [{"name": n, "type": "u64"} for n in ("owner", "signer", "close", "amount")]
    other = idl(
        accounts=[{"name": "Box", "discriminator": [1]}],
        types=[{"name": n, "type": {"kind": "struct", "fields": fields}} for n in ("Box", "Plain")],
        events=[],
        instructions=[],
    )
    text, _ = added(tmp_path, other)
    told = [line for line in text.splitlines() if "type: ignore" in line]
    assert told == [f"    {n}: u64  # type: ignore[assignment]" for n in ("signer", "close")]


@pytest.mark.parametrize("there", [False, True])
def test_a_call_of_a_program_that_is_not_there(tmp_path: Path, there: bool):
    text, _ = added(tmp_path, idl(instructions=[instruction("go", ["u8"])]))
    caller = """
from seahorse.prelude import *
import other
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def run(n: u8) -> u8:
    if n > 1:
        other.go(n)
    return n
"""
    ledger = Ledger(engine="both")
    program = ledger.deploy_text(caller, name="caller", other=text)
    if there:
        ledger.set_account(idl()["address"], data=b"no program")
    assert program.run(n=1).value == 1
    with expect_error("UnsupportedProgramId"):
        program.run(n=2)

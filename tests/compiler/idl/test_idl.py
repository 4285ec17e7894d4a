"""Both IDL forms of one program that uses every kind of account flag, seed and type."""

import json
from pathlib import Path
from typing import Any

import pytest

from seahorse.driver.compile import Compiler
from seahorse.idl import anchor_idl, legacy_idl
from seahorse.ir.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.stubs import add_program
from seahorse.testing.compiling import compile_text

SOURCE = '''"""A shop."""
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class State(Enum):
    OPEN = 0
    SOLD_OUT = 1


class Shop(Account):
    """Where things are sold."""

    owner: Pubkey
    state: State
    name: String[20]
    best: Optional[u64]
    prices: Array[u16, 3]
    pair: Tuple[u8, u64]
    bump: u8


class Opened(Event):
    owner: Pubkey
    tags: List[str]


class ShopError(Error):
    NOT_OWNER = 6500, 'Not the owner'


@instruction
def open_shop(owner: Signer, shop: Empty[Shop], name: String[20], data: bytes):
    """Open it."""
    it = shop.init(payer=owner, seeds=['shop', owner])
    it.owner = owner.key()
    it.name = name
    Opened(owner=owner.key(), tags=[name]).emit()


@instruction
def rename(
    owner: Signer,
    shop: Annotated[Shop, Seeds('shop', arg.owner)],
    rival: Annotated[Shop, Seeds('rival', arg.shop.owner, arg.name[:4])] | None,
    name: String[20],
) -> State:
    assert shop.owner == owner.key(), ShopError.NOT_OWNER
    shop.name = name
    return shop.state
'''


@pytest.fixture(scope="module")
def idls(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    path: Path = tmp_path_factory.mktemp("idl") / "shop.py"
    path.write_text(SOURCE)
    program = Compiler().lower(path)
    return anchor_idl(program), legacy_idl(program)


def test_accounts_flags_and_seeds(idls: tuple[dict[str, Any], dict[str, Any]]) -> None:
    open_shop, rename = idls[0]["instructions"]
    assert [a["name"] for a in open_shop["accounts"]] == ["owner", "shop", "system_program"]
    assert open_shop["accounts"][0] == {"name": "owner", "writable": True, "signer": True}
    seeds = [{"kind": "const", "value": list(b"shop")}, {"kind": "account", "path": "owner"}]
    assert open_shop["accounts"][1] == {"name": "shop", "writable": True, "pda": {"seeds": seeds}}
    assert open_shop["accounts"][2] == {"name": "system_program", "address": "1" * 32}
    # A slice of a string cannot be told in an IDL, so clients are told no seeds at all.
    assert rename["accounts"][2] == {"name": "rival", "optional": True}
    assert rename["returns"] == {"defined": {"name": "State"}}
    assert open_shop["args"] == [{"name": "name", "type": "string"}, {"name": "data", "type": "bytes"}]
    assert open_shop["docs"] == ["Open it."]


MADE = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def fund(payer: Signer, owner: UncheckedAccount, mint: {mint}, tokens: Empty[{account}]):
    tokens.init(payer=payer, mint=mint, authority=owner, associated=True)
"""


@pytest.mark.parametrize("kind", ["Token", "AnyToken"])
def test_an_associated_account_that_is_made_has_its_seeds(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "fund.py"
    path.write_text(MADE.format(mint=f"{kind}Mint", account=f"{kind}Account"))
    (fund,) = anchor_idl(Compiler().lower(path))["instructions"]
    pda = next(a for a in fund["accounts"] if a["name"] == "tokens")["pda"]
    owner, token, mint = pda["seeds"]
    assert (owner, mint) == ({"kind": "account", "path": "owner"}, {"kind": "account", "path": "mint"})
    given = {"kind": "account", "path": "token_program"}
    assert token == ({"kind": "const", "value": list(TOKEN_PROGRAM_ID)} if kind == "Token" else given)
    assert pda["program"] == {"kind": "const", "value": list(ASSOCIATED_TOKEN_PROGRAM_ID)}


def test_types_events_and_errors(idls: tuple[dict[str, Any], dict[str, Any]]) -> None:
    idl = idls[0]
    types = {t["name"]: t["type"] for t in idl["types"]}
    assert types["State"] == {"kind": "enum", "variants": [{"name": "Open"}, {"name": "SoldOut"}]}
    assert {f["name"]: f["type"] for f in types["Shop"]["fields"]} == {
        "owner": "pubkey",
        "state": {"defined": {"name": "State"}},
        "name": "string",
        "best": {"option": "u64"},
        "prices": {"array": ["u16", 3]},
        "pair": {"defined": {"name": "TupleU8U64"}},
        "bump": "u8",
    }
    assert types["TupleU8U64"] == {"kind": "struct", "fields": ["u8", "u64"]}
    assert types["Opened"]["fields"][1] == {"name": "tags", "type": {"vec": "string"}}
    assert idl["errors"] == [{"code": 6500, "name": "NotOwner", "msg": "Not the owner"}]
    assert idl["metadata"] == {"name": "shop", "version": "0.1.0", "spec": "0.1.0", "description": "A shop."}


def test_the_older_form(idls: tuple[dict[str, Any], dict[str, Any]]) -> None:
    idl = idls[1]
    assert [i["name"] for i in idl["instructions"]] == ["openShop", "rename"]
    assert idl["instructions"][0]["accounts"][2] == {"name": "systemProgram", "isMut": False, "isSigner": False}
    assert idl["instructions"][1]["accounts"][2]["isOptional"] is True
    assert [a["name"] for a in idl["accounts"]] == ["Shop"]
    assert {t["name"] for t in idl["types"]} == {"State", "TupleU8U64"}
    assert idl["events"][0]["fields"][0] == {"name": "owner", "type": "publicKey", "index": False}
    assert idl["metadata"] == {"address": "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"}


CONSTANTS = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

FEE = 30
'''Basis points.'''
TWICE = FEE * 2
LIMIT: u128 = 10**30
LOSS = -5
SEED = "a \\"vault\\""
RAW = b"ab"
YES = True
RATE: f64 = 0.5
OWNER = Pubkey("11111111111111111111111111111111")
_PRIVATE = 1
lower = 3
LISTED = [1, 2]


@instruction
def run(owner: Annotated[Signer, "who pays", Mut()], amount: Annotated[u64, "in base units"]) -> u64:
    return amount * FEE
"""


def test_constants_and_remarks() -> None:
    made = compile_text(CONSTANTS)
    told = {c["name"]: (c["type"], c["value"], c.get("docs")) for c in made.idl["constants"]}
    assert told == {
        "FEE": ("u64", "30", ["Basis points."]),
        "TWICE": ("u64", "60", None),
        "LIMIT": ("u128", str(10**30), None),
        "LOSS": ("i64", "-5", None),
        "SEED": ("string", '"a \\"vault\\""', None),
        "RAW": ("bytes", "[97, 98]", None),
        "YES": ("bool", "true", None),
        "RATE": ("f64", "0.5", None),
        "OWNER": ("pubkey", "11111111111111111111111111111111", None),
    }
    assert [c["name"] for c in made.legacy_idl["constants"]] == list(told)
    (run,) = made.idl["instructions"]
    assert run["accounts"][0]["docs"] == ["who pays"]
    assert run["accounts"][0]["writable"]
    assert run["args"][0]["docs"] == ["in base units"]


def test_what_a_stub_reads_of_them(tmp_path: Path) -> None:
    """`seahorse add` of our own IDL has the constants that the language can write."""
    (tmp_path / "idl.json").write_text(json.dumps(compile_text(CONSTANTS).idl))
    text = add_program(tmp_path, str(tmp_path / "idl.json"), name="other").path.read_text()
    for line in ("FEE = 30", "TWICE = 60", f"LIMIT = {10**30}", "LOSS = -5", 'SEED = "a \\"vault\\""'):
        assert f"\n{line}\n" in text

"""Both IDL forms of one program that uses every kind of account flag, seed and type."""

from pathlib import Path
from typing import Any

import pytest

from seahorse.driver.compile import Compiler
from seahorse.idl import anchor_idl, legacy_idl

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

"""What clients do: addresses, instructions, records, events, errors, and asking a node."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey
from tests.compiler.client.idls import ASSOCIATED, EVERYTHING, INTS, LEGACY, TOKEN
from tests.compiler.client.made import ADDRESS, Made, enum, idl, instruction, made, struct

PROGRAM = Pubkey.from_string(ADDRESS)


def key(number: int) -> Pubkey:
    return Pubkey.from_bytes(bytes([number]) * 32)


def address(*seeds: bytes, program: Pubkey = PROGRAM) -> Pubkey:
    return Pubkey.find_program_address(list(seeds), program)[0]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("everything"), EVERYTHING)


@dataclass
class Node:
    """Accounts as a node has them, and what it was asked for."""

    accounts: dict[Pubkey, Any] = field(default_factory=dict[Pubkey, Any])
    asked: list[Any] = field(default_factory=list[Any])

    def put(self, where: Pubkey, data: bytes, owner: Pubkey = PROGRAM) -> None:
        self.accounts[where] = SimpleNamespace(data=data, owner=owner)

    async def get_account_info(self, pubkey: Pubkey, /) -> Any:
        self.asked.append(pubkey)
        return SimpleNamespace(value=self.accounts.get(pubkey))

    async def get_multiple_accounts(self, pubkeys: list[Pubkey], /) -> Any:
        self.asked.append(list(pubkeys))
        return SimpleNamespace(value=[self.accounts.get(one) for one in pubkeys])

    async def get_program_accounts(self, pubkey: Pubkey, /, *, encoding: str, filters: Any) -> Any:
        self.asked.append((pubkey, encoding, filters))
        rows = [SimpleNamespace(pubkey=k, account=a) for k, a in self.accounts.items() if a.owner == pubkey]
        return SimpleNamespace(value=[row for row in rows if all(passes(row.account.data, one) for one in filters)])


def passes(data: bytes, one: Any) -> bool:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for char in one.bytes:
        number = number * 58 + alphabet.index(char)
    zeros = len(one.bytes) - len(one.bytes.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    return data[one.offset : one.offset + len(raw)] == raw


def vault(client: Made, number: int = 7, authority: Pubkey | None = None) -> Any:
    types = client.module("other.types")
    return client.module("other.accounts").Vault(authority or key(9), number, types.Color.DARK_GREEN, "note")


def test_an_instruction_finds_what_follows_from_the_rest(client: Made):
    types, instructions = client.module("other.types"), client.module("other.instructions")
    built = instructions.open(
        owner=key(1), mint=key(2), id=258, how=types.ShapePair(5, types.ShapeEmpty()), where=types.Point(1, -2)
    )
    where = address(b"vault", bytes(key(1)), (258).to_bytes(4, "little"))
    tokens = address(
        bytes(key(1)), bytes(Pubkey.from_string(TOKEN)), bytes(key(2)), program=Pubkey.from_string(ASSOCIATED)
    )
    assert built.accounts == [
        AccountMeta(key(1), True, True),
        AccountMeta(where, False, True),
        AccountMeta(address(b"\x00\xff", bytes(where)), False, False),
        AccountMeta(key(2), False, False),
        AccountMeta(tokens, False, True),
        AccountMeta(Pubkey.from_string(TOKEN), False, False),
        AccountMeta(Pubkey.from_string(ASSOCIATED), False, False),
        # An optional account that is absent is the program, and neither writable nor a signer.
        AccountMeta(PROGRAM, False, False),
    ]
    assert built.data == bytes([3]) + b"\x02\x01\x00\x00" + b"\x02\x05\x01\x00" + b"\x01" + (-2).to_bytes(
        8, "little", signed=True
    )
    assert built.program_id == PROGRAM
    assert instructions.decode_instruction(built.data).where == types.Point(1, -2)


def test_what_is_given_wins_and_programs_can_stand_elsewhere(client: Made):
    types, instructions = client.module("other.types"), client.module("other.instructions")
    programs = client.module("programs").Programs(other=key(77))
    shape, point = types.ShapeEmpty(), types.Point(0, 0)
    given_ = instructions.open(owner=key(1), mint=key(2), id=1, how=shape, where=point, vault=key(5), referrer=key(6))
    assert [given_.accounts[i].pubkey for i in (1, 7)] == [key(5), key(6)]
    assert (given_.accounts[7].is_signer, given_.accounts[7].is_writable) == (True, True)
    moved = instructions.open(owner=key(1), mint=key(2), id=1, how=shape, where=point, programs=programs)
    assert moved.program_id == key(77)
    assert moved.accounts[1].pubkey == address(b"vault", bytes(key(1)), bytes([1, 0, 0, 0]), program=key(77))
    more = [AccountMeta(key(8), False, True)]
    assert instructions.idle(remaining_accounts=more).accounts == more
    assert instructions.idle().data == hashlib.sha256(b"global:idle").digest()[:8]


async def test_a_node_is_asked_for_fields_of_accounts_and_for_relations(client: Made):
    instructions, node = client.module("other.instructions"), Node()
    node.put(key(3), vault(client, number=11).encode())
    built = await instructions.resolve_take(node, vault=key(3), amount=-1)
    receipt = address(b"receipt", (11).to_bytes(8, "little"), (-1).to_bytes(8, "little", signed=True))
    assert [meta.pubkey for meta in built.accounts] == [
        key(3),
        key(9),
        receipt,
        address(b"after", bytes(receipt), bytes(key(9))),
    ]
    same = instructions.take(vault=key(3), authority=key(9), receipt=receipt, amount=-1)
    assert same == built
    errors = client.module("support.fetching")
    with pytest.raises(errors.AccountError, match="no account at"):
        await instructions.resolve_take(node, vault=key(4), amount=1)
    node.put(key(4), vault(client).encode(), owner=key(50))
    with pytest.raises(errors.AccountError, match="belongs to"):
        await instructions.resolve_take(node, vault=key(4), amount=1)


async def test_accounts_are_fetched(client: Made):
    accounts, types = client.module("other.accounts"), client.module("other.types")
    fetching, codec = client.module("support.fetching"), client.module("support.codec")
    node = Node()
    for number in range(250):
        node.put(key(number), vault(client, number, key(number % 3)).encode() + bytes(20))
    node.put(key(251), b"")
    node.put(key(252), accounts.Nothing().encode())
    node.put(key(253), b"\x01\x00")
    assert await accounts.Vault.fetch(node, key(5)) == vault(client, 5, key(2))
    assert await accounts.Vault.fetch(node, key(251)) is None
    assert await accounts.Vault.fetch(node, key(254)) is None
    with pytest.raises(codec.DecodeError, match="no Vault begins with 09"):
        await accounts.Vault.fetch(node, key(252))
    with pytest.raises(codec.DecodeError, match="end within a value"):
        await accounts.Vault.fetch(node, key(253))
    with pytest.raises(fetching.AccountError, match="belongs to"):
        await accounts.Vault.fetch(node, key(5), owned_by=key(1))
    node.asked.clear()
    many = await accounts.Vault.fetch_many(node, [key(n) for n in (*range(249), 254)])
    assert [len(part) for part in node.asked] == [100, 100, 50]
    assert many[-1] is None
    assert [record.number for record in many[:-1]] == list(range(249))
    del node.accounts[key(253)]
    found = await accounts.Vault.fetch_all(node, number=4)
    assert found == {key(4): vault(client, 4, key(1))}
    found = await accounts.Vault.fetch_all(node, authority=key(1), kind=types.Color.DARK_GREEN, note="note")
    assert len(found) == 83
    assert await accounts.Vault.fetch_all(node, note="nota") == {}
    with pytest.raises(ValueError, match="at most 3"):
        await accounts.Vault.fetch_all(node, authority=key(1), number=1, kind=types.Color.RED, note="")


def test_fetching_without_async(tmp_path: Path):
    client = made(tmp_path, EVERYTHING, sync=True)
    record = vault(client, 3)
    answers = SimpleNamespace(
        get_account_info=lambda _: SimpleNamespace(value=SimpleNamespace(data=record.encode(), owner=PROGRAM)),
        get_program_accounts=lambda *_, **__: SimpleNamespace(value=[]),
    )
    accounts, instructions = client.module("other.accounts"), client.module("other.instructions")
    assert accounts.Vault.fetch(answers, key(3)) == record
    assert accounts.Vault.fetch_all(answers, number=3) == {}
    assert instructions.resolve_take(answers, vault=key(3), amount=1).accounts[1].pubkey == key(9)
    assert "async" not in "".join(path.read_text() for path in client.folder.rglob("*.py")).replace("asyncio", "")


def test_events_are_read_from_logs_and_from_calls(client: Made):
    events, types = client.module("other.events"), client.module("other.types")
    moved, stopped = events.Moved(key(1), types.ShapeCircle(8)), events.Stopped()
    line = [f"Program data: {base64.b64encode(e.encode()).decode()}" for e in (moved, stopped)]
    other = f"Program {key(4)}"
    logs = [
        line[0],
        f"Program {PROGRAM} invoke [1]",
        line[0],
        f"{other} invoke [2]",
        line[1],
        f"{other} success",
        "Program data: !!!",
        line[1],
        f"Program {PROGRAM} success",
        f"{other} invoke [1]",
        f"Program {PROGRAM} invoke [2]",
        line[1],
    ]
    assert events.events_in(logs) == [moved, stopped, stopped]
    assert events.events_in(logs, programs=client.module("programs").Programs(other=key(4))) == [stopped]
    tag = bytes.fromhex("e445a52e51cb9a1d")
    calls = [(PROGRAM, tag + moved.encode()), (PROGRAM, moved.encode()), (key(4), tag + stopped.encode())]
    assert events.events_in_calls(calls) == [moved]
    assert events.decode_event(b"\x06") is None


def test_errors_are_found_by_their_code(client: Made):
    errors = client.module("other.errors")
    assert isinstance(errors.error_of(6000), errors.TooMuch)
    assert errors.error_of(6000).message.startswith('A "quoted" text\nof two lines, \\ and """ too. word word')
    assert (errors.TooMuch.code, errors.TooMuch.name) == (6000, "TooMuch")
    assert errors.error_of(1) is None
    failure = SimpleNamespace(index=0, err=SimpleNamespace(code=6001))
    found = errors.error_in(failure)
    assert (type(found), found.code, found.name) == (errors.ValueError, 6001, "ValueError")
    assert isinstance(errors.error_in(failure, [f"Program {PROGRAM} failed: custom"]), errors.OtherError)
    assert errors.error_in(failure, [f"Program {key(4)} failed: custom"]) is None
    assert errors.error_in("AccountNotFound") is None


def test_constants_have_their_values(client: Made):
    constants = client.module("other.constants")
    assert (constants.LIMIT, constants.WORD, constants.OWNER, constants.RAW, constants.ON, constants.LESS) == (
        1000, 'w"o', PROGRAM, b"\x01\x02\xff", True, -5,
    )  # fmt: skip


def test_discriminators_have_any_length_and_the_longest_counts(client: Made):
    accounts, instructions = client.module("other.accounts"), client.module("other.instructions")
    lengths = {name: len(getattr(accounts, name).DISCRIMINATOR) for name in accounts.__all__}
    assert lengths == {"Vault": 1, "Wide": 32, "Deep": 5, "Nothing": 2, "Tree": 3}
    taken = instructions.take(vault=key(1), authority=key(2), receipt=key(3), amount=5)
    assert len(taken.data) == 40
    events = client.module("other.events")
    assert type(events.decode_event(b"\x05\x05" + bytes(33))).__name__ == "Moved"
    assert type(events.decode_event(b"\x05\x04" + bytes(33))).__name__ == "Stopped"


def test_a_type_that_holds_itself(client: Made):
    types, codec = client.module("other.types"), client.module("support.codec")
    tree = types.Tree(1, types.Tree(2, None, []), [types.Tree(3, None, [types.Tree(4, None, [])])])
    assert codec.decode_value(types.Tree, codec.encode_value(types.Tree, tree)) == tree
    with pytest.raises(codec.DecodeError, match="nested too deeply"):
        codec.decode_value(types.Tree, b"\x01\x01" * 100_000)


def test_what_bytes_cannot_be_is_refused(client: Made):
    codec, types = client.module("support.codec"), client.module("other.types")
    decode = codec.decode_value
    for kind, data in [
        (codec.BOOL, b"\x02"),
        (codec.STRING, b"\x01\x00\x00\x00\xff"),
        (codec.BYTES, b"\xff\xff\xff\xff"),
        (codec.option(codec.U8), b"\x02\x00"),
        (codec.coption(codec.U8, 1), b"\x02\x00\x00\x00\x00"),
        (codec.vec(codec.U64), b"\xff\xff\xff\xff"),
        (codec.vec(client.module("other.accounts").Nothing), b"\xff\xff\xff\xff"),
        (types.Color, b"\x03"),
        (types.ShapeCodec, b"\x03"),
        (codec.U256, bytes(31)),
    ]:
        with pytest.raises(codec.DecodeError):
            decode(kind, data)


def test_values_that_a_type_cannot_hold_are_refused(client: Made):
    codec = client.module("support.codec")
    for kind, value in [
        (codec.U8, 256),
        (codec.U64, -1),
        (codec.I128, 2**127),
        (codec.U256, 2**256),
        (codec.fixed_bytes(3), b"12"),
        (codec.array(codec.U8, 2), [1]),
        (codec.tuple_of(codec.U8, codec.U8), (1,)),
        (codec.F32, 1e300),
        (codec.STRING, "\ud800"),
    ]:
        with pytest.raises(codec.EncodeError):
            codec.encode_value(kind, value)


_WIDE = {
    t: st.integers(-(2 ** (int(t[1:]) - 1)) if t[0] == "i" else 0, 2 ** (int(t[1:]) - (t[0] == "i")) - 1) for t in INTS
}


@given(st.fixed_dictionaries(_WIDE), st.floats(width=32), st.floats(), st.booleans())
def test_numbers_of_every_width_come_back(client: Made, values: dict[str, int], f32: float, f64: float, flag: bool):
    wide = client.module("other.accounts").Wide
    record = wide(*(values[kind] for kind in INTS), f32, f64, flag)
    data = record.encode()
    assert wide.decode(data + b"room").encode() == data
    at = 32
    for kind in INTS:
        value = values[kind]
        size = int(kind[1:]) // 8
        assert data[at : at + size] == value.to_bytes(size, "little", signed=kind[0] == "i")
        at += size


def test_an_idl_of_before_030(tmp_path: Path):
    client = made(tmp_path, LEGACY)
    instructions, accounts = client.module("old_one.instructions"), client.module("old_one.accounts")
    types, events = client.module("old_one.types"), client.module("old_one.events")
    built = instructions.open_vault(owner=key(1), group_mint=key(2), vault_id=3, how=types.HowTo.FAST)
    assert built.data == hashlib.sha256(b"global:open_vault").digest()[:8] + b"\x03\x00\x01"
    assert [meta.pubkey for meta in built.accounts] == [
        key(1),
        address(b"vault", bytes(key(1)), b"\x03\x00"),
        key(2),
        Pubkey.from_string("11111111111111111111111111111111"),
    ]
    assert accounts.Vault(key(1)).encode() == hashlib.sha256(b"account:Vault").digest()[:8] + bytes(key(1))
    assert events.Opened(key(1)).encode() == hashlib.sha256(b"event:Opened").digest()[:8] + bytes(key(1))


def test_seeds_of_one_name_may_differ_between_instructions(tmp_path: Path):
    def account(*seeds: bytes) -> dict[str, Any]:
        return {"name": "box", "pda": {"seeds": [{"kind": "const", "value": list(seed)} for seed in seeds]}}

    document = idl(
        types=[enum("Kind", "A"), struct("Args", kind="u8")],
        instructions=[
            instruction("one", [account(b"one")]),
            instruction("two", [account(b"two")]),
            instruction("again", [account(b"one")]),
            instruction("unknown", [{"name": "box", "pda": {"seeds": [{"kind": "arg", "path": "kind"}]}}], kind="f64"),
            instruction(
                "nested",
                [{"name": "box", "pda": {"seeds": [{"kind": "arg", "path": "args.kind"}]}}],
                args={"defined": {"name": "Args"}},
            ),
        ],
    )
    client = made(tmp_path, document)
    instructions, types = client.module("other.instructions"), client.module("other.types")
    assert instructions.one().accounts[0].pubkey == instructions.again().accounts[0].pubkey == address(b"one")
    assert instructions.two().accounts[0].pubkey == address(b"two")
    assert instructions.unknown(box=key(1), kind=1.0).accounts[0].pubkey == key(1)
    assert instructions.nested(args=types.Args(200)).accounts[0].pubkey == address(b"\xc8")
    names = [name for name in dir(client.module("other.addresses")) if name.startswith("find_")]
    assert sorted(names) == ["find_box", "find_box_of_nested", "find_box_of_two"]

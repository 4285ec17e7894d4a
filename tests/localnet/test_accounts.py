"""Reading accounts: encodings, data slices, filters, parsed forms."""

import base64
import struct
from collections.abc import Callable
from typing import Any

import pytest
import zstandard
from solders.pubkey import Pubkey
from tests.localnet.client import Rpc, RpcFailure

from solana_localnet.codec import base58

OWNER = Pubkey.new_unique()
DATA = bytes(range(100))
TOKEN_2022 = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"


@pytest.fixture(scope="module")
def stored(rpc: Rpc) -> Pubkey:
    """An account of 100 bytes."""
    return put(rpc, OWNER, DATA)


def put(rpc: Rpc, owner: Pubkey, data: bytes) -> Pubkey:
    address = Pubkey.new_unique()
    rpc("surfnet_setAccount", str(address), {"lamports": 10**9, "owner": str(owner), "data": data.hex()})
    return address


def data_of(rpc: Rpc, address: Pubkey, **config: Any) -> Any:
    return rpc.value("getAccountInfo", str(address), config)["data"]


def test_every_encoding(rpc: Rpc, stored: Pubkey) -> None:
    assert data_of(rpc, stored) == base58.encode(DATA)
    assert data_of(rpc, stored, encoding="base58") == [base58.encode(DATA), "base58"]
    assert data_of(rpc, stored, encoding="base64") == [base64.b64encode(DATA).decode(), "base64"]
    packed, name = data_of(rpc, stored, encoding="base64+zstd")
    assert name == "base64+zstd"
    assert zstandard.ZstdDecompressor().decompressobj().decompress(base64.b64decode(packed)) == DATA
    # Nobody knows how to parse this owner's accounts, so they come as they are.
    assert data_of(rpc, stored, encoding="jsonParsed")[1] == "base64"


def test_account_members(rpc: Rpc, stored: Pubkey) -> None:
    account = rpc.value("getAccountInfo", str(stored), {"encoding": "base64"})
    assert account["space"] == 100
    assert account["owner"] == str(OWNER)
    assert account["lamports"] == 10**9
    assert account["executable"] is False


def test_base58_stops_at_128_bytes(rpc: Rpc) -> None:
    large = put(rpc, OWNER, bytes(129))
    for encoding in ({}, {"encoding": "base58"}):
        with pytest.raises(RpcFailure, match="should be less than 128 bytes") as caught:
            rpc("getAccountInfo", str(large), encoding)
        assert caught.value.code == -32600
    assert data_of(rpc, large, encoding="base58", dataSlice={"offset": 0, "length": 2})[0] == "11"


def test_data_slices(rpc: Rpc, stored: Pubkey) -> None:
    def part(offset: int, length: int) -> bytes:
        slice_ = {"offset": offset, "length": length}
        return base64.b64decode(data_of(rpc, stored, encoding="base64", dataSlice=slice_)[0])

    assert part(10, 5) == DATA[10:15]
    assert part(95, 50) == DATA[95:]
    assert part(200, 5) == b""
    assert part(0, 0) == b""


def test_filters(rpc: Rpc) -> None:
    owner = Pubkey.new_unique()
    short, long = put(rpc, owner, b"abcdef"), put(rpc, owner, b"abXdefgh")

    def found(*filters: Any) -> set[str]:
        rows = rpc("getProgramAccounts", str(owner), {"encoding": "base64", "filters": list(filters)})
        return {row["pubkey"] for row in rows}

    everyone = {str(short), str(long)}
    assert found() == everyone
    assert found({"dataSize": 6}) == {str(short)}
    assert found({"memcmp": {"offset": 0, "bytes": base58.encode(b"ab")}}) == everyone
    assert found({"memcmp": {"offset": 2, "bytes": base58.encode(b"c")}}) == {str(short)}
    assert found({"memcmp": {"offset": 2, "bytes": base64.b64encode(b"Xd").decode(), "encoding": "base64"}}) == {
        str(long)
    }
    assert found({"memcmp": {"offset": 1, "bytes": [98]}}) == everyone
    assert found({"memcmp": {"offset": 7, "bytes": base58.encode(b"h")}}, {"dataSize": 8}) == {str(long)}
    assert found({"memcmp": {"offset": 6, "bytes": base58.encode(b"g")}}) == {str(long)}
    assert found({"dataSize": 7}) == set()


LONG = b"x" * 128


@pytest.mark.parametrize(
    ("filters", "refusal"),
    [
        ([{"memcmp": {"offset": 0, "bytes": base58.encode(LONG + b"x")}}], "Invalid param: DataTooLarge"),
        ([{"memcmp": {"offset": 0, "bytes": [1] * 129}}], "Invalid param: DataTooLarge"),
        ([{"memcmp": {"offset": 0, "bytes": "A" * 176, "encoding": "base64"}}], "Invalid param: DataTooLarge"),
        ([{"memcmp": {"offset": 0, "bytes": "A?==", "encoding": "base64"}}], "Base64DecodeError(InvalidByte(1, 63))"),
        ([{"memcmp": {"offset": 0, "bytes": "0", "encoding": "bytes"}}], "Base58DecodeError"),
        ([{"memcmp": {"offset": 0, "bytes": "1", "encoding": "binary"}}], "one of `base58`, `base64`, `bytes`"),
        ([{"memcmp": {"offset": 0, "bytes": [256]}}], "any variant of untagged enum DataType"),
        ([{"memcmp": {"offset": 0, "bytes": 5}}], "any variant of untagged enum DataType"),
        ([{"memcmp": {"offset": 0, "bytes": None}}], "any variant of untagged enum DataType"),
        ([{"memcmp": {"bytes": "1"}}], "missing field `offset`"),
        ([{"memcmp": {"offset": 0}}], "missing field `bytes`"),
        ([{"dataSize": 1, "memcmp": {"offset": 0, "bytes": "1"}}], "expected map with a single key"),
        ([{}], "expected map with a single key"),
        (
            [{"memcmp": {"offset": 0, "bytes": [1] * 31}}],
            "Incorrect byte length 31 for SPL token mint filter, expected 32",
        ),
        ([{"memcmp": {"offset": 32, "bytes": "1"}}], "Incorrect byte length 1 for SPL token owner filter, expected 32"),
    ],
)
def test_filters_are_refused_in_agaves_words(rpc: Rpc, filters: list[Any], refusal: str) -> None:
    """As `solana-rpc-client-types`' filter.rs and `solana-rpc`'s rpc.rs have them."""
    program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
    with pytest.raises(RpcFailure) as failure:
        rpc("getProgramAccounts", program, {"encoding": "base64", "filters": filters})
    assert failure.value.code == -32602
    assert refusal in failure.value.message
    # What an index of token accounts asks for is nobody else's affair.
    if "SPL token" in refusal:
        assert rpc("getProgramAccounts", str(Pubkey.new_unique()), {"encoding": "base64", "filters": filters}) == []


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 15, 64, 1_232, 10_240])
def test_base58_of_any_length_is_a_number_in_base_58(size: int) -> None:
    for data in (bytes(size), b"\xff" * size, bytes(size // 2) + bytes(range(256)) * 40)[:3]:
        text = base58.encode(data)
        zeros = len(data) - len(data.lstrip(b"\0"))
        assert text[:zeros] == "1" * zeros
        number = 0
        for digit in text[zeros:]:
            number = number * 58 + base58.ALPHABET.index(digit)
        assert number == int.from_bytes(data, "big")
        assert base58.decode(text) == data


def test_program_accounts_with_context_and_slice(rpc: Rpc) -> None:
    owner = Pubkey.new_unique()
    address = put(rpc, owner, b"abcdef")
    config = {"encoding": "base64", "withContext": True, "dataSlice": {"offset": 1, "length": 2}}
    answer = rpc("getProgramAccounts", str(owner), config)
    assert answer["context"]["slot"] > 0
    assert answer["value"][0]["pubkey"] == str(address)
    assert base64.b64decode(answer["value"][0]["account"]["data"][0]) == b"bc"


def test_many_accounts_at_once_keep_their_places(rpc: Rpc, stored: Pubkey) -> None:
    nobody = Pubkey.new_unique()
    values = rpc.value("getMultipleAccounts", [str(nobody), str(stored)])
    assert values[0] is None
    assert values[1]["data"][1] == "base64"


@pytest.mark.parametrize(
    ("address", "program", "kind"),
    [
        ("SysvarC1ock11111111111111111111111111111111", "sysvar", "clock"),
        ("SysvarRent111111111111111111111111111111111", "sysvar", "rent"),
        ("SysvarEpochSchedu1e111111111111111111111111", "sysvar", "epochSchedule"),
        ("SysvarS1otHashes111111111111111111111111111", "sysvar", "slotHashes"),
        ("SysvarRecentB1ockHashes11111111111111111111", "sysvar", "recentBlockhashes"),
        (TOKEN_2022, "bpf-upgradeable-loader", "program"),
    ],
)
def test_parsed_well_known_accounts(rpc: Rpc, address: str, program: str, kind: str) -> None:
    data = rpc.value("getAccountInfo", address, {"encoding": "jsonParsed"})["data"]
    assert (data["program"], data["parsed"]["type"]) == (program, kind)


def test_parsed_slot_hashes_are_those_of_past_blocks(rpc: Rpc) -> None:
    address = "SysvarS1otHashes111111111111111111111111111"
    newest = rpc.value("getAccountInfo", address, {"encoding": "jsonParsed"})["data"]["parsed"]["info"][1]
    assert newest["hash"] == rpc("getBlock", newest["slot"])["blockhash"]


def test_parsed_token_account_and_mint_of_both_token_programs(rpc: Rpc) -> None:
    from tests.localnet.test_transactions import make_mint

    payer = rpc.funded()
    mint = make_mint(rpc, payer, decimals=2)
    owner = Pubkey.new_unique()
    rpc(
        "surfnet_setTokenAccount",
        str(owner),
        str(mint),
        {"amount": 1234, "delegate": str(OWNER), "delegatedAmount": 34},
    )
    rows = rpc.value("getTokenAccountsByOwner", str(owner), {"mint": str(mint)}, {"encoding": "jsonParsed"})
    info = rows[0]["account"]["data"]["parsed"]["info"]
    assert info["tokenAmount"] == {"uiAmount": 12.34, "decimals": 2, "amount": "1234", "uiAmountString": "12.34"}
    assert info["delegate"] == str(OWNER)
    assert info["delegatedAmount"]["amount"] == "34"
    assert info["state"] == "initialized"
    delegated = rpc.value("getTokenAccountsByDelegate", str(OWNER), {"mint": str(mint)}, {"encoding": "base64"})
    assert [row["pubkey"] for row in delegated] == [rows[0]["pubkey"]]
    parsed = rpc.value("getAccountInfo", str(mint), {"encoding": "jsonParsed"})["data"]
    assert parsed["program"] == "spl-token"
    assert parsed["parsed"]["info"]["mintAuthority"] == str(payer.pubkey())
    # The same bytes under Token-2022, which also knows accounts with extensions behind them.
    copy = rpc.account(mint)
    assert copy is not None
    newer = put(rpc, Pubkey.from_string(TOKEN_2022), copy["data"])
    assert rpc.value("getAccountInfo", str(newer), {"encoding": "jsonParsed"})["data"]["program"] == "spl-token-2022"


def test_token_2022_extensions_are_parsed(rpc: Rpc) -> None:
    from tests.localnet.test_transactions import make_mint

    payer, owner = rpc.funded(), Pubkey.new_unique()
    plain = rpc.account(make_mint(rpc, payer, decimals=0))
    assert plain is not None
    delegate, name = Pubkey.new_unique(), b"\4\0\0\0Watt"
    metadata = bytes(32) + bytes(delegate) + name + b"\2\0\0\0Wh" + b"\0\0\0\0" + b"\0\0\0\0"
    extensions = (12, bytes(delegate)), (19, metadata), (9, b""), (999, b"??")
    tail = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in extensions)
    mint = put(rpc, Pubkey.from_string(TOKEN_2022), plain["data"].ljust(165, b"\0") + b"\1" + tail)
    info = rpc.value("getAccountInfo", str(mint), {"encoding": "jsonParsed"})["data"]["parsed"]["info"]
    assert [entry["extension"] for entry in info["extensions"]] == [
        "permanentDelegate",
        "tokenMetadata",
        "nonTransferable",
        "unparseableExtension",
    ]
    assert info["extensions"][0]["state"] == {"delegate": str(delegate)}
    assert info["extensions"][1]["state"]["name"] == "Watt"
    rpc("surfnet_setTokenAccount", str(owner), str(mint), {"amount": 3}, TOKEN_2022)
    rows = rpc.value("getTokenAccountsByOwner", str(owner), {"mint": str(mint)}, {"encoding": "jsonParsed"})
    info = rows[0]["account"]["data"]["parsed"]["info"]
    assert info["extensions"] == [{"extension": "immutableOwner"}]
    assert info["tokenAmount"]["uiAmountString"] == "3"


def test_token_account_state_filter(rpc: Rpc) -> None:
    token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
    rows = rpc("getProgramAccounts", token, {"encoding": "base64", "filters": ["tokenAccountState"]})
    assert {row["account"]["space"] for row in rows} <= {165}


def test_rent_follows_the_sysvar(rpc: Rpc) -> None:
    assert rpc("getMinimumBalanceForRentExemption", 0) == 890_880
    assert rpc("getMinimumBalanceForRentExemption", 165) == 2_039_280


def test_the_supply_is_every_account_and_the_largest_are_the_validators_too(
    rpc: Rpc, next_slot: Callable[[Rpc], int]
) -> None:
    next_slot(rpc)  # which gives the leader its share of what earlier tests paid
    supply = rpc.value("getSupply")
    assert supply["total"] == supply["circulating"] + supply["nonCirculating"]
    largest = rpc.value("getLargestAccounts")
    assert len(largest) == 20
    assert [row["lamports"] for row in largest] == sorted((row["lamports"] for row in largest), reverse=True)
    vote = rpc("getVoteAccounts")["current"][0]
    assert vote["nodePubkey"] in [row["address"] for row in largest]
    by_address = {row["address"]: row["lamports"] for row in largest}
    stakes = rpc("getProgramAccounts", "Stake11111111111111111111111111111111111111", {"encoding": "base64"})
    assert by_address[stakes[0]["pubkey"]] == stakes[0]["account"]["lamports"] > vote["activatedStake"]
    programs = (
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        TOKEN_2022,
        "SysvarS1otHashes111111111111111111111111111",
    )
    held = sum(rpc.value("getBalance", address) for address in {*by_address, vote["votePubkey"], *programs})
    assert supply["total"] >= held
    # Half of what a signature costs is destroyed, the other half is the leader's.
    rpc.funded(10**9)
    next_slot(rpc)
    assert supply["total"] - rpc.value("getSupply")["total"] == 2_500


def test_what_does_not_circulate_is_counted_apart(rpc: Rpc) -> None:
    """A stake under a lockup, one whose lockup is over, and an account that a validator's source names."""
    before = rpc.value("getSupply")
    stake_program = Pubkey.from_string("Stake11111111111111111111111111111111111111")

    def stake(seconds: int, epoch: int) -> str:
        data = struct.pack("<IQ32s32sqQ32s", 1, 0, bytes(32), bytes(32), seconds, epoch, bytes(32)).ljust(200, b"\0")
        return str(put(rpc, stake_program, data))

    held = [stake(2**40, 0), stake(0, 1_000)]
    free = stake(1, 0)
    named = before["nonCirculatingAccounts"][0]
    rpc("surfnet_setAccount", named, {"lamports": 3 * 10**9})
    after = rpc.value("getSupply")
    assert after["nonCirculating"] - before["nonCirculating"] == 5 * 10**9
    assert after["circulating"] - before["circulating"] == 10**9
    assert after["total"] == after["circulating"] + after["nonCirculating"]
    assert set(held) <= set(after["nonCirculatingAccounts"])
    assert free not in after["nonCirculatingAccounts"]
    kept = rpc.value("getLargestAccounts", {"filter": "nonCirculating"})
    assert kept[0] == {"address": named, "lamports": 3 * 10**9}
    assert {row["address"] for row in kept} == {named, *held}
    circulating = {row["address"] for row in rpc.value("getLargestAccounts", {"filter": "circulating"})}
    assert circulating and not circulating & {named, *held}
    assert rpc.value("getSupply", {"excludeNonCirculatingAccountsList": True})["nonCirculatingAccounts"] == []

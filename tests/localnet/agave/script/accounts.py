"""Section of the script: reading accounts."""

import base64

from tests.localnet.agave.script.keys import (
    ASSOCIATED,
    BOB,
    COMPUTE_BUDGET,
    CONFIG,
    CONFIRMED,
    ED25519,
    FEATURE,
    KEYS,
    LOADER,
    LOADER_V4,
    LOOKUP_TABLES,
    MEMO,
    MEMO_V1,
    NATIVE_LOADER,
    NATIVE_MINT,
    NATIVE_MINT_2022,
    NOBODY,
    OLD_LOADER,
    PROCESSED,
    SECP256K1,
    SECP256R1,
    STAKE,
    STAKE_CONFIG,
    SYSTEM,
    SYSVARS,
    TOKEN,
    TOKEN_2022,
    VOTE,
    ZK_PROOF,
    associated,
    keypair,
)
from tests.localnet.agave.script.recorder import Recorder, shape, sysvar_shape


def read_accounts(rec: Recorder) -> None:
    """Every method that reads accounts, after all of the above is final."""
    rec.section = "account"
    mint, multisig = keypair("mint").pubkey(), keypair("multisig").pubkey()
    payer, owner = KEYS["token payer"].pubkey(), KEYS["token owner"].pubkey()
    mine, theirs = associated(payer, mint), associated(owner, mint)
    taxed, named, scaled, bound = (
        keypair(f"2022 {name} mint").pubkey() for name in ("taxed", "named", "scaled", "bound")
    )
    frozen = associated(KEYS["2022 owner"].pubkey(), named, TOKEN_2022)
    taxed_tokens = associated(KEYS["2022 owner"].pubkey(), taxed, TOKEN_2022)
    parsed, base64_ = {"encoding": "jsonParsed"}, {"encoding": "base64"}
    for name, key in {
        "wallet": BOB.pubkey(), "nobody": NOBODY.pubkey(), "mint": mint, "token account": mine, "frozen token account": theirs,
        "wrapped SOL": associated(KEYS["wrap payer"].pubkey(), NATIVE_MINT), "multisig": multisig, "native mint": NATIVE_MINT,
        "taxed mint": taxed, "named mint": named, "scaled mint": scaled, "bound mint": bound,
        "taxed tokens": taxed_tokens, "frozen named tokens": frozen, "native mint of token-2022": NATIVE_MINT_2022,
        "stake": keypair("stake").pubkey(), "split stake": keypair("split stake").pubkey(), "vote": keypair("vote").pubkey(),
        "config": keypair("config account").pubkey(), "stake config": STAKE_CONFIG, "feature program": FEATURE,
    }.items():  # fmt: skip
        rec.read(f"{name}, jsonParsed", "getAccountInfo", str(key), parsed)
    for name, key in SYSVARS.items():
        rec.read(f"sysvar {name}, jsonParsed", "getAccountInfo", str(key), parsed, tidy=sysvar_shape)
    head = {"encoding": "base64", "dataSlice": {"offset": 0, "length": 4}}
    for name, key in {
        "system program": SYSTEM, "token": TOKEN, "token-2022": TOKEN_2022, "associated token": ASSOCIATED, "memo": MEMO,
        "memo of version 1": MEMO_V1, "compute budget": COMPUTE_BUDGET, "lookup tables": LOOKUP_TABLES, "loader": LOADER,
        "loader of version 2": OLD_LOADER, "loader of version 4": LOADER_V4, "native loader": NATIVE_LOADER, "stake": STAKE,
        "vote": VOTE, "config": CONFIG, "ed25519": ED25519, "secp256k1": SECP256K1, "secp256r1": SECP256R1,
        "zk proof": ZK_PROOF, "feature": FEATURE,
    }.items():  # fmt: skip
        rec.read(f"program {name}", "getAccountInfo", str(key), head)
    rec.read("program token, jsonParsed", "getAccountInfo", str(TOKEN), parsed)
    address_ = str(mine)
    for name, params in {
        "no options": [str(BOB.pubkey())],
        "options null": [str(BOB.pubkey()), None],
        "encoding base58": [address_, {"encoding": "base58"}],
        "encoding binary": [address_, {"encoding": "binary"}],
        "encoding base64": [address_, base64_],
        "encoding base64+zstd": [address_, {"encoding": "base64+zstd"}],
        "encoding unknown": [address_, {"encoding": "hex"}],
        "base58 of too much": [str(named), {"encoding": "base58"}],
        "no encoding of too much": [str(named)],
        "slice": [address_, {"encoding": "base64", "dataSlice": {"offset": 32, "length": 32}}],
        "slice beyond the end": [address_, {"encoding": "base64", "dataSlice": {"offset": 160, "length": 100}}],
        "slice outside": [address_, {"encoding": "base64", "dataSlice": {"offset": 1_000, "length": 1}}],
        "slice of nothing": [address_, {"encoding": "base64", "dataSlice": {"offset": 0, "length": 0}}],
        "slice with jsonParsed": [address_, {"encoding": "jsonParsed", "dataSlice": {"offset": 0, "length": 4}}],
        "slice half given": [address_, {"encoding": "base64", "dataSlice": {"offset": 0}}],
        "slice negative": [address_, {"encoding": "base64", "dataSlice": {"offset": -1, "length": 1}}],
        "processed": [address_, {**base64_, **PROCESSED}],
        "confirmed": [address_, {**base64_, **CONFIRMED}],
        "commitment recent": [address_, {"commitment": "recent"}],
        "commitment max": [address_, {"commitment": "max"}],
        "minContextSlot ahead": [address_, {**base64_, "minContextSlot": 1 << 40}],
        "minContextSlot negative": [address_, {"minContextSlot": -1}],
        "unknown option": [str(BOB.pubkey()), {"unknown": True}],
        "address empty": [""],
        "address not base58": ["0OIl0OIl0OIl0OIl0OIl0OIl0OIl0OIl"],
        "address too long": ["1" * 60],
        "address null": [None],
        "address a number": [5],
        "nothing": [],
        "one argument too many": [address_, {}, 1],
        "options a text": [address_, "base64"],
    }.items():
        rec.read(name, "getAccountInfo", *params)
    rec.section = "balance"
    for name, params in {
        "wallet": [str(BOB.pubkey())], "nobody": [str(NOBODY.pubkey())], "processed": [str(BOB.pubkey()), PROCESSED],
        "bad address": ["x"], "nothing": [], "minContextSlot ahead": [str(BOB.pubkey()), {"minContextSlot": 1 << 40}],
    }.items():  # fmt: skip
        rec.read(name, "getBalance", *params)
    rec.section = "multiple accounts"
    pair = [address_, str(NOBODY.pubkey()), str(mint)]
    for name, params in {
        "no options": [[str(BOB.pubkey()), str(NOBODY.pubkey())]], "jsonParsed": [pair, parsed], "none": [[]],
        "one twice": [[pair[0], pair[0]], {"encoding": "base64", "dataSlice": {"offset": 0, "length": 2}}],
        "101 accounts": [[address_] * 101], "bad address": [["x"]], "not a list": [address_], "base58 of too much": [[str(named)], {"encoding": "base58"}],
    }.items():  # fmt: skip
        rec.read(name, "getMultipleAccounts", *params)
    rec.section = "program accounts"
    small = {"encoding": "base64", "dataSlice": {"offset": 0, "length": 8}}
    of_mint = {"memcmp": {"offset": 0, "bytes": str(mint)}}
    for name, params in {
        "by mint": [str(TOKEN), {**small, "filters": [{"dataSize": 165}, of_mint]}],
        "by mint, jsonParsed": [str(TOKEN), {**parsed, "filters": [{"dataSize": 165}, of_mint]}],
        "with context": [str(TOKEN), {**small, "withContext": True, "filters": [{"dataSize": 355}]}],
        "by token state": [str(TOKEN), {**small, "filters": ["tokenAccountState", of_mint]}],
        "by token state as an object": [str(TOKEN), {**small, "filters": [{"tokenAccountState": None}, of_mint]}],
        "memcmp in base64": [
            str(TOKEN),
            {
                **small,
                "filters": [
                    {"dataSize": 165},
                    {"memcmp": {"offset": 0, "bytes": base64.b64encode(bytes(mint)).decode(), "encoding": "base64"}},
                ],
            },
        ],
        "memcmp as bytes": [
            str(TOKEN),
            {**small, "filters": [{"dataSize": 165}, {"memcmp": {"offset": 0, "bytes": list(bytes(mint))}}]},
        ],
        "sorted": [str(TOKEN), {**small, "sortResults": True, "filters": [{"dataSize": 82}]}],
        "unsorted": [str(TOKEN), {**small, "sortResults": False, "filters": [{"dataSize": 82}]}],
        "none": [str(NOBODY.pubkey())],
        "no filters": [str(LOOKUP_TABLES), {"encoding": "base64", "dataSlice": {"offset": 0, "length": 4}}],
        "five filters": [str(TOKEN), {"filters": [{"dataSize": 165}] * 5}],
        "unknown filter": [str(TOKEN), {"filters": [{"size": 165}]}],
        "memcmp not base58": [str(TOKEN), {"filters": [{"memcmp": {"offset": 0, "bytes": "0"}}]}],
        "memcmp too long": [str(TOKEN), {"filters": [{"memcmp": {"offset": 0, "bytes": "2" * 180}}]}],
        "memcmp without bytes": [str(TOKEN), {"filters": [{"memcmp": {"offset": 0}}]}],
        "memcmp beyond the end": [
            str(TOKEN),
            {**small, "filters": [{"dataSize": 165}, {"memcmp": {"offset": 160, "bytes": str(mint)}}]},
        ],
        "base58 of too much": [
            str(TOKEN_2022),
            {"encoding": "base58", "filters": [{"memcmp": {"offset": 4, "bytes": str(KEYS["2022 payer"].pubkey())}}]},
        ],
        "bad address": ["x"],
        "filters a text": [str(TOKEN), {"filters": "dataSize"}],
    }.items():
        rec.read(name, "getProgramAccounts", *params)
    rec.section = "token account balance"
    for name, key in {
        "token account": mine,
        "of a taxed mint": taxed_tokens,
        "wrapped SOL": associated(KEYS["wrap payer"].pubkey(), NATIVE_MINT),
        "mint": mint,
        "wallet": BOB.pubkey(),
        "nobody": NOBODY.pubkey(),
    }.items():
        rec.read(name, "getTokenAccountBalance", str(key))
    rec.read("bad address", "getTokenAccountBalance", "x")
    rec.section = "token supply"
    for name, key in {
        "mint": mint,
        "taxed mint": taxed,
        "scaled mint": scaled,
        "native mint": NATIVE_MINT,
        "token account": mine,
        "wallet": BOB.pubkey(),
        "nobody": NOBODY.pubkey(),
    }.items():
        rec.read(name, "getTokenSupply", str(key))
    rec.section = "largest token accounts"
    for name, key in {
        "mint": mint,
        "taxed mint": taxed,
        "scaled mint": scaled,
        "token account": mine,
        "nobody": NOBODY.pubkey(),
    }.items():
        rec.read(name, "getTokenLargestAccounts", str(key))
    rec.section = "token accounts by owner"
    for name, params in {
        "of a mint": [str(payer), {"mint": str(mint)}, parsed],
        "of token": [str(payer), {"programId": str(TOKEN)}, parsed],
        "of token-2022": [str(KEYS["2022 owner"].pubkey()), {"programId": str(TOKEN_2022)}, parsed],
        "in base64": [str(payer), {"mint": str(mint)}, base64_],
        "no options": [str(payer), {"mint": str(mint)}],
        "slice": [str(payer), {"mint": str(mint)}, small],
        "nobody": [str(NOBODY.pubkey()), {"programId": str(TOKEN)}, parsed],
        "mint that is none": [str(payer), {"mint": str(BOB.pubkey())}, parsed],
        "mint without an account": [str(payer), {"mint": str(NOBODY.pubkey())}, parsed],
        "program that is no token program": [str(payer), {"programId": str(MEMO)}, parsed],
        "mint and program": [str(payer), {"mint": str(mint), "programId": str(TOKEN)}, parsed],
        "neither": [str(payer), {}, parsed],
        "no filter": [str(payer)],
        "bad mint": [str(payer), {"mint": "x"}],
        "bad owner": ["x", {"mint": str(mint)}],
    }.items():
        rec.read(name, "getTokenAccountsByOwner", *params)
    rec.section = "token accounts by delegate"
    for name, params in {
        "of a mint": [str(payer), {"mint": str(mint)}, parsed], "of token": [str(owner), {"programId": str(TOKEN)}, parsed],
        "nobody": [str(NOBODY.pubkey()), {"programId": str(TOKEN)}, parsed], "neither": [str(owner), {}],
    }.items():  # fmt: skip
        rec.read(name, "getTokenAccountsByDelegate", *params)
    rec.section = "largest accounts"
    for name, params in {
        "all": [],
        "circulating": [{"filter": "circulating"}],
        "nonCirculating": [{"filter": "nonCirculating"}],
        "bad filter": [{"filter": "x"}],
        "sorted": [{"sortResults": True}],
    }.items():
        rec.read(
            name, "getLargestAccounts", *params, tidy=lambda result: {**result, "value": shape(result["value"][:1])}
        )
    rec.section = "supply"
    for name, params in {
        "all": [],
        "without list": [{"excludeNonCirculatingAccountsList": True}],
        "processed": [PROCESSED],
    }.items():
        rec.read(
            name,
            "getSupply",
            *params,
            tidy=lambda result: {
                **result,
                "value": {
                    key: sorted(item) if isinstance(item, list) else "<lamports>"
                    for key, item in result["value"].items()
                },
            },
        )
    rec.section = "rent"
    for name, params in {
        "0": [0],
        "165": [165],
        "10 MiB": [10 << 20],
        "large": [1 << 40],
        "above u64": [1 << 64],
        "negative": [-1],
        "text": ["1"],
        "nothing": [],
        "fraction": [1.5],
        "with commitment": [5, CONFIRMED],
    }.items():
        rec.read(name, "getMinimumBalanceForRentExemption", *params)

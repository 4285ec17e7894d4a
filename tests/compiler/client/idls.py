"""IDLs with everything that an IDL can have, in the form of today and in that of before 0.30; and hostile ones."""

from __future__ import annotations

from typing import Any

from tests.compiler.client.made import ADDRESS, defined, enum, idl, instruction, struct

TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
ASSOCIATED = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
INTS = [f"{sign}{bits}" for sign in "ui" for bits in (8, 16, 32, 64, 128, 256)]


def seeds(*parts: Any, program: Any = None) -> dict[str, Any]:
    """Seeds: bytes are constant; a text is the path of an account, a tuple that of an argument."""
    rows = [
        {"kind": "const", "value": list(part)}
        if isinstance(part, bytes)
        else {"kind": "arg", "path": part[0]}
        if isinstance(part, tuple)
        else {"kind": "account", "path": part, **({"account": "Vault"} if "." in part else {})}
        for part in parts
    ]
    return {"seeds": rows, **({"program": program} if program is not None else {})}


TREE = struct("Tree", leaf="u8", left={"option": defined("Tree")}, more={"vec": defined("Tree")})
SHAPE = enum(
    "Shape",
    "Empty",
    {"name": "Circle", "fields": [{"name": "radius", "type": "u32"}]},
    {"name": "Pair", "fields": ["u8", {"option": defined("Shape")}]},
)
EVERYTHING = idl(
    types=[
        struct("Vault", ["Where it lies."], authority="pubkey", number="u64", kind=defined("Color"), note="string"),
        struct("Wide", **{f"f_{t}": t for t in INTS}, f_f32="f32", f_f64="f64", f_bool="bool"),
        struct(
            "Deep",
            raw="bytes",
            raw_vec={"vec": "u8"},
            raw_array={"array": ["u8", 4]},
            words={"vec": "string"},
            grid={"array": [{"array": ["u16", 2]}, 3]},
            maybe={"option": "pubkey"},
            both={"tuple": ["u8", {"option": "string"}]},
            pairs={"vec": {"tuple": ["u8", "i16"]}},
            held={"coption": "u64"},
            shape=defined("Shape"),
            shapes={"vec": defined("Shape")},
            tree=defined("Tree"),
            inner=defined("Vault"),
            size=defined("Size"),
        ),
        {"name": "Size", "type": {"kind": "type", "alias": {"option": "u32"}}},
        {"name": "Point", "type": {"kind": "struct", "fields": ["u8", "i64"]}},
        struct("Nothing"),
        enum("Color", "Red", "DarkGreen", "blue_ish"),
        TREE,
        SHAPE,
        struct("Moved", who="pubkey", how=defined("Shape")),
        struct("Stopped"),
    ],
    accounts=[
        {"name": "Vault", "discriminator": [1]},
        {"name": "Wide", "discriminator": list(range(1, 33))},
        {"name": "Deep", "discriminator": list(b"deep!")},
        {"name": "Nothing", "discriminator": [9, 9]},
        {"name": "Tree", "discriminator": [7, 7, 7]},
    ],
    events=[{"name": "Moved", "discriminator": [5, 5]}, {"name": "Stopped", "discriminator": [5]}],
    errors=[
        {"code": 6000, "name": "TooMuch", "msg": 'A "quoted" text\nof two lines, \\ and """ too. ' + "word " * 40},
        {"code": 6001, "name": "ValueError", "msg": ""},
    ],
    constants=[
        {"name": "LIMIT", "type": "u64", "value": "1_000"},
        {"name": "WORD", "type": "string", "value": '"w\\"o"'},
        {"name": "OWNER", "type": "pubkey", "value": ADDRESS},
        {"name": "RAW", "type": "bytes", "value": "[1, 2, 255]"},
        {"name": "ON", "type": "bool", "value": "true"},
        {"name": "LESS", "type": "i8", "value": "-5"},
    ],
    instructions=[
        {
            **instruction(
                "open",
                [
                    {"name": "owner", "signer": True, "writable": True},
                    {"name": "vault", "writable": True, "pda": seeds(b"vault", "owner", ("id",))},
                    {"name": "child", "pda": seeds(b"\x00\xff", "vault")},
                    {"name": "mint"},
                    {
                        "name": "tokens",
                        "writable": True,
                        "pda": seeds(
                            "owner", "token_program", "mint", program={"kind": "account", "path": "associated_program"}
                        ),
                    },
                    {"name": "token_program", "address": TOKEN},
                    {"name": "associated_program", "address": ASSOCIATED},
                    {"name": "referrer", "writable": True, "signer": True, "optional": True},
                ],
                id="u32",
                how=defined("Shape"),
                where=defined("Point"),
            ),
            "discriminator": [3],
        },
        {
            **instruction(
                "take",
                [
                    {"name": "vault", "writable": True},
                    {"name": "authority", "signer": True, "relations": ["vault"]},
                    {"name": "receipt", "pda": seeds(b"receipt", "vault.number", ("amount",))},
                    {"name": "after", "pda": seeds(b"after", "receipt", "authority")},
                ],
                amount="i64",
            ),
            "discriminator": list(range(32)),
            "returns": {"vec": defined("Shape")},
        },
        instruction("idle"),
    ],
)

LEGACY: dict[str, Any] = {
    "version": "0.1.0",
    "name": "oldOne",
    "instructions": [
        {
            "name": "openVault",
            "accounts": [
                {"name": "owner", "isMut": True, "isSigner": True},
                {
                    "name": "vault",
                    "isMut": True,
                    "isSigner": False,
                    "pda": {
                        "seeds": [
                            {"kind": "const", "type": "string", "value": "vault"},
                            {"kind": "account", "type": "publicKey", "path": "owner"},
                            {"kind": "arg", "type": "u16", "path": "vaultId"},
                        ]
                    },
                },
                {"name": "group", "accounts": [{"name": "mint", "isMut": False, "isSigner": False}]},
                {"name": "systemProgram", "isMut": False, "isSigner": False},
            ],
            "args": [{"name": "vaultId", "type": "u16"}, {"name": "how", "type": {"defined": "HowTo"}}],
        }
    ],
    "accounts": [{"name": "Vault", "type": {"kind": "struct", "fields": [{"name": "ownerKey", "type": "publicKey"}]}}],
    "types": [{"name": "HowTo", "type": {"kind": "enum", "variants": [{"name": "Slow"}, {"name": "Fast"}]}}],
    "events": [{"name": "Opened", "fields": [{"name": "vaultKey", "type": "publicKey", "index": False}]}],
    "errors": [{"code": 6000, "name": "Closed"}],
    "metadata": {"address": ADDRESS},
}

TEXTS = [
    'ends with a quote"',
    'three """ quotes and a backslash \\',
    '"""; import os; os.abort() """',
    "\\",
    "ไทย และ emoji 🌞, right-to-left \u202e here, lone \ud800, null \x00 and \x1b[31m",
    "a very long word " + "x" * 300,
    "{braces} %s \\N{DIGIT ONE} \\x41 \r\n second line",
    "",
]
NAMES = ["class", "def", "None", "True", "match", "type", "id", "int", "str", "list", "bytes", "self", "cls", "print"]
NAMES += ["codec", "metas", "types", "addresses", "programs", "connection", "owner", "owned_by", "filters", "data"]
NAMES += ["read", "write", "decode", "encode", "fetch", "fetch_all", "_private", "__dunder__", "a__b", "x1", "Sequence"]


def names_that_collide() -> dict[str, Any]:
    """Keywords, builtins, and what the generated code calls itself, as names of everything."""
    accounts = [{"name": name, "writable": True} for name in NAMES]
    return idl(
        types=[
            struct("Taken", **dict.fromkeys(NAMES, "u8")),
            enum("Words", *NAMES),
            enum("Data", *({"name": name, "fields": [{"name": n, "type": "u8"} for n in NAMES]} for name in NAMES[:6])),
            *(struct(name, a="u8") for name in ("Pubkey", "Self", "foo_bar", "FooBar", "Programs", "Any", "StrEnum")),
            struct("Holder", a=defined("Pubkey"), b=defined("foo_bar"), c=defined("FooBar"), d=defined("Self")),
        ],
        accounts=[{"name": "Taken", "discriminator": [1]}, {"name": "Holder"}],
        events=[{"name": "FooBar"}],
        errors=[{"code": 6000 + i, "name": name, "msg": name} for i, name in enumerate([*NAMES, "Exception", "foo"])],
        constants=[{"name": name, "type": "u8", "value": "1"} for name in NAMES],
        instructions=[
            *(instruction(name, [{"name": "a"}], b="u8") for name in NAMES),
            instruction("all", accounts, **dict.fromkeys(NAMES, "u8")),
        ],
    )


def texts_everywhere() -> dict[str, Any]:
    """Texts that try to be code, in every place that has one."""
    return {
        **idl(
            types=[
                struct("Told", TEXTS, a="u8"),
                {"name": "Word", "docs": TEXTS, "type": {"kind": "enum", "variants": [{"name": "A", "docs": TEXTS}]}},
                {
                    "name": "Made",
                    "docs": TEXTS,
                    "type": {"kind": "enum", "variants": [{"name": "A", "fields": ["u8"]}]},
                },
                *(
                    {"name": f"T{i}", "docs": [t], "type": {"kind": "struct", "fields": []}}
                    for i, t in enumerate(TEXTS)
                ),
            ],
            errors=[{"code": 6000 + i, "name": f"E{i}", "msg": text} for i, text in enumerate(TEXTS)],
            instructions=[{**instruction("go", [{"name": "a", "docs": TEXTS}], b="u8"), "docs": TEXTS}],
            accounts=[{"name": "Told"}],
        ),
        "docs": TEXTS,
    }


HOSTILE_NAMES = [
    "x; import os",
    "a b",
    "a-b",
    "",
    "__",
    "a\nb",
    "é",
    "ﬁ",
    "x" * 500,
    "1abc",
    'x"',
    "x'",
    "a.b",
    "a(b)",
    "a#",
]

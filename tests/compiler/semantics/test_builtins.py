"""Calls of the prelude and of Python's builtins: their types in the tree."""

from collections.abc import Callable

import pytest

Body = Callable[..., list[str]]

PARAMS = "n: u64, k: u8, s: str, xs: List[u16], a: Array[u8, 4], f: f64, key: Pubkey, b: bytes, owner: Signer"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("abs(f)", "f64"),
        ("abs(-5)", "i64"),
        ("min(n, k)", "u64"),
        ("max(xs)", "u16"),
        ("sum(xs)", "u16"),
        ("sum([f, 1])", "f64"),
        ("round(f)", "i128"),
        ("floor(k)", "i128"),
        ("floor(2)", "i64"),
        ("ceil(f)", "i128"),
        ("divmod(n, 3)", "Tuple[u64, u64]"),
        ("len(s)", "u64"),
        ("len(a)", "u64"),
        ("size(s)", "u64"),
        ("str(n)", "str"),
        ("bool(n)", "bool"),
        ("int(f)", "i128"),
        ("f64(n)", "f64"),
        ("list(range(k))", "List[u8]"),
        ("list(s)", "List[str]"),
        ("sorted(xs, reverse=True)", "List[u16]"),
        ("sorted([(k, s)], key=lambda p: p[0])", "List[Tuple[u8, str]]"),
        ("list(enumerate(xs))", "List[Tuple[u64, u16]]"),
        ("list(enumerate(xs, 1))", "List[Tuple[u64, u16]]"),
        ("list(zip(xs, a))", "List[Tuple[u16, u8]]"),
        ("list(zip(xs, a, s))", "List[Tuple[u16, u8, str]]"),
        ("list(map(lambda x: x > 3, xs))", "List[bool]"),
        ("list(map(u64, xs))", "List[u64]"),
        ("list(map(twice, xs))", "List[u64]"),
        ("list(filter(lambda x: x % 2, xs))", "List[u16]"),
        ("list(reversed(xs))", "List[u16]"),
        ("list(zip(xs, xs))", "List[Tuple[u16, u16]]"),
        ("any([x > 3 for x in xs])", "bool"),
        ("all([True])", "bool"),
        ("array(1, k)", "Array[u8, 2]"),
        ("Array(xs, 3)", "Array[u16, 3]"),
        ("int_bytes(n)", "List[u8]"),
        ("int_bytes(n, be=True)", "List[u8]"),
        ("sha256(s.encode())", "bytes"),
        ("bytes(a)", "bytes"),
        ("bytes(key)", "bytes"),
        ("key.to_bytes()", "bytes"),
        ("b.decode()", "str"),
        ("Pubkey.find_program_address(['a', n, owner])", "Tuple[Pubkey, u8]"),
        ("Pubkey.find_program_address(['a'], key)[0]", "Pubkey"),
        ("Pubkey.create_program_address(['a', u8(254)])", "Pubkey"),
        ("Pubkey('11111111111111111111111111111111')", "Pubkey"),
        ("TOKEN_PROGRAM_ID", "Pubkey"),
        ("ID", "Pubkey"),
        ("Clock.get().unix_timestamp()", "i64"),
        ("Clock.get().slot()", "u64"),
        ("owner.key()", "Pubkey"),
        ("owner.lamports()", "u64"),
        ("s.split(',')", "List[str]"),
        ("', '.join(s.split())", "str"),
        ("s.find('x')", "i64"),
        ("s.startswith('x')", "bool"),
        ("s.replace('a', 'b').strip().upper()", "str"),
        ("xs.pop()", "u16"),
        ("xs.pop(0)", "u16"),
        ("xs.index(3)", "u64"),
        ("xs.count(3)", "u64"),
        ("xs.copy()", "List[u16]"),
        ("xs[1:]", "List[u16]"),
        ("a[::2]", "List[u8]"),
        ("a[-1]", "u8"),
        ("s[0]", "str"),
        ("s[1:-1]", "str"),
        ("b[0]", "u8"),
        ("b[:2] + b'x'", "bytes"),
        ("s * 3 + 'x'", "str"),
        ("[k] * 3", "List[u8]"),
        ("xs + [1]", "List[u16]"),
        ("3 in xs", "bool"),
        ("'x' not in s", "bool"),
        ("k in (1, 2, 3)", "bool"),
        ("k in range(n)", "bool"),
        ("0 < k <= 5", "bool"),
        ("[[1, 2], [k]]", "List[List[u8]]"),
        ("(k, s, [1])", "Tuple[u8, str, List[i64]]"),
        ("(k, s)[1]", "str"),
        ("[x * y for x in xs for y in a if y > 1]", "List[u16]"),
        ("f'{n:05} {n:x} {f:.2f} {s} {key} {xs}'", "str"),
        ("~n & 3 | 4 ^ 1", "u64"),
        ("1 << k", "i64"),
        ("pow(2, k)", "i64"),
        ("Side.BUY == Side(1) if False else True", "bool"),
        ("int(Side.SELL)", "i64"),
        ("u8(Side.SELL)", "u8"),
    ],
)
def test_type(body: Body, text: str, wanted: str | None) -> None:
    before = "class Side(Enum):\n    BUY = 0\n    SELL = 1\n\ndef twice(x: u64) -> u64:\n    return x * 2\n"
    if wanted is None:
        from seahorse.diagnostics import CompileError

        with pytest.raises(CompileError, match="an enum cannot be made from a number"):
            body(f"value = {text}", PARAMS, before)
        return
    assert body(f"value = {text}", PARAMS, before)[0].startswith(f"(Assign new value:{wanted} ")


def test_every_builtin_of_the_table_is_documented(body: Body) -> None:
    from pathlib import Path

    from seahorse import semantics
    from seahorse.semantics.calls.methods import METHODS
    from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS

    # One row of the README speaks of all sysvars: their operations follow from the table of account kinds.
    sysvars = {f"{ACCOUNT_KINDS[name].group}.*" for name in SYSVARS}
    readme = (Path(semantics.__file__).parent / "README.md").read_text(encoding="utf-8")
    for methods in METHODS.values():
        for method in methods.values():
            family = method.builtin.split(".")[0] + ".*"
            assert f"`{method.builtin}`" in readme or f"`{family}`" in readme or family in sysvars, method.builtin


def test_token_operations(body: Body) -> None:
    params = "owner: Signer, vault: TokenAccount, to: TokenAccount, mint: TokenMint"
    out = body("vault.transfer(owner, to, 5)\nmint.mint(owner, to, 5)\nmint.burn(owner, to, amount=5)", params)
    assert out == [
        f"(ExprStmt (Builtin:None '{name}' [{receiver}, owner:Signer, to:TokenAccount, (IntLit:u64 5)]))"
        for name, receiver in (
            ("token.transfer", "vault:TokenAccount"),
            ("mint.mint", "mint:TokenMint"),
            ("mint.burn", "mint:TokenMint"),
        )
    ]


def test_invoke(body: Body) -> None:
    out = body(
        "program.invoke(accounts=[CpiAccount(owner, signer=True), CpiAccount(pda, True, seeds=['x', 5])], data=[1, 2])",
        "owner: Signer, pda: UncheckedAccount, program: Program",
    )
    assert out == [
        "(ExprStmt (Builtin:None 'program.invoke' [program:Program, (ListLit:List[CpiAccount] ["
        "(Builtin:CpiAccount 'cpi_account' [owner:Signer, (BoolLit:bool), (BoolLit:bool True)]), "
        "(Builtin:CpiAccount 'cpi_account' [pda:UncheckedAccount, (BoolLit:bool True), (BoolLit:bool)] "
        "{seeds=(SignerSeeds:Pubkey [(StrLit:str 'x'), (IntLit:u8 5)])})]), "
        "(ListLit:List[u8] [(IntLit:u8 1), (IntLit:u8 2)])]))"
    ]


def test_pyth(body: Body) -> None:
    out = body(
        "price = feed.validate_price_feed('SOL/USD').get_price()\nprint(price.num(), price.expo)",
        "feed: PriceAccount",
        "from seahorse.pyth import *",
    )
    assert "(Builtin:PriceFeed 'price.validate_price_feed' [feed:PriceAccount, (PubkeyLit:Pubkey " in out[0]
    assert "(Builtin:f64 'price.num' [price:Price])" in out[1]
    assert "(Builtin:i32 'price.expo' [price:Price])" in out[1]

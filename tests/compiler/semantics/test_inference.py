"""Untyped integers get their type from their use; conversions are explicit in the tree."""

from collections.abc import Callable

import pytest

Body = Callable[..., list[str]]


def test_literal_takes_the_type_of_its_use(body: Body) -> None:
    assert body("y: u16 = 7") == ["(Assign new y:u16 (IntLit:u16 7))"]


def test_untyped_variable_takes_the_type_of_a_later_use(body: Body) -> None:
    out = body("x = 8\nx = x + n", "n: u32")
    assert out[0] == "(Assign new x:u32 (IntLit:u32 8))"


def test_untyped_integer_is_i64_when_nothing_decides(body: Body) -> None:
    assert body("x = 8") == ["(Assign new x:i64 (IntLit:i64 8))"]


@pytest.mark.parametrize(
    ("value", "wanted"), [(2**63 - 1, "i64"), (2**63, "i128"), (2**127, "u128"), (-(2**127), "i128")]
)
def test_large_literals_widen(body: Body, value: int, wanted: str) -> None:
    assert body(f"x = {value}") == [f"(Assign new x:{wanted} (IntLit:{wanted} {value}))"]


def test_wider_operand_decides(body: Body) -> None:
    assert body("x = a + b", "a: u8, b: u64") == ["(Assign new x:u64 (Arith:u64 '+' (Coerce:u64 a:u8) b:u64))"]


def test_unsigned_widens_to_signed(body: Body) -> None:
    assert body("x = a < b", "a: u32, b: i64") == ["(Assign new x:bool (Compare:bool '<' (Coerce:i64 a:u32) b:i64))"]


def test_division_is_f64(body: Body) -> None:
    assert body("x = 10 / d", "d: u64") == ["(Assign new x:f64 (Arith:f64 '/' (FloatLit:f64 10.0) (Coerce:f64 d:u64)))"]


def test_power_of_integer_takes_u32(body: Body) -> None:
    assert body("x = n ** 2", "n: u64") == ["(Assign new x:u64 (Arith:u64 '**' n:u64 (IntLit:u32 2)))"]


def test_power_of_float_takes_f64(body: Body) -> None:
    out = body("x = y ** c", "y: f64, c: i64")
    assert out == ["(Assign new x:f64 (Arith:f64 '**' y:f64 (Coerce:f64 c:i64)))"]


def test_constants_fold(body: Body) -> None:
    out = body("x: u64 = LIMIT * 2 + 10 ** 3", before="LIMIT = 24 * 60")
    assert out == ["(Assign new x:u64 (IntLit:u64 3880))"]


def test_typed_constant_keeps_its_type(body: Body) -> None:
    assert body("x = LIMIT", before="LIMIT: u16 = 24") == ["(Assign new x:u16 (IntLit:u16 24))"]


def test_narrowing_conversion_is_explicit(body: Body) -> None:
    assert body("x = u64(a)", "a: u128") == ["(Assign new x:u64 (Convert:u64 a:u128))"]
    assert body("x = u64(a)", "a: u64") == ["(Assign new x:u64 a:u64)"]
    assert body("x = u128(5)") == ["(Assign new x:u128 (IntLit:u128 5))"]


def test_list_elements_share_a_type(body: Body) -> None:
    assert body("x = [1, a, 3]", "a: u8") == [
        "(Assign new x:List[u8] (ListLit:List[u8] [(IntLit:u8 1), a:u8, (IntLit:u8 3)]))"
    ]
    out = body("x: List[f64] = [1, 2.5]")
    assert out == ["(Assign new x:List[f64] (ListLit:List[f64] [(FloatLit:f64 1.0), (FloatLit:f64 2.5)]))"]


def test_empty_list_learns_from_append(body: Body) -> None:
    out = body("x = []\nx.append(a)", "a: u16")
    assert out[0] == "(Assign new x:List[u16] (ListLit:List[u16]))"


def test_string_with_maximum_converts_both_ways(body: Body) -> None:
    out = body("x: str = name\ny: String[4] = x", "name: String[50]")
    assert out == [
        "(Assign new x:str (Coerce:str name:String[50]))",
        "(Assign new y:String[4] (Coerce:String[4] x:str))",
    ]


def test_value_becomes_option(body: Body) -> None:
    assert body("x: Optional[u64] = 5") == ["(Assign new x:u64 | None (Coerce:u64 | None (IntLit:u64 5)))"]
    assert body("x: u64 | None = None") == ["(Assign new x:u64 | None (NoneLit:u64 | None))"]


def test_conditional_expression_joins(body: Body) -> None:
    out = body("x = a if c else None", "a: u8, c: bool")
    assert out == ["(Assign new x:u8 | None (IfExp:u8 | None c:bool (Coerce:u8 | None a:u8) (NoneLit:u8 | None)))"]


def test_range_takes_the_type_of_its_bound(body: Body) -> None:
    assert body("for i in range(n):\n    pass", "n: u8") == ["(For new i:u8 (Builtin:Iter[u8] 'range' [n:u8]))"]


def test_max_of_literal_and_wide(body: Body) -> None:
    out = body("x = max(0, i128(a) - b)", "a: u64, b: u64")
    assert out == [
        "(Assign new x:i128 (Builtin:i128 'max' [(IntLit:i128 0), "
        "(Arith:i128 '-' (Convert:i128 a:u64) (Coerce:i128 b:u64))]))"
    ]


def test_pubkey_compares_with_optional_pubkey(body: Body) -> None:
    out = body("x = a == b", "a: Pubkey, b: Pubkey | None")
    assert out == ["(Assign new x:bool (Compare:bool '==' (Coerce:Pubkey | None a:Pubkey) b:Pubkey | None))"]


def test_truth_of_values_is_written_out(body: Body) -> None:
    out = body("x = not n and bool(s)", "n: u64, s: str")
    assert out == [
        "(Assign new x:bool (BoolOp:bool 'and' [(Not:bool (Compare:bool '!=' n:u64 (IntLit:u64 0))), "
        "(Compare:bool '!=' (Builtin:u64 'len' [s:str]) (IntLit:u64 0))]))"
    ]

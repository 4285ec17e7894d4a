"""Variables: blocks, changing types, tuples, loops."""

from collections.abc import Callable

Body = Callable[..., list[str]]
Errors = Callable[..., list[str]]


def test_same_block_may_change_the_type(body: Body) -> None:
    out = body("x = 'text'\nx = n\nx = False", "n: u64")
    assert [o.split(" ")[2] for o in out] == ["x:str", "x:u64", "x:bool"]
    assert all(o.startswith("(Assign new ") for o in out)


def test_deeper_block_assigns_the_outer_variable(body: Body) -> None:
    out = body("x = u64(1)\nif n > 2:\n    x = n", "n: u32")
    assert out[1] == "(If (Compare:bool '>' n:u32 (IntLit:u32 2)) [(Assign x:u64 (Coerce:u64 n:u32))])"


def test_swap(body: Body) -> None:
    assert body("a, b = b, a", "a: u64, b: u64") == [
        "(Assign <a:u64, b:u64> (TupleLit:Tuple[u64, u64] [b:u64, a:u64]))"
    ]


def test_unpacking_declares(body: Body) -> None:
    out = body("key, bump = Pubkey.find_program_address(['x'])")
    assert out[0].startswith("(Assign <new key:Pubkey, new bump:u8> (Builtin:Tuple[Pubkey, u8] 'find_program_address'")


def test_loop_reuses_an_outer_variable(body: Body) -> None:
    out = body("i = u64(0)\nfor i in range(3):\n    pass\nprint(i)")
    assert out[1] == "(For i:u64 (Builtin:Iter[u64] 'range' [(IntLit:u64 3)]))"


def test_comprehension_has_its_own_variable(body: Body) -> None:
    out = body("x = True\nys = [x * 2 for x in xs if x > 1]", "xs: List[u8]")
    assert out[1] == (
        "(Assign new ys:List[u8] (ListComp:List[u8] (Arith:u8 '*' x:u8 (IntLit:u8 2)) "
        "[(CompClause new x:u8 xs:List[u8] [(Compare:bool '>' x:u8 (IntLit:u8 1))])]))"
    )


def test_constant_is_hidden_by_a_parameter(body: Body) -> None:
    assert body("x = LIMIT", "LIMIT: u8", "LIMIT = 500") == ["(Assign new x:u8 LIMIT:u8)"]


def test_one_mistake_is_told_once(errors: Errors) -> None:
    assert errors("@instruction\ndef run():\n    x = missing\n    y = x + 1\n    print(x, y)\n") == [
        "`missing` is not defined"
    ]


def test_independent_mistakes_are_all_told(errors: Errors) -> None:
    """The blocks of a statement whose condition is wrong are checked too."""
    messages = errors(
        "@instruction\ndef run():\n    a: u8 = 'x'\n    if b:\n        c = d\n    for e in f:\n        g = h\n"
        "        break\n    while i:\n        continue\n    else:\n        print(j)\n"
    )
    assert len(messages) == 7


def test_augmented_assignment_of_text_and_lists(body: Body) -> None:
    out = body("s += '!'\nxs += [3]", "s: str, xs: List[u8]")
    assert out == [
        "(Assign s:str (Concat:str s:str (StrLit:str '!')))",
        "(ExprStmt (Builtin:None 'list.extend' [xs:List[u8], (ListLit:List[u8] [(IntLit:u8 3)])]))",
    ]


def test_augmented_assignment_converts_to_the_place(body: Body) -> None:
    assert body("total += n", "total: u64, n: u8") == ["(AugAssign total:u64 '+' (Coerce:u64 n:u8))"]


def test_augmented_assignment_makes_no_integer_real(errors: Errors) -> None:
    assert errors("@instruction\ndef run(a: u8, b: f64):\n    a += b\n") == ["`a` is u8, but the result is f64"]

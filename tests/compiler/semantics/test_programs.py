"""Declarations, modules, seeds, initialization and calls between programs."""

from collections.abc import Callable

from seahorse.inspection.nodes import dump
from seahorse.semantics.tree import CheckedProgram, EnumLit, Return, SeedConst, SeedParam

Check = Callable[..., CheckedProgram]
Errors = Callable[..., list[str]]

COUNTER = """
class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8
"""
BANK = """
from seahorse.prelude import *
import program

declare_id('CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8')

class BankError(Error):
    CLOSED = 6100, 'The bank is closed'

class Ledger(Account):
    total: u64
    bump: u8

    def is_empty(self) -> bool:
        return self.total == 0

@instruction
def deposit(owner: Signer, ledger: Annotated[Ledger, Seeds('ledger')], who: program.Counter | None, amount: u64) -> u64:
    return undefined_here
"""


def test_accounts_and_arguments_may_be_mixed(check: Check) -> None:
    program = check("@instruction\ndef run(n: u64, owner: Signer, s: String[10], to: UncheckedAccount):\n    pass\n")
    instruction = program.instructions[0]
    assert [a.name for a in instruction.accounts] == ["owner", "to"]
    assert [a.name for a in instruction.args] == ["n", "s"]
    assert instruction.param_order == ["n", "owner", "s", "to"]


def test_declared_seeds(check: Check) -> None:
    program = check(
        COUNTER + "KEY = Pubkey('CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8')\n"
        "Mine = Annotated[Counter, Seeds('counter', arg.owner, KEY, arg.n, arg.name[:32], arg.other.owner,"
        " b'x', u16(258))]\n"
        "@instruction\ndef run(owner: Signer, counter: Mine, other: Counter, n: u32, name: String[50]):\n    pass\n"
    )
    pda = program.instructions[0].accounts[1].pda
    assert pda is not None
    assert pda.program is None
    key = pda.seeds[2]
    assert isinstance(key, SeedConst)
    assert len(key.value) == 32
    assert pda.seeds[0] == SeedConst(b"counter")
    assert pda.seeds[6:] == [SeedConst(b"x"), SeedConst(b"\x02\x01")]
    params = [s for s in pda.seeds if isinstance(s, SeedParam)]
    assert [(p.param, p.fields, str(p.type), p.slice) for p in params] == [
        ("owner", (), "Pubkey", None),
        ("n", (), "u32", None),
        ("name", (), "String[50]", (None, 32)),
        ("other", ("owner",), "Pubkey", None),
    ]


def test_foreign_account_belongs_to_its_program(check: Check) -> None:
    program = check(
        COUNTER + "import bank\n@instruction\n"
        "def run(a: Annotated[bank.Ledger, Seeds('ledger')], b: Annotated[Counter, Seeds('x', program=bank.ID)]):\n"
        "    pass\n",
        bank=BANK,
    )
    a, b = program.instructions[0].accounts
    assert a.pda is not None
    assert b.pda is not None
    assert a.pda.program == b.pda.program == program.foreign["bank"].id
    assert program.foreign["bank"].accounts["Ledger"].program == "bank"
    assert [d.name for d in program.accounts] == ["Counter"]


def test_address_and_mut(check: Check) -> None:
    program = check(
        "@instruction\ndef run(a: Annotated[UncheckedAccount, Address(SYSTEM_PROGRAM_ID)],"
        " b: Annotated[UncheckedAccount, Mut()] | None):\n    pass\n"
    )
    a, b = program.instructions[0].accounts
    assert a.address == bytes(32)
    assert (b.mut, b.optional, str(b.type), str(b.local.type)) == (
        True,
        True,
        "UncheckedAccount",
        "UncheckedAccount | None",
    )


def test_init_is_recorded_on_the_parameter(check: Check) -> None:
    program = check(
        COUNTER + "@instruction\ndef run(owner: Signer, counter: Empty[Counter], n: u64):\n"
        "    counter = counter.init(payer=owner, seeds=['c', owner, n], padding=n + 8)\n    counter.count = n\n"
    )
    instruction = program.instructions[0]
    init = instruction.accounts[1].init
    assert init is not None
    assert init.payer == "owner"
    assert init.pda is not None
    assert [type(s).__name__ for s in init.pda.seeds] == ["SeedConst", "SeedParam", "SeedParam"]
    assert dump(init.padding) == "(Arith:u64 '+' n:u64 (IntLit:u64 8))"
    assert [dump(s) for s in instruction.body] == [
        "(Assign new counter:Counter (InitAccount:Counter counter:Empty[Counter]))",
        "(Assign (PlaceTarget (GetField:u64 counter:Counter 'count')) n:u64)",
    ]


def test_init_of_tokens_and_of_optional_accounts(check: Check) -> None:
    program = check(
        "@instruction\ndef run(owner: Signer, mint: Empty[TokenMint], vault: Empty[TokenAccount] | None, n: u8):\n"
        "    mint.init(owner, ['mint'], decimals=n, authority=owner)\n"
        "    if vault is not None:\n        vault.init(payer=owner, mint=mint, authority=owner, associated=True)\n"
    )
    _, mint, vault = program.instructions[0].accounts
    assert mint.init is not None
    assert vault.init is not None
    assert dump(mint.init.decimals) == "n:u8"
    assert (vault.init.mint, vault.init.authority, vault.init.associated) == ("mint", "owner", True)


def test_account_signs_by_its_seeds(check: Check) -> None:
    program = check(
        COUNTER + "@instruction\n"
        "def run(counter: Annotated[Counter, Seeds('c')], other: Counter, vault: TokenAccount, to: TokenAccount):\n"
        "    vault.transfer(authority=counter.signer(), to=to, amount=5)\n"
        "    vault.transfer(counter.signer(['c', counter.bump]), to, 5)\n"
        "    vault.transfer(authority=other, to=to, amount=5, signer=['o', other, 7])\n"
    )
    out = [dump(s) for s in program.instructions[0].body]
    assert "signer=(SignerSeeds:Pubkey counter:Counter)" in out[0]
    assert "signer=(SignerSeeds:Pubkey [(StrLit:str 'c'), (GetField:u8 counter:Counter 'bump')])" in out[1]
    assert "(SignerSeeds:Pubkey [(StrLit:str 'o'), (Builtin:Pubkey 'key' [other:Counter]), (IntLit:u8 7)])" in out[2]


def test_typed_call_of_another_program(check: Check) -> None:
    program = check(
        COUNTER + "import bank\n@instruction\n"
        "def run(owner: Signer, ledger: bank.Ledger, counter: Annotated[Counter, Seeds('c')]) -> u64:\n"
        "    assert ledger.is_empty(), bank.BankError.CLOSED\n"
        "    return bank.deposit(counter.signer(), ledger=ledger, who=None, amount=3)\n",
        bank=BANK,
    )
    out = [dump(s) for s in program.instructions[0].body]
    assert out[0] == "(Assert (Call:bool is_empty [ledger:Ledger]) BankError.CLOSED=6100)"
    assert out[1] == (
        "(Return (CpiCall:u64 'bank' deposit "
        "{owner=counter:Counter, ledger=ledger:Ledger, who=(NoneLit:Counter | None)} "
        "{amount=(IntLit:u64 3)} [(SignerSeeds:Pubkey counter:Counter)]))"
    )
    assert [(c.name, c.code) for c in program.foreign_errors] == [("CLOSED", 6100)]
    assert [f.qualified_name for f in program.functions] == ["bank.Ledger.is_empty"]


def test_library_belongs_to_the_program_that_uses_it(check: Check) -> None:
    program = check(
        "from util.text import Note, shout\nimport util.numbers\n"
        "@instruction\ndef run(note: Note):\n    print(shout(note.text), util.numbers.twice(util.numbers.LIMIT))\n",
        util__text="""
            from seahorse.prelude import *
            from util.numbers import twice

            class Unused(Event):
                n: u64

            class Note(Account):
                text: String[32]

            def shout(s: str) -> str:
                print(twice(3))
                return s.upper()
        """,
        util__numbers="LIMIT: u64 = 5\n\ndef twice(n: u64) -> u64:\n    return n * 2\n",
    )
    assert [(d.name, d.module, d.program) for d in program.accounts] == [("Note", "util.text", "program")]
    assert program.events == []
    assert [f.qualified_name for f in program.functions] == ["util.numbers.twice", "util.text.shout"]


def test_star_import_and_relative_import(check: Check) -> None:
    program = check(
        "from lib import *\n@instruction\ndef run():\n    print(answer())\n",
        lib="from .inner import VALUE\n\ndef answer() -> u64:\n    return VALUE\n",
        inner="VALUE = 42\n",
    )
    assert dump(program.functions[0].body) == "[(Return (IntLit:u64 42))]"


def test_programs_may_import_each_other(check: Check) -> None:
    program = check(COUNTER + "import bank\n@instruction\ndef run(l: bank.Ledger):\n    pass\n", bank=BANK)
    assert set(program.foreign) == {"bank"}


def test_callees_come_first_and_unused_functions_are_left_out(check: Check) -> None:
    program = check(
        "def a(n: u64) -> u64:\n    return b(n)\n\ndef b(n: u64) -> u64:\n    return n\n\n"
        "def unused() -> u64:\n    return a(1)\n\n@instruction\ndef run():\n    print(a(1), b(2))\n"
    )
    assert [f.name for f in program.functions] == ["b", "a"]


def test_unused_functions_are_checked(errors: Errors) -> None:
    assert errors("def unused() -> u64:\n    return 'x'\n\n@instruction\ndef run():\n    pass\n") == [
        "the returned value is u64, but this is str"
    ]


def test_inherited_methods_find_overrides(check: Check) -> None:
    program = check(
        "class Shape:\n    n: u64\n\n    def __init__(self, n: u64):\n        self.n = n\n\n"
        "    def sides(self) -> u64:\n        return 0\n\n"
        "    def total(self) -> u64:\n        return self.sides() * self.n\n\n"
        "class Square(Shape):\n    def __init__(self, n: u64):\n        super().__init__(n)\n\n"
        "    def sides(self) -> u64:\n        return 4\n\n"
        "    def make(n: u64) -> Shape:\n        return Shape(n)\n\n"
        "@instruction\ndef run():\n    print(Square(2).total(), Square.make(3).total())\n"
    )
    names = {f.qualified_name: f for f in program.functions}
    square = names["program.Square.total"]
    assert "(Call:u64 sides [self:Square])" in dump(square.body)
    assert names["program.Square.sides"] in program.functions
    assert "program.Square.Shape_init" in names
    assert names["program.Square.make"].is_static


def test_error_codes_docs_and_enums(check: Check) -> None:
    program = check(
        "class E(Error):\n    '''Why.'''\n    NO = 6000, 'No'\n    PLAIN_OLD = 6001\n\n"
        "class Flag(Enum):\n    OFF = 1\n    '''Nothing runs.'''\n    ON = 2\n\n"
        "@instruction\ndef run() -> Flag:\n    '''First line.\n\n    Second.\n    '''\n    return Flag.ON\n"
    )
    assert [(c.name, c.code, c.message) for c in program.errors[0].codes.values()] == [
        ("NO", 6000, "No"),
        ("PLAIN_OLD", 6001, "PlainOld"),
    ]
    assert program.enums[0].variant_docs["OFF"] == ["Nothing runs."]
    assert program.instructions[0].docs == ["First line.", "", "Second."]
    returned = program.instructions[0].body[0]
    assert isinstance(returned, Return)
    assert isinstance(returned.value, EnumLit)
    assert returned.value.ordinal == 1


def test_dataclass_defaults_and_keywords(check: Check) -> None:
    program = check(
        "@dataclass\nclass P:\n    x: f64\n    y: f64 = 1\n\n@instruction\ndef run():\n    print(P(2), P(y=3, x=4))\n"
    )
    assert dump(program.instructions[0].body[0]) == (
        "(Print (FString:str [[(Construct:P P [(FloatLit:f64 2.0), (FloatLit:f64 1.0)]), None], "
        "[(StrLit:str ' '), None], [(Construct:P P [(FloatLit:f64 4.0), (FloatLit:f64 3.0)]), None]]))"
    )


def test_spans_count_characters(errors: Errors, check: Check) -> None:
    from seahorse.diagnostics import CompileError

    try:
        check("@instruction\ndef run():\n    print('Übergröße ☀', missing)\n")
    except CompileError as error:
        span = error.diagnostics[0].span
        line = "    print('Übergröße ☀', missing)"
        assert line[span.col - 1 : span.end_col - 1] == "missing"
    else:
        raise AssertionError("the program was accepted")

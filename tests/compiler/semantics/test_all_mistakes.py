"""The compiler tells all mistakes in one go: a refused construct hides no other mistake, and makes no new ones."""

from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError, Sources
from seahorse.driver.compile import Compiler
from seahorse.semantics import check_program

COMPILE_FAIL = Path(__file__).parents[1] / "compile_fail"
ID = 'declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")'

# Constructs that are refused, as statements of a function; `x` is what they define.
REFUSED = [
    "try:\n        x = 1\n    except Exception:\n        x = 2",
    "with open('f') as x:\n        pass",
    "x = await n",
    "x = yield n",
    "x = n @ n",
    "x = 3j",
    "x = maximum(**n)",
    "global x",
    "nonlocal x",
    "async def x():\n        pass",
    "x: u64 = n @ n",
    "for x in (yield n):\n        pass",
    "if n @ n:\n        x = 1",
    "x = [y async for y in n]",
    "x = lambda a, /: 1",
]


def told(path: Path) -> list[str]:
    with pytest.raises(CompileError) as caught:
        check_program(path, Sources())
    return [d.message for d in caught.value.diagnostics]


@pytest.mark.parametrize("refused", REFUSED)
def test_a_refused_statement_beside_other_mistakes(tmp_path: Path, refused: str):
    """What uses `x` stays quiet, since nobody knows what it is; the compiler tells every other mistake."""
    body = f"    {refused}\n    y = x\n    z = y\n    m = n + unknown\n    return True\n"
    path = tmp_path / "p.py"
    path.write_text(f"from seahorse.prelude import *\n{ID}\n\n\ndef f(n: u64) -> u64:\n{body}")
    messages = told(path)
    syntax = messages[0]
    assert "unknown" not in syntax
    assert len(messages) == 3, messages
    assert any("unknown" in m for m in messages[1:])
    assert any("bool" in m for m in messages[1:])


@pytest.mark.parametrize(
    "definition",
    ["async def g(n: u64) -> u64:\n    return n", "def g(n: u64, /) -> u64:\n    return n"],
)
def test_a_refused_definition(tmp_path: Path, definition: str):
    """The uses of a refused name of the module stay quiet."""
    path = tmp_path / "p.py"
    path.write_text(
        f"from seahorse.prelude import *\n{ID}\n\n\n{definition}\n\n\ndef f(n: u64) -> u64:\n    a = g(n)\n    b = a + 1\n"
        "    return missing\n"
    )
    messages = told(path)
    assert len(messages) == 2, messages
    assert "missing" in messages[1]


@pytest.mark.parametrize("path", sorted(COMPILE_FAIL.glob("statements_and_names/*.py")), ids=lambda p: p.stem)
def test_every_mistake_is_told_beside_a_refused_construct(tmp_path: Path, path: Path):
    """A function with a refused statement behind the program changes nothing of the diagnostics before it."""
    alone = told(path)
    for module in path.parent.glob("*_ok.py"):
        (tmp_path / module.name).write_text(module.read_text())
    both = tmp_path / path.name
    both.write_text(path.read_text() + "\n\ndef refused_here() -> None:\n    with refused_here():\n        pass\n")
    assert told(both) == [*alone, "`with` is not supported"]


def test_the_programs_of_a_build_are_told_together(tmp_path: Path):
    """One with an unsupported construct, one with a wrong type, one whose account cannot sign."""
    (tmp_path / "a.py").write_text(f"from seahorse.prelude import *\n{ID}\n\n\ndef f() -> None:\n    global x\n")
    (tmp_path / "b.py").write_text(f"from seahorse.prelude import *\n{ID}\n\n\ndef f() -> u64:\n    return ''\n")
    lowered = "@instruction\ndef go(a: TokenAccount, b: TokenAccount):\n    a.transfer(a.signer(), b, 1)\n"
    (tmp_path / "c.py").write_text(f"from seahorse.prelude import *\n{ID}\n\n\n{lowered}")
    (tmp_path / "d.py").write_text(f"from seahorse.prelude import *\n{ID}\n\n\n{lowered}{lowered.replace('go', 'on')}")
    with pytest.raises(CompileError) as caught:
        Compiler().build([tmp_path / "a.py", tmp_path / "b.py", tmp_path / "c.py"])
    assert [Path(d.span.file).name for d in caught.value.diagnostics] == ["a.py", "b.py", "c.py"]
    with pytest.raises(CompileError) as caught:
        Compiler().build([tmp_path / "c.py", tmp_path / "d.py"])
    assert [Path(d.span.file).name for d in caught.value.diagnostics] == ["c.py", "d.py", "d.py"]


# Declarations that are refused; `bad` is what they would define.
BAD_CLASSES = [
    "class Bad(Account):\n    bad: Dict[u64, u64]\n    n: u64\n",
    "class Bad(Account):\n    bad: Nothing\n    n: u64\n",
    "class Bad(Account):\n    bad: List[Signer]\n    n: u64\n",
    "@dataclass\nclass Bad:\n    n: u64\n    bad: 'Bad | None' = None\n",
    "@dataclass\nclass Bad:\n    n: u64\n    bad: 'List[Bad]'\n",
    "@dataclass\nclass Bad:\n    n: u64\n    bad: Missing = 1\n",
    "class Bad(Nothing):\n    bad: u64\n    n: u64\n",
    "class Bad(metaclass=Nothing):\n    bad: u64\n    n: u64\n",
]
# What programs do with it.
USES = [
    "def use(x: Bad) -> u64:\n    return x.bad\n",
    "def use(x: Bad) -> u64:\n    return x.bad[1]\n",
    "def use(x: Bad) -> str:\n    if x.bad:\n        return 'a'\n    return x.bad.name\n",
    "def use(x: Bad):\n    x.bad = 1\n    y = x.bad\n    print(y, x.bad)\n",
    "def use(x: Bad) -> u64:\n    total = u64(0)\n    for y in x.bad:\n        total += y\n    return total\n",
    "def first(x: Bad) -> u64:\n    return x.bad\n\n\ndef use(x: Bad) -> u64:\n    return first(x) + 1\n",
    "def use(items: List[u64], x: Bad) -> u64:\n    return sum(y for y in items if y == x.bad)\n",
    "def use(x: Bad) -> List[u64]:\n    made = [x.bad]\n    made.append(x.bad)\n    return made\n",
    "def use(x: Bad) -> u64:\n    match x.bad:\n        case 1:\n            return 2\n        case _:\n            return 3\n",
]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("bad", BAD_CLASSES)
def test_a_refused_class_is_the_one_mistake(tmp_path: Path, bad: str, use: str):
    path = tmp_path / "p.py"
    go = "@instruction\ndef go(a: Bad, n: u64):\n    a.n = n\n" if "Account" in bad else ""
    path.write_text(f"from seahorse.prelude import *\n{ID}\n\n\n{bad}\n\n{use}\n\n{go}")
    assert len(told(path)) == 1, told(path)


@pytest.mark.parametrize(
    "bad",
    [
        "def bad(n: Missing) -> u64:\n    return n.x\n",
        "def bad(n: u64) -> Missing:\n    return Missing(n)\n",
        "def bad(n) -> u64:\n    return n\n",
        "def bad(n: u64, n: u64) -> u64:\n    return n\n",
        "from missing import bad\n",
    ],
)
@pytest.mark.parametrize(
    "use",
    [
        "def use(n: u64) -> u64:\n    return bad(n)\n",
        "def use(n: u64) -> u64:\n    x = bad(n)\n    return x.y + 1\n",
        "def use(n: u64) -> u64:\n    if bad(n) > 3:\n        return 2\n    return bad(n)\n",
        "def use(n: u64) -> u64:\n    return sum(bad(i) for i in range(n))\n",
        "def use(n: u64) -> List[u64]:\n    return list(map(bad, [n]))\n",
    ],
)
def test_a_refused_function_is_the_one_mistake(tmp_path: Path, bad: str, use: str):
    path = tmp_path / "p.py"
    path.write_text(f"from seahorse.prelude import *\n{ID}\n\n\n{bad}\n\n{use}")
    messages = told(path)
    assert len(messages) == 1, messages

"""Large programs compile, or are refused at the line that is too much; what is compiled does not depend on paths."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from pathlib import Path

import pytest

from seahorse.backends.sbf.link.compile import Compilation, LlvmError
from seahorse.diagnostics import CompileError
from seahorse.driver.compile import Compiler
from seahorse.testing import Failed, Ledger

HEADER = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"


def instruction(lines: list[str], returns: str = "u64") -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{HEADER}\n@instruction\ndef f(n: u64) -> {returns}:\n{body}"


def test_many_loops() -> None:
    lines = ["t: u64 = 0", "xs = [n, n]"]
    for _ in range(120):
        lines += ["for x in xs:", "    while t % 3 != 0:", "        t += 1", "    t += x"]
    program = Ledger().deploy_text(instruction([*lines, "return t"]))
    t = 0
    for _ in range(240):
        t += -t % 3 + 3
    assert program.f(n=3).value == t


def test_an_assertion_of_one_pass_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """LLVM's value numbering aborts the process on some modules: they are compiled without it."""

    def here(text: str, *, numbering: bool = True) -> bytes:
        if numbering:
            os.write(2, b"NewGVN.cpp: Assertion failed")
            os.kill(os.getpid(), signal.SIGKILL)
        return text.encode()

    monkeypatch.setattr(import_module("seahorse.backends.sbf.link.compile"), "compile_here", here)
    assert Compilation("module").result() == b"module"
    with pytest.raises(LlvmError, match="NewGVN"):
        Compilation("module", lambda _: here(""), numbering=False).result()


@pytest.mark.parametrize("count", [200, 500])
def test_a_long_chain_of_elifs(count: int) -> None:
    lines = ["if n == 0:", "    return 1"]
    for i in range(1, count):
        lines += [f"elif n == {i}:", f"    return {3 * i}"]
    program = Ledger().deploy_text(instruction([*lines, "else:", "    return 7"]))
    assert [program.f(n=n).value for n in (0, 1, count - 1, count)] == [1, 3, 3 * (count - 1), 7]


def test_a_chain_that_is_too_long_is_refused_where_it_is(tmp_path: Path) -> None:
    lines = ["if n == 0:", "    return 1"]
    for i in range(1, 1200):
        lines += [f"elif n == {i}:", "    return 2"]
    path = tmp_path / "program.py"
    path.write_text(instruction([*lines, "return 3"]), encoding="utf-8")
    with pytest.raises(CompileError) as caught:
        Compiler().build([path])
    (found,) = caught.value.diagnostics
    # The header, the decorator, the signature and `if` with its body come before the first `elif`.
    assert found.span.line == 5 + 2 + 2 * 1000 + 1
    assert "1000 `elif`" in found.message


def test_a_thousand_calls() -> None:
    helpers = """
def step(a: u64, b: u64) -> u64:
    t: u64 = a
    for i in range(b):
        t += i
        if t % 3 == 0:
            t += 5
        elif t % 7 == 0:
            t += 2
        if t > 100000:
            t //= 2
    return t

def grown(a: str, b: u64) -> str:
    t = a
    for i in range(b):
        t += 'x'
        if t == 'xxx':
            t = 'y' + t
        elif t == 'yyy':
            t += 'z'
    return t
"""
    lines = [f"t += step(t % 5, {i % 7}) + len(grown('xx', {i % 3}))" for i in range(500)]
    text = instruction(["t: u64 = n", *lines, "return t"]) + helpers
    host: dict[str, object] = {"u64": int, "instruction": lambda f: f}  # pyright: ignore[reportUnknownLambdaType]
    exec(compile("from __future__ import annotations\n" + text.removeprefix(HEADER), "<host>", "exec"), host)
    assert Ledger().deploy_text(text).f(n=3).value == host["f"](3)  # type: ignore[operator]


def test_a_function_that_is_too_long_is_refused_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def here(text: str, *, numbering: bool = True) -> bytes:
        raise ValueError("LLVM ERROR: Branch target out of insn range")

    # That LLVM says so was seen with 6,000 statements, which takes a minute.
    monkeypatch.setattr(import_module("seahorse.backends.sbf.link.compile"), "compile_here", here)
    lines = ["t: u64 = n"]
    for i in range(4000):
        lines += [f"t += n * {i + 2} + n"]
    path = tmp_path / "program.py"
    path.write_text(instruction([*lines, "return t"]), encoding="utf-8")
    with pytest.raises(CompileError) as caught:
        Compiler().build([path])
    (found,) = caught.value.diagnostics
    assert "too long" in found.message
    assert 1000 < found.span.line < 4000


def told(path: Path, n: int) -> str:
    """What the bytecode logs when it refuses a number."""
    with pytest.raises(Failed) as refused:
        Ledger(engine="vm").deploy(path).f(n=n)
    return "\n".join(refused.value.result.messages)


def test_bytecode_does_not_tell_how_its_path_was_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("one", "another"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "helper.py").write_text(
            "from seahorse.prelude import *\n\ndef half(n: u64) -> u64:\n    assert n > 1, 'too small'\n    return n // 2\n"
        )
        text = instruction(["assert n != 7", "return half(n) + 1"]).replace(
            "import *\n", "import *\nfrom helper import half\n", 1
        )
        (tmp_path / folder / "vault.py").write_text(text)
    monkeypatch.chdir(tmp_path / "one")
    spelled = ["vault.py", "./vault.py", "../one/vault.py", str(tmp_path / "one" / "vault.py"), "../another/vault.py"]
    built = {Compiler().build([Path(path)])[0].bytecode for path in spelled}
    assert len(built) == 1
    (code,) = built
    assert str(tmp_path).encode() not in code
    assert " thrown in vault.py:" in told(Path("vault.py"), 7) and " thrown in helper.py:" in told(Path("vault.py"), 1)
    # In a project the name is that in the project.
    (tmp_path / "Anchor.toml").write_text("")
    assert " thrown in another/vault.py:" in told(Path("../another/vault.py"), 7)

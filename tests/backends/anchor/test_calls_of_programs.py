"""Rust of calls of other programs, from instructions and from functions, nested ones too."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.driver.compile import Compiler

CALLED = """from seahorse.prelude import *
declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

@instruction
def one(n: u64) -> u64:
    return n + 1
"""
HEAD = """from seahorse.prelude import *
import called
declare_id("HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L")
"""
FORMS = {
    "an instruction": "@instruction\ndef run(n: u64) -> u64:\n    return called.one(n)\n",
    "a function": """def go(n: u64) -> u64:
    return called.one(n)

@instruction
def run(n: u64) -> u64:
    return go(n)
""",
    "a function of a function": """def inner(n: u64) -> u64:
    return called.one(n)

def outer(n: u64) -> u64:
    return inner(n) + inner(n)

@instruction
def run(n: u64) -> u64:
    return outer(n)
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_call_has_a_rust_form(form: str, tmp_path: Path) -> None:
    (tmp_path / "called.py").write_text(CALLED)
    (tmp_path / "caller.py").write_text(HEAD + FORMS[form])
    files = Compiler().rust([tmp_path / "caller.py", tmp_path / "called.py"])
    text = "".join(t for name, t in files.items() if name.startswith("programs/caller/"))
    assert "called::cpi::one(" in text
    assert "called_program.to_account_info()" in text

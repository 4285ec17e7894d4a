"""Options: what a test proves, and when the proof ends."""

from collections.abc import Callable

import pytest

Body = Callable[..., list[str]]
Errors = Callable[..., list[str]]

VAULT = """
class Vault(Account):
    limit: Optional[u64]
    owner: Pubkey

    def clear(self):
        self.limit = None
"""


@pytest.mark.parametrize(
    "text",
    [
        "if x is not None:\n    y = x + 1",
        "if x is None:\n    return\ny = x + 1",
        "if x is None:\n    print('none')\nelse:\n    y = x + 1",
        "assert x is not None\ny = x + 1",
        "if x is None:\n    raise Exception('none')\ny = x + 1",
        "if not (x is None):\n    y = x + 1",
        "if x is not None and x > 3:\n    y = x + 1",
        "if x is None or x > 3:\n    return\ny = x + 1",
        "y = x + 1 if x is not None else 0",
        "while x is not None:\n    y = x + 1\n    break",
        "for i in range(3):\n    if x is None:\n        continue\n    y = x + 1",
        "x = 5\ny = x + 1",
        "assert x != None\ny = x + 1",
    ],
)
def test_proven(body: Body, text: str) -> None:
    assert any("(Unwrap:u64 x:u64 | None)" in s or "x:i64" in s for s in body(text, "x: Optional[u64]"))


@pytest.mark.parametrize(
    "text",
    [
        "y = x + 1",
        "if x is not None:\n    pass\ny = x + 1",
        "if x is None:\n    y = x + 1",
        "if x is not None or n > 3:\n    y = x + 1",
        "y = 0 if x is not None else x + 1",
        "assert x is not None\nfor i in range(3):\n    y = x + 1\n    x = other",
        "assert x is not None\nx = other\ny = x + 1",
        "while x is not None:\n    break\ny = x + 1",
        "while x is None:\n    break\ny = x + 1",
    ],
)
def test_not_proven(errors: Errors, text: str) -> None:
    lines = "\n    ".join(text.splitlines())
    messages = errors(f"@instruction\ndef run(x: Optional[u64], other: Optional[u64], n: u64):\n    {lines}\n")
    assert messages == ["`+` does not work on u64 | None"]


def test_field_is_narrowed(body: Body) -> None:
    out = body("assert vault.limit is not None\nprint(vault.limit + 1)", "vault: Vault", VAULT)
    assert "(Unwrap:u64 (GetField:u64 | None vault:Vault 'limit'))" in out[1]


@pytest.mark.parametrize("between", ["vault.clear()", "vault.limit = None", "other.limit = None", "other.clear()"])
def test_field_is_forgotten_after_a_change(errors: Errors, between: str) -> None:
    messages = errors(
        f"{VAULT}\n@instruction\ndef run(vault: Vault, other: Vault):\n"
        f"    assert vault.limit is not None\n    {between}\n    print(vault.limit + 1)\n"
    )
    assert messages == ["`+` does not work on u64 | None"]


def test_call_in_the_condition_undoes_its_own_proof(errors: Errors) -> None:
    messages = errors(
        f"{VAULT}\ndef wipe(v: Vault) -> bool:\n    v.limit = None\n    return True\n\n"
        "@instruction\ndef run(vault: Vault):\n"
        "    if vault.limit is not None and wipe(vault):\n        print(vault.limit + 1)\n"
    )
    assert messages == ["`+` does not work on u64 | None"]


def test_optional_account(body: Body) -> None:
    out = body("if vault is not None:\n    vault.limit = 3", "vault: Vault | None", VAULT)
    assert out == [
        "(If (IsNone:bool vault:Vault | None True) [(Assign (PlaceTarget (GetField:u64 | None "
        "(Unwrap:Vault vault:Vault | None) 'limit')) (Coerce:u64 | None (IntLit:u64 3)))])"
    ]

"""The kinds of warnings: the name by which a comment silences each, and what it is about."""

from __future__ import annotations

from seahorse.diagnostics import Diagnostic, Replacement, Span

KINDS = {
    "unsigned-pda": "a PDA moves its tokens without `.signer()`: every such call fails",
    "unchecked-signer": "lamports or tokens leave an account of the program, and nothing is checked of any signer",
    "closed-to-itself": "an account is closed to itself: its lamports cannot go anywhere",
    "unreachable": "code that never runs",
    "constant-condition": "a condition that is always true, or always false",
    "not-on-mainnet": "a function of the chain that mainnet does not have: it takes no program that calls one",
    "unused-name": "a variable, import or function that nothing uses",
    "unknown-warning": "a comment that silences a warning which does not exist",
}


def warning(kind: str, span: Span, message: str, hint: str, replacement: Replacement | None = None) -> Diagnostic:
    """A diagnostic that stops nothing. Raises KeyError for a kind that is not in the table."""
    assert kind in KINDS, kind
    return Diagnostic(span, message, hint, kind, replacement)

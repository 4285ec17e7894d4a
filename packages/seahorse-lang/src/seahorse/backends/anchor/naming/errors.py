"""The error for code that the Anchor back end cannot express."""

from __future__ import annotations

from seahorse.diagnostics import CompileError, Diagnostic, Span


class UnsupportedError(CompileError):
    """A construct that has no Rust form here. The message says which, the hint what to write instead."""

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__([Diagnostic(span, message, hint)])
        self.message = message
        self.span = span

    @classmethod
    def of_all(cls, refused: list[Diagnostic]) -> UnsupportedError:
        """One error for several constructs; at least one."""
        first = refused[0]
        error = cls(first.message, first.span, first.hint)
        error.diagnostics = refused
        return error

"""Discriminators that a program says itself: what the data of an instruction, an account or an event begins with."""

from __future__ import annotations

import ast

from seahorse.diagnostics import fail
from seahorse.semantics.declarations.constants import const_int, fold
from seahorse.semantics.names.symbols import ModuleScope

MAX_DISCRIMINATOR = 32


def own_discriminator(scope: ModuleScope, node: ast.expr) -> bytes:
    """Constant bytes: `b'...'`, or a list of numbers. Raises `CompileError`."""
    constant = fold(scope, node)
    value = constant.value if constant is not None else None
    if isinstance(node, ast.List | ast.Tuple):
        value = bytes([const_int(scope, n, "a byte of the discriminator", 0, 255) for n in node.elts])
    if not isinstance(value, bytes):
        raise fail(scope.span(node), "a discriminator is constant bytes", "write `b'...'` or a list of numbers")
    if not 1 <= len(value) <= MAX_DISCRIMINATOR:
        message = f"a discriminator has 1 to {MAX_DISCRIMINATOR} bytes, not {len(value)}"
        raise fail(scope.span(node), message, "write `b'...'` or a list of numbers")
    return value


def class_discriminator(scope: ModuleScope, node: ast.ClassDef, kind: str) -> bytes | None:
    """`class X(Account, discriminator=b'...')`, also of an Event. Raises `CompileError`."""
    for keyword in node.keywords:
        if keyword.arg != "discriminator" or kind not in ("account", "event"):
            hint = "an Account or an Event takes `discriminator=b'...'`; remove it"
            raise fail(scope.span(keyword.value), "this class keyword is not supported", hint)
        value = own_discriminator(scope, keyword.value)
        if kind == "account" and not any(value):
            message = "an account whose data is all zeros could be taken for one of this class"
            raise fail(scope.span(keyword.value), message, "use a byte that is not 0")
        return value
    return None

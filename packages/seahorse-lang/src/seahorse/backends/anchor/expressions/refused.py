"""Operations that Anchor's types leave no room for: programs that use them have the bytecode form only."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree

_HINT = "build the bytecode alone: `seahorse build --no-rust`"


def _refused(what: str) -> Callable[[BodyWriter, tree.Builtin], RustValue]:
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        raise body.unsupported(e.span, f"{what} has no Rust form here", _HINT)

    return write


BUILTINS = {
    **dict.fromkeys(("token.extension", "token.transfer_checked_with_fee"), _refused("Token-2022")),
    "resize": _refused("`resize`"),
    "migrate": _refused("`migrate`"),
    **dict.fromkeys(("u256_of", "u256_part"), _refused("u256")),
    "is_new": _refused("`is_new()`"),
    "cpi_account": _refused("a list of accounts that is made at run time"),
    **dict.fromkeys(("data", "set_byte", "set_bytes"), _refused("the bytes of an account")),
}

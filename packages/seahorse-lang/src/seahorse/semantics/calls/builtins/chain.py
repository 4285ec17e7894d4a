"""Functions that read what the chain tells: verified signatures, hashes of slots."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.signers import any_account
from seahorse.semantics.calls.builtins.registry import PATHS, BuiltinFunction, builtin
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.tree import Builtin, Expr
from seahorse.semantics.tree.types import (
    BYTES,
    PUBKEY,
    U64,
    Type,
)

# Programs that verify signatures: the function, and what it takes for the signer.
VERIFIED: list[tuple[str, str, Type]] = [
    ("ed25519_verified", "key", PUBKEY),
    ("secp256r1_verified", "key", BYTES),
    ("secp256k1_verified", "address", BYTES),
]


def _verified(name: str, key: str, of: Type) -> BuiltinFunction:
    """Whether an instruction of this transaction had a signature verified: looks into the instructions sysvar."""

    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        bound = bind(body, node, ["instructions", key, "message"], [], name)
        account = any_account(body, bound["instructions"], "parameter `instructions`")
        data = Builtin(BYTES, account.span, "instructions_data", [account])
        args = [body.typed(bound[key], of, f"parameter `{key}`"), body.typed(bound["message"], BYTES, "the message")]
        return apply(body, node, "chain", name, [data, *args], label=name)

    return check


for _name, _key, _type in VERIFIED:
    builtin(_name)(_verified(_name, _key, _type))


@builtin("slot_hash")
def _slot_hash(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    slot = body.typed(bind(body, node, ["slot"], [], "slot_hash")["slot"], U64, "parameter `slot`")
    return apply(body, node, "chain", "slot_hash", [slot], label="slot_hash")


def _part(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """Bytes of the sysvar, for the library."""
    bound = bind(body, node, ["offset", "size"], [], "slot_hashes_part")
    args = [body.typed(bound[p], U64, f"parameter `{p}`") for p in ("offset", "size")]
    return Builtin(BYTES, body.span(node), "slot_hashes_part", args)


PATHS["slot_hashes_part"] = _part

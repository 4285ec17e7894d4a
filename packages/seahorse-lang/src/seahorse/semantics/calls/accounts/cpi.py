"""Typed calls of other programs' instructions."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.signers import authority
from seahorse.semantics.calls.functions.arguments import bind, require_order
from seahorse.semantics.declarations.declare import default_nodes
from seahorse.semantics.names.symbols import InstructionSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import AccountParam, CpiCall, Expr, NoneLit, SignerSeeds
from seahorse.semantics.tree.types import NONE, PUBKEY, SIGNER, UNCHECKED, EmptyType, OptionType, Type, is_account


def call_program(body: BodyChecker, node: ast.Call, symbol: InstructionSymbol) -> Expr:
    """`registry.instruction(...)`: every parameter of the callee, by position or keyword."""
    instruction = body.checker.instruction(symbol)
    label = f"{symbol.scope.name}.{instruction.name}"
    if instruction.remaining is not None:
        raise body.error(
            node,
            f"`{label}` takes a list of accounts, which a typed call cannot pass",
            "call it with `program.invoke(accounts, data)`",
        )
    defaults = {a.name: a.default for a in instruction.args if a.default is not None}
    bound = bind(body, node, instruction.param_order, list(default_nodes(symbol.node)), label)
    accounts: dict[str, Expr] = {}
    args: dict[str, Expr] = {}
    signers: list[SignerSeeds] = []
    for param in instruction.accounts:
        given = bound.get(param.name, ast.copy_location(ast.Constant(None), node))
        accounts[param.name] = _account(body, given, param, label, signers)
    for argument in instruction.args:
        if argument.name not in bound:
            args[argument.name] = defaults[argument.name]
            continue
        args[argument.name] = body.typed(bound[argument.name], argument.type, f"parameter `{argument.name}`")
    require_order(body, bound, instruction.param_order, accounts | args)
    body.forget_fields()
    return CpiCall(
        instruction.returns or NONE, body.span(node), symbol.scope.program, instruction, accounts, args, signers
    )


def _account(body: BodyChecker, node: ast.expr, param: AccountParam, label: str, signers: list[SignerSeeds]) -> Expr:
    wanted = param.type
    if isinstance(node, ast.Constant) and node.value is None:
        if not param.optional:
            raise body.error(node, f"`{param.name}` of `{label}` is required", f"pass an account of type {wanted}")
        return NoneLit(OptionType(wanted), body.span(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "signer":
        value, seeds = authority(body, node)
        assert seeds is not None
        signers.append(seeds)
        if wanted == SIGNER:
            return value
    else:
        value = body.expr(node)
    _check_type(body, node, value, param, label)
    return value


def _check_type(body: BodyChecker, node: ast.expr, value: Expr, param: AccountParam, label: str) -> None:
    t = body.type_of(value)
    wanted = param.type
    given = t.inner if isinstance(t, OptionType) else t
    if isinstance(t, OptionType) and is_account(t) and not param.optional:
        text = ast.unparse(node)
        raise body.error(
            node, f"`{text}` may be None, and `{param.name}` of `{label}` is required", "test `is not None` first"
        )
    if not is_account(given):
        hint = "pass the account itself, not its key" if given == PUBKEY else f"pass an account of type {wanted}"
        raise body.error(node, f"`{param.name}` of `{label}` is an account, but this is {body.show(t)}", hint)
    if wanted == SIGNER and given != SIGNER:
        text = ast.unparse(node)
        raise body.error(
            node, f"`{param.name}` of `{label}` must sign", f"pass a Signer, or `{text}.signer()` of a program address"
        )
    if not accepts(wanted, given):
        raise body.error(
            node, f"`{param.name}` of `{label}` is {wanted}, but this is {given}", f"pass an account of type {wanted}"
        )


def accepts(wanted: Type, given: Type) -> bool:
    """Whether an account may be passed where the callee takes `wanted`. The callee checks unchecked ones itself."""
    if wanted in (given, UNCHECKED) or given == UNCHECKED:
        return True
    if isinstance(given, EmptyType):
        return not isinstance(wanted, EmptyType) and given.inner == wanted
    return False

"""Instructions: their accounts and arguments from the signature, and their bodies."""

from __future__ import annotations

import ast
import copy
from functools import partial

from seahorse.diagnostics import CompileError, Mistakes, fail
from seahorse.semantics import tree
from seahorse.semantics.calls.accounts.initialization import computed_seed
from seahorse.semantics.declarations.annotations import Rules, rules_of, storing_hint, type_of, unstorable
from seahorse.semantics.declarations.class_syntax import check_name, docs_of
from seahorse.semantics.declarations.constants import fold
from seahorse.semantics.declarations.declare import default_nodes
from seahorse.semantics.declarations.discriminators import own_discriminator
from seahorse.semantics.declarations.seeds import SeedParams, address_of, declared_pda
from seahorse.semantics.inference.final_types import Zonk
from seahorse.semantics.names.symbols import ModuleScope
from seahorse.semantics.scope.body import BodyChecker, InstructionContext, NameBinding
from seahorse.semantics.scope.finished import settle_deferred, told_of_literals
from seahorse.semantics.statements.statements import check_body
from seahorse.semantics.tree import (
    AccountParam,
    ArgParam,
    BytesLit,
    CheckedInstruction,
    Expr,
    ExprStmt,
    Init,
    Local,
    RemainingParam,
)
from seahorse.semantics.tree.types import (
    ANY_TOKEN_ACCOUNT,
    ANY_TOKEN_MINT,
    BYTES,
    NONE,
    PROGRAM,
    SIGNER,
    SYSTEM_ACCOUNT,
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    UNCHECKED,
    AccountType,
    ListType,
    OptionType,
    PriceFeedType,
    Type,
    is_account,
)
from seahorse.semantics.tree.walk import walk

MAX_RETURN_BYTES = 1024
# The runtime locks at most this many accounts in one transaction.
MAX_ACCOUNTS = 64


def build_instruction(scope: ModuleScope, node: ast.FunctionDef) -> CheckedInstruction:
    """The signature of an instruction. Raises `CompileError`."""
    span = scope.name_span(node, node.name)
    check_name(scope, span, node.name, "an instruction")
    instruction = CheckedInstruction(node.name, scope.name, span, docs=docs_of(node))
    _options(scope, node, instruction)
    defaults = default_nodes(node)
    if node.args.vararg is not None:
        raise fail(
            scope.span(node.args.vararg),
            "an instruction has a fixed number of parameters",
            f"take a list: `{node.args.vararg.arg}: List[u64]`",
        )
    params: SeedParams = {}
    rules: list[tuple[AccountParam, Rules, ast.expr]] = []
    with Mistakes() as mistakes:
        for i, argument in enumerate([*node.args.args, *node.args.kwonlyargs]):
            with mistakes.collected():
                param = _parameter(scope, argument, i, rules)
                _take(scope, instruction, param, defaults.get(param.name))
                if not isinstance(param, RemainingParam):
                    params[param.name] = param
        with mistakes.collected():
            instruction.returns = _returns(scope, node)
    if len(instruction.accounts) > MAX_ACCOUNTS:
        raise fail(
            span, f"`{node.name}` takes {len(instruction.accounts)} accounts, and at most 64 are possible", "split it"
        )
    for account, rule, annotation in rules:
        if rule.address is not None:
            account.address = address_of(*rule.address)
        if rule.seeds is not None:
            home, call = rule.seeds
            compute = partial(_computed_seed, scope, home, params)
            account.pda = declared_pda(scope, annotation, home, call, account, params, compute)
    if instruction.fallback:
        _check_fallback(scope, node, instruction)
    return instruction


def _take(
    scope: ModuleScope,
    instruction: CheckedInstruction,
    param: AccountParam | ArgParam | RemainingParam,
    default: ast.expr | None,
) -> None:
    """Add a parameter to its instruction."""
    if param.name in instruction.param_order:
        raise fail(param.span, f"parameter `{param.name}` is declared twice", "rename one of them")
    instruction.param_order.append(param.name)
    match param:
        case RemainingParam():
            instruction.remaining = _one_list(instruction, param)
        case AccountParam():
            instruction.accounts.append(param)
            if default is not None:
                _absent(scope, default, param)
        case ArgParam():
            instruction.args.append(param)
            if default is not None:
                param.default = _default(scope, default, param)


def _absent(scope: ModuleScope, node: ast.expr, param: AccountParam) -> None:
    """Check the default of an account parameter: an account may be absent, and nothing else."""
    if isinstance(node, ast.Constant) and node.value is None:
        if param.optional:
            return
        hint = f"write `{param.name}: {param.type} | None = None`"
        named = scope.module.source.parameter(param.span, f"{param.name}: {param.type} | None")
        raise fail(scope.span(node), f"`{param.name}` is a {param.type}, which is never None", hint, named)
    hint = f"remove the default, or write `{param.name}: {param.type} | None = None`"
    raise fail(scope.span(node), "an account has no default: clients pass it", hint)


_LITERALS = (
    *(tree.IntLit, tree.FloatLit, tree.BoolLit, tree.StrLit, tree.BytesLit, tree.NoneLit, tree.PubkeyLit),
    *(tree.EnumLit, tree.TupleLit, tree.ListLit, tree.ArrayLit, tree.Coerce),
)


def _default(scope: ModuleScope, node: ast.expr, param: ArgParam) -> Expr:
    """The default of an argument: a constant, which the callers that leave it out put into the data."""
    body = BodyChecker(scope.checker, scope)
    value = body.typed(node, param.type, f"parameter `{param.name}`")
    Zonk(body.infer).node([ExprStmt(value.span, value)])
    if body.infer.errors:
        raise CompileError(body.infer.errors)
    if not all(isinstance(e, _LITERALS) for e in walk([value]) if isinstance(e, Expr)):
        hint = f"give a constant, or write `{param.name}: {param.type} | None = None` and compute it in the instruction"
        raise fail(scope.span(node), f"the default of `{param.name}` is no constant: clients could not know it", hint)
    return value


def _options(scope: ModuleScope, node: ast.FunctionDef, instruction: CheckedInstruction) -> None:
    """`@instruction(discriminator=b'...', fallback=True, event_cpi=True, rare=True)`."""
    decorator = node.decorator_list[0]
    if not isinstance(decorator, ast.Call):
        return
    hint = "it takes `discriminator=b'...'`, `fallback=True`, `event_cpi=True` and `rare=True`"
    for given in decorator.args:
        raise fail(scope.span(given), "`@instruction` takes its options by name", hint)
    for keyword in decorator.keywords:
        match keyword.arg:
            case "discriminator":
                instruction.discriminator = own_discriminator(scope, keyword.value)
            case "fallback":
                instruction.fallback = _flag(scope, keyword)
            case "event_cpi":
                instruction.event_cpi = _flag(scope, keyword)
            case "rare":
                instruction.rare = _flag(scope, keyword)
            case _:
                raise fail(scope.span(keyword.value), f"`@instruction` has no option `{keyword.arg}`", hint)
    if instruction.fallback and instruction.discriminator is not None:
        message = "a fallback takes the data that begins with no discriminator, so it has none"
        raise fail(scope.span(decorator), message, "keep `discriminator=` or `fallback=True`")


def _flag(scope: ModuleScope, keyword: ast.keyword) -> bool:
    constant = fold(scope, keyword.value)
    if constant is None or not isinstance(constant.value, bool):
        message, given = f"`{keyword.arg}` must be True or False", scope.module.source.instead(keyword.value, "True")
        raise fail(scope.span(keyword.value), message, f"write `{keyword.arg}=True`", given)
    return constant.value


def _check_fallback(scope: ModuleScope, node: ast.FunctionDef, instruction: CheckedInstruction) -> None:
    """A fallback's one argument is all of the instruction's data."""
    for argument in instruction.args[1:]:
        raise fail(argument.span, "a fallback takes the data as one argument", "take it apart in the body: `data[1:9]`")
    for argument in instruction.args:
        if argument.type != BYTES:
            message = f"a fallback gets all of the instruction's data, not {argument.type}"
            whole = scope.module.source.parameter(argument.span, f"{argument.name}: bytes")
            raise fail(argument.span, message, f"write `{argument.name}: bytes`", whole)
    if instruction.returns is not None and node.returns is not None:
        bare = scope.module.source.returning(node, None)
        raise fail(scope.span(node.returns), "no IDL can tell the result of a fallback", "remove the return type", bare)


def _computed_seed(scope: ModuleScope, home: ModuleScope, params: SeedParams, node: ast.expr) -> Expr:
    """A seed of `Seeds(...)` as an expression of the parameters, which are `arg.name` in it."""
    if scope.program != scope.checker.name:
        # Another program checks its own accounts, and signs for its own addresses.
        return BytesLit(BYTES, home.span(node), b"")
    body = BodyChecker(scope.checker, home)
    for param in params.values():
        body.blocks[0][f"arg.{param.name}"] = NameBinding(param.local, param.span)
    return computed_seed(body, _ArgNames().visit(copy.deepcopy(node)))


class _ArgNames(ast.NodeTransformer):
    """`arg.name` as one name, which no name of the module is."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "arg":
            return ast.copy_location(ast.Name(f"arg.{node.attr}", ast.Load()), node)
        node.value = self.visit(node.value)
        return node


# The kinds of accounts that a list can have: they are not optional, the instruction does not create them, and a list of
# sysvars makes no sense.
_LISTED = (
    *(SIGNER, UNCHECKED, SYSTEM_ACCOUNT, PROGRAM),
    *(TOKEN_ACCOUNT, TOKEN_MINT, ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT),
)


def _one_list(instruction: CheckedInstruction, param: RemainingParam) -> RemainingParam:
    if instruction.remaining is not None:
        raise fail(
            param.span,
            f"`{instruction.remaining.name}` takes all remaining accounts already",
            "take one `List[UncheckedAccount]`, and divide it in the body",
        )
    return param


def _listed(scope: ModuleScope, node: ast.expr, t: Type) -> bool:
    """Whether a parameter's type is a list of accounts. Raises `CompileError` for accounts that no list can hold."""
    if not isinstance(t, ListType) or not is_account(t.elem):
        return False
    if t.max_len is not None or not (isinstance(t.elem, AccountType) or t.elem in _LISTED):
        any_of = "List[UncheckedAccount]"
        hint = f"write `{any_of}`, or a list of an Account class, Signer, TokenAccount, ..."
        raise fail(scope.span(node), f"an instruction cannot take {t}", hint, scope.module.source.instead(node, any_of))
    return True


def _parameter(
    scope: ModuleScope, argument: ast.arg, i: int, rules: list[tuple[AccountParam, Rules, ast.expr]]
) -> AccountParam | ArgParam | RemainingParam:
    span = scope.span(argument)
    check_name(scope, span, argument.arg, "a parameter")
    if argument.annotation is None:
        hint, typed = (
            f"write `{argument.arg}: Signer`, or another type",
            scope.module.source.around(argument, "", ": Signer"),
        )
        raise fail(span, f"parameter `{argument.arg}` has no type", hint, typed)
    rule = rules_of(scope, argument.annotation)
    t = rule.type
    if is_account(t):
        optional = isinstance(t, OptionType)
        inner = t.inner if isinstance(t, OptionType) else t
        account = AccountParam(Local(i, argument.arg, t), span, inner, optional, mut=rule.mut, docs=list(rule.docs))
        rules.append((account, rule, argument.annotation))
        return account
    if _listed(scope, argument.annotation, t):
        assert isinstance(t, ListType)
        return RemainingParam(Local(i, argument.arg, t), span, t.elem)
    bad = unstorable(t)
    if bad is not None or isinstance(t, PriceFeedType):
        hint = "declare accounts one by one" if bad is not None and is_account(bad) else storing_hint(bad or t)
        raise fail(scope.span(argument.annotation), f"an argument cannot have type {t}", hint)
    return ArgParam(Local(i, argument.arg, t), span, t, list(rule.docs))


def _returns(scope: ModuleScope, node: ast.FunctionDef) -> Type | None:
    if node.returns is None:
        return None
    t = type_of(scope, node.returns)
    if t == NONE:
        return None
    span = scope.span(node.returns)
    if not isinstance(t, AccountType) and unstorable(t) is not None:
        raise fail(
            span, f"an instruction cannot return {t}", "return data: integers, a dataclass, an account's data, ..."
        )
    size = t.fixed_size
    if size is not None and size > MAX_RETURN_BYTES:
        raise fail(
            span, f"{t} has {size} bytes, and an instruction returns at most 1024", "return a part, or emit an event"
        )
    return t


def check_instruction(scope: ModuleScope, node: ast.FunctionDef, instruction: CheckedInstruction) -> None:
    """Check the body of an instruction and write it into the declaration. One of a program of others has none."""
    if scope.module.is_external:
        return
    checker = scope.checker
    context = InstructionContext(
        instruction, {a.name: a for a in instruction.accounts}, {a.name: a for a in instruction.args}
    )
    body = BodyChecker(checker, scope, instruction.returns or NONE, context)
    body.name = instruction.name
    for name in instruction.param_order:
        account = context.accounts.get(name)
        rest = instruction.remaining
        param = rest if rest is not None and rest.name == name else account or context.args[name]
        body.adopt(param.local, param.span, account)
    before = checker.mistakes
    instruction.body = check_body(body, node, instruction.param_order)
    checker.functions.calls[instruction] = body.calls
    for account, span in context.bumps:
        if account.init is None or account.init.pda is None:
            hint = "initialize it with `seeds=[...]`; of an existing account, read a stored `bump: u8` field"
            checker.report(fail(span, f"`{account.name}` is not initialized with seeds and has no bump", hint))
    if checker.mistakes != before:
        told_of_literals(body, instruction.body)
        return
    zonk = Zonk(body.infer)
    zonk.node(instruction.body)
    settle_deferred(body)
    for account in instruction.accounts:
        if isinstance(account.init, Init):
            zonk.node([e for e in (account.init.decimals, account.init.space, account.init.padding) if e is not None])
    if body.infer.errors:
        checker.report(CompileError(body.infer.errors))

"""Seeds of program addresses: those declared with `Seeds(...)` on a parameter, and those given to `Empty.init`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from seahorse.diagnostics import CompileError, fail
from seahorse.semantics.declarations.constants import const_int, fold
from seahorse.semantics.names.symbols import AddressSymbol, ConstValue, ModuleScope, PreludeSymbol
from seahorse.semantics.tree import (
    AccountDecl,
    AccountParam,
    ArgParam,
    EnumLit,
    Expr,
    Field,
    Pda,
    Seed,
    SeedConst,
    SeedExpr,
    SeedParam,
)
from seahorse.semantics.tree.types import (
    BYTES,
    PROGRAM,
    PUBKEY,
    U8,
    UNCHECKED,
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    IntType,
    ListType,
    PubkeyType,
    StrType,
    Type,
)
from seahorse.syntax.walk import walk_syntax

# The runtime takes 16 seeds, and the bump is one of them.
MAX_SEEDS = 15
MAX_SEED_BYTES = 32
KINDS = "seeds are str, bytes, Pubkey, accounts, integers, bool and enums"

SeedParams = dict[str, AccountParam | ArgParam]
# Checks a computed seed (no constant and no parameter), and gives its value as an expression of parameters.
Compute = Callable[[ast.expr], Expr]
# Finds the parameter that a seed's root expression names: (node) -> its name, or None when the node is no such root.
Root = Callable[[ast.expr], str | None]


@dataclass(frozen=True)
class _Path:
    param: str
    fields: tuple[str, ...]


def associated(scope: ModuleScope, call: ast.Call) -> ast.Call:
    """`Associated(authority, mint)` as the seeds that the associated token program uses. Raises `CompileError`."""
    names = ("authority", "mint", "token_program")
    bound = dict(zip(names, call.args, strict=False)) | {k.arg or "": k.value for k in call.keywords}
    unknown = [n for n in bound if n not in names]
    if unknown or len(call.args) > len(names) or "authority" not in bound or "mint" not in bound:
        hint = "write for example `Associated(arg.owner, arg.mint)`, with `token_program=` where it may be another"
        raise fail(scope.span(call), "`Associated` takes the authority of a token account and its mint", hint)
    token = bound.get("token_program", ast.Name("TOKEN_PROGRAM_ID", ast.Load()))
    home = ast.keyword("program", ast.Name("ASSOCIATED_TOKEN_PROGRAM_ID", ast.Load()))
    seeds = ast.Call(call.func, [bound["authority"], token, bound["mint"]], [home])
    for node in (token, home, home.value, seeds):
        ast.copy_location(node, node if hasattr(node, "lineno") else call)
    return seeds


def declared_pda(
    scope: ModuleScope,
    use: ast.AST,
    home: ModuleScope,
    call: ast.Call,
    account: AccountParam,
    params: SeedParams,
    compute: Compute,
) -> Pda:
    """The rule of `Annotated[..., Seeds(...)]`. `home`: the module it is written in; `use`: the annotation."""

    def root(node: ast.expr) -> str | None:
        match node:
            case ast.Attribute(value=ast.Name(id="arg"), attr=name):
                if name not in params:
                    known = ", ".join(params)
                    raise _at(
                        scope, home, use, node, f"no parameter is named `{name}`", f"the parameters here: {known}"
                    )
                return name
            case ast.Name(id=name) if name in params and home.lookup(name) is None:
                raise _at(scope, home, use, node, f"`{name}` is a parameter", f"write `arg.{name}`", f"arg.{name}")
            case _:
                return None

    reader = SeedReader(home, params, root, partial(_at, scope, home, use), compute)
    program: bytes | str | None = None
    bump: Seed | None = None
    for keyword in call.keywords:
        if keyword.arg == "program":
            program = _program(reader, keyword.value)
        elif keyword.arg == "bump":
            bump = reader.bump(keyword.value)
        else:
            raise fail(
                home.span(keyword),
                f"`Seeds` has no parameter `{keyword.arg}`",
                "its keywords are `program=` and `bump=`",
            )
    inner = account.type
    if program is None and isinstance(inner, AccountType) and inner.decl.program != scope.program:
        program = scope.checker.id_of(inner.decl.program)
    return Pda(reader.read(call, call.args), _unless_own(scope, program), home.span(call), bump)


def _unless_own(scope: ModuleScope, program: bytes | str | None) -> bytes | str | None:
    own = scope.checker.program_id(scope).folded
    return (
        None
        if own is not None and own.value == (AddressSymbol(program) if isinstance(program, bytes) else None)
        else program
    )


def _at(
    scope: ModuleScope, home: ModuleScope, use: ast.AST, node: ast.AST, message: str, hint: str, text: str = ""
) -> CompileError:
    """A mistake in seeds, and what to write for a seed. It stands at the seed when that is written in the parameter,
    else where the alias is used."""
    inside = home is scope and scope.span(use).line <= scope.span(node).line <= scope.span(use).end_line
    if inside:
        return fail(home.span(node), message, hint, home.module.source.instead(node, text) if text else None)
    line = home.span(node).line
    return fail(scope.span(use), f"{message} (in the seeds of this type, {home.module.path.name}:{line})", hint)


def _program(reader: SeedReader, node: ast.expr) -> bytes | str:
    constant = fold(reader.home, node)
    if constant is not None and isinstance(constant.value, AddressSymbol):
        return constant.value.value
    name = reader.root(node)
    param = reader.params.get(name) if name is not None else None
    if isinstance(param, AccountParam) and param.type in (PROGRAM, UNCHECKED) and not param.optional:
        return param.name
    raise reader.error(
        node, "`program` must be a constant address or a Program parameter", "write `registry.ID` or `arg.the_program`"
    )


class SeedError(Protocol):
    """Makes the error of a seed, with what to write for the seed where the hint names it."""

    def __call__(self, node: ast.AST, message: str, hint: str, text: str = "") -> CompileError: ...


class SeedReader:
    """Reads seed expressions. Raises `CompileError` for what cannot be a seed."""

    def __init__(
        self,
        home: ModuleScope,
        params: SeedParams,
        root: Root,
        error: SeedError,
        compute: Compute,
    ) -> None:
        self.home = home
        self.params = params
        self.root = root
        self.error = error
        self.compute = compute

    def read(self, call: ast.AST, nodes: list[ast.expr]) -> list[Seed]:
        if not nodes:
            raise self.error(call, "there are no seeds here", "give at least one: `'name'`")
        if len(nodes) > MAX_SEEDS:
            raise self.error(
                nodes[MAX_SEEDS],
                f"there are {len(nodes)} seeds, and at most 15 are possible",
                "join some; the bump is the 16th",
            )
        return [self.seed(n) for n in nodes]

    def seed(self, node: ast.expr) -> Seed:
        constant = fold(self.home, node) if self._may_be_constant(node) else None
        if constant is not None:
            return SeedConst(self._constant(node, constant))
        slice_: tuple[int | None, int | None] | None = None
        node = target = self._bare(node)
        if isinstance(node, ast.Subscript):
            slice_ = self._slice(node.slice) if isinstance(node.slice, ast.Slice) else None
            if slice_ is None:
                return self._computed(node)
            target = self._bare(node.value)
        path = self._path(target)
        t = self._type(target, path) if path is not None else None
        if path is None or t is None or (isinstance(node, ast.Subscript) and not isinstance(t, StrType)):
            return self._computed(node)
        if not seed_type(t):
            raise self.error(node, f"{t} cannot be a seed", KINDS)
        return SeedParam(path.param, path.fields, t, slice_, self.home.span(node))

    def _bare(self, node: ast.expr) -> ast.expr:
        """A seed without the call that only gives the bytes which it has anyway: an account for its `key()`, a text
        for `name.encode()`, an integer for `n.to_bytes(8, "little")`. So an IDL can tell it."""
        match node:
            case ast.Call(func=ast.Name(id="bytes"), args=[value], keywords=[]):
                known = self.home.symbol(node.func) == PreludeSymbol("bytes") and self.root(node.func) is None
                value = self._bare(value)
                return value if known and self._known_type(value) in (PUBKEY, BYTES) else node
            case ast.Call(func=ast.Attribute(value=value, attr="key"), args=[], keywords=[]):
                path = self._path(value)
                account = path is not None and isinstance(self.params[path.param], AccountParam) and not path.fields
                return value if account else node
            case ast.Call(func=ast.Attribute(value=value, attr="encode"), args=[], keywords=[]):
                return value if isinstance(self._known_type(value), StrType) else node
            case ast.Call(func=ast.Attribute(value=value, attr="to_bytes"), args=args, keywords=keywords):
                value = self._bare(value)
                t = self._known_type(value)
                given = [ast.unparse(a) for a in (*args, *keywords)]
                wanted: list[list[str]] = [[]] if t == PUBKEY else []
                if isinstance(t, IntType):
                    order = [f"{t.bits // 8}", "'little'"]
                    wanted = [[*order, "signed=True"] if t.signed else order]
                return value if given in wanted else node
            case _:
                return node

    def _known_type(self, node: ast.expr) -> Type | None:
        """The type of a parameter or of a field of one; None of anything else."""
        path = self._path(node)
        return self._type(node, path) if path is not None else None

    def _computed(self, node: ast.expr) -> SeedConst | SeedExpr:
        for part in walk_syntax(node):
            # It says so when there is no parameter of the name.
            if isinstance(part, ast.Attribute):
                self.root(part)
        value = self.compute(node)
        t = value.type
        if not seed_type(t):
            raise self.error(node, f"{t} cannot be a seed", KINDS)
        if isinstance(t, ArrayType) and t.length > MAX_SEED_BYTES:
            raise self.error(node, f"{t} cannot be a seed: a seed holds at most 32 bytes", "hash it: `sha256(...)`")
        return SeedConst(bytes([value.ordinal])) if isinstance(value, EnumLit) else SeedExpr(value)

    def bump(self, node: ast.expr) -> Seed:
        """`bump=`: a u8."""
        constant = fold(self.home, node) if self._may_be_constant(node) else None
        if constant is not None:
            return SeedConst(bytes([const_int(self.home, node, "a bump", 0, 255)]))
        path = self._path(node)
        seed = SeedParam(path.param, path.fields, self._type(node, path)) if path is not None else self._computed(node)
        if isinstance(seed, SeedConst):
            raise self.error(node, "a bump is u8, but this is an enum", "give a u8, such as a stored `bump` field")
        t = seed.value.type if isinstance(seed, SeedExpr) else seed.type
        if t != U8:
            raise self.error(node, f"a bump is u8, but this is {t}", "give a u8, such as a stored `bump` field")
        return seed

    def _may_be_constant(self, node: ast.expr) -> bool:
        """Parameters hide module constants of the same name."""
        inner = node
        while isinstance(inner, ast.Attribute | ast.Call | ast.Subscript):
            inner = inner.func if isinstance(inner, ast.Call) else inner.value
        return self.root(inner) is None and not (isinstance(inner, ast.Name) and inner.id == "arg")

    def _constant(self, node: ast.expr, constant: ConstValue) -> bytes:
        value = constant.value
        data = b""
        match value:
            case str():
                data = value.encode()
            case bytes():
                data = value
            case AddressSymbol(value=key):
                data = key
            case bool():
                data = bytes([value])
            case float():
                raise self.error(node, "f64 cannot be a seed", KINDS)
            case int():
                if not isinstance(constant.type, IntType):
                    message, written = "the compiler does not know the width of this integer", f"u64({value})"
                    raise self.error(node, message, f"write `{written}`", written)
                data = value.to_bytes(constant.type.bits // 8, "little", signed=constant.type.signed)
        if len(data) > MAX_SEED_BYTES:
            raise self.error(
                node, f"this seed has {len(data)} bytes, and a seed holds at most 32", "cut it into several seeds"
            )
        return data

    def _slice(self, node: ast.Slice) -> tuple[int | None, int | None] | None:
        """Bounds that are constants from 0 on; None for a slice that is to be computed."""
        bounds: list[int | None] = []
        for part in (node.lower, node.upper):
            constant = fold(self.home, part) if part is not None else None
            if part is not None and (constant is None or not isinstance(constant.value, int) or constant.value < 0):
                return None
            bounds.append(constant.value if constant is not None and isinstance(constant.value, int) else None)
        return None if node.step is not None else (bounds[0], bounds[1])

    def _path(self, node: ast.expr) -> _Path | None:
        name = self.root(node)
        if name is not None:
            return _Path(name, ())
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return None if base is None else _Path(base.param, (*base.fields, node.attr))
        return None

    def _type(self, node: ast.expr, path: _Path) -> Type:
        param = self.params[path.param]
        if isinstance(param, AccountParam):
            if param.optional:
                raise self.error(
                    node, f"`{path.param}` may be absent, and a seed may not", "take it as a required account"
                )
            if not path.fields:
                return PUBKEY
        t = param.type
        for name in path.fields:
            field = _field(t, name)
            if field is None:
                raise self.error(node, f"{t} has no field `{name}`", "seeds name fields of accounts and arguments")
            t = field.type
        return t


def _field(t: Type, name: str) -> Field | None:
    if isinstance(t, AccountType | ClassType):
        fields = t.decl.fields if isinstance(t.decl, AccountDecl) else t.decl.all_fields()
        return next((f for f in fields if f.name == name), None)
    return None


def seed_type(t: Type) -> bool:
    """Whether values of a type have seed bytes."""
    match t:
        case StrType() | BytesType() | PubkeyType() | IntType() | BoolType() | EnumType():
            return True
        case ListType(elem) | ArrayType(elem):
            return elem == U8
        case _:
            return False


def address_of(home: ModuleScope, call: ast.Call) -> bytes:
    """`Address(CONSTANT)`."""
    if len(call.args) != 1 or call.keywords:
        raise fail(home.span(call), "`Address` takes one constant address", "write `Address(Pubkey('...'))`")
    value = fold(home, call.args[0])
    if value is None or not isinstance(value.value, AddressSymbol):
        raise fail(
            home.span(call.args[0]), "this is not a constant address", "write `Pubkey('...')`, or a constant of it"
        )
    return value.value.value

"""The program's functions and methods as Rust functions: what each parameter is passed as, and whether it can fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from seahorse.backends.anchor.crate.files import file_text
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.types import DeclaredType, TypeNames, is_copy
from seahorse.backends.anchor.rust import items
from seahorse.ir import nodes as ir
from seahorse.ir.effects import Effects, function_effects
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import PURE_READS, SYSVARS
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    PROGRAM,
    SIGNER,
    AccountType,
    ArrayType,
    BuiltinAccountType,
    BytesType,
    ClassType,
    EmptyType,
    ListType,
    OptionType,
    StrType,
    Type,
    is_account,
)
from seahorse.semantics.tree.walk import walk


@dataclass
class ParamInfo:
    """How Rust receives a parameter. `account`: the whole account, not only its data. `mutable`: by `&mut`."""

    local: tree.Local
    mutable: bool = False
    account: bool = False
    grows: bool = False
    # An unchecked account for which callers give accounts of other kinds.
    any_kind: bool = False
    # A call in the function writes the account, and the function does not look at it again.
    stale: bool = False


@dataclass
class FunctionInfo:
    function: tree.Function
    params: list[ParamInfo]
    programs: list[str] = field(default_factory=list[str])
    fallible: bool = False
    item: items.RustFunction | None = None
    constructor_of: tree.ClassDecl | None = None


# Translates a function: fills `item` and `fallible` of its info.
FunctionWriter = Callable[[FunctionInfo, TypeNames], None]


class CrateServices(Protocol):
    """The part of their crate that functions use (`crate.Crate`)."""

    program: ir.LoweredProgram
    own: dict[DeclaredType, str]

    @property
    def source(self) -> str: ...

    def types(self) -> TypeNames: ...

    def is_own(self, decl: DeclaredType) -> bool: ...


def _types_that_differ(function: tree.Function, same: Sequence[tree.Function]) -> str:
    """The types of the parameters that others of the same source do not have in the same place."""
    held = [{f.params[at].type for f in same if at < len(f.params)} for at in range(len(function.params))]
    short = min(len(f.params) for f in same)
    words = [_word(p.type) for at, p in enumerate(function.params) if len(held[at]) > 1 or at >= short]
    return "".join(f"_{word}" for word in dict.fromkeys(words))


def _word(t: Type) -> str:
    """A type within a name: `list_str`."""
    letters = "".join(c if c.isalnum() else " " for c in str(t)).split()
    return "_".join(names.snake(word) for word in letters)


class RustFunctions:
    """All functions of a crate, analysed and written on first use. Calls do not recurse in the language."""

    def __init__(self, crate: CrateServices, writer: FunctionWriter) -> None:
        self.crate = crate
        self.writer = writer
        self._effects: dict[tree.Function, Effects] | None = None
        self._infos: dict[tree.Function, FunctionInfo] = {}
        self._types: dict[str, TypeNames] = {}
        # The kinds of objects that functions store of their arguments'; the analysis of aliases fills it.
        self.escaping: dict[tree.Function, set[str]] = {}
        classes = {c.name: c for c in [*crate.program.classes, *crate.program.events]}
        self._constructors = {
            f: classes[f.owner]
            for f in crate.program.functions
            if f.name == "__init__" and f.owner is not None and f.owner in classes
        }

    def has_constructor(self, decl: tree.ClassDecl) -> bool:
        return any(c is decl for c in self._constructors.values())

    # --- where functions live ---

    def module(self, function: tree.Function) -> str:
        """The Rust module of a function: `functions` for the program's own, else its library module.

        Methods are in `state` and `events`.
        """
        owner = self.owner(function)
        if owner is not None and self.crate.is_own(owner):
            return self.crate.own[owner]
        if function.module == self.crate.program.name or function.owner is not None:
            return "functions"
        module = names.local(function.module.replace(".", "_"))
        taken = module in names.MODULES or module in self.crate.program.foreign
        return f"{module}_module" if taken else module

    def owner(self, function: tree.Function) -> tree.AccountDecl | tree.ClassDecl | None:
        if function.owner is None:
            return None
        if function.params and function.params[0].name == "self":
            t = function.params[0].type
            if isinstance(t, AccountType | ClassType):
                return t.decl
        p = self.crate.program
        return next((d for d in [*p.accounts, *p.classes, *p.events] if d.name == function.owner), None)

    def is_method(self, function: tree.Function) -> bool:
        """Whether Rust has it in an `impl` of its owner."""
        owner = self.owner(function)
        return owner is not None and self.crate.is_own(owner)

    def name(self, function: tree.Function) -> str:
        if function.name == "__init__":
            return "new"
        if function.owner is not None and not self.is_method(function):
            return f"{names.snake(function.owner)}_{function.name}"
        return self._numbered.get(function) or self._plain_name(function)

    @cached_property
    def _numbered(self) -> dict[tree.Function, str]:
        """The names of free functions that would have the name of an earlier one in their file: lambdas that are given
        to one parameter."""
        found: dict[tree.Function, str] = {}
        taken: set[tuple[str, str]] = set()
        for function in self.crate.program.functions:
            if function.owner is not None or function.name == "__init__":
                continue
            module, plain = self.module(function), self._plain_name(function)
            name, number = plain, 1
            while (module, name) in taken:
                number += 1
                name = f"{plain}_{number}"
            taken.add((module, name))
            if name != plain:
                found[function] = name
        return found

    def _plain_name(self, function: tree.Function) -> str:
        return names.local(self._snake(function.name)) + self._of_types(function)

    def _of_types(self, function: tree.Function) -> str:
        """The ending that distinguishes the variants of one function, made for different types or functions: the types
        of its parameters, and a number where these are the same."""
        place = (function.module, function.owner, function.span)
        same = [f for f in self.crate.program.functions if (f.module, f.owner, f.span) == place]
        if len(same) < 2:
            return ""
        told = _types_that_differ(function, same)
        alike = [f for f in same if f.name == function.name and _types_that_differ(f, same) == told]
        if len(alike) < 2:
            return told
        return f"{told}_{next(at for at, f in enumerate(alike, 1) if f is function)}"

    def _snake(self, name: str) -> str:
        """A name as Rust writes it, unless another function has that."""
        made = names.snake(name).replace("__", "_")
        return name if any(f.name == made for f in self.crate.program.functions) else made

    def types(self, module: str) -> TypeNames:
        """The names that a file uses."""
        return self._types.setdefault(module, self.crate.types())

    def modules(self) -> dict[str, str]:
        """The files of free functions, by module."""
        grouped: dict[str, list[list[str]]] = {}
        for function in self.crate.program.functions:
            if function.name == "__init__" or self.is_method(function):
                continue
            item = self.info(function).item
            assert item is not None
            grouped.setdefault(self.module(function), []).append(item.lines())
        out: dict[str, str] = {}
        for module, parts in grouped.items():
            types = self.types(module)
            prelude = any("anchor_lang::prelude" not in p and _needs_prelude("\n".join(p)) for p in parts)
            out[module] = file_text(self.crate.source, types, parts, without=f"crate::{module}", prelude=prelude)
        return out

    def methods_of(self, decl: tree.AccountDecl | tree.ClassDecl) -> list[items.RustFunction]:
        """The methods of an own class that the program uses, in the order of the source, its constructor first."""
        methods = [f for f in self.crate.program.functions if f.owner is not None and self.owner(f) is decl]
        methods.sort(key=lambda f: (f.name != "__init__", f.span.line))
        return [item for item in (self.info(m).item for m in methods) if item is not None]

    # --- analysis ---

    @cached_property
    def mixed(self) -> set[tuple[tree.Function, int]]:
        """Parameters (function, position) for unchecked accounts that are given accounts of other kinds somewhere."""
        p = self.crate.program
        bodies = [i.body for i in p.instructions] + [f.body for f in p.functions]
        return {
            (node.function, at)
            for node in walk(bodies)
            if isinstance(node, tree.Call)
            for at, arg in enumerate(node.args)
            if isinstance(arg, tree.Coerce) and is_account(arg.type)
        }

    @cached_property
    def changed(self) -> set[int]:
        """Accounts among the parameters of functions that may hold changes which their data does not show yet."""
        p = self.crate.program
        bodies = [i.body for i in p.instructions] + [f.body for f in p.functions]
        found: set[int] = set()
        before = -1
        while before != (before := len(found)):
            for statements in bodies:
                written = found | _assigned_accounts(statements)
                for node in walk(statements):
                    if isinstance(node, tree.Call):
                        pairs = zip(node.function.params, node.args, strict=True)
                        found |= {param.id for param, arg in pairs if any(_is_id(arg, i) for i in written)}
        return found

    @property
    def effects(self) -> dict[tree.Function, Effects]:
        if self._effects is None:
            self._effects = function_effects(self.crate.program.functions, self._callee)
        return self._effects

    def _callee(self, program: str, instruction: str) -> tuple[set[str], Effects]:
        target = self.crate.program.cpi_targets.get((program, instruction))
        written = set[str]() if target is None else {s.name for s in target.slots if s.writable}
        return written, Effects()

    def info(self, function: tree.Function) -> FunctionInfo:
        found = self._infos.get(function)
        if found is None:
            found = self._analyse(function)
            self._infos[function] = found
            self._write(found)
        return found

    def _analyse(self, function: tree.Function) -> FunctionInfo:
        effects = self.effects.get(function, Effects())
        params: list[ParamInfo] = []
        for p in function.params:
            info = ParamInfo(p, mutable=p.id in effects.writes, account=self._needs_account(function, p))
            info.grows = self._grows(function, p)
            info.any_kind = (function, len(params)) in self.mixed or p.type == PROGRAM
            params.append(info)
        return FunctionInfo(function, params, self._programs(function), constructor_of=self._constructors.get(function))

    def _grows(self, function: tree.Function, param: tree.Local) -> bool:
        """Whether the length of a list changes, under any of its names."""
        known = {param.id}
        for node in walk(function.body):
            if isinstance(node, tree.Assign) and isinstance(node.target, tree.VarTarget):
                if any(_is_id(node.value, i) for i in known):
                    known.add(node.target.local.id)
            elif isinstance(node, tree.Builtin) and operation(node.name).resizes:
                if any(_is_id(node.args[0], i) for i in known):
                    return True
            elif isinstance(node, tree.Call):
                infos = self.info(node.function).params
                if any(p.grows and _is_id(a, i) for p, a in zip(infos, node.args, strict=True) for i in known):
                    return True
        return False

    def _programs(self, function: tree.Function) -> list[str]:
        """Program accounts that the function needs for its calls, as names of implicit accounts."""
        out: list[str] = []
        for node in walk(function.body):
            if isinstance(node, tree.Builtin):
                # Lamports of other accounts than signers are moved without a call.
                called = node.name != "transfer_lamports" or node.args[0].type == SIGNER
                out += operation(node.name).programs if called else ()
            elif isinstance(node, tree.CpiCall):
                out.append(f"{node.program}_program")
                target = self.crate.program.cpi_targets[(node.program, node.instruction.name)]
                out += [s.name for s in target.slots if s.implicit]
            elif isinstance(node, tree.Call):
                out += self.info(node.function).programs
        return list(dict.fromkeys(out))

    def _needs_account(self, function: tree.Function, param: tree.Local) -> bool:
        """Whether the body uses the account itself: its key, its balance, or hands it to a call."""
        if not is_account(param.type):
            return False
        for node in walk(function.body):
            match node:
                case tree.Builtin():
                    if not reads_decoded(node) and any(_is_var(a, param) for a in [*node.args, *node.kwargs.values()]):
                        return True
                case tree.CpiCall():
                    if any(_is_var(a, param) for a in node.accounts.values()):
                        return True
                case tree.SignerSeeds():
                    if node.account is not None and node.account.id == param.id:
                        return True
                case tree.Call():
                    infos = self.info(node.function).params
                    if any(_is_var(a, param) and i.account for a, i in zip(node.args, infos, strict=False)):
                        return True
                case tree.Assign():
                    if _is_var(node.value, param):
                        return True
                case tree.TupleLit() | tree.ListLit() | tree.ArrayLit():
                    if any(_is_var(i, param) for i in node.items):
                        return True
                case _:
                    pass
        return False

    # --- writing ---

    def _write(self, info: FunctionInfo) -> None:
        self.writer(info, self.types(self.module(info.function)))

    def param_type(self, info: ParamInfo, types: TypeNames, lifetime: bool) -> str:
        """The Rust type of a parameter; `lifetime`: accounts are named with `'info`."""
        t = info.local.type
        mut = "mut " if info.mutable else ""
        if isinstance(t, OptionType) and not is_copy(t):
            inner = ParamInfo(tree.Local(-1, "", t.inner), info.mutable, info.account, info.grows)
            return f"Option<{self.param_type(inner, types, lifetime)}>"
        match t:
            case _ if is_copy(t):
                return types.name(t)
            case StrType():
                return "&str"
            case BytesType():
                return "&[u8]"
            case ListType():
                elem = types.name(t.elem)
                return f"&mut Vec<{elem}>" if info.grows else f"&{mut}[{elem}]"
            case ArrayType():
                return f"&{mut}{types.name(t)}"
            case ClassType():
                return f"&{mut}{types.name(t)}"
            case BuiltinAccountType(name=name) if name in SYSVARS:
                return f"&{name}"
            case _:
                return self._account_param(info, types, lifetime)

    def _account_param(self, info: ParamInfo, types: TypeNames, lifetime: bool) -> str:
        t = info.local.type
        life = "'info, " if lifetime else ""
        only = "<'info>" if lifetime else ""
        mut = "mut " if info.mutable else ""
        match t:
            case AccountType() | EmptyType(inner=AccountType()):
                decl = t.decl if isinstance(t, AccountType) else t.inner.decl  # pyright: ignore
                name = types.declared(decl)  # pyright: ignore[reportUnknownArgumentType]
            case BuiltinAccountType(name="TokenAccount"):
                name = self._import(types, "anchor_spl::token", "TokenAccount")
            case BuiltinAccountType(name="TokenMint"):
                name = self._import(types, "anchor_spl::token", "Mint")
            case BuiltinAccountType(name="ProgramData"):
                name = "ProgramData"
            case BuiltinAccountType(name="Signer"):
                return f"&Signer{only}"
            case _:
                return f"&{'AccountInfo' if info.any_kind else 'UncheckedAccount'}{only}"
        return f"&{mut}Account<{life}{name}>" if info.account else f"&{mut}{name}"

    @staticmethod
    def _import(types: TypeNames, module: str, name: str) -> str:
        types.used.add((module, name))
        return name


def _assigned_accounts(statements: list[tree.Stmt]) -> set[int]:
    """Variables of accounts that statements initialize or change, and other names of these variables."""
    out: set[int] = set()
    for node in walk(statements):
        match node:
            case tree.PlaceTarget(place=place):
                out |= {n.local.id for n in walk(place) if isinstance(n, tree.Var)}
            case tree.Builtin(name=name) if name.startswith("list."):
                out |= {n.local.id for n in walk(node.args[0]) if isinstance(n, tree.Var)}
            case tree.InitAccount(param=param):
                out.add(param.id)
            case tree.Call(function=function):
                inner = _assigned_accounts(function.body)
                pairs = zip(function.params, node.args, strict=True)
                out |= {n.local.id for p, a in pairs if p.id in inner for n in walk(a) if isinstance(n, tree.Var)}
            case _:
                pass
    for node in walk(statements):
        if isinstance(node, tree.Assign) and isinstance(node.target, tree.VarTarget) and is_account(node.value.type):
            ids = {n.local.id for n in walk(node.value) if isinstance(n, tree.Var)}
            ids |= {n.param.id for n in walk(node.value) if isinstance(n, tree.InitAccount)}
            if ids & out or node.target.local.id in out:
                out |= ids | {node.target.local.id}
    return out


def _is_id(expr: object, variable: int) -> bool:
    while isinstance(expr, tree.Unwrap | tree.Coerce):
        expr = expr.value
    return isinstance(expr, tree.Var) and expr.local.id == variable


def _is_var(expr: object, local: tree.Local) -> bool:
    return _is_id(expr, local.id)


def reads_decoded(e: tree.Builtin) -> bool:
    """Whether an operation only looks at what an account holds that Rust has decoded."""
    return e.name in PURE_READS


def needs_lifetime(function: tree.Function, infos: RustFunctions) -> bool:
    """Whether the function makes calls with its accounts, which must then live equally long."""
    for node in walk(function.body):
        if isinstance(node, tree.CpiCall):
            return True
        if isinstance(node, tree.Builtin) and (operation(node.name).writes or operation(node.name).calls):
            return True
        if isinstance(node, tree.Call) and needs_lifetime(node.function, infos):
            return True
    return False


def _needs_prelude(text: str) -> bool:
    words = (
        "Result",
        "Pubkey",
        *SYSVARS,
        "Account<",
        "Signer",
        "ProgramError",
        "msg!",
        "require",
        "err!",
        "emit!",
        "Program",
    )
    return any(w in text for w in words) or "UncheckedAccount" in text

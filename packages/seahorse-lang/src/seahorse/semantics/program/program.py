"""Checks one program: its modules, the programs that it imports, and every function that it reaches."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from pathlib import Path

from seahorse.diagnostics import LIBRARY, CompileError, Diagnostic, Sources, Span, fail
from seahorse.semantics.declarations import declare
from seahorse.semantics.declarations.annotations import rules_of, type_of
from seahorse.semantics.declarations.class_syntax import docs_of, pascal_case
from seahorse.semantics.declarations.methods import is_abstract
from seahorse.semantics.declarations.typing_forms.generics import is_generic
from seahorse.semantics.declarations.typing_forms.typing_names import takes_functions
from seahorse.semantics.names.base58 import decode_address
from seahorse.semantics.names.function_order import order_functions
from seahorse.semantics.names.modules import ModuleNames
from seahorse.semantics.names.symbols import (
    AddressSymbol,
    AliasSymbol,
    BoundSymbol,
    ClassInfo,
    ClassSymbol,
    ConstSymbol,
    ConstValue,
    Declaration,
    EnumSymbol,
    FunctionSymbol,
    GenericSymbol,
    InstructionSymbol,
    ModuleScope,
    Symbol,
)
from seahorse.semantics.names.unions import Unions, bases_of, class_key
from seahorse.semantics.program.constants import told_constants
from seahorse.semantics.program.early_reads import changed_reads
from seahorse.semantics.program.functions import FunctionTable
from seahorse.semantics.program.instructions import build_instruction, check_instruction
from seahorse.semantics.program.widths import check_widths
from seahorse.semantics.tree import (
    AccountDecl,
    CheckedInstruction,
    CheckedProgram,
    ClassDecl,
    EnumDecl,
    ErrorCode,
    ErrorDecl,
    ForeignProgram,
    Function,
    class_type,
)
from seahorse.semantics.tree.types import PUBKEY, ClassType, Type, UnionType, union_of
from seahorse.syntax import SourceModule, SourceWorkspace, programs_root

MAX_DIAGNOSTICS = 50


class ProgramChecker:
    """The state of checking one program."""

    def __init__(self, module: SourceModule, workspace: SourceWorkspace, unions: Unions | None = None) -> None:
        self.name = module.name
        self.workspace = workspace
        self.module = module
        self.diagnostics: list[Diagnostic] = []
        self.mistakes = 0
        # Code that the compiler does not check, because it refused a construct in it.
        self._refused: list[Span] = []
        self.infos: dict[ClassDecl | AccountDecl | EnumDecl, ClassInfo] = {}
        self.unions = Unions() if unions is None else unions
        self.open_aliases: list[ast.expr] = []
        self.enums: list[EnumSymbol] = []
        self.foreign: dict[str, ForeignProgram] = {}
        self.foreign_errors: list[ErrorCode] = []
        self.functions = FunctionTable(self)
        self._scopes: dict[tuple[str, str], ModuleScope] = {}
        self._libraries: dict[tuple[str, ...], ModuleScope] = {}
        self._ids: dict[str, ConstSymbol] = {}
        self._declared: list[Declaration] = []
        self._codes: dict[tuple[str, int], ErrorCode] = {}
        self._instructions: dict[tuple[str, str], CheckedInstruction] = {}
        # Instructions by their names in the IDL.
        self._idl_names: dict[str, str] = {}
        self._claimed: dict[tuple[str, str], str] = {}

    # --- base classes ---

    def derived(self, scope: ModuleScope, decl: ClassDecl) -> UnionType | None:
        """The type of a base class whose objects are those of derived classes; None for other classes."""
        key = class_key(decl)
        members = self.unions.known.get(key)
        if members is None or key in self.unions.made:
            return self.unions.made.get(key)
        found: list[ClassType] = []
        for module, name in members:
            home = self._scopes.get((self.name, module)) or scope
            symbol = home.lookup(name)
            if isinstance(symbol, ClassSymbol) and isinstance(symbol.info.decl, ClassDecl):
                found.append(class_type(symbol.info.decl))
        self.unions.made[key] = made = union_of(tuple(found), decl.name, decl)
        return made

    def bases_wanted(self) -> Unions | None:
        """Facts for another check of the program, when the first one found base classes that stand for derived ones."""
        new = self.unions.wanted - self.unions.known.keys()
        if not new:
            return None
        known = dict(self.unions.known)
        infos = sorted(
            (i for i in self.infos.values() if isinstance(i.decl, ClassDecl)),
            key=lambda i: (i.decl.module, i.decl.span.line),
        )
        for key in new:
            known[key] = [
                class_key(i.decl)
                for i in infos
                if isinstance(i.decl, ClassDecl)
                and key in map(class_key, (i.decl, *bases_of(i.decl)))
                and not _is_abstract(i)
            ]
        return Unions(known) if all(known.values()) else None

    # --- diagnostics ---

    def report(self, error: CompileError) -> None:
        """Keep diagnostics and go on; drop those that only follow from a construct that was refused."""
        self.mistakes += 1
        self.diagnostics.extend(
            d for d in error.diagnostics if d not in self.diagnostics and not any(map(d.span.overlaps, self._refused))
        )

    def _refuse(self, module: SourceModule) -> None:
        """Report the constructs that were refused and removed from a module's tree."""
        for refusal in module.refusals:
            if refusal.diagnostic not in self.diagnostics:
                self.diagnostics.append(refusal.diagnostic)
                self._refused.append(refusal.span)

    # --- modules ---

    def scope_of(self, module: SourceModule, importer: ModuleScope | None) -> ModuleScope:
        """The names of a module: of a program by itself, of a library as part of the importer's program."""
        program = module.name if module.is_program or importer is None else importer.program
        key = (program, module.name)
        scope = self._scopes.get(key)
        if scope is None:
            self._refuse(module)
            scope = ModuleNames(self, module, program)
            self._scopes[key] = scope
            if program != self.name and module.is_program:
                folded = self.program_id(scope).folded
                if folded is not None and isinstance(folded.value, AddressSymbol):
                    self.foreign[program] = ForeignProgram(program, folded.value.value, external=module.is_external)
        return scope

    def library(self, module: str, types: dict[str, Type]) -> ModuleScope:
        """A module of the language's own library as a part of this program, its type parameters bound to types."""
        key = (module, *(f"{name}={_identity(t)}" for name, t in types.items()))
        known = self._libraries.get(key)
        if known is None:
            source = self.workspace.load(LIBRARY / f"{module}.py", LIBRARY.parents[1])
            if types:
                # Each binding has functions of its own, so its own syntax.
                name = f"{source.name}_{len(self._libraries)}"
                source = replace(source, name=name, tree=copy.deepcopy(source.tree))
            known = self.scope_of(source, self.scope_of(self.module, None))
            for name, t in types.items():
                known.register(name, BoundSymbol(t))
            self._libraries[key] = known
        return known

    def program_id(self, scope: ModuleScope) -> ConstSymbol:
        """`ID` of the program that a module belongs to."""
        known = self._ids.get(scope.program)
        if known is None:
            home = self._scopes.get((scope.program, scope.program), scope)
            address = _declared_id(home)
            known = ConstSymbol("ID", home, ast.Constant(None), None, ConstValue(AddressSymbol(address), PUBKEY), True)
            self._ids[scope.program] = known
        return known

    def id_of(self, program: str) -> bytes:
        """The address of a program whose module has been loaded."""
        folded = self._ids[program].folded
        assert folded is not None
        assert isinstance(folded.value, AddressSymbol)
        return folded.value.value

    # --- declarations ---

    def declare_class(self, scope: ModuleScope, node: ast.ClassDef) -> Symbol:
        return declare.declare_class(scope, node)

    def class_for(self, symbol: GenericSymbol, types: list[Type]) -> ClassSymbol:
        return declare.class_for(symbol, types)

    def type_of(self, scope: ModuleScope, node: ast.expr) -> Type:
        return type_of(scope, node)

    def collect(self, scope: ModuleScope, decl: Declaration) -> None:
        """Keep a declaration for the program that it belongs to."""
        if scope.program == self.name:
            self._claim(decl)
            self._declared.append(decl)
            return
        program = self.foreign.get(scope.program)
        if program is None:
            return
        match decl:
            case AccountDecl():
                program.accounts[decl.name] = decl
            case ClassDecl():
                program.classes[decl.name] = decl
            case EnumDecl():
                program.enums[decl.name] = decl
            case ErrorDecl():
                program.errors[decl.name] = decl

    def _claim(self, decl: Declaration) -> None:
        """One IDL has one type of a name, whatever modules they come from."""
        key = ("type", decl.name)
        other = self._claimed.get(key)
        if other is not None:
            raise fail(
                decl.span, f"`{decl.name}` is defined in `{other}` too", "types of one program have different names"
            )
        self._claimed[key] = decl.module

    def claim_code(self, scope: ModuleScope, code: ErrorCode, span: Span) -> None:
        """Refuse an error number that the program has already."""
        key = (scope.program, code.code)
        other = self._codes.get(key)
        if other is not None:
            raise fail(
                span, f"error code {code.code} is `{other.enum}.{other.name}` already", "give each error its own number"
            )
        self._codes[key] = code

    def use_error(self, program: str, code: ErrorCode) -> None:
        if program != self.name and code not in self.foreign_errors:
            self.foreign_errors.append(code)

    def is_foreign(self, decl: ClassDecl | AccountDecl) -> bool:
        """Whether a class belongs to another program."""
        info = self.infos.get(decl)
        return info is not None and info.scope.program != self.name

    def method(self, info: ClassInfo, name: str) -> Function:
        return self.functions.method(info, name)

    def instruction(self, symbol: InstructionSymbol) -> CheckedInstruction:
        """An instruction's signature: accounts and arguments, without a body."""
        key = (symbol.scope.name, symbol.node.name)
        known = self._instructions.get(key)
        if known is None:
            known = build_instruction(symbol.scope, symbol.node)
            self._instructions[key] = known
            program = self.foreign.get(symbol.scope.program)
            if program is not None:
                program.instructions[known.name] = known
        return known

    # --- the whole program ---

    def run(self) -> CheckedProgram:
        scope = self.scope_of(self.module, None)
        try:
            identity = self.program_id(scope).folded
        except CompileError as error:
            self.report(error)
            identity = None
        scope.check_stars()
        scopes = [*scope.parts(), scope]
        for part in scopes:
            for name in part.entries:
                declare.guard(part, name)
        instructions: list[CheckedInstruction] = []
        for part in scopes:
            for name in part.entries:
                try:
                    self._entry(part, name, instructions)
                except CompileError as error:
                    self.report(error)
        self.functions.check_all()
        reached = order_functions(self, instructions)
        declared = list(self._declared)
        for part in scopes:
            self._check_rest(part)
        if not self.diagnostics:
            for error in check_widths(self.functions.generic):
                self.report(error)
            for error in (e for i in instructions for e in changed_reads(i)):
                self.report(error)
        if self.diagnostics:
            raise CompileError(sorted_diagnostics(self.diagnostics))
        assert identity is not None
        assert isinstance(identity.value, AddressSymbol)
        return self._result(identity.value.value, instructions, reached, declared)

    def _entry(self, scope: ModuleScope, name: str, instructions: list[CheckedInstruction]) -> None:
        entry = scope.entries[name]
        if isinstance(entry, tuple):
            return
        symbol = scope.lookup(name)
        if isinstance(symbol, InstructionSymbol):
            other = self._idl_names.get(pascal_case(name))
            if other is not None:
                span = scope.name_span(symbol.node, name)
                raise fail(
                    span, f"instructions `{other}` and `{name}` get the same name in the IDL", "rename one of them"
                )
            instruction = self.instruction(symbol)
            instructions.append(instruction)
            self._idl_names[pascal_case(instruction.name)] = instruction.name
            check_instruction(scope, symbol.node, instruction)
        elif isinstance(symbol, ConstSymbol):
            self.functions.check_constant(symbol)
        elif isinstance(symbol, AliasSymbol):
            rules_of(scope, symbol.node)

    def _check_rest(self, scope: ModuleScope) -> None:
        """Check the functions that no instruction reaches: they are not part of the program, but their mistakes are
        reported."""
        for name in scope.entries:
            try:
                symbol = scope.lookup(name)
                if isinstance(scope.entries[name], tuple):
                    continue
                if isinstance(symbol, FunctionSymbol):
                    if not is_generic(symbol.scope, symbol.node) and not takes_functions(symbol.node):
                        self.functions.function(symbol)
                elif isinstance(symbol, GenericSymbol):
                    for made in list(symbol.made.values()):
                        self._check_members(made.info)
                elif isinstance(symbol, ClassSymbol | EnumSymbol):
                    self._check_members(symbol.info)
            except CompileError as error:
                self.report(error)
        self.functions.check_all()

    def _check_members(self, info: ClassInfo) -> None:
        if info.is_protocol:
            return
        if isinstance(info.decl, ClassDecl) and class_key(info.decl) in self.unions.known and _is_abstract(info):
            # Its methods are checked for each derived class, whose objects are the only ones that there are.
            return
        for symbol, home in info.constants.values():
            if home is info:
                try:
                    self.functions.check_constant(symbol)
                except CompileError as error:
                    self.report(error)
        for name, (syntax, definer) in info.methods.items():
            if takes_functions(syntax) or is_generic(definer.scope, syntax):
                continue
            try:
                self.method(info, name)
            except CompileError as error:
                self.report(error)

    def _own_scopes(self) -> list[ModuleScope]:
        """The modules that belong to the program, without those of the language's own library."""
        own = [s for (program, _), s in self._scopes.items() if program == self.name]
        return [s for s in own if not s.name.startswith("seahorse.library.")]

    def _result(
        self,
        identity: bytes,
        instructions: list[CheckedInstruction],
        reached: list[Function],
        declared: list[Declaration],
    ) -> CheckedProgram:
        classes = [d for d in declared if isinstance(d, ClassDecl)]
        return CheckedProgram(
            name=self.name,
            path=str(self.module.path),
            id=identity,
            docs=docs_of(self.module.tree),
            instructions=instructions,
            accounts=[d for d in declared if isinstance(d, AccountDecl)],
            classes=[d for d in classes if not d.is_event],
            events=[d for d in classes if d.is_event],
            enums=[d for d in declared if isinstance(d, EnumDecl)],
            errors=[d for d in declared if isinstance(d, ErrorDecl)],
            foreign_errors=self.foreign_errors,
            functions=reached,
            foreign=self.foreign,
            constants=told_constants(self._own_scopes()),
            external=self.module.is_external,
        )


def sorted_diagnostics(found: list[Diagnostic]) -> list[Diagnostic]:
    """In order of file and position, at most `MAX_DIAGNOSTICS`."""
    return sorted(found, key=lambda d: (d.span.file, d.span.line, d.span.col))[:MAX_DIAGNOSTICS]


def _identity(t: Type) -> str:
    """The same for the same type: two classes of one name differ."""
    return f"{t}/{hash(t)}"


def _declared_id(scope: ModuleScope) -> bytes:
    call = scope.module.declare_id
    if call is None:
        raise fail(
            scope.module.source.start(),
            "this module is not a program",
            "write `declare_id('...')` with the program's address",
        )
    match call.args:
        case [ast.Constant(value=str() as text)] if not call.keywords or scope.module.is_external:
            address = decode_address(text)
            if address is None:
                raise fail(
                    scope.span(call.args[0]),
                    "this is not an address",
                    "an address is 32 bytes in base58; `seahorse keys sync` writes it",
                )
            return address
        case _:
            raise fail(
                scope.span(call), "`declare_id` takes the program's address as a string literal", "`declare_id('...')`"
            )


def _is_abstract(info: ClassInfo) -> bool:
    return any(is_abstract(home.scope, syntax) for syntax, home in info.methods.values())


def check_program(path: Path, sources: Sources, workspace: SourceWorkspace | None = None) -> CheckedProgram:
    """Check the program at `path`. Raises `CompileError` with every mistake found, and nothing else.

    Give the same `workspace` to the programs of one build: each file is then read and parsed once.
    """
    workspace = workspace or SourceWorkspace(sources)
    try:
        module = workspace.load(path, programs_root(path))
        checker = ProgramChecker(module, workspace)
        while True:
            try:
                checked = checker.run()
                unions = checker.bases_wanted()
                if unions is None:
                    return checked
            except CompileError:
                unions = checker.bases_wanted()
                if unions is None:
                    raise
            checker = ProgramChecker(module, workspace, unions)
    except RecursionError:
        span = Span(str(path), 1, 1, 1, 2)
        raise fail(span, "this program is nested too deeply", "split long expressions and chains of classes") from None

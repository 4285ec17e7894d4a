"""Names of one module: what it defines and imports, each resolved when it is first needed."""

from __future__ import annotations

import ast
import sys

from seahorse.diagnostics import CompileError, Span, fail
from seahorse.semantics.names.near import near
from seahorse.semantics.names.prelude_names import (
    BASES,
    GENERICS,
    HINTS,
    MATH,
    OF_THE_LIBRARY,
    PRELUDE,
    RESERVED,
    SILENT_MODULES,
    TYPES,
    UNCOMPUTED,
)
from seahorse.semantics.names.symbols import (
    AliasSymbol,
    Checker,
    ClassSymbol,
    ConstSymbol,
    Entry,
    EnumSymbol,
    FunctionSymbol,
    GenericSymbol,
    InstructionSymbol,
    ModuleScope,
    ModuleSymbol,
    PackageSymbol,
    PreludeSymbol,
    Symbol,
    TypeVarSymbol,
    is_type_statement,
)
from seahorse.semantics.names.unknown import no_math, similar, unknown_name
from seahorse.syntax import Package, RefusedStatement, SourceModule

TYPE_BUILDERS = {
    "Literal",
    "List",
    "list",
    "Array",
    "Dict",
    "dict",
    "Set",
    "set",
    "Optional",
    "Union",
    "Tuple",
    "tuple",
    "String",
    "Empty",
    "Annotated",
}


class ModuleNames:
    """The module-level names of one module, as part of one program.

    A library module imported by two programs has a scope in each. `program` is the program that its code belongs to.
    """

    def __init__(self, checker: Checker, module: SourceModule, program: str) -> None:
        self.checker = checker
        self.module = module
        self.program = program
        self.entries: dict[str, Entry] = {}
        self._stars: list[ast.ImportFrom] = []
        # Names imported from Python's own library, each with its module. Editors add such imports by themselves, so
        # only their use is a mistake.
        self._python: dict[str, str] = {}
        # Names of Python's `math`, or the module itself, by the name that an import gives them.
        self._mathematics: dict[str, PreludeSymbol] = {}
        # None: the definition is wrong, or being resolved.
        self._resolved: dict[str, Symbol | None] = {}
        self._collect()

    @property
    def name(self) -> str:
        return self.module.name

    def span(self, node: ast.AST) -> Span:
        return self.module.source.span(node)

    # --- collecting ---

    def _collect(self) -> None:
        for node in self.module.tree.body:
            try:
                self._statement(node)
            except CompileError as error:
                self.checker.report(error)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.ClassDef() | ast.FunctionDef():
                self._define(node.name, node, node)
                self._no_instruction(node)
            case ast.Assign(targets=[ast.Name(id=name)]):
                self._define(name, node, node.targets[0])
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                self._define(name, node, node.target)
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                pass
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                # Its imports are for annotations, which the editor reads as well.
                for inner in [*(s for s in node.body if isinstance(s, ast.Import | ast.ImportFrom)), *node.orelse]:
                    self._statement(inner)
            case RefusedStatement(names=names):
                self._resolved |= dict.fromkeys(names)
            case ast.Expr(value=ast.Call(func=ast.Name(id="declare_id")) as call):
                if call is not self.module.declare_id:
                    raise fail(
                        self.span(call), "`declare_id` is called twice", "a program has one id: remove this line"
                    )
            case _ if is_type_statement(node):
                self._define(node.name.id, node, node.name)
            case _:
                raise fail(
                    self.span(node),
                    "a module cannot run statements",
                    "move this into a function; a module holds imports, classes, functions and constants",
                )

    def _define(self, name: str, node: Entry, at: ast.AST) -> None:
        if name in RESERVED:
            raise fail(
                self.name_span(at, name),
                f"`{name}` is a name of the prelude and cannot be redefined",
                "choose another name",
            )
        if name.startswith("__"):
            raise fail(self.name_span(at, name), "names that start with `__` are reserved", "choose another name")
        if name in self.entries:
            raise fail(self.name_span(at, name), f"`{name}` is defined twice in this module", "rename one of them")
        self.entries[name] = node

    def _no_instruction(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        if self.module.is_program or self.module is self.checker.module:
            return
        if self.checker.workspace.home_of(self.module) is not None:
            return
        for decorator in node.decorator_list:
            named = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(named, ast.Name) and named.id == "instruction":
                raise fail(
                    self.name_span(node, node.name),
                    "a library module cannot have instructions",
                    "put it in the program, or in a module of the program's folder",
                )

    def name_span(self, node: ast.AST, name: str) -> Span:
        """The span of the name in `class X` or `def x`, or of the node itself."""
        span = self.span(node)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef):
            return span
        lines = self.module.source.lines
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        at = line.find(name, span.col - 1 + (5 if isinstance(node, ast.ClassDef) else 3))
        return Span(span.file, span.line, at + 1, span.line, at + 1 + len(name)) if at >= 0 else span

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "math":
                    self._add_math(alias.asname or "math", "math", alias)
                elif self._is_python(alias.name):
                    self._python[alias.asname or alias.name.split(".")[0]] = alias.name
                elif alias.name not in SILENT_MODULES:
                    self._add_import(alias.asname or alias.name.split(".")[0], (node, alias))
            return
        if not node.level and node.module == "math":
            for alias in node.names:
                for name in sorted(MATH) if alias.name == "*" else [alias.name]:
                    self._add_math(alias.asname or name, f"math.{name}", alias)
            return
        if not node.level and node.module in SILENT_MODULES:
            self._prelude_import(node)
            return
        if not node.level and node.module is not None and self._is_python(node.module):
            self._python |= {alias.asname or alias.name: node.module for alias in node.names}
            return
        for alias in node.names:
            if alias.name == "*":
                self._stars.append(node)
            else:
                self._add_import(alias.asname or alias.name, (node, alias))

    def _add_math(self, name: str, path: str, at: ast.alias) -> None:
        """Make a name of Python's `math` known under the name that an import gives it."""
        of = path.removeprefix("math.")
        if path != "math" and of not in MATH:
            raise fail(self.span(at), f"`math.{of}` is not part of the language", no_math(of))
        self._mathematics[name] = PreludeSymbol(path)

    def _is_python(self, name: str) -> bool:
        """Whether a module is of Python's standard library, and not of the workspace."""
        if name.split(".")[0] not in sys.stdlib_module_names or name in SILENT_MODULES:
            return False
        return self.checker.workspace.find(name, self.module.root, self.module.path.parent) is None

    def _add_import(self, name: str, entry: tuple[ast.Import | ast.ImportFrom, ast.alias]) -> None:
        known = self.entries.get(name)
        if known is not None and not isinstance(known, tuple):
            raise fail(self.span(entry[0]), f"`{name}` is defined twice in this module", "import it under another name")
        self.entries.setdefault(name, entry)

    def _prelude_import(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.asname and alias.asname != alias.name:
                same = self.module.source.instead(alias, alias.name)
                raise fail(self.span(alias), "names of the prelude cannot be renamed", f"write `{alias.name}`", same)
            known = PRELUDE | {"annotations", "*", "Any", "Callable"}
            if alias.name not in known and node.module in sys.stdlib_module_names | {"typing_extensions"}:
                self._python[alias.name] = node.module or ""
            elif alias.name not in known:
                raise fail(
                    self.span(alias),
                    f"`{alias.name}` of `{node.module}` is not part of the language",
                    HINTS.get(alias.name, "remove this import"),
                )

    # --- resolving ---

    def lookup(self, name: str) -> Symbol | None:
        """The symbol of a name in this module, or None. Raises `CompileError` when its definition is wrong."""
        if name in self._resolved:
            known = self._resolved[name]
            if known is None:
                raise CompileError([])
            return known
        entry = self.entries.get(name)
        if entry is None:
            if name == "ID":
                return self.checker.program_id(self)
            if name in self._mathematics:
                return self._mathematics[name]
            return self.from_stars(name, set()) or (PreludeSymbol(name) if self._given(name) else None)
        self._resolved[name] = None
        try:
            symbol = self._resolve(name, entry)
        except CompileError as error:
            # The compiler reports a wrong definition once, where it is, and not again at each use.
            self.checker.report(error)
            raise CompileError([]) from None
        self._resolved[name] = symbol
        return symbol

    def _given(self, name: str) -> bool:
        """Whether every module has a name; the language's library has some more."""
        return name in PRELUDE or (name in OF_THE_LIBRARY and self.module.name.startswith("seahorse.library."))

    def member(self, name: str) -> Symbol | None:
        """A name as seen by an importer: the prelude is not exported."""
        if name in self.entries:
            return self.lookup(name)
        if name == "ID" and self.module.is_program:
            return self.checker.program_id(self)
        return self.from_stars(name, set())

    def check_stars(self) -> None:
        """Report `from module import *` of what is not a module."""
        for node in self._stars:
            try:
                found = self._module_of(node)
                if isinstance(found, Package):
                    name = node.module or "."
                    raise fail(
                        self.span(node), f"`{name}` is a package, which defines no names", "import a module of it"
                    )
                self._as_symbol(found, node.module or ".", node)
            except CompileError as error:
                self.checker.report(error)

    def register(self, name: str, symbol: Symbol) -> None:
        """Register a declaration before it is complete, so that declarations can refer to each other."""
        self._resolved[name] = symbol

    def from_stars(self, name: str, seen: set[ModuleScope]) -> Symbol | None:
        """A name that `from module import *` imports; `seen`: the modules searched so far."""
        seen.add(self)
        for node in self._stars:
            target = self._module_of(node)
            if target is None or isinstance(target, Package) or target in seen:
                continue
            if name in target.entries:
                return target.lookup(name)
            found = target.from_stars(name, seen)
            if found is not None:
                return found
        return None

    def _resolve(self, name: str, entry: Entry) -> Symbol:
        if isinstance(entry, tuple):
            return self._imported(*entry)
        if isinstance(entry, ast.ClassDef):
            return self.checker.declare_class(self, entry)
        if isinstance(entry, ast.FunctionDef):
            return self._function(entry)
        if isinstance(entry, ast.Assign) and isinstance(entry.value, ast.Call):
            func = entry.value.func
            word = self.symbol(func) if isinstance(func, ast.Name) else None
            if isinstance(word, PreludeSymbol) and word.name == "TypeVar":
                return TypeVarSymbol(name)
        if is_type_statement(entry):
            return AliasSymbol(name, self, entry.value)
        annotation = entry.annotation if isinstance(entry, ast.AnnAssign) else None
        value = entry.value
        assert value is not None
        said = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        word = self.symbol(said) if isinstance(said, ast.Name) else None
        if isinstance(word, PreludeSymbol) and word.name == "Final":
            annotation = annotation.slice if isinstance(annotation, ast.Subscript) else None
        is_alias = isinstance(word, PreludeSymbol) and word.name == "TypeAlias"
        if is_alias or (annotation is None and self.is_type(value)):
            same = self.symbol(value) if isinstance(value, ast.Name | ast.Attribute) else None
            if same is not None and not isinstance(same, PreludeSymbol):
                return same
            return AliasSymbol(name, self, value)
        return ConstSymbol(name, self, value, annotation)

    def _function(self, node: ast.FunctionDef) -> Symbol:
        decorators = [self._decorator(d) for d in node.decorator_list]
        if not decorators:
            return FunctionSymbol(self, node)
        if decorators == ["instruction"]:
            return InstructionSymbol(self, node)
        raise fail(
            self.span(node.decorator_list[0]),
            "this decorator is not supported on a function",
            "a function is plain, or has `@instruction` alone: call the other function in its body",
        )

    def _decorator(self, node: ast.expr) -> str:
        if isinstance(node, ast.Call):
            called = self._decorator(node.func)
            return called if called == "instruction" else ""
        symbol = self.lookup(node.id) if isinstance(node, ast.Name) else None
        return symbol.name if isinstance(symbol, PreludeSymbol) else ""

    def is_type(self, node: ast.expr) -> bool:
        """Whether a module-level value is a type expression, so that the assignment is an alias."""
        match node:
            case ast.Subscript(value=ast.Name(id=name)) if name in TYPE_BUILDERS:
                return name not in self.entries
            case ast.Call(func=ast.Name(id=name)):
                return name == "NewType" and name not in self.entries
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                # A side that nothing defines is told as what it is: a type that is missing.
                sides = [self.is_type(s) for s in (left, right)]
                return (sides[0] and (sides[1] or _is_none(right) or self._is_missing(right))) or (
                    sides[1] and self._is_missing(left)
                )
            case ast.Name() | ast.Attribute():
                symbol = self.symbol(node)
                if isinstance(symbol, PreludeSymbol):
                    return symbol.name in TYPES or symbol.name in GENERICS or symbol.name in BASES
                return isinstance(symbol, ClassSymbol | EnumSymbol | AliasSymbol)
            case ast.Subscript(value=ast.Name() as head):
                return isinstance(self.symbol(head), GenericSymbol)
            case _:
                return False

    def _is_missing(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.lookup(node.id) is None

    # --- imports ---

    def _module_of(self, node: ast.Import | ast.ImportFrom, dotted: str | None = None) -> ModuleScope | Package | None:
        name = dotted if dotted is not None else getattr(node, "module", None) or ""
        near = self.module.path.parent
        if isinstance(node, ast.ImportFrom) and node.level:
            for _ in range(node.level - 1):
                near = near.parent
            if not name:
                return Package("", near)
            found = self.checker.workspace.inside(near, name, self.module.root)
        else:
            found = self.checker.workspace.find(name, self.module.root, near)
        if isinstance(found, SourceModule):
            self._no_part_of_another(found, node)
            return self.checker.scope_of(found, self)
        return found

    def _no_part_of_another(self, found: SourceModule, at: ast.AST) -> None:
        """Refuse a module of another program's folder: it is compiled into that program."""
        home = self.checker.workspace.home_of(found)
        if home is not None and home is not found and home.name != self.program:
            raise fail(
                self.span(at),
                f"`{found.name}` is a part of program `{home.name}`",
                f"write `import {home.name}`, and `{home.name}.NAME` for what it has",
            )

    def parts(self) -> list[ModuleScope]:
        """The modules of this program's folder whose names it has by `from ... import *`, each once, in order."""
        found: list[ModuleScope] = []
        for node in self._stars:
            target = self._module_of(node)
            if target is None or isinstance(target, Package) or target in found:
                continue
            if self.checker.workspace.home_of(target.module) is self.module:
                found.append(target)
        return found

    def _imported(self, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> Symbol:
        if isinstance(node, ast.Import):
            dotted = alias.name if alias.asname else alias.name.split(".")[0]
            return self._as_symbol(self._module_of(node, dotted), alias.name, alias)
        target = self._module_of(node)
        if target is not None and not isinstance(target, Package):
            symbol = target.member(alias.name)
            if symbol is None:
                hint = similar(alias.name, target.entries) or f"define it in {target.module.path.name}"
                close = near(alias.name, target.entries)
                named = self.module.source.first_name(alias, alias.name, close) if close else None
                raise fail(self.span(alias), f"module `{target.name}` has no `{alias.name}`", hint, named)
            return symbol
        if isinstance(target, Package):
            return self.in_package(PackageSymbol(target, self), alias.name, alias)
        return self._as_symbol(None, node.module or "", node)

    def in_package(self, package: PackageSymbol, name: str, at: ast.AST) -> Symbol:
        """A module or package inside a package."""
        path = package.package.path
        found = self.checker.workspace.inside(path, name, self.module.root)
        if isinstance(found, SourceModule):
            return ModuleSymbol(self.checker.scope_of(found, self))
        if isinstance(found, Package):
            return PackageSymbol(found, self)
        raise fail(self.span(at), f"there is no module `{name}` in `{path.name}`", f"create {path.name}/{name}.py")

    def _as_symbol(self, found: ModuleScope | Package | None, name: str, at: ast.AST) -> Symbol:
        if isinstance(found, Package):
            return PackageSymbol(found, self)
        if found is not None:
            return ModuleSymbol(found)
        file = f"{name.replace('.', '/')}.py"
        hint = f"create {file} beside this program, or correct the name; no package of others can be compiled"
        raise fail(self.span(at), f"there is no module `{name}` in this workspace", HINTS.get(name, hint))

    # --- paths ---

    def symbol(self, node: ast.expr) -> Symbol | None:
        """The symbol of a dotted path that starts at a module-level name; None when it is not one."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id)
        if isinstance(node, ast.Attribute):
            base = self.symbol(node.value)
            return None if base is None else self.attribute(base, node)
        return None

    def attribute(self, base: Symbol, node: ast.Attribute) -> Symbol | None:
        """The symbol of `base.attr` for a module or package, and for a constant of a class; None for anything else."""
        if isinstance(base, ClassSymbol | EnumSymbol):
            constant = base.info.constants.get(node.attr)
            return None if constant is None else constant[0]
        if isinstance(base, PackageSymbol):
            return self.in_package(base, node.attr, node)
        if isinstance(base, PreludeSymbol) and base.name == "math":
            if node.attr not in MATH:
                close = near(node.attr, MATH) if node.attr not in UNCOMPUTED else None
                named = self.module.source.attribute(node, close) if close else None
                message = f"`math.{node.attr}` is not part of the language"
                raise fail(self.span(node), message, no_math(node.attr), named)
            return PreludeSymbol(f"math.{node.attr}")
        if not isinstance(base, ModuleSymbol):
            return None
        found = base.scope.member(node.attr)
        if found is None:
            hint = similar(node.attr, base.scope.entries) or f"define it in {base.scope.module.path.name}"
            close = near(node.attr, base.scope.entries)
            named = self.module.source.attribute(node, close) if close else None
            raise fail(self.span(node), f"module `{base.scope.name}` has no `{node.attr}`", hint, named)
        return found

    def unknown(self, node: ast.Name, others: list[str]) -> CompileError:
        """The error for a name that nothing defines."""
        return unknown_name(self.module, node, [*others, *self.entries], self._python)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

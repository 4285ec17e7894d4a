"""A program as CPython executes it: its modules, its classes, and its instructions as functions."""

from __future__ import annotations
import __future__

import ast
import builtins
import copy
import linecache
import types
from collections.abc import Callable, Mapping
from typing import Any, cast

from seahorse.diagnostics import LIBRARY
from seahorse.engine.code.facts import facts_of
from seahorse.engine.code.imports import Importer, settle
from seahorse.engine.code.rewrite import Rewriter, at
from seahorse.engine.state.context import current
from seahorse.engine.values import names
from seahorse.engine.values.objects import AnyAccount, Object
from seahorse.ir import nodes as ir
from seahorse.prelude.modules.statements import ModuleExecution, Statements
from seahorse.semantics.names.written import MODULE, WRITTEN
from seahorse.semantics.tree import AccountDecl, ClassDecl, EnumDecl, Expr
from seahorse.syntax.loader import Package, SourceModule, SourceWorkspace
from seahorse.syntax.walk import walk_syntax

_FLAGS = __future__.annotations.compiler_flag


class Forms:
    """The programs of one compilation, each loaded when something of it is first needed."""

    def __init__(self, workspace: SourceWorkspace, lowered: dict[str, tuple[ir.LoweredProgram, SourceModule]]) -> None:
        self.workspace = workspace
        self._lowered = lowered
        self._made: dict[str, ProgramCode] = {}
        self.unsettled: list[types.ModuleType] = []

    def has(self, name: str) -> bool:
        return name in self._lowered

    def program(self, name: str) -> ProgramCode:
        """A program by its module's name. Raises KeyError."""
        if name not in self._made:
            self._made[name] = ProgramCode(self, *self._lowered[name])
        return self._made[name]

    def call(self, program: str, instruction: str) -> Callable[..., Any]:
        """An instruction of another program, as the program that imports it calls it."""

        def cpi(*args: Any, **kwargs: Any) -> Any:
            return current().call(program, instruction, args, kwargs)

        cpi.__name__ = instruction
        return cpi


class ProgramCode:
    """One program. It makes the definitions of its modules when a call first needs them, and makes them again when a
    call could have changed them."""

    def __init__(self, forms: Forms, program: ir.LoweredProgram, module: SourceModule) -> None:
        self.forms = forms
        self.ir = program
        self.id = program.id
        self.main = module
        self.facts = facts_of(program)
        self._code: dict[str, Statements] = {}
        self._changeable = False
        self._reset()

    @property
    def event_authority(self) -> bytes | None:
        """The address that signs events which are calls of the program itself, where it has such events."""
        with_calls = (i for i in self.ir.instructions if i.event_authority is not None)
        return next((i.slots[i.event_authority or 0].address for i in with_calls), None)

    def instruction(self, data: bytes) -> ir.Instruction | None:
        """The instruction that data begins with; else the one that takes everything, if there is one."""
        found = next((i for i in self.ir.instructions if not i.fallback and data.startswith(i.discriminator)), None)
        return found or next((i for i in self.ir.instructions if i.fallback), None)

    def _reset(self) -> None:
        self.modules: dict[str, types.ModuleType] = {}
        self._executing: dict[str, ModuleExecution] = {}
        self._classes: dict[ClassDecl | AccountDecl | EnumDecl, type[Any]] = {}
        self._events: dict[type[Any], ClassDecl] = {}
        self._accounts: dict[type[Any], AccountDecl] = {}
        self._importer = Importer(self)

    def refresh(self) -> None:
        """Begin a call: on the chain a module's values are new in each."""
        if self._changeable:
            self._reset()
        self.module(self.main)

    # --- modules ---

    def module(self, module: SourceModule) -> types.ModuleType:
        """A module of this program, executed when it is first needed."""
        known = self.modules.get(module.name)
        if known is not None:
            return known
        made = types.ModuleType(module.name)
        self.modules[module.name] = made
        made.__file__ = module.source.file
        given = {**vars(builtins), **names.NAMES, **self.written(), **names.BUILTINS, **names.HELPERS, "ID": self.key}
        made.__dict__.update(__builtins__=given | {"__import__": self._importer.importing(module)}, ID=self.key)
        self._executing[module.name] = execution = self._statements(module).execute(made)
        try:
            execution.run()
        except BaseException:
            del self.modules[module.name]
            raise
        finally:
            del self._executing[module.name]
        self._changeable = self._changeable or any(map(_can_change, made.__dict__.values()))
        self.forms.unsettled = settle([*self.forms.unsettled, made])
        return made

    def written(self) -> dict[str, Callable[..., Any]]:
        """The functions that the language's library has and Python has not, as this program runs them."""
        return {name: self._written(name) for name in WRITTEN if not hasattr(builtins, name)}

    def _written(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self.module(self.library(MODULE)).__dict__[name](*args, **kwargs)

        return call

    def library(self, name: str) -> SourceModule:
        """A module of the language's library."""
        return self.forms.workspace.load(LIBRARY / f"{name}.py", LIBRARY.parents[1])

    @property
    def key(self) -> Any:
        return names.Pubkey.of(self.id)

    def executing(self, module: SourceModule) -> bool:
        """Whether a module is being executed just now."""
        return module.name in self._executing

    def has(self, module: SourceModule, name: str) -> bool:
        """Whether a module has a name, which may be one that it only defines further down."""
        made = self.module(module)
        execution = self._executing.get(module.name)
        return name in made.__dict__ or (execution is not None and execution.define(name))

    def _statements(self, module: SourceModule) -> Statements:
        known = self._code.get(module.name)
        if known is None:
            tree = Rewriter(module, self.facts).visit(copy.deepcopy(module.tree))
            known = Statements(ast.fix_missing_locations(tree), module.source.file, _FLAGS)
            self._code[module.name] = known
            # Tracebacks and debuggers show the source, also when it is in no file (any more).
            lines = [line + "\n" for line in module.source.lines]
            linecache.cache[module.source.file] = (len(module.source.text), None, lines, module.source.file)
        return known

    # --- what is found by name ---

    def function(self, name: str) -> Callable[..., Any]:
        """An instruction's function."""
        return self.module(self.main).__dict__[name]

    def class_of(self, decl: ClassDecl | AccountDecl | EnumDecl) -> type[Any]:
        """The class that a declaration made: this program's own, or that of the program which declares it."""
        found = self._classes.get(decl)
        if found is None:
            found = self._found(decl)
            self._classes[decl] = found
        return found

    def _found(self, decl: ClassDecl | AccountDecl | EnumDecl) -> type[Any]:
        foreign = isinstance(decl, AccountDecl) and decl.program != self.ir.name
        homes = [] if foreign else [self]
        homes += [self.forms.program(name) for name in self.ir.foreign if self.forms.has(name)]
        for home in homes:
            if home is not self:
                home.module(home.main)
            module = home.modules.get(decl.module)
            name = decl.label if isinstance(decl, ClassDecl) else decl.name
            if module is not None and isinstance(found := module.__dict__.get(name), type):
                return found
        raise KeyError(f"{decl.module}.{decl.name}")

    def event(self, cls: type[Any]) -> ClassDecl:
        """The declaration of an event's class."""
        if cls not in self._events:
            for decl in self.ir.events:
                self._events[self.class_of(decl)] = decl
        return self._events[cls]

    def account(self, cls: type[Any]) -> AccountDecl | None:
        """The declaration of an account's class, when it is one of this program."""
        if cls not in self._accounts:
            self._accounts.update({self.class_of(decl): decl for decl in self.ir.accounts})
        return self._accounts.get(cls)

    def evaluate(self, value: Expr, values: dict[str, Any], written: Mapping[Expr, ast.expr]) -> Any:
        """An expression of the source, such as the space of an `init`, with the parameters of its instruction.

        `written`: those in which the compiler has put what variables were given in their place.
        """
        span = value.span
        home = next(m for m in self.forms.workspace.modules() if m.source.file == span.file)
        found = written.get(value) or next(
            n for n in walk_syntax(home.tree) if isinstance(n, ast.expr) and home.source.span(n) == span
        )
        body = Rewriter(home, self.facts).visit(copy.deepcopy(found))
        code = compile(at(found, ast.Expression(body)), home.source.file, "eval", _FLAGS, dont_inherit=True)
        return eval(code, self.module(home).__dict__, values)

    def other(self, name: str) -> ProgramCode:
        """Another program of the workspace."""
        return self.forms.program(name)

    def calling(self, program: str, instruction: str) -> Callable[..., Any] | None:
        """An instruction of another program, as a function; None when it has none of this name."""
        known = any(i.name == instruction for i in self.forms.program(program).ir.instructions)
        return self.forms.call(program, instruction) if known else None

    def inside(self, package: Package, name: str) -> SourceModule | Package | None:
        """A module or package of a package."""
        return self.forms.workspace.inside(package.path, name, self.main.root)

    def find(self, dotted: str, near: SourceModule, level: int) -> SourceModule | Package | None:
        """The modules that an import statement names."""
        folder = near.path.parent
        if not level:
            return self.forms.workspace.find(dotted, near.root, folder)
        for _ in range(level - 1):
            folder = folder.parent
        return self.forms.workspace.inside(folder, dotted, near.root) if dotted else Package("", folder)


def _can_change(value: Any) -> bool:
    """Whether an instruction could change a value that a module holds, as itself or as the default of an argument."""
    if isinstance(value, types.FunctionType):
        return any(map(_can_change, [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]))
    if isinstance(value, tuple):
        return any(map(_can_change, cast("tuple[Any, ...]", value)))
    if isinstance(value, type) and issubclass(value, Object | AnyAccount):
        return any(isinstance(held, list | Object) for held in vars(value).values())
    return isinstance(value, list | Object)

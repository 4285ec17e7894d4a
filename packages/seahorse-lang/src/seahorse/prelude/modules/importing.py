"""Programs under plain Python, which import each other in a circle: a module gives a name before its line is reached.

`import seahorse.prelude` installs it, for modules whose text names the prelude. (A ledger that runs programs in CPython
loads them by itself: `seahorse.engine`.)
"""

import __future__

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seahorse.prelude.modules.statements import ModuleExecution, Statements
from seahorse.prelude.values.pubkey import Pubkey

_NAMED = b"seahorse.prelude"
_EXECUTION, _MADE = "__seahorse_execution__", "__seahorse_made__"


class _Circular(types.ModuleType):
    """A module during its execution: it defines a name at once when somebody asks for it."""

    def __getattr__(self, name: str) -> Any:
        execution: ModuleExecution | None = self.__dict__.get(_EXECUTION)
        if execution is None or (name.startswith("__") and name != "__all__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "__all__":
            # Somebody imports all names.
            execution.run()
        elif execution.define(name):
            self.__dict__[_MADE][name] = self.__dict__[name]
            return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class _Begun(_Circular):
    """A module that Python executes by itself. Python defines a name once more that a circular import defined early:
    the first definition counts."""

    def __getattribute__(self, name: str) -> Any:
        inside: dict[str, Any] = object.__getattribute__(self, "__dict__")
        if not getattr(inside.get("__spec__"), "_initializing", False) and _MADE in inside:
            made = inside.pop(_MADE)
            inside.pop(_EXECUTION)
            inside.update(made)
            object.__setattr__(self, "__class__", types.ModuleType)
        return object.__getattribute__(self, name)


class _Importing(ModuleExecution):
    """The execution of a module in whose middle another one begins: what it imports is known before it is complete."""

    def __init__(self, tree: ast.Module, file: str, module: types.ModuleType) -> None:
        super().__init__(Statements(tree, file, __future__.annotations.compiler_flag), module)
        imports = [alias for s in tree.body if isinstance(s, ast.Import) for alias in s.names]
        self._imports = {alias.asname or alias.name.partition(".")[0]: alias for alias in imports}

    def define(self, name: str) -> bool:
        if super().define(name):
            return True
        alias = self._imports.get(name)
        begun = None if alias is None else sys.modules.get(alias.name if alias.asname else name)
        if begun is None:
            return False
        self.module.__dict__[name] = begun
        return True


def _prepare(module: types.ModuleType, data: bytes, file: str) -> ModuleExecution:
    """Make a module able to give names early; its address at once."""
    tree = ast.parse(data, file)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="declare_id"), args=[ast.Constant(value=str() as address)]):
                module.__dict__["ID"] = Pubkey(address)
            case _:
                pass
    execution = _Importing(tree, file, module)
    module.__dict__.update({_EXECUTION: execution, _MADE: {}})
    return execution


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: types.ModuleType) -> None:
        execution = _prepare(module, self.get_data(self.path), self.path)
        module.__class__ = _Circular
        try:
            execution.run()
        finally:
            module.__class__ = types.ModuleType
            module.__dict__.pop(_EXECUTION)
            module.__dict__.pop(_MADE)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The place of a module that names the prelude; None for others, which Python's own finders find."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if fullname.partition(".")[0] == "seahorse" or _NAMED not in spec.loader.get_data(spec.loader.path):
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            spec.origin,
            loader=_Loader(fullname, spec.loader.path),
            submodule_search_locations=spec.submodule_search_locations,
        )


def install() -> None:
    """From now on, and for the modules whose execution has begun."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    for module in _executing():
        file = getattr(module, "__file__", None)
        if file is not None and Path(file).is_file() and _NAMED in (data := Path(file).read_bytes()):
            _prepare(module, data, file)
            module.__class__ = _Begun


def _executing() -> Iterator[types.ModuleType]:
    """The modules that are being imported just now, outside of this package."""
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        module = sys.modules.get(name)
        begun = getattr(getattr(module, "__spec__", None), "_initializing", False)
        if begun and frame.f_code.co_name == "<module>" and module and name.partition(".")[0] != "seahorse":
            yield module
        frame = frame.f_back

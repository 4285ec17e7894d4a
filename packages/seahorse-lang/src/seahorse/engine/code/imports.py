"""Imports of a program: the prelude, files of its folder, and other programs, which are loaded when they are used."""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from seahorse.engine.values import names
from seahorse.syntax.loader import Package, SourceModule


class Code(Protocol):
    """The interface of programs that imports use: of the importing program, and of the imported one."""

    id: bytes
    main: SourceModule
    modules: dict[str, types.ModuleType]

    @property
    def key(self) -> Any: ...

    def written(self) -> dict[str, Callable[..., Any]]: ...

    def library(self, name: str) -> SourceModule: ...

    def module(self, module: SourceModule) -> types.ModuleType: ...

    def has(self, module: SourceModule, name: str) -> bool: ...

    def executing(self, module: SourceModule) -> bool: ...

    def find(self, dotted: str, near: SourceModule, level: int) -> SourceModule | Package | None: ...

    def inside(self, package: Package, name: str) -> SourceModule | Package | None: ...

    def other(self, name: str) -> Code: ...

    def calling(self, program: str, instruction: str) -> Callable[..., Any] | None: ...


class PostponedName:
    """A name of a module whose own statement is just being executed: modules may import each other."""

    def __init__(self, names: Names, name: str) -> None:
        self.names, self.name = names, name


class Foreign(types.ModuleType):
    """Another program, as a module: its declarations, and its instructions as calls of it."""

    def __init__(self, name: str, caller: Code) -> None:
        super().__init__(name)
        self.__dict__["_caller"] = caller

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        caller: Code = self.__dict__["_caller"]
        code = caller.other(self.__name__)
        instruction = caller.calling(self.__name__, name)
        if instruction is not None:
            return instruction
        if name == "ID":
            return code.key
        if not code.has(code.main, name):
            raise AttributeError(f"{self.__name__} has no {name}")
        return code.module(code.main).__dict__[name]


class Names(types.ModuleType):
    """The module that `from module import a, b` takes its names from."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__(module.__name__)
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.deferred(name)

    def deferred(self, name: str) -> Any:
        """The name's value, or what stands for it until the module has it."""
        try:
            return getattr(self.__dict__["_module"], name)
        except AttributeError:
            return PostponedName(self, name)


class _Part(types.ModuleType):
    """A module of the same program that is being executed."""

    def __init__(self, module: SourceModule, code: Code) -> None:
        super().__init__(module.name)
        self.__dict__.update(_code=code, _source=module)

    def __getattr__(self, name: str) -> Any:
        code, source = self.__dict__["_code"], self.__dict__["_source"]
        if name.startswith("__") or not code.has(source, name):
            raise AttributeError(name)
        return code.module(source).__dict__[name]


class Importer:
    """`__import__` of the modules of one program."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._prelude = names.prelude(code.id, code.written())
        self._pyth = names.pyth_module()
        self._seahorse = types.ModuleType("seahorse")
        self._seahorse.__dict__.update(prelude=self._prelude, pyth=self._pyth)

    def importing(self, near: SourceModule) -> Callable[..., Any]:
        """The `__import__` of one module."""

        def importer(
            name: str, _g: Any = None, _l: Any = None, listed: Sequence[str] | None = (), level: int = 0
        ) -> Any:
            if name.startswith("seahorse") and not level:
                return self._own(name, listed)
            found = self._code.find(name, near, level)
            if found is None and (known := names.standard(name)) is not None:
                return known
            if found is None:
                return builtins.__import__(name, None, None, tuple(listed or ()), level)
            if listed or "." not in name:
                return self._module(found, bool(listed))
            head = self._code.find(name.split(".")[0], near, level)
            return self._module(head, False) if head is not None else None

        return importer

    def _own(self, name: str, listed: Sequence[str] | None) -> types.ModuleType:
        if not listed:
            return self._seahorse
        if name.startswith("seahorse.library."):
            return self._module(self._code.library(name.rsplit(".", 1)[1]), True)
        return self._pyth if name == "seahorse.pyth" else self._prelude

    def _module(self, found: SourceModule | Package, listed: bool) -> types.ModuleType:
        if isinstance(found, Package):
            return self._package(found)
        code = self._code
        if found.is_program and found.name != code.main.name:
            module = Foreign(found.name, code)
        elif code.executing(found):
            module = _Part(found, code)
        else:
            return code.module(found)
        return Names(module) if listed else module

    def _package(self, package: Package) -> types.ModuleType:
        importer, code = self, self._code

        class FolderModule(types.ModuleType):
            def __getattr__(self, name: str) -> Any:
                found = code.inside(package, name)
                if name.startswith("__") or found is None:
                    raise AttributeError(name)
                return importer._module(found, False)

        return FolderModule(package.name)


def settle(modules: list[types.ModuleType]) -> list[types.ModuleType]:
    """Give names of other programs their values, if they have one by now. Returns the modules that still wait."""
    waiting: list[types.ModuleType] = []
    for module in modules:
        for name, value in list(module.__dict__.items()):
            if isinstance(value, PostponedName):
                module.__dict__[name] = value.names.deferred(value.name)
        if any(isinstance(value, PostponedName) for value in module.__dict__.values()):
            waiting.append(module)
    return waiting

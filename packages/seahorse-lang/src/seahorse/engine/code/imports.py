"""Imports of a program: the prelude, files of its folder, and other programs, which are there when they are used."""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from seahorse.engine.values import names
from seahorse.syntax.loader import Package, SourceModule


class Code(Protocol):
    """What imports ask the program that they are part of, and the program that they name."""

    id: bytes
    main: SourceModule
    modules: dict[str, types.ModuleType]

    @property
    def key(self) -> Any: ...

    def module(self, module: SourceModule) -> types.ModuleType: ...

    def find(self, dotted: str, near: SourceModule, level: int) -> SourceModule | Package | None: ...

    def inside(self, package: Package, name: str) -> SourceModule | Package | None: ...

    def other(self, name: str) -> Code: ...

    def calling(self, program: str, instruction: str) -> Callable[..., Any] | None: ...


class Deferred:
    """A name of a program that is being loaded: programs may import each other."""

    def __init__(self, program: Foreign, name: str) -> None:
        self.program, self.name = program, name


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
        home = code.module(code.main)
        if name not in home.__dict__ and code.main.name in code.modules:
            raise AttributeError(f"{self.__name__} has no {name}")
        return home.__dict__[name]

    def deferred(self, name: str) -> Any:
        """The name's value, or what stands for it until the program is loaded."""
        try:
            return getattr(self, name)
        except AttributeError:
            return Deferred(self, name)


class _Names(types.ModuleType):
    """What `from program import a, b` takes its names from."""

    def __init__(self, program: Foreign) -> None:
        super().__init__(program.__name__)
        self.__dict__["_program"] = program

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__dict__["_program"].deferred(name)


class Importer:
    """`__import__` of the modules of one program."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._prelude = names.prelude(code.id)
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
        return self._pyth if name == "seahorse.pyth" else self._prelude

    def _module(self, found: SourceModule | Package, listed: bool) -> types.ModuleType:
        if isinstance(found, Package):
            return self._package(found)
        code = self._code
        if not found.is_program or found.name == code.main.name:
            return code.module(found)
        program = Foreign(found.name, code)
        return _Names(program) if listed else program

    def _package(self, package: Package) -> types.ModuleType:
        importer, code = self, self._code

        class Folder(types.ModuleType):
            def __getattr__(self, name: str) -> Any:
                found = code.inside(package, name)
                if name.startswith("__") or found is None:
                    raise AttributeError(name)
                return importer._module(found, False)

        return Folder(package.name)


def settle(modules: list[types.ModuleType]) -> None:
    """Give names of other programs their values, as far as these are loaded by now."""
    for module in modules:
        for name, value in list(module.__dict__.items()):
            if isinstance(value, Deferred):
                module.__dict__[name] = value.program.deferred(value.name)

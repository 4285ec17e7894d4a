"""Base classes that stand for their derived classes: found while a program is checked, and then known."""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.semantics.tree.types import ClassDecl, ClassType, UnionType, union_of

# A class by the module and the name of its declaration.
ClassKey = tuple[str, str]


def class_key(decl: ClassDecl) -> ClassKey:
    return decl.module, decl.name


@dataclass
class Unions:
    """`known`: for each base class whose objects are of several classes, all these classes. `wanted`: base classes that
    a program uses in this way, as the check found out, so that the compiler must check it again.
    """

    known: dict[ClassKey, list[ClassKey]] = field(default_factory=dict[ClassKey, list[ClassKey]])
    wanted: set[ClassKey] = field(default_factory=set[ClassKey])
    made: dict[ClassKey, UnionType] = field(default_factory=dict[ClassKey, UnionType])

    def want(self, source: object, target: object) -> None:
        """Note that the program uses an object of a derived class where it declares the base."""
        if isinstance(source, ClassType) and isinstance(target, ClassType) and target.decl in bases_of(source.decl):
            self.wanted.add(class_key(target.decl))

    def joined(self, a: ClassType | UnionType, b: ClassType | UnionType) -> UnionType | None:
        """The type of values of two classes: their common base, or the classes themselves."""
        for t in (a, b):
            if isinstance(t, UnionType) and t.base is not None and set(_members(a) + _members(b)) <= set(t.members):
                return t
        if isinstance(a, ClassType) and isinstance(b, ClassType):
            common = next((d for d in [a.decl, *bases_of(a.decl)] if d in [b.decl, *bases_of(b.decl)]), None)
            if common is not None:
                self.wanted.add(class_key(common))
                return self.made.get(class_key(common))
            if a.decl.is_event or b.decl.is_event:
                return None
        return union_of(tuple(dict.fromkeys(_members(a) + _members(b))))


def _members(t: ClassType | UnionType) -> tuple[ClassType, ...]:
    return t.members if isinstance(t, UnionType) else (t,)


def bases_of(decl: ClassDecl) -> list[ClassDecl]:
    """The classes that a class derives from, the nearest first."""
    found: list[ClassDecl] = []
    while decl.base is not None:
        decl = decl.base
        found.append(decl)
    return found


def common_base(members: list[ClassType]) -> ClassDecl | None:
    """The nearest class that all are, or derive from."""
    chains = [[m.decl, *bases_of(m.decl)] for m in members]
    return next((d for d in chains[0] if all(d in chain for chain in chains)), None)

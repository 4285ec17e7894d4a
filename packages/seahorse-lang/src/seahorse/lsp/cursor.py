"""What stands at a place of an open text: the expression there, the function around it, and what its names mean."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from seahorse.lsp import names
from seahorse.lsp.analysis import GoodProgram
from seahorse.lsp.names import NamedNode
from seahorse.semantics import tree
from seahorse.semantics.names.prelude_names import TYPES
from seahorse.semantics.scope.method_table import METHODS, PROPERTIES, MethodSignature, kind_of
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    STR,
    AccountType,
    ArrayType,
    ClassType,
    DictType,
    EmptyType,
    EnumType,
    ListType,
    OptionType,
    TupleType,
    Type,
    is_account,
)
from seahorse.semantics.tree.walk import walk
from seahorse.syntax import SourceModule

_HEADER = re.compile(r"^(\s*)(?:async\s+)?(def|class)\s+(\w+)")
_WORD = re.compile(r"\w+")
_ASSIGNED = re.compile(r"^\s*(\w+)\s*(?::[^=]+)?=(?!=)\s*(.+)$")
_OPENING = {")": "(", "]": "[", "}": "{"}


def word_at(line: str, column: int) -> tuple[int, int] | None:
    """Where the name begins and ends that is at a column (from 0), or ends there."""
    return next((m.span() for m in _WORD.finditer(line) if m.start() <= column <= m.end()), None)


def receiver_before(line: str, end: int) -> str | None:
    """The expression that ends at a column: names, dots, calls and indexes; None when there is none."""
    start, position = end, end
    while position > 0:
        character = line[position - 1]
        if character in _OPENING:
            position = _opened(line, position - 1)
        elif character.isalnum() or character == "_":
            while position > 0 and (line[position - 1].isalnum() or line[position - 1] == "_"):
                position -= 1
            start = position
            if position == 0 or line[position - 1] != ".":
                break
        elif character == ".":
            position -= 1
        else:
            break
        if position < 0:
            return None
        start = position
    return line[start:end] or None


def _opened(line: str, closing: int) -> int:
    """The place of the bracket that a closing one ends; -1 when it is not in the line."""
    depth = 0
    for position in range(closing, -1, -1):
        if line[position] in _OPENING:
            depth += 1
        elif line[position] in _OPENING.values():
            depth -= 1
            if not depth:
                return position
    return -1


def parsed(text: str) -> ast.expr | None:
    """An expression; None where the text is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def in_comment(line: str, column: int) -> bool:
    """Whether a column is behind a `#` that no quotes are around."""
    quote = ""
    for character in line[:column]:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return True
    return False


@dataclass(frozen=True)
class Meaning:
    """What an expression is. `type`: of a value; None for classes, functions and modules. `of`: of what it is a part.

    `method`: one that the language gives.
    """

    name: str
    type: Type | None = None
    target: NamedNode | None = None
    of: Meaning | None = None
    method: MethodSignature | None = None


@dataclass(frozen=True)
class CursorPlace:
    """A line and column (from 1) of an open text, with a program to which the text belonged when it was good."""

    good: GoodProgram
    module: SourceModule
    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        return self.lines[self.line - 1] if 0 < self.line <= len(self.lines) else ""

    @cached_property
    def then(self) -> int | None:
        """The line of the good text that this line was; None when it was changed since."""
        before, now = self.module.source.lines, self.lines
        shorter = min(len(before), len(now))
        same = next((i for i, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), shorter)
        if self.line <= same:
            return self.line
        behind = len(now) - self.line
        tail = zip(reversed(before), reversed(now), strict=False)
        equal = next((i for i, (a, b) in enumerate(tail) if a != b), shorter)
        return len(before) - behind if behind < equal and behind < len(before) else None

    @cached_property
    def around(self) -> list[tuple[str, str, int]]:
        """The definitions around the place, outermost first: `def` or `class`, name, and line."""
        found: list[tuple[str, str, int]] = []
        text = self.text
        indent = len(text) - len(text.lstrip()) if text.strip() else self.column - 1
        header = _HEADER.match(text)
        if header is not None:
            found.append((header[2], header[3], self.line))
        for row in range(self.line - 2, -1, -1):
            match = _HEADER.match(self.lines[row])
            if match is not None and len(match[1]) < indent:
                indent = len(match[1])
                found.insert(0, (match[2], match[3], row + 1))
            if not indent:
                break
        return found

    @property
    def function(self) -> tuple[str, int] | None:
        """The innermost function around: its name and the line of its `def`."""
        return next(((name, line) for kind, name, line in reversed(self.around) if kind == "def"), None)

    @property
    def owner(self) -> str | None:
        """The class around."""
        return next((name for kind, name, _ in self.around if kind == "class"), None)

    # --- what names mean ---

    @cached_property
    def locals(self) -> dict[str, Type]:
        """The variables of the function around, with their types as far as they are known."""
        found: dict[str, Type] = {}
        if self.function is None:
            return found
        name, line = self.function
        if self.owner is not None and (decl := self._declared(self.module.name, self.owner)) is not None:
            found["self"] = decl
        for owner in (*self.good.checked.instructions, *self.good.checked.functions):
            same_owner = not isinstance(owner, tree.Function) or owner.owner in (None, self.owner)
            if owner.name == name and owner.span.file == self.module.source.file and same_owner:
                for local in _locals(owner):
                    if not isinstance(found.get(local.name), AccountType) or isinstance(local.type, AccountType):
                        found[local.name] = local.type
        for parameter, t in self._header(line).items():
            found.setdefault(parameter, t)
        return found

    @cached_property
    def visible(self) -> dict[str, Type]:
        """The same with variables that are new since the text was good."""
        found = self.locals
        if self.function is not None:
            for row in range(self.function[1], self.line - 1):
                match = _ASSIGNED.match(self.lines[row])
                value = parsed(match[2]) if match is not None and match[1] not in found else None
                meaning = self.meaning(value) if value is not None else None
                if match is not None and meaning is not None and meaning.type is not None:
                    found[match[1]] = meaning.type
        return found

    def _header(self, line: int) -> dict[str, Type]:
        """The parameters that a `def` of the open text has, with the types that its annotations name."""
        text = ""
        for row in range(line - 1, min(line + 40, len(self.lines))):
            text += self.lines[row].strip() + "\n"
            try:
                header = ast.parse(text.rstrip() + " pass").body[0]
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            if isinstance(header, ast.FunctionDef):
                types = {a.arg: self.annotated(a.annotation) for a in header.args.args if a.annotation is not None}
                return {name: t for name, t in types.items() if t is not None}
        return {}

    def annotated(self, node: ast.expr) -> Type | None:
        """The type that an annotation names; None for what is too much for a look at the syntax."""
        match node:
            case ast.Constant(value=str() as text):
                inner = parsed(text)
                return self.annotated(inner) if inner is not None else None
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                part = self.annotated(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner)
                known = {"List": ListType, "Optional": OptionType, "Empty": EmptyType}
                return part if name in ("Mut", "Annotated") else known[name](part) if part and name in known else None
            case ast.Name(id=name) if name in TYPES:
                return TYPES[name]
            case ast.Name() | ast.Attribute():
                target = self._global(node)
                return self._declared(target.module.name, target.name) if target is not None else None
            case _:
                return None

    def _global(self, node: ast.expr) -> NamedNode | None:
        """What a path of names means at the top of the module, whatever variables there are."""
        if isinstance(node, ast.Name):
            return self.find(node.id)
        base = self._global(node.value) if isinstance(node, ast.Attribute) else None
        if base is None or not isinstance(node, ast.Attribute):
            return None
        return names.member(self.good.workspace, base, node.attr)

    def _declared(self, module: str, name: str) -> Type | None:
        checked = self.good.checked
        groups: list[Any] = [checked, *checked.foreign.values()]
        for group in groups:
            accounts, classes = _values(group.accounts), _values(group.classes)
            for decl in [*accounts, *classes, *(checked.events if group is checked else ())]:
                if decl.name == name and decl.module == module:
                    return tree.account_type(decl) if isinstance(decl, tree.AccountDecl) else tree.class_type(decl)
            for decl in _values(group.enums):
                if decl.name == name and decl.module == module:
                    return tree.enum_type(decl)
        return None

    def exact(self, start: int, end: int) -> Type | None:
        """The type that the compiler found for the expression at these columns (from 0) of the line, if unchanged."""
        if self.then is None:
            return None
        types = _types(self.good.checked)
        return types.get((self.module.source.file, self.then, start + 1, self.then, end + 1))

    def first(self, name: str) -> tuple[int, int] | None:
        """Where a variable of the function around first stands: its line, and its column from 0."""
        if self.function is None:
            return None
        for row in range(self.function[1] - 1, self.line):
            for word in _WORD.finditer(self.lines[row]):
                if word[0] == name and not in_comment(self.lines[row], word.start()):
                    return row + 1, word.start()
        return None

    def find(self, name: str) -> NamedNode | None:
        return names.find(self.good.workspace, self.module, name)

    def meaning(self, node: ast.expr) -> Meaning | None:
        """What an expression means here; None when it is not known."""
        match node:
            case ast.Name(id=name):
                if name in self.locals:
                    return Meaning(name, self.locals[name])
                if self.function is None and self.owner is not None and (home := self.find(self.owner)) is not None:
                    own = names.member(self.good.workspace, home, name)
                    if own is not None:
                        return self._part(Meaning(self.owner, None, home), own)
                target = self.find(name)
                return None if target is None else Meaning(name, self._constant(target), target)
            case ast.Attribute(value=value, attr=name):
                base = self.meaning(value)
                return None if base is None else self.attribute(base, name)
            case ast.Call(func=func, args=args):
                called = self.meaning(func)
                if isinstance(func, ast.Name) and func.id in TYPES:
                    return Meaning(func.id, TYPES[func.id])
                return None if called is None else Meaning(called.name, self._result(called, args))
            case ast.Subscript(value=value):
                base = self.meaning(value)
                return None if base is None or base.type is None else Meaning("item", _item(base.type))
            case ast.Constant(value=value):
                known: dict[type, Type] = {str: STR, bytes: BYTES, bool: BOOL, float: F64}
                return Meaning("constant", known.get(type(value)))
            case _:
                return None

    def attribute(self, base: Meaning, name: str) -> Meaning | None:
        """A part of a value, class or module."""
        t = base.type.inner if isinstance(base.type, OptionType) else base.type
        if t is None:
            part = None if base.target is None else names.member(self.good.workspace, base.target, name)
            return None if part is None else self._part(base, part)
        home = self.home(t)
        part = names.member(self.good.workspace, home, name) if home is not None else None
        decl = t.decl if isinstance(t, AccountType | ClassType) else None
        if decl is not None:
            fields = decl.fields if isinstance(decl, tree.AccountDecl) else decl.all_fields()
            for f in fields:
                if f.name == name:
                    return Meaning(name, f.type, part, base)
        method = METHODS.get(kind_of(t), {}).get(name)
        if method is not None:
            given = part or self._given_method(t, name)
            return Meaning(name, None, given, base, method)
        if is_account(t) and name in PROPERTIES:
            return Meaning(name, PROPERTIES[name], self._given_method(t, name), base)
        if part is None:
            part = self._given_method(t, name)
        return None if part is None else self._part(base, part)

    def home(self, t: Type) -> NamedNode | None:
        """The class of a type."""
        if isinstance(t, AccountType | ClassType | EnumType):
            path = next((p for p, m in self.good.modules.items() if m.source.file == t.decl.span.file), None)
            module = self.good.modules.get(path) if path is not None else None
            entry = names.entries(module).found.get(t.decl.name) if module is not None else None
            return NamedNode(module, entry, t.decl.name) if module and isinstance(entry, ast.ClassDef) else None
        name = "Empty" if isinstance(t, EmptyType) else kind_of(t)
        return names.given(name)

    def _given_method(self, t: Type, name: str) -> NamedNode | None:
        """A method that the prelude documents; every account has those of `Account`."""
        for owner in (kind_of(t), "Account", "UncheckedAccount"):
            home = names.given(owner)
            found = names.member(self.good.workspace, home, name) if home is not None else None
            if found is not None and (owner == kind_of(t) or is_account(t)):
                return found
        return None

    def _part(self, base: Meaning, part: NamedNode) -> Meaning:
        t = self._constant(part)
        home = base.target
        if t is None and home is not None and isinstance(home.node, ast.ClassDef):
            own = self._declared(home.module.name, home.name)
            if isinstance(own, EnumType) and not isinstance(part.node, ast.FunctionDef):
                t = own
        return Meaning(part.name, t, part, base)

    def _constant(self, target: NamedNode) -> Type | None:
        match target.node:
            case ast.AnnAssign(annotation=annotation) if not target.given:
                return self.annotated(annotation)
            case ast.Assign(value=ast.Constant() | ast.Call() as value) if not target.given:
                meaning = self.meaning(value) if not isinstance(value, ast.Call) or _is_type(value.func) else None
                return meaning.type if meaning is not None else None
            case _:
                return None

    def _result(self, called: Meaning, args: list[ast.expr]) -> Type | None:
        """The type of what a call gives."""
        if called.method is not None:
            gives, of = called.method.returns, called.of.type if called.of is not None else None
            return gives if not isinstance(gives, str) else of if gives == "self" else _item(of) if of else None
        of = called.of.type if called.of is not None else None
        if isinstance(of, EmptyType) and called.name == "init":
            return of.inner
        target = called.target
        if target is None or target.given:
            return None
        if isinstance(target.node, ast.ClassDef):
            return self._declared(target.module.name, target.name)
        for function in self.good.checked.functions:
            if function.name == target.name and function.span.line == target.span.line:
                return function.returns
        node = target.node
        return self.annotated(node.returns) if isinstance(node, ast.FunctionDef) and node.returns is not None else None


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in TYPES


def _values(found: Any) -> list[Any]:
    return list(found.values()) if isinstance(found, dict) else list(found)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _item(t: Type) -> Type | None:
    match t:
        case DictType():
            return t.value
        case ListType() | ArrayType():
            return t.elem
        case TupleType():
            return t.elems[0] if t.elems else None
        case _:
            return t if t == STR else None


def _locals(owner: tree.CheckedInstruction | tree.Function) -> list[tree.Local]:
    found: list[tree.Local] = []
    if isinstance(owner, tree.CheckedInstruction):
        found += [p.local for p in (*owner.accounts, *owner.args)]
        found += [owner.remaining.local] if owner.remaining is not None else []
    else:
        found += owner.params
    for node in walk(owner.body):
        local = getattr(node, "local", None)
        if isinstance(local, tree.Local):
            found.append(local)
    return found


_TYPES: WeakKeyDictionary[tree.CheckedProgram, dict[tuple[str, int, int, int, int], Type]] = WeakKeyDictionary()


def _types(checked: tree.CheckedProgram) -> dict[tuple[str, int, int, int, int], Type]:
    """The types of all expressions of a program, by place. A conversion has the place of what it converts."""
    known = _TYPES.get(checked)
    if known is None:
        known = _TYPES[checked] = {}
        for owner in (*checked.instructions, *checked.functions):
            for node in walk(owner.body):
                if isinstance(node, tree.Expr):
                    s = node.span
                    known[s.file, s.line, s.col, s.end_line, s.end_col] = node.type
    return known


@dataclass(frozen=True)
class Asked:
    """The expression that a request is about: its text and columns (from 0)."""

    start: int
    end: int
    node: ast.expr
    name: str = field(default="")


def asked(place: CursorPlace) -> Asked | None:
    """The name at the place with what stands before its dot; None in comments and where there is none."""
    word = word_at(place.text, place.column - 1)
    if word is None or in_comment(place.text, word[0]):
        return None
    text = receiver_before(place.text, word[1])
    node = parsed(text) if text is not None else None
    if text is None or not isinstance(node, ast.Name | ast.Attribute):
        return None
    return Asked(word[1] - len(text), word[1], node, place.text[word[0] : word[1]])

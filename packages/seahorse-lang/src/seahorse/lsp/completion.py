"""What can stand at a place: fields and methods behind a dot, errors of a class, names of the module."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from lsprotocol.types import CompletionItem, CompletionItemKind

import seahorse.prelude
from seahorse.lsp import names
from seahorse.lsp.cursor import CursorPlace, Meaning, in_comment, parsed, receiver_before
from seahorse.semantics import tree
from seahorse.semantics.names.prelude_names import FUNCTIONS
from seahorse.semantics.scope.method_table import METHODS, PROPERTIES, SPECIAL, kind_of, method_names
from seahorse.semantics.tree.types import AccountType, ClassType, EmptyType, OptionType, Type, is_account

_IMPORT = re.compile(r"^\s*from\s+([\w.]+)\s+import\s+[\w, ]*$")
_KEYWORDS = ("assert", "break", "class", "continue", "def", "elif", "else", "for", "from", "if", "import", "in", "is")
_MORE_KEYWORDS = ("match", "not", "and", "or", "pass", "raise", "return", "while", "None", "True", "False")


@dataclass(frozen=True)
class _Item:
    """`detail`: a type or a signature, shown beside the name."""

    name: str
    kind: CompletionItemKind
    detail: str = ""


def completion(place: CursorPlace) -> list[CompletionItem]:
    """What can stand at the place. Editors choose by what is typed already, so all of a kind is given."""
    before = place.text[: place.column - 1]
    if in_comment(place.text, len(before)):
        return []
    typed = re.search(r"\w*$", before)
    start = typed.start() if typed is not None else len(before)
    if start and before[start - 1] == ".":
        found = _behind_dot(place, before, start - 1)
    elif (match := _IMPORT.match(before)) is not None:
        found = _of_module(place, match[1])
    else:
        found = _names(place)
    unique = {item.name: item for item in reversed(found) if not item.name.startswith("__")}
    return [
        CompletionItem(item.name, kind=item.kind, detail=item.detail or None)
        for item in sorted(unique.values(), key=lambda i: i.name)
    ]


def _behind_dot(place: CursorPlace, before: str, dot: int) -> list[_Item]:
    text = receiver_before(before, dot)
    node = parsed(text) if text is not None else None
    if node is None or text is None:
        return []
    _ = place.visible
    exact = place.exact(dot - len(text), dot)
    meaning = place.meaning(node)
    t = exact or (meaning.type if meaning is not None else None)
    if t is not None and (meaning is None or meaning.method is None):
        return _of_type(place, t.inner if isinstance(t, OptionType) else t)
    if meaning is not None and meaning.target is not None:
        return _of_target(place, meaning)
    return []


def _of_type(place: CursorPlace, t: Type) -> list[_Item]:
    """Fields and methods of a value."""
    found: list[_Item] = []
    if isinstance(t, AccountType | ClassType):
        fields = t.decl.fields if isinstance(t.decl, tree.AccountDecl) else t.decl.all_fields()
        found += [_Item(f.name, CompletionItemKind.Field, str(f.type)) for f in fields]
    for name in method_names(t):
        method = METHODS.get(kind_of(t), {}).get(name)
        params = ", ".join(p.name for p in method.params) if method is not None else "..."
        gives = f" -> {method.returns}" if method is not None else ""
        found.append(_Item(name, CompletionItemKind.Method, f"({params}){gives}"))
    found += [_Item(n, CompletionItemKind.Method) for kind, n in SPECIAL if kind == kind_of(t)]
    if is_account(t):
        found += [_Item(n, CompletionItemKind.Property, str(p)) for n, p in PROPERTIES.items()]
    if isinstance(t, EmptyType):
        found.append(_Item("init", CompletionItemKind.Method, f"(...) -> {t.inner}"))
    home = place.home(t)
    if home is not None:
        found += _members(place, home, methods_only=True)
    return found


def _of_target(place: CursorPlace, meaning: Meaning) -> list[_Item]:
    """What a module or class has."""
    target = meaning.target
    return _members(place, target) if target is not None else []


def _members(place: CursorPlace, home: names.Definition, methods_only: bool = False) -> list[_Item]:
    found: list[_Item] = []
    for name in names.members(place.good.workspace, home):
        part = names.member(place.good.workspace, home, name)
        if part is None or name.startswith("_"):
            continue
        kind = _kind(part)
        if not methods_only or kind in (CompletionItemKind.Method, CompletionItemKind.Function):
            found.append(_Item(name, kind, _detail(part)))
    return found


def _kind(target: names.Definition) -> CompletionItemKind:
    match target.node:
        case None:
            return CompletionItemKind.Module
        case ast.FunctionDef():
            return CompletionItemKind.Function
        case ast.ClassDef():
            return CompletionItemKind.Class
        case _:
            return CompletionItemKind.Constant


def _detail(target: names.Definition) -> str:
    match target.node:
        case ast.FunctionDef(args=args, returns=returns):
            return f"({ast.unparse(args)})" + (f" -> {ast.unparse(returns)}" if returns is not None else "")
        case ast.ClassDef(bases=bases):
            return ", ".join(map(ast.unparse, bases))
        case ast.AnnAssign(annotation=annotation):
            return ast.unparse(annotation)
        case ast.Assign(value=value):
            return ast.unparse(value)[:80]
        case _:
            return ""


def _of_module(place: CursorPlace, dotted: str) -> list[_Item]:
    if dotted == "seahorse.prelude":
        return _prelude()
    module = place.good.workspace.find(dotted, place.module.root, place.module.path.parent)
    if module is None or not hasattr(module, "tree"):
        return []
    target = place.find(dotted)
    return _members(place, target) if target is not None else []


def _names(place: CursorPlace) -> list[_Item]:
    """Variables, names of the module, of the prelude, and the language's own words."""
    found = [_Item(name, CompletionItemKind.Variable, str(t)) for name, t in place.visible.items()]
    found += _members(place, names.Definition(place.module, None, place.module.name))
    words = [_Item(word, CompletionItemKind.Keyword) for word in (*_KEYWORDS, *_MORE_KEYWORDS)]
    return [*found, *_prelude(), *words]


def _prelude() -> list[_Item]:
    found = [_Item(name, CompletionItemKind.Function) for name in FUNCTIONS if "." not in name]
    exported: list[str] = vars(seahorse.prelude)["__all__"]
    for name in exported:
        target = names.given(name)
        found.append(_Item(name, _kind(target), _detail(target)) if target else _Item(name, CompletionItemKind.Class))
    return found

"""What an editor shows of a name: its type, its documentation, and what the program does with it on the chain."""

from __future__ import annotations

import ast
import builtins
import inspect

from seahorse.driver.sizes import rent_exemption
from seahorse.inspection.checks import check_lines, kind_of_slot
from seahorse.ir.layout import account_space
from seahorse.ir.nodes import Instruction
from seahorse.lsp.cursor import Asked, CursorPlace, Meaning, asked
from seahorse.lsp.names import NamedNode
from seahorse.profiling.units import units_of
from seahorse.semantics.names.prelude_names import TYPES
from seahorse.semantics.scope.method_table import MethodSignature
from seahorse.semantics.tree import AccountDecl
from seahorse.semantics.tree.types import AccountType, EmptyType, OptionType, Type

_LAMPORTS = 1_000_000_000
# A header of more lines than this is cut: the editor has the source itself.
_SHOWN = 12


def hover(place: CursorPlace) -> tuple[str, Asked] | None:
    """Markdown about the name at a place; None where nothing is known of it."""
    at = asked(place)
    if at is None:
        return None
    if isinstance(at.node, ast.Name) and _is_header(place, at.name) and (told := _own_instruction(place, at.name)):
        return told, at
    meaning = place.meaning(at.node)
    exact = place.exact(at.start, at.end)
    if meaning is None:
        text = _code(f"{at.name}: {exact}") if exact is not None else _builtin(at.name)
        return None if text is None else (text, at)
    return _told(place, meaning, exact), at


def _told(place: CursorPlace, meaning: Meaning, exact: Type | None) -> str:
    target = meaning.target
    if meaning.method is not None:
        return _joined(_code(_method(meaning.name, meaning.method)), _docs(target))
    if target is not None and isinstance(target.node, ast.FunctionDef | ast.ClassDef):
        return _joined(_code(_header(target)), _docs(target), *_facts(place, target))
    if target is not None and target.node is None:
        return _joined(_code(f"module {target.name}"), _docs(target))
    t = exact or meaning.type
    if t is not None:
        size = t.max_size
        stored = meaning.of is not None and isinstance(meaning.of.type, AccountType) and size is not None
        field = f"{size:,} bytes of the account" if stored else None
        account = _parameter(place, meaning.name) if meaning.of is None else None
        return _joined(_code(f"{meaning.name}: {t}"), _docs(target), field, account, _space(t))
    return _joined(_code(_statement(target) if target is not None else meaning.name), _docs(target))


# --- instructions and their accounts ---


def _is_header(place: CursorPlace, name: str) -> bool:
    return place.function == (name, place.line)


def _instruction(place: CursorPlace, name: str) -> Instruction | None:
    program = place.good.lowered
    found = program.instructions if program is not None else []
    return next((i for i in found if i.name == name), None)


def _own_instruction(place: CursorPlace, name: str) -> str | None:
    target = place.find(name)
    if target is None or not isinstance(target.node, ast.FunctionDef):
        return None
    return _joined(_code(_header(target)), _docs(target), *_facts(place, target))


def _facts(place: CursorPlace, target: NamedNode) -> list[str | None]:
    """What the chain makes of a function or class of the project."""
    if isinstance(target.node, ast.ClassDef):
        return [_class_space(place, target)]
    home = target.module if target.module.is_program else place.good.workspace.home_of(target.module)
    if home is None or not isinstance(target.node, ast.FunctionDef) or not _is_instruction(target.node):
        return []
    cost = units_of(place.good.group.project, home.name, target.name)
    told = (
        f"**{cost.units:,} compute units** ({cost.source})"
        if cost is not None
        else f"compute units: not measured; `seahorse profile {home.name}` measures them"
    )
    own = _instruction(place, target.name) if home.path == place.good.path else None
    return [told, _accounts(own) if own is not None else None]


def _is_instruction(node: ast.FunctionDef) -> bool:
    words = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return any(isinstance(word, ast.Name) and word.id == "instruction" for word in words)


def _accounts(instruction: Instruction) -> str:
    """The accounts in order, each with its checks."""
    lines = ["Accounts, with the checks of each:", ""]
    for slot in instruction.slots:
        lines.append(f"- `{slot.name}`: {kind_of_slot(slot)}")
        lines += [f"  - {check_lines(instruction, c)[0]}" for c in instruction.checks if c.slot == slot.index]
    return "\n".join(lines)


def _parameter(place: CursorPlace, name: str) -> str | None:
    """The checks of an account parameter of the instruction around."""
    instruction = _instruction(place, place.function[0]) if place.function is not None else None
    slot = next((s for s in instruction.slots if s.name == name), None) if instruction is not None else None
    if instruction is None or slot is None:
        return None
    checks = [check_lines(instruction, check) for check in instruction.checks if check.slot == slot.index]
    lines = [f"Account {slot.index} of `{instruction.name}`: {kind_of_slot(slot)}", ""]
    return "\n".join([*lines, *(f"- {check}: {meaning}" for check, meaning in checks)]).strip()


# --- sizes ---


def _class_space(place: CursorPlace, target: NamedNode) -> str | None:
    checked = place.good.checked
    others = [d for foreign in checked.foreign.values() for d in foreign.accounts.values()]
    found = (d for d in (*checked.accounts, *others) if d.name == target.name and d.module == target.module.name)
    decl = next(found, None)
    return _decl_space(decl) if decl is not None else None


def _space(t: Type) -> str | None:
    inner = t.inner if isinstance(t, OptionType | EmptyType) else t
    return _decl_space(inner.decl) if isinstance(inner, AccountType) else None


def _decl_space(decl: AccountDecl) -> str:
    space = account_space(decl)
    if space is None:
        return f"`{decl.name}`: no largest size, since a field has none"
    return f"`{decl.name}`: {space:,} bytes, rent exempt with {rent_exemption(space) / _LAMPORTS:.8f} SOL"


# --- text ---


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _joined(*parts: str | None) -> str:
    return "\n\n".join(part for part in parts if part)


def _docs(target: NamedNode | None) -> str | None:
    return target.docs if target is not None else None


def _statement(target: NamedNode) -> str:
    """The text of a constant, a field, a variant or an error."""
    span = target.span
    lines = target.module.source.lines
    return lines[span.line - 1].strip() if 0 < span.line <= len(lines) else target.name


def _header(target: NamedNode) -> str:
    node = target.node
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    assert isinstance(node, ast.FunctionDef)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    whole = f"def {node.name}({ast.unparse(node.args)}){returns}"
    if len(whole) <= 100 or not node.args.args:
        return whole
    shown = [ast.unparse(a) for a in node.args.args]
    cut = [*shown[:_SHOWN], "..."] if len(shown) > _SHOWN else shown
    return f"def {node.name}(\n" + "".join(f"    {a},\n" for a in cut) + f"){returns}"


def _method(name: str, method: MethodSignature) -> str:
    params = ", ".join(f"{p.name}: {p.kind}" + (" = ..." if p.optional else "") for p in method.params)
    return f"def {name}({params}) -> {method.returns}"


def _builtin(name: str) -> str | None:
    """A type of the language, or a function that it has from Python."""
    if name in TYPES:
        size = TYPES[name].max_size
        return _joined(_code(f"type {name}"), f"{size:,} bytes" if size is not None else None)
    found = getattr(builtins, name, None)
    if found is None or name.startswith("_"):
        return None
    docs = (inspect.getdoc(found) or "").split("\n\n")[0]
    return _joined(_code(name), docs)

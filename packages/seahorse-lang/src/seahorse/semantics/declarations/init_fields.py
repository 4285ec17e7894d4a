"""Fields that a class does not declare, and that its `__init__` assigns: as Python's classes have them."""

from __future__ import annotations

import ast
import copy

from seahorse.semantics.names.symbols import ClassInfo

_LITERALS: dict[type, str] = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes"}


def assigned_in_init(node: ast.ClassDef, known: set[str]) -> list[ast.AnnAssign]:
    """Declarations of the fields that `__init__` assigns and that are not known.

    The type is written there (`self.items: List[u64] = []`), or it is that of the parameter, of the literal, or of the
    object that a class makes (`self.at = Point(0, 0)`).
    """
    init = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
    if init is None or not init.args.args:
        return []
    own = init.args.args[0].arg
    types = {a.arg: a.annotation for a in [*init.args.args, *init.args.kwonlyargs]}
    found: dict[str, ast.AnnAssign] = {}
    for statement in ast.walk(init):
        for target, annotation in _assigned(statement, types):
            name = target.attr if isinstance(target.value, ast.Name) and target.value.id == own else None
            if name is None or name in known or name in found or annotation is None:
                continue
            place = ast.copy_location(ast.Name(name, ast.Store()), target)
            found[name] = ast.copy_location(ast.AnnAssign(place, annotation, None, 1), target)
    return list(found.values())


def _assigned(statement: ast.AST, types: dict[str, ast.expr | None]) -> list[tuple[ast.Attribute, ast.expr | None]]:
    match statement:
        case ast.AnnAssign(target=ast.Attribute() as target, annotation=annotation):
            return [(target, annotation)]
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            return [(target, _type_of(value, types))]
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False)
            return [(t, _type_of(v, types)) for t, v in pairs if isinstance(t, ast.Attribute)]
        case _:
            return []


def _type_of(value: ast.expr, types: dict[str, ast.expr | None]) -> ast.expr | None:
    match value:
        case ast.Name(id=name):
            return types.get(name)
        case ast.Constant(value=constant) if type(constant) in _LITERALS:
            return _named(value, _LITERALS[type(constant)])
        case ast.JoinedStr():
            return _named(value, "str")
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return _named(value, "bool")
        case ast.Call(func=ast.Name(id="len")):
            return _named(value, "u64")
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="key"), args=[]):
            return _named(value, "Pubkey")
        case ast.Call(func=ast.Name(id=name) as kind) if _is_class(name):
            # `Point(1, 2)`, `u64(x)`: the name says the type.
            return kind
        case ast.Call(func=ast.Subscript(value=ast.Name(id=name)) as kind) if _is_class(name):
            return kind
        case _:
            return None


def _is_class(name: str) -> bool:
    return name[:1].isupper() or (name[:1] in "uif" and name[1:].isdigit()) or name in ("bool", "str", "bytes")


def _named(place: ast.expr, name: str) -> ast.expr:
    return ast.copy_location(ast.Name(name, ast.Load()), place)


def with_defaults(info: ClassInfo) -> None:
    """Let `__init__` begin with the defaults of the fields: `fee: u64 = 5` is what an object has until it gets its own.

    The source's own tree stays as it is: CPython finds them in the class.
    """
    if info.is_dataclass or "__init__" not in info.methods or info.methods["__init__"][1] is not info:
        return
    init, _ = info.methods["__init__"]
    own = {s.target.id: s for s in info.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}
    set_later = {t.attr for s in init.body for t in _targets(s)}
    first: list[ast.stmt] = []
    for name, field in own.items():
        if name not in info.defaults or name in set_later or field.value is None:
            continue
        place = ast.Attribute(ast.Name("self", ast.Load()), name, ast.Store())
        first.append(ast.Assign([place], field.value))
    if first:
        for statement in first:
            for part in ast.walk(statement):
                if isinstance(part, ast.expr | ast.stmt) and not hasattr(part, "lineno"):
                    ast.copy_location(part, init)
        made = copy.copy(init)
        made.body = [*first, *init.body]
        info.methods["__init__"] = (made, info)


def _targets(statement: ast.stmt) -> list[ast.Attribute]:
    """The fields that a statement assigns in any case."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [t for t in targets if isinstance(t, ast.Attribute)]

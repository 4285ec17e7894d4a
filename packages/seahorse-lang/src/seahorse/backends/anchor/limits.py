"""Arguments with a maximum length: their types in Rust, and how a handler gets the plain value out of them."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.types import TypeNames
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do
from seahorse.backends.anchor.rust.calls import RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Atom, Closure, RustExpr, StructLit
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, ClassType, ListType, OptionType, StrType, TupleType, Type


def is_limited(t: Type) -> bool:
    """Whether values of the type have a maximum length that decoding must check."""
    match t:
        case StrType(max_len=int()):
            return True
        case ListType():
            return t.max_len is not None or is_limited(t.elem)
        case OptionType(inner=inner) | ArrayType(elem=inner):
            return is_limited(inner)
        case TupleType():
            return any(map(is_limited, t.elems))
        case ClassType():
            return any(is_limited(f.type) for f in t.decl.all_fields())
        case _:
            return False


@dataclass
class LimitedTypes:
    """The types of the arguments in one file, which `types` imports for it."""

    crate: Crate
    types: TypeNames

    def of_argument(self, t: Type, span: Span | None) -> str:
        """The type in `#[instruction(...)]`."""
        if not is_limited(t) or not self.crate.dialect.limits_in_signature:
            return self.name(t, span)
        return self._alias(t, span)

    def name(self, t: Type, span: Span | None) -> str:
        """The type of a value that refuses more than its maximum while it is decoded."""
        match t:
            case StrType(max_len=int(n)):
                return f"{self._helper('BoundedString')}<{n}>"
            case ListType(max_len=int(n)):
                return f"{self._helper('BoundedVec')}<{self.name(t.elem, span)}, {n}>"
            case ListType() if is_limited(t.elem):
                return f"Vec<{self.name(t.elem, span)}>"
            case OptionType():
                return f"Option<{self.name(t.inner, span)}>"
            case ArrayType() if is_limited(t.elem):
                return f"[{self.name(t.elem, span)}; {t.length}]"
            case TupleType() if is_limited(t):
                inner = ", ".join(self.name(e, span) for e in t.elems)
                return f"({inner},)" if len(t.elems) == 1 else f"({inner})"
            case ClassType() if is_limited(t):
                return self._class(t.decl, span)
            case _:
                return self.types.name(t, span)

    def _class(self, decl: tree.ClassDecl, span: Span | None) -> str:
        """A class like another, whose texts and lists have their maximum."""
        name = f"Bounded{decl.name}"
        if name not in self.crate.bounded:
            inner = self._in_module()
            fields = [f"    pub {names.public(f.name)}: {inner.name(f.type, span)}," for f in decl.all_fields()]
            docs = [f"/// `{decl.name}` as an argument: what is longer than it may be does not deserialize."]
            head = "#[derive(AnchorSerialize, AnchorDeserialize)]"
            parts = ["\n".join([*docs, head, f"pub struct {name} {{", *fields, "}"])]
            if self.crate.dialect.limits_in_signature:
                parts.append(_conversion(decl, name, inner.types.declared(decl, span)))
            self.crate.bounded[name] = "\n\n".join(parts)
        self.types.used.add(("crate::bounded", name))
        return name

    def _alias(self, t: Type, span: Span | None) -> str:
        """A name for the type, which is the plain type while Anchor derives the IDL, since the IDL knows no limits."""
        name = f"Limited{_called(t)}"
        if name not in self.crate.bounded:
            inner = self._in_module()
            bounded, plain = inner.name(t, span), inner.types.name(t, span)
            self.crate.bounded[name] = (
                f"/// The type for the IDL, which knows no limits.\n"
                f'#[cfg(feature = "idl-build")]\npub type {name} = {plain};\n'
                f"/// The type of an argument: `{plain}` with its limits.\n"
                f'#[cfg(not(feature = "idl-build"))]\npub type {name} = {bounded};'
            )
        self.types.used.add(("crate::bounded", name))
        return name

    def _in_module(self) -> LimitedTypes:
        return LimitedTypes(self.crate, self.crate.functions.types("bounded"))

    def _helper(self, name: str) -> str:
        self.crate.helpers.add(name)
        self.types.used.add(("crate::bounded", name))
        return name


def _called(t: Type) -> str:
    """A type in a name."""
    match t:
        case StrType(max_len=int(n)):
            return f"String{n}"
        case ListType():
            return f"Vec{'' if t.max_len is None else t.max_len}Of{_called(t.elem)}"
        case OptionType():
            return f"OptionOf{_called(t.inner)}"
        case ArrayType():
            return f"Array{t.length}Of{_called(t.elem)}"
        case TupleType():
            return "TupleOf" + "And".join(map(_called, t.elems))
        case ClassType():
            return t.decl.name
        case _:
            return names.pascal(str(t))


def _conversion(decl: tree.ClassDecl, bounded: str, plain: str) -> str:
    """`impl From<BoundedX> for X`."""
    fields: list[tuple[str, RustExpr | None]] = [
        (names.public(f.name), unlimited(RustField(Atom("given"), names.public(f.name)), f.type))
        for f in decl.all_fields()
    ]
    function = items.RustFunction(
        "from", [items.Param("given", bounded)], "Self", [Do(StructLit("Self", fields), False)], public=False
    )
    return "\n".join(items.implementation(f"impl From<{bounded}> for {plain}", [function]))


def unlimited(given: RustExpr, t: Type) -> RustExpr:
    """The plain value of an argument with limits. It is the same text while the argument's type is the plain one."""
    if not is_limited(t):
        return given
    match t:
        case ListType():
            held = RustCall("Vec::from", [given]) if t.max_len is not None else given
            if not is_limited(t.elem):
                return held
            return Method(Method(Method(held, "into_iter"), "map", [_each(t.elem)]), "collect")
        case OptionType(inner=inner) | ArrayType(elem=inner):
            return Method(given, "map", [_each(inner)])
        case TupleType():
            return Tuple([unlimited(RustField(given, str(i)), e) for i, e in enumerate(t.elems)])
        case _:
            return Method(given, "into")


def _each(t: Type) -> RustExpr:
    if isinstance(t, StrType | ClassType):
        return Atom("Into::into")
    if isinstance(t, ListType) and not is_limited(t.elem):
        return Atom("Vec::from")
    return Closure("item", unlimited(Atom("item"), t))
